"""Ask the web service for many rows at the same time and compare with this process's own scores.

clients.py PORT SERVER     APUS_MODEL names the model
"""

import concurrent.futures
import sys
import time
import urllib.error
import urllib.request

from preloaded import SCORER, run
from web import row

VALUES = [number / 500 - 2 for number in range(2000)]


def ask(value):
    with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/?{value}", timeout=30) as answer:
        process, score, network = answer.read().decode().split(" ", 2)
    return int(process), float(score), network


def wait():
    for _ in range(100):
        try:
            ask(VALUES[0])
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)


def main():
    wait()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, VALUES))
    wrong = sum(
        score != float(SCORER.score_row(row(value))) or network != run(value)
        for value, (_, score, network) in zip(VALUES, answers, strict=True)
    )
    workers = len({answer[0] for answer in answers})
    print(f"{sys.argv[2]} with preload: {len(VALUES)} requests to {workers} workers, {wrong} wrong")
    return int(wrong > 0 or workers < 2)


if __name__ == "__main__":
    sys.exit(main())
