"""What every backend must do, as ``index.base`` promises it: facets and histograms. See ``test_contract.py``."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from index.base import SearchIndex
from index.query import (
    DayField,
    Histogram,
    KeywordField,
    SearchQuery,
    Step,
    Word,
)
from index.syntax import parse
from tests.index.making import document, fill, found


def test_counts_facets_over_the_whole_result(shelf: SearchIndex) -> None:
    query = SearchQuery(
        parse("-band:none").query.where,
        size=1,
        facets=(KeywordField.COUNTRY, KeywordField.INDICATOR, KeywordField.ONLINE, KeywordField.ORIGIN, KeywordField.SECTOR),
    )
    values = shelf.search(query).facets.values
    counted = {field: [(count.value, count.count) for count in counts] for field, counts in values.items()}
    assert counted == {
        KeywordField.COUNTRY: [("AE", 2), ("QA", 1)],
        KeywordField.INDICATOR: [("fees", 2), ("document-retention", 1)],
        KeywordField.ONLINE: [("yes", 6), ("no", 1)],
        KeywordField.ORIGIN: [("NP", 2), ("BD", 1)],
        KeywordField.SECTOR: [("domestic", 1), ("fishing", 1), ("health", 1)],
    }
    assert shelf.facets(query) == shelf.search(query).facets


def test_gives_the_most_frequent_values_of_a_facet(index: SearchIndex) -> None:
    fill(index, [document(n, source=f"board-{n % 300:03}") for n in range(900 + 7)])
    values = index.facets(SearchQuery(facets=(KeywordField.SOURCE,), facet_size=10)).values[KeywordField.SOURCE]
    assert [(count.value, count.count) for count in values] == [(f"board-{n:03}", 4) for n in range(7)] + [
        (f"board-{n:03}", 3) for n in (7, 8, 9)
    ]


def test_facets_of_nothing_are_empty(shelf: SearchIndex) -> None:
    facets = shelf.facets(SearchQuery(Word("nowhere"), facets=(KeywordField.BAND,), histogram=Histogram(DayField.SEEN)))
    assert (dict(facets.values), facets.histogram) == ({KeywordField.BAND: ()}, ())


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step.DAY, [("2025-12-31", 1), ("2026-01-01", 2), ("2026-02-28", 1)]),
        (Step.WEEK, [("2025-12-29", 3), ("2026-02-23", 1)]),
        (Step.MONTH, [("2025-12-01", 1), ("2026-01-01", 2), ("2026-02-01", 1)]),
        (Step.YEAR, [("2025-01-01", 1), ("2026-01-01", 3)]),
    ],
)
def test_counts_by_time(index: SearchIndex, step: Step, expected: list[tuple[str, int]]) -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 28), None]
    fill(index, [document(n, posted_on=day) for n, day in enumerate(days)])
    histogram = index.facets(SearchQuery(histogram=Histogram(DayField.POSTED, step))).histogram
    assert [(column.start.isoformat(), column.count) for column in histogram] == expected


def test_days_are_those_of_utc(index: SearchIndex) -> None:
    late = datetime.fromisoformat("2026-01-01T01:00:00+03:00")
    fill(index, [document(1, first_seen_at=late, seen_at=late)])
    assert found(index, "seen:2025-12-31") == {1}
    assert found(index, "seen:2026-01-01") == set()
