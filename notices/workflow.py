"""Acts on notices: the rules are asked, the rows changed and the audit entry written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from adverts.audit import record
from adverts.models import Advert
from adverts.records import FairwatchError
from notices import rules, translations
from notices.content import Claim as ClaimContent
from notices.content import Content, Text
from notices.models import Claim, Comment, Notice, NoticeText
from notices.reading import content, full, standing

SHORTEST_NAME = 8
"""Employer names shorter than this are also ordinary words; they are not looked for."""


class RefusedError(FairwatchError):
    """The rules do not allow the act; ``reasons`` are sentences for the person who tried."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


@transaction.atomic
def create(found: Content, *, by: User, now: datetime) -> Notice:
    """A new draft. The states of its texts are taken as given: the desk gives drafts alone, the demonstration checked ones."""
    notice = Notice.objects.create(slug=found.slug, type=found.type, author=by, created_at=now, updated_at=now)
    _write(notice, found, by=by, now=now)
    _record("notice.drafted", notice, by=by, now=now)
    return notice


@transaction.atomic
def change(notice: Notice, found: Content, *, by: User, now: datetime) -> None:
    """Change a draft; an approval of other content is gone, and so is the check of each text whose words changed.

    Raises ``RefusedError`` for one that is out.
    """
    notice = _locked(notice)
    _unless(rules.why_not_edit(standing(notice)))
    _write(notice, translations.settled(content(notice), found), by=by, now=now)
    notice = _locked(notice)
    before, after = standing(notice), rules.after_edit(standing(notice), content(notice), by=by.get_username())
    notice.editors = sorted(after.editors)
    reopened = bool(before.approved_hash) and not after.approved_hash
    if reopened:
        notice.approved_hash, notice.approver, notice.approved_at = "", None, None
    notice.save()
    _record("notice.changed", notice, by=by, now=now, detail={"reopened": reopened})


@transaction.atomic
def check_text(notice: Notice, language: str, *, to: str, by: User, seen: str, now: datetime) -> None:
    """A person has compared a text with its source, or a native speaker approves it; the notice's approval is gone.

    ``seen`` is the hash of the text's words that were on the page. Raises ``RefusedError``.
    """
    notice = _locked(notice)
    found, row = content(notice), notice.texts.filter(language=language).first()
    worded_by, name = (row.worded_by if row else ""), by.get_username()
    _unless(rules.why_not_edit(standing(notice)), translations.why_not_check(found, language, to=to, by=name, worded_by=worded_by))
    moved = translations.checked(found, language, to=to)
    text = next(text for text in moved.texts if text.language == language)
    _unless("" if text.words == seen else gettext("The words were changed after you opened the page: read them again."))
    notice.texts.filter(language=language).update(state=to, made_from=text.made_from, checked_by=name, checked_at=now)
    notice.approved_hash, notice.approver, notice.approved_at, notice.updated_at = "", None, None, now
    notice.save()
    _record("notice.text-checked", notice, by=by, now=now, detail={"language": language, "state": to})


@transaction.atomic
def comment(notice: Notice, *, about: str, body: str, by: User, now: datetime) -> None:
    """What an adviser says; kept for good with the content it was said of. Raises ``RefusedError`` where nothing is said."""
    _unless("" if body.strip() else gettext("Write what you want to say."))
    kept = {"about": about[:160], "body": body.strip()[:4000], "content_hash": content(notice).digest()}
    Comment.objects.create(notice=notice, author=by, at=now, **kept)
    _record("notice.commented", notice, by=by, now=now)


@transaction.atomic
def approve(notice: Notice, *, by: User, seen: str, now: datetime, today: date) -> None:
    """Approve exactly the content whose hash is ``seen``. Raises ``RefusedError``."""
    notice = _locked(notice)
    found = content(notice)
    _unless(*rules.why_not_approve(standing(notice), found, by=by.get_username(), seen=seen, today=today))
    notice.approved_hash, notice.approved_at = found.digest(), now
    notice.approver_id = by.pk
    notice.save()
    _record("notice.approved", notice, by=by, now=now, detail={"hash": notice.approved_hash, "claims": len(found.claims)})


@transaction.atomic
def publish(notice: Notice, *, by: User, now: datetime, today: date) -> None:
    """Let everybody see what was approved. Raises ``RefusedError``."""
    notice = _locked(notice)
    _unless(rules.why_not_publish(standing(notice), content(notice), today=today))
    notice.published_at = now
    notice.save()
    _record("notice.published", notice, by=by, now=now, detail={"hash": notice.approved_hash})


@transaction.atomic
def withdraw(notice: Notice, *, by: User, reason: str, now: datetime) -> None:
    """Take a notice back; one that was out leaves a tombstone with the reason. Raises ``RefusedError``."""
    notice = _locked(notice)
    _unless(rules.why_not_withdraw(standing(notice), reason=reason))
    notice.withdrawn_at, notice.withdrawn_reason = now, reason.strip()
    notice.save()
    _record("notice.withdrawn", notice, by=by, now=now)


@transaction.atomic
def start_update(notice: Notice, *, type: str, slug: str, by: User, now: datetime) -> Notice:
    """A new draft that updates or corrects one that is out, with its texts and claims to start from. Raises ``RefusedError``."""
    notice = _locked(notice)
    _unless(rules.why_not_update(standing(notice)))
    old = content(notice)
    texts = tuple(replace(text, state=NoticeText.DRAFT) for text in old.texts)
    made = Notice.objects.create(slug=slug, type=type, author=by, supersedes=notice, created_at=now, updated_at=now)
    _write(made, replace(old, slug=slug, type=type, supersedes=notice.slug, texts=texts), by=by, now=now)
    _record("notice.drafted", made, by=by, now=now, detail={"supersedes": notice.slug})
    return made


def names_to_check(found: Content) -> tuple[str, ...]:
    """Employers of the ledger whose names stand in a notice, for the second person to look at: nobody unverified may be named."""
    whole = " ".join(f"{text.title} {text.body}" for text in found.texts).casefold()
    names = Advert.objects.exclude(employer="").values_list("employer", flat=True).distinct()
    return tuple(sorted({name for name in names.iterator() if len(name) >= SHORTEST_NAME and name.casefold() in whole}))


def _locked(notice: Notice) -> Notice:
    return full(Notice.objects.select_for_update(of=("self",))).get(pk=notice.pk)


def _unless(*reasons: str) -> None:
    present = [reason for reason in reasons if reason]
    if present:
        raise RefusedError(present)


def _write(notice: Notice, found: Content, *, by: User, now: datetime) -> None:
    for name in ("slug", "type", "valid_until", "from_country", "to_country", "occupation", "source_language"):
        setattr(notice, name, getattr(found, name))
    notice.updated_at = now
    notice.save()
    before = {row.language: row for row in notice.texts.all()}
    notice.texts.all().delete()
    notice.claims.all().delete()
    NoticeText.objects.bulk_create([_text_row(notice, text, before.get(text.language), by) for text in found.texts])
    Claim.objects.bulk_create([_claim_row(notice, claim) for claim in found.claims])


def _text_row(notice: Notice, text: Text, before: NoticeText | None, by: User) -> NoticeText:
    row = NoticeText(notice=notice, worded_by=by.get_username(), **asdict(text))
    same = before is not None and all(getattr(before, name) == getattr(text, name) for name in ("title", "help_lines", "body", "short"))
    if before is not None and same:
        row.worded_by, row.checked_by, row.checked_at = before.worded_by, before.checked_by, before.checked_at
    return row


def _claim_row(notice: Notice, claim: ClaimContent) -> Claim:
    return Claim(notice=notice, text=claim.text, source_title=claim.source_title, source_url=claim.source_url, checked_on=claim.checked_on)


def _record(action: str, notice: Notice, *, by: User, now: datetime, detail: dict[str, Any] | None = None) -> None:
    record(actor=by.get_username(), action=action, subject=f"notice:{notice.slug}", at=now, detail=detail)
