"""The results as a picture: for every model a line, with a dot for each contender on it."""

import math

import matplotlib.pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from report import words
from report.figures import apus, batch_rate, fastest, largest_batch, peers, row_microseconds, times_better

APUS = "#e4572e"
FASTEST = "#2b3a42"
OTHER = "#b8c4cb"
TEXT = "#2b3a42"
FAINT = "#7b8a92"
GRID = "#e8edf0"
LINE_INCHES = 0.7


def draw(run, paths, *, row="payment"):
    """One chart, written to each of the paths. `row` says what is scored."""
    results = [one for one in reversed(run["models"]) if peers(one)]
    if not results:
        return
    plt.switch_backend("agg")
    plt.rcParams.update({"font.family": "DejaVu Sans", "svg.fonttype": "path", "svg.hashsalt": "apus"})
    height = 2.3 + LINE_INCHES * len(results)
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, height), sharey=True)
    _panel(left, results, row_microseconds, words.microseconds, min)
    _head(left, f"One {row}", "time of one call, median — further left is better")
    _panel(right, results, batch_rate, words.rate, max)
    _head(
        right,
        f"{largest_batch(results[0]['contenders'][0]):,} {row}s at once",
        "rows a second on one thread — further right is better",
    )
    titles = [one["title"].replace(", ", ",\n", 1) for one in results]
    left.set_yticks(range(len(results)), titles, color=TEXT, fontsize=9.5)
    _legend(figure, run, height)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.45 / height), w_pad=3)
    for path in paths:
        # Without a date the same results give the same file.
        figure.savefig(path, dpi=160, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(figure)


def _panel(axes, results, figure, show, best):
    for line, result in enumerate(results):
        mine, (rival, rival_value) = apus(result), fastest(peers(result), figure, best)
        others = [figure(one) for one in peers(result) if one is not rival]
        axes.scatter(others, [line] * len(others), s=26, color=OTHER, zorder=2, linewidths=0)
        if mine:
            _bridge(axes, line, figure(mine), rival_value, best)
            _dot(axes, line, figure(mine), 90, APUS, show(figure(mine)), to_left=figure(mine) < rival_value)
        to_left = mine is not None and rival_value <= figure(mine)
        _dot(axes, line, rival_value, 60, FASTEST, f"{rival['name']} {show(rival_value)}", to_left=to_left)
    axes.set_xscale("log")
    axes.margins(x=0.18)
    axes.set_ylim(-0.7, len(results) - 0.3)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value, best)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(colors=FAINT, length=0, labelsize=9)
    axes.grid(axis="x", color=GRID, lw=1)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)


def _short(value, best):
    if best is min:
        return f"{value:g} µs" if value < 1000 else f"{value / 1000:g} ms"
    return f"{value / 1e6:g} M/s" if value >= 1e6 else f"{value / 1e3:g} k/s"


def _bridge(axes, line, mine, rival, best):
    """From the fastest peer to Apus, with the ratio over it."""
    axes.plot([mine, rival], [line, line], color=APUS, alpha=0.3, lw=5, zorder=1, solid_capstyle="round")
    text = f"{times_better(mine, rival, best):.1f} ×"
    style = {"ha": "center", "va": "bottom", "color": APUS, "fontsize": 10.5, "fontweight": "bold"}
    axes.annotate(text, (math.sqrt(mine * rival), line), (0, 7), textcoords="offset points", **style)


def _dot(axes, line, value, size, colour, text, *, to_left):
    """A dot with its text under it, which runs away from the other end of the bridge."""
    axes.scatter([value], [line], s=size, color=colour, zorder=4, linewidths=0)
    style = {"ha": "right" if to_left else "left", "va": "top", "color": colour, "fontsize": 8}
    offset = (-1 if to_left else 1, -7)
    axes.annotate(text, (value, line), offset, textcoords="offset points", **style)


def _head(axes, title, label):
    axes.set_title(title, loc="left", color=TEXT, fontsize=13, fontweight="bold", pad=24)
    axes.annotate(label, (0, 1), (0, 8), "axes fraction", "offset points", color=FAINT, fontsize=9)


def _legend(figure, run, height):
    marks = [(APUS, 9.5, "Apus"), (FASTEST, 7.7, "the fastest peer"), (OTHER, 5.5, "other peers")]
    handles = [Line2D([], [], marker="o", lw=0, ms=size, color=colour, label=name) for colour, size, name in marks]
    top = 1 - 0.08 / height
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, top), ncols=3, frameon=False, labelcolor=TEXT
    )
    facts = f"{run['machine']['processor']}, {run['level']}" + (", quick run" if run["quick"] else "")
    figure.text(0.99, 1 - 0.2 / height, facts, color=FAINT, fontsize=9, ha="right", va="top")
