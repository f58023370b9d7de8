"""Names of indicators and protective signals in 21 languages, locked: a text holds ``[[recruitment-fee]]``, readers get the one name.

So that no translator calls one thing by two names. Names in twelve languages stand on the cards themselves (``nlp/indicators``,
``nlp/signals``), the others in ``notices/names``. None has been checked by a native speaker yet; ``is_checked`` says so.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext

from notices.content import Content

FOLDER = Path(__file__).resolve().parent / "names"

NATIVE_CHECKED: frozenset[str] = frozenset({"en"})
"""Languages whose names a native speaker has looked at; add a code once one has."""

_TOKEN = re.compile(r"\[\[([a-z0-9-]{1,60})\]\]")


def is_checked(language: str) -> bool:
    """Whether a native speaker has looked at the names of a language."""
    return language in NATIVE_CHECKED


@cache
def names(language: str) -> dict[str, str]:
    """The name of each indicator and signal by id; English where a language has none."""
    from adverts.store import cards  # the ledger needs Django; the rules, which import this module, do not

    own = _own(language)
    return {key: own.get(key) or card.titles.get(language) or card.title for key, card in cards().items()}


@cache
def ids() -> frozenset[str]:
    """All ids that have a name; the same in every file of ``names`` and on the cards (a test compares them)."""
    return frozenset(_own("ro"))


def filled(text: str, language: str) -> str:
    """The text with each ``[[id]]`` replaced by the locked name; an unknown id stays as it is."""
    return _TOKEN.sub(lambda found: names(language).get(found.group(1), found.group()), text)


def tokens(text: str) -> frozenset[str]:
    """The ids a text names."""
    return frozenset(_TOKEN.findall(text))


def faults(content: Content) -> tuple[str, ...]:
    """Unknown ids, and translations that do not name what their source names."""
    found = []
    source = content.source
    wanted = tokens(f"{source.title} {source.body}") if source else None
    for text in content.texts:
        here = tokens(f"{text.title} {text.body} {text.short}")
        unknown = gettext("%(language)s: [[%(name)s]] is no name of the glossary.")
        found += [unknown % {"language": text.language, "name": key} for key in sorted(here - ids())]
        if wanted is not None and text.checked and tokens(f"{text.title} {text.body}") != wanted:
            said = gettext("%(language)s: names other indicators in [[...]] than the source does; use the same ones.")
            found.append(said % {"language": text.language})
    return tuple(found)


def _own(language: str) -> dict[str, str]:
    path = FOLDER / f"{language}.yml"
    if language not in _available():
        return {}
    read: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


@cache
def _available() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.yml"))
