"""Notices for the tests, all invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User

from adverts.access import Role
from notices import reading, workflow
from notices.content import Claim, Content, Text
from notices.models import Notice

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)

ENGLISH = Text(
    language="en",
    title="Before you accept farm work",
    help_lines="Labour inspectorate | +1 555 010 0199\nUnion help desk | 112 / 999",
    body="You do not pay for the job.\n\n## Look for\n- a written contract\n- a licence number\n\nKeep your passport.",
    state="native-approved",
)
ARABIC = Text(
    language="ar",
    title="قبل أن تقبل العمل في مزرعة",
    help_lines="مفتشية العمل | +1 555 010 0199",
    body="لا تدفع مقابل الحصول على العمل.\n\n## انتبه إلى\n- عقد مكتوب بلغتك\n- رقم الترخيص\n\nاحتفظ بجواز سفرك.",
    state="human-checked",
)
CLAIM = Claim("Workers pay no placement fee.", "Fee rules of the ministry", "https://ministry.example/fees", date(2026, 11, 1))


def content(**given: Any) -> Content:
    """A notice that can be approved as it is."""
    base = Content("farm-work", "safe-labour", TODAY + timedelta(days=90), "", (ENGLISH, ARABIC), (CLAIM,))
    return replace(base, **given)


def person(name: str, *roles: Role) -> User:
    """A user with these roles, a campaigner's where none is given."""
    user = User.objects.create_user(name, password=name)
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles or (Role.CAMPAIGNER,)])
    return user


def somebody(name: str) -> User:
    """The campaigner of that name, made where there is none."""
    return User.objects.filter(username=name).first() or person(name)


def draft(*, now: datetime = NOW, **given: Any) -> Notice:
    """A draft written by ``writer``."""
    return workflow.create(content(**given), by=somebody("writer"), now=now)


def approved(*, now: datetime = NOW, **given: Any) -> Notice:
    """A draft that ``second`` has approved."""
    made = draft(now=now, **given)
    workflow.approve(made, by=somebody("second"), seen=content(**given).digest(), now=now, today=now.date())
    made.refresh_from_db()
    return made


def published(*, now: datetime = NOW, **given: Any) -> Notice:
    """A notice that is out."""
    made = approved(now=now, **given)
    workflow.publish(made, by=somebody("writer"), now=now, today=now.date())
    made.refresh_from_db()
    return made


def check_texts(notice: Notice, *, by: str = "second", now: datetime = NOW) -> None:
    """``by`` checks every text that nobody has checked, the source first."""
    texts = sorted(reading.content(notice).texts, key=lambda text: text.language != notice.source_language)
    for text in texts:
        found = reading.content(Notice.objects.get(pk=notice.pk))
        if text.state not in {"human-checked", "native-approved"} or found.is_stale(text):
            workflow.check_text(notice, text.language, to="human-checked", by=somebody(by), seen=text.words, now=now)


def go_out(notice: Notice, found: Content, *, now: datetime = NOW) -> None:
    """A draft is given this content, checked, approved and published."""
    workflow.change(notice, found, by=somebody("writer"), now=now)
    fresh = Notice.objects.get(pk=notice.pk)
    check_texts(fresh, now=now)
    seen = reading.content(Notice.objects.get(pk=notice.pk)).digest()
    workflow.approve(notice, by=somebody("second"), seen=seen, now=now, today=now.date())
    workflow.publish(notice, by=somebody("writer"), now=now, today=now.date())
