"""Learn the weights of the second look; the same input gives the same numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from models.second import LOOKED_AT, VERSION, Candidate, Surroundings, features

STRENGTH = 0.1
"""Inverse of the regularisation: many features, few adverts."""
FOLDS = 4
SMALL = 0.02
"""Weights below this are left out."""
LIKELY_RIGHT = 0.6
"""A finding in an ordinary advert is taken for right from this probability."""
SHARES = {"critical": 0.0003, "high": 0.0006, "medium": 0.004}
"""Share of ordinary adverts that may keep a wrong finding of a severity after the second look."""
BOUNDS = {"critical": (0.3, 0.5), "high": (0.3, 0.5), "medium": (0.3, 0.5)}
"""Least and most a threshold may be: ordinary adverts alone do not decide."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One advert with what was found in it before the second look."""

    group: str
    """Adverts of one group never stand on both sides of a split."""
    candidates: tuple[Candidate, ...]
    around: Surroundings
    right: frozenset[str]
    """Indicators its labeller found; in an ordinary advert those that a reader of the findings judged right."""
    ordinary: bool = False
    """Nobody labelled it: nearly all that is found in it is wrong."""


def fit(adverts: Sequence[Seen], severities: Mapping[str, str], *, weight: float) -> dict[str, Any]:
    """The weights as plain data for ``second.FILE``; ``weight`` is how much one ordinary advert counts beside a labelled one."""
    rows = list(_rows(adverts, severities))
    place = {name: column for column, name in enumerate(sorted({name for row in rows for name in row.values}))}
    first = _held_out(rows, place, weight)
    # a few ordinary adverts do carry what was found: those that look right to models which did not see them are left out
    rows = [row for row, likely in zip(rows, first, strict=True) if not (row.unread and likely >= LIKELY_RIGHT)]
    model, held = _fitted(rows, place, weight), _held_out(rows, place, weight)
    learned = {name: round(float(model.coef_[0, column]), 3) for name, column in place.items()}
    ordinary = sum(one.ordinary for one in adverts)
    return {
        "features": VERSION,
        "weights": {name: value for name, value in learned.items() if abs(value) >= SMALL},
        "indicators": sorted({row.indicator for row in rows}),
        "bias": round(float(model.intercept_[0]), 3),
        "least": {severity: _least(severity, held, rows, ordinary) for severity in sorted(SHARES)},
        "measured": {"labelled": len(adverts) - ordinary, "ordinary": ordinary, "findings": len(rows)},
    }


@dataclass(frozen=True, slots=True)
class _Row:
    seen: Seen
    indicator: str
    severity: str
    values: dict[str, float]
    right: bool

    @property
    def unread(self) -> bool:
        """Taken for wrong because nobody said that it is right."""
        return self.seen.ordinary and not self.right


def _rows(adverts: Sequence[Seen], severities: Mapping[str, str]) -> Iterator[_Row]:
    for seen in adverts:
        for one in seen.candidates:
            severity = severities.get(one.match.id, "")
            if severity in LOOKED_AT:
                yield _Row(
                    seen, one.match.id, severity, dict(features(one, seen.candidates, seen.around, severities)), one.match.id in seen.right
                )


def _matrix(rows: Sequence[_Row], place: Mapping[str, int]) -> csr_matrix:
    at, columns, values = [], [], []
    for number, row in enumerate(rows):
        for name, value in row.values.items():
            at.append(number)
            columns.append(place[name])
            values.append(value)
    return csr_matrix((values, (at, columns)), shape=(len(rows), len(place)))


def _fitted(rows: Sequence[_Row], place: Mapping[str, int], weight: float) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, max_iter=4000)
    weights = [weight if row.unread else 1.0 for row in rows]
    return model.fit(_matrix(rows, place), [row.right for row in rows], sample_weight=weights)


def _held_out(rows: Sequence[_Row], place: Mapping[str, int], weight: float) -> NDArray[np.float64]:
    """Probability of each finding from a model that did not see its advert."""
    held = np.zeros(len(rows))
    x = _matrix(rows, place)
    for train, test in GroupKFold(n_splits=FOLDS).split(x, groups=[row.seen.group for row in rows]):
        held[test] = _fitted([rows[number] for number in train], place, weight).predict_proba(x[test])[:, 1]
    return held


def _least(severity: str, held: NDArray[np.float64], rows: Sequence[_Row], ordinary: int) -> float:
    strongest: dict[int, float] = {}
    for value, row in zip(held, rows, strict=True):
        if row.unread and row.severity == severity:
            strongest[id(row.seen)] = max(strongest.get(id(row.seen), 0.0), float(value))
    allowed = int(ordinary * SHARES[severity])
    ordered = sorted(strongest.values(), reverse=True)
    measured = ordered[allowed] + 0.001 if len(ordered) > allowed else 0.0
    low, high = BOUNDS[severity]
    return round(min(high, max(low, measured)), 3)
