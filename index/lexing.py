"""A typed query taken apart into tokens; nothing here knows what they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

ESCAPE = "\\"
CLOSING = {'"': '"“”', "“": '”"“', "”": '”"', "„": '”“"', "«": "»"}
"""Opening quotation mark -> those that close it: people paste from everywhere."""
_SPECIAL = frozenset("():*,»") | frozenset(CLOSING) | {ESCAPE}
_OPERATORS = frozenset({"OR", "AND", "NOT"})
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a typed query, where, and what was done about it."""

    start: int
    end: int
    message: str

    def pointed(self, text: str) -> str:
        """Two lines: the query around the place, and marks below it."""
        first, last = max(0, self.start - 40), min(len(text), self.end + 20)
        shown = "".join(char if char.isprintable() else " " for char in text[first:last])
        before, wrong = shown[: self.start - first], shown[self.start - first : self.end - first]
        return f"{shown}\n{' ' * cells(before)}{'^' * max(1, cells(wrong))}"


class Kind(StrEnum):
    """Kinds of tokens."""

    OPEN = "("
    CLOSE = ")"
    NOT = "not"
    OR = "or"
    FIELD = "field"
    PHRASE = "phrase"
    WORD = "word"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a typed query."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    """Name of a field; a phrase without its marks; a word with its escapes."""
    goes_on: bool = False
    """Whether a phrase has ``*`` behind it."""


class Lexer:
    """Takes one typed query apart; ``fields`` are the names that may stand before a colon."""

    def __init__(self, text: str, *, fields: Collection[str]) -> None:
        self._text, self._at, self._fields = text, 0, fields
        self.problems: list[Problem] = []

    def tokens(self) -> list[Token]:
        """All tokens in order, END last."""
        found: list[Token] = []
        while True:
            while self._here and separates(self._here):
                self._at += 1
            if not self._here:
                return [*found, Token(Kind.END, self._at, self._at)]
            found.extend(self._next())

    @property
    def _here(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> list[Token]:
        start, sign = self._at, self._here
        if sign in "()":
            self._at += 1
            return [Token(Kind(sign), start, self._at)]
        behind = self._text[start + 1 : start + 2]
        if sign == "-" and (behind == "(" or not ends_word(behind)):
            self._at += 1
            return [Token(Kind.NOT, start, self._at)]
        if sign in CLOSING:
            return [self._phrase()]
        raw = self._raw_word()
        name, colon, rest = raw.partition(":")
        if colon and name.lower() in self._fields:
            return self._scoped(start, name.lower())
        if colon and _NAME.fullmatch(name) and not rest.startswith("//"):
            self.problems.append(
                Problem(start, start + len(name), f"there is no field {name!r}; searched as words. Fields: {', '.join(self._fields)}")
            )
        kind = Kind(raw.lower()) if raw in {"OR", "NOT"} else Kind.WORD
        return [] if raw == "AND" else [Token(kind, start, self._at, raw)]

    def _scoped(self, start: int, name: str) -> list[Token]:
        """A field and the value that stands right behind its colon."""
        self._at = start + len(name) + 1
        field = Token(Kind.FIELD, start, self._at, name)
        if not self._here or separates(self._here) or self._here == ")":
            self.problems.append(Problem(start, self._at, f"nothing stands behind {name}: ; it was passed over"))
            return []
        if self._here == "(":
            return [field]
        at = self._at
        return [field, self._phrase() if self._here in CLOSING else Token(Kind.WORD, at, at + len(raw := self._raw_word()), raw)]

    def _phrase(self) -> Token:
        start, closing = self._at, CLOSING[self._here]
        self._at += 1
        taken: list[str] = []
        while self._here and self._here not in closing:
            if self._here == ESCAPE and self._at + 1 < len(self._text):
                self._at += 1
            taken.append(self._here)
            self._at += 1
        if self._here:
            self._at += 1
        else:
            self.problems.append(Problem(start, start + 1, "this quotation mark is not closed; all behind it was taken as one phrase"))
        goes_on = self._here == "*"
        self._at += goes_on
        return Token(Kind.PHRASE, start, self._at, "".join(taken), goes_on)

    def _raw_word(self) -> str:
        start = self._at
        while not ends_word(self._here):
            self._at += 2 if self._here == ESCAPE and self._at + 1 < len(self._text) else 1
        return self._text[start : self._at]


def cells(text: str) -> int:
    """Columns that ``text`` takes in a terminal: two for wide characters, none for marks and what joins them."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.category(char) in {"Mn", "Me", "Cf"} for char in text)


def separates(char: str) -> bool:
    """Whether a character parts words in a typed query: white space and control characters."""
    return char.isspace() or unicodedata.category(char) == "Cc"


def ends_word(char: str) -> bool:
    """Whether a word ends before ``char``, which is empty at the end of the text."""
    return not char or char in "()" or separates(char)


def plain(raw: str) -> str:
    """A raw word without its escapes; one at the very end stands for itself."""
    if ESCAPE not in raw:
        return raw
    characters = iter(raw)
    return "".join(next(characters, ESCAPE) if char == ESCAPE else char for char in characters)


def split_plain(raw: str, sign: str) -> list[str]:
    """The raw parts between the ``sign``s that have no escape before them."""
    parts, start, at = [], 0, 0
    while at < len(raw):
        if raw[at] == sign:
            parts.append(raw[start:at])
            start = at + 1
        at += 2 if raw[at] == ESCAPE else 1
    return [*parts, raw[start:]]


def escaped(text: str) -> str:
    """``text`` as a raw word that is read back as it is."""
    if text in _OPERATORS:
        return ESCAPE + text
    marked = "".join(ESCAPE + char if char in _SPECIAL or separates(char) else char for char in text)
    return ESCAPE + marked if marked[0] == "-" else marked


def in_quotes(text: str) -> str:
    """``text`` as a phrase that is read back as it is."""
    return '"' + "".join(ESCAPE + char if char in CLOSING['"'] or char == ESCAPE else char for char in text) + '"'
