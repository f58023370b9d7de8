"""The words of digests in each language: one file a language, English behind every missing line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from babel import Locale
from babel.dates import format_date, format_skeleton

FOLDER = Path(__file__).resolve().parent
FALLBACK = "en"

Texts = dict[str, str | dict[str, str]]


Day = date
"""The type, for methods of a class that has one of its name."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language."""

    language: str
    direction: str
    """ltr or rtl."""
    texts: Texts

    def text(self, key: str, **values: object) -> str:
        """A sentence by its key, ``bands.urgent`` for one in a table, with its values filled in."""
        table, _, line = key.partition(".")
        found = self.texts[table]
        words = found[line] if isinstance(found, dict) else found
        return words.format(**values) if values else words

    def date(self, day: date) -> str:
        """A date as this language writes it, with digits that every phone shows."""
        return format_date(day, format="medium", locale=_locale(self.language))

    def month(self, day: Day) -> str:
        """The month of a day and its year."""
        return format_skeleton("yMMMM", day, locale=_locale(self.language))

    def country(self, code: str) -> str:
        """The name of a country by its ISO 3166-1 code; the code itself where it is unknown."""
        name: str | None = _locale(self.language).territories.get(code.upper())
        return name or code

    def knows_country(self, code: str) -> bool:
        """Whether this is the code of a country or region: an advert may have anything in its place."""
        return len(code) == 2 and code.upper() in _locale(self.language).territories

    def listed(self, words: list[str]) -> str:
        """Words with this language's semicolon between them: names of indicators have commas of their own."""
        return ("؛ " if self.direction == "rtl" else "; ").join(words)


def languages() -> dict[str, str]:
    """Code and own name of every language there is, English first."""
    codes = sorted((path.stem for path in FOLDER.glob("*.yml")), key=_english_first)
    return {code: wording(code).text("name") for code in codes}


def card_languages() -> dict[str, str]:
    """Code and own name of every language that a warning card can be had in, by code."""
    codes = {path.stem for folder in (FOLDER, FOLDER / "cards") for path in folder.glob("*.yml")}
    return {code: card_wording(code).text("name") for code in sorted(codes)}


@cache
def card_wording(language: str) -> Wording:
    """The words of a card: those of messages, or of ``cards/`` for a language that has only these; else English."""
    if not language.isalpha() or not (FOLDER / "cards" / f"{language}.yml").exists():
        return wording(language)
    texts = {**_read(FALLBACK), **_read(f"cards/{language}")}
    return Wording(language, str(texts["direction"]), texts)


def _english_first(code: str) -> tuple[bool, str]:
    return code != FALLBACK, code


@cache
def wording(language: str) -> Wording:
    """The words of a language; English for one that has no file."""
    if not language.isalpha() or not (FOLDER / f"{language}.yml").exists():
        language = FALLBACK
    texts = _read(FALLBACK)
    for key, value in _read(language).items():
        base = texts.get(key)
        texts[key] = {**base, **value} if isinstance(base, dict) and isinstance(value, dict) else value
    return Wording(language, str(texts["direction"]), texts)


def _read(language: str) -> Texts:
    texts: Texts = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return texts


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)
