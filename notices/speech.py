"""Written words made fit for the ear: telephone numbers digit by digit, no addresses of the web, one short sentence a line. Pure.

Words are never changed, only cut, spaced and, where an address stood, replaced by the sentence that says where it is to be found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from babel import Locale
from babel.numbers import get_group_symbol

from notices.languages import direction, is_known
from notices.markup import HOURS, digits

LONGEST = 120
"""Letters of a line; a longer sentence is cut where it pauses by itself."""

PHONE_DIGITS = 9
"""A run of this many digits is read digit by digit even where nothing else says that it is a telephone number."""

_STOPS = {"hi": "।", "ne": "।", "bn": "।", "pa": "।", "am": "።", "ti": "።", "zh": "。", "ur": "۔", "km": "។", "my": "။", "th": "", "lo": ""}
_ENDS = ".!?…؟۔।॥።፧。！？។။:፦："
_SENTENCE = re.compile(r"(?<=[.!?…؟۔।॥።፧។။])\s+|(?<=[。！？])")
_SENTENCE_WITHOUT_SPACES = re.compile(r"(?<=[!?…។။])\s+")
_PAUSE = re.compile(r"(?<=[,;:،؛፣፤])\s+|(?<=[、，；])")
_WITHOUT_SPACES = frozenset({"th", "lo", "km", "my"})
_MAIL = r"(?<![\w.+-])[\w.+-]{1,200}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_WEB = r"(?:https?://|www\.)[^\s<>\"]+"
# a bare name of the web: two letters at its end could be a word after a forgotten space, so those need a third part or a path
_BARE = (
    r"(?<![\w.])[a-z0-9-]{2,63}\.(?:(?:[a-z0-9-]{2,63}\.)+[a-z]{2,}|com|org|net|gov|info|int|example|[a-z]{2}(?=/))(?![\w@-])"
    r"(?:/[^\s<>\"]*)?"
)
_ADDRESS = re.compile(f"{_MAIL}|{_WEB}|{_BARE}")
_RUN = re.compile(r"(?<![\w.,])(?:[+＋]\s?)?\(?\d(?:(?:[\d\s).\-–]|\((?=[\d\s]+\)))*\d)?")
_TIMES = re.compile(f"({HOURS.pattern})")
_NO_PHONE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.\d{2}\s*[-–]\s*\d{1,2}\.\d{2}|\d{4}-\d{2}-\d{2}")
_NOT_CALLED = re.compile(r"\(?\d{1,2}(?:\s?[-–]\s?\d{1,2})?")
"""Hours in a field of numbers, as "9-17" or "24 hours": nobody has so short a number."""
_SPACES = re.compile(r"\s+")
_ARROW = re.compile(r"\s*[←-⇿➔-➾]\s*")
_SYMBOLS_FROM = 0x2190
"""Arrows, bullets and pictures begin here; nobody can say them."""
_JOINERS = "\u200c\u200d"
"""Letters of Persian and of Indian languages are written with these."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a language says what stands between the words."""

    language: str
    plus: str
    either: str
    """Between two numbers of which either may be called."""
    address: str
    """Instead of an address."""
    known: frozenset[str] = frozenset()
    """Telephone numbers, digits alone, that are read digit by digit however short they are."""


def number(text: str, manner: Manner) -> str:
    """A field that holds telephone numbers, each read digit by digit; words in it stay."""
    said = _outside_hours(_plain(_ADDRESS.sub("", text)), lambda part: _called(part, manner))
    said = _SPACES.sub(" ", said).strip(" ,")
    if _ADDRESS.search(text):
        said = f"{said} ({manner.address})" if said else manner.address
    return _ended(said, manner.language)


def lines(text: str, manner: Manner) -> tuple[str, ...]:
    """A text as lines to read, each a sentence or a part of one up to where it pauses by itself."""
    said = _ADDRESS.sub(lambda found: _instead(found.group(), manner), text)
    said = _plain(_ungrouped(_ARROW.sub(", ", said), manner.language))
    said = _outside_hours(said, lambda part: _RUN.sub(lambda found: _run(found.group(), manner), part))
    ends = _SENTENCE_WITHOUT_SPACES if manner.language in _WITHOUT_SPACES else _SENTENCE
    made = [part.strip() for sentence in ends.split(said) for part in _short(sentence.strip(), manner.language)]
    kept = [part for part in made if part]
    return (*kept[:-1], _ended(kept[-1], manner.language)) if kept else ()


def only_digits(text: str) -> frozenset[str]:
    """The telephone numbers of a field, digits alone."""
    return frozenset(digits(found.group()) for found in _RUN.finditer(text))


def _outside_hours(text: str, change: Callable[[str], str]) -> str:
    return "".join(part if number % 2 else change(part) for number, part in enumerate(_TIMES.split(text)))


def _called(part: str, manner: Manner) -> str:
    def said(found: re.Match[str]) -> str:
        return found.group() if _NOT_CALLED.fullmatch(found.group().strip()) else _digits(found.group(), manner)

    return re.sub(r"\s*/\s*", f", {manner.either} ", _RUN.sub(said, part))


def _run(run: str, manner: Manner) -> str:
    lead = run[: len(run) - len(run.lstrip("( "))]
    found = run[len(lead) :]
    bare = digits(found)
    starts = found[0] in "+＋" or (bare.startswith("0") and len(bare) > 5)
    long = len(bare) >= PHONE_DIGITS and (found.isdecimal() or " " in found or "-" in found)
    phone = bare in manner.known or starts or long
    return lead + (_digits(found, manner) if phone and not _NO_PHONE.fullmatch(found) else found)


def _digits(run: str, manner: Manner) -> str:
    groups = [" ".join(part) for group in re.findall(r"\d+", run) for part in _threes(group)]
    said = ", ".join(groups)
    if direction(manner.language) == "rtl":
        said = f"\u2066{said}\u2069"  # else a line from right to left would show the last digit first
    return f"{manner.plus} {said}" if run.strip()[0] in "+＋" else said


def _threes(group: str) -> list[str]:
    """Parts of three digits that an ear can hold; up to five stay together, and none is left alone."""
    if len(group) <= 5:
        return [group]
    parts = [group[start : start + 3] for start in range(0, len(group), 3)]
    return parts if len(parts[-1]) > 1 else [*parts[:-2], parts[-2] + parts[-1]]


def _ungrouped(text: str, language: str) -> str:
    """Numbers without what parts their thousands: voices read "1,500" as two numbers, or as one and a half."""
    group = get_group_symbol(Locale.parse(language)) if is_known(language) else ","
    marks = re.escape(group) + "\u00a0\u202f٬" + (" " if group.isspace() else "")
    parted = re.compile(rf"(?<![+＋\d.,])(?<!\d[ -])\d{{1,3}}(?:[{marks}]\d{{2,3}}){{0,3}}[{marks}]\d{{3}}(?![\d-]| \d)")

    def whole(found: re.Match[str]) -> str:
        may_be_a_telephone = " " in found.group() and len(digits(found.group())) >= PHONE_DIGITS
        return found.group() if may_be_a_telephone else re.sub(f"[{marks}]", "", found.group())

    return parted.sub(whole, text)


def _ended(text: str, language: str) -> str:
    return text + _STOPS.get(language, ".") if text and text[-1] not in _ENDS else text


def _instead(address: str, manner: Manner) -> str:
    kept = address.rstrip(".,;:!?)»”…")
    return f"({manner.address}){address[len(kept) :]}"


def _short(sentence: str, language: str) -> list[str]:
    pause = re.compile(r"\s+") if language in _WITHOUT_SPACES else _PAUSE
    made: list[str] = []
    for part in pause.split(sentence) if len(sentence) > LONGEST else [sentence]:
        if made and len(made[-1]) + len(part) < LONGEST:
            made[-1] += f" {part}"
        else:
            made.append(part)
    return made


def _plain(text: str) -> str:
    kept = "".join(char if _can_be_said(char) else " " for char in text)
    return _SPACES.sub(" ", kept).strip()


def _can_be_said(char: str) -> bool:
    kind = unicodedata.category(char)
    if kind in {"Cc", "Cf", "Co", "Cs", "Cn"}:
        return char in _JOINERS
    return not (kind in {"So", "Sm", "Sk"} and ord(char) >= _SYMBOLS_FROM) and not "\ufe00" <= char <= "\ufe0f"
