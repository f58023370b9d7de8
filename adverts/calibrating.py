"""Hold false alarms down: from ordinary adverts nobody labelled, how sure the sentence model must be before it speaks.

Ordinary adverts hardly ever carry a serious indicator, so what fires there is nearly always wrong. Only numbers come out of this: the
adverts themselves stay where they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from adverts import judging
from models import artefacts
from nlp import catalogue, find

SHARES = {"critical": 0.0005, "high": 0.0008, "medium": 0.004, "low": 0.01, "context": 0.01}
"""Share of ordinary adverts in which an indicator may be proposed by the model, by severity; rules may fire twice as often."""
MOST_DOUBT = 0.75
"""A rule's finding is never doubted above this probability: a rule is somebody's reasoned sentence."""


def floors(texts: Iterable[str]) -> dict[str, dict[str, float]]:
    """For each indicator the least probability at which the model may ``propose`` it and ``believe`` a rule's finding."""
    model = artefacts.sentence_model()
    if model is None:
        raise artefacts.ArtefactError("no sentence model to calibrate; make one with `manage.py train`")
    proposed: list[list[float]] = [[] for _ in model.indicators]
    ruled: list[list[float]] = [[] for _ in model.indicators]
    count = 0
    for text in texts:
        count += 1
        reading = find.read(text)
        weighed, _ = find.weigh(reading)
        units = judging.sentence_units(reading, weighed)
        if not units:
            continue
        probability = model.probabilities(units)
        for column, name in enumerate(model.indicators):
            by_rule = np.asarray([name in unit.rules for unit in units])
            proposed[column].append(float(probability[~by_rule, column].max(initial=0.0)))
            if by_rule.any():
                ruled[column].append(float(probability[by_rule, column].max()))
    found = {}
    for column, name in enumerate(model.indicators):
        share = SHARES[catalogue.by_id()[name].severity]
        found[name] = {
            "propose": round(_least(proposed[column], int(count * share)), 3),
            "believe": round(min(MOST_DOUBT, _least(ruled[column], int(count * share * 2))), 3),
        }
    return found


def _least(values: list[float], allowed: int) -> float:
    """The least bound that at most ``allowed`` of the values reach."""
    ordered = sorted(values, reverse=True)
    return ordered[allowed] + 0.001 if len(ordered) > allowed else 0.0


def write(found: dict[str, dict[str, float]], path: Path = artefacts.FLOORS) -> None:
    """Keep the bounds where training takes them up."""
    path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
