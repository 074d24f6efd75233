"""Every figure of every contender of one network."""

from networks.report import figures
from report import words
from report.figures import entry, wrong_share

ROW_PERCENTILES = ("p50", "p99", "p99.9")


def details(result):
    parts = [f"### {result['title']}", "", _grid(result) if result["contenders"] else "No contender read it."]
    if result["left_out"]:
        parts += ["", *(f"- {name}: {reason}" for name, reason in result["left_out"].items())]
    return "\n".join(parts)


def _grid(result):
    header = ["contender", "largest difference", "load", "one row p50", "p99", "p99.9"]
    header += ["1,000 rows, 1 thr.", "of matrix products", "2 thr."]
    return words.grid(header, [_row(result, one) for one in result["contenders"]])


def _row(result, contender):
    row = contender["one_row"] or contender["one_row_python"]
    rates = {batch["threads"]: batch["rows_per_second"] for batch in contender["batches"]}
    return [
        f"{contender['name']}{entry(contender)}",
        ", ".join(filter(None, [f"{contender['difference']['largest']:.2g}", wrong_share(contender)])),
        words.milliseconds(contender["load"]),
        *(words.microseconds(row[percentile]) for percentile in ROW_PERCENTILES),
        words.rate(rates.get(1)),
        words.operations(figures.operations(result, contender)),
        words.rate(rates.get(2)),
    ]
