"""Notices for the tests, all invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User

from adverts.access import Role
from notices import workflow
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
