"""Figures and grids as text."""

import math

NOTHING = "–"


def microseconds(value):
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{value:.2f} µs" if value < 10 else f"{value:.1f} µs" if value < 100 else f"{value:,.0f} µs"


def milliseconds(value):
    return NOTHING if value is None else f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms"


def operations(per_nanosecond):
    """Floating-point operations a second."""
    return f"{per_nanosecond:.1f} GFLOP/s"


def rate(value):
    """Rows a second."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value >= 1e6:
        return f"{value / 1e6:.2f} M/s"
    return f"{value / 1e3:.0f} k/s" if value >= 1e4 else f"{value / 1e3:.1f} k/s"


def ratio(value):
    return f"{value:.2f} ×" if value < 10 else f"{value:.1f} ×"


def bar(value):
    return f"≥ {value} ×"


def grid(header, rows):
    """A Markdown table whose columns line up: the first to the left, the others to the right."""
    cells = [header, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = ["| " + " | ".join(_aligned(row, widths)) + " |" for row in cells]
    rule = "|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _aligned(row, widths):
    first, *others = zip(row, widths)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
