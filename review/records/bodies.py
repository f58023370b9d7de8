"""The directory of bodies: read from CSV and written to it, the closest first, entries nobody has checked for long marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from adverts.records import FairwatchError
from review.records import tables
from review.records.acting import log
from review.records.models import Body
from review.records.tables import Fault
from settings.retention import VERIFIED_FOR

KINDS: tuple[str, ...] = (
    "labour-inspectorate", "licensing", "anti-trafficking", "child-protection", "fraud", "consulate", "platform", "union", "ngo", "police",
)  # fmt: skip
HEADER: tuple[str, ...] = ("name", "kind", "country", "region", "languages", "address", "formats", "hours", "verified_on")

_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_ADDRESS = re.compile(r"https?://\S+|[^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d ()/.-]{3,30}")
_LONGEST = {"name": 200, "region": 100, "address": 300, "formats": 200, "hours": 200}


class DirectoryError(FairwatchError):
    """A directory was not taken; ``faults`` says why, cell by cell. Nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did."""

    new: int
    changed: int
    same: int


def import_csv(content: bytes, *, file: str, user: User, now: datetime) -> Taken:
    """Take a directory: all of it, or nothing. A body is known again by country, kind and name.

    Raises ``DirectoryError`` with every fault, or ``tables.TableError`` where it is no table.
    """
    faults: list[Fault] = []
    rows = [_row(file, line, cells, faults, today=now.date()) for line, cells in tables.read(content, file=file, header=HEADER)]
    keys = [(row["country"], row["kind"], row["name"]) for row in rows]
    if not faults and len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        faults.append(Fault(file, 0, "name", str(twice[2]), "stands twice for its country and kind; keep one line"))
    if faults:
        raise DirectoryError(faults)
    with transaction.atomic():
        taken = _take(rows, now=now)
        log(user, "bodies.imported", "bodies:all", now=now, new=taken.new, changed=taken.changed, same=taken.same)
    return taken


def export_csv() -> str:
    """The directory as CSV, as ``import_csv`` takes it."""
    rows = Body.objects.order_by("country", "kind", "name")
    return tables.write(HEADER, [[_text(getattr(row, name)) for name in HEADER] for row in rows])


def overdue(body: Body, *, today: date) -> bool:
    """Whether nobody has checked the entry for too long."""
    return body.verified_on is None or today - body.verified_on > VERIFIED_FOR


def closest(*, countries: Sequence[str], kinds: Sequence[str], today: date) -> list[Body]:
    """All bodies, those of the wanted countries first, then of the wanted kinds, then those checked lately."""
    places = {country: place for place, country in enumerate(countries)}
    wanted = {kind: place for place, kind in enumerate(kinds)}
    order = [
        ((places.get(body.country, len(places)), wanted.get(body.kind, len(wanted)), overdue(body, today=today), body.name, body.pk), body)
        for body in Body.objects.all()
    ]
    return [body for _, body in sorted(order, key=_first)]


def _first(pair: tuple[tuple[int, int, bool, str, int], Body]) -> tuple[int, int, bool, str, int]:
    return pair[0]


def _take(rows: Sequence[dict[str, object]], *, now: datetime) -> Taken:
    new = changed = same = 0
    for values in rows:
        key = {name: values[name] for name in ("country", "kind", "name")}
        row = Body.objects.filter(**key).first()
        if row is None:
            Body.objects.create(**values, updated_at=now)
            new += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            Body.objects.filter(pk=row.pk).update(**values, updated_at=now)
            changed += 1
        else:
            same += 1
    return Taken(new, changed, same)


def _row(file: str, line: int, cells: dict[str, str], faults: list[Fault], *, today: date) -> dict[str, object]:
    def fault(field: str, remedy: str) -> None:
        faults.append(Fault(file, line, field, cells[field][:100], remedy))

    if not cells["name"]:
        fault("name", "give the body's name")
    if cells["kind"] not in KINDS:
        fault("kind", f"use one of {', '.join(KINDS)}")
    if not _COUNTRY.fullmatch(cells["country"]):
        fault("country", "use the two-letter ISO 3166-1 code in capitals, such as PL")
    languages = cells["languages"].replace(",", " ").split()
    if not all(_LANGUAGE.fullmatch(code) for code in languages):
        fault("languages", "write language codes separated by spaces, such as: pl uk")
    if not _ADDRESS.fullmatch(cells["address"]):
        fault("address", "give a web address with https://, an e-mail address or a telephone number")
    for name, longest in _LONGEST.items():
        if len(cells[name]) > longest:
            fault(name, f"shorten it to {longest} characters")
    verified = _day(cells["verified_on"])
    if cells["verified_on"] and (verified is None or verified > today):
        fault("verified_on", "write a day that is not in the future like 2026-05-01, or leave it empty")
    return {**{name: cells[name] for name in HEADER}, "languages": languages, "verified_on": verified}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value or "")
