"""Right of reply: what somebody outside says is wrong with a notice, with a deadline, an answer and a public log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cryptography.fernet import InvalidToken
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from adverts import vault
from adverts.audit import record
from notices import deadlines
from notices.models import Notice, Reply
from notices.reading import Public
from notices.wording import Wording, day
from notices.workflow import RefusedError

LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Logged:
    """One answered reply as everybody may read it: never what was said, nor by whom."""

    slug: str
    received: str
    answered: str
    outcome: str
    answer: str


@transaction.atomic
def receive(slug: str, *, who: str, said: str, contact: str, now: datetime, today: date) -> Reply:
    """Keep a reply to a notice that is out; the address is kept encrypted."""
    notice = Notice.objects.get(slug=slug)
    made = Reply.objects.create(
        notice=notice,
        received_at=now,
        due_on=deadlines.due_on(today),
        who=who if who in dict(Reply.WHO) else "other",
        said=said.strip()[:LONGEST],
        contact=vault.box().encrypt(contact.strip()[:200].encode()).decode() if contact.strip() else "",
    )
    record(actor="public", action="notice.reply-received", subject=f"notice:{slug}", at=now, detail={"reply": made.pk})
    return made


@transaction.atomic
def answer(reply: Reply, *, outcome: str, answer: str, by: User, now: datetime) -> None:
    """Close a reply with an answer for the public log. Raises ``RefusedError``."""
    reply = Reply.objects.select_for_update().select_related("notice").get(pk=reply.pk)
    if reply.answered_at is not None:
        raise RefusedError([gettext("It was answered already.")])
    if outcome not in dict(Reply.OUTCOMES) or not answer.strip():
        raise RefusedError([gettext("Choose what became of it and write the answer: it is shown in the public log.")])
    reply.outcome, reply.answer, reply.answered_at, reply.answered_by = outcome, answer.strip()[:2000], now, by.get_username()
    reply.save()
    subject = f"notice:{reply.notice.slug}"
    record(actor=by.get_username(), action="notice.reply-answered", subject=subject, at=now, detail={"reply": reply.pk, "outcome": outcome})


def contact_of(reply: Reply) -> str:
    """Where the answer goes, in clear; empty where nobody gave any, where it was deleted or where no key opens it."""
    try:
        return vault.box().decrypt(reply.contact.encode()).decode() if reply.contact else ""
    except InvalidToken:
        return ""


def renew() -> int:
    """Encrypt every address anew under the newest key; how many. Call it inside a transaction. What no key opens stays as it is."""
    done = 0
    for row in Reply.objects.select_for_update().exclude(contact="").order_by("pk"):
        try:
            row.contact = vault.box().rotate(row.contact.encode()).decode()
        except InvalidToken:
            continue
        row.save(update_fields=["contact"])
        done += 1
    return done


def forget_contacts(*, now: datetime) -> int:
    """Delete addresses of replies answered more than half a year ago; how many."""
    return Reply.objects.filter(answered_at__lt=now - deadlines.CONTACT_KEPT).exclude(contact="").update(contact="")


def public_log(notices: tuple[Public, ...], words: Wording) -> list[Logged]:
    """Answered replies to notices that are out, newest first."""
    slugs = {notice.slug for notice in notices}
    rows = Reply.objects.exclude(answered_at=None).filter(notice__slug__in=slugs).select_related("notice").order_by("-answered_at")
    return [
        Logged(
            row.notice.slug,
            day(row.received_at.date(), words.language),
            day(row.answered_at.date(), words.language),
            words.texts["outcomes"][row.outcome],
            row.answer,
        )
        for row in rows
        if row.answered_at is not None
    ]
