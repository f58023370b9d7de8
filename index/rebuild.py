"""Bring an index in step with the ledger: all of it, built aside, or what has changed.

Changes are found in two ways. Every write to an advert raises its position, so what lies above the position stored with the
last commit is new. A new assessment, cluster or verdict raises no position, and a deletion leaves none: so the stamps of all
adverts, short strings that say what a document is made from, are compared as well.
A kill at any moment loses nothing: what was not committed is above the stored position, or has another stamp, at the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, product
from typing import Protocol

from index.base import SearchIndex, Writing
from index.documents import Document

Progress = Callable[[int, int], None]
"""Told how many adverts are done, of how many."""

BATCH = 500
"""Adverts read from the ledger at a time."""
COMMIT = 5_000
"""Adverts between two commits of an update: each costs some milliseconds and makes a segment."""
KEPT = 50_000
"""Adverts between two commits of a build: what a build that is stopped loses at most."""
_PORTION = 20_000
"""Adverts whose stamps are compared at a time, about."""
_HEX = "0123456789abcdef"


class Ledger(Protocol):
    """What an index needs to know of the adverts."""

    def size(self) -> int:
        """Number of adverts."""

    def newest_position(self) -> int:
        """Position of the last write; 0 where there is none."""

    def written_after(self, position: int, *, limit: int) -> Sequence[tuple[str, int]]:
        """Id and position of the first ``limit`` adverts above ``position``, in order of position."""

    def stamps(self, prefix: str) -> Mapping[str, str]:
        """Id -> stamp of every advert whose id begins with ``prefix``."""

    def documents(self, advert_ids: Sequence[str]) -> Iterable[Document]:
        """The adverts with these ids as documents, in any order; those that are gone are left out."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run did."""

    indexed: int
    """Adverts added or replaced."""
    deleted: int
    """Adverts removed, since the ledger has them no more."""
    position: int
    """Ledger position reached."""
    full: bool
    """Whether the index was built anew."""


def rebuild(index: SearchIndex, ledger: Ledger, *, now: datetime, progress: Progress, resume: bool = False) -> Counts:
    """Build the index anew and let it take the place of the one before; what is written meanwhile is left for ``update``.

    With ``resume`` a build that was stopped is continued: adverts that are there and have not changed since are not indexed again.
    """
    position, total, seen, done, kept = ledger.newest_position(), ledger.size(), 0, 0, 0
    with index.building(now=now, resume=resume) as build:
        for prefix in _prefixes(total):
            wanted = ledger.stamps(prefix)
            stale, gone = _differing(wanted, build.stamps(prefix) if build.resumed else {})
            build.delete(gone)
            seen += len(wanted) - len(stale)
            for ids in _batches(stale):
                added = build.add(ledger.documents(ids))
                done, seen, kept = done + added, seen + added, kept + added
                progress(seen, max(seen, total))
                if kept >= KEPT:
                    build.commit()
                    kept = 0
        build.commit(position=position)
        build.swap()
    return Counts(done, 0, position, full=True)


def update(index: SearchIndex, ledger: Ledger, *, progress: Progress) -> Counts:
    """Bring into the index what has changed in the ledger since the last run."""
    with index.writing() as writing:
        position, indexed = _follow(index, ledger, writing, progress)
        replaced, deleted = _compare(index, ledger, writing, progress)
        return Counts(indexed + replaced, deleted, position, full=False)


def _follow(index: SearchIndex, ledger: Ledger, writing: Writing, progress: Progress) -> tuple[int, int]:
    """Take what was written after the stored position; returns the position reached and how many adverts were taken."""
    position, newest, done = index.position(), ledger.newest_position(), 0
    while position < newest and (rows := ledger.written_after(position, limit=COMMIT)):
        for ids in _batches([advert_id for advert_id, _position in rows]):
            done += writing.add(ledger.documents(ids))
            progress(done, max(done, newest - position))
        position = rows[-1][1]
        writing.commit(position=position)
    return position, done


def _compare(index: SearchIndex, ledger: Ledger, writing: Writing, progress: Progress) -> tuple[int, int]:
    """Take what has another stamp than its document and remove what the ledger has no more; returns how many of each."""
    total, seen, replaced, deleted, waiting = ledger.size(), 0, 0, 0, 0
    for prefix in _prefixes(total):
        there, wanted = index.stamps(prefix), ledger.stamps(prefix)
        stale, gone = _differing(wanted, there)
        writing.delete(gone)
        for ids in _batches(stale):
            replaced += writing.add(ledger.documents(ids))
        deleted += len(gone)
        waiting += len(gone) + len(stale)
        if waiting >= COMMIT:
            writing.commit()
            waiting = 0
        seen += len(wanted)
        progress(seen, max(seen, total))
    if waiting:
        writing.commit()
    return replaced, deleted


def _differing(wanted: Mapping[str, str], there: Mapping[str, str]) -> tuple[list[str], set[str]]:
    """Ids of the adverts that are missing or have another stamp, and of the documents whose adverts are gone."""
    return sorted(advert_id for advert_id, stamp in wanted.items() if there.get(advert_id) != stamp), there.keys() - wanted.keys()


def _prefixes(total: int) -> Iterator[str]:
    """Beginnings of ids that part ``total`` adverts into portions of about equal size."""
    length = 0
    while total > _PORTION * len(_HEX) ** length:
        length += 1
    return ("".join(digits) for digits in product(_HEX, repeat=length))


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
