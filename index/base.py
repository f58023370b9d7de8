"""The port to a search engine: this abstract class is the specification, ``tests/index/test_contract.py`` its test.

An index is derived from the ledger and can be thrown away and rebuilt. It is kept in versions: one is searched, the next is
built aside and takes its place in one step, so that no search fails or sees two versions mixed.
Errors of an engine never leave its adapter: callers meet ``SearchIndexError`` and its children, and ``QueryError``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime

from adverts.records import FairwatchError
from index.documents import Document
from index.query import KeywordField, SearchQuery
from index.snippets import Parts

REBUILD = "run `manage.py reindex --full`"
"""The remedy for every fault of an index: it holds nothing that the ledger does not."""


class SearchIndexError(FairwatchError):
    """Base of what can go wrong with an index."""


class MissingIndexError(SearchIndexError):
    """There is no index yet."""


class OutdatedIndexError(SearchIndexError):
    """The index was built for other fields or with other rules for cutting words than this release has."""


class DamagedIndexError(SearchIndexError):
    """The index cannot be read."""


class UnreachableIndexError(SearchIndexError):
    """The engine cannot be reached, is overloaded, or does not accept who asks; the message says which and what to do."""


class BusyIndexError(SearchIndexError):
    """Another process is writing; nothing was changed."""


class RefusedQueryError(SearchIndexError):
    """The engine cannot answer this query; the message says what to ask instead."""


class CursorError(SearchIndexError):
    """A cursor is no cursor, or belongs to another query."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One advert found."""

    document: Document
    score: float | None
    """How well the words match, comparable within one page only; ``None`` where the sort does not ask for it."""
    title: Parts
    snippets: tuple[Parts, ...]
    """Empty where the query asks for none."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a property and the number of adverts that have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Column:
    """A step of time and the number of adverts in it."""

    start: date
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Adverts counted over the whole result of a query, not over one page of it."""

    values: Mapping[KeywordField, tuple[FacetCount, ...]] = field(default_factory=dict)
    """For each facet asked for its most frequent values, ties in order of the value; empty values are not counted."""
    histogram: tuple[Column, ...] = ()
    """Steps that have adverts, in order of time."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of results."""

    hits: tuple[Hit, ...]
    total: int | None
    """All adverts that match; ``None`` where the query does not ask for it."""
    next_cursor: str
    """Empty on the last page."""
    facets: Facets
    version: str
    """Name of the version of the index that gave the whole answer."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of an index; ``problems`` says in plain sentences what is wrong and what to do, empty where all is well."""

    backend: str
    version: str = ""
    documents: int = 0
    deleted: int = 0
    """Adverts deleted or replaced whose words still lie on disk until segments are merged or the index is rebuilt."""
    position: int = 0
    """Highest ledger position that is searched."""
    size: int = 0
    """Bytes on disk."""
    built_at: datetime | None = None
    problems: tuple[str, ...] = ()


class Writing(ABC):
    """Writing into one version of an index. Nothing is searched before ``commit``; what was not committed is lost on a crash."""

    @abstractmethod
    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, each in place of the one with the same id; returns how many were taken."""

    @abstractmethod
    def delete(self, doc_ids: Iterable[str]) -> None:
        """Remove documents; ids that are not there are passed over."""

    @abstractmethod
    def commit(self, *, position: int | None = None) -> None:
        """Make all that was added and deleted searched, in one step together with the ledger position it reaches.

        Without ``position`` the one of the last commit stays. When this returns, the change survives a crash.
        """


class Build(Writing):
    """Writing into a new version that nobody searches yet."""

    resumed: bool = False
    """Whether this continues a build that was stopped: some of its adverts are there."""

    @abstractmethod
    def stamps(self, prefix: str) -> Mapping[str, str]:
        """Id -> stamp of every document committed to this version whose id begins with ``prefix``."""

    @abstractmethod
    def swap(self) -> str:
        """Let this version, which must have been committed, be the one that is searched; returns its name.

        In one step for all readers; the version before is removed. May be called once, as the last thing.
        """


class SearchIndex(ABC):
    """A search engine with one index of adverts. Safe to use from several threads; readers see each commit and swap at their
    next call, whichever process made it."""

    @abstractmethod
    def search(self, query: SearchQuery) -> Page:
        """One page of results with the facets asked for, all from the same state of the index.

        Order: ``query.sort_in_force``, then the advert's id; risk is compared at six decimals, newest at whole seconds,
        reach up to sixteen million; scores within 0.2 % of one another may stand either way round.
        Following ``next_cursor`` gives every advert once; by risk, newest and reach also while adverts are added or removed,
        by relevance as long as the index does not change, and for the first 10,000 adverts (then ``RefusedQueryError``).

        Raises ``MissingIndexError``, ``OutdatedIndexError``, ``DamagedIndexError``, ``CursorError``, ``RefusedQueryError``,
        ``UnreachableIndexError``.
        """

    @abstractmethod
    def count(self, query: SearchQuery) -> int:
        """How many adverts match; sort, page, facets play no part. Raises as ``search`` does, save for cursors."""

    @abstractmethod
    def facets(self, query: SearchQuery) -> Facets:
        """The facets and histogram of a query without any results. Raises as ``search`` does, save for cursors."""

    @abstractmethod
    def similar(self, doc_id: str, *, size: int = 10) -> tuple[Hit, ...]:
        """Adverts whose title and text share the rarest words with one advert, the most alike first; never that advert itself.

        Empty where the advert is not in the index. Raises as ``search`` does, save for cursors.
        """

    @abstractmethod
    def stamps(self, prefix: str) -> Mapping[str, str]:
        """Id -> stamp of every document whose id begins with ``prefix``; for comparing index and ledger in portions.

        Raises as ``search`` does, save for cursors.
        """

    @abstractmethod
    def position(self) -> int:
        """Highest ledger position that is searched; 0 where none was ever committed. Raises as ``search`` does, save for cursors."""

    @abstractmethod
    def health(self, *, thorough: bool = False) -> Health:
        """The state of the index; never raises a ``SearchIndexError``.

        ``thorough`` also reads every file and compares its checksum where the engine has one, which takes seconds a gigabyte.
        """

    @abstractmethod
    def writing(self) -> AbstractContextManager[Writing]:
        """Write into the version that is searched; what is not committed when the block ends is dropped.

        One writer at a time, in all processes. Raises ``BusyIndexError`` at once where there is one already, and
        ``MissingIndexError``, ``OutdatedIndexError``, ``DamagedIndexError``.
        """

    @abstractmethod
    def building(self, *, now: datetime, resume: bool = False) -> AbstractContextManager[Build]:
        """Build a new version aside. Unless ``swap`` was called, it is removed when the block ends, however it ends.

        Remains of builds that were killed, or whose server was lost, are removed first; with ``resume`` the newest of those that were
        made for this release is continued instead, from its last commit. Works with a missing, outdated or damaged index.
        One writer at a time, as with ``writing``; raises ``BusyIndexError``.
        """

    @abstractmethod
    def close(self) -> None:
        """Give files and connections back; the index can be used again and then opens anew."""
