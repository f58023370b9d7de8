"""Registers of licences: taken in from lists that authorities publish, and asked about the numbers adverts show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from adverts import audit
from adverts.models import Advert
from adverts.records import FairwatchError
from index import origins
from review.records import licences
from review.records.licences import SIGNAL, Check, Compared, Listed, Standing
from review.records.models import Register, RegisterEntry
from review.records.tables import Fault

ACTOR = "system:import_register"
COLUMNS: tuple[str, ...] = ("licence number", "name", "status", "valid until")
LONGEST_HOLDER = 200
_BATCH = 1_000


class RegisterError(FairwatchError):
    """A list was not taken; what was there before stays."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the operator says of a list."""

    name: str
    country: str
    list_date: date


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did."""

    entries: int
    faults: tuple[Fault, ...]
    """Rows that were left out."""


def take(rows: Iterable[tuple[int, Mapping[str, Any] | str]], *, head: Head, file: str, now: datetime) -> Taken:
    """Put a list in the place of the one of the same name and country.

    ``rows`` are the number of each row in ``file`` with its cells by name of the column, or with what makes it unreadable. Rows that
    cannot be used are told and left out. Raises ``RegisterError`` where none can be used, or a newer list is here; then nothing changes.
    """
    _check_head(head, today=now.date())
    faults: list[Fault] = []
    found: dict[RegisterRow, None] = {}
    for line, cells in rows:
        row = _row(file, line, cells, faults)
        if row is not None:
            found[row] = None
    if not found:
        raise RegisterError("\n".join([*map(str, faults[:20]), f"{file}: no row can be used; the list was not taken"]))
    with transaction.atomic():
        _replace(list(found), head, unread=len(faults), now=now)
        detail = {"entries": len(found), "unread": len(faults), "list": head.list_date.isoformat()}
        audit.record(actor=ACTOR, action="register.imported", subject=f"register:{head.country}:{head.name}"[:200], at=now, detail=detail)
    return Taken(len(found), tuple(faults))


def check(advert: Advert, signals: Sequence[Mapping[str, Any]], *, today: date) -> Check | None:
    """What may be said of the licence numbers an advert shows; ``None`` where it shows none. Two queries, else none.

    They are looked for in the lists of the country of work and of the countries whose people the advert speaks to.
    """
    shown = [match for match in signals if match["id"] == SIGNAL and _stands(match, advert.text)]
    if not shown:
        return None
    keys = {key for match in shown for key in licences.numbers(advert.text, int(match["start"]), int(match["end"]))}
    registers = list(Register.objects.filter(country__in=_countries(advert)))
    rows = RegisterEntry.objects.filter(register__in=registers, key__in=keys).select_related("register") if registers and keys else ()
    return Check(
        tuple(_listed(row, today) for row in rows),
        tuple(Compared(one.name, one.country, one.list_date, one.unread) for one in registers),
    )


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of a list, read."""

    key: str
    number: str
    holder: str
    status: Standing
    valid_until: date | None


def _row(file: str, line: int, cells: Mapping[str, Any] | str, faults: list[Fault]) -> RegisterRow | None:
    if isinstance(cells, str):
        faults.append(Fault(file, line, "row", "", cells))
        return None
    number, holder, status, until = (" ".join(_text(cells.get(name)).split()) for name in COLUMNS)
    key, day = licences.normalise(number), _day(until)
    before = len(faults)
    if not key or len(number) > licences.LONGEST or len(key) > 2 * licences.LONGEST:
        remedy = f"give the number of the licence, with a digit in it and no longer than {licences.LONGEST} characters"
        faults.append(Fault(file, line, "licence number", number[:100], remedy))
    if len(holder) > LONGEST_HOLDER:
        faults.append(Fault(file, line, "name", holder[:100], f"shorten it to {LONGEST_HOLDER} characters"))
    if status.casefold() not in set(Standing):
        faults.append(Fault(file, line, "status", status[:100], f"write one of {', '.join(Standing)}"))
    if until and day is None:
        faults.append(Fault(file, line, "valid until", until[:100], "write the day like 2026-05-01, or leave it empty"))
    if len(faults) > before:
        del faults[before + 1 :]
        return None
    return RegisterRow(key, number, holder, Standing(status.casefold()), day)


def _check_head(head: Head, *, today: date) -> None:
    if not head.name.strip() or len(head.name) > 200:
        raise RegisterError(f"--name {head.name[:100]!r}: give the name of the list, at most 200 characters")
    if not (len(head.country) == 2 and head.country.isascii() and head.country.isalpha() and head.country.isupper()):
        raise RegisterError(f"--country {head.country[:20]!r}: use the two-letter ISO 3166-1 code in capitals, such as NP")
    if head.list_date > today:
        raise RegisterError(f"--list-date {head.list_date}: is in the future; give the day the list itself names")
    newer = Register.objects.filter(name=head.name, country=head.country, list_date__gt=head.list_date).first()
    if newer is not None:
        raise RegisterError(f"--list-date {head.list_date}: the list of {newer.list_date} is here already; give another name to keep both")


def _replace(found: Sequence[RegisterRow], head: Head, *, unread: int, now: datetime) -> None:
    values = {"list_date": head.list_date, "imported_at": now, "entries": len(found), "unread": unread}
    register, _ = Register.objects.update_or_create(name=head.name, country=head.country, defaults=values)
    RegisterEntry.objects.filter(register=register).delete()
    rows = (
        RegisterEntry(
            register=register, key=row.key, number=row.number, holder=row.holder, status=row.status.value, valid_until=row.valid_until
        )
        for row in found
    )
    RegisterEntry.objects.bulk_create(rows, batch_size=_BATCH)


def _listed(row: RegisterEntry, today: date) -> Listed:
    says = licences.standing(Standing(row.status), row.valid_until, today=today)
    of = row.register
    return Listed(of.name, of.country, of.list_date, row.number, row.holder, says, row.valid_until)


def _countries(advert: Advert) -> set[str]:
    hinted = origins.origins(advert.languages, origins.phones(advert.contacts), work=advert.country)
    return {*hinted, advert.country.upper()} - {""}


def _stands(match: Mapping[str, Any], text: str) -> bool:
    start, end = int(match["start"]), int(match["end"])
    return 0 <= start < end <= len(text) and text[start:end] == match["quote"]


def _text(value: object) -> str:
    """A cell of a workbook or a table as text."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
