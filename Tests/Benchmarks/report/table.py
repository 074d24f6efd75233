"""The results as tables in Markdown, which are readable as they stand."""

import math

from report import bars
from report.figures import (
    apus,
    batch_entry,
    batch_rate,
    fastest,
    peers,
    row_entry,
    row_microseconds,
    swept_microseconds,
)

NOTHING = "–"


def _grid(header, rows):
    """Columns padded so that they line up; the first to the left, figures to the right."""
    cells = [header, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        "| " + " | ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))) + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _microseconds(value):
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{value:.2f} µs" if value < 10 else f"{value:.1f} µs" if value < 100 else f"{value:,.0f} µs"


def _rate(value):
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{value / 1e6:.2f} M/s" if value >= 1e6 else f"{value / 1e3:.0f} k/s" if value >= 1e4 else f"{value / 1e3:.1f} k/s"


def _ratio(value):
    return f"{value:.2f} ×" if value < 10 else f"{value:.1f} ×"


def _against(mine, other, figure, entry, show, bar, level, best):
    """Three cells: Apus's figure, the fastest peer's, and the ratio with its bar and what becomes of it."""
    rival, value = fastest(other, figure, best)
    rival_cell = NOTHING if rival is None else f"{show(value)} {rival['name']}{entry(rival)}"
    if mine is None or rival is None:
        return [NOTHING if mine is None else show(figure(mine)), rival_cell, NOTHING, f"≥ {bar} ×", NOTHING]
    ratio = value / figure(mine) if best is min else figure(mine) / value
    return [show(figure(mine)), rival_cell, _ratio(ratio), f"≥ {bar} ×", bars.verdict(ratio, bar, level)]


def _one_row_cells(result, level):
    bar = bars.BARS[result["model"]][0]
    return _against(apus(result), peers(result), row_microseconds, row_entry, _microseconds, bar, level, min)


def _batch_cells(result, level):
    bar = bars.BARS[result["model"]][1]
    return _against(apus(result), peers(result), batch_rate, batch_entry, _rate, bar, level, max)


def _swept_cells(result, level):
    rivals = [one for one in peers(result) if one["one_row_swept"]]
    return _against(apus(result), rivals, swept_microseconds, row_entry, _microseconds, bars.SWEPT_BAR, level, min)


def _summary(results, title, cells, models=None):
    header = [title, "Apus", "fastest peer", "ratio", "bar", ""]
    rows = [[one["title"], *cells(one)] for one in results if models is None or one["model"] in models]
    return _grid(header, rows) if rows else None


def _two_threads(results):
    rows = []
    for result in results:
        mine = apus(result)
        if mine:
            ratio = batch_rate(mine, 2) / batch_rate(mine)
            verdict = bars.verdict(ratio, bars.TWO_THREADS_BAR, None, any_level=True)
            rows.append([result["title"], _rate(batch_rate(mine)), _rate(batch_rate(mine, 2)), _ratio(ratio), f"≥ {bars.TWO_THREADS_BAR} ×", verdict])
    return _grid(["Two threads, batch", "one", "two", "ratio", "bar", ""], rows) if rows else None


def _ydf(results, level):
    rows = []
    for result in results:
        mine = apus(result)
        for other in result["contenders"]:
            if mine and other["own_model"]:
                ratio = batch_rate(mine) / batch_rate(other)
                rows.append([result["title"], _rate(batch_rate(mine)), _rate(batch_rate(other)), _ratio(ratio), f"≥ {bars.YDF_BAR} ×", bars.verdict(ratio, bars.YDF_BAR, level)])
    return _grid(["Shape against shape, batch", "Apus", "YDF", "ratio", "bar", ""], rows) if rows else None


def _ahead(results, level):
    """Below AVX-512: on AVX2 ahead of every peer, below that ahead of the library that trained."""
    rows = []
    for result in results:
        mine = apus(result)
        rivals = peers(result)
        if level == "v2":
            rivals = [one for one in rivals if one["name"].split()[0].rstrip(",").lower() == result["trainer"].lower()]
        if mine is None or not rivals:
            continue
        row = [result["title"]]
        for figure, best in ((row_microseconds, min), (batch_rate, max)):
            rival, value = fastest(rivals, figure, best)
            ratio = value / figure(mine) if best is min else figure(mine) / value
            row += [rival["name"], _ratio(ratio), bars.verdict(ratio, bars.AHEAD_BAR, level, any_level=True)]
        rows.append(row)
    whom = "the library that trained" if level == "v2" else "every peer"
    header = [f"At {level}: ahead of {whom}", "one row, fastest", "ratio", "", "batch, fastest", "ratio", ""]
    return _grid(header, rows) if rows else None


def _difference(contender):
    if contender["own_model"]:
        return "own model"
    difference = contender["difference"]
    share = f" in {difference['share']:.2%} of rows" if difference["share"] else ""
    return f"{difference['largest']:.2g}{share}"


def _details(result):
    names = list(result["contenders"][0]["batch"]) if result["contenders"] else []
    batches = [f"{int(name.split('x')[0]):,} rows, {name.split('x')[1]} thr." for name in names]
    header = ["contender", "largest difference", "one row p50", "p99", "p99.9", "swept p50", "p99", "Python p50", *batches]
    rows = []
    for one in result["contenders"]:
        times = one["one_row"] or {}
        swept = one["one_row_swept"] or {}
        python = one["one_row_python"] or {}
        mark = batch_entry(one).replace(" (Python)", " py")
        rows.append(
            [
                f"{one['name']} {one['version']}" if one["version"] not in one["name"] else one["name"],
                _difference(one),
                *(_microseconds(times.get(name)) for name in ("p50", "p99", "p99.9")),
                *(_microseconds(swept.get(name)) for name in ("p50", "p99")),
                _microseconds(python.get("p50")),
                *(_rate(rate) + mark for rate in one["batch"].values()),
            ]
        )
    notes = [f"- {name}: {reason}" for name, reason in result["left_out"].items()]
    facts = f"{result['trees']:,} trees, {result['nodes']:,} nodes"
    return "\n".join([f"### {result['title']}", "", facts, "", _grid(header, rows), *(["", *notes] if notes else [])])


def _machine(run):
    machine = run["machine"]
    caches = ", ".join(f"{level} {size >> 10:,} KiB" for level, size in machine["caches"].items())
    engines = sorted({f"{one['engine']} at {one['instruction_set']}" for one in map(apus, run["models"]) if one})
    lines = [
        f"- {machine['processor']}, {machine['processors']} processors, {caches}; {machine['system']}",
        f"- Apus {run['apus']['version']}: {', '.join(engines) or 'read none of these models'}",
        f"- Between calls with swept caches, {machine['swept_bytes'] >> 20} MiB are walked.",
    ]
    lines += [f"- {peer} is missing: {reason}" for peer, reason in run["missing"].items()]
    if run["quick"]:
        lines.append("- A quick run: models of a tenth of the size, few repetitions. Its ratios mean nothing.")
    return "\n".join(lines)


def text(run):
    """Everything, as one Markdown text."""
    results, level = run["models"], run["level"]
    parts = [
        "## Apus beside its peers",
        _machine(run),
        _summary(results, "One row, p50", lambda one: _one_row_cells(one, level)),
        _summary(results, "Largest batch, one thread", lambda one: _batch_cells(one, level)),
        _summary(results, "One row, caches swept, p50", lambda one: _swept_cells(one, level), bars.SWEPT_MODELS),
        _two_threads(results),
        _ydf(results, level),
        None if level == bars.FULL_LEVEL else _ahead(results, level),
        *map(_details, results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
