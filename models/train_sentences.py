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

from models.sentences import VERSION, SentenceModel, Unit, features

FEWEST = 3
"""Sentences a feature must stand in."""
STRENGTH = 0.35
"""Inverse of the regularisation: small, since there are few positives."""
FEWEST_POSITIVE = 5
"""Sentences of an indicator from which it can be learned."""
SUREST_LEAST = 0.5
"""No proposal below this probability: what is only possible is not shown."""
SMALL = 0.02
"""Weights below this are left out of the artefact."""


@dataclass(frozen=True, slots=True)
class Taught:
    """One labelled advert: its sentences, and the indicators each of them carries."""

    group: str
    units: tuple[Unit, ...]
    labels: tuple[frozenset[str], ...]


def fit(adverts: Sequence[Taught], indicators: Sequence[str]) -> SentenceModel:
    """Weights learned from ``adverts``, with no thresholds yet: each indicator is said from ``SUREST_LEAST`` on."""
    rows = [row for advert in adverts for row in features(advert.units)]
    labels = [label for advert in adverts for label in advert.labels]
    counts = Counter(name for row in rows for name in row)
    vocabulary = {name: place for place, name in enumerate(sorted(name for name, count in counts.items() if count >= FEWEST))}
    x = _matrix(rows, vocabulary)
    weights, bias = np.zeros((len(vocabulary), len(indicators)), dtype=np.float32), np.zeros(len(indicators))
    for place, indicator in enumerate(indicators):
        y = np.asarray([int(indicator in label) for label in labels])
        if y.sum() < FEWEST_POSITIVE:
            bias[place] = -20.0
            continue
        model = _classifier().fit(x, y)
        weights[:, place], bias[place] = model.coef_[0], float(model.intercept_[0])
    weights[np.abs(weights) < SMALL] = 0
    nothing = np.full(len(indicators), SUREST_LEAST)
    return SentenceModel(tuple(indicators), vocabulary, np.round(weights, 3).astype(np.float64), bias, nothing)


def thresholds(held: Sequence[tuple[Taught, SentenceModel]], indicators: Sequence[str]) -> NDArray[np.float64]:
    """For each indicator the probability at which F1 by advert is best, each advert judged by a model that did not see it."""
    top = np.asarray([_surest(advert, model) for advert, model in held])
    truth = [frozenset(name for label in advert.labels for name in label) for advert, _ in held]
    found = np.ones(len(indicators))
    for place, indicator in enumerate(indicators):
        wanted = np.asarray([indicator in labels for labels in truth])
        if wanted.sum() >= FEWEST_POSITIVE:
            found[place] = _threshold(top[:, place], wanted)
    return found


def _surest(advert: Taught, model: SentenceModel) -> NDArray[np.float64]:
    if not advert.units:
        return np.zeros(len(model.indicators))
    return np.asarray(model.probabilities(advert.units).max(axis=0))


def stored(model: SentenceModel, tuned: NDArray[np.float64], floors: Mapping[str, float]) -> dict[str, Any]:
    """The model as plain data for ``artefacts``, with the ``tuned`` thresholds and the bounds that ordinary adverts set."""
    used = np.flatnonzero(np.abs(model.weights).sum(axis=1))
    names = sorted(model.vocabulary, key=model.vocabulary.__getitem__)
    return {
        "features": VERSION,
        "indicators": list(model.indicators),
        "vocabulary": [names[column] for column in used],
        "weights": _sparse(model.weights[used].astype(np.float32)),
        "bias": model.bias,
        "tuned": tuned,
        "thresholds": raised(tuned, model.indicators, floors),
    }


def raised(thresholds: NDArray[np.float64], indicators: Sequence[str], floors: Mapping[str, float]) -> NDArray[np.float64]:
    """The thresholds of ``indicators``, each at least at its floor."""
    bounds: NDArray[np.float64] = np.maximum(thresholds, [floors.get(name, 0.0) for name in indicators])
    return bounds


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


def _threshold(top: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """The best step, drawn a little towards the least: few positives mislead."""
    steps = np.arange(SUREST_LEAST, 0.9, 0.025)
    scores = [_f1(top >= step, truth) for step in steps]
    best = float(steps[int(np.argmax(scores))])
    return round(0.75 * best + 0.25 * SUREST_LEAST, 3)


def _f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    right = float((said & truth).sum())
    return 2 * right / (said.sum() + truth.sum()) if right else 0.0
