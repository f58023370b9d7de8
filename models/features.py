"""What the risk model sees of an advert: which findings, how strong, in which combination. No words, no language, no names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from adverts.records import BAND_ORDER, Band, Findings

VERSION = "findings-1"
"""Changes whenever a column is added, removed or computed otherwise: a model fits only the features it was trained on."""
SEVERITIES = ("critical", "high", "medium", "low", "context")
GROUPS = ("A", "B", "C", "D", "E", "F")


class Card(Protocol):
    """What the features need to know of an indicator."""

    @property
    def severity(self) -> str:
        """critical, high, medium, low or context."""

    @property
    def group(self) -> str:
        """A to F."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns, in order; stored with the model."""

    indicators: tuple[str, ...]
    signals: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All column names."""
        return (
            *self.indicators,
            *(f"signal:{name}" for name in self.signals),
            *(f"severity:{name}" for name in SEVERITIES),
            *(f"band:{band.value}" for band in BAND_ORDER),
            "groups",
            "strongest",
            "signals",
        )


def row(findings: Findings, band: Band, cards: Mapping[str, Card], columns: Columns) -> NDArray[np.float64]:
    """One advert as numbers: strength of each indicator and signal, indicators by severity (each counted once), band, groups met."""
    strength = _strongest({}, findings)
    seen = [name for name in {match.id for match in findings.indicators} if name in cards]
    by_severity = [sum(cards[name].severity == severity for name in seen) for severity in SEVERITIES]
    values = [
        *(strength.get(name, 0.0) for name in columns.indicators),
        *(strength.get(name, 0.0) for name in columns.signals),
        *by_severity,
        *(float(band is known) for known in BAND_ORDER),
        len({cards[name].group for name in seen if cards[name].severity not in {"low", "context"}}),
        max((match.strength for match in findings.indicators), default=0.0),
        len({match.id for match in findings.signals}),
    ]
    return np.asarray(values, dtype=np.float64)


def _strongest(found: dict[str, float], findings: Findings) -> dict[str, float]:
    for match in (*findings.indicators, *findings.signals):
        found[match.id] = max(found.get(match.id, 0.0), match.strength)
    return found


def matrix(rows: Sequence[tuple[Findings, Band]], cards: Mapping[str, Card], columns: Columns) -> NDArray[np.float64]:
    """Many adverts, one a row."""
    return np.vstack([row(findings, band, cards, columns) for findings, band in rows])
