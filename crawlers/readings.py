"""Has pages read in other processes while the crawl fetches on: a few workers, replaced when they break or hang."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process

from adverts.records import FairwatchError
from crawlers.reading import Page, Reading
from crawlers.worker import question, reading_of
from settings.env import ROOT

PATIENCE = 30.0
"""Seconds a page may take to be read before its worker is replaced; the readers themselves promise 5."""
MOST_WORKERS = 4
_LONGEST_ANSWER = 64 * 1024 * 1024


class ReadingBroke(FairwatchError):
    """A page could not be read; ``kind`` is the word for it in the report."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


class Readings:
    """A few workers that read pages; each reads one at a time."""

    def __init__(self, *, module: str = "crawlers.worker", workers: int = 0, patience: float = PATIENCE) -> None:
        """``module`` is run with ``python -m``; ``workers`` 0: as many as there are cores, ``MOST_WORKERS`` at most."""
        self._module, self._patience = module, patience
        # last in, first out: a second worker is started only when the first has its hands full
        self._free: asyncio.LifoQueue[Process | None] = asyncio.LifoQueue()
        for _ in range(workers or min(MOST_WORKERS, os.cpu_count() or 1)):
            self._free.put_nowait(None)
        self._running: set[Process] = set()

    async def read(self, page: Page, *, kind: str) -> Reading:
        """Read one page as ``crawlers.reading.read`` does. Raises ``ReadingBroke`` where reader or worker broke, or took too long."""
        worker = await self._free.get()
        try:
            if worker is None or worker.returncode is not None:
                worker = await self._start()
            raw = await asyncio.wait_for(_ask(worker, question(page, kind=kind)), self._patience)
            found = reading_of(raw)
        except TimeoutError as error:
            self._end(worker)
            worker = None
            raise ReadingBroke("reader-too-slow", f"{page.url}: not read after {self._patience:g} s; its worker was ended") from error
        except (OSError, EOFError, ValueError) as error:
            self._end(worker)
            worker = None
            raise ReadingBroke("reader-crashed", f"{page.url}: its worker broke down ({error!r})") from error
        finally:
            self._free.put_nowait(worker)
        if isinstance(found, str):
            raise ReadingBroke("reader-broke", f"{page.url}: the reader broke\n{found}")
        return found

    def close(self) -> None:
        """End all workers."""
        for worker in list(self._running):
            self._end(worker)

    async def _start(self) -> Process:
        # the limit is that of one line: an answer is one
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module, stdin=PIPE, stdout=PIPE, cwd=ROOT, limit=_LONGEST_ANSWER
        )
        self._running.add(worker)
        return worker

    def _end(self, worker: Process | None) -> None:
        """End a worker; what takes its place is none, to be started when it is wanted."""
        if worker is not None:
            self._running.discard(worker)
            if worker.returncode is None:
                worker.kill()


async def _ask(worker: Process, asked: bytes) -> bytes:
    if worker.stdin is None or worker.stdout is None:
        raise OSError("a worker without pipes")
    worker.stdin.write(asked)
    await worker.stdin.drain()
    return await worker.stdout.readuntil(b"\n")
