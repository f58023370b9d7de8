"""Intake: landing lines become rows of the ledger, or rejects that say what is wrong. Repeating it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import transaction

from adverts import vault
from adverts.erasing import ERASED
from adverts.landing import LONGEST_LINE, Line, LineError, read_line
from adverts.models import Advert as AdvertRow
from adverts.models import AdvertContact, AdvertVersion, LandingFile, Reject
from adverts.records import Advert, Capture, ContactSpan
from adverts.store import next_position

BATCH = 200
"""Lines taken in one transaction: a kill loses no more than the work on these, never the lines."""


class FoundContact(Protocol):
    """A contact as the finder that is handed in gives it (``nlp.contacts.Found``)."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def value(self) -> str: ...


class ContactFinder(Protocol):
    """Finds contacts in a text and masks them; handed in, since the ledger imports no sibling."""

    def find(self, text: str, *, regions: Sequence[str]) -> Sequence[FoundContact]:
        """The contacts in order, none overlapping another."""

    def masked(self, kind: str, written: str) -> str:
        """``written`` with all but a hint hidden, the same length."""


@dataclass(slots=True)
class Counts:
    """What one intake did."""

    lines: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    returned: int = 0
    rejected: int = 0


def ingest(folder: Path, *, contacts: ContactFinder, now: datetime, progress: Callable[[int], None] | None = None) -> Counts:
    """Take every complete line under ``folder`` that was not taken before, oldest file first.

    ``progress`` is called with the number of bytes just taken. Rejects are kept with file, line, field, value, reason and remedy.
    """
    counts = Counts()
    for path in sorted(folder.rglob("*.jsonl"), key=_by_name):
        for batch in _batches(path, folder):
            _take(batch, contacts=contacts, now=now, counts=counts)
            if progress:
                progress(batch.end - batch.start)
    return counts


def pending_bytes(folder: Path) -> int:
    """How many bytes under ``folder`` have not been taken yet."""
    taken = dict(LandingFile.objects.values_list("name", "offset"))
    return sum(max(0, path.stat().st_size - taken.get(path.relative_to(folder).as_posix(), 0)) for path in folder.rglob("*.jsonl"))


def _by_name(path: Path) -> tuple[str, str]:
    # file names begin with the UTC time of the run: that is the order of events
    return path.name, path.as_posix()


@dataclass(frozen=True, slots=True)
class _Batch:
    file: str
    start: int
    end: int
    first_line: int
    lines: tuple[bytes, ...]


def _batches(path: Path, folder: Path) -> Iterator[_Batch]:
    name = path.relative_to(folder).as_posix()
    row = LandingFile.objects.filter(name=name).first()
    offset, number = (row.offset, row.lines) if row else (0, 0)
    with path.open("rb") as file:
        file.seek(offset)
        lines: list[bytes] = []
        start = offset
        while line := file.readline():
            if not line.endswith(b"\n"):
                break  # still being written
            lines.append(line[: LONGEST_LINE + 2])
            offset += len(line)
            if len(lines) == BATCH:
                yield _Batch(name, start, offset, number + 1, tuple(lines))
                start, number, lines = offset, number + len(lines), []
        if lines:
            yield _Batch(name, start, offset, number + 1, tuple(lines))


@transaction.atomic
def _take(batch: _Batch, *, contacts: ContactFinder, now: datetime, counts: Counts) -> None:
    position = next_position()
    for number, raw in enumerate(batch.lines, batch.first_line):
        counts.lines += 1
        if not raw.strip():
            continue
        try:
            line = read_line(raw)
        except LineError as error:
            _reject(batch.file, number, error, now=now, contacts=contacts)
            counts.rejected += 1
            continue
        position += _apply(line, position=position, contacts=contacts, counts=counts)
    LandingFile.objects.update_or_create(name=batch.file, defaults={"offset": batch.end, "lines": batch.first_line + len(batch.lines) - 1})


def _reject(file: str, number: int, error: LineError, *, now: datetime, contacts: ContactFinder) -> None:
    value = _masked(error.value, contacts, ())
    Reject.objects.get_or_create(
        file=file,
        line=number,
        defaults={"field": error.field, "value": value, "reason": error.reason, "remedy": error.remedy, "at": now},
    )


def _apply(line: Line, *, position: int, contacts: ContactFinder, counts: Counts) -> int:
    """Write one line; 1 where the advert's row was written with ``position``, else 0."""
    row = AdvertRow.objects.filter(pk=line.advert.advert_id).first()
    if row is None and line.event != "seen" and line.advert.url:
        row = AdvertRow.objects.filter(source=line.advert.source, url=line.advert.url).first()
    if row is not None and row.reader == ERASED:
        counts.unchanged += 1  # a tombstone: what was erased does not come back with the next crawl
        return 0
    if line.event == "gone":
        return _close(row, line, position=position, counts=counts)
    if line.event == "unchanged":
        return _still_there(row, line, position=position, counts=counts)
    advert = _without_clear_contacts(line.advert, contacts)
    if row is None:
        _create(advert, line, position=position)
        counts.new += 1
        return 1
    return _update(row, advert, line, position=position, counts=counts)


def _close(row: AdvertRow | None, line: Line, *, position: int, counts: Counts) -> int:
    if row is None or row.closed_at is not None or line.advert.seen_at < row.seen_at:
        counts.unchanged += 1
        return 0
    row.closed_at, row.position = line.advert.seen_at, position
    row.save(update_fields=["closed_at", "position"])
    # the capture of the answer that says so: the proof that it was gone
    _version(row, AdvertVersion.CLOSED, line.advert.seen_at, {"reason": ["", line.reason]}, capture=line.advert.capture)
    counts.closed += 1
    return 1


def _still_there(row: AdvertRow | None, line: Line, *, position: int, counts: Counts) -> int:
    if row is None:
        counts.unchanged += 1
        return 0
    written = _reopen(row, line.advert.seen_at, position=position, counts=counts)
    if not written:
        counts.unchanged += 1
    row.seen_at = max(row.seen_at, line.advert.seen_at)
    row.save(update_fields=["seen_at", "closed_at", "position"])
    return written


def _reopen(row: AdvertRow, at: datetime, *, position: int, counts: Counts) -> int:
    if row.closed_at is None or at <= row.closed_at:
        return 0
    _version(row, AdvertVersion.RETURNED, at, {"closed_at": [row.closed_at.isoformat(), None]})
    row.closed_at, row.position = None, position
    counts.returned += 1
    return 1


_CONTACT_IN_ADDRESS = re.compile(r"(?i)([?&;](?:tel|phone|mobile|cell|whatsapp|wa|e?-?mail|m|contact)=)[^&#;]+")
"""Parts of an advert's address that hold a contact; boards put them into links of their reply forms."""

COMPARED = (
    "url", "title", "text", "employer", "place", "country", "pay_raw", "pay_low", "pay_high", "pay_currency", "pay_period",
    "posted_on", "valid_until", "languages",
)  # fmt: skip
"""A difference in one of these makes a new version."""


def _update(row: AdvertRow, advert: Advert, line: Line, *, position: int, counts: Counts) -> int:
    if advert.seen_at < row.seen_at:
        counts.unchanged += 1
        return 0
    values = _columns(advert, line)
    changes = {name: [_plain(getattr(row, name)), _plain(values[name])] for name in COMPARED if getattr(row, name) != values[name]}
    returned = _reopen(row, advert.seen_at, position=position, counts=counts)
    for name, value in values.items():
        if changes or name in {"seen_at", "etag", "last_modified"}:
            setattr(row, name, value)
    if changes:
        row.position = position
        _version(row, AdvertVersion.CHANGED, advert.seen_at, changes, capture=advert.capture)
        counts.changed += 1
    elif not returned:
        counts.unchanged += 1
    row.save()
    if changes:
        _link_contacts(row, advert)
    return 1 if changes or returned else 0


def _create(advert: Advert, line: Line, *, position: int) -> None:
    row = AdvertRow(advert_id=line.advert.advert_id, position=position, first_seen_at=advert.seen_at, **_columns(advert, line))
    row.save(force_insert=True)
    _version(row, AdvertVersion.CREATED, advert.seen_at, {}, capture=advert.capture)
    _link_contacts(row, advert)


def _columns(advert: Advert, line: Line) -> dict[str, object]:
    pay, capture = advert.pay, advert.capture
    return {
        "source": advert.source,
        "source_id": advert.source_id,
        "url": advert.url,
        "title": advert.title,
        "text": advert.text,
        "text_hash": advert.text_hash,
        "employer": advert.employer,
        "place": advert.place,
        "country": advert.country,
        "pay_raw": pay.raw if pay else "",
        "pay_low": pay.low if pay else None,
        "pay_high": pay.high if pay else None,
        "pay_currency": (pay.currency if pay else None) or "",
        "pay_period": (pay.period if pay else None) or "",
        "posted_on": advert.posted_on,
        "valid_until": advert.valid_until,
        "languages": list(advert.languages),
        "contacts": [{"kind": c.kind, "start": c.start, "end": c.end, "masked": c.masked, "key": c.key} for c in advert.contacts],
        "seen_at": advert.seen_at,
        "capture_file": capture.file if capture else "",
        "capture_offset": capture.offset if capture else None,
        "capture_sha256": capture.sha256 if capture else "",
        "reader": advert.reader,
        "reader_version": advert.reader_version,
        "etag": line.etag,
        "last_modified": line.last_modified,
    }


def _version(row: AdvertRow, event: str, at: datetime, changes: dict[str, list[object]], *, capture: Capture | None = None) -> None:
    """Append a version; ``capture`` is what shows this very event, which for a closed advert is not the capture it was read from."""
    number = row.versions.count() + 1
    state = {name: _plain(getattr(row, name)) for name in (*COMPARED, "text_hash", "capture_file", "capture_offset", "capture_sha256")}
    if capture is not None:
        shown = _CONTACT_IN_ADDRESS.sub(r"\1***", capture.url)
        state["evidence"] = {"file": capture.file, "offset": capture.offset, "sha256": capture.sha256, "url": shown}
    AdvertVersion.objects.create(advert=row, number=number, event=event, at=at, changes=changes, state=state)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | list) else str(value)


def _without_clear_contacts(advert: Advert, finder: ContactFinder) -> Advert:
    """The advert with each contact masked wherever it stands; the clear values go to the vault."""
    regions = (advert.country,) if advert.country else ()
    found = finder.find(advert.text, regions=regions)
    spans, values = [], {}
    for contact in found:
        written = advert.text[contact.start : contact.end]
        key, masked = vault.contact_key(kind=contact.kind, value=contact.value), finder.masked(contact.kind, written)
        spans.append(ContactSpan(contact.kind, contact.start, contact.end, masked, key))
        values[key] = (contact.kind, masked[:200], contact.value)
    vault.keep(values)
    return replace(
        advert,
        url=_CONTACT_IN_ADDRESS.sub(r"\1***", advert.url),
        text=_spliced(advert.text, spans),
        contacts=tuple(spans),
        title=_masked(advert.title, finder, regions),
        employer=_masked(advert.employer, finder, regions),
        place=_masked(advert.place, finder, regions),
        pay=replace(advert.pay, raw=_masked(advert.pay.raw, finder, regions)) if advert.pay else None,
    )


def _masked(text: str, finder: ContactFinder, regions: Sequence[str]) -> str:
    found = finder.find(text, regions=regions)
    return _spliced(text, [ContactSpan(c.kind, c.start, c.end, finder.masked(c.kind, text[c.start : c.end])) for c in found])


def _spliced(text: str, spans: Sequence[ContactSpan]) -> str:
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], span.masked]
        at = span.end
    return "".join([*parts, text[at:]])


def _link_contacts(row: AdvertRow, advert: Advert) -> None:
    keys = {span.key for span in advert.contacts}
    AdvertContact.objects.filter(advert=row).exclude(contact_id__in=keys).delete()
    AdvertContact.objects.bulk_create([AdvertContact(advert=row, contact_id=key) for key in sorted(keys)], ignore_conflicts=True)
