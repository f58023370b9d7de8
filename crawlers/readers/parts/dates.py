"""Dates as boards write them, in many languages, without a clock: what depends on today ("3 days ago") stays unread."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError

from crawlers.remember import remembered

_LOCALES = (
    "en de fr es pt it nl pl cs sk ro hu ru uk bg sr hr sl tr ar fa hi ne bn ur id ms vi th km my fil sv nb da fi el he et lv lt ka hy az "
    "kk uz si ta am sw"
)
_EARLIEST, _LATEST = 1990, 2100
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.年년]\s?(\d{1,2})[-/.月월]\s?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.|º|-го|-е)?\s*(?:de|of|tháng|/|-)?\s*([^\W\d_][^\d,/|]{1,24}?)\.?,?\s*(?:de|del|-|/|พ\.ศ\.)?\s*(\d{4})(?!\d)"
)
_MONTH_FIRST = re.compile(r"([^\W\d_][^\d,/|]{1,24}?)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:\s?(?:AM|PM)\b)?(?:\s[A-Z]{3,4}(?=\s\d))?", re.I)
_US_LIKE = ("en-us", "en-ph", "fil", "tl")


def read_date(value: Any, *, language: str = "") -> date | None:
    """The date that a value gives, or None where it gives none or could mean two (03/04/2026 without a language that decides).

    Takes ISO dates, RFC 822 dates, seconds and milliseconds since 1970, and day, month and year in words of some fifty languages.
    ``language`` (BCP 47) decides the order of all-numeric dates: month first for American English, day first for all others named.
    """
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_epoch(float(value))
    text = _TIME.sub(" ", _plain(str(value)[:120]))
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return _from_epoch(float(text))
    return _iso(text) or _named(text) or _numeric(text, language)


@remembered
def is_date(text: str) -> bool:
    """Whether a short text is a date or an age (3 days ago, vor 2 Tagen, Today) and nothing more."""
    low = _plain(text[:60]).lower().strip(" ·|-–,")
    if not low or len(low) > 40:
        return False
    untimed = _TIME.sub(" ", low).strip(" ,-|·")
    if _AGE.search(low) or low in _TODAY or untimed in _TODAY:
        return True
    shaped = _ISO.search(low) or _NUMERIC.search(low)
    if shaped:
        return len(shaped.group()) >= 0.4 * len(low)
    words = re.findall(r"[^\W\d_]+", low)
    return bool(words) and bool(re.search(r"\d", low)) and len(words) <= 4 and any(word in _months() for word in words)


_TODAY = frozenset(
    [
        *(
            "today",
            "yesterday",
            "just now",
            "just posted",
            "heute",
            "gestern",
            "aujourd'hui",
            "hier",
            "hoy",
            "ayer",
            "hoje",
            "ontem",
            "oggi",
            "ieri",
        ),
        *(
            "vandaag",
            "gisteren",
            "dzisiaj",
            "wczoraj",
            "dnes",
            "včera",
            "azi",
            "ma",
            "tegnap",
            "сегодня",
            "вчера",
            "сьогодні",
            "вчора",
            "bugün",
            "dün",
        ),
        *(
            "اليوم",
            "أمس",
            "امروز",
            "आज",
            "আজ",
            "hari ini",
            "kemarin",
            "hôm nay",
            "hôm qua",
            "วันนี้",
            "เมื่อวาน",
            "今天",
            "昨天",
            "今日",
            "昨日",
        ),
        *("오늘", "어제", "idag", "igår", "i dag", "i går", "tänään", "eilen", "σήμερα", "χθες", "היום", "אתמול"),
    ]
)
_AGE = re.compile(
    r"\b\d+\+?\s?(?:d|h|w|mo|min|m)\b(?:\s?ago)?$|\bago\b|^(?:posted|active)\b.*\d|^vor \d|^il y a\b|^hace\b|^há \d|\bfa$|\bgeleden\b"
    r"|\btemu\b|^před\b|^pred\b|^acum\b|назад|тому$|\bönce\b|^منذ|قبل"
    r"|yang lalu|\blalu$|trước$|ที่แล้ว|前$|以前$|전$|^för \d|\bsedan$|siden$|sitten$"
    r"|^πριν|^לפני|अघि|আগে|पहले"
)


def _plain(text: str) -> str:
    digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char for char in text)
    return " ".join(unicodedata.normalize("NFKC", digits).split())


def _made(year: int, month: int, day: int) -> date | None:
    if 2400 < year < 2700:  # Buddhist era of Thai dates
        year -= 543
    try:
        return date(year, month, day) if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None


def _from_epoch(value: float) -> date | None:
    seconds = value / 1000 if value > 1e11 else value
    if not 6e8 < seconds < 4.1e9:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC).date()


def _iso(text: str) -> date | None:
    found = _ISO.search(text) or _COMPACT.search(text)
    return _made(*(int(part) for part in found.groups())) if found else None


def _numeric(text: str, language: str) -> date | None:
    found = _NUMERIC.search(text)
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    if first > 12 or first == second:
        return _made(year, second, first)
    if second > 12:
        return _made(year, first, second)
    low = language.lower()
    if low.startswith(_US_LIKE):
        return _made(year, first, second)
    return _made(year, second, first) if "." in found.group() or low not in {"", "en"} else None


def _named(text: str) -> date | None:
    for pattern, order in ((_DAY_FIRST, (2, 1, 0)), (_MONTH_FIRST, (2, 0, 1))):
        for found in pattern.finditer(text):
            groups = found.groups()
            month = _month(groups[order[1]])
            if month:
                return _made(int(groups[order[0]]), month, int(groups[order[2]]))
    return None


def _month(words: str) -> int:
    low = words.lower().strip(" .'")
    tail = low.split()[-1].strip(".") if low.split() else ""
    return _months().get(low) or _months().get(low.rstrip(".")) or _months().get(tail, 0)


@cache
def _months() -> dict[str, int]:
    """Month names and abbreviations of many languages, from Unicode's CLDR; a name that means two months is left out."""
    found: dict[str, set[int]] = {}
    for name in _LOCALES.split():
        try:
            months = Locale.parse(name).months
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, word in months[context][width].items():
                    found.setdefault(unicodedata.normalize("NFKC", str(word)).lower().rstrip("."), set()).add(int(number))
    found.setdefault("sept", set()).add(9)
    return {word: min(numbers) for word, numbers in found.items() if len(numbers) == 1 and not word.isdigit() and len(word) > 1}
