"""Fields by their labels, in the languages of the lists: ``Salary: 900 EUR``, a label alone above its value, ``Employer | Acme``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawlers.readers.parts import words

MAX_VALUE = 200
_SEPARATOR = re.compile(r"\s*(?:[:：]|\s[–—-]\s|\s\|\s|\t)\s*")
_FIELDS = ("title", "employer", "place", "pay", "posted", "until", "id")


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the labels of a text say."""

    values: Mapping[str, str] = field(default_factory=dict)
    """The first value of each field (title, employer, place, pay, posted, until, id)."""
    count: int = 0
    """How many different labels have a value: the more, the surer the text is an advert."""


def labelled(lines: Iterable[str], *, limit: int = 400) -> Labelled:
    """The labelled values of the first ``limit`` lines."""
    kept = [line.strip() for line, _ in zip(lines, range(limit), strict=False)]
    values: dict[str, str] = {}
    seen: set[str] = set()
    for number, line in enumerate(kept):
        for label, value in _pairs(line, kept[number + 1] if number + 1 < len(kept) else ""):
            name = words.label(label)
            seen.add(words.bare(label))
            if name in _FIELDS and name not in values and _fits(name, value):
                values[name] = value
    return Labelled(values=values, count=len(seen))


def _pairs(line: str, below: str) -> list[tuple[str, str]]:
    """The label and value of a line, or of a line and the one below it."""
    bare = line.lstrip("-* ").strip()
    if not bare:
        return []
    if len(bare) <= words.longest_label() + 12 and words.label(bare):
        usable = below and not words.label(below) and not words.is_section(below) and not below.rstrip().endswith((":", "："))
        return [(bare, below.lstrip("-*: ").strip()[:MAX_VALUE])] if usable else []
    found = _SEPARATOR.search(bare)
    if not found or found.start() > words.longest_label() + 12 or not words.label(bare[: found.start()]):
        return []
    value = bare[found.end() :].strip(" -|")
    return [(bare[: found.start()], value[:MAX_VALUE])] if value else []


def _fits(name: str, value: str) -> bool:
    """Whether a value can be of its field: names are short and no sentences, pay and dates have digits."""
    if name in {"posted", "until"}:
        return any(char.isdigit() for char in value) and len(value) <= 80
    if name in {"employer", "place", "title", "id"}:
        return len(value) <= 120 and len(value.split()) <= 16 and any(char.isalnum() for char in value) and not words.is_ui(value)
    return any(char.isdecimal() for char in value) or len(value) <= 60
