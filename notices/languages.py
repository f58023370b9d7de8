"""The languages a notice can be written in: their own names and directions."""

from __future__ import annotations

from functools import cache

from babel import Locale

CODES = (
    "en", "es", "fr", "pt", "ro", "pl", "uk", "ru", "lt", "bg", "sq", "tr", "ar", "fa", "ur", "hi", "bn", "ne", "pa", "ta", "si",
    "th", "my", "km", "lo", "vi", "id", "fil", "zh", "am", "ti", "sw", "ha",
)  # fmt: skip
"""BCP 47 codes."""


def is_known(code: str) -> bool:
    """Whether notices can be written in it."""
    return code in CODES


@cache
def own_name(code: str) -> str:
    """What speakers call the language; the code itself where that is unknown."""
    if not is_known(code):
        return code
    locale = Locale.parse(code)
    name: str | None = locale.get_language_name(code) or locale.english_name
    return name or code


@cache
def direction(code: str) -> str:
    """ltr or rtl."""
    return Locale.parse(code).text_direction if is_known(code) else "ltr"


def choices() -> list[tuple[str, str]]:
    """Code and "own name (English name)", for forms."""
    return [(code, f"{own_name(code)} ({Locale.parse(code).english_name})") for code in CODES]


DETECTED = (
    "en", "es", "fr", "pt", "ar", "hi", "ne", "bn", "fil", "id", "vi", "ru", "uk", "ro", "pl", "lt", "tr", "th", "sw", "am", "zh",
)  # fmt: skip
"""The 21 languages of the catalogue of indicators: names of indicators and all public pages exist in each."""
