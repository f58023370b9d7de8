"""What the index holds of one advert, derived from the ledger and never changed in the index."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from adverts.records import FairwatchError

MAPPING_VERSION = 2
"""Raise it whenever a field of ``Document`` or its place in an engine's mapping changes: older indexes are then rebuilt."""

TEXT_LIMIT = 200_000
"""Characters of a text that are searched; no honest advert is longer."""

_HEX_ID = re.compile(r"[0-9a-f]{32}")
_SPACE = re.compile(r"\s")


class DocumentError(FairwatchError):
    """A document cannot be indexed; the message names the advert, the field and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One advert as it is searched, filtered, sorted and shown in results."""

    doc_id: str
    """The advert's id, 32 hex digits."""
    stamp: str = ""
    """What the document was made from (state of the advert, its assessment, cluster, verdict): equal stamps, equal documents."""
    position: int = 0
    """The ledger's position of the advert."""
    title: str = ""
    text: str = ""
    employer: str = ""
    place: str = ""
    source: str = ""
    languages: tuple[str, ...] = ()
    country: str = ""
    """Country of work."""
    origins: tuple[str, ...] = ()
    """Countries whose people the advert speaks to; see ``index.origins``."""
    sectors: tuple[str, ...] = ()
    """Kinds of work its title names; see ``index.sectors``."""
    indicators: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    band: str = ""
    """Empty where the advert has not been assessed yet."""
    risk: float = 0.0
    cluster: str = ""
    reach: int = 1
    """Copies of it that are online now, itself among them; 0 where there is none."""
    verdict: str = ""
    """Verdicts in force, a space between: an outcome, or for a body of its own ``outcome@number`` (``review.tenancy.token``)."""
    online: bool = True
    posted_on: date | None = None
    first_seen_at: datetime
    seen_at: datetime
    contact_keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _HEX_ID.fullmatch(self.doc_id):
            raise DocumentError(f"document id {self.doc_id!r}: must be 32 hex digits, as adverts.records.advert_id gives")
        if not 0 <= self.risk <= 1:
            raise DocumentError(f"advert {self.doc_id}: risk {self.risk} is not between 0 and 1")
        if self.reach < 0:
            raise DocumentError(f"advert {self.doc_id}: reach {self.reach} is below 0")
        if self.first_seen_at.tzinfo is None or self.seen_at.tzinfo is None:
            raise DocumentError(f"advert {self.doc_id}: first_seen_at and seen_at must carry a time zone")
        if _SPACE.search(self.stamp):
            raise DocumentError(f"advert {self.doc_id}: stamp {self.stamp!r} must not contain white space")


_NAMES = tuple(field.name for field in fields(Document))


def to_json(document: Document) -> bytes:
    """The document as JSON, for engines that store it beside what they index."""
    values = {name: getattr(document, name) for name in _NAMES}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_plain).encode("utf-8", "surrogatepass")


def from_json(stored: bytes) -> Document:
    """The document that ``to_json`` wrote."""
    values: dict[str, Any] = json.loads(stored.decode("utf-8", "surrogatepass"))
    for name in ("languages", "origins", "sectors", "indicators", "signals", "contact_keys"):
        values[name] = tuple(values[name])
    for name in ("first_seen_at", "seen_at"):
        values[name] = datetime.fromisoformat(values[name])
    values["posted_on"] = date.fromisoformat(values["posted_on"]) if values["posted_on"] else None
    return Document(**values)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a document")
