"""What notices can be about: corridors and occupations, as short closed lists that readers can choose from."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from django.utils.translation import get_language, gettext

from notices.languages import is_known
from notices.wording import wording

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
    """Code and name in the reader's language for forms, by name; the empty choice first."""
    return [("", gettext("Any country")), *sorted(countries(get_language() or "en").items(), key=lambda item: item[1])]


def occupation_choices() -> list[tuple[str, str]]:
    """Kinds of work by their names in the reader's language, for forms; the empty choice first."""
    names = wording(get_language() or "en").texts["work"]
    return [("", gettext("Any work")), *((name, names[name]) for name in OCCUPATIONS)]
