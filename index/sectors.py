"""Sectors of work that the words of an advert's title name, or the first words of its text where the title names none."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from index.cutting import Cut, words

FILE = Path(__file__).with_name("sectors.yml")
BEGINNING = 300
"""Characters of a text in which its own work is named; further on it speaks of other things."""
MOST = 3
"""Sectors of one advert: a list of vacancies names them all."""


@dataclass(frozen=True, slots=True)
class _Term:
    """Pieces that must stand in a row; the last may go on."""

    pieces: tuple[str, ...]
    prefix: bool
    sector: str


class Sectors:
    """The table of ``sectors.yml``, cut as texts are."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._whole: dict[str, list[_Term]] = defaultdict(list)
        self._begun: dict[str, list[_Term]] = defaultdict(list)
        for term in _terms(cut):
            begun = term.prefix and len(term.pieces) == 1
            (self._begun[term.pieces[0][:2]] if begun else self._whole[term.pieces[0]]).append(term)

    def of(self, title: str, text: str) -> tuple[str, ...]:
        """The sectors of an advert in order of their place, three at most; empty where no known word is there."""
        return self._in(title) or self._in(text[:BEGINNING])

    def _in(self, text: str) -> tuple[str, ...]:
        pieces = words(self._cut, text)
        found = (term.sector for at in range(len(pieces)) for term in self._at(pieces, at))
        return tuple(dict.fromkeys(found))[:MOST]

    def _at(self, pieces: tuple[str, ...], at: int) -> Iterator[_Term]:
        for term in self._whole.get(pieces[at], ()):
            row = pieces[at : at + len(term.pieces)]
            if row == term.pieces or (term.prefix and row[:-1] == term.pieces[:-1] and row[-1].startswith(term.pieces[-1])):
                yield term
        for term in self._begun.get(pieces[at][:2], ()):
            if pieces[at].startswith(term.pieces[0]):
                yield term


@cache
def names() -> tuple[str, ...]:
    """All sectors in the order of the table."""
    return tuple(_table())


@cache
def version() -> str:
    """Changes with the table: documents made with another are made anew."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:8]


@cache
def _table() -> dict[str, list[str]]:
    table = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: [str(word) for word in entry["words"]] for name, entry in table.items()}


def _terms(cut: Cut) -> Iterator[_Term]:
    for sector, entries in _table().items():
        for entry in entries:
            pieces = words(cut, entry.rstrip("*"))
            if pieces:
                yield _Term(pieces, entry.endswith("*"), sector)
