"""Every figure of every contender of one model."""

from report import words
from report.figures import entry, wrong_share

ROW_COLUMNS = [("one_row", "p50"), ("one_row", "p99"), ("one_row", "p99.9")]
ROW_COLUMNS += [("one_row_swept", "p50"), ("one_row_swept", "p99"), ("one_row_python", "p50")]
ROW_TITLES = ["one row p50", "p99", "p99.9", "swept p50", "p99", "Python p50"]


def details(result):
    facts = f"{result['trees']:,} trees, {result['nodes']:,} nodes"
    parts = [f"### {result['title']}", "", facts, "", _grid(result["contenders"])]
    if result["left_out"]:
        parts += ["", *(f"- {name}: {reason}" for name, reason in result["left_out"].items())]
    return "\n".join(parts)


def _grid(contenders):
    if not contenders:
        return "No contender read it."
    header = ["contender", "largest difference", *ROW_TITLES]
    header += [f"{batch['rows']:,} rows, {batch['threads']} thr." for batch in contenders[0]["batches"]]
    return words.grid(header, [_row(one) for one in contenders])


def _row(contender):
    name, version = contender["name"], contender["version"]
    mark = " py" if entry(contender) else ""
    return [
        name if version in name else f"{name} {version}",
        _difference(contender),
        *(
            _time(contender, kind, percentile) + mark * (kind == "one_row_swept")
            for kind, percentile in ROW_COLUMNS
        ),
        *(words.rate(batch["rows_per_second"]) + mark for batch in contender["batches"]),
    ]


def _time(contender, kind, percentile):
    return words.microseconds((contender[kind] or {}).get(percentile))


def _difference(contender):
    if contender["own_model"]:
        return "own model"
    largest = f"{contender['difference']['largest']:.2g}"
    return ", ".join(filter(None, [largest, wrong_share(contender)]))
