"""The sentence model: which indicators a sentence carries, from the concepts in it, their order and what stands around.

It sees concepts, not words: what it learns from adverts in one language holds in all that have a language file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

VERSION = "concepts-1"
"""Changes whenever features are added, removed or computed otherwise."""
MOST_TAGS = 40
"""Concepts of one sentence that are looked at: hostile text repeats them without end."""
NEAR = 70
"""Characters within which two concepts count as a pair."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence as the model sees it."""

    start: int
    end: int
    """Offsets into the folded text."""
    tags: tuple[tuple[str, int, int], ...]
    """Concept, start, end; in order of place."""
    rules: frozenset[str]
    """Indicators for which a rule fires in it."""
    undone: frozenset[str] = frozenset()
    """Indicators for which a rule fires but negation, payer or warning undoes it."""


def features(units: Sequence[Unit]) -> Iterator[dict[str, float]]:
    """The features of each sentence of one advert, in order."""
    everything = frozenset(name for unit in units for name, _, _ in unit.tags)
    about = [f"a:{name}" for name in sorted(everything & _ADVERT_WIDE)]
    for place, unit in enumerate(units):
        found = dict.fromkeys(about, 0.5)
        found.update(_inside(unit))
        for side, neighbour in (("b", place - 1), ("f", place + 1)):
            if 0 <= neighbour < len(units):
                found.update({f"{side}:{name}": 0.5 for name, _, _ in units[neighbour].tags[:MOST_TAGS]})
        yield found


_ADVERT_WIDE = frozenset({
    "company_form", "address", "licence", "contact.email", "contact.link", "contact.phone", "contact.handle", "contact.messenger",
    "messenger", "abroad", "scam_area", "public_service", "complaint", "company_unnamed", "insurance", "leave_paid", "overtime",
})  # fmt: skip
"""Concepts that say something of the whole advert."""


def _inside(unit: Unit) -> Iterator[tuple[str, float]]:
    tags = unit.tags[:MOST_TAGS]
    names = sorted({name for name, _, _ in tags})
    yield from ((f"t:{name}", 1.0) for name in names)
    for first, (a, _, a_end) in enumerate(tags):
        for b, b_start, _ in tags[first + 1 :]:
            if b_start - a_end > NEAR:
                break
            if a != b:
                yield f"p:{min(a, b)}|{max(a, b)}", 1.0
                if b_start >= a_end and b_start - a_end <= NEAR // 2:
                    yield f"o:{a}>{b}", 1.0
    yield from ((f"r:{name}", 2.0) for name in sorted(unit.rules))
    yield from ((f"u:{name}", 1.0) for name in sorted(unit.undone))
    yield f"n:{min(len(names) // 3, 5)}", 0.5


@dataclass(frozen=True, eq=False)
class SentenceModel:
    """Weights of all indicators over one vocabulary of features."""

    indicators: tuple[str, ...]
    vocabulary: Mapping[str, int]
    weights: NDArray[np.float64]
    """One row a feature, one column an indicator."""
    bias: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    """Probability from which an indicator is said."""
    doubts: NDArray[np.float64]
    """Probability below which a rule's finding is not believed."""

    def probabilities(self, units: Sequence[Unit]) -> NDArray[np.float64]:
        """One row a sentence, one column an indicator, 0..1."""
        rows, columns, values = [], [], []
        for row, found in enumerate(features(units)):
            for name, value in found.items():
                column = self.vocabulary.get(name)
                if column is not None:
                    rows.append(row)
                    columns.append(column)
                    values.append(value)
        x = csr_matrix((values, (rows, columns)), shape=(len(units), len(self.vocabulary)))
        z = np.asarray(x @ self.weights, dtype=np.float64) + self.bias
        return 1.0 / (1.0 + np.exp(-z))

    def speaking(self, unit: Unit, indicator: int) -> tuple[int, int] | None:
        """The span of the concepts that speak most for an indicator in a sentence; ``None`` where none does."""
        weighed = [
            (self._weight(f"t:{name}", indicator) + self._pairs(name, unit, indicator), start, end)
            for name, start, end in unit.tags[:MOST_TAGS]
        ]
        best = sorted(weighed, reverse=True)[:3]
        chosen = [(start, end) for weight, start, end in best if weight > 0]
        if not chosen:
            return None
        return min(start for start, _ in chosen), max(end for _, end in chosen)

    def _pairs(self, name: str, unit: Unit, indicator: int) -> float:
        others = {other for other, _, _ in unit.tags[:MOST_TAGS] if other != name}
        return sum(self._weight(f"p:{min(name, other)}|{max(name, other)}", indicator) for other in others)

    def _weight(self, feature: str, indicator: int) -> float:
        column = self.vocabulary.get(feature)
        return float(self.weights[column, indicator]) if column is not None else 0.0
