"""What the API says and takes. Times are UTC; places in a text count characters from 0."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import ConfigDict

LONGEST_TEXT = 50_000
"""Most characters of a text to check."""


class Finding(Schema):
    """An indicator seen in a text."""

    indicator: str
    title: str
    severity: str
    quote: str
    """The words, with contacts taken out."""
    start: int
    end: int
    why: str
    origin: str
    """Rule or model that found it, with version."""


class Claim(Schema):
    """A protective claim in a text; a claim is not a fact."""

    signal: str
    quote: str
    start: int
    end: int


class AdvertRow(Schema):
    """One advert in a list."""

    id: str
    title: str
    source: str
    url: str
    country: str
    languages: list[str]
    band: str
    indicators: list[str]
    cluster: str
    online: bool
    first_seen_at: datetime
    seen_at: datetime


class AdvertPage(Schema):
    """One page of a list."""

    total: int
    items: list[AdvertRow]
    next_cursor: str
    """Give it back as ``cursor`` for the next page; empty on the last."""
    problems: list[str]
    """What could not be read of the query; the rest was searched."""


class AdvertDetail(AdvertRow):
    """One advert with what was found in it."""

    findings: list[Finding]
    claims: list[Claim]
    questions: list[str]
    reasons: list[str]
    rules_version: str
    model_version: str


class Listing(Schema):
    """Which adverts, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, Field(max_length=2_000, description="Query in the syntax of docs/index.md; empty: all")] = ""
    cursor: Annotated[str, Field(max_length=500, description="The next_cursor of the page before")] = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20


class Text(Schema):
    """A text to look at."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class Checked(Schema):
    """What was seen in a text. Nothing seen does not mean that an offer is safe."""

    language: str
    band: str
    findings: list[Finding]
    claims: list[Claim]
    questions: list[str]
    rules_version: str
    model_version: str


class Indicator(Schema):
    """One indicator of the catalogue."""

    id: str
    title: str
    severity: str
    definition: str
