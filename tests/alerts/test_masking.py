"""What may be shown of a title."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.masking import LONGEST, one_line, title


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Packers wanted", "Packers wanted"),
        ("Packers 40 h, 12.50 EUR", "Packers 40 h, 12.50 EUR"),
        ("Nurse 2026", "Nurse 2026"),
        ("Call +1 555 010 0123 now", "Call … now"),
        ("Call (555) 010-0123 now", "Call … now"),
        ("٠٧٧٠٠٩٠٠١٢٣ اتصل", "… اتصل"),
        ("write boss@agency.example", "write …"),
        ("telegram @agency_boss", "telegram …"),
        ("cook @ 12 EUR", "cook @ 12 EUR"),
        ("see https://agency.example/x now", "see … now"),
        ("wa.me/15550100", "…"),
        ("two\nlines\tand\x00 more", "two lines and more"),
        ("turned \u202e round \u2066x\u2069", "turned round x"),
        ("نرس می\u200cخواهیم", "نرس می\u200cخواهیم"),
        ("half \ud800 pair", "half pair"),
        ("   ", ""),
    ],
)
def test_titles(text: str, shown: str) -> None:
    assert title(text) == shown


def test_found_contacts_go_by_their_place() -> None:
    whole = "Packers @boss and Bo\nmore text @boss"
    contacts = [{"start": 8, "end": 13, "masked": "@b…"}, {"start": 31, "end": 36, "masked": "@b…"}]
    assert title("Packers @boss and Bo", whole=whole, contacts=contacts) == "Packers … and Bo"
    assert title("Packers and Bo", whole="Another title", contacts=contacts) == "Packers and Bo"


@given(st.text(max_size=400))
def test_one_line_is_one_short_line(text: str) -> None:
    shown = one_line(text)
    assert len(shown) <= LONGEST
    assert shown.splitlines() in ([], [shown])
    assert one_line(shown) == shown
    shown.encode()


@given(st.text(alphabet="0123456789٠١٢३४५ -().+", max_size=60), st.text(max_size=20))
def test_no_telephone_number_is_left(number: str, around: str) -> None:
    assert not re.search(r"\d[\s().-]?\d[\s().-]?\d[\s().-]?\d[\s().-]?\d[\s().-]?\d", title(f"{around} {number} {around}"))
