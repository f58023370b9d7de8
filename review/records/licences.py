"""Licence numbers in adverts and in registers, pure: how they are compared, and what may be said of the result.

A number found in a register says that the register holds that number, and nothing about who wrote the advert: numbers are copied.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SIGNAL = "licence-number-shown"
"""The protective signal whose words hold a number."""

LONGEST = 100
"""Characters of a number as a register writes it."""

_BEHIND = 40
"""Characters behind the signal's words in which a number may end: the finder marks its beginning."""

_NEAR = 20
"""Characters behind the signal's words in which a number may begin where they hold no digit."""

_SIGNS = str.maketrans({"№": " ", "º": " ", "°": " "})
# a dot joins digits alone, since it also ends "no." and sentences; blanks stand around slashes alone
_TOKEN = re.compile(r"\w+(?:(?:\s?/\s?|[-\u2010-\u2013+]{1,2}/?|\+?/|(?<=\d)\.(?=\d))\w+)*")
_RUN = re.compile(r"[^\W\d_]+|\d+")
_COUNTING = frozenset({"no", "nr", "n", "num"})
"""Words for "number" that are written straight before one."""


class Standing(StrEnum):
    """What a register says of a number."""

    VALID = "valid"
    ENDED = "ended"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Listed:
    """A number of an advert that stands in a register."""

    register: str
    country: str
    list_date: date
    number: str
    """As the register writes it."""
    holder: str
    standing: Standing
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A register in which the numbers were looked for."""

    register: str
    country: str
    list_date: date
    unread: int
    """Rows of it that could not be read: a number may be among them."""


@dataclass(frozen=True, slots=True)
class Check:
    """What may be said of the licence numbers of one advert; without ``listed`` they are claimed and no more."""

    listed: tuple[Listed, ...]
    compared: tuple[Compared, ...]


def normalise(number: str) -> str:
    """A number as it is compared: case, width, native digits and what parts its pieces make no difference; leading zeros do.

    ``ABCD0001``, ``abcd 0001`` and ``ABCD-0001`` are the same. Empty where there is no digit.
    """
    runs = [_plain(run) for run in _RUN.findall(_folded(number))]
    return "-".join(runs) if any(run.isdigit() for run in runs) else ""


def numbers(text: str, start: int, end: int) -> tuple[str, ...]:
    """What the words ``text[start:end]`` of the signal may mean by a licence number, each as ``normalise`` gives it.

    A number is taken whole: ``481/079`` never counts as ``481``. Each comes also with the word before it, which may be part of it.
    """
    start, end = max(0, start), min(len(text), end)
    reach = re.split(r"[\r\n]", text[end : end + _BEHIND])[0]
    window = _folded(text[start:end]) + _folded(reach)
    edge = len(_folded(text[start:end]))
    tokens = list(_TOKEN.finditer(window))
    inside = [place for place, token in enumerate(tokens) if token.start() < edge and _has_digit(token[0])]
    near = [place for place, token in enumerate(tokens) if edge <= token.start() <= edge + _NEAR and _has_digit(token[0])]
    found: dict[str, None] = {}
    for place in inside or near[:1]:
        if _is_cut(text, window, tokens[place], start, end):
            continue
        for name in _readings(tokens[place][0], tokens[place - 1][0] if place else ""):
            found[name] = None
    return tuple(found)


def standing(written: Standing, valid_until: date | None, *, today: date) -> Standing:
    """What is said of a row of a register today: one that was valid has ended once its day is over."""
    over = written is Standing.VALID and valid_until is not None and valid_until < today
    return Standing.ENDED if over else written


def _readings(token: str, before: str) -> Iterator[str]:
    number = normalise(token)
    head, _, rest = number.partition("-")
    if head in _COUNTING and rest:
        yield rest
    if number:
        yield number
    if number and before and not _has_digit(before):
        yield f"{normalise(before + '0').removesuffix('-0')}-{number}"


def _is_cut(text: str, window: str, token: re.Match[str], start: int, end: int) -> bool:
    """Whether the number may go on behind the window: then it is not known whole."""
    return token.end() == len(window) and end + _BEHIND < len(text) and not text[end + _BEHIND].isspace()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold()


def _plain(run: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) for sign in run) if run[0].isdecimal() else run


def _has_digit(token: str) -> bool:
    return any(sign.isdecimal() for sign in token)
