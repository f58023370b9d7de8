"""Cursors: opaque, and only good for the query they came from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.base import CursorError
from index.cursors import Place, read, write
from index.query import SearchQuery, Sort, Word
from tests.index.making import doc_id

QUERY = SearchQuery(Word("fee"))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 2**64 - 1), st.integers(0), st.integers(1, 10**9))
def test_what_is_written_is_read_back(key: float, number: int, seen: int) -> None:
    place = Place(key, doc_id(number), seen)
    assert read(replace(QUERY, cursor=write(QUERY, place))) == place


def test_the_first_page_has_none() -> None:
    assert read(QUERY) is None


@pytest.mark.parametrize(
    "other",
    [SearchQuery(Word("fees")), SearchQuery(), SearchQuery(Word("fee"), sort=Sort.NEWEST)],
)
def test_refuses_another_query(other: SearchQuery) -> None:
    cursor = write(QUERY, Place(1.0, doc_id(1), 20))
    with pytest.raises(CursorError, match="another query"):
        read(replace(other, cursor=cursor))


def test_another_page_size_is_no_other_query() -> None:
    cursor = write(QUERY, Place(1.0, doc_id(1), 20))
    assert read(SearchQuery(Word("fee"), size=7, facets=(), cursor=cursor)) == Place(1.0, doc_id(1), 20)


@given(st.text(max_size=50))
def test_refuses_anything_else(text: str) -> None:
    if text:
        with pytest.raises(CursorError, match="start again without a cursor"):
            read(replace(QUERY, cursor=text))


@pytest.mark.parametrize(
    "place",
    [
        Place(float("nan"), doc_id(1), 1),
        Place(float("inf"), doc_id(1), 1),
        Place(1.0, "x", 1),
        Place(1.0, doc_id(1), 0),
        Place(1.0, doc_id(1), -5),
    ],
)
def test_refuses_forged_places(place: Place) -> None:
    with pytest.raises(CursorError, match="cannot be read"):
        read(replace(QUERY, cursor=write(QUERY, place)))
