"""Read mutated pages: no reader may crash, take longer than five seconds, or make its process hold more than 600 MB.

    python -m benchmarks.fuzz [COUNT] [--seed N] [--pages FOLDER] [--workers N] [--kind KIND]

COUNT is 2,000 where none is given. Pages are made from the sample boards and from the pages of the readers' tests; ``--pages`` adds the
files of a folder, so that recorded pages can be used that may not lie in this repository. Ends 1 where a page broke a promise, and names
it: the same seed and number make it again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from benchmarks._mutations import DAMAGE, mutated
from crawlers import sitemaps
from crawlers.decoding import BadBody, unpack
from crawlers.footprint import peak
from crawlers.reading import Page, kinds, read
from tests.boards.site import site
from tests.crawlers.readers.adverts import ADVERTS
from tests.crawlers.readers.answers import ANSWERS
from tests.crawlers.readers.listings import LISTINGS
from tests.crawlers.readers.others import OTHERS

PATIENCE = 5.0
"""Seconds a page may take."""
HANG = 60.0
"""Seconds after which a page is given up and its process ended."""
MEMORY = 600
"""MB a process may hold at most."""
_CHARSETS = ("", "", "", "utf-8", "windows-1252", "gb2312", "nonsense", "utf-16")
_TYPES = ("text/html", "text/html", "", "application/json", "application/xml", "text/plain")
_URLS = ("https://quay.example/job/17", "https://quay.example/", "https://quay.example/api/jobs?page=2", "https://quay.example/feed.xml")


@dataclass(slots=True)
class Tally:
    """What came of the pages."""

    done: Counter[str] = field(default_factory=Counter)
    """Pages read, by kind of damage."""
    adverts: int = 0
    slowest: float = 0.0
    memory: int = 0
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Share the pages among processes, watch them, print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=Path, help="a folder of further pages to start from")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--kind", choices=[*DAMAGE], default="")
    options = parser.parse_args()
    began = time.monotonic()
    tally = Tally()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    try:
        run(good_pages(options.pages), count=options.count, seed=options.seed, workers=options.workers, kind=options.kind, tally=tally)
    except KeyboardInterrupt:
        # what was read until now is said all the same; a second signal must not cut that off
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        print("stopped", file=sys.stderr)
    print(f"{tally.done.total():,} pages in {time.monotonic() - began:.0f} s, {tally.adverts:,} adverts read")
    print(", ".join(f"{name} {number:,}" for name, number in sorted(tally.done.items())))
    print(f"slowest page {tally.slowest:.2f} s (at most {PATIENCE:g}), peak memory {tally.memory} MB (at most {MEMORY})")
    print(f"{len(tally.faults)} faults")
    for fault in tally.faults[:50]:
        print(fault)
    return 1 if tally.faults else 0


def good_pages(folder: Path | None = None) -> list[bytes]:
    """Whole pages to start from: our own, and the files of a folder."""
    own = [page.body for page in site(day=1, base="http://127.0.0.1:8099").values()]
    own += [case.html.encode() for case in (*ADVERTS, *OTHERS, *LISTINGS)]
    own += [json.dumps(answer.data).encode() for answer in ANSWERS]
    more = [path.read_bytes()[:2_000_000] for path in sorted(folder.rglob("*")) if path.is_file()] if folder else []
    return [page for page in own + more if page]


def run(pages: Sequence[bytes], *, count: int, seed: int, workers: int = 1, kind: str = "", tally: Tally | None = None) -> Tally:
    """Read ``count`` mutated pages in ``workers`` processes, each replaced when it hangs or dies."""
    tally = tally or Tally()
    left = {number: iter(range(number, count, workers)) for number in range(workers)}
    running = {number: _Reader(pages, seed=seed, kind=kind) for number in left}
    for number in list(running):
        _next(running, left, number)
    try:
        while running:
            wait([reader.pipe for reader in running.values()], timeout=1.0)
            for number, reader in list(running.items()):
                if reader.answered(tally):
                    _next(running, left, number)
                elif reader.given_up(tally):
                    running[number] = _Reader(pages, seed=seed, kind=kind)
                    _next(running, left, number)
    finally:
        for reader in running.values():
            reader.end()
    return tally


def _next(running: dict[int, _Reader], left: dict[int, Iterator[int]], number: int) -> None:
    page = next(left[number], None)
    if page is None:
        running.pop(number).end()
    else:
        running[number].ask(page)


class _Reader:
    """A process that reads one page after another, and what it is at."""

    def __init__(self, pages: Sequence[bytes], *, seed: int, kind: str) -> None:
        self.pipe, far = multiprocessing.Pipe()
        # not forked: a forked process would count the memory of the one that asks as its own
        self._process = multiprocessing.get_context("spawn").Process(target=_serve, args=(far, pages, seed, kind), daemon=True)
        self._process.start()
        far.close()
        self._page, self._since = -1, 0.0

    def ask(self, page: int) -> None:
        self._page, self._since = page, time.monotonic()
        self.pipe.send(page)

    def answered(self, tally: Tally) -> bool:
        """Whether the answer has come; it is counted then."""
        try:
            if not self.pipe.poll():
                return False
            name, seconds, found, memory, fault = self.pipe.recv()
        except (EOFError, OSError):
            return False
        tally.done[name] += 1
        tally.adverts += found
        if seconds > PATIENCE:
            tally.faults.append(f"page {self._page} ({name}): took {seconds:.1f} s")
        if memory > max(MEMORY, tally.memory):  # the peak of a process never falls: only the page that raised it is named
            tally.faults.append(f"page {self._page} ({name}): the process holds {memory} MB")
        tally.slowest, tally.memory = max(tally.slowest, seconds), max(tally.memory, memory)
        if fault:
            tally.faults.append(f"page {self._page} ({name}): {fault}")
        return True

    def given_up(self, tally: Tally) -> bool:
        """Whether the process hangs or is gone; that is a fault, and the process is ended."""
        hangs = time.monotonic() - self._since > HANG
        if self._process.is_alive() and not hangs:
            return False
        tally.faults.append(f"page {self._page}: {'hangs' if hangs else f'ended its process ({self._process.exitcode})'}")
        self.end()
        return True

    def end(self) -> None:
        self.pipe.close()
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection, pages: Sequence[bytes], seed: int, kind: str) -> None:
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, signal.SIG_IGN)  # the process that asks ends this one
    while True:
        try:
            number = pipe.recv()
        except (EOFError, OSError):
            return
        name, body = mutated(pages, seed=seed, number=number, kind=kind)
        began = time.process_time()
        try:
            found, fault = read_one(body, random.Random(f"{seed}/{number}")), ""  # noqa: S311
        except Exception:  # noqa: BLE001 - any exception of a reader is what is looked for
            found, fault = 0, traceback.format_exc(limit=-3)
        seconds = time.process_time() - began
        pipe.send((name, seconds, found, peak() // 2**20, fault))


def read_one(body: bytes, chance: random.Random) -> int:
    """Read a page as a crawl, an import or a source with a chosen reader would; how many adverts came out."""
    try:
        body = unpack(body)
    except BadBody:
        return 0
    page = Page(body=body, url=chance.choice(_URLS), content_type=chance.choice(_TYPES), charset=chance.choice(_CHARSETS))
    if chance.random() < 0.1:
        try:
            return sum(1 for _ in sitemaps.entries(body)) * 0
        except sitemaps.SitemapError:
            return 0
    return len(read(page, kind="auto" if chance.random() < 0.85 else chance.choice([*kinds()])).adverts)


if __name__ == "__main__":
    sys.exit(main())
