"""Acts of people: each with its audit entry, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from adverts.access import Role
from adverts.models import AuditEntry
from adverts.records import Band
from review import deciding, queue
from review.deciding import Decision, RefusedError
from review.models import AppendOnlyError, Case, CaseFacet, ReviewNote, Verdict
from review.rules import LEASE, Outcome, Refusal, Reopening, State
from tests.review.scenes import NOW, assess, person, rewrite, single, visible_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db: None) -> Case:
    single(Band.URGENT, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    return Case.objects.get()


def answer(case: Case, outcome: Outcome = Outcome.ACT, **changes: object) -> Decision:
    values = {"reason": "", "note": "", "round": case.round, "seen": deciding.digest(deciding.shown_now(case)), **changes}
    return Decision(outcome, **values)


def acts(case: Case) -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(subject=f"case:{case.pk}").exclude(action="opened").order_by("number")
    return list(entries.values_list("actor", "action"))


def test_a_decision_says_who_what_when_and_on_what(case: Case, anna: User) -> None:
    verdict = deciding.decide(case.pk, answer(case, note="seen at the fair"), user=anna, now=NOW)
    case.refresh_from_db()
    assert (case.state, case.outcome, case.decided_by, case.decided_at) == (State.DECIDED, "act", anna, NOW)
    assert (verdict.reason, verdict.who, verdict.at, verdict.round) == ("findings-hold", anna, NOW, 1)
    assert verdict.shown["adverts"][case.advert_id][0]
    assert (verdict.shown["rules"], verdict.shown["band"], verdict.shown["blind"]) == (["rules-1"], Band.URGENT, False)
    assert acts(case) == [("anna", "decided")]
    assert "fair" not in str(AuditEntry.objects.last().detail)
    assert deciding.current_verdict(case) == verdict


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CUSTODIAN, Role.OPERATOR, Role.UNION, Role.CAMPAIGNER])
def test_others_do_not_decide_claim_or_undo(case: Case, role: Role) -> None:
    user = person("other", role)
    with pytest.raises(RefusedError, match="not-allowed"):
        deciding.decide(case.pk, answer(case), user=user, now=NOW)
    with pytest.raises(RefusedError, match="not-allowed"):
        deciding.claim(case.pk, user=user, now=NOW, take_over=True)
    assert acts(case) == []
    assert not Verdict.objects.exists()


def test_the_second_to_decide_is_told(case: Case, anna: User, ben: User) -> None:
    theirs = answer(case, Outcome.BENIGN)
    deciding.decide(case.pk, answer(case), user=anna, now=NOW)
    with pytest.raises(RefusedError) as caught:
        deciding.decide(case.pk, theirs, user=ben, now=NOW)
    assert (caught.value.refusal, caught.value.case.outcome) == (Refusal.ALREADY_DECIDED, "act")
    assert acts(case) == [("anna", "decided")]


def test_the_database_takes_one_verdict_a_round(case: Case, anna: User, ben: User) -> None:
    deciding.decide(case.pk, answer(case), user=anna, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.create(case=case, round=1, verdict="benign", who=ben, at=NOW)
    undoing = {"case": case, "round": 1, "verdict": "act", "who": ben, "at": NOW, "undoes": Verdict.objects.get()}
    Verdict.objects.create(**undoing)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.create(**undoing)


def test_a_decision_answers_to_what_the_page_showed(case: Case, anna: User) -> None:
    typed = answer(case)
    from adverts.models import Advert

    row = Advert.objects.get()
    rewrite(row, row.text + " Call today.")
    assess(row, Band.URGENT)
    with pytest.raises(RefusedError, match="changed"):
        deciding.decide(case.pk, typed, user=anna, now=NOW)
    deciding.decide(case.pk, answer(case), user=anna, now=NOW)


@pytest.mark.parametrize("changes", [{"round": 2}, {"seen": "0" * 16}])
def test_a_decision_on_another_round_or_page_is_refused(case: Case, anna: User, changes: dict[str, object]) -> None:
    with pytest.raises(RefusedError, match="changed"):
        deciding.decide(case.pk, answer(case, **changes), user=anna, now=NOW)


def test_verdicts_are_never_changed_or_removed(case: Case, anna: User) -> None:
    verdict = deciding.decide(case.pk, answer(case), user=anna, now=NOW)
    verdict.verdict = "benign"
    with pytest.raises(AppendOnlyError):
        verdict.save()
    with pytest.raises(AppendOnlyError):
        verdict.delete()
    assert Verdict.objects.get().verdict == "act"


def test_undo_appends_and_the_case_is_decided_anew(case: Case, anna: User, ben: User) -> None:
    first = deciding.decide(case.pk, answer(case), user=anna, now=NOW)
    row = deciding.undo(case.pk, verdict_id=first.pk, user=anna, now=NOW)
    case.refresh_from_db()
    assert (row.undoes, row.verdict, case.state, case.round, case.reopened_why) == (first, "act", State.REOPENED, 2, Reopening.UNDONE)
    second = deciding.decide(case.pk, answer(case, Outcome.BENIGN), user=ben, now=NOW)
    assert (second.round, Verdict.objects.count()) == (2, 3)
    assert acts(case) == [("anna", "decided"), ("anna", "undid"), ("anna", "reopened"), ("ben", "decided")]
    assert queue.refresh(now=NOW).reopened == 0


def test_only_the_decider_or_a_head_takes_back_and_only_once(case: Case, anna: User, ben: User, hedda: User) -> None:
    first = deciding.decide(case.pk, answer(case), user=anna, now=NOW)
    with pytest.raises(RefusedError, match="not-allowed"):
        deciding.undo(case.pk, verdict_id=first.pk, user=ben, now=NOW)
    with pytest.raises(RefusedError, match="changed"):
        deciding.undo(case.pk, verdict_id=first.pk + 1, user=hedda, now=NOW)
    deciding.undo(case.pk, verdict_id=first.pk, user=hedda, now=NOW)
    with pytest.raises(RefusedError, match="not-decided"):
        deciding.undo(case.pk, verdict_id=first.pk, user=anna, now=NOW)
    assert Verdict.objects.count() == 2


def test_a_claim_holds_for_its_lease(case: Case, anna: User, ben: User) -> None:
    case = deciding.claim(case.pk, user=anna, now=NOW)
    assert case.claimed_until == NOW + LEASE
    with pytest.raises(RefusedError, match="held"):
        deciding.claim(case.pk, user=ben, now=NOW + LEASE - timedelta(seconds=1))
    with pytest.raises(RefusedError, match="held"):
        deciding.decide(case.pk, answer(case), user=ben, now=NOW)
    renewed = deciding.claim(case.pk, user=anna, now=NOW + timedelta(minutes=5))
    assert renewed.claimed_until == NOW + timedelta(minutes=5) + LEASE
    late = NOW + timedelta(minutes=5) + LEASE
    assert deciding.claim(case.pk, user=ben, now=late).claimed_by == ben
    assert not ReviewNote.objects.exists()
    assert acts(case) == [("anna", "claimed"), ("anna", "claimed"), ("ben", "claimed")]


def test_taking_over_tells_the_other_once(case: Case, anna: User, ben: User) -> None:
    deciding.claim(case.pk, user=anna, now=NOW)
    assert deciding.claim(case.pk, user=ben, now=NOW, take_over=True).claimed_by == ben
    notes = deciding.notes_for(anna, now=NOW)
    assert [(note.case, note.author) for note in notes] == [(case, ben)]
    assert deciding.notes_for(anna, now=NOW) == [] == deciding.notes_for(ben, now=NOW)
    assert acts(case)[-1] == ("ben", "took-over")


def test_giving_back_frees_only_ones_own(case: Case, anna: User, ben: User) -> None:
    deciding.claim(case.pk, user=anna, now=NOW)
    assert deciding.release(case.pk, user=ben, now=NOW).claimed_by == anna
    assert deciding.release(case.pk, user=anna, now=NOW).claimed_by is None
    assert acts(case) == [("anna", "claimed"), ("anna", "released")]


def test_deciding_ends_blindness_and_frees_the_claim(anna: User) -> None:
    single(Band.PRIORITY, cluster_id=visible_id("a", blind=True))
    queue.refresh(now=NOW)
    case = Case.objects.get()
    deciding.claim(case.pk, user=anna, now=NOW)
    verdict = deciding.decide(case.pk, answer(case), user=anna, now=NOW)
    case.refresh_from_db()
    assert (case.blind, case.shown_band, case.claimed_by, verdict.shown["blind"]) == (False, Band.PRIORITY, None, True)
    assert case.facets.filter(kind=CaseFacet.INDICATOR).count() == 2
    assert queue.refresh(now=NOW).reopened == 0


def test_a_merged_case_takes_no_decision(case: Case, anna: User) -> None:
    Case.objects.filter(pk=case.pk).update(state=State.MERGED)
    with pytest.raises(RefusedError, match="merged"):
        deciding.decide(case.pk, answer(case), user=anna, now=NOW)


def test_act_and_audit_entry_stand_or_fall_together(case: Case, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("adverts.audit.record", fail)
    for act in (
        lambda: deciding.decide(case.pk, answer(case), user=anna, now=NOW),
        lambda: deciding.claim(case.pk, user=anna, now=NOW),
    ):
        with pytest.raises(OSError, match="disk full"), transaction.atomic():
            act()
    case.refresh_from_db()
    assert (case.state, case.claimed_by, Verdict.objects.count()) == (State.OPEN, None, 0)
