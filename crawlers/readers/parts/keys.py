"""Names of fields in JSON and XML, by family: what boards and tracking systems call a title, an employer, a place (``keys.yml``).

Names are compared in lower case with letters and digits alone: ``job_title``, ``jobTitle`` and ``JOB-TITLE`` are one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


def _load() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(Path(__file__).with_name("keys.yml").read_text(encoding="utf-8"), loader))  # noqa: S506 - a safe loader


_TABLE = _load()


def _family(name: str) -> dict[str, int]:
    """The names of a family with their places: earlier is surer."""
    return {word: place for place, word in enumerate(_TABLE["families"][name].split())}


def _set(name: str) -> frozenset[str]:
    return frozenset(_TABLE["sets"][name].split())


TITLE = _family("title")
EMPLOYER = _family("employer")
PLACE = _family("place")
COUNTRY = _family("country")
TEXT = _family("text")
TEASER = _family("teaser")
URL = _family("url")
ID = _family("id")
POSTED = _family("posted")
UNTIL = _family("until")
PAY = _family("pay")
PAY_LOW = _family("pay_low")
PAY_HIGH = _family("pay_high")
PAY_CURRENCY = _family("pay_currency")
PAY_PERIOD = _family("pay_period")
LANGUAGE = _family("language")

WEAK_TITLES = _set("weak_titles")
CITY = _set("city")
REGION = _set("region")
JOBISH = _set("jobish")
CONTAINERS = _set("containers")
NOT_OWN = _set("not_own")
ASIDE = _set("aside")
OTHERS = _set("others")
"""Parts of a posting that are about other people: who applied, commented, looked. They are never read."""
WRAPPERS = CONTAINERS | _set("wrappers")
GENERIC = _set("generic")

_OWNERS = frozenset({*EMPLOYER, *PLACE, *COUNTRY, *PAY, *LANGUAGE}) | ASIDE | frozenset({"category", "categories", "sections"})


def meaning(path: tuple[str, ...]) -> str:
    """The name that tells what a value means: its own, or its parent's where its own is generic and the parent is no mere wrapper."""
    own = path[-1]
    if len(path) < 2 or own not in GENERIC or path[-2] in WRAPPERS:
        return own
    if own == "title" and path[-2] not in _OWNERS and not path[-2].endswith("description"):
        return own
    return path[-2]


@lru_cache(maxsize=20_000)
def plain(name: str) -> str:
    """A field name in lower case, letters and digits alone, without its namespace prefix or brace."""
    local = name[:120].rsplit("}", 1)[-1].rsplit(":", 1)[-1]
    return re.sub(r"[^a-z0-9]+", "", local.lower())
