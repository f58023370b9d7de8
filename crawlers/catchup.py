"""Reads what waits in the backlog while the crawl fetches on, a batch a worker, and hands each reading over to be judged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from crawlers.answer import Answer
from crawlers.backlog import MOST, Backlog, Owed
from crawlers.reading import Page, Reading
from crawlers.readings import ReadingBroke, Readings, Task

BATCH = 16
"""Pages handed to a worker at once: each change between processes costs as much as reading a simple page."""

Judge = Callable[[Answer, Reading | ReadingBroke], None]


class CatchUp:
    """The reading of one crawl's backlog."""

    def __init__(self, backlog: Backlog, readings: Readings, *, judge: Judge, done: Callable[[], None]) -> None:
        """``judge`` gets each page with its reading; ``done`` is called each time nothing waits any more."""
        self._backlog, self._readings, self._judge, self._done = backlog, readings, judge, done
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether pages wait or are being read."""
        return bool(self._tasks) or len(self._backlog) > 0

    def owe(self, answer: Answer, *, kind: str) -> None:
        """Let a captured page wait for its reading. Raises ``LandingError`` where the disk refuses."""
        self._backlog.add(answer, kind=kind)
        while len(self._tasks) < self._readings.workers and len(self._tasks) * BATCH < len(self._backlog):
            task = asyncio.get_running_loop().create_task(self._read_on())
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    async def room(self) -> None:
        """Wait until the backlog can take another page."""
        while len(self._backlog) >= MOST and self._tasks:
            self._readings.hurry()
            self._room.clear()
            await self._room.wait()
            self._readings.hurry(on=False)

    async def finish(self) -> None:
        """Wait until all is read."""
        self._readings.hurry()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _read_on(self) -> None:
        while batch := self._backlog.take(BATCH):
            for owed, found in zip(batch, await self._readings.read_all([_task(owed) for owed in batch]), strict=True):
                self._judge(owed.answer, found)
            self._room.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._room.set()
        if not self.busy:
            self._done()
        if not task.cancelled():
            task.result()  # a fault of ours is to be seen in the log


def _task(owed: Owed) -> Task:
    answer = owed.answer
    page = Page(body=b"", url=answer.url, content_type=answer.content_type, charset=answer.charset)
    return Task(page=page, kind=owed.kind, capture=answer.capture)
