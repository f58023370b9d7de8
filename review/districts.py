"""Districts of adverts: the parts of a place as a board writes it, folded so that two spellings meet.

Boards write places as they like ("Faro, Algarve", "LISBOA (Portugal)"), so a district is a part between commas and the like, in
small letters, without accents, numbers (postcodes) and the name of the country of work.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache

from babel import Locale

LONGEST = 60
"""Characters of a district; a longer part is a sentence and no place."""

MOST = 12
"""Districts of one case, the commonest of its copies."""

_APART = re.compile(r"[,;/|()\[\]\n\r\t•·、，；،؛]|\s[-–—]\s")
_ACCENTS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart into a letter and its accent."""

_READ_IN = ("en", "es", "fr", "pt", "ar", "hi", "ne", "bn", "id", "ru", "pl", "tr")
_SHORT = {"US": ("usa", "united states of america"), "GB": ("uk", "great britain"), "AE": ("uae",)}


def folded(text: str) -> str:
    """A place as it is compared: small letters, no accents, hidden characters or spare blanks; at most ``LONGEST`` characters."""
    plain = "".join(" " if char < " " else char for char in unicodedata.normalize("NFKD", text[:500]) if not _hidden(char))
    plain = _ACCENTS.sub("", plain.casefold()).translate(_LETTERS)
    return " ".join(unicodedata.normalize("NFKC", plain).split())[:LONGEST].strip()


def of_place(place: str, country: str) -> tuple[str, ...]:
    """The districts of one place, in its order, each once. ``country`` is the ISO code of the country of work, or empty."""
    found = dict.fromkeys(name for part in _APART.split(place[:500]) if (name := _district(part, country)))
    return tuple(found)


def commonest(places: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The districts of some (place, country), those of the most places first, at most ``MOST``."""
    counted = Counter(name for place, country in places for name in of_place(place, country))
    return tuple(sorted(counted, key=lambda name: (-counted[name], name))[:MOST])


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cf", "Cs", "Co", "Cn")


def _district(part: str, country: str) -> str:
    if len(part.strip()) > LONGEST:
        return ""
    words = [word for word in folded(part).split() if not any(char.isdigit() for char in word)]
    name = " ".join(words).strip(" .-:")
    if name in _names(country):
        return ""
    for long in _endings(country):
        if name.endswith(f" {long}"):  # "Odessa, TX United States"
            name = name.removesuffix(f" {long}").strip()
            break
    return name if len(name) > 1 else ""


@cache
def _endings(country: str) -> tuple[str, ...]:
    """Names that are taken off the end of a part, the longest first: "Guinea" alone would leave "Papua New"."""
    return tuple(sorted((name for name in _names(country) if len(name) > 3), key=lambda name: (-len(name), name)))


@cache
def _names(country: str) -> frozenset[str]:
    """What a country is called, folded; where none is given every country in English."""
    if not country:
        every = {folded(name) for code, name in Locale("en").territories.items() if len(code) == 2}
        return frozenset(every | {name for names in _SHORT.values() for name in names})
    named = {folded(Locale(language).territories.get(country, "")) for language in _READ_IN}
    return frozenset((named | {country.casefold(), *_SHORT.get(country, ())}) - {""})
