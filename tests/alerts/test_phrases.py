"""What is safe to repeat: our own words alone, whatever an advert or its board writes where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.records import Band
from alerts.facts import ClusterFacts
from alerts.phrases import safe
from alerts.wording import card_languages, card_wording, languages, wording

AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
FACTS = ClusterFacts(
    cluster_id="c",
    advert_id="a",
    title="Packers wanted",
    band=Band.URGENT,
    size=2,
    online=2,
    boards=1,
    countries=frozenset({"PL", "QA"}),
    indicators=frozenset({"document-retention"}),
    first_seen_at=AT,
    newest_at=AT,
    posted_on=None,
)


@pytest.mark.parametrize(
    ("countries", "named", "left_out"),
    [
        ({"PL"}, ["Poland"], []),
        ({"pl"}, ["Poland"], []),
        ({"PL", "QA"}, ["Poland; Qatar"], []),
        ({"PL", "Acme Ltd"}, ["(Poland)"], ["Acme"]),
        ({"+1 555 010 0199"}, ["(not named)"], ["555"]),
        ({"XQ"}, ["(not named)"], ["XQ"]),
        ({"150"}, ["(not named)"], ["150", "Europe"]),
        (set(), ["(not named)"], []),
    ],
)
def test_countries(countries: set[str], named: list[str], left_out: list[str]) -> None:
    text = safe(replace(FACTS, countries=frozenset(countries)), words=wording("en"), day="2 November 2026")
    assert all(each in text for each in named), text
    assert not any(each in text for each in left_out), text


def test_where_nothing_was_seen_there_is_nothing_to_repeat() -> None:
    assert safe(replace(FACTS, indicators=frozenset()), words=wording("en"), day="today") == ""


@given(st.text(max_size=40), st.sets(st.text(min_size=3, max_size=30), max_size=3), st.sampled_from(sorted(languages())))
def test_no_word_of_an_advert_or_of_its_board_gets_in(title: str, countries: set[str], language: str) -> None:
    hostile = replace(FACTS, title=title, advert_id=title, countries=FACTS.countries | countries)
    assert safe(hostile, words=wording(language), day="x") == safe(FACTS, words=wording(language), day="x")


@pytest.mark.parametrize("language", sorted(card_languages()))
def test_a_card_of_every_language_names_source_and_date(language: str) -> None:
    text = safe(FACTS, words=card_wording(language), day="2/11")
    assert "Fairwatch" in text
    assert "2/11" in text
    assert "Packers" not in text
