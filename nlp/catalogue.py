"""Indicators and protective signals as the finder uses them: one file each under ``nlp/indicators`` and ``nlp/signals``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from adverts.records import FairwatchError
from nlp import situations
from nlp.situations import Situation

FOLDER = Path(__file__).parent
SEVERITIES = ("critical", "high", "medium", "low", "context")


class CatalogueError(FairwatchError):
    """An indicator file cannot be used; names file, key, value and remedy."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must or must not match."""

    text: str
    matches: bool
    language: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator (or protective signal): when it is there and how much it weighs."""

    id: str
    title: str
    why: str
    severity: str
    """critical, high, medium, low, context; ``protective`` for a signal."""
    group: str
    situations: tuple[Situation, ...]
    examples: tuple[Example, ...]
    fraud: bool = False
    """Ordinary fraud: alone it goes to the fraud desk (catalogue, section 3)."""

    @property
    def is_signal(self) -> bool:
        """Whether this is a protective signal."""
        return self.severity == "protective"


def load(path: Path) -> Indicator:
    """Read one file. Raises ``CatalogueError`` or ``SituationError`` naming file and key."""
    try:
        data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 (all text: "no" must stay a word)
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path.name}: not valid YAML: {error}") from error
    severity = str(data.get("severity", "protective"))
    if severity not in (*SEVERITIES, "protective"):
        raise CatalogueError(f"{path.name}: severity {severity!r} is none of {', '.join(SEVERITIES)}")
    found = tuple(
        situations.parse(entry, where=f"{path.name}: situation {number}") for number, entry in enumerate(data.get("situations", []), 1)
    )
    phrase = situations.Situation(
        ((f"phrase.{path.stem}",),),
        12,
        frozenset(),
        frozenset(),
        frozenset(),
        False,
        0.85,
        data.get("phrases_negatable", "true") == "true",
        data.get("payer") == "worker",
        "sentence",
        "",
    )
    return Indicator(
        id=path.stem,
        title=str(data["title"]),
        why=str(data.get("why", data["title"])),
        severity=severity,
        group=str(data.get("group", "")),
        situations=(phrase, *found),
        examples=tuple(_examples(data.get("examples", {}))),
        fraud=data.get("fraud") == "true",
    )


def _examples(data: Mapping[str, Any]) -> list[Example]:
    found = []
    for key, matches in (("must", True), ("must_not", False)):
        for entry in data.get(key, []) or []:
            text, language = (entry, "") if isinstance(entry, str) else (entry["text"], entry.get("lang", ""))
            found.append(Example(str(text), matches, str(language)))
    return found


@cache
def indicators(folder: Path = FOLDER) -> tuple[Indicator, ...]:
    """All indicators and signals, in order of their ids, indicators first."""
    return tuple(load(path) for kind in ("indicators", "signals") for path in sorted((folder / kind).glob("*.yml")))


@cache
def by_id() -> dict[str, Indicator]:
    """Indicators and signals by id."""
    return {indicator.id: indicator for indicator in indicators()}


@cache
def version() -> str:
    """A name for the rules in use: changes whenever an indicator, a language or the code that reads them changes."""
    digest = hashlib.sha256()
    for pattern in ("indicators/*.yml", "signals/*.yml", "languages/*.yml", "concepts.yml", "*.py"):
        for path in sorted(FOLDER.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"rules-{digest.hexdigest()[:12]}"
