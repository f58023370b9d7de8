"""Second opinions: who is asked, who sees what, and the board of differing answers."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from adverts.models import AuditEntry
from adverts.records import Band
from review import deciding, second
from review.deciding import RefusedError
from review.models import Case, SecondReading, Verdict
from review.rules import Outcome
from tests.review.pages import Page, get, opened
from tests.review.scenes import NOW, decided, read_again, single, visible_id

pytestmark = pytest.mark.django_db


def twice(prefix: str) -> str:
    return visible_id(prefix, twice=True)


def again(reading: SecondReading, user: User, outcome: Outcome = Outcome.ACT) -> SecondReading:
    return second.answer(reading.pk, outcome=outcome, reason="", note="", user=user, now=NOW)


def test_only_drawn_decisions_are_read_again_and_not_by_the_same_person(anna: User, ben: User) -> None:
    decided(opened(single(Band.URGENT, cluster_id=visible_id("a"))), Outcome.ACT, by=anna)
    assert not SecondReading.objects.exists()
    reading = read_again(twice("b"), first=anna)
    assert list(second.waiting(anna)) == []
    assert list(second.waiting(ben)) == [reading]
    with pytest.raises(RefusedError):
        again(reading, anna)


def test_the_decision_stays_and_the_answer_is_kept_once(anna: User, ben: User, hedda: User) -> None:
    reading = again(read_again(twice("a"), first=anna), ben, Outcome.BENIGN)
    assert (reading.outcome, reading.reason, reading.who) == (Outcome.BENIGN, "ordinary", ben)
    assert Case.objects.get().outcome == Outcome.ACT
    with pytest.raises(RefusedError):
        again(reading, hedda)
    assert list(AuditEntry.objects.filter(action="read-again").values_list("actor", flat=True)) == ["ben"]


def test_a_decision_taken_back_is_not_read_again(anna: User, ben: User) -> None:
    reading = read_again(twice("a"), first=anna)
    deciding.undo(reading.verdict.case_id, verdict_id=reading.verdict_id, user=anna, now=NOW)
    assert list(second.waiting(ben)) == []
    with pytest.raises(RefusedError):
        again(reading, ben)
    assert second.how_far(tenant=0).pairs == 0


def test_agreement_counts_pairs_in_force(anna: User, ben: User) -> None:
    read_again(twice("a"), first=anna, second=ben, answer=Outcome.ACT)
    read_again(twice("b"), first=anna, second=ben, answer=Outcome.FRAUD)
    read_again(twice("c"), first=anna)
    found = second.how_far(tenant=0)
    assert (found.pairs, found.alike, found.kappa) == (2, 1, None)
    assert [row.outcome for row in second.disagreements(tenant=0)] == [Outcome.FRAUD]


def test_the_page_hides_the_first_answer_until_the_second_is_saved(at_desk: Client, ben: User) -> None:
    reading = read_again(twice("a"), first=ben)
    page = get(at_desk, reverse("second-opinion"))
    assert "a note" not in page.text
    assert "ben" not in page.text
    assert "Indicators seen" in page.text
    address = reverse("answer-again", args=[reading.pk])
    answer = at_desk.post(address, {"reason": "act:other"})
    assert answer.status_code == 422
    assert "Choose one of the five answers" in Page(answer.content.decode()).text
    answer = at_desk.post(address, {"outcome": "benign", "note": "<b>ordinary"}, follow=True)
    page = Page(answer.content.decode())
    assert "The first answer was: Act on it." in page.text
    assert "No decision waits for your second opinion" in page.text
    assert "Not saved" in at_desk.post(address, {"outcome": "act"}, follow=True).content.decode()
    board = get(at_desk, reverse("differing"))
    assert "<b>ordinary" in board.text
    assert "a note" in board.text
    assert "ben" not in board.text


def test_what_was_decided_blind_is_read_again_blind(at_desk: Client, ben: User) -> None:
    case = opened(single(Band.PRIORITY, cluster_id=visible_id("a", blind=True, twice=True)))
    decided(case, Outcome.ACT, by=ben)
    assert Verdict.objects.get().shown["blind"] is True
    page = get(at_desk, reverse("second-opinion"))
    assert "Indicators seen" not in page.text


def test_the_overview_tells_agreement(client: Client, anna: User, ben: User, hedda: User, still: None) -> None:
    client.force_login(hedda)
    assert "No decision has been read again yet." in get(client, reverse("head")).text
    read_again(twice("a"), first=anna, second=ben, answer=Outcome.ACT)
    assert "Of 1 decisions read again" in get(client, reverse("head")).text
    assert "shown from 20 pairs on" in get(client, reverse("head")).text


def test_a_decision_over_a_group_says_so(at_desk: Client, ben: User) -> None:
    from tests.review.scenes import advert, assess, cluster

    rows = [advert(source=source) for source in ("board-a", "board-b")]
    for row in rows:
        assess(row, Band.URGENT)
    case = opened(cluster(rows, cluster_id=visible_id("a")))
    assert "Your answer counts for all 2 adverts of the group" in get(at_desk, reverse("cluster", args=[case.cluster_id])).text
