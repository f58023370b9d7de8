"""Values of filters, as typed in a query or chosen in a form."""

from __future__ import annotations

from datetime import date

import pytest

from index.query import DayField, DayRange, Has, Is, KeywordField, Node, QueryError, RiskRange, Sort
from index.values import filter_of, sort_of, written


@pytest.mark.parametrize(
    ("name", "value", "node"),
    [
        ("country", "qa", Is(KeywordField.COUNTRY, "QA")),
        ("band", "URGENT", Is(KeywordField.BAND, "urgent")),
        ("online", "No", Is(KeywordField.ONLINE, "no")),
        ("risk", "0.5", RiskRange(0.5, 0.5)),
        ("risk", "0,5", RiskRange(0.5, 0.5)),
        ("risk", "<=0.5", RiskRange(high=0.5)),
        ("risk", "<0.5", RiskRange(high=0.5, high_open=True)),
        ("risk", ">0", RiskRange(low=0, low_open=True)),
        ("risk", "0..1", RiskRange(0, 1)),
        ("risk", ">0.2..<0.4", RiskRange(0.2, 0.4, True, True)),
        ("seen", "2026-02-03", DayRange(DayField.SEEN, date(2026, 2, 3), date(2026, 2, 3))),
        ("seen", "2024-02", DayRange(DayField.SEEN, date(2024, 2, 1), date(2024, 2, 29))),
        ("posted", "2026", DayRange(DayField.POSTED, date(2026, 1, 1), date(2026, 12, 31))),
        ("posted", "2025..2026-02", DayRange(DayField.POSTED, date(2025, 1, 1), date(2026, 2, 28))),
        ("first-seen", ">2026-01", DayRange(DayField.FIRST_SEEN, since=date(2026, 2, 1))),
        ("first-seen", ">=2026-01", DayRange(DayField.FIRST_SEEN, since=date(2026, 1, 1))),
        ("first-seen", "<2026", DayRange(DayField.FIRST_SEEN, until=date(2025, 12, 31))),
        ("first-seen", "<=2026", DayRange(DayField.FIRST_SEEN, until=date(2026, 12, 31))),
        ("has", "first-seen", Has(DayField.FIRST_SEEN)),
    ],
)
def test_reads(name: str, value: str, node: Node) -> None:
    found = filter_of(name, value)
    assert found == node
    assert filter_of(*written(found)) == found


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("country", "", "empty country"),
        ("band", "red", "is none of urgent"),
        ("risk", "", "number from 0 to 1"),
        ("risk", "nan", "number from 0 to 1"),
        ("risk", "1.5", "number from 0 to 1"),
        ("risk", "٠", "number from 0 to 1"),
        ("risk", "0.1..", "number from 0 to 1"),
        ("risk", ">=", "number from 0 to 1"),
        ("seen", "", "give a day"),
        ("seen", "2026-1-1", "give a day"),
        ("seen", "2026-13", "give a day"),
        ("seen", "0000", "give a day"),
        ("seen", "26-01-01", "give a day"),
        ("seen", "٢٠٢٦", "give a day"),
        ("seen", "..", "give a day"),
        ("seen", "<0001-01-01", "no such day"),
        ("has", "title", "give one of"),
        ("title", "nurse", "filter 'title': is none"),
        ("sort", "risk", "filter 'sort': is none"),
        ("", "", "filter '': is none"),
    ],
)
def test_refuses(name: str, value: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        filter_of(name, value)


def test_sorts_by_name() -> None:
    assert sort_of("newest") is Sort.NEWEST
    with pytest.raises(QueryError, match="is none of relevance, risk, newest"):
        sort_of("Newest")
