"""Reminders before a notice's last day and on its expiry, to author and approver, and of replies that are due; each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from notices import deadlines, replies
from notices.models import Notice, Reminder, Reply


@dataclass(frozen=True, slots=True)
class Done:
    """What one round did."""

    reminders: int
    forgotten: int
    """Addresses of repliers that were deleted."""
    overdue: int
    """Replies that wait past their day."""


def run(*, now: datetime, today: date) -> Done:
    """Send what is due and delete what has been kept long enough. Can be repeated at any time: nothing is sent twice in a day's sense."""
    rows = Notice.objects.exclude(published_at=None).filter(withdrawn_at=None).exclude(valid_until=None).prefetch_related("reminders")
    sent = sum(_remind(row, now=now, today=today) for row in rows)
    overdue = Reply.objects.filter(answered_at=None, due_on__lt=today).count()
    return Done(sent, replies.forget_contacts(now=now), overdue)


def _remind(notice: Notice, *, now: datetime, today: date) -> int:
    """One reminder at most. It is noted in the transaction of the sending: a failing mail server leaves it due."""
    last = notice.valid_until
    if last is None or Notice.objects.filter(supersedes=notice).exclude(published_at=None).filter(withdrawn_at=None).exists():
        return 0
    told = frozenset(row.days_before for row in notice.reminders.all() if row.last_day == last)
    days = deadlines.reminder_due(last, today=today, sent=told)
    if days is None:
        return 0
    with transaction.atomic():
        _, made = Reminder.objects.get_or_create(notice=notice, last_day=last, days_before=days, defaults={"sent_at": now})
        if made:
            _mail(notice, last, expired=days < 0)
    return int(made)


def _mail(notice: Notice, last: date, *, expired: bool) -> None:
    people = User.objects.filter(pk__in=[notice.author_id, notice.approver_id], is_active=True).exclude(email="")
    subject = f"Notice {notice.slug}: {'expired' if expired else 'last day'} {last.isoformat()}"
    fate = "It is now shown as expired." if expired else "After that day it is shown as expired."
    address = f"{settings.BASE_URL}{reverse('notices-detail', args=[notice.pk])}"
    body = f"The last day of the notice “{notice.slug}” is {last.isoformat()}. {fate}\nCheck its sources and start an update:\n{address}\n"
    send_mail(subject, body, None, sorted(person.email for person in people))
