"""Counts in the order and steps that every engine gives them in."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.base import Column, FacetCount, Facets
from index.counting import aggregations, columns, facet_counts, facets_from
from index.query import DayField, Histogram, KeywordField, SearchQuery, Step


@pytest.mark.parametrize(
    ("found", "size", "expected"),
    [
        ([], 5, ()),
        ([("b", 2), ("a", 2), ("c", 3)], 5, (FacetCount("c", 3), FacetCount("a", 2), FacetCount("b", 2))),
        ([("b", 2), ("a", 2), ("c", 3)], 2, (FacetCount("c", 3), FacetCount("a", 2))),
        ([("", 9), ("a", 0), ("b", 1)], 5, (FacetCount("b", 1),)),
    ],
)
def test_orders_values(found: list[tuple[str, int]], size: int, expected: tuple[FacetCount, ...]) -> None:
    assert facet_counts(found, size=size) == expected


@given(st.lists(st.tuples(st.dates(), st.integers(1, 5))), st.sampled_from(Step))
def test_columns_hold_every_day_once(days: list[tuple[date, int]], step: Step) -> None:
    made = columns(days, step)
    assert sum(column.count for column in made) == sum(count for _day, count in days)
    starts = [column.start for column in made]
    assert starts == sorted(set(starts))


@pytest.mark.parametrize(
    ("step", "start"),
    [(Step.DAY, "2026-03-01"), (Step.WEEK, "2026-02-23"), (Step.MONTH, "2026-03-01"), (Step.YEAR, "2026-01-01")],
)
def test_steps_begin(step: Step, start: str) -> None:
    assert columns([(date(2026, 3, 1), 1)], step) == (Column(date.fromisoformat(start), 1),)
    assert columns([(date.min, 1), (date.max, 0)], step) == (Column(date.min, 1),)


def test_asks_for_what_is_wanted_and_reads_the_answer() -> None:
    query = SearchQuery(facets=(KeywordField.LANGUAGE,), histogram=Histogram(DayField.FIRST_SEEN, Step.YEAR), facet_size=1)
    asked = aggregations(query)
    assert {name: asked[name]["terms"]["field"] for name in asked} == {"lang": "language", "days": "first_seen"}
    answer = {
        "lang": {"buckets": [{"key": "ne", "doc_count": 2}, {"key": "am", "doc_count": 2}]},
        "days": {"buckets": [{"key": date(2026, 5, 5).toordinal(), "doc_count": 4}]},
    }
    assert facets_from(query, answer) == Facets({KeywordField.LANGUAGE: (FacetCount("am", 2),)}, (Column(date(2026, 1, 1), 4),))
    assert aggregations(SearchQuery()) == {}
