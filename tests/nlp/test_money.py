from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.money import find
from nlp.normalise import fold


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("$500", 500, 500, "USD"),
        ("500-700 USD", 500, 700, "USD"),
        ("4 lakh", 400_000, 400_000, ""),
        ("₹1,00,000", 100_000, 100_000, "INR"),
        ("Rp 5.000.000", 5_000_000, 5_000_000, "IDR"),
        ("8-10 triệu", 8e6, 10e6, ""),
        ("15 000 руб.", 15_000, 15_000, "RUB"),
        ("1.200,50 €", 1200.5, 1200.5, "EUR"),
        ("3万", 30_000, 30_000, ""),
        ("२५ हजार", 25_000, 25_000, ""),
        ("€2k", 2000, 2000, "EUR"),
        ("Rs.500", 500, 500, "INR"),
    ],
)
def test_sums_are_read(text: str, low: float, high: float, currency: str) -> None:
    found = find(fold(text).text)
    assert [(sum_.low, sum_.high, sum_.currency) for sum_ in found] == [(low, high, currency)]


@pytest.mark.parametrize("text", ["5 years", "no.500", "room 12", "24/7", "call 0770 090", "aged 18 to 25", "3 on 4 off", "2026", ""])
def test_bare_numbers_are_no_sums(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize("text", ["$8 billion", "€20 million in sales", "a fund of 250 million USD", "2 млрд евро"])
def test_what_only_a_firm_turns_over_is_no_sum(text: str) -> None:
    assert find(fold(text).text) == []


@pytest.mark.parametrize("text", ["5 million VND", "Rp 12 juta", "2 million dinar", "$90,000"])
def test_large_sums_of_small_units_are_sums(text: str) -> None:
    assert len(find(fold(text).text)) == 1


@given(st.text(alphabet="0123456789.,- $€krs lakh", max_size=200))
def test_any_digits_are_survived(text: str) -> None:
    assert all(0 <= found.start < found.end <= len(text) and found.low <= found.high for found in find(text))
