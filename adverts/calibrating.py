"""Hold false alarms down: from ordinary adverts nobody labelled, how sure the sentence model must be before it speaks.

Ordinary adverts hardly ever carry a serious indicator, so what fires there is nearly always wrong; the few findings that somebody read
and judged right are named in ``models/right_in_ordinary.txt`` by the hash of their text. Only numbers come out of this: the adverts
themselves stay where they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from adverts import judging, training
from models import artefacts, second, train_second
from models.second import Candidate, Surroundings
from models.sentences import SentenceModel
from models.train_second import Seen
from nlp import catalogue, find

ORDINARY = 5000
"""So many ordinary adverts weigh as much as so many labelled ones, however many are measured."""
SHARES = {"critical": 0.0005, "high": 0.0008, "medium": 0.004, "low": 0.01, "context": 0.01}
"""Share of ordinary adverts in which an indicator may be proposed by the model, by severity."""
RIGHT = artefacts.FOLDER / "right_in_ordinary.txt"
"""Lines of an indicator and the hashes of ordinary texts in which a reader found it right."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What ordinary adverts taught: bounds of the sentence model and the weights of the second look."""

    floors: dict[str, float]
    second: dict[str, Any]


def calibrate(texts: Iterable[str], corpus: Sequence[Path], *, right: Mapping[str, frozenset[str]]) -> Measured:
    """Measure on ordinary ``texts``, and on the labelled ``corpus`` beside them. Each text is read once and not kept.

    ``right``: what ``read_right`` gives.
    """
    model = artefacts.load_sentences(bounded=False)
    told, seen = _Told.of(model), []
    for number, text in enumerate(texts):
        reading = find.read(text)
        told.add(reading)
        made, _ = judging.candidates(reading, model)
        if made:
            found = right.get(named(text), frozenset())
            seen.append(Seen(f"ordinary-{number % 8}", tuple(made), judging.surroundings(reading), found, ordinary=True))
    bounds = told.bounds()
    bounded = training.bounded(model, bounds)
    ordinary = [replace(one, candidates=tuple(_still(one.candidates, bounded))) for one in seen]
    ordinary += [Seen("ordinary", (), Surroundings(frozenset(), 0), frozenset(), ordinary=True)] * (told.count - len(seen))
    labelled = [
        Seen(one.group, tuple(made), judging.surroundings(reading), frozenset(name for name, _ in advert.labels))
        for advert, reading, one, made in training.cross_fitted(corpus, bounded)
    ]
    weight = min(1.0, ORDINARY / max(1, told.count))
    return Measured(bounds, train_second.fit([*labelled, *ordinary], judging.severities(), weight=weight))


def _still(candidates: Iterable[Candidate], model: SentenceModel) -> Iterator[Candidate]:
    """The candidates that remain when the bounds of ``model`` hold."""
    place = {name: column for column, name in enumerate(model.indicators)}
    for one in candidates:
        column = place.get(one.match.id)
        if one.key != "model" or column is None or one.likely >= model.thresholds[column]:
            yield one


@dataclass(slots=True)
class _Told:
    """How sure the sentence model is, advert by advert, of each indicator."""

    model: SentenceModel
    proposed: list[list[float]]
    count: int = 0

    @classmethod
    def of(cls, model: SentenceModel) -> _Told:
        return cls(model, [[] for _ in model.indicators])

    def add(self, reading: find.Reading) -> None:
        self.count += 1
        weighed, _ = find.weigh(reading)
        units = judging.sentence_units(reading, weighed)
        if not units:
            return
        probability = self.model.probabilities(units)
        for column, name in enumerate(self.model.indicators):
            by_rule = np.asarray([name in unit.rules for unit in units])
            self.proposed[column].append(float(probability[~by_rule, column].max(initial=0.0)))

    def bounds(self) -> dict[str, float]:
        """For each indicator the least probability at which the model may propose it.

        What a rule found is left to the second look: bounds of this kind would drop the rare right finding with the many wrong ones.
        """
        allowed = {name: int(self.count * SHARES[catalogue.by_id()[name].severity]) for name in self.model.indicators}
        return {name: round(_least(self.proposed[column], allowed[name]), 3) for column, name in enumerate(self.model.indicators)}


def _least(values: list[float], allowed: int) -> float:
    """The least bound that at most ``allowed`` of the values reach."""
    ordered = sorted(values, reverse=True)
    return ordered[allowed] + 0.001 if len(ordered) > allowed else 0.0


def named(text: str) -> str:
    """The name of a text in ``RIGHT``: the start of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_right(path: Path = RIGHT) -> dict[str, frozenset[str]]:
    """Indicators a reader found right, by name of the ordinary text; lines that begin with ``#`` are remarks."""
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            indicator, *names = line.split()
            for name in names:
                found.setdefault(name, set()).add(indicator)
    return {name: frozenset(indicators) for name, indicators in found.items()}


def write(measured: Measured, *, floors: Path = artefacts.FLOORS, look: Path = second.FILE) -> None:
    """Keep the numbers where training and judging take them up."""
    floors.write_text(json.dumps(measured.floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    look.write_text(json.dumps(measured.second, indent=1, sort_keys=True) + "\n", encoding="utf-8")
