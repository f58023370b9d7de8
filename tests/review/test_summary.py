"""A cluster in one view."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adverts.records import Band
from review.summary import Judged, Member, shown, snapshot_of, summarise
from tests.review.scenes import NOW

JUDGED = Judged(7, Band.PRIORITY, 0.6, "en", "rules-1", "model-1", (("vague-job", 0.9), ("deposit-or-bond", 0.5)))
ONE = Member("a" * 32, "Packers", "board-a", "PT", "Faro, Algarve", NOW - timedelta(days=3), None, "t1", JUDGED)
URGENT = replace(
    JUDGED, assessment_id=8, band=Band.URGENT, risk=0.5, language="es", indicators=(("document-retention", 0.7), ("deposit-or-bond", 0.9))
)
TWO = replace(
    ONE,
    advert_id="b" * 32,
    source="board-b",
    country="ES",
    place="Sevilla",
    first_seen_at=NOW,
    closed_at=NOW,
    text_hash="t2",
    judged=URGENT,
)
UNJUDGED = replace(ONE, advert_id="c" * 32, country="", judged=None, text_hash="t3")
SEVERITY = {"document-retention": "critical", "deposit-or-bond": "high", "vague-job": "low"}


def test_a_cluster_is_summed_up() -> None:
    found = summarise([ONE, TWO, UNJUDGED], severity=SEVERITY)
    assert found.lead == TWO
    assert (found.facts.band, found.facts.risk) == (Band.URGENT, 0.6)
    assert found.facts.indicators == ("document-retention", "deposit-or-bond", "vague-job")
    assert (found.facts.copies, found.facts.boards, found.facts.countries, found.facts.online) == (3, 2, 2, 2)
    assert (found.facts.first_at, found.facts.newest_at) == (ONE.first_seen_at, NOW)
    assert (found.languages, found.sources) == ({"en", "es"}, {"board-a", "board-b"})
    assert found.districts == ("algarve", "faro", "sevilla")
    assert found.snapshot.texts == {ONE.advert_id: "t1", TWO.advert_id: "t2", UNJUDGED.advert_id: "t3"}


@pytest.mark.parametrize(("home", "here"), [((), None), (("PT",), True), (("FR", "ES"), True), (("FR",), False)])
def test_whether_the_work_is_in_a_country_of_ours(home: tuple[str, ...], here: bool | None) -> None:
    assert summarise([ONE, TWO], severity=SEVERITY, home=home).facts.here is here
    assert summarise([UNJUDGED], severity=SEVERITY, home=home).facts.here is None


def test_without_an_assessment_nothing_is_claimed() -> None:
    found = summarise([UNJUDGED], severity=SEVERITY)
    assert (found.facts.band, found.facts.risk, found.facts.indicators, found.languages) == (Band.NONE, 0.0, (), frozenset())


@pytest.mark.parametrize(
    ("change", "leads"),
    [
        ({"judged": replace(JUDGED, risk=0.7)}, True),
        ({"judged": URGENT}, True),
        ({"first_seen_at": NOW}, True),
        ({"judged": replace(JUDGED, risk=0.5), "first_seen_at": NOW}, False),
        ({"closed_at": NOW, "first_seen_at": NOW}, False),
        ({"judged": None}, False),
    ],
)
def test_who_leads(change: dict[str, object], leads: bool) -> None:
    other = replace(ONE, advert_id="b" * 32, **change)
    assert (summarise([ONE, other], severity=SEVERITY).lead == other) is leads


def test_what_was_shown_can_be_read_back() -> None:
    stored = shown([ONE, TWO, UNJUDGED], band=Band.URGENT, blind=False)
    assert snapshot_of(stored) == summarise([UNJUDGED, TWO, ONE], severity=SEVERITY).snapshot
    assert (stored["rules"], stored["models"]) == (["rules-1"], ["model-1"])
    assert stored["adverts"] == {ONE.advert_id: ["t1", 7], TWO.advert_id: ["t2", 8], UNJUDGED.advert_id: ["t3", None]}
