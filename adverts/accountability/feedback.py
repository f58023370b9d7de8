"""What a board says it did, read back from its file: hostile input, each bad row named with the remedy, the good ones taken."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from adverts import audit
from adverts.accountability.models import BoardAnswer
from adverts.accountability.trust_desk import ACTOR
from adverts.models import Advert
from adverts.records import FairwatchError

MAX_BYTES = 20_000_000


class FeedbackError(FairwatchError):
    """The file as a whole cannot be read."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One right row."""

    advert_id: str
    answer: str
    on: date


@dataclass(slots=True)
class Taken:
    """What became of the rows of a file."""

    new: int = 0
    changed: int = 0
    same: int = 0
    unanswered: int = 0
    """Rows that the board left empty."""
    faults: list[str] = field(default_factory=list)
    """Bad rows: file, place, value and remedy."""


Row = tuple[str, Mapping[str, Any]]
"""Where it stands, and its fields."""


def take(path: Path, *, source: str, now: datetime) -> Taken:
    """Take the answers of a board in; an older answer never replaces a newer one. Raises ``FeedbackError``."""
    taken = Taken()
    right: dict[str, tuple[str, Answered]] = {}
    for place, row in _rows(path):
        found = _answered(row, today=now.astimezone(UTC).date())
        if isinstance(found, str):
            taken.faults.append(f"{path}:{place}: {found}")
        elif found is None:
            taken.unanswered += 1
        elif right.setdefault(found.advert_id, (place, found))[1] != found:
            taken.faults.append(f"{path}:{place}: id {found.advert_id!r}: stands there twice with different answers; keep one")
    for place, found in _not_of(source, right):
        del right[found.advert_id]
        taken.faults.append(f"{path}:{place}: id {found.advert_id!r}: no advert of {source}; take the id from the export for this source")
    _write([found for _, found in right.values()], source, taken, now)
    return taken


def _not_of(source: str, right: Mapping[str, tuple[str, Answered]]) -> list[tuple[str, Answered]]:
    """Answers about adverts that are not of the source."""
    ids = list(right)
    known: set[str] = set()
    for start in range(0, len(ids), 500):
        known.update(Advert.objects.filter(pk__in=ids[start : start + 500], source=source).values_list("pk", flat=True))
    return [right[one] for one in ids if one not in known]


def _answered(row: Mapping[str, Any], *, today: date) -> Answered | str | None:
    """A right row, what is wrong with it, or None for one left empty."""
    values = {name: str(row.get(name) if row.get(name) is not None else "").strip().lstrip("'") for name in ("id", "answer", "on")}
    answer, on = values["answer"].casefold(), values["on"]
    if re.fullmatch("[0-9a-f]{32}", values["id"]) is None:
        return f"id {_short(values['id'])}: is no id of an advert; leave the column id as it was sent"
    if not answer and not on:
        return None
    if answer not in BoardAnswer.ANSWERS:
        return f"answer {_short(values['answer'])}: write removed, kept or unknown"
    try:
        day = date.fromisoformat(on) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", on, re.ASCII) else None
    except ValueError:
        day = None
    if day is None:
        return f"on {_short(on)}: is no day; write it like 2026-08-31"
    if day > today:
        return f"on {on}: lies ahead (today is {today}); write the day on which it was done"
    return Answered(values["id"], answer, day)


def _short(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:60] + "…")


def _rows(path: Path) -> Iterator[Row]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FeedbackError(f"{path}: longer than {MAX_BYTES:,} bytes; send it in parts")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FeedbackError(f"{path}: cannot be read ({error}); give a CSV or JSON file in UTF-8") from error
    return _from_json(path, text) if path.suffix.lower() == ".json" else _from_csv(path, text)


def _from_json(path: Path, text: str) -> Iterator[Row]:
    try:
        body = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FeedbackError(f"{path}: is not JSON ({error}); send the exported file back with answers in it") from error
    adverts = body.get("adverts") if isinstance(body, dict) else body
    if not isinstance(adverts, list):
        raise FeedbackError(f"{path}: holds no list of adverts; send the exported file back with answers in it")
    for number, one in enumerate(adverts, 1):
        yield f"advert {number}", one if isinstance(one, dict) else {}


def _from_csv(path: Path, text: str) -> Iterator[Row]:
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    missing = [name for name in ("id", "answer", "on") if name not in (reader.fieldnames or ())]
    if missing:
        raise FeedbackError(f"{path}:1: no column {', '.join(missing)}; keep the first line of the export as it was")
    try:
        for row in reader:
            yield str(reader.line_num), row
    except csv.Error as error:
        raise FeedbackError(f"{path}:{reader.line_num}: is no CSV ({error}); save it as CSV anew") from error


@transaction.atomic
def _write(answers: list[Answered], source: str, taken: Taken, now: datetime) -> None:
    counted: Counter[str] = Counter()
    for one in answers:
        row, made = BoardAnswer.objects.get_or_create(
            advert_id=one.advert_id, defaults={"source": source, "answer": one.answer, "on": one.on, "recorded_at": now}
        )
        if made:
            taken.new += 1
        elif one.on < row.on or (one.answer, one.on) == (row.answer, row.on):
            taken.same += 1
            continue
        else:
            taken.changed += 1
            row.answer, row.on, row.recorded_at = one.answer, one.on, now
            row.save()
        counted[one.answer] += 1
    if counted:
        audit.record(actor=ACTOR, action="trust-desk.answered", subject=f"source:{source}", at=now, detail=dict(counted))
