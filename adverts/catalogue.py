"""The cards of indicators and protective signals as people read them, from the one file each has in ``nlp/``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from settings.env import ROOT


@dataclass(frozen=True, slots=True)
class IndicatorCard:
    """What a page says of one indicator or protective signal."""

    id: str
    title: str
    definition: str
    counts: str
    does_not_count: str
    source: str
    severity: str
    """critical, high, medium, low or context; ``protective`` for a signal."""
    group: str
    """A to F; empty for a signal."""
    question: str
    """What an inspector may ask about it."""
    ilo: str = ""
    """How the ILO's operational indicators grade the situation."""
    titles: dict[str, str] = field(default_factory=dict)
    """Title in other languages, by code."""


@cache
def cards() -> dict[str, IndicatorCard]:
    """All cards by id, indicators first, each group in the order of its files."""
    found: dict[str, IndicatorCard] = {}
    for folder in ("indicators", "signals"):
        for path in sorted((ROOT / "nlp" / folder).glob("*.yml")):
            found[path.stem] = _card(path)
    return found


def indicator(indicator_id: str) -> IndicatorCard:
    """The card of an id; an id that has no file any more (an old assessment) gets a card that says only its name."""
    name = indicator_id.replace("-", " ")
    return cards().get(indicator_id) or IndicatorCard(indicator_id, name.capitalize(), "", "", "", "", "low", "", "")


def _card(path: Path) -> IndicatorCard:
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 (all text, as the finder reads it)
    texts = {
        name: str(data.get(name, "")) for name in ("title", "definition", "counts", "does_not_count", "source", "question", "ilo", "group")
    }
    return IndicatorCard(id=path.stem, severity=str(data.get("severity", "protective")), titles=dict(data.get("titles", {})), **texts)
