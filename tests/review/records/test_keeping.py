"""Which adverts are due: by the decision of their case, kept by holds, open cases and referrals; holds and requests as acts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adverts.models import Advert, AuditEntry
from adverts.records import Band
from review import deciding, queue
from review.deciding import Decision
from review.models import Case
from review.records import keeping, referral, rights
from review.records.acting import RefusedActError
from review.records.models import Body, LegalHold, RightsRequest
from review.records.rules import Step
from review.rules import Outcome
from tests.review.scenes import NOW, single, visible_id

pytestmark = pytest.mark.django_db

YEARS = timedelta(days=3_650)


@pytest.fixture
def decided(anna: User) -> Case:
    single(Band.URGENT, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    case = Case.objects.get()
    deciding.decide(case.pk, Decision(Outcome.BENIGN, "", "", case.round, deciding.digest(deciding.shown_now(case))), user=anna, now=NOW)
    return Case.objects.get()


def due_after(days: int) -> list[str]:
    return [one.why for one in keeping.due(now=NOW + timedelta(days=days))]


def test_a_decided_case_counts_from_its_decision(decided: Case) -> None:
    assert (due_after(29), due_after(30)) == ([], ["benign"])


def test_an_open_case_keeps_its_adverts_however_long(anna: User) -> None:
    single(Band.URGENT, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    assert list(keeping.due(now=NOW + YEARS)) == []
    assert keeping.keeping_of(Advert.objects.get()).why == "waiting"


def test_taking_the_decision_back_keeps_it_again(decided: Case, anna: User) -> None:
    verdict = deciding.current_verdict(decided)
    assert verdict is not None
    deciding.undo(decided.pk, verdict_id=verdict.pk, user=anna, now=NOW + timedelta(days=20))
    assert due_after(100) == []


def test_a_referral_keeps_until_its_outcome_and_long_after(decided: Case, anna: User) -> None:
    body = Body.objects.create(name="Desk", kind="fraud", country="PT", address="x@y.example", updated_at=NOW)
    row = referral.prepare(case=decided, body=body, user=anna, reason="fraud", note="", personal=False, now=NOW)
    assert list(keeping.due(now=NOW + YEARS)) == []
    for to in (Step.SENT, Step.OUTCOME):
        row = referral.step(row.pk, to=to, after=row.events, user=anna, note="done", now=NOW + timedelta(days=100))
    assert due_after(100 + 5 * 365 - 1) == []
    assert due_after(100 + 5 * 365) == ["answered"]


def test_a_hold_keeps_and_its_release_lets_go(decided: Case, dora: User, ben: User) -> None:
    with pytest.raises(RefusedActError):
        rights.hold(decided.advert_id, reason="mine", user=ben, now=NOW)
    with pytest.raises(RefusedActError):
        rights.hold(decided.advert_id, reason=" ", user=dora, now=NOW)
    with pytest.raises(RefusedActError):
        rights.hold("f" * 32, reason="Court", user=dora, now=NOW)
    held = rights.hold(decided.advert_id, reason="Court", user=dora, now=NOW)
    with pytest.raises(RefusedActError, match="over"):
        rights.hold(decided.advert_id, reason="Court", user=dora, now=NOW)
    assert list(keeping.due(now=NOW + YEARS)) == []
    rights.release(held.pk, user=dora, now=NOW)
    with pytest.raises(RefusedActError, match="over"):
        rights.release(held.pk, user=dora, now=NOW)
    assert due_after(30) == ["benign"]
    assert LegalHold.objects.count() == 1
    assert list(AuditEntry.objects.filter(action__startswith="hold").values_list("action", flat=True)) == ["hold.placed", "hold.released"]


def test_who_decides_requests_and_once(decided: Case, dora: User, anna: User) -> None:
    with pytest.raises(RefusedActError):
        rights.enter(kind="erasure", reference="1", adverts=[decided.advert_id], received_on=date(2026, 11, 20), user=anna, now=NOW)
    row = rights.enter(kind="erasure", reference="1", adverts=[decided.advert_id], received_on=date(2026, 11, 20), user=dora, now=NOW)
    with pytest.raises(RefusedActError, match="over"):
        rights.enter(kind="access", reference="1", adverts=[], received_on=date(2026, 11, 20), user=dora, now=NOW)
    with pytest.raises(RefusedActError, match="note"):
        rights.decide(row.pk, grant=True, answer="", user=dora, now=NOW)
    with pytest.raises(RefusedActError):
        rights.decide(row.pk, grant=True, answer="x", user=anna, now=NOW)
    rights.decide(row.pk, grant=False, answer="Needed in court.", user=dora, now=NOW)
    with pytest.raises(RefusedActError, match="over"):
        rights.decide(row.pk, grant=True, answer="x", user=dora, now=NOW)


@pytest.mark.parametrize(("kind", "state"), [("erasure", "granted"), ("objection", "granted"), ("correction", "done"), ("access", "done")])
def test_only_what_erases_waits_for_the_retention_run(decided: Case, dora: User, kind: str, state: str) -> None:
    row = rights.enter(kind=kind, reference="1", adverts=[decided.advert_id], received_on=date(2026, 11, 20), user=dora, now=NOW)
    rights.decide(row.pk, grant=True, answer="yes", user=dora, now=NOW)
    assert RightsRequest.objects.get().state == state


def test_the_longer_time_is_taken_once_and_in_time(decided: Case, dora: User) -> None:
    row = rights.enter(kind="access", reference="1", adverts=[], received_on=date(2026, 11, 1), user=dora, now=NOW)
    assert rights.extend(row.pk, user=dora, now=NOW).due_on == date(2027, 2, 1)
    with pytest.raises(RefusedActError):
        rights.extend(row.pk, user=dora, now=NOW)
    late = rights.enter(kind="access", reference="2", adverts=[], received_on=date(2026, 10, 1), user=dora, now=NOW)
    with pytest.raises(RefusedActError):
        rights.extend(late.pk, user=dora, now=NOW)


def test_the_number_of_queries_does_not_grow_with_the_adverts(anna: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            list(keeping.due(now=NOW))
        return len(caught)

    single(Band.URGENT, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    few = queries()
    for letter in "bcdef":
        single(Band.URGENT, cluster_id=visible_id(letter))
    queue.refresh(now=NOW)
    assert queries() == few
