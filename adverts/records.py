"""The records that pass between stages: frozen, free of any framework, importing nothing of ours.

All text offsets count Python characters of ``Advert.text``, which is final once an advert is in the ledger.
All times are aware datetimes in UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class FairwatchError(Exception):
    """Base of all errors of ours; the message says which value, where, and what to do."""


class Band(StrEnum):
    """How soon an inspector should look (combination rule of the catalogue, section 3), most urgent first."""

    URGENT = "urgent"
    PRIORITY = "priority"
    LABOUR_LAW = "labour-law"
    FRAUD = "fraud"
    WATCH = "watch"
    NONE = "none"


BAND_ORDER: tuple[Band, ...] = tuple(Band)
"""Bands from the most to the least urgent."""


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay as written and, where it could be read, as numbers."""

    raw: str
    low: float | None = None
    high: float | None = None
    currency: str | None = None
    """ISO 4217 code."""
    period: str | None = None
    """hour, day, week, month, year or piece."""


@dataclass(frozen=True, slots=True)
class ContactSpan:
    """A contact found in a text: where it stands, never its clear value once it is in the ledger."""

    kind: str
    """phone, email, handle, messenger or link."""
    start: int
    end: int
    masked: str
    key: str = ""
    """Keyed hash of the normalised value; equal contacts have equal keys. Empty before intake."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Where the page an advert was read from is kept."""

    file: str
    """Name of the WARC file, relative to the captures folder."""
    offset: int
    """Byte offset of the response record in that file."""
    sha256: str
    """Hex digest of the page's body."""
    url: str = ""
    """Address of the captured page, which may show other adverts too; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Advert:
    """One public job advert as read by one reader from one page."""

    source: str
    url: str
    seen_at: datetime
    title: str
    text: str
    source_id: str = ""
    """The source's own id of the advert, where it has one."""
    employer: str = ""
    place: str = ""
    country: str = ""
    """Country of work, ISO 3166-1 alpha-2, where known."""
    pay: Pay | None = None
    posted_on: date | None = None
    valid_until: date | None = None
    languages: tuple[str, ...] = ()
    contacts: tuple[ContactSpan, ...] = ()
    capture: Capture | None = None
    reader: str = ""
    reader_version: str = ""

    @property
    def advert_id(self) -> str:
        """32 hex digits, the same for the same advert of the same source at any time."""
        return advert_id(source=self.source, own_id=self.source_id or self.url)

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text: an assessment belongs to exactly this text."""
        return text_hash(self.text)


@dataclass(frozen=True, slots=True)
class Match:
    """Words of an advert that carry an indicator or a protective signal, and why."""

    id: str
    """Indicator or signal id of the catalogue."""
    start: int
    end: int
    quote: str
    """Exactly ``text[start:end]``."""
    strength: float
    """0..1: how surely the words mean this."""
    why: str
    """One sentence in plain words."""
    origin: str
    """``rule`` or ``model``, followed by its name and version."""
    note: str = ""
    """What was weighed: negation, payer, warning, corridor."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in one text: indicators and protective signals, each ordered by place."""

    language: str
    """BCP 47 code of the main language, or ``und`` where unsure."""
    indicators: tuple[Match, ...] = ()
    signals: tuple[Match, ...] = ()
    questions: tuple[str, ...] = ()
    """Ids of essential facts the advert leaves unsaid."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """The judgement of one text by one version of rules and model; never changed afterwards."""

    advert_id: str
    text_hash: str
    findings: Findings
    risk: float
    """0..1, orders the queue; not a probability of a crime."""
    band: Band
    reasons: tuple[str, ...]
    """Plain sentences, the weightiest first."""
    rules_version: str
    model_version: str
    made_at: datetime


def advert_id(*, source: str, own_id: str) -> str:
    """The stable id of an advert: a hash of its source and of the source's own id (or canonical URL)."""
    return hashlib.sha256(f"{source}\x1f{own_id}".encode("utf-8", "replace")).hexdigest()[:32]


def text_hash(text: str) -> str:
    """SHA-256 of a text in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
