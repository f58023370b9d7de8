"""The audit log as auditors see it: whether its chain holds, and whether decisions and log agree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adverts import audit
from adverts.audit import GENESIS, Break
from adverts.models import AuditEntry
from review import corridors
from review.deciding import facts_for_log
from review.models import Verdict

NO_NOTE = hashlib.sha256(b"").hexdigest()
"""Hash of an empty note."""

CHECKED_ON_PAGE = 5_000
"""Newest entries checked each time the page is opened, about a quarter of a second; ``verify_audit`` checks all."""


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """How much of the chain was checked, and the first break found in it."""

    total: int
    checked: int
    head: str
    broken: Break | None


def status(*, most: int = CHECKED_ON_PAGE) -> ChainStatus:
    """Check the newest ``most`` entries, each against the one before it."""
    rows = list(AuditEntry.objects.order_by("-number")[:most])[::-1]
    if not rows:
        return ChainStatus(0, 0, GENESIS, None)
    start = (1, GENESIS) if len(rows) < most else (rows[0].number, rows[0].previous)
    return ChainStatus(AuditEntry.objects.count(), len(rows), rows[-1].digest, _break_in(rows, *start))


def _break_in(rows: list[AuditEntry], number: int, previous: str) -> Break | None:
    for row in rows:
        if row.number != number:
            return Break(number, "an entry is missing")
        if row.previous != previous:
            return Break(row.number, "it does not follow the entry before it")
        if row.digest != audit.digest(row):
            return Break(row.number, "its content was changed")
        number, previous = row.number + 1, row.digest
    return None


def disagreements() -> Iterator[str]:
    """Verdicts and corridor notes that differ from what the log says of them, one sentence each: changed, removed, put in past the log."""
    logged: dict[int, dict[str, Any]] = {}
    for entry in AuditEntry.objects.filter(action__in=("decided", "undid")).order_by("number").iterator():
        logged[int(entry.detail["verdict"])] = {**entry.detail, "number": entry.number}
    # a note that repeated an erased advert's words was blanked, and the log says so (docs/records.md)
    for entry in AuditEntry.objects.filter(action="note.erased").order_by("number").iterator():
        blank = logged.get(int(entry.detail["verdict"]), {})
        if blank.get("note") == entry.detail["note"]:
            blank["note"] = NO_NOTE
    for verdict in Verdict.objects.order_by("pk").iterator():
        entry_of = logged.pop(verdict.pk, None)
        told = facts_for_log(verdict) if verdict.undoes_id is None else {"undoes": verdict.undoes_id}
        if entry_of is None:
            yield f"verdict {verdict.pk} on case {verdict.case_id} is not in the log"
        elif any(entry_of.get(name) != value for name, value in told.items()):
            yield f"verdict {verdict.pk} on case {verdict.case_id} differs from log entry {entry_of['number']}"
    for pk, entry_of in logged.items():
        yield f"verdict {pk} of log entry {entry_of['number']} is gone"
    yield from corridors.disagreements()
