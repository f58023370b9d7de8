"""Train the risk model from labelled adverts whose findings are given; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

from adverts.records import Band, Findings
from models.features import VERSION, Card, Columns, matrix

FOLDS = 5
SEED = 20261125


@dataclass(frozen=True, slots=True)
class Labelled:
    """An advert of the corpus: what was found in it and how soon its labeller says to look."""

    id: str
    group: str
    """Adverts of one group (language and register here) never stand on both sides of a split."""
    language: str
    findings: Findings
    band: Band
    risk: str
    """none, low, medium or high."""


def fit(adverts: Sequence[Labelled], cards: Mapping[str, Card], columns: Columns) -> tuple[dict[str, Any], dict[str, Any]]:
    """The model as plain data for ``artefacts.save``, and the figures for its card (on grouped splits)."""
    x = matrix([(advert.findings, advert.band) for advert in adverts], cards, columns)
    groups = np.asarray([advert.group for advert in adverts])
    targets = {"high": _target(adverts, {"high"}), "medium": _target(adverts, {"high", "medium"})}
    figures = {name: _figures(x, y, groups) for name, y in targets.items()}
    model: dict[str, Any] = {"features": VERSION, "indicators": list(columns.indicators), "signals": list(columns.signals)}
    for name, y in targets.items():
        model[name] = _classifier().fit(x, y)
    card = {
        "what": "Orders adverts by how soon an inspector should look; calibrated logistic regression on findings.",
        "not": "Not a probability of a crime and no judgement of a person or firm.",
        "features": VERSION,
        "adverts": len(adverts),
        "by_language": count([advert.language for advert in adverts]),
        "by_risk": count([advert.risk for advert in adverts]),
        "grouped_cross_validation": figures,
        "libraries": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "limits": "Trained on adverts we wrote ourselves; few are by native speakers. Real adverts are rarer and plainer.",
    }
    return model, card


def _classifier() -> CalibratedClassifierCV:
    return CalibratedClassifierCV(LogisticRegression(C=0.5, max_iter=2000), method="sigmoid", cv=FOLDS)


def _target(adverts: Sequence[Labelled], levels: set[str]) -> NDArray[np.int64]:
    return np.asarray([int(advert.risk in levels) for advert in adverts])


def _figures(x: NDArray[np.float64], y: NDArray[np.int64], groups: NDArray[Any]) -> dict[str, float]:
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=SEED)
    predicted = cross_val_predict(_classifier(), x, y, groups=groups, cv=folds, method="predict_proba")[:, 1]
    return {
        "average_precision": round(float(average_precision_score(y, predicted)), 3),
        "brier": round(float(brier_score_loss(y, predicted)), 3),
        "share": round(float(y.mean()), 3),
    }


def count(values: Sequence[str]) -> dict[str, int]:
    """How often each value stands in ``values``, in order of value."""
    return {value: values.count(value) for value in sorted(set(values))}
