"""Risk of one advert in 0..1 from its findings, with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adverts.records import Band, Findings
from models.artefacts import RiskModel
from models.features import Card, row

FLOOR: dict[Band, float] = {Band.URGENT: 0.6, Band.PRIORITY: 0.4, Band.LABOUR_LAW: 0.3, Band.FRAUD: 0.25, Band.WATCH: 0.15, Band.NONE: 0.0}
"""Least risk of an advert in a band: the written combination rule is never overruled downwards by the model."""
CEILING: dict[Band, float] = {Band.URGENT: 1.0, Band.PRIORITY: 0.85, Band.LABOUR_LAW: 0.7, Band.FRAUD: 0.6, Band.WATCH: 0.5, Band.NONE: 0.3}
"""Most risk of an advert in a band: the model orders within a band and a little beyond, it does not invent urgency."""


def risk(findings: Findings, band: Band, cards: Mapping[str, Card], *, model: RiskModel) -> float:
    """How soon to look, 0..1: orders the queue. Not a probability of a crime.

    The mean of two calibrated probabilities (worth a look; look soon), kept between floor and ceiling of the band.
    """
    if not findings.indicators:
        return 0.0
    values = tuple(row(findings, band, cards, model.columns).tolist())
    return round(min(CEILING[band], max(FLOOR[band], _probability(model, values))), 4)


@lru_cache(maxsize=4096)
def _probability(model: RiskModel, values: tuple[float, ...]) -> float:
    x = np.asarray(values)
    return float(0.6 * _plain(model.high).probability(x) + 0.4 * _plain(model.medium).probability(x))


@dataclass(frozen=True, slots=True)
class _Plain:
    """The numbers of a calibrated classifier: what scikit-learn computes from them takes it a hundred times as long for one advert."""

    weights: NDArray[np.float64]
    """One row a fold."""
    bias: NDArray[np.float64]
    slope: NDArray[np.float64]
    offset: NDArray[np.float64]

    def probability(self, x: NDArray[np.float64]) -> float:
        """The mean over the folds of the calibrated probability, as ``CalibratedClassifierCV.predict_proba`` gives it."""
        return float(np.mean(1.0 / (1.0 + np.exp(self.slope * (self.weights @ x + self.bias) + self.offset))))


@lru_cache(maxsize=16)
def _plain(classifier: Any) -> _Plain:
    folds = classifier.calibrated_classifiers_
    return _Plain(
        np.vstack([fold.estimator.coef_[0] for fold in folds]),
        np.asarray([fold.estimator.intercept_[0] for fold in folds]),
        np.asarray([fold.calibrators[0].a_ for fold in folds]),
        np.asarray([fold.calibrators[0].b_ for fold in folds]),
    )
