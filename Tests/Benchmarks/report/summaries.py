"""Apus against the fastest peer and the bar, a table for each question."""

from report import bars, words
from report.figures import (
    APUS,
    apus,
    batch_rate,
    entry,
    fastest,
    is_of_trainer,
    named,
    peers,
    refusal,
    row_microseconds,
    swept_microseconds,
    times_better,
    wrong_share,
)
from report.words import NOTHING


def one_row(results, level):
    return table("One row, p50", results, lambda one: against(one, *ROW, bars.BARS[one["model"]][0], level))


def batch(results, level):
    title = "Largest batch, one thread"
    return table(title, results, lambda one: against(one, *BATCH, bars.BARS[one["model"]][1], level))


def swept(results, level):
    chosen = [one for one in results if one["model"] in bars.SWEPT_MODELS]
    title = "One row, caches swept, p50"
    return table(title, chosen, lambda one: against(one, *SWEPT, bars.SWEPT_BAR, level))


# The figure, its words, and which of two is better.
ROW = (row_microseconds, words.microseconds, min)
SWEPT = (swept_microseconds, words.microseconds, min)
BATCH = (batch_rate, words.rate, max)


# Two threads cannot be twice as quick on a machine that others keep busy.
MOST_WAITING = 0.05


def table(title, results, cells):
    """A line for each model, of cells as `against` makes them."""
    return lines(title, [[one["title"], *cells(one)] for one in results])


def lines(title, rows):
    """Lines that begin with what is scored, and go on with cells as `against` makes them."""
    header = [title, "Apus", "fastest peer", "", "ratio", "bar", ""]
    return words.grid(header, rows) if rows else None


def against(result, figure, show, best, bar, level, *, any_level=False, name=APUS):
    """The cells of one model, Apus called as `name`. `bar` may be None; `any_level` is as in bars.verdict."""
    mine = named(result, name)
    rival, value = fastest(peers(result), figure, best)
    shown = refusal(result, name) if mine is None else show(figure(mine))
    wanted = NOTHING if bar is None else words.bar(bar)
    if rival is None:
        return [shown, NOTHING, NOTHING, NOTHING, wanted, NOTHING]
    name = ", ".join(filter(None, [rival["name"] + entry(rival), wrong_share(rival)]))
    if mine is None:
        return [shown, show(value), name, NOTHING, wanted, NOTHING]
    ratio = times_better(figure(mine), value, best)
    verdict = NOTHING if bar is None else bars.verdict(ratio, bar, level, any_level=any_level)
    return [shown, show(value), name, words.ratio(ratio), wanted, verdict]


def two_threads(results):
    rows = []
    for result in results:
        mine = apus(result)
        if mine:
            one, two = batch_rate(mine), batch_rate(mine, threads=2)
            verdict = bars.verdict(two / one, bars.TWO_THREADS_BAR, None, any_level=True)
            if result["waited_share"] > MOST_WAITING:
                verdict = "machine too busy"
            cells = [words.rate(one), words.rate(two), words.ratio(two / one), words.bar(bars.TWO_THREADS_BAR)]
            rows.append([result["title"], *cells, verdict])
    return words.grid(["Largest batch, two threads", "one", "two", "ratio", "bar", ""], rows) if rows else None


def shapes(results, level):
    """Against those that cannot read the model and score one of their own, of the same shape."""
    rows = []
    for result in results:
        mine = apus(result)
        for other in filter(lambda one: one["own_model"], result["contenders"]):
            if mine:
                ratio = batch_rate(mine) / batch_rate(other)
                verdict = bars.verdict(ratio, bars.YDF_BAR, level)
                cells = [words.rate(batch_rate(mine)), words.rate(batch_rate(other)), words.ratio(ratio)]
                rows.append([result["title"], *cells, words.bar(bars.YDF_BAR), verdict])
    header = ["Largest batch, shape against shape", "Apus", "YDF", "ratio", "bar", ""]
    return words.grid(header, rows) if rows else None


def ahead(results, level):
    """Without AVX-512: on AVX2 ahead of every peer, below that ahead of the library that trained."""
    if level == bars.FULL_LEVEL:
        return None
    rows = []
    for result in results:
        rivals = [one for one in peers(result) if level != "v2" or is_of_trainer(one, result)]
        if apus(result) and rivals:
            rows.append([result["title"], *_ahead(result, rivals, *ROW), *_ahead(result, rivals, *BATCH)])
    whom = "the library that trained" if level == "v2" else "every peer"
    header = [f"At {level}, ahead of {whom}", "one row, fastest", "ratio", "", "batch, fastest", "ratio", ""]
    return words.grid(header, rows) if rows else None


def _ahead(result, rivals, figure, show, best):
    rival, value = fastest(rivals, figure, best)
    ratio = times_better(figure(apus(result)), value, best)
    verdict = bars.verdict(ratio, bars.AHEAD_BAR, None, any_level=True)
    return [rival["name"] + entry(rival), words.ratio(ratio), verdict]
