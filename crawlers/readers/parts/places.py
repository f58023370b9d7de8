"""Countries by name and code, and what looks like the name of a place or of a company (words in ``places.yml``)."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError

from crawlers.remember import remembered

_LOCALES = (
    "en de fr es pt it nl pl cs sk ro hu ru uk bg sr hr tr ar fa hi ne bn ur id ms vi th km my fil sv nb da fi el he zh zh_Hant ja ko"
)
_US_STATES = r"(?:A[LKZR]|C[AOT]|DE|DC|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY])"
_REGION = re.compile(rf",\s?(?:{_US_STATES}|ON|QC|BC|AB|NSW|VIC|QLD)\b")
_US_POSTAL = re.compile(rf",\s?{_US_STATES}\s+\d{{5}}(?:-\d{{4}})?\b")
_POSTAL = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|[A-Z]-?\d{4,5})\b")


@remembered
def country_of(name: str) -> str:
    """The ISO 3166-1 alpha-2 code for a country's code or name in one of many languages, or ""."""
    bare = " ".join(name.split()).strip(" .,()")
    if re.fullmatch(r"[A-Za-z]{2}", bare):
        return bare.upper() if bare.upper() in _codes() else {"UK": "GB"}.get(bare.upper(), "")
    if re.fullmatch(r"[A-Z]{3}", bare) and bare in _table()["alpha3"]:
        return str(_table()["alpha3"][bare])
    return _names().get(_fold(bare), "")


@remembered
def country_in(place: str) -> str:
    """The country that a place names as a whole or in its last part (Berlin, Germany), or ""."""
    parts = [part.strip() for part in re.split(r"[,/|()–—]| - ", place) if part.strip()]
    for part, names in ((parts[-1:], _names()), (parts[:1], _english())):
        folded = _fold(part[0]) if part else ""
        if len(folded) > 2 and folded not in _table()["not_countries"] and folded in names:
            return names[folded]
    if _US_POSTAL.search(place):
        return "US"
    return "GB" if parts and parts[-1] == "UK" else "US" if parts and parts[-1] in {"US", "USA"} else ""


def is_remote(text: str) -> bool:
    """Whether a place only says that the work is anywhere or at home."""
    return bool(_words("remote", "").search(text[:200]))


@remembered
def place_like(text: str) -> bool:
    """Whether a short text looks like a place: a country, a known city, a region code, a postal code, or "remote"."""
    short = text.strip()
    if not short or len(short) > 90 or (short.endswith((".", "!", "?")) and len(short) > 40):
        return False
    if country_in(short) or _REGION.search(short) or is_remote(short) or _words("localities", "localities_inside").search(short):
        return True
    if short.endswith(tuple(_table()["localities_end"])):
        return True
    parts = [_fold(part) for part in re.split(r"[,/|()·–-]", short) if part.strip()]
    return any(part in _cities() for part in parts) or bool(_POSTAL.search(short) and len(short.split()) <= 8)


@remembered
def company_like(text: str) -> bool:
    """Whether a short text has a word that companies have in their names (Ltd, GmbH, 公司)."""
    return len(text) <= 120 and bool(_words("companies", "companies_inside").search(text))


@cache
def _table() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(Path(__file__).with_name("places.yml").read_text(encoding="utf-8"), loader))  # noqa: S506 - a safe loader


@cache
def _words(name: str, inside: str) -> re.Pattern[str]:
    """A list as whole words, and another one anywhere."""
    whole = _either(_table()[name])
    anywhere = f"|{_either(_table()[inside])}" if inside else ""
    return re.compile(rf"(?<![^\W\d_])(?:{whole})(?![^\W\d_]){anywhere}", re.I)


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().strip(".").lower()


@cache
def _codes() -> frozenset[str]:
    known = frozenset(str(code) for code in Locale("en").territories if re.fullmatch(r"[A-Z]{2}", str(code)))
    return known - {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


@cache
def _names() -> dict[str, str]:
    """Country names of many languages, from Unicode's CLDR."""
    found: dict[str, str] = {}
    for name in _LOCALES.split():
        try:
            territories = Locale.parse(name).territories
        except (UnknownLocaleError, ValueError):
            continue
        for code, word in territories.items():
            if str(code) in _codes() and len(word) > 1:
                found.setdefault(_fold(word), str(code))
    return {**found, **_table()["countries"]}


@cache
def _english() -> dict[str, str]:
    names = {_fold(word): str(code) for code, word in Locale("en").territories.items() if str(code) in _codes()}
    return {**names, **_table()["countries"]}


@cache
def _cities() -> frozenset[str]:
    """Some five hundred large cities: the names of the world's time zones, and some that have none of their own."""
    zones = {
        _fold(name.rsplit("/", 1)[-1].replace("_", " ")) for name in zoneinfo.available_timezones() if "/" in name and "Etc/" not in name
    }
    return frozenset((zones | {str(city) for city in _table()["cities"]}) - set(_table()["not_cities"]))
