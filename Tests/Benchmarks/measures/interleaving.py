"""Every contender in turn, again and again, so that a machine whose speed drifts is slow for all of them."""

import time

# After a call on several threads some libraries let theirs spin for a while, on the processors that the next
# contender is measured on.
SETTLE_SECONDS = 0.02


def interleave(contenders, measure, rounds, budget):
    """The results of measure(contender) for each contender, a list each. The order is turned with every round.

    A contender that has used up its budget keeps what it has, which is one result at the least.
    """
    results = {contender: [] for contender in contenders}
    spent = dict.fromkeys(contenders, 0.0)
    for turn in range(rounds):
        first = turn % max(1, len(contenders))
        for contender in contenders[first:] + contenders[:first]:
            if results[contender] and spent[contender] > budget:
                continue
            time.sleep(SETTLE_SECONDS)
            begin = time.perf_counter()
            results[contender].append(measure(contender))
            spent[contender] += time.perf_counter() - begin
    return results
