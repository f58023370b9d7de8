"""Fold text for comparison, keeping the way back to the original characters.

Folding is made of two parts: a table that maps one character to one character (lower case, accents of Latin, Greek and Cyrillic
letters, full-width forms, Arabic letter variants, digits of every script), and the removal of characters that carry no meaning or
hide it (zero-width, tatweel, vowel points, separators between single letters, word breaks at line ends).
Most texts need no removal, so their offsets stay as they are and folding costs one C call. ``tokenizers.NormalizedString`` keeps
offsets too, but knows no look-alikes limited to words of mixed script, nor digits and letter variants of every script.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its characters stood."""

    text: str
    kept: tuple[int, ...] | None
    """Offset in the original of each folded character; ``None`` where they are the same."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the folded span ``start:end`` came from (``end`` exclusive, not empty)."""
        if self.kept is None or start >= end:
            return start, end
        return self.kept[start], self.kept[end - 1] + 1

    def folded(self, start: int, end: int) -> tuple[int, int]:
        """The span of the folded text that lies inside the original span ``start:end``."""
        if self.kept is None:
            return start, end
        return bisect_left(self.kept, start), bisect_left(self.kept, end)


# letters that NFKD does not take apart but readers take for the plain one
_PLAIN = {
    "ı": "i", "İ": "i", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ø": "o", "Ø": "o", "ħ": "h", "ŧ": "t", "ə": "e",
    "ё": "е", "Ё": "е", "ґ": "г", "Ґ": "г",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ہ": "ه", "ھ": "ه",
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "\t": " ",
    "。": ".", "，": ",", "、": ",", "；": ";", "：": ":", "！": "!", "？": "?", "।": ".", "።": ".", "፣": ",", "،": ",", "؟": "?", "؛": ";",
    "ሐ": "ሀ", "ሑ": "ሁ", "ሒ": "ሂ", "ሓ": "ሀ", "ሔ": "ሄ", "ሕ": "ህ", "ሖ": "ሆ", "ኀ": "ሀ", "ኁ": "ሁ", "ኂ": "ሂ", "ኃ": "ሀ", "ኄ": "ሄ", "ኅ": "ህ", "ኆ": "ሆ",
    "ሃ": "ሀ", "ሠ": "ሰ", "ሡ": "ሱ", "ሢ": "ሲ", "ሣ": "ሳ", "ሤ": "ሴ", "ሥ": "ስ", "ሦ": "ሶ", "ዐ": "አ", "ዑ": "ኡ", "ዒ": "ኢ", "ዓ": "አ", "ዔ": "ኤ", "ዕ": "እ", "ዖ": "ኦ",
    "ኣ": "አ", "ፀ": "ጸ", "ፁ": "ጹ", "ፂ": "ጺ", "ፃ": "ጻ", "ፄ": "ጼ", "ፅ": "ጽ", "ፆ": "ጾ",
    # letters with a dot below as one character, and the two nasal signs that are written one for the other
    "\u0958": "\u0915", "\u0959": "\u0916", "\u095a": "\u0917", "\u095b": "\u091c", "\u095c": "\u0921", "\u095d": "\u0922", "\u095e": "\u092b",
    "\u095f": "\u092f", "\u09dc": "\u09a1", "\u09dd": "\u09a2", "\u09df": "\u09af", "\u0901": "\u0902",
}  # fmt: skip
"""Amharic has letters that sound alike and are written one for the other: the first of each set stands for all."""

# the combining marks that may go: Latin, Greek, Cyrillic accents and Arabic and Hebrew points; never Indic or Thai vowel signs
_POINTS = "\u093c\u09bc\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0591-\u05c7"
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u0640\U000e0000-\U000e0fff"
_DROP = re.compile(f"[{_POINTS}{_INVISIBLE}]+")

# й, ї, ў and their like are letters of their own: folding them would make different words equal
_OWN_LETTERS = set("йЙїЇўЎјЈѓќ")


def _simple(char: str) -> str:
    """The one character that ``char`` is folded to; itself where folding would need more or none."""
    if char in _PLAIN:
        return _PLAIN[char]
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"  # half of a character: nothing that reads bytes could take it
    if char in _OWN_LETTERS:
        return char.lower()
    digit = unicodedata.digit(char, None)
    if digit is not None and unicodedata.category(char) == "Nd":
        return str(digit)
    base = unicodedata.normalize("NFKD", char)
    if char.isalpha() and unicodedata.category(char) != "Lo":
        base = _DROP.sub("", base)
    base = base.lower()
    return base if len(base) == 1 else (char.lower() if len(char.lower()) == 1 else char)


_UNKNOWN = 0xFFFFFFFF
_LEFT_OUT, _TWO_SCRIPTS = 1, 2


class _Table:
    """Folds all characters of a text at once; fills itself with each character met, whatever the script."""

    def __init__(self) -> None:
        self._folded = np.full(sys.maxunicode + 1, _UNKNOWN, dtype=np.uint32)
        self._kinds = np.zeros(sys.maxunicode + 1, dtype=np.uint8)

    def fold(self, text: str) -> tuple[str, int]:
        """The folded text, and what kinds of characters it holds: such as may be left out, Greek or Cyrillic ones."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        folded = self._folded[codes]
        if codes.size and folded.max() == _UNKNOWN:
            self._learn(np.unique(codes[folded == _UNKNOWN]).tolist())
            folded = self._folded[codes]
        return folded.tobytes().decode("utf-32-le"), int(np.bitwise_or.reduce(self._kinds[folded])) if codes.size else 0

    def _learn(self, codes: list[int]) -> None:
        for code in codes:
            folded = _simple(chr(code))
            self._folded[code] = ord(folded)
            self._kinds[ord(folded)] = (_LEFT_OUT if _DROP.match(folded) else 0) | (_TWO_SCRIPTS if "\u0370" <= folded <= "\u04ff" else 0)


_TABLE = _Table()

# only letters that look the same in every typeface
_LOOKALIKE = dict(zip("аеорсухіјѕԁһӏαορυινκτχ", "aeopcyxijsdhlaopuivktx", strict=True))
_TO_LATIN = str.maketrans(_LOOKALIKE)
_LATIN_ALIKE = dict(zip("aeopcyxijs", "аеорсухіјѕ", strict=True))
_TO_CYRILLIC = str.maketrans(_LATIN_ALIKE)
_MIXED = re.compile(r"(?<!\w)(?=\w{0,40}[a-z])(?=\w{0,40}[\u0370-\u03ff\u0400-\u04ff])[^\W\d_]{3,60}")

# single letters with one separator between each: "f.e.e", "p a s s p o r t", letters parted by emoji
_EMOJI = "\u2190-\u2bff\u3030\U0001f000-\U0001faff"
_SPACED = re.compile(
    rf"(?<![^\W_])[^\W\d_](?:(?:[.\-_*|·•~/]|[ ]?[{_EMOJI}]+[ ]?)[^\W\d_]){{2,}}(?![^\W_])|(?<![^\W_])[^\W\d_](?: [^\W\d_]){{3,}}(?![^\W_])"
)
_BETWEEN = re.compile(rf"[ .\-_*|·•~/{_EMOJI}]+")
_LINE_BREAK = re.compile(r"-(?<=[^\W\d_]-)\r?\n(?=[a-zа-яà-ž])")
_LONE_LETTERS = re.compile(rf"[.\-_*|·•~/ {_EMOJI}][^\W\d_][.\-_*|·•~/ {_EMOJI}]{{1,3}}[^\W\d_](?![^\W_])")
_PARTED = re.compile(rf"(?<![^\W_])[^\W\d_](?:[.\-_*|·•~/ {_EMOJI}]{{1,3}}[^\W\d_](?![^\W_])){{2}}")


@lru_cache(maxsize=4)
def fold(text: str) -> Folded:
    """Fold ``text``; length 0 gives length 0. Takes time linear in the length; the last few texts are remembered."""
    plain, kinds = _TABLE.fold(text)
    kept: tuple[int, ...] | None = None
    if kinds & _LEFT_OUT or _hides(plain):
        plain, kept = _without(plain, _removals(plain))
    if kinds & _TWO_SCRIPTS:
        plain = _MIXED.sub(_one_script, plain)
    return Folded(plain, kept)


def _hides(plain: str) -> bool:
    """Whether letters may be parted to hide a word."""
    if "-\n" in plain or "-\r\n" in plain:
        return True
    lone = _LONE_LETTERS.search(plain)
    return lone is not None and _PARTED.search(plain, max(0, lone.start() - 5)) is not None


@cache
def fold_term(term: str) -> str:
    """Fold a word or phrase of a lexicon the way texts are folded."""
    return fold(unicodedata.normalize("NFC", term)).text


def _removals(text: str) -> list[tuple[int, int]]:
    """Spans to leave out, in order and apart from one another."""
    spans = [m.span() for m in _DROP.finditer(text)]
    spans += [m.span() for m in _LINE_BREAK.finditer(text)]
    for run in _SPACED.finditer(text):
        spans += [(m.start(), m.end()) for m in _BETWEEN.finditer(text, run.start(), run.end())]
    return _merged(spans)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without(text: str, spans: list[tuple[int, int]]) -> tuple[str, tuple[int, ...] | None]:
    if not spans:
        return text, None
    parts: list[str] = []
    kept: list[int] = []
    at = 0
    for start, end in [*spans, (len(text), len(text))]:
        parts.append(text[at:start])
        kept.extend(range(at, start))
        at = end
    return "".join(parts), tuple(kept)


def _one_script(word: re.Match[str]) -> str:
    """A word that mixes Latin with Cyrillic or Greek letters, written in the one script it can be written in; the same length."""
    found = word.group()
    latin = [char for char in found if char.isascii()]
    may_be_latin = all(char in _LOOKALIKE for char in found if not char.isascii())
    may_be_cyrillic = all(char in _LATIN_ALIKE for char in latin)
    if may_be_latin and (not may_be_cyrillic or len(latin) * 2 >= len(found)):
        return found.translate(_TO_LATIN)
    return found.translate(_TO_CYRILLIC) if may_be_cyrillic else found
