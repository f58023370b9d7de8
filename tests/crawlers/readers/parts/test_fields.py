"""Values by their labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.readers.parts.fields import labelled


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Recruiter: Acme\nSalary: £25000\nLocation\nLeeds", {"employer": "Acme", "pay": "£25000", "place": "Leeds"}),
        ("Arbeitgeber – Gasthaus Sonnenhof", {"employer": "Gasthaus Sonnenhof"}),
        ("- 会社名：みどりの丘株式会社\n- 給与：月給22万円", {"employer": "みどりの丘株式会社", "pay": "月給22万円"}),
        ("Company | Acme Ltd", {"employer": "Acme Ltd"}),
        ("Location: Leeds\nLocation: York", {"place": "Leeds"}),
        ("Location:\nSalary:\n£12 per hour", {"pay": "£12 per hour"}),
        ("Salary\nAccommodation\nFood", {}),
        ("Compensation: we pay people well and care for them in ways that are hard to describe", {}),
        ("Date: soon", {}),
        ("We offer: good pay", {}),
        ("", {}),
    ],
)
def test_values(text: str, values: dict[str, str]) -> None:
    assert labelled(text.split("\n")).values == values


def test_labels_are_counted_once_each() -> None:
    assert labelled(["Working hours: 8", "Working hours: 9", "Age: 18-30", "no label: x"]).count == 2


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_lines_never_fail(lines: list[str]) -> None:
    found = labelled(lines)
    assert found.count >= len(found.values) - 1
