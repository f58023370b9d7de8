"""What the advert page says of text and findings."""

from __future__ import annotations

import pytest

from adverts.models import Advert, AdvertVersion, Assessment
from review import reading
from review.reading import read, versions
from tests.review.scenes import NOW, TEXT, match


def assessed(text: str, indicators: list[dict[str, object]], signals: list[dict[str, object]] | None = None) -> tuple[Advert, Assessment]:
    advert = Advert(text=text, title="Packers", contacts=[])
    return advert, Assessment(advert=advert, indicators=indicators, signals=signals or [], questions=["hours"], notes=[], reasons=[])


def test_cards_are_grouped_gravest_first_and_numbered_through() -> None:
    findings = [
        match(TEXT, "300 EUR", "deposit-or-bond"),
        match(TEXT, "deposit", "deposit-or-bond"),
        match(TEXT, "passport", "document-retention"),
    ]
    found = read(*assessed(TEXT, findings, [match(TEXT, "No placement fee", "no-fee-statement")]), part=1, language="en", hidden=False)
    assert [(card.number, card.card.id, len(card.places)) for card in found.cards] == [
        (1, "document-retention", 1),
        (2, "deposit-or-bond", 2),
    ]
    assert [(card.number, card.card.id) for card in found.claims] == [(3, "no-fee-statement")]
    places = [place for card in (*found.cards, *found.claims) for place in card.places]
    assert [place.number for place in places] == [1, 2, 3, 4]
    assert all(f'id="m{place.number}"' in found.html for place in places)
    assert [place.quote for place in places] == ["passport", "300 EUR", "deposit", "No placement fee"]
    assert found.questions[-1].startswith("How many hours")


def test_places_have_numbers_of_their_own_even_where_some_stand_nowhere() -> None:
    computed = {**match(TEXT, "deposit", "near-duplicate-cluster"), "start": 0, "end": 0, "quote": ""}
    claim = match(TEXT, "No placement fee", "no-fee-statement")
    found = read(*assessed(TEXT, [computed, match(TEXT, "deposit", "deposit-or-bond")], [claim]), part=1, language="en", hidden=False)
    numbers = [place.number for card in (*found.cards, *found.claims) for place in card.places]
    assert numbers == [1, 2, 3]
    assert found.html.count(' id="m3"') == 1


def test_blind_reading_shows_text_and_questions_alone() -> None:
    found = read(*assessed(TEXT, [match(TEXT, "deposit", "deposit-or-bond")]), part=1, language="en", hidden=True)
    assert (found.cards, found.claims, found.hidden) == ((), (), True)
    assert "<mark" not in found.html
    assert len(found.questions) == 1


@pytest.mark.parametrize(
    "finding",
    [
        {**match(TEXT, "deposit", "near-duplicate-cluster"), "start": 0, "end": 0, "quote": ""},
        {**match(TEXT, "deposit", "deposit-or-bond"), "quote": "something else"},
        {**match(TEXT, "deposit", "deposit-or-bond"), "end": 9_999},
        {**match(TEXT, "deposit", "deposit-or-bond"), "start": -4},
    ],
)
def test_a_finding_without_its_words_is_told_but_not_marked(finding: dict[str, object]) -> None:
    found = read(*assessed(TEXT, [finding]), part=1, language="en", hidden=False)
    assert "<mark" not in found.html
    assert [(place.part, place.quote) for place in found.cards[0].places] == [(0, "")]


def test_an_indicator_that_is_no_longer_in_the_catalogue_keeps_its_name() -> None:
    found = read(*assessed(TEXT, [match(TEXT, "deposit", "long-gone-indicator")]), part=1, language="en", hidden=False)
    assert found.cards[0].card.title == "Long gone indicator"


@pytest.mark.parametrize(("asked", "shown"), [(1, 1), (2, 2), (3, 3), (0, 1), (-5, 1), (4, 3), (10**6, 3)])
def test_parts_of_a_long_text(asked: int, shown: int) -> None:
    text = "x" * (2 * reading.WINDOW) + "pay a deposit"
    found = read(*assessed(text, [match(text, "deposit", "deposit-or-bond")]), part=asked, language="en", hidden=False)
    assert (found.part, found.parts, found.cards[0].places[0].part) == (shown, 3, 3)
    assert ("<mark" in found.html) is (shown == 3)


@pytest.mark.parametrize(("script", "parts"), [("x", 1), ("ж", 2), ("ክ", 3), ("😀", 4)])
def test_scripts_that_take_more_bytes_are_cut_into_more_parts(script: str, parts: int) -> None:
    text = script * (reading.WINDOW - 8)
    shown = [read(*assessed(text, []), part=part, language="en", hidden=False) for part in range(1, parts + 1)]
    assert [one.parts for one in shown] == [parts] * parts
    assert "".join(one.html for one in shown) == text
    assert max(len(one.html.encode()) for one in shown) <= reading.WINDOW


def test_many_places_are_counted_not_listed() -> None:
    text = "deposit " * 50
    findings = [{**match(text, "deposit", "deposit-or-bond"), "start": 8 * n, "end": 8 * n + 7} for n in range(50)]
    card = read(*assessed(text, findings), part=1, language="en", hidden=False).cards[0]
    assert (len(card.places), card.more) == (reading.MOST_QUOTES, 50 - reading.MOST_QUOTES)


@pytest.mark.parametrize(
    ("strength", "words"),
    [(1.0, "clear wording"), (0.8, "clear wording"), (0.79, "likely meaning"), (0.5, "likely meaning"), (0.2, "possible meaning")],
)
def test_strength_in_words(strength: float, words: str) -> None:
    assert reading.strength_words(strength) == words


def test_versions_tell_what_changed() -> None:
    row = AdvertVersion(
        number=2,
        event="changed",
        at=NOW,
        changes={"pay_low": [2400.0, 1900.0], "languages": [["en"], ["en", "es"]], "place": [None, "Porto"]},
    )
    (version,) = versions([row])
    told = {change.field: [(piece.kind, piece.text) for piece in change.pieces] for change in version.changes}
    assert told == {
        "pay from": [("removed", "2400"), ("added", "1900")],
        "languages": [("same", "en"), ("added", ", es")],
        "place": [("added", "Porto")],
    }
