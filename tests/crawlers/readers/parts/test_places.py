# ruff: noqa: E501 - tables of cases
"""Countries and what looks like a place or a company."""

from __future__ import annotations

import pytest

from crawlers.readers.parts.places import company_like, country_in, country_of, is_remote, place_like


@pytest.mark.parametrize(
    ("name", "code"),
    [("GB", "GB"), ("uk", "GB"), ("Qatar", "QA"), ("Deutschland", "DE"), ("Польша", "PL"), ("कतार", "QA"), ("قطر", "QA"), ("USA", "US"), ("United States of America", "US"),
     ("Türkiye", "TR"), ("Atlantis", ""), ("", ""), ("XX", ""), ("Georgia", "GE")],
)  # fmt: skip
def test_country_fields(name: str, code: str) -> None:
    assert country_of(name) == code


@pytest.mark.parametrize(
    ("place", "code"),
    [("Leeds, United Kingdom", "GB"), ("Remote - India", "IN"), ("Dubai, UAE", "AE"), ("Savannah, GA 31404", "US"), ("Atlanta, Georgia", ""), ("Salvador, BA", ""), ("Leeds", ""),
     ("", "")],
)  # fmt: skip
def test_countries_in_places(place: str, code: str) -> None:
    assert country_in(place) == code


@pytest.mark.parametrize(
    "text", ["Leeds, United Kingdom", "New York, NY", "Phnom Penh", "Remote", "Hà Nội", "名古屋市", "LS1 4AP Leeds", "г. Тверь", "Doha"]
)
def test_places(text: str) -> None:
    assert place_like(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cook",
        "Quayside Logistics Ltd",
        "Full-time",
        "",
        "We are looking for people who can work in any weather and at any hour.",
        "Anthracite",
    ],
)
def test_no_places(text: str) -> None:
    assert not place_like(text)


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("Acme GmbH", True),
        ("ООО Ромашка", True),
        ("東湖電子有限公司", True),
        ("PT Maju", True),
        ("Leeds", False),
        ("Cook", False),
        ("", False),
    ],
)
def test_companies(text: str, yes: bool) -> None:
    assert company_like(text) is yes


def test_remote() -> None:
    assert is_remote("Work from home")
    assert not is_remote("Leeds")
