"""Pages in the order that every engine must give, whatever order it breaks ties in itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from index import cursors, keys
from index.base import RefusedQueryError
from index.query import SearchQuery

DEEPEST = 10_000
"""Adverts that can be paged through by relevance: each page ranks all pages before it again."""

SLACK = 8
"""Adverts read beyond a page, so that those with equal sort keys can be put in order of their id."""

Row: TypeAlias = tuple[float, int, Any]
"""An advert's place in the order of a query, lowest first: its sort key with the sign turned, its tie, the engine's address of it."""

Rows: TypeAlias = Callable[[int], list[Row]]
"""Gives the engine's so many best rows, in any order among those with equal keys."""


@dataclass(frozen=True, slots=True)
class Portion:
    """The rows of one page and whether there are more."""

    rows: list[Row]
    more: bool


def by_key(rows: Rows, query: SearchQuery, place: cursors.Place | None) -> Portion:
    """The page after ``place`` from rows that begin with its key."""
    return _portion(_after(place, rows(query.size + 1 + SLACK)), query)


def by_score(rows: Rows, query: SearchQuery, place: cursors.Place | None) -> Portion:
    """The page after ``place`` from the best rows of all. Raises ``RefusedQueryError`` beyond ``DEEPEST``."""
    return _portion(_after(place, ranked(rows, first=last_place(query, place) + 1)), query)


def last_place(query: SearchQuery, place: cursors.Place | None) -> int:
    """The place in the order by relevance at which the page after ``place`` ends. Raises ``RefusedQueryError`` beyond ``DEEPEST``."""
    last = (place.seen if place else 0) + query.size
    if last > DEEPEST:
        raise RefusedQueryError(
            f"page up to advert {last} by relevance: {DEEPEST} is the last; sort by risk or newest, or narrow the query"
        )
    return last


def ranked(rows: Rows, *, first: int) -> list[Row]:
    """The ``first`` best rows or more, or all there are.

    Equal scores are read to their end, so that their order does not depend on how the engine has laid them out.
    """
    limit = first + SLACK
    while True:
        found = sorted(rows(limit), key=itemgetter(0, 1))
        if len(found) < limit or found[-1][0] > found[first - 1][0] or limit > 2 * DEEPEST:
            return found
        limit *= 8


def cursor_after(query: SearchQuery, place: cursors.Place | None, portion: Portion, *, last_id: str) -> str:
    """The cursor of the next page; empty where there is none."""
    if not portion.more:
        return ""
    seen = (place.seen if place else 0) + len(portion.rows)
    return cursors.write(query, cursors.Place(-portion.rows[-1][0], last_id, seen))


def _after(place: cursors.Place | None, rows: list[Row]) -> list[Row]:
    found = sorted(rows, key=itemgetter(0, 1))
    return [row for row in found if row[:2] > (-place.key, keys.tie(place.doc_id))] if place else found


def _portion(rows: list[Row], query: SearchQuery) -> Portion:
    return Portion(rows[: query.size], len(rows) > query.size)
