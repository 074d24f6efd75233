"""What the results were measured on, and how."""


def machine(run):
    facts = run["machine"]
    caches = ", ".join(f"{level} {size >> 10:,} KiB" for level, size in facts["caches"].items())
    return f"- {facts['processor']}, {facts['processors']} processors, {caches}; {facts['system']}"


def waiting(run):
    waited = max((result["waited_share"] for result in run["models"]), default=0)
    return [
        f"- The measuring thread waited for a processor up to {waited:.0%} of its time.",
        "- Batches on one thread are timed by the processor time used, which such waiting does not change.",
    ]
