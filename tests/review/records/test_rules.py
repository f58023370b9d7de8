"""The table of cases for the rules of records: who may, what follows what, until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.access import Role
from review.records import rules
from review.records.rules import Keeping, Refusal, Standing, Step
from settings import retention

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
INSPECTOR, HEAD, CUSTODIAN = {Role.INSPECTOR}, {Role.HEAD}, {Role.CUSTODIAN}


@pytest.mark.parametrize(
    ("roles", "user", "personal", "at", "to", "note", "refusal"),
    [
        (INSPECTOR, 2, True, "prepared", Step.CHECKED, "", None),
        (HEAD, 2, True, "prepared", Step.CHECKED, "", None),
        (INSPECTOR, 1, True, "prepared", Step.CHECKED, "", Refusal.SAME_PERSON),
        (HEAD, 1, True, "prepared", Step.CHECKED, "", Refusal.SAME_PERSON),
        ({Role.AUDITOR}, 2, True, "prepared", Step.CHECKED, "", Refusal.NOT_ALLOWED),
        (CUSTODIAN, 2, False, "prepared", Step.SENT, "", Refusal.NOT_ALLOWED),
        (INSPECTOR, 1, True, "prepared", Step.SENT, "", Refusal.UNCHECKED),
        (INSPECTOR, 1, False, "prepared", Step.SENT, "", None),
        (INSPECTOR, 1, True, "checked", Step.SENT, "", None),
        (INSPECTOR, 1, True, "checked", Step.CHECKED, "", Refusal.OUT_OF_ORDER),
        (INSPECTOR, 1, True, "prepared", Step.ACKNOWLEDGED, "", Refusal.OUT_OF_ORDER),
        (INSPECTOR, 1, True, "sent", Step.ACKNOWLEDGED, "", None),
        (INSPECTOR, 1, True, "sent", Step.OUTCOME, "fees repaid", None),
        (INSPECTOR, 1, True, "sent", Step.OUTCOME, " ", Refusal.NOTE),
        (INSPECTOR, 1, True, "acknowledged", Step.SENT, "", Refusal.OUT_OF_ORDER),
        (INSPECTOR, 1, True, "acknowledged", Step.WITHDRAWN, "wrong body", None),
        (INSPECTOR, 1, True, "acknowledged", Step.WITHDRAWN, "", Refusal.NOTE),
        (HEAD, 1, True, "outcome", Step.WITHDRAWN, "x", Refusal.OUT_OF_ORDER),
        (HEAD, 1, True, "withdrawn", Step.SENT, "x", Refusal.OUT_OF_ORDER),
    ],
)
def test_steps_of_a_referral(roles: set[Role], user: int, personal: bool, at: str, to: Step, note: str, refusal: Refusal | None) -> None:
    assert rules.may_step(roles=roles, user=user, prepared_by=1, personal=personal, now_at=at, to=to, note=note) == refusal


@given(steps=st.lists(st.sampled_from(list(Step)), max_size=8), personal=st.booleans())
def test_whatever_is_tried_personal_data_leave_only_after_a_second_person(steps: list[Step], personal: bool) -> None:
    state, checked, sent = Step.PREPARED, False, False
    for number, to in enumerate(steps):
        user = number % 2 + 1
        if rules.may_step(roles=HEAD, user=user, prepared_by=1, personal=personal, now_at=state, to=to, note="-") is None:
            state = to
            checked = checked or (to is Step.CHECKED and user != 1)
            sent = sent or to is Step.SENT
    assert not sent or checked or not personal


def test_open_referrals_have_a_reminder_and_closed_ones_none() -> None:
    assert {step for step in Step if rules.remind_at(step, now=NOW)} == set(rules.OPEN)
    assert {Step.OUTCOME, Step.WITHDRAWN} == set(Step) - set(rules.OPEN)


@pytest.mark.parametrize(
    ("roles", "user", "decided", "refusal"),
    [
        (CUSTODIAN, 2, False, None),
        (CUSTODIAN, 1, False, Refusal.SAME_PERSON),
        (CUSTODIAN | INSPECTOR, 1, False, Refusal.SAME_PERSON),
        (CUSTODIAN, 2, True, Refusal.OVER),
        (HEAD, 2, False, Refusal.NOT_ALLOWED),
        (INSPECTOR, 2, False, Refusal.NOT_ALLOWED),
        ({Role.AUDITOR}, 2, False, Refusal.NOT_ALLOWED),
    ],
)
def test_who_grants(roles: set[Role], user: int, decided: bool, refusal: Refusal | None) -> None:
    assert rules.may_grant(roles=roles, user=user, asked_by=1, decided=decided) == refusal


@pytest.mark.parametrize(
    ("until", "live"),
    [(None, False), (NOW + timedelta(seconds=1), True), (NOW, False), (NOW - timedelta(seconds=1), False)],
)
def test_a_grant_ends_at_its_end(until: datetime | None, live: bool) -> None:
    assert rules.is_live(until, now=NOW) is live


@pytest.mark.parametrize(
    ("received", "extended", "due"),
    [
        (date(2026, 11, 20), False, date(2026, 12, 20)),
        (date(2026, 12, 20), False, date(2027, 1, 20)),
        (date(2027, 1, 31), False, date(2027, 2, 28)),
        (date(2028, 1, 31), False, date(2028, 2, 29)),
        (date(2026, 11, 30), True, date(2027, 2, 28)),
    ],
)
def test_deadlines(received: date, extended: bool, due: date) -> None:
    assert rules.due_on(received, extended=extended) == due


DECIDED = NOW - timedelta(days=10)


@pytest.mark.parametrize(
    ("standing", "kept"),
    [
        (Standing("benign", DECIDED), Keeping(DECIDED + timedelta(days=30), "benign")),
        (Standing("fraud", DECIDED), Keeping(DECIDED + timedelta(days=365), "fraud")),
        (Standing("labour-law", DECIDED), Keeping(DECIDED + timedelta(days=365), "labour-law")),
        (Standing("", DECIDED), Keeping(DECIDED + timedelta(days=180), "undecided")),
        (Standing("benign", DECIDED, held=True), Keeping(None, "hold")),
        (Standing("", DECIDED, waiting=True), Keeping(None, "waiting")),
        (Standing("labour-law", DECIDED, referred=True), Keeping(None, "referred")),
        (Standing("labour-law", DECIDED, answered_at=NOW), Keeping(NOW + retention.REFERRED_AFTER_OUTCOME, "answered")),
        (Standing("act", NOW, answered_at=DECIDED), Keeping(NOW + timedelta(days=5 * 365), "act")),
        (Standing("benign", DECIDED, held=True, waiting=True, referred=True), Keeping(None, "hold")),
    ],
)
def test_how_long_an_advert_is_kept(standing: Standing, kept: Keeping) -> None:
    assert rules.keeping(standing) == kept


def test_every_outcome_has_a_period_with_a_reason() -> None:
    from review.rules import Outcome

    assert set(retention.PERIODS) == {*Outcome, "undecided"}
    assert all(period.reason and period.keep.days > 0 for period in retention.PERIODS.values())
