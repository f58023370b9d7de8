"""From bytes to adverts: what a reader is given and gives, and the choice of readers for one page.

Readers are pure: bytes and an address in, adverts out; no network, no clock, no files. They are found by scanning
``crawlers/readers/``; a new one is one new file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Protocol, cast

from adverts.records import FairwatchError, Pay

MAX_BODY = 10 * 1024 * 1024
"""Largest body read, in bytes: a page of adverts never needs more, a trap does."""


WALL = "the site shows a check for robots, a log-in or a consent page instead"
"""Reason of a page that is not the one asked for."""


class UnknownKind(FairwatchError):
    """A reader was asked for by a name that no file in ``crawlers/readers/`` has."""


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page, feed or API answer, as it came."""

    body: bytes
    url: str
    content_type: str = ""
    charset: str = ""
    """The charset that HTTP declared; may be wrong or empty."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One advert as read from a page, before it has a source, a time and a capture."""

    url: str
    """Canonical address of the advert; the page's own where the advert has none."""
    title: str
    text: str
    """Plain text as a reader of the advert sees it; begins with the title line."""
    source_id: str = ""
    """The source's own id. Where an advert has neither id nor address, a digest that starts with ``~``."""
    employer: str = ""
    place: str = ""
    country: str = ""
    pay: Pay | None = None
    posted_on: date | None = None
    valid_until: date | None = None
    languages: tuple[str, ...] = ()
    complete: bool = True
    """False for a card of a listing or a cut-off feed item: the page at ``url`` says more."""
    raw: Mapping[str, str] = field(default_factory=dict)
    """Field values as found, before parsing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one page gave."""

    adverts: tuple[Draft, ...] = ()
    links: tuple[str, ...] = ()
    """Detail pages worth a visit."""
    next_pages: tuple[str, ...] = ()
    reader: str = ""
    version: str = ""
    reason: str = ""
    """Why no advert was found, in one sentence; empty where one was."""


class Reader(Protocol):
    """What a module in ``crawlers/readers/`` must have to be a reader."""

    NAME: str
    VERSION: str

    def recognises(self, page: Page) -> float:
        """0..1: how surely this page is of the reader's kind; cheap, never raises."""

    def read(self, page: Page) -> Reading:
        """The adverts of a page; for a page that has none, a reading with the reason. Never raises on bad input."""


@cache
def kinds() -> Mapping[str, Reader]:
    """All readers by name, found by scanning ``crawlers/readers/`` (its ``parts`` folder holds what they share)."""
    folder = importlib.import_module("crawlers.readers")
    modules = [
        importlib.import_module(f"crawlers.readers.{found.name}") for found in pkgutil.iter_modules(folder.__path__) if not found.ispkg
    ]
    return {module.NAME: cast("Reader", module) for module in sorted(modules, key=_name)}


def read(page: Page, *, kind: str = "auto") -> Reading:
    """The adverts of a page, by the reader named or, for ``auto``, by those that fit, structured data first.

    Never raises on a bad page: the reading says why nothing was found. Raises ``UnknownKind`` for a name that no reader has.
    """
    from crawlers.readers.parts.auto import read as read_any
    from crawlers.readers.parts.document import forget
    from crawlers.readers.parts.finish import finish

    if kind != "auto" and kind not in kinds():
        raise UnknownKind(f"no reader is called {kind!r}: use auto or one of {', '.join(kinds())}")
    fault = _refusal(page)
    if fault:
        return Reading(reader=kind, reason=fault)
    try:
        found = read_any(page) if kind == "auto" else kinds()[kind].read(page)
        return finish(found, page)
    finally:
        forget()


def with_version(reading: Reading, reader: Reader) -> Reading:
    """The reading, signed with the reader's name and version."""
    return replace(reading, reader=reader.NAME, version=reader.VERSION)


def _name(module: object) -> str:
    return str(getattr(module, "NAME"))  # noqa: B009 - a module has no declared attributes


def _refusal(page: Page) -> str:
    if len(page.body) > MAX_BODY:
        return f"the body has {len(page.body):,} bytes, more than the {MAX_BODY:,} that are read"
    if not page.body.strip(b"\x00\t\n\r "):
        return "the body is empty"
    return ""
