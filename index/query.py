"""The query as data: what is looked for, how it is sorted, which page of it is wanted.

Nothing here knows a search engine or a text syntax; ``index.syntax`` reads and writes the text people type,
``index.plan`` turns the words into terms, each backend turns the plan into its own query.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from adverts.records import FairwatchError


class QueryError(FairwatchError):
    """A query is built from a value it cannot have; the message names the value and what is allowed."""


class TextField(StrEnum):
    """Parts of an advert that are searched by words."""

    TITLE = "title"
    TEXT = "text"
    EMPLOYER = "employer"
    PLACE = "place"


class KeywordField(StrEnum):
    """Properties of an advert that are compared as a whole."""

    ADVERT = "advert"
    SOURCE = "source"
    LANGUAGE = "lang"
    """BCP 47; a code matches its narrower ones too: ``zh`` matches ``zh-hant``."""
    COUNTRY = "country"
    """Country of work, ISO 3166-1 alpha-2."""
    ORIGIN = "origin"
    """Country whose people the advert speaks to, ISO 3166-1 alpha-2; see ``index.origins``."""
    SECTOR = "sector"
    """Kind of work; see ``index.sectors``."""
    INDICATOR = "indicator"
    SIGNAL = "signal"
    BAND = "band"
    CLUSTER = "cluster"
    VERDICT = "verdict"
    CONTACT = "contact"
    """Key of a contact, never its clear value."""
    ONLINE = "online"
    """``yes`` or ``no``."""


class DayField(StrEnum):
    """Dates of an advert, compared by day in UTC."""

    POSTED = "posted"
    FIRST_SEEN = "first-seen"
    SEEN = "seen"


class Sort(StrEnum):
    """Orders of results; adverts equal in it stand in order of their id."""

    RELEVANCE = "relevance"
    """Best match of the words and phrases first; where a query has none to match, the same as ``risk``."""
    RISK = "risk"
    NEWEST = "newest"
    """Last first seen first."""
    REACH = "reach"
    """Most copies online first."""


class Step(StrEnum):
    """Width of the columns of a histogram; weeks start on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


FACETS: frozenset[KeywordField] = frozenset(KeywordField) - {KeywordField.ADVERT, KeywordField.CLUSTER, KeywordField.CONTACT}
"""Fields whose values can be counted: the others have as many values as there are adverts."""

LARGEST_PAGE = 1_000
LARGEST_FACET = 1_000


@dataclass(frozen=True, slots=True)
class Word:
    """Adverts with this word; what is written together but cut into several words must stand together."""

    text: str
    field: TextField | None = None

    def __post_init__(self) -> None:
        _must_have_text(self.text, "word")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Adverts with these words next to one another in this order; punctuation between them does not matter."""

    text: str
    field: TextField | None = None

    def __post_init__(self) -> None:
        _must_have_text(self.text, "phrase")


@dataclass(frozen=True, slots=True)
class Prefix:
    """Adverts with these words next to one another, the last of which may go on."""

    text: str
    field: TextField | None = None

    def __post_init__(self) -> None:
        _must_have_text(self.text, "beginning of a word")


@dataclass(frozen=True, slots=True)
class Is:
    """Adverts whose property has this value, or one of whose several values it is; compared as ``normal`` writes it."""

    field: KeywordField
    value: str

    def __post_init__(self) -> None:
        _must_have_text(self.value, self.field)
        object.__setattr__(self, "value", normal(self.field, self.value))


@dataclass(frozen=True, slots=True)
class Has:
    """Adverts that have any value of a property."""

    field: KeywordField | DayField


@dataclass(frozen=True, slots=True)
class RiskRange:
    """Adverts whose risk (0..1) lies between the bounds, which belong to the range unless said to be ``open``."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.low, self.high) if bound is not None]
        if not bounds:
            raise QueryError("risk range without a bound: give low, high or both")
        if any(not math.isfinite(bound) or not 0 <= bound <= 1 for bound in bounds):
            raise QueryError(f"risk range {self.low}..{self.high}: risk lies between 0 and 1")
        if (self.low is None and self.low_open) or (self.high is None and self.high_open):
            raise QueryError(f"risk range {self.low}..{self.high}: a bound that is not there cannot be open")


@dataclass(frozen=True, slots=True)
class DayRange:
    """Adverts with a date from ``since`` to ``until``, both included."""

    field: DayField
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since is None and self.until is None:
            raise QueryError(f"{self.field} range without a day: give since, until or both")


@dataclass(frozen=True, slots=True)
class All:
    """Adverts that every part matches."""

    of: tuple[Node, ...]

    def __post_init__(self) -> None:
        _must_be_several(self.of, "All")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Adverts that one part or more matches."""

    of: tuple[Node, ...]

    def __post_init__(self) -> None:
        _must_be_several(self.of, "AnyOf")


@dataclass(frozen=True, slots=True)
class Not:
    """Adverts that the part does not match."""

    of: Node


Words: TypeAlias = Word | Phrase | Prefix
Node: TypeAlias = Words | Is | Has | RiskRange | DayRange | All | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Histogram:
    """Wish for the number of adverts in each step of time."""

    field: DayField
    step: Step = Step.MONTH


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One question to the index; without ``where`` it asks for every advert."""

    where: Node | None = None
    sort: Sort = Sort.RELEVANCE
    size: int = 20
    """Results a page, 1 to 1,000."""
    cursor: str = ""
    """``next_cursor`` of the page before; empty for the first page."""
    facets: tuple[KeywordField, ...] = ()
    facet_size: int = 20
    """Values given for each facet, the most frequent first, 1 to 1,000."""
    histogram: Histogram | None = None
    snippets: bool = True
    """Whether results carry the words found, marked in their surroundings."""
    total: bool = True
    """Whether the page says how many adverts match in all."""

    def __post_init__(self) -> None:
        if not 1 <= self.size <= LARGEST_PAGE:
            raise QueryError(f"page size {self.size}: give 1 to {LARGEST_PAGE} and follow next_cursor for more")
        if not 1 <= self.facet_size <= LARGEST_FACET:
            raise QueryError(f"facet size {self.facet_size}: give 1 to {LARGEST_FACET}")
        for field in self.facets:
            if field not in FACETS:
                raise QueryError(f"facet {field}: too many values to count; filter by it. Facets are {', '.join(sorted(FACETS))}")

    def narrowed(self, *nodes: Node) -> SearchQuery:
        """The same question about those adverts only that all of ``nodes`` match; starts at the first page."""
        if not nodes:
            return self
        return replace(self, where=all_of(self.where, *nodes), cursor="")

    @property
    def sort_in_force(self) -> Sort:
        """The sort that is used: relevance needs words or phrases that must or may match; beginnings weigh nothing."""
        weighed = any(isinstance(word, Word | Phrase) for word in words_in(self.where))
        return Sort.RISK if self.sort is Sort.RELEVANCE and not weighed else self.sort


def all_of(*nodes: Node | None) -> Node | None:
    """One node that asks for all of ``nodes``; those that are ``None`` ask for nothing."""
    present = tuple(node for node in nodes if node is not None)
    return All(present) if len(present) > 1 else (present[0] if present else None)


def any_of(*nodes: Node | None) -> Node | None:
    """One node that asks for one of ``nodes`` or more; those that are ``None`` are left out."""
    present = tuple(node for node in nodes if node is not None)
    return AnyOf(present) if len(present) > 1 else (present[0] if present else None)


def words_in(node: Node | None) -> tuple[Words, ...]:
    """The words a query looks for, in order; those it must not find are left out."""
    match node:
        case Word() | Phrase() | Prefix():
            return (node,)
        case All(of) | AnyOf(of):
            return tuple(word for part in of for word in words_in(part))
        case _:
            return ()


def normal(field: KeywordField, value: str) -> str:
    """A value as it is compared: languages in small letters, countries in capitals, sectors in small letters, all others as they are."""
    if field in (KeywordField.LANGUAGE, KeywordField.SECTOR):
        return value.lower()
    return value.upper() if field in (KeywordField.COUNTRY, KeywordField.ORIGIN) else value


def _must_have_text(value: str, what: str) -> None:
    if not value:
        raise QueryError(f"empty {what}: give the text to look for, or leave it out")


def _must_be_several(parts: tuple[Node, ...], name: str) -> None:
    if len(parts) < 2:
        raise QueryError(f"{name} of {len(parts)}: needs two parts or more; use all_of() or any_of() where there may be fewer")
