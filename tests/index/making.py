"""Documents and ledgers for the tests of the index: invented, small, the same in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from index.base import Page, SearchIndex
from index.documents import Document
from index.query import SearchQuery
from index.syntax import parse

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def doc_id(number: int) -> str:
    """The id of the advert with this number."""
    return hashlib.sha256(f"advert {number}".encode()).hexdigest()[:32]


def document(number: int, text: str = "", **fields: Any) -> Document:
    """The advert with this number; later numbers were first seen later."""
    seen = NOW + timedelta(minutes=number)
    given = {"title": f"Advert {number}", "stamp": f"s{number}", "position": number, "first_seen_at": seen, "seen_at": seen}
    return Document(doc_id=doc_id(number), text=text, **{**given, **fields})


def fill(index: SearchIndex, documents: Iterable[Document], *, position: int = 0) -> str:
    """Build a version of these documents and swap to it; returns its name."""
    with index.building(now=NOW) as build:
        build.add(documents)
        build.commit(position=position)
        return build.swap()


def numbers(page: Page) -> list[int]:
    """Positions of the adverts on a page: ``document`` makes them their numbers."""
    return [hit.document.position for hit in page.hits]


def found(index: SearchIndex, text: str, **options: Any) -> set[int]:
    """Numbers of the adverts that a typed query finds; it must be typed right."""
    parsed = parse(text)
    assert parsed.problems == ()
    page = index.search(replace(parsed.query, size=1000, **options))
    assert page.total == len(page.hits) == index.count(parsed.query)
    return set(numbers(page))


def pages(index: SearchIndex, query: SearchQuery) -> Iterator[Page]:
    """All pages of a query."""
    while True:
        page = index.search(query)
        yield page
        if not page.next_cursor:
            return
        query = replace(query, cursor=page.next_cursor)


class MemoryLedger:
    """A ledger in memory, as ``index.rebuild.Ledger`` wants it."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self.rows: dict[str, Document] = {}
        for made in documents:
            self.write(made)

    def write(self, made: Document) -> None:
        """Add or change an advert: its position becomes the highest, its stamp a new one."""
        position = self.newest_position() + 1
        self.rows[made.doc_id] = replace(made, position=position, stamp=f"p{position}")

    def restamp(self, doc_id: str, stamp: str, **fields: Any) -> None:
        """Change what an advert's document is made from without writing the advert, as a verdict does."""
        self.rows[doc_id] = replace(self.rows[doc_id], stamp=stamp, **fields)

    def size(self) -> int:
        return len(self.rows)

    def newest_position(self) -> int:
        return max((row.position for row in self.rows.values()), default=0)

    def written_after(self, position: int, *, limit: int) -> Sequence[tuple[str, int]]:
        later = sorted((row.position, row.doc_id) for row in self.rows.values() if row.position > position)
        return [(doc_id, at) for at, doc_id in later[:limit]]

    def stamps(self, prefix: str) -> Mapping[str, str]:
        return {row.doc_id: row.stamp for row in self.rows.values() if row.doc_id.startswith(prefix)}

    def documents(self, advert_ids: Sequence[str]) -> Iterator[Document]:
        return (self.rows[doc_id] for doc_id in advert_ids if doc_id in self.rows)
