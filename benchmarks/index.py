"""Measure the embedded index against tantivy used by hand on the same documents in the same run.

    python -m benchmarks.index [SIZE] [--adverts FILE] [--rounds N]

SIZE adverts, 20,000 where none is given: invented ones, or those of FILE (JSON lines, may be gzipped) multiplied with changed words.
A ratio says more than a rate: both sides run on the same machine at the same time, and what is compared is processor time, so that what
else the machine does counts for neither. Times of queries are given by the clock as well.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from benchmarks._adverts import NOW, documents, from_file
from benchmarks._by_hand import ByHand, queries
from index.documents import Document
from index.embedded import EmbeddedIndex
from nlp.segment import terms

PORTION = 1_000
MOST_MS, MOST_RATIO, LEAST_RATE = 40.0, 1.5, 0.6


def _times(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds of this process's processor time, and by the clock."""
    start, clock = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - start, time.perf_counter() - clock


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main(size: int, adverts: Path | None, rounds: int) -> None:
    """Print build rates, query times, sizes and their ratios."""
    folder = Path(tempfile.mkdtemp(prefix="fairwatch-bench-"))
    try:
        print(f"{size:,} adverts, {'multiplied from ' + adverts.name if adverts else 'invented'}")
        ours, hand = _measure_build(size, folder, from_file(adverts, size) if adverts else documents(size))
        _measure_queries(ours, hand, rounds)
    finally:
        shutil.rmtree(folder)


def _measure_build(size: int, folder: Path, adverts: Iterator[Document]) -> tuple[EmbeddedIndex, ByHand]:
    """Feed both in turn, portion by portion, so that whatever else the machine does strikes both alike."""
    (folder / "hand").mkdir()
    ours, hand = EmbeddedIndex(folder / "ours", cut=terms), ByHand(folder / "hand")
    hand.open()
    spent = [0.0, 0.0]
    with ours.building(now=NOW) as build:
        while portion := list(islice(adverts, PORTION)):
            for number, add in enumerate((build.add, hand.add)):
                spent[number] += _times(partial(add, portion))[0]
        spent[0] += _times(partial(build.commit, position=size))[0] + _times(build.swap)[0]
    spent[1] += _times(hand.finish)[0]
    rates = [size / seconds for seconds in spent]
    verdict = _verdict(rates[0] / rates[1] >= LEAST_RATE)
    print(f"build: {rates[0]:,.0f} adverts/s, {rates[0] / rates[1]:.2f}x by hand ({rates[1]:,.0f}/s); at least {LEAST_RATE}x: {verdict}")
    by_hand = sum(path.stat().st_size for path in (folder / "hand").iterdir())
    written = ours.health().size
    print(f"size: {written / 1e6:,.0f} MB, {written / by_hand:.2f}x by hand, {written / size:,.0f} bytes an advert")
    print(f"memory of this process, both together, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    return ours, hand


def _measure_queries(ours: EmbeddedIndex, hand: ByHand, rounds: int) -> None:
    first: list[float] = []
    other: list[float] = []
    clock: list[float] = []
    slowest = 0.0
    print(f"{'query':<30}{'found':>10}{'ours ms':>9}{'hand ms':>9}{'ratio':>7}{'clock ms':>10}")
    for name, query, prepared in queries():
        asked = prepared(hand)
        one, two = [], []
        for _round in range(rounds + 1):
            one.append(_times(partial(ours.search, query)))
            two.append(_times(asked)[0])
        mine = statistics.median(seconds for seconds, _clock in one[1:])
        theirs, walled = statistics.median(two[1:]), statistics.median(seconds for _cpu, seconds in one[1:])
        print(f"{name:<30}{ours.count(query):>10,}{mine * 1e3:>9.2f}{theirs * 1e3:>9.2f}{mine / theirs:>7.2f}{walled * 1e3:>10.2f}")
        # the first round too: what is kept for the next ones must be made once
        first.extend(seconds for seconds, _clock in one)
        clock.extend(seconds for _cpu, seconds in one)
        other.extend(two)
        slowest = max(slowest, max(one)[0])
    ours95, hand95 = _p95(first) * 1e3, _p95(other) * 1e3
    print(f"{'p95 of all':<40}{ours95:>9.2f}{hand95:>9.2f}{ours95 / hand95:>7.2f}{_p95(clock) * 1e3:>10.2f}")
    print(f"slowest answer of all: {slowest * 1e3:.2f} ms")
    print(f"at most {MOST_MS:.0f} ms: {_verdict(ours95 <= MOST_MS)}; at most {MOST_RATIO}x: {_verdict(ours95 <= MOST_RATIO * hand95)}")


def _verdict(good: bool) -> str:
    return "yes" if good else "NO"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The embedded index beside tantivy used by hand.")
    parser.add_argument("size", nargs="?", type=int, default=20_000)
    parser.add_argument("--adverts", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    main(given.size, given.adverts, given.rounds)
