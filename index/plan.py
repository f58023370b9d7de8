"""The query with its words cut into pieces: what every engine is given, so that all answer alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from index.cutting import Cut, words
from index.query import All, AnyOf, DayRange, Has, Is, Node, Not, Phrase, Prefix, RiskRange, TextField, Word
from index.snippets import Pattern

ALL_FIELDS: tuple[TextField, ...] = tuple(TextField)

WEIGHTS: dict[TextField, float] = {TextField.TITLE: 3.0, TextField.TEXT: 1.0, TextField.EMPLOYER: 1.0, TextField.PLACE: 1.0}
"""A word in the title says what the advert is about; elsewhere it may stand by the way."""

LONGEST_ROW = 250
"""Pieces of one word, phrase or beginning that are compared: who pastes more finds the same adverts, and engines limit what they take."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must match."""

    of: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """One part or more must match."""

    of: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The part must not match."""

    of: Plan


@dataclass(frozen=True, slots=True)
class Nothing:
    """No advert matches: there were words to look for, but no letters or digits in them."""


Plan: TypeAlias = Pattern | Is | Has | RiskRange | DayRange | AllOf | OneOf | NoneOf | Nothing


def plan(node: Node | None, cut: Cut) -> Plan | None:
    """What to look for; ``None`` stands for every advert.

    Words without letters or digits are left out; where no other part is left, nothing matches.
    """
    if node is None:
        return None
    return _planned(node, cut) or Nothing()


def patterns(found: Plan | None) -> tuple[Pattern, ...]:
    """The words to mark in results: all but those that must not be found."""
    match found:
        case Pattern():
            return (found,)
        case AllOf(of) | OneOf(of):
            return tuple(pattern for part in of for pattern in patterns(part))
        case _:
            return ()


def _planned(node: Node, cut: Cut) -> Plan | None:
    match node:
        case Word(text, field) | Phrase(text, field):
            return _pattern(text, field, cut, prefix=False)
        case Prefix(text, field):
            return _pattern(text, field, cut, prefix=True)
        case All(of):
            return _joined(AllOf, of, cut)
        case AnyOf(of):
            return _joined(OneOf, of, cut)
        case Not(of):
            part = _planned(of, cut)
            return None if part is None else NoneOf(part)
        case Is() | Has() | RiskRange() | DayRange():
            return node


def _pattern(text: str, field: TextField | None, cut: Cut, *, prefix: bool) -> Pattern | None:
    pieces = words(cut, text)
    row = pieces[:LONGEST_ROW]
    return Pattern(row, prefix and row == pieces, (field,) if field else ALL_FIELDS) if pieces else None


def _joined(kind: type[AllOf] | type[OneOf], of: Sequence[Node], cut: Cut) -> Plan | None:
    present = tuple(part for node in of if (part := _planned(node, cut)) is not None)
    return kind(present) if len(present) > 1 else (present[0] if present else None)
