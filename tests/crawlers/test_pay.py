# ruff: noqa: E501 - tables of cases
"""Pay in the notations of many languages, and texts that are no pay."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.pay import find_pay, pay_of, period_of, read_pay

READ: tuple[tuple[str, str, float | None, float | None, str | None, str | None], ...] = (
    ("$150 ~ $200", "KH", 150, 200, "USD", None),
    ("$150 ~ $200", "", 150, 200, None, None),
    ("£25000 - £28000", "", 25000, 28000, "GBP", None),
    ("From $22.38 an hour", "US", 22.38, 22.38, "USD", "hour"),
    ("Rp 15.000.000 – 20.000.000 per month", "", 15e6, 20e6, "IDR", "month"),
    ("RM 998.63/Month", "", 998.63, 998.63, "MYR", "month"),
    ("1.900 € im Monat", "", 1900, 1900, "EUR", "month"),
    ("14,50 € pro Stunde", "", 14.5, 14.5, "EUR", "hour"),
    ("от 45 000 до 60 000 руб. в месяц", "", 45000, 60000, "RUB", "month"),
    ("50-60k EUR per year", "", 50000, 60000, "EUR", "year"),
    ("15-20 triệu/tháng", "", 15e6, 20e6, "VND", "month"),
    ("₹3,00,000 - 5,00,000 P.A.", "", 300000, 500000, "INR", "year"),
    ("3-5 lakh per annum", "IN", 300000, 500000, None, "year"),
    ("月給25万円～30万円", "", 250000, 300000, "JPY", "month"),
    ("6000-8000元/月", "", 6000, 8000, "CNY", "month"),
    ("8.000 - 12.000 zł brutto / mies.", "", 8000, 12000, "PLN", "month"),
    ("Up to £50k", "", 50000, 50000, "GBP", None),
    ("AED 1,500 + accommodation", "", 1500, 1500, "AED", None),
    ("١٥٠٠ ريال شهريا", "SA", 1500, 1500, "SAR", "month"),
    ("१२०० QAR", "", 1200, 1200, "QAR", None),
    ("25 000 kr/mån", "SE", 25000, 25000, "SEK", "month"),
    ("15,000 บาท/เดือน", "", 15000, 15000, "THB", "month"),
    ("500 usd por semana", "", 500, 500, "USD", "week"),
    ("20.000 TL aylık", "", 20000, 20000, "TRY", "month"),
    ("R$ 2.300,00 mensal", "", 2300, 2300, "BRL", "month"),
    ("€ 2.500,- per maand", "", 2500, 2500, "EUR", "month"),
    ("CHF 4'500 pro Monat", "", 4500, 4500, "CHF", "month"),
    ("Contract 24 months, 400 KD", "KW", 400, 400, "KWD", None),
    ("28 zł/godz.", "", 28, 28, "PLN", "hour"),
    ("60000 - 50000 USD", "", 50000, 60000, "USD", None),
    ("Competitive", "", None, None, None, None),
    ("Lương: Thỏa thuận", "", None, None, None, None),
    ("36 to 72 hours per week", "", None, None, None, None),
    ("10% bonus", "", None, None, None, None),
)


@pytest.mark.parametrize(("raw", "country", "low", "high", "currency", "period"), READ)
def test_words_into_numbers(raw: str, country: str, low: float, high: float, currency: str, period: str) -> None:
    pay = read_pay(raw, country=country)
    assert pay is not None
    assert pay.raw == raw
    assert (pay.low, pay.high, pay.currency, pay.period) == (low, high, currency, period)


@pytest.mark.parametrize("raw", ["", "  ", "\n"])
def test_no_words_no_pay(raw: str) -> None:
    assert read_pay(raw) is None


@pytest.mark.parametrize(
    "text",
    ["We pay £12 per hour", "Salary 900-1100 EUR", "Gaji Rp 4.000.000", "ставка 28 zł/год", "earn $400 a week", "1,200 QAR", "15 000 Kč"],
)
def test_pay_is_found_in_a_line(text: str) -> None:
    found = find_pay(text)
    assert found is not None
    assert found.low is not None


@pytest.mark.parametrize(
    "text",
    [
        "Full-time",
        "24 months",
        "+44 7700 900123",
        "3 November 2026",
        "Vacancies: 40",
        "Room 12, Floor 3",
        "5 years of experience",
        "Ref 2026/114",
        "8 hours a day",
        "",
        "€",
        "Age 18-45",
    ],
)
def test_other_numbers_are_no_pay(text: str) -> None:
    assert find_pay(text) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"low": 15e6, "high": 25e6, "currency": "IDR", "period": "MONTH"}, (15e6, 25e6, "IDR", "month")),
        ({"low": "30000", "high": "35000", "currency": "USD", "period": "PA"}, (30000, 35000, "USD", "year")),
        ({"low": 22.38, "high": -1, "currency": "USD"}, (22.38, 22.38, "USD", None)),
        ({"low": 2000, "high": 1000}, (1000, 2000, None, None)),
        ({"low": "1,500.50", "currency": "gbp"}, (1500.5, 1500.5, "GBP", None)),
        ({"low": None, "high": None, "raw": "£11 per hour"}, (11, 11, "GBP", "hour")),
        ({"low": True, "high": "n/a"}, None),
        ({"low": 0, "high": 0, "currency": "USD"}, None),
        ({}, None),
    ],
)
def test_separate_fields(fields: dict[str, Any], expected: tuple[Any, ...] | None) -> None:
    pay = pay_of(**fields)
    assert (pay and (pay.low, pay.high, pay.currency, pay.period)) == expected


@pytest.mark.parametrize(
    ("unit", "period"),
    [("MONTH", "month"), ("per annum", "year"), ("PA", "year"), ("PH", "hour"), ("月給", "month"), ("1 YEAR", "year"), ("per-year-salary", "year"), ("week", "week"),
     ("fortnight", None), ("", None), ("Bi-Weekly", "week")],
)  # fmt: skip
def test_periods(unit: str, period: str | None) -> None:
    assert period_of(unit) == period


@given(st.text(max_size=200), st.sampled_from(["", "US", "SE", "??"]))
def test_any_text_is_read_without_fault(text: str, country: str) -> None:
    for pay in (read_pay(text, country=country), find_pay(text, country=country)):
        if pay and pay.low is not None:
            assert pay.high is not None
            assert 0 <= pay.low <= pay.high
