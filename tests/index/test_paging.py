"""Pages over rows whose equals an engine gives in any order."""

from __future__ import annotations

import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import cursors
from index.base import RefusedQueryError
from index.paging import DEEPEST, Portion, Row, by_key, by_score, cursor_after, ranked
from index.query import SearchQuery, Word
from tests.index.making import doc_id

scores = st.lists(st.integers(0, 3), max_size=60)


def best(rows: list[Row], limit: int) -> list[Row]:
    """The best rows as an engine gives them: equals in no order, cut anywhere among them."""
    shuffled = random.Random(limit).sample(rows, len(rows))
    return sorted(shuffled, key=lambda row: row[0])[:limit]


@given(scores, st.integers(1, 70))
def test_ranks_exactly(keys: list[int], first: int) -> None:
    rows: list[Row] = [(-key, number, None) for number, key in enumerate(keys)]
    assert ranked(partial(best, rows), first=first)[:first] == sorted(rows)[:first]


def test_ranking_of_endless_equals_ends() -> None:
    asked: list[int] = []

    def equals(limit: int) -> list[Row]:
        asked.append(limit)
        return [(-1.0, number, None) for number in range(limit)]

    assert len(ranked(equals, first=10)) >= 10
    assert asked[-1] <= 16 * DEEPEST


def test_pages_by_score_are_limited() -> None:
    query = SearchQuery(Word("a"), size=1000)
    place = cursors.Place(1.0, doc_id(1), DEEPEST - 1000)
    assert by_score(partial(best, []), query, place) == Portion([], more=False)
    with pytest.raises(RefusedQueryError, match="sort by risk or newest"):
        by_score(partial(best, []), query, cursors.Place(1.0, doc_id(1), DEEPEST - 999))


def test_pages_say_whether_there_is_more() -> None:
    rows: list[Row] = [(-key, 0, key) for key in range(5)]
    query = SearchQuery(size=5)
    full = by_key(partial(best, rows), query, None)
    assert (len(full.rows), full.more, cursor_after(query, None, full, last_id=doc_id(1))) == (5, False, "")
    part = by_key(partial(best, rows), SearchQuery(size=4), None)
    assert (len(part.rows), part.more) == (4, True)
    assert cursor_after(SearchQuery(size=4), None, part, last_id=doc_id(1))
