"""Train the sentence model from labelled adverts; the same input gives the same weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from models.sentences import VERSION, Unit, features

FEWEST = 3
"""Sentences a feature must stand in."""
STRENGTH = 0.35
"""Inverse of the regularisation: small, since there are few positives."""
FOLDS = 4
SUREST_LEAST = 0.5
"""No proposal below this probability: what is only possible is not shown."""
SMALL = 0.02
"""Weights below this are left out of the artefact."""
DOUBT = 0.35
"""A rule's finding is doubted below this share of the threshold."""


@dataclass(frozen=True, slots=True)
class Taught:
    """One labelled advert: its sentences, and the indicators each of them carries."""

    group: str
    units: tuple[Unit, ...]
    labels: tuple[frozenset[str], ...]


def fit(
    adverts: Sequence[Taught], indicators: Sequence[str], *, tuned: bool = True, floors: Mapping[str, Mapping[str, float]] | None = None
) -> dict[str, Any]:
    """The sentence model as plain data for ``artefacts``; with one threshold for all where it is not to be ``tuned``."""
    rows = [row for advert in adverts for row in features(advert.units)]
    labels = [label for advert in adverts for label in advert.labels]
    groups = np.asarray([advert.group for advert in adverts for _ in advert.units])
    counts = Counter(name for row in rows for name in row)
    vocabulary = {name: place for place, name in enumerate(sorted(name for name, count in counts.items() if count >= FEWEST))}
    x = _matrix(rows, vocabulary)
    weights, bias, thresholds = (
        np.zeros((len(vocabulary), len(indicators)), dtype=np.float32),
        np.zeros(len(indicators)),
        np.ones(len(indicators)),
    )
    advert_of = np.asarray([number for number, advert in enumerate(adverts) for _ in advert.units])
    for place, indicator in enumerate(indicators):
        y = np.asarray([int(indicator in label) for label in labels])
        if y.sum() < 5:
            bias[place] = -20.0
            continue
        model = _classifier().fit(x, y)
        weights[:, place], bias[place] = model.coef_[0], float(model.intercept_[0])
        thresholds[place] = _threshold(x, y, groups, advert_of) if tuned else 0.5
    weights[np.abs(weights) < SMALL] = 0
    used = np.flatnonzero(np.abs(weights).sum(axis=1))
    names = sorted(vocabulary, key=vocabulary.__getitem__)
    return {
        "features": VERSION,
        "indicators": list(indicators),
        "vocabulary": [names[column] for column in used],
        "weights": _sparse(np.round(weights[used], 3)),
        "bias": bias,
        "tuned": thresholds,
        "thresholds": np.maximum(thresholds, _bounds(floors, indicators, "propose")),
        "doubts": np.maximum(thresholds * DOUBT, _bounds(floors, indicators, "believe")),
    }


def _bounds(floors: Mapping[str, Mapping[str, float]] | None, indicators: Sequence[str], what: str) -> NDArray[np.float64]:
    return np.asarray([(floors or {}).get(name, {}).get(what, 0.0) for name in indicators])


def _sparse(weights: NDArray[np.float32]) -> dict[str, Any]:
    """The weights that are not 0, as plain arrays: row, column, value, and the shape."""
    rows, columns = np.nonzero(weights)
    return {
        "rows": rows.astype(np.int32),
        "columns": columns.astype(np.int16),
        "values": weights[rows, columns],
        "shape": list(weights.shape),
    }


def _classifier() -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, class_weight={0: 1.0, 1: 3.0}, solver="liblinear", max_iter=400, random_state=0)


def _matrix(rows: Sequence[dict[str, float]], vocabulary: dict[str, int]) -> csr_matrix:
    at, columns, values = [], [], []
    for number, row in enumerate(rows):
        for name, value in row.items():
            if name in vocabulary:
                at.append(number)
                columns.append(vocabulary[name])
                values.append(value)
    return csr_matrix((values, (at, columns)), shape=(len(rows), len(vocabulary)))


def _threshold(x: csr_matrix, y: NDArray[np.int64], groups: NDArray[Any], advert_of: NDArray[np.int64]) -> float:
    """The probability at which F1 by advert is best on held-out groups, drawn a little towards 0.5: few positives mislead."""
    held = np.zeros(len(y))
    for train, test in GroupKFold(n_splits=FOLDS).split(x, y, groups):
        if y[train].sum() >= 3:
            held[test] = _classifier().fit(x[train], y[train]).predict_proba(x[test])[:, 1]
    size = int(advert_of.max()) + 1
    top, truth = np.zeros(size), np.zeros(size, dtype=bool)
    np.maximum.at(top, advert_of, held)
    np.logical_or.at(truth, advert_of, y.astype(bool))
    steps = np.arange(SUREST_LEAST, 0.9, 0.025)
    scores = [_f1(top >= step, truth) for step in steps]
    best = float(steps[int(np.argmax(scores))])
    return round(0.75 * best + 0.25 * 0.5, 3)


def _f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    right = float((said & truth).sum())
    return 2 * right / (said.sum() + truth.sum()) if right else 0.0
