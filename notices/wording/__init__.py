"""The words around public notices: one file a language, English behind every missing line and language."""

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
FALLBACK = "en"


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
    """The languages that have words, English first."""
    return (FALLBACK, *sorted({path.stem for path in FOLDER.glob("*.yml")} - {FALLBACK}))


@cache
def wording(language: str) -> Wording:
    """The words of a language; the English ones, marked as English, where it has none."""
    if language not in codes():
        language = FALLBACK
    texts = {**_read(FALLBACK), **_read(language)}
    return Wording(language, texts)


def day(value: date, language: str) -> str:
    """A date as a language writes it."""
    return format_date(value, format="long", locale=language if is_known(language) else FALLBACK)


def _read(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return texts
