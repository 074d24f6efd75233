"""The results as one Markdown text, which is readable as it stands."""

from report import circumstances, summaries
from report.details import details
from report.figures import apus


def text(run):
    results, level = run["models"], run["level"]
    parts = [
        "## Apus beside its peers",
        _circumstances(run),
        summaries.one_row(results, level),
        summaries.batch(results, level),
        summaries.swept(results, level),
        summaries.two_threads(results),
        summaries.shapes(results, level),
        summaries.ahead(results, level),
        *map(details, results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _circumstances(run):
    engines = sorted({f"{one['engine']} at {one['instruction_set']}" for one in map(apus, run["models"]) if one})
    lines = [
        circumstances.machine(run),
        f"- Apus at {run['level']}: {', '.join(engines) or 'reads none of these models'}",
        f"- Between calls with swept caches, {run['machine']['swept_bytes'] >> 20} MiB are walked.",
        *circumstances.waiting(run),
    ]
    lines += [f"- {peer} is missing: {reason}" for peer, reason in run["missing"].items()]
    if run["quick"]:
        lines.append("- A quick run: models of a tenth of the size, few repetitions. Its ratios mean nothing.")
    return "\n".join(lines)
