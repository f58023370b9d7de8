from __future__ import annotations

import pytest
import yaml

from index.sectors import FILE, MOST, Sectors, names, version
from nlp.segment import terms

SECTORS = Sectors(terms)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Nurse in Doha", ("health",)),
        ("NURSES wanted!", ("health",)),
        ("Kierowca kat. C+E", ("transport",)),
        ("招聘保姆，高薪", ("domestic",)),
        ("รับสมัครแม่บ้าน", ("domestic",)),
        ("ड्राइभर चाहियो", ("transport",)),
        ("عاملة منزلية", ("domestic",)),
        ("የቤት ሰራተኛ", ("domestic",)),
        ("Сварщик на завод", ("construction", "manufacturing")),
        ("Fruit picking, cook and driver, cleaner", ("agriculture", "hospitality", "transport")),
        ("Thợ hàn đi Nhật", ("construction",)),
        # no word of an occupation, or only a part of one
        ("Great opportunity, apply now", ()),
        ("Nursery", ()),
        ("Guardian of the galaxy", ()),
        ("Cookies", ()),
        ("12345", ()),
        ("", ()),
    ],
)
def test_sector_of_a_title(title: str, expected: tuple[str, ...]) -> None:
    assert SECTORS.of(title, "") == expected


def test_the_text_tells_where_the_title_does_not() -> None:
    assert SECTORS.of("Work abroad", "We look for welders. " + "x " * 400 + "nurse") == ("construction",)
    assert SECTORS.of("Nurse", "We look for welders.") == ("health",)
    assert SECTORS.of("Work abroad", "x " * 400 + "nurse") == ()


def test_a_list_of_vacancies_names_a_few() -> None:
    assert len(SECTORS.of("Nurse, cook, driver, welder, cleaner, teacher", "")) == MOST


def test_every_word_of_the_table_can_be_found() -> None:
    table = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert tuple(table) == names()
    lost = [word for name, entry in table.items() for word in entry["words"] if name not in SECTORS.of(word.rstrip("*"), "")]
    assert lost == []
    assert all(entry["isco"] for entry in table.values())
    assert len(version()) == 8
