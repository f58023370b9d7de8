"""The words and terms of a lexicon as they are looked up, and how a text is cut into runs of letters."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate
from operator import add
from typing import NamedTuple

# combining vowel signs and viramas of Indic scripts are part of the word though Unicode calls them marks
_MARKS = r"\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7"
WORD = rf"[^\W_\u0e00-\u0e7f]|[{_MARKS}]"
"""One character of a word."""
_IS_WORD = re.compile(WORD)
RUN = re.compile(rf"((?:{WORD})+)")
_PLAIN_RUN = re.compile(r"([^\W_]+)")
_ASCII_RUN = re.compile(r"([a-z0-9]+)")
_BEYOND_ASCII = re.compile(rf"[^\x00-\x7f](?:(?<=\w)|(?<=[{_MARKS}]))")  # one set first: the engine then passes over all else at once
_ODD = re.compile(rf"[\u0e00-\u0e7f{_MARKS}]")

CUT = 3
"""Letters by which it is first asked whether a word may begin with a stem."""


class Tag(NamedTuple):
    """A concept found in a folded text. A tuple, since thousands are compared and hashed for one advert."""

    name: str
    start: int
    end: int


class Part(NamedTuple):
    """A further word of a term, behind its fixed beginning."""

    gaps: int
    """Gaps before it, of up to three words each."""
    text: str
    open_left: bool
    open_right: bool


class Entry(NamedTuple):
    """One term of a lexicon, ready to be looked up by its fixed beginning."""

    tag: str
    literal: str
    open_left: bool
    open_right: bool
    after: tuple[Part, ...] = ()
    """What must follow the literal, where the term goes on after a gap or an open ending."""
    marked: tuple[str, ...] = ()
    """Its words with their accents, where they must be right."""


class Runs(NamedTuple):
    """The runs of letters of a text, where each begins and ends, and each but the first with what separates it from the one before."""

    words: list[str]
    starts: list[int]
    ends: list[int]
    joined: list[str]


@lru_cache(maxsize=4)
def runs(text: str) -> Runs:
    """The runs of letters of a folded text, in order."""
    parts = pattern_for(text).split(text)
    ends = list(accumulate(map(len, parts)))
    return Runs(parts[1::2], ends[:-1:2], ends[1::2], list(map(add, parts[2:-1:2], parts[3::2])))


def pattern_for(text: str) -> re.Pattern[str]:
    """The quickest pattern that cuts this text rightly."""
    if text.isascii() or not _BEYOND_ASCII.search(text):
        return _ASCII_RUN
    return RUN if _ODD.search(text) else _PLAIN_RUN


def is_word(char: str) -> bool:
    """Whether ``char`` can be part of a word."""
    return bool(_IS_WORD.match(char))
