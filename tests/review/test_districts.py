"""Districts: places as boards write them, folded and taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review import districts


@pytest.mark.parametrize(
    ("place", "country", "found"),
    [
        ("Faro", "PT", ("faro",)),
        ("Faro, Algarve, Portugal", "PT", ("faro", "algarve")),
        ("FARO (Algarve)", "", ("faro", "algarve")),
        ("8000-123 Faro", "PT", ("faro",)),
        ("Alcalá de Henares - Madrid", "ES", ("alcala de henares", "madrid")),
        ("Alcalá-Norte", "ES", ("alcala-norte",)),
        ("Łódź", "PL", ("lodz",)),
        ("Straße des Friedens; Köln", "DE", ("strasse des friedens", "koln")),
        ("Odessa, TX United States", "US", ("odessa", "tx")),
        ("Leeds, UK", "GB", ("leeds",)),
        ("Atlanta, Georgia", "US", ("atlanta", "georgia")),
        ("Tbilisi, Georgia", "GE", ("tbilisi",)),
        ("الدوحة، قطر", "QA", ("الدوحة",)),
        ("काठमाडौं, नेपाल", "NP", ("काठमाडौं",)),
        ("東京、日本", "", ("東京", "日本")),
        ("Faro, faro,  FARO", "PT", ("faro",)),
        ("Portugal", "PT", ()),
        ("Portugal", "", ()),
        ("PT", "PT", ()),
        ("", "PT", ()),
        ("8000-123", "PT", ()),
        (", - ;", "PT", ()),
        ("a" * 61, "PT", ()),
        ("\u202eoraF\u202c\x00", "PT", ("oraf",)),
    ],
)
def test_districts_of_a_place(place: str, country: str, found: tuple[str, ...]) -> None:
    assert districts.of_place(place, country) == found


@pytest.mark.parametrize(
    ("place", "country", "found"),
    [
        ("Port Moresby Papua New Guinea", "", ("port moresby",)),
        ("Juba South Sudan", "", ("juba",)),
        ("Pago Pago American Samoa", "", ("pago pago",)),
        ("Malabo Equatorial Guinea", "", ("malabo",)),
        ("Leeds Great Britain", "GB", ("leeds",)),
        ("Bissau Guinea-Bissau", "", ("bissau",)),
    ],
)
def test_of_names_that_end_alike_the_longest_is_taken_in_every_process(place: str, country: str, found: tuple[str, ...]) -> None:
    assert districts.of_place(place, country) == found


def test_the_commonest_of_a_cluster_come_first() -> None:
    places = [("Faro, Algarve", "PT"), ("Lagos, Algarve", "PT"), ("", "PT")]
    assert districts.commonest(places) == ("algarve", "faro", "lagos")
    names = [f"Town {chr(97 + number)}" for number in range(20)]
    assert len(districts.commonest([(name, "") for name in names])) == districts.MOST


@given(st.text(max_size=200), st.sampled_from(["", "PT", "US", "XX"]))
def test_what_is_kept_is_found_again_by_typing_it(place: str, country: str) -> None:
    for name in districts.of_place(place, country):
        assert districts.folded(name) == name
        assert 1 < len(name) <= districts.LONGEST
        assert "\x00" not in name
