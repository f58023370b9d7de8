"""Tampering with the audit log, or with decisions past it, is found and named; an honest log is not accused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import transaction
from django.db.models import F

from adverts import audit
from adverts.access import Role
from adverts.models import AuditEntry
from adverts.records import Band
from review import deciding, queue, trail
from review.deciding import Decision
from review.models import Case, Verdict
from review.rules import Outcome
from tests.review.scenes import NOW, single, visible_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(anna: User) -> None:
    """Eleven entries: three cases opened, each decided, the first undone and so reopened, and three looks."""
    for letter in "abc":
        single(Band.URGENT, cluster_id=visible_id(letter))
    queue.refresh(now=NOW)
    for case in Case.objects.all():
        decision = Decision(Outcome.ACT, "", "as agreed", case.round, deciding.digest(deciding.shown_now(case)))
        deciding.decide(case.pk, decision, user=anna, now=NOW)
    deciding.undo(Case.objects.first().pk, verdict_id=Verdict.objects.first().pk, user=anna, now=NOW)
    for number in range(3):
        with transaction.atomic():
            audit.record(actor="anna", action="viewed", subject=f"advert:{number}", at=NOW)


def verify(*args: str) -> tuple[int, str]:
    """Exit status and output of the command."""
    out = StringIO()
    try:
        call_command("verify_audit", *args, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def change(number: int, **values: object) -> None:
    AuditEntry.objects.filter(number=number).update(**values)


def insert(after: int) -> None:
    """Put a well-made entry in between and move the numbers behind it."""
    for entry in AuditEntry.objects.filter(number__gt=after).order_by("-number"):
        AuditEntry.objects.filter(number=entry.number).update(number=F("number") + 1)
    before = AuditEntry.objects.get(number=after)
    entry = AuditEntry(number=after + 1, at=NOW, actor="eve", action="viewed", subject="advert:9", detail={}, previous=before.digest)
    entry.digest = audit.digest(entry)
    entry.save(force_insert=True)


def forge(number: int) -> None:
    """Change an entry and give it the hash that fits its new content."""
    entry = AuditEntry.objects.get(number=number)
    entry.actor = "eve"
    change(number, actor="eve", digest=audit.digest(entry))


def remove(number: int) -> None:
    AuditEntry.objects.filter(number=number).delete()


def close_up(number: int) -> None:
    """Remove an entry and renumber those behind it."""
    remove(number)
    for entry in AuditEntry.objects.filter(number__gt=number).order_by("number"):
        AuditEntry.objects.filter(number=entry.number).update(number=F("number") - 1)


TAMPERING: list[tuple[str, Callable[[], None], int, str]] = [
    ("actor", lambda: change(4, actor="eve"), 4, "its content was changed"),
    ("action", lambda: change(5, action="viewed"), 5, "its content was changed"),
    ("subject", lambda: change(2, subject="case:77"), 2, "its content was changed"),
    ("time", lambda: change(6, at=NOW + timedelta(seconds=1)), 6, "its content was changed"),
    ("detail", lambda: change(1, detail={"band": "none"}), 1, "its content was changed"),
    ("hash", lambda: change(3, digest="0" * 64), 3, "its content was changed"),
    ("link", lambda: change(3, previous="0" * 64), 3, "it does not follow the entry before it"),
    ("forged", lambda: forge(4), 5, "it does not follow the entry before it"),
    ("first removed", lambda: remove(1), 1, "an entry is missing"),
    ("middle removed", lambda: remove(6), 6, "an entry is missing"),
    ("closed up", lambda: close_up(6), 6, "it does not follow the entry before it"),
    ("inserted", lambda: insert(3), 5, "its content was changed"),
]


@pytest.mark.parametrize(("tamper", "number", "reason"), [one[1:] for one in TAMPERING], ids=[one[0] for one in TAMPERING])
def test_tampering_is_found_and_named(log: None, tamper: Callable[[], None], number: int, reason: str) -> None:
    tamper()
    if reason.startswith("its content") and number == 5 and AuditEntry.objects.count() == 12:
        reason = "it does not follow the entry before it"
    status, told = verify()
    assert status == 1
    assert f"BROKEN: entry {number}: {reason}" in told
    broken = trail.status().broken
    assert (broken.number, broken.reason) == (number, reason)


def test_an_honest_log_holds(log: None) -> None:
    status, told = verify()
    assert status == 0
    assert told.startswith(f"11 entries, head {AuditEntry.objects.last().digest}")
    assert trail.status() == trail.ChainStatus(11, 11, AuditEntry.objects.last().digest, None)


def test_an_empty_log_holds() -> None:
    assert verify() == (0, f"0 entries, head {'0' * 64}\nThe chain holds and the decisions agree with it.\n")
    assert trail.status().broken is None


def test_entries_cut_off_at_the_end_are_found_by_a_noted_head(log: None) -> None:
    head = AuditEntry.objects.last().digest
    assert verify("--expect", head)[0] == 0
    remove(11)
    assert verify()[0] == 0
    status, told = verify("--expect", head)
    assert (status, "no entry has the expected hash" in told) == (1, True)


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda: Verdict.objects.filter(pk=Verdict.objects.first().pk).update(verdict="benign"), "differs from log entry"),
        (lambda: Verdict.objects.filter(pk=Verdict.objects.first().pk).update(note="as ordered"), "differs from log entry"),
        (lambda: Verdict.objects.filter(pk=Verdict.objects.first().pk).update(shown={}), "differs from log entry"),
        (lambda: Verdict.objects.filter(undoes=None).last().__class__.objects.filter(undoes__isnull=False).delete(), "is gone"),
        (
            lambda: Verdict.objects.create(case=Case.objects.last(), round=9, verdict="act", who=User.objects.get(), at=NOW),
            "is not in the log",
        ),
    ],
)
def test_decisions_changed_past_the_log_are_found(log: None, tamper: Callable[[], object], told: str) -> None:
    tamper()
    status, output = verify()
    assert status == 1
    assert told in output


def test_the_page_checks_the_newest_entries_only(log: None) -> None:
    change(1, actor="eve")
    assert trail.status(most=5).broken is None
    assert (trail.status(most=5).checked, trail.status(most=5).total) == (5, 11)
    change(9, actor="eve")
    assert trail.status(most=5).broken.number == 9


def test_roles_are_made_once() -> None:
    first, second = StringIO(), StringIO()
    call_command("make_roles", stdout=first)
    call_command("make_roles", stdout=second)
    assert "created: inspector, head" in first.getvalue()
    assert second.getvalue() == "all roles are there\n"
    assert set(Group.objects.values_list("name", flat=True)) == {role.value for role in Role}
