"""The results of networks as one Markdown text."""

from networks.report import bars, figures
from networks.report.details import details
from report import circumstances, summaries
from report.bars import verdict
from report.figures import APUS, apus
from report.words import NOTHING, bar, grid, milliseconds, operations, ratio


def text(run):
    results = run["models"]
    parts = [
        "## Networks: Apus beside its peers",
        _circumstances(run),
        _one_row(results),
        _batch(results),
        summaries.two_threads(results),
        _loads(results),
        _operations(results),
        *map(details, results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _circumstances(run):
    peaks = [result["peak"] for result in run["models"] if result["peak"]]
    versions = {}
    for result in run["models"]:
        for one in result["contenders"]:
            versions[one["name"].split(",")[0]] = one["version"]
    lines = [
        circumstances.machine(run),
        f"- Apus at {run['level']}; " + ", ".join(f"{name} {version}" for name, version in versions.items()),
        "- Through C, but PyTorch from Python. Peers are compiled for the number of rows where that is possible.",
        *circumstances.waiting(run),
    ]
    if peaks:
        lines.append(f"- A core's peak, by a loop of fused multiply-adds: {operations(max(peaks))}, in f32.")
    if run["quick"]:
        lines.append("- A quick run: few repetitions. Its ratios mean nothing.")
    return "\n".join(lines)


def _one_row(results):
    """Where Apus was measured with weights in bfloat16 too, a line of its own for that."""
    lines = []
    for result in results:
        lines.append([result["title"], *_against(result, summaries.ROW, 0)])
        if figures.has_rounded(result):
            wanted, name = bars.ROUNDED_BARS.get(result["model"]), figures.ROUNDED
            cells = summaries.against(result, *summaries.ROW, wanted, None, any_level=True, name=name)
            lines.append([f"{result['title']}, bfloat16 weights", *cells])
    return summaries.lines("One row, p50", lines)


def _batch(results):
    return summaries.table("1,000 rows, one thread", results, lambda one: _against(one, summaries.BATCH, 1))


def _against(result, figure, which):
    wanted = bars.BARS.get(result["model"], bars.NONE)[which]
    return summaries.against(result, *figure, wanted, None, any_level=True)


def _loads(results):
    rows = []
    for result in results:
        mine, theirs = figures.load(result, APUS), figures.load(result, "ONNX Runtime")
        if mine and theirs:
            reached = theirs / mine
            cells = [milliseconds(mine), milliseconds(theirs), ratio(reached), bar(bars.LOAD_BAR)]
            rows.append([result["title"], *cells, verdict(reached, bars.LOAD_BAR, None, any_level=True)])
    header = ["From the file to ready to score", "Apus", "ONNX Runtime", "ratio", "bar", ""]
    return grid(header, rows) if rows else None


def _operations(results):
    """Of the matrix products, whatever else there is to do: the share of the peak is a lower bound."""
    rows = []
    for result in results:
        mine, (rival, _) = apus(result), figures.fastest_batch(result)
        cells = [_achieved(result, one) for one in (mine, rival)]
        rows.append([result["title"], f"{result['matrix_operations'] / 1e6:.3g} M", *cells])
    header = ["Matrix products in 1,000 rows, one thread", "a row", "Apus", "fastest peer"]
    return grid(header, rows) if rows else None


def _achieved(result, contender):
    if contender is None:
        return NOTHING
    rate = figures.operations(result, contender)
    share = f", {rate / result['peak']:.0%} of the peak" if result["peak"] else ""
    return operations(rate) + share
