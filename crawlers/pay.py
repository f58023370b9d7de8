"""Pay as written into numbers: amounts, currency and period in the notations of many languages; what is unsure stays None.

``raw`` always keeps the words. A bare ``$`` or ``kr`` names no currency unless the country is known.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml
from babel.core import get_global

from adverts.records import Pay
from crawlers.remember import remembered

MAX_RAW = 300
"""Longest pay text kept, in characters."""


def _load() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(Path(__file__).with_name("pay.yml").read_text(encoding="utf-8"), loader))  # noqa: S506 - a safe loader


_TABLE = _load()
_SIGNS: dict[str, str] = _TABLE["signs"]
_BY_LENGTH = [(sign, _SIGNS[sign]) for sign in sorted(_SIGNS, key=len, reverse=True)]
_WORDS: dict[str, str] = _TABLE["words"]
_ALIASES: dict[str, str] = _TABLE["aliases"]
_BY_COUNTRY: dict[str, dict[str, str]] = _TABLE["by_country"]
_TIMES: dict[str, float] = {word: float(times) for word, times in _TABLE["times"].items()}
_UNITS: dict[str, str] = _TABLE["units"]
_WEAK = frozenset(_TABLE["weak_periods"])
_PERIOD = [
    (name, re.compile(rf"(?<![^\W\d_])(?:{'|'.join(words.split())})\.?(?![^\W\d_])", re.I)) for name, words in _TABLE["periods"].items()
]
_PERIOD_INSIDE: dict[str, list[str]] = _TABLE["periods_inside"]

_ISO = frozenset(entry[0] for entries in get_global("territory_currencies").values() for entry in entries) - {"ALL", "TOP", "CUP", "LEK"}
"""All ISO 4217 codes that a country uses or used, without those that are common words."""
_NUMBER = r"\d[\d.,'’٬٫ \u00a0\u202f\u2009]*\d|\d"
_LATIN_TIMES = "|".join(sorted((re.escape(word) for word in _TIMES if word[0] < "\u0e00"), key=len, reverse=True))
_OTHER_TIMES = "|".join(word for word in _TIMES if word[0] >= "\u0e00")
_AMOUNT = re.compile(rf"({_NUMBER})\s*(?:({_OTHER_TIMES})|({_LATIN_TIMES})\.?(?![^\W\d_]))?", re.I)
_CODE = re.compile(r"(?<![A-Z])([A-Z]{3})(?![A-Z])")
_MONEY_WORDS = "|".join(sorted(map(re.escape, [*_WORDS, *_ALIASES]), key=len, reverse=True))
_WORD_CURRENCY = re.compile(rf"(?<![^\W\d_])({_MONEY_WORDS})\.?(?![^\W\d_])", re.I)
_LENGTH = re.compile(
    r"(?<![\d$£€¥₹.,])\d{1,2}(?:\s?(?:-|–|to|bis|a|à)\s?\d{1,2})?\s?-?\s?(?:months|hours|hrs|years|days|weeks|monate|stunden|tage|jahre|"
    r"meses|horas|días|dias|años|anos|mois|heures|jours|ans|mesi|ore|giorni|anni|miesi\w+|godzin|dni|lat|час\w+|дн\w+|лет|год[аы])(?![^\W\d_])",
    re.I,
)
"""Lengths of time, which are no amounts: 24 months, 36 to 72 hours."""
_BETWEEN = re.compile(
    r"^[\s.]*(?:[-–—~〜～]|to|a|à|bis|do|до|до|đến|tới|sampai|hingga|s/d|至|から|و|til|till|tot|ile|arası|and|et|y|i)[\s.]*$", re.I
)
_MARK = (
    "(?:" + "|".join(re.escape(sign) for sign in _SIGNS) + rf"|\$|¥|₨|(?<![^\W\d_])(?:{_MONEY_WORDS})\.?(?![^\W\d_])"
    r"|(?<![^\W\d_])(?:" + "|".join(sorted(_ISO)) + r")(?![^\W\d_]))"
)
_NEAR = r"(?:\d[\d.,'’ \u00a0]{0,14}(?:k|тыс|tys|mil|tr|triệu|jt|万|萬|만)?\.?)"
_BESIDE = re.compile(rf"{_MARK}\s{{0,2}}{_NEAR}|{_NEAR}\s{{0,2}}{_MARK}", re.I)


def read_pay(raw: str, *, country: str = "") -> Pay | None:
    """Pay from its words, None for no words. ``raw`` is kept; numbers, currency and period stay None where the words leave them open.

    ``country`` (ISO 3166-1 alpha-2) settles signs that several currencies share.
    """
    kept = " ".join(raw.split())[:MAX_RAW]
    if not kept:
        return None
    text = _LENGTH.sub(" ", _plain_digits(kept))
    low, high = _range(text)
    currency = _currency(text, country) if low is not None else None
    return Pay(raw=kept, low=low, high=high, currency=currency, period=_period(text) if low is not None else None)


@remembered
def find_pay(text: str, *, country: str = "") -> Pay | None:
    """The first piece of a short text that is surely pay: an amount directly beside a currency. None where there is none."""
    for piece in re.split(r"[\n|•·;]", _plain_digits(text[:2000])):
        if len(piece) <= 160 and any(map(str.isdigit, piece)) and _BESIDE.search(piece):
            found = read_pay(piece, country=country)
            if found and found.low is not None:
                return found
    return None


def pay_of(*, low: Any = None, high: Any = None, currency: str = "", period: str = "", raw: str = "", country: str = "") -> Pay | None:
    """Pay from separate fields, as structured data gives them; None where none of them says anything."""
    least, most = _number(low), _number(high)
    words = " ".join(raw.split())[:MAX_RAW] or _written(low, high, currency, period)
    if least is None and most is None:
        return read_pay(words, country=country) if words else None
    code = currency.strip().upper()
    if least is not None and most is not None and least > most > 0:
        least, most = most, least
    return Pay(
        raw=words,
        low=least or None,
        high=(most if most is not None else least) or None,
        currency=code if code in _ISO else _currency(currency, country),
        period=period_of(period),
    )


def period_of(text: str) -> str | None:
    """The period that a unit (``MONTH``, ``per annum``, ``PA``, ``月給``) stands for, or None."""
    low = text.strip().lower().replace("_", " ")
    return _UNITS[low] or None if low in _UNITS else _period(low)


def _written(low: Any, high: Any, currency: str, period: str) -> str:
    amounts = [str(value).strip() for value in (low, high) if _number(value)]
    if not amounts:
        return ""
    return " ".join(part for part in ("-".join(dict.fromkeys(amounts)), currency.strip(), period.strip()) if part)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _bounded(float(value)) if value > 0 else None
    if str(value).strip().startswith("-"):
        return None
    found = _AMOUNT.search(_plain_digits(str(value)[:100]))
    return _bounded(_value(found.group(1)) * _TIMES.get(_word(found), 1)) if found else None


def _bounded(value: float) -> float | None:
    return value if 0 <= value < 1e13 else None


def _plain_digits(text: str) -> str:
    """Native digits (Arabic, Devanagari, Thai, full width) as 0-9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char for char in text)


def _range(text: str) -> tuple[float | None, float | None]:
    found = [match for match in _AMOUNT.finditer(text) if not _is_noise(text, match)][:4]
    if not found:
        return None, None
    values = [_value(match.group(1)) for match in found]
    times = [_TIMES.get(_word(match), 1.0) for match in found]
    if len(found) > 1 and _joined(text, found[0], found[1]):
        if times[0] == 1 and times[1] > 1 and values[0] < 1000:
            times[0] = times[1]
        low, high = sorted((values[0] * times[0], values[1] * times[1]))
        return _bounded(low), _bounded(high)
    first = _bounded(values[0] * times[0])
    return first, first


def _word(match: re.Match[str]) -> str:
    """The multiplier written after an amount, "" where there is none."""
    return (match.group(2) or match.group(3) or "").lower()


def _joined(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    """Whether nothing but a dash or "to" (and a currency) stands between two amounts."""
    between = text[first.end() : second.start()]
    for sign in _SIGNS:
        between = between.replace(sign, " ")
    between = _CODE.sub(" ", _WORD_CURRENCY.sub(" ", between.replace("$", " ").replace("¥", " ")))
    return bool(_BETWEEN.match(between))


def _is_noise(text: str, match: re.Match[str]) -> bool:
    """Percentages and 13th salaries are no amounts of pay."""
    return text[match.end() : match.end() + 8].lstrip().startswith(("%", "th ", "º", "ª"))


def _value(digits: str) -> float:
    """The number that digits with separators write: 1.500,50 and 1,500.50 and 1 500 and 1,00,000."""
    bare = re.sub(r"[\s'’\u00a0\u202f\u2009٬]", "", digits).replace("٫", ".").strip(".,")
    last_dot, last_comma = bare.rfind("."), bare.rfind(",")
    if last_dot >= 0 and last_comma >= 0:
        decimal = "." if last_dot > last_comma else ","
        bare = bare.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif last_dot >= 0 or last_comma >= 0:
        mark = "." if last_dot >= 0 else ","
        tail = len(bare) - bare.rfind(mark) - 1
        bare = bare.replace(mark, "") if bare.count(mark) > 1 or (tail == 3 and not bare.startswith("0")) else bare.replace(mark, ".")
    try:
        return float(bare)
    except ValueError:
        return 0.0


def _currency(text: str, country: str) -> str | None:
    for sign, code in _BY_LENGTH:
        if sign in text:
            return code
    for match in _CODE.finditer(text):
        if match.group(1) in _ISO:
            return match.group(1)
    for beside in _BESIDE.finditer(text):
        lower = re.search(r"(?<![^\W\d_])[a-z]{3}(?![^\W\d_])", beside.group())
        if lower and lower.group().upper() in _ISO:
            return lower.group().upper()
    for match in _WORD_CURRENCY.finditer(text):
        word = match.group(1).lower()
        found = _WORDS.get(word) or _BY_COUNTRY.get(_ALIASES.get(word, word), {}).get(country.upper())
        if found:
            return found
    for sign in ("$", "¥"):
        if sign in text:
            return _BY_COUNTRY[sign].get(country.upper())
    return None


def _period(text: str) -> str | None:
    for name, words in _PERIOD_INSIDE.items():
        if any(word in text for word in words):
            return name
    hits = [(name, match) for name, pattern in _PERIOD if (match := pattern.search(text))]
    found = [(match.group().lower().rstrip(".") in _WEAK, match.start(), name) for name, match in hits]
    return min(found)[2] if found else None
