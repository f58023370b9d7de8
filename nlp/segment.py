"""Cut text of any script into words and sentences, with offsets into the text given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from icu4py.breakers import WordBreaker

from nlp.normalise import fold

LONGEST = 200_000
"""Characters that are cut into words at most; what follows is left out (no honest advert is that long)."""

_SIMPLE = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)?")
_NEEDS_DICTIONARY = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_WORD = re.compile(r"[^\W_]+(?:['\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc-\u09cd\u09d7]+[^\W_]*)*")

# a sentence ends at a line break, at the full stop of any script before a space or a capital, and at bullets and rows of emoji
# (every way begins with one character of a set: the engine then passes over all others at once)
_BULLETS = "•►▪●◆✔✅☑➡➤▶■"
_SENTENCE_END = re.compile(
    rf"[.!?…。！？।።؟\n\r{_BULLETS}](?:(?<=[.!?…])(?:(?:\r?\n)+|\s+)|(?<=[。！？।።؟])\s*(?=\S)|(?<=\n)(?:\r?\n)*|(?<=\r)\n(?:\r?\n)*"
    rf"|(?<=[{_BULLETS}])[{_BULLETS}]*\ufe0f?\s*)"
)
_STOPS = frozenset(".!?…。！？।።؟")
_ABBREVIATION = re.compile(
    r"(?:\b[^\W\d_]|\b(?:no|nr|st|mr|mrs|ms|dr|ul|ул|тел|approx|incl|min|max|hrs|tel|sr|sra|lic|art|av|c\.p|p\.o|vs|etc|обл|руб|тыс|रु|रू|rs|tk|नं|নং|मो|प्रा|लि|লি))\.$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One word as it is indexed and searched: folded text, offsets into the text it was cut from."""

    text: str
    start: int
    end: int


class Sentence(NamedTuple):
    """A stretch of text that is read as one statement: a sentence, a line, a bullet."""

    start: int
    end: int


def terms(text: str) -> list[Term]:
    """The words of ``text`` in order, folded; punctuation, symbols and white space are left out.

    Scripts written without spaces are cut by ICU's dictionaries.
    """
    folded = fold(text[:LONGEST])
    found = folded.text
    if found.isascii():
        spans = [m.span() for m in _SIMPLE.finditer(found)]
    elif _NEEDS_DICTIONARY.search(found):
        spans = _by_dictionary(found)
    else:
        spans = [m.span() for m in _WORD.finditer(found)]
    return [Term(found[start:end], *folded.original(start, end)) for start, end in spans]


def _by_dictionary(text: str) -> list[tuple[int, int]]:
    breaker = WordBreaker(text, "en")  # the locale does not matter: the dictionaries go by script
    spans = in_characters(text, breaker.segments())
    return [(start, end) for start, end in spans if any(char.isalnum() for char in text[start:end])]


def in_characters(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans counted in UTF-16 units, as ICU counts, counted in characters."""
    if not _BEYOND_BMP.search(text):
        return list(spans)
    at, places = 0, {}
    for place, char in enumerate(text):
        places[at] = place
        at += 2 if char > "\uffff" else 1
    places[at] = len(text)
    return [(places[start], places[end]) for start, end in spans]


def sentences(text: str) -> list[Sentence]:
    """The sentences of ``text`` in order, without the white space around them; abbreviations and initials end none."""
    found: list[Sentence] = []
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        first = gap.start()
        end = first + 1 if text[first] in _STOPS else first
        if text[end - 1 : end] == "." and _ABBREVIATION.search(text, max(start, end - 8), end):
            continue
        _add(found, text, start, end)
        start = gap.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end].rstrip()
    left = start + len(piece) - len(piece.lstrip())
    if piece:
        found.append(Sentence(left, start + len(piece)))
