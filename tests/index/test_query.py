"""The query as data refuses what it cannot mean."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import pytest

from index.query import (
    All,
    AnyOf,
    DayField,
    DayRange,
    Has,
    Is,
    KeywordField,
    Not,
    Phrase,
    Prefix,
    QueryError,
    RiskRange,
    SearchQuery,
    Sort,
    Word,
    all_of,
    any_of,
    words_in,
)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Word(""), "empty word"),
        (lambda: Phrase(""), "empty phrase"),
        (lambda: Prefix(""), "empty beginning"),
        (lambda: Is(KeywordField.SOURCE, ""), "empty source"),
        (lambda: RiskRange(), "without a bound"),
        (lambda: RiskRange(low=-0.1), "between 0 and 1"),
        (lambda: RiskRange(high=math.nan), "between 0 and 1"),
        (lambda: RiskRange(low=0.5, high_open=True), "not there"),
        (lambda: DayRange(DayField.SEEN), "without a day"),
        (lambda: All((Word("a"),)), "two parts"),
        (lambda: AnyOf(()), "two parts"),
        (lambda: SearchQuery(size=0), "give 1 to 1000"),
        (lambda: SearchQuery(size=1001), "next_cursor"),
        (lambda: SearchQuery(facet_size=0), "give 1 to"),
        (lambda: SearchQuery(facets=(KeywordField.CLUSTER,)), "too many values"),
    ],
)
def test_refuses(make: Callable[[], object], says: str) -> None:
    with pytest.raises(QueryError, match=says):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Word(" "),
        lambda: RiskRange(low=0, high=0),
        lambda: RiskRange(low=0.9, high=0.1),
        lambda: DayRange(DayField.SEEN, until=date.max),
        lambda: All((Word("a"), Word("a"))),
        lambda: SearchQuery(size=1000, facets=(KeywordField.BAND,)),
    ],
)
def test_takes(make: Callable[[], object]) -> None:
    make()


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        (KeywordField.COUNTRY, "qa", "QA"),
        (KeywordField.LANGUAGE, "zh-Hant", "zh-hant"),
        (KeywordField.SOURCE, "Board", "Board"),
    ],
)
def test_values_are_compared_in_one_form(field: KeywordField, given: str, kept: str) -> None:
    assert Is(field, given).value == kept


def test_joining_leaves_out_what_asks_for_nothing() -> None:
    a, b = Word("a"), Word("b")
    assert all_of() is None
    assert all_of(None, a) == any_of(a, None) == a
    assert all_of(a, None, b) == All((a, b))
    assert any_of(a, b) == AnyOf((a, b))


def test_narrowing_starts_at_the_first_page() -> None:
    query = SearchQuery(Word("a"), cursor="x", size=5)
    assert query.narrowed(Has(KeywordField.VERDICT)) == SearchQuery(All((Word("a"), Has(KeywordField.VERDICT))), size=5)
    assert query.narrowed() == query
    assert SearchQuery().narrowed(Word("a")).where == Word("a")


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        (SearchQuery(Word("a")), Sort.RELEVANCE),
        (SearchQuery(All((Not(Word("a")), Phrase("b")))), Sort.RELEVANCE),
        (SearchQuery(AnyOf((Prefix("a"), Word("b")))), Sort.RELEVANCE),
        (SearchQuery(All((Not(Word("a")), Prefix("b")))), Sort.RISK),
        (SearchQuery(Not(Word("a"))), Sort.RISK),
        (SearchQuery(), Sort.RISK),
        (SearchQuery(Word("a"), sort=Sort.NEWEST), Sort.NEWEST),
        (SearchQuery(sort=Sort.NEWEST), Sort.NEWEST),
    ],
)
def test_relevance_needs_words(query: SearchQuery, sort: Sort) -> None:
    assert query.sort_in_force is sort


def test_words_looked_for_are_those_not_left_out() -> None:
    node = All((Word("a"), AnyOf((Phrase("b c"), Is(KeywordField.BAND, "watch"))), Not(Word("d")), Prefix("e")))
    assert words_in(node) == (Word("a"), Phrase("b c"), Prefix("e"))
    assert words_in(None) == ()
