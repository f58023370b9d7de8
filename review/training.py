"""Practice on the examples of the catalogue: minimal pairs of words that carry a sign and words that do not."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.contrib.auth.models import User
from django.db.models import Count, Q

from nlp import catalogue
from review.models import Practice

USUAL = "en"
"""Language practised in where nothing else is chosen."""

MIXED = "mixed"
"""Stands for the language of examples that name none: they are in several."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One example and what is right about it."""

    key: str
    indicator: str
    text: str
    language: str
    carries: bool
    """Whether these words carry the indicator."""


@dataclass(frozen=True, slots=True)
class Score:
    """What one person answered."""

    answered: int
    right: int


def key(indicator: str, text: str) -> str:
    """The name of an example, the same as long as neither changes."""
    return hashlib.sha256(f"{indicator}\x1f{text}".encode()).hexdigest()


@cache
def exercises() -> dict[str, Exercise]:
    """All examples of indicators by key; in an order that mixes indicators, the same for everybody."""
    found = {}
    for rule in catalogue.indicators():
        if not rule.is_signal:
            for example in rule.examples:
                name = key(rule.id, example.text)
                found[name] = Exercise(name, rule.id, example.text, example.language or MIXED, example.matches)
    return dict(sorted(found.items()))


@cache
def languages() -> tuple[str, ...]:
    """Languages there are exercises in, by code; ``MIXED`` among them."""
    return tuple(sorted({one.language for one in exercises().values()}))


def following(user: User, language: str) -> Exercise | None:
    """The next exercise in a language: one the person has not answered, else the one answered longest ago."""
    there = [name for name, one in exercises().items() if one.language == language]
    seen = list(Practice.objects.filter(user=user, example__in=there).order_by("pk").values_list("example", flat=True))
    answered = set(seen)
    fresh = next((name for name in there if name not in answered), None)
    name = fresh or _longest_ago(seen)
    return exercises()[name] if name else None


def answer(user: User, name: str, *, said: bool, now: datetime) -> Practice:
    """Keep an answer; raises ``KeyError`` for an exercise there is not."""
    return Practice.objects.create(user=user, example=name, said=said, right=said == exercises()[name].carries, at=now)


def score(user: User) -> Score:
    """All answers of a person; each counts, those to a repeated exercise too."""
    numbers = Practice.objects.filter(user=user).aggregate(all=Count("pk"), right=Count("pk", filter=Q(right=True)))
    return Score(numbers["all"], numbers["right"])


def _longest_ago(seen: Collection[str]) -> str | None:
    last = {name: place for place, name in enumerate(seen)}
    return min(last, key=last.__getitem__, default=None)
