"""Read the version in use, whichever process swaps it or writes into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from index.base import DamagedIndexError, SearchIndexError
from index.versions import Mark, Versions, mark

T = TypeVar("T")

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[T]):
    """One state of an index, open for reading."""

    version: Path
    reader: T
    marks: tuple[Mark, Mark]
    """Of the pointer file and of the version's list of segments when it was opened."""


class Follower(Generic[T]):
    """Gives the newest state at each call; two looks at the file system where nothing changed.

    ``opened(version, before)`` opens a version or, given what it gave for the same version, renews it;
    ``listing`` is the name of the file that each commit replaces.
    """

    def __init__(self, versions: Versions, *, opened: Callable[[Path, T | None], T], listing: str) -> None:
        self._versions, self._opened, self._listing = versions, opened, listing
        self._opening = Lock()
        self._snapshot: Snapshot[T] | None = None

    def newest(self) -> Snapshot[T]:
        """The newest state. Raises ``MissingIndexError``, ``OutdatedIndexError``, ``DamagedIndexError``.

        A version that is swapped away while it is being opened is no fault: then the next one is opened.
        """
        snapshot = self._snapshot
        if snapshot and snapshot.marks == self._marks(snapshot.version):
            return snapshot
        with self._opening:
            for _attempt in range(_ATTEMPTS):
                version = self._versions.current()
                try:
                    self._snapshot = snapshot = self._renewed(version)
                    return snapshot
                except SearchIndexError:
                    if self._versions.current() == version:
                        raise
            raise DamagedIndexError(f"index {self._versions.folder}: changes faster than it can be opened: stop what rebuilds it")

    def close(self) -> None:
        """Let go of what is open."""
        with self._opening:
            self._snapshot = None

    def _renewed(self, version: Path) -> Snapshot[T]:
        # the marks are taken first: what changes while it is being opened is seen at the next call
        marks, before = self._marks(version), self._snapshot
        if before and before.marks == marks:
            return before
        same = before.reader if before and before.version == version else None
        return Snapshot(version, self._opened(version, same), marks)

    def _marks(self, version: Path) -> tuple[Mark, Mark]:
        return mark(self._versions.pointer), mark(version / self._listing)
