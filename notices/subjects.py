"""What notices can be about: corridors and occupations, as short closed lists that readers can choose from."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from notices.languages import is_known

OCCUPATIONS = ("care", "construction", "domestic", "driving", "factory", "farm", "fishing", "hospitality", "online")
"""Everyday groups of work; each has its name in every language of ``notices/public_words``."""


@cache
def countries(language: str) -> dict[str, str]:
    """Names of all countries by ISO 3166-1 alpha-2 code, in a language; English where the language is not known to CLDR."""
    names = Locale.parse(language if is_known(language) else "en").territories
    english = Locale.parse("en").territories
    codes = [str(code) for code in english if re.fullmatch(r"[A-Z]{2}", str(code)) and code not in NO_COUNTRIES]
    return {code: str(names.get(code) or english[code]) for code in codes}


NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})
"""CLDR's two-letter codes that are no country."""


def country_name(code: str, language: str) -> str:
    """What a language calls a country; the code itself where it is none."""
    return countries(language).get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Code and English name for forms, by name; the empty choice first."""
    return [("", "Any country"), *sorted(countries("en").items(), key=lambda item: item[1])]
