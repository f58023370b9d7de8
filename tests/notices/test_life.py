"""Deadlines, reminders through a year, replies, and the public log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import time_machine
from cryptography.fernet import Fernet, MultiFernet
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from adverts import vault
from adverts.access import Role
from adverts.models import AuditEntry
from notices import rate, reminders, replies, workflow
from notices.deadlines import REMIND_BEFORE, due_on, reminder_due
from notices.models import Reminder, Reply
from settings.env import current
from tests.notices.scenes import CLAIM, NOW, TODAY, content, go_out, person, published, somebody

CLAIM_OF_AUGUST = replace(CLAIM, checked_on=date(2026, 8, 20))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    rate.REPLIES.forget()


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 20), date(2026, 11, 27)),  # Friday
        (date(2026, 11, 21), date(2026, 11, 27)),  # Saturday
        (date(2026, 11, 22), date(2026, 11, 27)),  # Sunday
        (date(2026, 11, 23), date(2026, 11, 30)),  # Monday
        (date(2026, 12, 31), date(2027, 1, 7)),
    ],
)
def test_five_working_days(received: date, due: date) -> None:
    assert due_on(received) == due


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_day_of_the_answer_is_a_working_day_of_the_next_week(received: date) -> None:
    assert due_on(received).weekday() < 5
    assert 5 <= (due_on(received) - received).days <= 7


@pytest.mark.parametrize(
    ("left", "sent", "expected"),
    [
        (31, set(), None),
        (30, set(), 30),
        (30, {30}, None),
        (8, {30}, None),
        (7, {30}, 7),
        (3, set(), 7),
        (1, {30, 7}, 1),
        (0, {30, 7}, 1),
        (0, {1}, None),
        (-1, {30, 7, 1}, -1),
        (-9, set(), -1),
        (-9, {-1}, None),
    ],
)
def test_reminder_of_the_day(left: int, sent: set[int], expected: int | None) -> None:
    assert reminder_due(TODAY + timedelta(days=left), today=TODAY, sent=frozenset(sent)) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "Asia/Kathmandu"])
def test_a_year_of_reminders_each_on_its_day_and_once(zone: str, settings: Any) -> None:
    """Every morning of a year, both changes of the clock among them, twice a day as after a restart."""
    settings.TIME_ZONE = zone
    last = date(2027, 7, 1)
    made = published(now=datetime(2026, 9, 1, 12, tzinfo=UTC), valid_until=last, claims=(CLAIM_OF_AUGUST,))
    for user in (made.author, made.approver):
        assert user is not None
        user.email = f"{user.username}@example.org"
        user.save()
    days = []
    moment = datetime(2026, 9, 2, 6, 11, tzinfo=ZoneInfo(zone))
    for _ in range(365):
        with time_machine.travel(moment, tick=False):
            for _ in range(2):
                if reminders.run(now=moment, today=moment.date()).reminders:
                    days.append((last - moment.date()).days)
        moment += timedelta(days=1)
    assert days == list(REMIND_BEFORE)
    assert len(mail.outbox) == len(REMIND_BEFORE)
    assert {tuple(message.to) for message in mail.outbox} == {("second@example.org", "writer@example.org")}
    assert "expired" in mail.outbox[-1].subject


@pytest.mark.django_db
def test_who_is_not_reminded() -> None:
    soon = TODAY + timedelta(days=5)
    gone = published(slug="gone", valid_until=soon)
    workflow.withdraw(gone, by=somebody("writer"), reason="wrong", now=NOW)
    old = published(slug="old", valid_until=soon)
    new = workflow.start_update(old, type="safe-labour", slug="new", by=somebody("writer"), now=NOW)
    go_out(new, content(slug="new", supersedes="old"))
    assert reminders.run(now=NOW, today=TODAY).reminders == 0
    published(slug="alone", valid_until=soon)
    assert reminders.run(now=NOW, today=TODAY).reminders == 1


@pytest.mark.django_db
def test_a_mail_server_that_fails_leaves_the_reminder_due() -> None:
    published(valid_until=TODAY + timedelta(days=5))
    with patch("notices.reminders.send_mail", side_effect=OSError("refused")), pytest.raises(OSError, match="refused"):
        reminders.run(now=NOW, today=TODAY)
    assert not Reminder.objects.exists()
    assert reminders.run(now=NOW, today=TODAY).reminders == 1


@pytest.mark.django_db
def test_the_command_says_what_it_did() -> None:
    published(valid_until=TODAY + timedelta(days=5))
    out = StringIO()
    call_command("remind", now=NOW, stdout=out)
    assert out.getvalue() == "reminders sent: 1, addresses deleted: 0, replies overdue: 0\n"


ADDRESS = "/notices/farm-work/en/reply/"
LETTER = {"who": "employer", "said": "The number is of another office.", "contact": "ana@example.org"}


@pytest.mark.django_db
def test_a_reply_from_letter_to_public_log(client: Client) -> None:
    published()
    with time_machine.travel(NOW, tick=False):
        page = client.post(ADDRESS, LETTER).content.decode()
    assert "We will answer by" in page
    assert "27 November 2026" in page or "November 27, 2026" in page
    row = Reply.objects.get()
    assert (row.due_on, row.who, replies.contact_of(row)) == (date(2026, 11, 27), "employer", "ana@example.org")
    assert "ana" not in row.contact
    client.force_login(somebody("writer"))
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        desk = client.get(reverse("notices-replies")).content.decode()
    assert "another office" in desk
    assert "ana@example.org" in desk
    assert "late, was due" in desk
    client.post(reverse("notices-reply-answer", args=[row.pk]), {"outcome": "corrected", "answer": "The number was changed."})
    log = client.get("/notices/corrections/").content.decode()
    assert "The number was changed." in log
    for secret in ("another office", "ana@example.org"):
        assert secret not in log
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"notice.reply-received", "notice.reply-answered"} <= actions
    assert not AuditEntry.objects.filter(detail__icontains="ana@").exists()
    again = client.post(reverse("notices-reply-answer", args=[row.pk]), {"outcome": "kept", "answer": "x"}, follow=True)
    assert "answered already" in again.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"),
    [({}, True), ({"said": " "}, False), ({"said": "x" * 4001}, False), ({"who": "nobody"}, True), ({"contact": ""}, True)],
)
def test_what_is_kept(client: Client, given: dict[str, str], kept: bool) -> None:
    published()
    with time_machine.travel(NOW, tick=False):
        assert client.post(ADDRESS, {**LETTER, **given}).status_code == 200
    assert Reply.objects.exists() is kept
    assert client.cookies == {}


@pytest.mark.django_db
def test_a_flood_of_replies_is_stopped(client: Client) -> None:
    published()
    with time_machine.travel(NOW, tick=False):
        codes = [client.post(ADDRESS, LETTER).status_code for _ in range(7)]
    assert codes == [200] * 5 + [429] * 2
    assert Reply.objects.count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/notices/none/en/reply/", "/notices/farm-work/fr/reply/"])
def test_no_reply_to_what_is_not_out(client: Client, address: str) -> None:
    published()
    assert client.get(address).status_code == 404
    assert client.post(address, LETTER).status_code == 404


@pytest.mark.django_db
def test_addresses_are_deleted_half_a_year_after_the_answer() -> None:
    published()
    row = replies.receive("farm-work", who="other", said="x", contact="ana@example.org", now=NOW, today=TODAY)
    assert replies.forget_contacts(now=NOW + timedelta(days=900)) == 0
    replies.answer(row, outcome="kept", answer="It stands.", by=somebody("writer"), now=NOW)
    assert replies.forget_contacts(now=NOW + timedelta(days=183)) == 0
    assert replies.forget_contacts(now=NOW + timedelta(days=184)) == 1
    assert replies.contact_of(Reply.objects.get()) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_who_reads_and_answers_replies(client: Client, role: Role) -> None:
    published()
    row = replies.receive("farm-work", who="other", said="x", contact="", now=NOW, today=TODAY)
    client.force_login(person("x", role))
    may_read, may_answer = role in {Role.CAMPAIGNER, Role.HEAD, Role.AUDITOR}, role in {Role.CAMPAIGNER, Role.HEAD}
    assert client.get(reverse("notices-replies")).status_code == (200 if may_read else 403)
    answer = client.post(reverse("notices-reply-answer", args=[row.pk]), {"outcome": "kept", "answer": "It stands."})
    assert answer.status_code == (302 if may_answer else 403)


@pytest.mark.django_db
def test_addresses_of_replies_follow_a_new_key(monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    row = replies.receive("farm-work", who="other", said="x", contact="ana@example.org", now=NOW, today=TODAY)
    lost = replies.receive("farm-work", who="other", said="x", contact="ben@example.org", now=NOW, today=TODAY)
    Reply.objects.filter(pk=lost.pk).update(contact="no key opens this")
    old, new = Fernet(current().vault_keys.get_secret_value().encode()), Fernet(Fernet.generate_key())
    monkeypatch.setattr(vault, "box", lambda: MultiFernet([new, old]))
    assert replies.renew() == 1
    monkeypatch.setattr(vault, "box", lambda: MultiFernet([new]))
    row.refresh_from_db()
    assert replies.contact_of(row) == "ana@example.org"
    lost.refresh_from_db()
    assert (lost.contact, replies.contact_of(lost)) == ("no key opens this", "")
