"""Dates in many languages, without a clock."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.readers.parts.dates import is_date, read_date


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ("2026-11-03T08:00:00.000Z", "", date(2026, 11, 3)),
        ("Tue, 03 Nov 2026 07:30:41 +0000", "", date(2026, 11, 3)),
        ("Thu Oct 17 22:48:01 UTC 2013", "", date(2013, 10, 17)),
        ("2012-03-12 10:16:56.14", "", date(2012, 3, 12)),
        ("20261103", "", date(2026, 11, 3)),
        (1793700000, "", date(2026, 11, 3)),
        (1793700000000, "", date(2026, 11, 3)),
        ("1793700000000", "", date(2026, 11, 3)),
        ("3 November 2026", "", date(2026, 11, 3)),
        ("November 3rd, 2026", "", date(2026, 11, 3)),
        ("3. listopadu 2026", "cs", date(2026, 11, 3)),
        ("3 de noviembre de 2026", "", date(2026, 11, 3)),
        ("3 ноября 2026 г.", "", date(2026, 11, 3)),
        ("03.11.2026", "", date(2026, 11, 3)),
        ("2026年11月3日", "", date(2026, 11, 3)),
        ("3 พ.ย. 2569", "", date(2026, 11, 3)),
        ("٣ نوفمبر ٢٠٢٦", "", date(2026, 11, 3)),
        ("31/08/2026", "", date(2026, 8, 31)),
        ("07/15/2026", "", date(2026, 7, 15)),
        ("03/11/2026", "en-GB", date(2026, 11, 3)),
        ("03/11/2026", "en-US", date(2026, 3, 11)),
        ("03/11/2026", "", None),
        ("03/11/2026", "en", None),
        ("3 days ago", "", None),
        ("today", "", None),
        ("31/02/2026", "", None),
        ("3 Nov", "", None),
        ("", "", None),
        (None, "", None),
        (True, "", None),
        (7, "", None),
        ("call 0113 496 0100", "", None),
    ],
)
def test_dates(value: Any, language: str, expected: date | None) -> None:
    assert read_date(value, language=language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "3 Nov 2026",
        "Today",
        "vor 2 Tagen",
        "3d",
        "Posted 30+ days ago",
        "2026-11-03",
        "il y a 3 jours",
        "сегодня",
        "hace 2 días",
        "Azi 18:03",
        "29 aug",
    ],
)
def test_what_is_a_date_or_an_age(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize("text", ["Cook", "Leeds", "£12 per hour", "40 workers", "Room 3", "", "Night shift from 10 pm", "May Street"])
def test_what_is_neither(text: str) -> None:
    assert not is_date(text)


@given(st.one_of(st.text(max_size=60), st.integers(), st.floats(), st.none()), st.sampled_from(["", "en-US", "de"]))
def test_any_value_never_fails(value: Any, language: str) -> None:
    found = read_date(value, language=language)
    assert found is None or 1990 <= found.year <= 2100
