"""Help lines: what a link dials."""

from __future__ import annotations

import pytest

from notices.markup import help_lines


@pytest.mark.parametrize(
    ("number", "dial"),
    [
        ("112", "112"),
        ("112 / 999", "112"),
        ("+1 (555) 0100", "+15550100"),
        ("(0207) 946-0000", "02079460000"),
        ("+977-1-4200000", "+97714200000"),
        ("٠١٢ ٣٤٥", "012345"),
        ("ask at the gate", ""),
        # hours are no part of a number
        ("112 (24/7)", "112"),
        ("112 24/7", "112"),
        ("112 (24 h)", "112"),
        ("112 9:00-17:00", "112"),
        ("9:00-17:00: 112", "112"),
        ("24/7: +44 7700 900123", "+447700900123"),
    ],
)
def test_what_a_link_dials(number: str, dial: str) -> None:
    assert help_lines(f"Help | {number}")[0].dial == dial
