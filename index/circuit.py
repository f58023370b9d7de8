"""Stop asking a server that does not answer, so that those who wait for it fail at once instead of after a time-out each."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

FAILURES = 5
"""Failures in a row after which nothing is asked any more."""
PAUSE = 10.0
"""Seconds until one question is let through again."""


class Circuit:
    """Closed while answers come, open after ``FAILURES`` in a row; after ``PAUSE`` the next question decides. Safe in several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._failures, self._until = 0, 0.0

    def waits(self) -> float:
        """Seconds until something may be asked again; 0 where it may be now. Whoever gets 0 while it is open is the one that tries."""
        with self._lock:
            if self._failures < FAILURES:
                return 0.0
            left = self._until - self._clock()
            if left > 0:
                return left
            self._until = self._clock() + PAUSE
            return 0.0

    def answered(self) -> None:
        """The server answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The server did not answer, or is overloaded."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._until = self._clock() + PAUSE
