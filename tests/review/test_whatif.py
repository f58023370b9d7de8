"""Why not flagged, and what would change this."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from adverts.records import Band, Match
from adverts.store import cards
from nlp import bands
from review.rules import is_higher
from review.whatif import what_if
from tests.review.pages import get
from tests.review.scenes import TEXT, match, single, visible_id

CARDS = {name: card for name, card in cards().items() if card.severity != "protective"}


def of(grade: str, group: str = "", *, but: str = "") -> list[str]:
    return [name for name, card in CARDS.items() if card.severity == grade and group in ("", card.group) and card.group != but]


def judged(names: set[str]) -> Band:
    return bands.combine([Match(name, 0, 0, "", 1.0, "", "") for name in names], CARDS).band


@pytest.mark.parametrize(
    ("names", "band", "without"),
    [
        ((), Band.NONE, ()),
        (("vague-job",), Band.NONE, ()),
        (("deposit-or-bond",), Band.LABOUR_LAW, (("deposit-or-bond", Band.NONE),)),
        (("document-retention",), Band.URGENT, (("document-retention", Band.NONE),)),
        (("no-such-rule",), Band.NONE, ()),
        (("no-fee-statement",), Band.NONE, ()),
    ],
)
def test_known_answers(names: tuple[str, ...], band: Band, without: tuple[tuple[str, Band], ...]) -> None:
    found = what_if(names, cards())
    assert (found.band, tuple((one.indicator, one.band) for one in found.without)) == (band, without)


@given(st.sets(st.sampled_from(sorted(CARDS)), max_size=5))
def test_each_answer_is_what_the_rule_says(names: set[str]) -> None:
    found = what_if(names, cards())
    assert found.band == judged(names)
    for one in found.without:
        assert judged(names - {one.indicator}) == one.band != found.band
    for more in found.one_more:
        assert is_higher(more.band, found.band)
        assert all(judged(names | {name}) == more.band for name in more.indicators)
    told = sum(len(more.indicators) + more.more for more in found.one_more)
    assert told == sum(is_higher(judged(names | {name}), found.band) for name in set(CARDS) - names)


def test_the_sentence_on_the_page_is_true_of_the_rule() -> None:
    flagged = {Band.URGENT, Band.PRIORITY, Band.LABOUR_LAW, Band.FRAUD}
    assert all(judged({name}) is Band.URGENT for name in of("critical"))
    one, two = of("high")[:2]
    assert judged({one, two}) is Band.URGENT
    high = next(name for name in of("high") if name not in bands.OFFENCES | bands.FRAUD)
    medium = of("medium", but=CARDS[high].group)[0]
    assert judged({high}) is Band.WATCH
    assert judged({high, medium}) in flagged
    assert judged({"recruitment-fee"}) in flagged


def test_the_page_says_why_an_advert_is_not_flagged(at_desk: Client) -> None:
    group = single(Band.NONE, indicators=[match(TEXT, "Packers", "vague-job")], cluster_id=visible_id("a"))
    page = get(at_desk, reverse("advert", args=[group.members.get().advert_id]))
    assert "Why not flagged, and what would change this" in page.text
    assert "1 sign that weighs was seen; alone it is not enough." in page.text
    assert "One more of these would make it Priority:" in page.text


def test_the_page_of_a_flagged_advert_says_what_holds_it_there(at_desk: Client) -> None:
    group = single(Band.LABOUR_LAW, indicators=[match(TEXT, "deposit of 300 EUR", "deposit-or-bond")], cluster_id=visible_id("a"))
    page = get(at_desk, reverse("advert", args=[group.members.get().advert_id]))
    assert f"Without “{CARDS['deposit-or-bond'].title}” it would be: Not flagged" in page.text
    assert "Why not flagged" not in page.text
