"""Has pages read in other processes while the crawl fetches on: a few workers, replaced when they break or hang."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adverts.records import Capture, FairwatchError
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


@dataclass(frozen=True, slots=True)
class Task:
    """One page to read, its body here or in a capture."""

    page: Page
    kind: str
    capture: Capture | None = None


class Readings:
    """A few workers that read pages; each reads one at a time."""

    def __init__(self, *, module: str = "crawlers.worker", workers: int = 0, patience: float = PATIENCE, root: Path | None = None) -> None:
        """``module`` is run with ``python -m``; ``workers`` 0: as many as there are cores, ``MOST_WORKERS`` at most.

        ``root`` is the captures folder, for tasks whose body lies in a capture.
        """
        self._module, self._patience, self._root = module, patience, root
        self.workers = workers or min(MOST_WORKERS, os.cpu_count() or 1)
        # last in, first out: a second worker is started only when the first has its hands full
        self._free: asyncio.LifoQueue[Process | None] = asyncio.LifoQueue()
        for _ in range(self.workers):
            self._free.put_nowait(None)
        self._running: set[Process] = set()
        self._ending: set[Process] = set()
        """Told to end, and perhaps not gone yet."""
        self._hurried = False

    async def read(self, page: Page, *, kind: str) -> Reading:
        """Read one page as ``crawlers.reading.read`` does. Raises ``ReadingBroke`` where reader or worker broke, or took too long."""
        (found,) = await self.read_all([Task(page=page, kind=kind)], urgent=True)
        if isinstance(found, ReadingBroke):
            raise found
        return found

    async def read_all(self, tasks: Sequence[Task], *, urgent: bool = False) -> list[Reading | ReadingBroke]:
        """Read pages one after another in one worker, all handed over at once; what each gave, in order, the fault where it broke.

        A page that breaks or holds up its worker costs itself alone: the ones after it are read by the worker that takes its place. Where
        it is not ``urgent``, the worker stands back behind every other process, the fetching one first of all.
        """
        found: list[Reading | ReadingBroke] = []
        worker = await self._free.get()
        try:
            while len(found) < len(tasks):
                if worker is None or worker.returncode is not None:
                    worker = await self._start()
                _stand_back(worker, back=not (urgent or self._hurried))
                try:
                    await self._read_on(worker, tasks, found)
                except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
                    self._end(worker)
                    worker = None
                    found.append(self._broke(tasks[len(found)].page.url, error))
        finally:
            if len(found) < len(tasks):  # stopped in the middle, it would give the next one answers that are left over
                self._end(worker)
                worker = None
            self._free.put_nowait(worker)
        return found

    def hurry(self, *, on: bool = True) -> None:
        """Let no worker stand back any more, for fetching waits for reading or is over; or, with ``on`` False, let them do so again."""
        if on is not self._hurried:
            self._hurried = on
            for worker in self._running:
                _stand_back(worker, back=not on)

    def close(self) -> None:
        """End all workers."""
        for worker in list(self._running):
            self._end(worker)

    async def end(self) -> None:
        """End all workers and wait until they are gone, where the event loop ends with them."""
        self.close()
        for worker in list(self._ending):
            await worker.wait()
        self._ending.clear()
        await asyncio.sleep(0.1)  # pipes close some turns after their process has ended

    def _question(self, task: Task) -> bytes:
        return question(task.page, kind=task.kind, capture=task.capture, root=self._root)

    async def _read_on(self, worker: Process, tasks: Sequence[Task], found: list[Reading | ReadingBroke]) -> None:
        """Hand the tasks that have no answer yet to a worker and take its answers as they come. Raises as its pipes do."""
        if worker.stdin is None or worker.stdout is None:
            raise OSError("a worker without pipes")
        async with asyncio.timeout(self._patience):
            worker.stdin.write(b"".join(self._question(task) for task in tasks[len(found) :]))
            await worker.stdin.drain()
        for task in tasks[len(found) :]:
            async with asyncio.timeout(self._patience):
                said = reading_of(await worker.stdout.readuntil(b"\n"))
            found.append(ReadingBroke("reader-broke", f"{task.page.url}: the reader broke\n{said}") if isinstance(said, str) else said)

    def _broke(self, url: str, error: Exception) -> ReadingBroke:
        if isinstance(error, TimeoutError):
            return ReadingBroke("reader-too-slow", f"{url}: not read after {self._patience:g} s; its worker was ended")
        return ReadingBroke("reader-crashed", f"{url}: its worker broke down ({error!r})")

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
            self._ending = {one for one in (*self._ending, worker) if one.returncode is None}
            if worker.returncode is None:
                worker.kill()


def _stand_back(worker: Process, *, back: bool) -> None:
    """Have a worker run only when nothing else wants to, or like any other process.

    A high niceness would not do: on a busy machine it makes the fetching process wait for each answer until a worker's turn is over.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.sched_setscheduler(worker.pid, os.SCHED_IDLE if back else os.SCHED_OTHER, os.sched_param(0))
