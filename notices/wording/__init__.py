"""The words of the public pages: ``core`` in 21 languages, the words around the text of a notice in fewer, English behind the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date

from notices.languages import direction, is_known

FOLDER = Path(__file__).resolve().parent
CORE = FOLDER / "core"
FALLBACK = "en"

NATIVE_CHECKED: frozenset[str] = frozenset({"en"})
"""Languages whose words a native speaker has read; pages in the others say that none has."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language."""

    language: str
    texts: dict[str, Any]

    @property
    def direction(self) -> str:
        """ltr or rtl."""
        return direction(self.language)


def codes() -> tuple[str, ...]:
    """The languages of the pages of the site, English first, the others by their codes."""
    return (FALLBACK, *sorted({path.stem for path in CORE.glob("*.yml")} - {FALLBACK}))


@cache
def wording(language: str) -> Wording:
    """The words of the pages of the site in a language; the English ones, marked as English, where it has none."""
    code = language if language in codes() else FALLBACK
    return Wording(code, {**read(FOLDER, FALLBACK), **read(CORE, code), **(read(FOLDER, code) if code in full_codes() else {})})


@cache
def full_codes() -> tuple[str, ...]:
    """The languages that also have the words around the text of a notice."""
    return tuple(code for code in codes() if (FOLDER / f"{code}.yml").is_file())


def full_wording(language: str) -> Wording:
    """The words around the text of a notice: all in one language, English where any would be missing."""
    return wording(language if language in full_codes() else FALLBACK)


def day(value: date, language: str) -> str:
    """A date as a language writes it."""
    return format_date(value, format="long", locale=language if is_known(language) else FALLBACK)


@cache
def read(folder: Path, language: str) -> dict[str, Any]:
    """The words of one file."""
    texts: dict[str, Any] = yaml.safe_load((folder / f"{language}.yml").read_text(encoding="utf-8"))
    return texts
