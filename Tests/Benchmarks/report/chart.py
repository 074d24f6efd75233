"""The results as a picture: for every model a line, with a dot for each contender on it."""

import math

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter

from report.figures import apus, batch_rate, fastest, peers, row_microseconds

APUS_COLOUR = "#e4572e"
FASTEST_COLOUR = "#2b3a42"
OTHER_COLOUR = "#b8c4cb"
TEXT_COLOUR = "#2b3a42"
FAINT_COLOUR = "#7b8a92"
GRID_COLOUR = "#e8edf0"


def _microseconds(value, _=None):
    return f"{value:g} µs" if value < 1000 else f"{value / 1000:g} ms"


def _rate(value, _=None):
    return f"{value / 1e6:g} M/s" if value >= 1e6 else f"{value / 1e3:g} k/s"


def _panel(axes, results, figure, best, title, label):
    for line, result in enumerate(reversed(results)):
        mine = apus(result)
        rival, rival_value = fastest(peers(result), figure, best)
        others = [figure(one) for one in peers(result) if one is not rival]
        axes.scatter(others, [line] * len(others), s=26, color=OTHER_COLOUR, zorder=2, linewidths=0)
        if rival is None:
            continue
        if mine:
            value = figure(mine)
            axes.plot([value, rival_value], [line, line], color=APUS_COLOUR, alpha=0.35, lw=5, zorder=1, solid_capstyle="round")
            axes.scatter([value], [line], s=90, color=APUS_COLOUR, zorder=4, linewidths=0)
            ratio = rival_value / value if best is min else value / rival_value
            axes.annotate(f"{ratio:.1f} ×", (math.sqrt(value * rival_value), line), (0, 8), textcoords="offset points",
                          ha="center", va="bottom", color=APUS_COLOUR, fontsize=10, fontweight="bold")
        axes.scatter([rival_value], [line], s=60, color=FASTEST_COLOUR, zorder=3, linewidths=0)
        axes.annotate(rival["name"], (rival_value, line), (0, -8), textcoords="offset points",
                      ha="center", va="top", color=FAINT_COLOUR, fontsize=7.5)
    axes.set_xscale("log")
    axes.set_title(title, loc="left", color=TEXT_COLOUR, fontsize=12, fontweight="bold", pad=26)
    axes.text(0, 1.015, label, transform=axes.transAxes, color=FAINT_COLOUR, fontsize=9, va="bottom")
    axes.xaxis.set_major_formatter(FuncFormatter(_microseconds if best is min else _rate))
    axes.tick_params(colors=FAINT_COLOUR, length=0, labelsize=9)
    axes.grid(axis="x", color=GRID_COLOUR, lw=1)
    axes.set_axisbelow(True)
    axes.set_ylim(-0.7, len(results) - 0.3)
    axes.spines[:].set_visible(False)


def draw(run, paths):
    """One chart, written to each of the paths."""
    results = [one for one in run["models"] if peers(one)]
    if not results:
        return
    plt.rcParams.update({"font.family": "DejaVu Sans", "svg.fonttype": "path", "svg.hashsalt": "apus"})
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 2.2 + 0.66 * len(results)), sharey=True)
    figure.set_facecolor("white")
    largest = int(next(iter(reversed(results[0]["contenders"][0]["batch"]))).split("x")[0])
    _panel(left, results, row_microseconds, min, "One payment", "time of one call, median; further left is better")
    _panel(right, results, batch_rate, max, f"{largest:,} payments", "rows a second on one thread; further right is better")
    left.set_yticks(range(len(results)), [one["title"].replace(", ", ",\n", 1) for one in reversed(results)], color=TEXT_COLOUR, fontsize=9.5)
    for colour, size, name, place in [
        (APUS_COLOUR, 90, "Apus", 0.06),
        (FASTEST_COLOUR, 60, "the fastest peer", 0.14),
        (OTHER_COLOUR, 30, "other peers", 0.28),
    ]:
        figure.text(place + 0.012, 0.978, name, color=TEXT_COLOUR, fontsize=10, va="center")
        figure.add_artist(plt.Line2D([place], [0.978], marker="o", ms=math.sqrt(size), color=colour, lw=0))
    level = run["level"] or "no engine"
    figure.text(0.985, 0.978, f"{run['machine']['processor']} · {level}" + (" · quick run" if run["quick"] else ""),
                color=FAINT_COLOUR, fontsize=9, ha="right", va="center")
    figure.tight_layout(rect=(0, 0, 1, 0.965), w_pad=3)
    for path in paths:
        figure.savefig(path, dpi=160, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(figure)
