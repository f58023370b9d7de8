"""Text cut into the pieces that are indexed and searched, with the way back to the original.

Words come from a cutter (``nlp.segment.terms``). A dictionary may cut the same word differently in different sentences, and
Korean writes particles onto its words; so words of scripts without spaces, and Korean ones, are cut further into single
characters with their marks. A search for such a word is then a search for these characters in a row, and finds it wherever
it stands. All other words are one piece.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import sub
from typing import Protocol

LONGEST_PIECE = 100
"""Characters of one piece that are compared; engines refuse terms without bound."""


class TermLike(Protocol):
    """A word as a cutter gives it."""

    @property
    def text(self) -> str:
        """Folded: without case, accents, look-alikes."""

    @property
    def start(self) -> int:
        """Where it begins in the original."""

    @property
    def end(self) -> int:
        """Where it ends in the original."""


Cut = Callable[[str], Sequence[TermLike]]

_BLOCKS = (
    (0x0E01, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F), (0xAA60, 0xAA7F), (0xA9E0, 0xA9FF),  # Myanmar
    (0x1780, 0x17DD),  # Khmer
    (0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),  # Japanese, Chinese
    (0xAC00, 0xD7A3),  # Korean
)  # fmt: skip


def _character_classes() -> tuple[str, str]:
    """Regex classes of the characters that are cut singly, and of the marks that stay with the character before."""
    marks = [chr(code) for low, high in _BLOCKS[:5] for code in range(low, high + 1) if unicodedata.category(chr(code)).startswith("M")]
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in _BLOCKS), "".join(marks)


_SINGLE, _MARKS = _character_classes()
# the Khmer coeng and the Myanmar virama write the consonant after them below the one before: it stays with it
_PIECE = re.compile(f"[{_SINGLE}](?:[\u17d2\u1039][{_SINGLE}]|[{_MARKS}])*|[^{_SINGLE}]+")
_CUT_FURTHER = re.compile(f"[{_SINGLE}]")
_BROKEN = re.compile("[\ud800-\udfff]")

_PROBE = "Registration fee f.e.e 手续费和护照 ค่าธรรมเนียม ត្រូវបង់ថ្លៃ လိုအပ်သည် የፓስፖርት رُسوم التأشيرة पासपोर्ट शुल्क Hộ chiếu 여권을 пасpорт"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text in pieces: what is indexed, and where each piece stood."""

    folded: str
    """The pieces with one space between each."""
    offsets: bytes
    """Distances from start to end to start of the pieces, see ``_packed``; read by ``where``."""

    def where(self, first: int, last: int) -> tuple[int, int]:
        """Where the pieces ``first`` to ``last`` (included) stood in the original: start of the one, end of the other."""
        steps = self._steps()
        start = sum(steps[: 2 * first + 1])
        return start, start + sum(steps[2 * first + 1 : 2 * last + 2])

    def _steps(self) -> array[int]:
        steps = array(self.offsets[:1].decode())
        steps.frombytes(self.offsets[1:])
        return steps


def repaired(text: str) -> str:
    """The text with halves of surrogate pairs, which no engine takes, replaced; its length stays."""
    return text if text.isascii() else _BROKEN.sub("\ufffd", text)


def words(cut: Cut, text: str) -> tuple[str, ...]:
    """The pieces of ``text`` without their places."""
    return tuple(piece for term in cut(repaired(text)) for piece in _split(term.text))


def pieces(cut: Cut, text: str) -> Pieces:
    """Cut ``text`` into pieces with their places: the place of the whole word where folding changed its length."""
    found: list[str] = []
    bounds: list[int] = []
    for term in cut(repaired(text)):
        word, start, end = term.text, term.start, term.end
        if word.isascii() or not _CUT_FURTHER.search(word):
            found.append(word[:LONGEST_PIECE])
            bounds += (start, end)
            continue
        same_length = len(word) == end - start
        for piece in _PIECE.findall(word):
            if same_length:
                end = start + len(piece)
            found.append(piece[:LONGEST_PIECE])
            bounds += (start, end)
            if same_length:
                start = end
    return Pieces(" ".join(found), _packed(bounds))


def fingerprint(cut: Cut) -> str:
    """Changes when the cutter cuts or folds otherwise: what was indexed before then no longer matches what is searched."""
    return hashlib.sha256("\x1f".join(words(cut, _PROBE)).encode()).hexdigest()[:16]


def _split(word: str) -> list[str]:
    if word.isascii() or not _CUT_FURTHER.search(word):
        return [word[:LONGEST_PIECE]]
    return [piece[:LONGEST_PIECE] for piece in _PIECE.findall(word)]


def _packed(bounds: list[int]) -> bytes:
    """Distances from bound to bound in two bytes each, which compress well; in eight where one does not fit."""
    steps = list(map(sub, bounds, [0, *bounds]))
    try:
        return b"H" + array("H", steps).tobytes()
    except OverflowError:
        return b"q" + array("q", steps).tobytes()
