"""Plain tables for people."""

from __future__ import annotations

from typing import Sequence


def format_table(rows: Sequence[Sequence[str]], right: str = "") -> str:
    """Lines of aligned cells; `right` marks with "r" the columns that are aligned to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    sides = right.ljust(len(widths))
    return "\n".join(
        "  ".join(
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, sides)
        ).rstrip()
        for row in rows
    )
