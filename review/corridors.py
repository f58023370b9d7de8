"""Notes for a corridor: what inspectors of one body tell each other of a way from one country to another.

Seen on every advert and cluster of the corridor and on a page of their own, by the own body alone. A note is never changed: a new row
follows it, and at most one can, so of two people changing it at once one wins. Withdrawn ones end with a row that says so. Words that
a person had erased, and replaced ones after ``settings.retention.REPLACED_NOTES``, are emptied; the rows stay.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from adverts import audit
from adverts.models import AuditEntry
from adverts.records import FairwatchError
from review import tenancy
from review.models import DEFAULT, CaseFacet, CorridorNote
from review.records.words import Words
from settings.retention import REPLACED_NOTES

LONGEST = 600
"""Characters of a note: a few sentences."""

CHOICES = 60
"""Corridors offered, those with the most cases."""

ACTOR = "system:retention"
ERASED = "corridor-note.erased"

_CORRIDOR = re.compile(r"(?:[A-Z]{2})?>[A-Z]{2}")
_CONTACT = re.compile(r"\S@\S|(?<!\w)@\w|(?<![\w.,])(?:\+|00|0\d)[\d\s()/.-]{6,}\d")
"""An e-mail address, a handle, or a number as one dials it; sums of money begin with neither + nor 0."""


class NoteError(FairwatchError):
    """A note is not taken; the message says why and what to do."""


class ChangedError(NoteError):
    """Somebody changed or withdrew the note meanwhile."""


def is_corridor(text: str) -> bool:
    """Whether a text names a corridor: ``NP>QA``, or ``>QA`` from anywhere."""
    return _CORRIDOR.fullmatch(text) is not None


def write(corridor: str, text: str, *, user: User, now: datetime) -> CorridorNote:
    """Leave a note for the own body; one sent twice is one. Raises ``NoteError`` for what is no corridor or no fit text."""
    if not is_corridor(corridor):
        raise NoteError(_("Choose from where to where."))
    tenant, text = tenancy.body_of(user), _fit(text)
    if same := in_force(tenant).filter(corridor=corridor, text=text, by=user).first():
        found: CorridorNote = same
        return found
    return _append(CorridorNote(tenant=tenant, corridor=corridor, text=text, by=user, at=now), "noted", now=now)


def change(note_id: int, text: str, *, user: User, now: datetime) -> CorridorNote:
    """Put other words in the place of a note of the own body; the old ones stay to be read under it."""
    return _follow(note_id, CorridorNote.CHANGED, _fit(text), "changed-note", user=user, now=now)


def withdraw(note_id: int, *, user: User, now: datetime) -> CorridorNote:
    """Let a note of the own body no longer be shown on adverts."""
    return _follow(note_id, CorridorNote.WITHDRAWN, "", "withdrew-note", user=user, now=now)


def withdraw_all(tenant: int, *, by: User, now: datetime) -> int:
    """Withdraw all notes of a body that is closed; how many."""
    found = list(in_force(tenant))
    for row in found:
        _append(_after(row, CorridorNote.WITHDRAWN, "", by=by, now=now), "withdrew-note", now=now)
    return len(found)


def newest_of(note_id: int, *, tenant: int) -> CorridorNote | None:
    """The state in force of the note that a row belongs to; ``None`` where it is withdrawn, or another body's."""
    row = CorridorNote.objects.filter(pk=note_id, tenant=tenant).first()
    return None if row is None else in_force(tenant).filter(Q(first=row.first_id or row.pk) | Q(pk=row.pk)).first()


def in_force(tenant: int) -> Any:
    """The notes of a body that hold, the newest first."""
    rows = CorridorNote.objects.filter(tenant=tenant, followed_by=None).exclude(action=CorridorNote.WITHDRAWN)
    return rows.select_related("by").order_by("-pk")


def on_page(corridors: Collection[str], *, tenant: int) -> list[tuple[str, list[CorridorNote]]]:
    """The corridors of an advert or cluster, each with its notes, and those for its country of work from anywhere; one query."""
    wanted = sorted({*corridors, *(f">{name.partition('>')[2]}" for name in corridors)}, reverse=True)
    found: dict[str, list[CorridorNote]] = defaultdict(list)
    for note in in_force(tenant).filter(corridor__in=wanted).exclude(text="") if wanted else ():
        found[note.corridor].append(note)
    return [(name, found[name]) for name in wanted if name in corridors or found[name]]


def earlier(notes: Sequence[CorridorNote]) -> Mapping[int, list[CorridorNote]]:
    """Id of a note in force -> its earlier states, the newest first; one query."""
    root = {note.first_id: note.pk for note in notes if note.first_id}
    found: dict[int, list[CorridorNote]] = defaultdict(list)
    for row in CorridorNote.objects.filter(Q(pk__in=root) | Q(first__in=root)).select_related("by").order_by("-pk"):
        at = root[row.first_id or row.pk]
        if row.pk != at:
            found[at].append(row)
    return found


def choices(*, tenant: int, chosen: str) -> list[str]:
    """Corridors to write for or choose from: those of the body's cases, the commonest first, those with notes, and the chosen one."""
    seen = CaseFacet.objects.filter(kind=CaseFacet.CORRIDOR, case__tenant=tenant).values("value").annotate(n=Count("pk"))
    names = list(seen.order_by("-n", "value").values_list("value", flat=True)[:CHOICES])
    noted = in_force(tenant).order_by("corridor").values_list("corridor", flat=True).distinct()
    return list(dict.fromkeys([*names, *noted, *([chosen] if is_corridor(chosen) else [])]))


def forget(*, now: datetime, dry_run: bool = False) -> int:
    """Empty the words of notes replaced or withdrawn long ago; how many."""
    old = CorridorNote.objects.filter(followed_by__at__lt=now - REPLACED_NOTES).exclude(text="")
    return old.count() if dry_run else sum(_empty(row, {"why": "replaced"}, now=now) for row in list(old))


def clear(words: Words, *, advert_id: str, now: datetime) -> int:
    """Empty the notes of every body, in force or not, that repeat an erased advert's words; how many."""
    found = [row for row in CorridorNote.objects.exclude(text="") if words.stand_in(row.text)]
    return sum(_empty(row, {"advert": advert_id}, now=now) for row in found)


def disagreements() -> Iterator[str]:
    """Notes that differ from what the audit log says of them, one sentence each."""
    logged = {int(entry.detail["note"]): entry.detail["text"] for entry in AuditEntry.objects.filter(action__in=_ACTS).iterator()}
    for entry in AuditEntry.objects.filter(action=ERASED).iterator():
        logged[int(entry.detail["note"])] = _hash("")
    for row in CorridorNote.objects.order_by("pk").iterator():
        told = logged.pop(row.pk, None)
        if told != _hash(row.text):
            yield f"corridor note {row.pk} {'is not in the log' if told is None else 'differs from the log'}"
    for pk in logged:
        yield f"corridor note {pk} of the log is gone"


_ACTS = ("noted", "changed-note", "withdrew-note")


def _follow(note_id: int, action: str, text: str, act: str, *, user: User, now: datetime) -> CorridorNote:
    before = CorridorNote.objects.get(pk=note_id, tenant=tenancy.body_of(user))
    if before.action == CorridorNote.WITHDRAWN:
        raise ChangedError(_meanwhile())
    return _append(_after(before, action, text, by=user, now=now), act, now=now)


def _after(before: CorridorNote, action: str, text: str, *, by: User, now: datetime) -> CorridorNote:
    same: dict[str, Any] = {"tenant": before.tenant, "corridor": before.corridor, "first_id": before.first_id or before.pk}
    return CorridorNote(action=action, text=text, by=by, at=now, follows=before, **same)


def _append(note: CorridorNote, act: str, *, now: datetime) -> CorridorNote:
    try:
        with transaction.atomic():
            note.save()
            detail: dict[str, Any] = {"note": note.pk, "text": _hash(note.text)}
            detail |= {"follows": note.follows_id} if note.follows_id else {}
            detail |= {"tenant": note.tenant} if note.tenant != DEFAULT else {}
            audit.record(actor=note.by.get_username(), action=act, subject=f"corridor:{note.corridor}", at=now, detail=detail)
    except IntegrityError as error:
        raise ChangedError(_meanwhile()) from error
    return note


def _empty(row: CorridorNote, detail: dict[str, Any], *, now: datetime) -> int:
    with transaction.atomic():
        # past ``save``, which refuses to change a history: the words must go, the row stays
        CorridorNote.objects.filter(pk=row.pk).update(text="")
        audit.record(actor=ACTOR, action=ERASED, subject=f"corridor:{row.corridor}", at=now, detail={"note": row.pk, **detail})
    return 1


def _fit(text: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise NoteError(_("Write the note first."))
    if len(text) > LONGEST:
        raise NoteError(_("Shorten the note to %(n)d characters.") % {"n": LONGEST})
    if _CONTACT.search(_plain(text)):
        raise NoteError(_("Leave out telephone numbers, addresses and names of accounts: a note is about the route, not about a person."))
    return text


def _plain(text: str) -> str:
    """A text in which digits, "+" and "@" of every script and width are the common ones, and nothing is hidden between them."""
    shown = (char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return "".join(str(int(char)) if char.isdecimal() else char for char in shown)


def _meanwhile() -> str:
    return _("Somebody changed or withdrew this note meanwhile. What you typed is still here.")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
