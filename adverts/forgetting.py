"""Erases adverts everywhere: captures, landing files, outbox, ledger, staff's notes. Composes the crawlers' files with the ledger.

An erasure is planned and written down before anything is touched (``review.records.models.Erasure``): places, never words. Killed at
any moment, the next run takes up the plan and ends in the same state. The words go from the ledger last, since they are needed to find
themselves elsewhere.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from adverts import audit, erasing_places
from adverts.erasing import ERASED, erase_rows
from adverts.erasing_places import REQUEST, Places, Target
from adverts.models import Advert, Reject
from alerts.models import Candidate
from crawlers import erasing
from crawlers.erasing import Extent
from linking.models import CommonContact, Parting
from notices.models import Comment, NoticeText, Reply
from review import corridors
from review.models import Case, SecondReading, Verdict
from review.records import keeping
from review.records.models import Erasure, LegalHold, ReferralEvent, RightsRequest, UnmaskRequest
from review.records.rights import DONE, ERASING, GRANTED
from review.records.words import Words

ACTOR = "system:retention"
NOTE_ERASED = "note.erased"


def targets(*, now: datetime) -> list[Target]:
    """What is to be erased now: what was granted to people (holds stand against it), then what is due by the periods."""
    held = set(LegalHold.objects.filter(released_at=None).values_list("advert_id", flat=True))
    alive = set(Advert.objects.exclude(reader=ERASED).values_list("pk", flat=True))
    found: dict[str, Target] = {}
    for request in RightsRequest.objects.filter(state=GRANTED, kind__in=ERASING).order_by("due_on", "pk"):
        for advert_id in request.adverts:
            if advert_id in alive and advert_id not in held:
                found.setdefault(advert_id, Target(advert_id, REQUEST, request.pk))
    for one in keeping.due(now=now):
        found.setdefault(one.advert_id, Target(one.advert_id, one.why))
    return list(found.values())


def plan(wanted: Sequence[Target], places: Places, *, now: datetime) -> list[Erasure]:
    """Find every place of some adverts in the files and write the plans down, each source read once.

    A plan that was never finished is given back as it is, first of all.
    """
    unfinished = list(Erasure.objects.filter(done_at=None).order_by("pk"))
    known = {one.advert_id for one in unfinished}
    by_source: dict[str, list[tuple[Target, Advert]]] = {}
    rows = Advert.objects.in_bulk([target.advert_id for target in wanted if target.advert_id not in known])
    for target in wanted:
        if target.advert_id in rows:
            row = rows[target.advert_id]
            by_source.setdefault(row.source, []).append((target, row))
    for source, found in sorted(by_source.items()):
        for target, content in erasing_places.find(source, found, places):
            values = {"reason": target.reason, "request_id": target.request_id, "planned_at": now, "plan": content, "done_at": None}
            unfinished.append(Erasure.objects.update_or_create(advert_id=target.advert_id, defaults=values)[0])
    return unfinished


def carry_out(erasure: Erasure, places: Places, *, now: datetime) -> Mapping[str, int]:
    """Do what a plan says, in an order that can be taken up again; what was done, as counts."""
    row = Advert.objects.get(pk=erasure.advert_id)
    words = erasing_places.words(row)
    counts: Counter[str] = Counter()
    for one in erasure.plan["extents"]:
        # the time of the plan: a repeat after a kill must write the very same tombstone
        counts["captures"] += erasing.erase(places.captures, Extent(**one), reason=erasure.reason, at=erasure.planned_at)
    for one in erasure.plan["lines"]:
        counts["landing lines"] += blank(places.landing / one["file"], offset=one["offset"], length=one["length"])
    counts["letters in the outbox"] += _clear_outbox(places.outbox, words)
    with transaction.atomic():
        counts.update(erase_rows(erasure.advert_id, at=now) if row.reader != ERASED else {})
        counts["rejects"] += _clear_rejects(erasure)
        counts["notes"] += _clear_notes(erasure, words, now)
        Case.objects.filter(advert_id=erasure.advert_id).update(title="")
        Candidate.objects.filter(advert_id=erasure.advert_id).delete()
        counts["notices to correct"] = len(notices_with(words))
        erasure.done_at, erasure.effects = now, dict(counts)
        erasure.save(update_fields=["done_at", "effects"])
        detail = {"reason": erasure.reason, "request": erasure.request_id or 0, **counts}
        audit.record(actor=ACTOR, action="advert.erased", subject=f"advert:{erasure.advert_id}", at=now, detail=detail)
    return counts


def close_requests(*, now: datetime) -> int:
    """Mark granted requests as done whose adverts are all erased, with the effects; how many."""
    closed = 0
    for request in RightsRequest.objects.filter(state=GRANTED, kind__in=ERASING):
        done = list(Erasure.objects.filter(advert_id__in=request.adverts).exclude(done_at=None))
        if {one.advert_id for one in done} < set(request.adverts):
            continue
        effects: Counter[str] = Counter(adverts=len(done))
        for one in done:
            effects.update(one.effects)
        with transaction.atomic():
            RightsRequest.objects.filter(pk=request.pk).update(state=DONE, done_at=now, effects=dict(effects))
            audit.record(actor=ACTOR, action="request.done", subject=f"request:{request.pk}", at=now, detail=dict(effects))
        closed += 1
    return closed


def landed_again(places: Places) -> list[Target]:
    """Erased adverts that a later crawl brought back into landing files: to be erased there anew."""
    done = dict(Erasure.objects.exclude(done_at=None).values_list("advert_id", "reason"))
    found = {line.advert_id for line in erasing_places.landed(places.landing) if line.advert_id in done and line.event == "seen"}
    return [Target(advert_id, done[advert_id]) for advert_id in sorted(found)]


def notices_with(words: Words) -> list[str]:
    """Slugs of notices that hold an advert's words: people must correct them, a program must not."""
    texts = ((row.notice.slug, (row.title, row.body, row.help_lines, row.short)) for row in NoticeText.objects.select_related("notice"))
    comments = ((row.notice.slug, (row.body,)) for row in Comment.objects.select_related("notice"))
    replies = ((row.notice.slug, (row.said, row.answer)) for row in Reply.objects.select_related("notice"))
    return sorted({slug for slug, parts in chain(texts, comments, replies) if words.stand_in("\n".join(parts))})


def blank(path: Path, *, offset: int, length: int) -> bool:
    """Overwrite a landing line with spaces, so that all others keep their place; whether anything was there."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        empty = b" " * length
        if os.pread(fd, length, offset) == empty:
            return False
        os.pwrite(fd, empty, offset)
        os.fsync(fd)
    finally:
        os.close(fd)
    return True


def _clear_outbox(folder: Path, words: Words) -> int:
    """Take copies of letters out of the outbox folder that hold the words; what was sent cannot be called back."""
    gone = 0
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.is_file() and _letter_holds(path.read_bytes(), words):
            path.unlink()
            gone += 1
    return gone


def _letter_holds(raw: bytes, words: Words) -> bool:
    """Whether one of the letters in a file, put one behind another with a line of dashes, holds the words."""
    for part in raw.split(b"-" * 79 + b"\n"):
        letter = email.message_from_bytes(part.strip() + b"\n", policy=email.policy.default)
        decoded = [one.get_payload(decode=True) for one in letter.walk() if not one.is_multipart()]
        if any(words.stand_in_page(one) for one in decoded if isinstance(one, bytes)):
            return True
    return words.stand_in_page(raw)


def _clear_rejects(erasure: Erasure) -> int:
    wanted = Q(pk=None)
    for one in erasure.plan["lines"]:
        wanted |= Q(file=one["file"], line=one["line"])
    return Reject.objects.filter(wanted).delete()[0]


def _clear_notes(erasure: Erasure, words: Words, now: datetime) -> int:
    """Blank what staff wrote where it repeats the advert's words; the log says of which decision, so that it is not taken for tampering."""
    cleared = 0
    for row in Verdict.objects.exclude(note=""):
        if words.stand_in(row.note):
            gone = hashlib.sha256(row.note.encode("utf-8", "surrogatepass")).hexdigest()
            Verdict.objects.filter(pk=row.pk).update(note="")
            detail = {"verdict": row.pk, "note": gone, "advert": erasure.advert_id}
            audit.record(actor=ACTOR, action=NOTE_ERASED, subject=f"case:{row.case_id}", at=now, detail=detail)
            cleared += 1
    cleared += _blank_where(SecondReading.objects.exclude(note=""), ("note",), words)
    cleared += _blank_where([*Parting.objects.exclude(why=""), *CommonContact.objects.exclude(why="")], ("why",), words)
    cleared += _blank_where(ReferralEvent.objects.exclude(note=""), ("note",), words)
    cleared += _blank_where(UnmaskRequest.objects.exclude(note="", answer=""), ("note", "answer"), words)
    cleared += _blank_where(RightsRequest.objects.exclude(answer=""), ("answer",), words)
    cleared += _blank_where(LegalHold.objects.all(), ("reason",), words)
    cleared += corridors.clear(words, advert_id=erasure.advert_id, now=now)
    UnmaskRequest.objects.filter(advert_id=erasure.advert_id).update(masked="")
    return cleared


def _blank_where(rows: Any, names: Iterable[str], words: Words) -> int:
    cleared = 0
    for row in rows:
        found = {name: "" for name in names if words.stand_in(getattr(row, name))}
        if found:
            # past ``save``, which refuses to change a history: the words must go, the step stays
            type(row).objects.filter(pk=row.pk).update(**found)
            cleared += 1
    return cleared
