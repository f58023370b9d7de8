"""Practice on past cases: which may be practised on, by whom, and what is told afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from adverts.access import Role
from adverts.erasing import erase_rows
from adverts.models import Advert
from alerts.models import Restriction
from review import deciding, past
from review.models import Case, CasePractice, SecondReading, Verdict
from review.records.models import Erasure, RightsRequest
from review.rules import Outcome
from review.training import Score
from tests.review.bodies import belongs, body
from tests.review.pages import Page, get
from tests.review.scenes import NOW, TEXT, decided, person, read_again, rewrite, visible_id

LATER = NOW + timedelta(days=31)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cara(db: None) -> User:
    return person("cara", Role.INSPECTOR)


@pytest.fixture
def agreed(ben: User, cara: User) -> Verdict:
    """A decision of Ben with which Cara agreed, both at ``NOW``."""
    return read_again(visible_id("a", twice=True), first=ben, second=cara, answer=Outcome.ACT).verdict  # type: ignore[no-any-return]


@pytest.fixture
def learning(client: Client, anna: User, agreed: Verdict) -> Iterator[Client]:
    """Anna's browser, a month later."""
    with time_machine.travel(LATER, tick=False):
        client.force_login(anna)
        yield client


def practised(user: User) -> int | None:
    """The decision this person would practise on a month later."""
    found = past.following(user, now=LATER)
    return None if found is None else found.verdict.pk


def test_a_decision_that_two_came_to_is_practised_on_a_month_later(anna: User, agreed: Verdict) -> None:
    assert practised(anna) == agreed.pk
    assert past.following(anna, now=NOW + timedelta(days=30)) is not None
    assert past.following(anna, now=NOW + timedelta(days=30) - timedelta(seconds=1)) is None


@pytest.mark.parametrize("name", ["ben", "cara"])
def test_nobody_practises_on_answers_of_their_own(agreed: Verdict, name: str) -> None:
    assert practised(User.objects.get(username=name)) is None


@pytest.mark.parametrize("answer", [None, Outcome.BENIGN])
def test_without_agreement_there_is_no_practice(anna: User, ben: User, cara: User, answer: Outcome | None) -> None:
    read_again(visible_id("a", twice=True), first=ben, second=cara if answer else None, answer=answer)
    assert practised(anna) is None


def test_a_decision_taken_anew_as_the_second_opinion_said_is_practised_on(anna: User, ben: User, cara: User) -> None:
    reading = read_again(visible_id("a", twice=True), first=ben, second=cara, answer=Outcome.BENIGN)
    deciding.undo(reading.verdict.case_id, verdict_id=reading.verdict_id, user=ben, now=NOW)
    anew = decided(Case.objects.get(), Outcome.BENIGN, by=ben)
    assert practised(anna) == anew.pk


def _undo(verdict: Verdict) -> None:
    deciding.undo(verdict.case_id, verdict_id=verdict.pk, user=verdict.who, now=NOW)


def _erase(verdict: Verdict) -> None:
    erase_rows(verdict.case.advert_id, at=NOW)


def _remove(verdict: Verdict) -> None:
    Advert.objects.get(pk=verdict.case.advert_id).delete()


def _plan_erasure(verdict: Verdict) -> None:
    Erasure.objects.create(advert_id=verdict.case.advert_id, reason="request", planned_at=NOW)


def _ask(kind: str, state: str) -> Callable[[Verdict], None]:
    def act(verdict: Verdict) -> None:
        RightsRequest.objects.create(
            kind=kind, reference="L-1", adverts=[verdict.case.advert_id], received_on=NOW.date(), due_on=NOW.date(), state=state,
            entered_by=verdict.who, entered_at=NOW,
        )  # fmt: skip

    return act


def _restrict(verdict: Verdict) -> None:
    Restriction.objects.create(advert_id=verdict.case.advert_id, roles=[], reason="x", by=verdict.who, at=NOW)


def _lift(verdict: Verdict) -> None:
    _restrict(verdict)
    Restriction.objects.update(lifted_at=NOW)


def _rewrite(verdict: Verdict) -> None:
    rewrite(Advert.objects.get(pk=verdict.case.advert_id), TEXT + " More.")


@pytest.mark.parametrize(
    ("happens", "stays"),
    [
        (_undo, False),
        (_erase, False),
        (_remove, False),
        (_plan_erasure, False),
        (_ask("erasure", "received"), False),
        (_ask("objection", "granted"), False),
        (_restrict, False),
        (_rewrite, False),
        (_lift, True),
        (_ask("erasure", "refused"), True),
        (_ask("access", "received"), True),
    ],
)
def test_what_happens_to_an_advert_may_end_the_practice(
    anna: User, agreed: Verdict, happens: Callable[[Verdict], None], stays: bool
) -> None:
    happens(agreed)
    assert practised(anna) == (agreed.pk if stays else None)
    assert (past.find(anna, agreed.pk, now=LATER) is not None) is stays


def test_where_nobody_says_what_is_restricted_there_is_no_practice(anna: User, agreed: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_left_out", [])
    assert practised(anna) is None


def test_cases_of_another_body_do_not_exist(learning: Client, anna: User, agreed: Verdict) -> None:
    belongs(anna, body())
    other = User.objects.get(pk=anna.pk)
    assert past.following(other, now=LATER) is None
    page = get(learning, reverse("training-cases"))
    assert "There is no past case to practise on yet" in page.text
    assert "Packers wanted" not in page.text
    assert learning.post(reverse("practise-case"), {"case": agreed.pk, "outcome": "act"}).status_code == 404
    assert not CasePractice.objects.exists()


def test_who_moves_to_another_body_no_longer_sees_what_was_answered(learning: Client, anna: User, agreed: Verdict) -> None:
    shown = past.find(anna, agreed.pk, now=LATER)
    assert shown is not None
    kept = past.answer(anna, shown, Outcome.ACT, "findings-hold", now=LATER)
    address = f"{reverse('training-cases')}?answered={kept.pk}"
    assert "It was decided" in get(learning, address).text
    belongs(anna, body())
    assert "It was decided" not in get(learning, address).text


def test_each_case_comes_once_before_any_comes_again(anna: User, ben: User, cara: User) -> None:
    for letter in "abc":
        read_again(visible_id(letter, twice=True), first=ben, second=cara, answer=Outcome.ACT)
    asked = []
    for step in range(5):
        shown = past.following(anna, now=LATER)
        assert shown is not None
        past.answer(anna, shown, Outcome.ACT, "findings-hold", now=LATER + timedelta(minutes=step))
        asked.append(shown.verdict.pk)
    assert len(set(asked[:3])) == 3
    assert asked[3:] == asked[:2]
    assert past.score(anna) == Score(5, 5)
    assert past.score(ben) == Score(0, 0)


@pytest.mark.parametrize(("outcome", "said", "score"), [("act", "Right.", "1 of 1 right"), ("benign", "Not quite.", "0 of 1 right")])
def test_an_answer_is_told_beside_the_decision_and_its_reason(learning: Client, outcome: str, said: str, score: str) -> None:
    page = get(learning, reverse("training-cases"))
    assert "Packers wanted" in page.text
    assert "It was decided" not in page.text
    assert "a note" not in page.text
    answer = learning.post(
        reverse("practise-case"), {"case": page.fields["case"], "outcome": outcome, "reason": "", "note": "mine"}, follow=True
    )
    told = Page(answer.content.decode()).text
    assert said in told
    assert "It was decided: Act on it (The words mean what the findings say)." in told
    assert score in told
    assert "a note" not in told
    assert score in get(learning, reverse("training")).text
    assert Verdict.objects.count() == SecondReading.objects.count() == 1


@pytest.mark.parametrize("data", [{"outcome": ""}, {"outcome": "act", "reason": "fraud:money-first"}])
def test_an_answer_that_cannot_be_read_is_asked_for_again(learning: Client, agreed: Verdict, data: dict[str, str]) -> None:
    answer = learning.post(reverse("practise-case"), {"case": agreed.pk, **data})
    assert answer.status_code == 422
    assert b"Not saved yet" in answer.content
    assert not CasePractice.objects.exists()


@pytest.mark.parametrize("case", ["", "x", "0", "9" * 30])
def test_what_is_no_case_is_not_found(learning: Client, case: str) -> None:
    assert learning.post(reverse("practise-case"), {"case": case, "outcome": "act"}).status_code == 404


def test_contacts_are_masked(learning: Client, agreed: Verdict) -> None:
    row = Advert.objects.get(pk=agreed.case.advert_id)
    start = row.text.index("300 EUR")
    row.contacts = [{"kind": "phone", "start": start, "end": start + 7, "masked": "3** ***", "key": "k"}]
    row.save()
    page = get(learning, reverse("training-cases"))
    assert "3** ***" in page.text
    assert "300 EUR" not in page.text


@pytest.mark.parametrize(("role", "there"), [(Role.INSPECTOR, True), (Role.CUSTODIAN, True), (Role.UNION, False)])
def test_the_way_there_is_shown_to_those_who_may_go(client: Client, db: None, role: Role, there: bool) -> None:
    client.force_login(person("somebody", role))
    assert (reverse("training-cases") in get(client, reverse("training")).links) is there
