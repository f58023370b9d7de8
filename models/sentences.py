"""The sentence model: which indicators a sentence carries, from the concepts in it, their order and what stands around.

It sees concepts, not words: what it learns from adverts in one language holds in all that have a language file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

VERSION = "concepts-1"
"""Changes whenever features are added, removed or computed otherwise."""
MOST_TAGS = 40
"""Concepts of one sentence that are looked at: hostile text repeats them without end."""
NEAR = 70
"""Characters within which two concepts count as a pair."""
CLOSE = NEAR // 2
"""Characters within which their order counts."""


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
                if b_start >= a_end and b_start - a_end <= CLOSE:
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

    @cached_property
    def _table(self) -> _Table:
        return _Table(self.vocabulary, self.weights)

    def probabilities(self, units: Sequence[Unit]) -> NDArray[np.float64]:
        """One row a sentence, one column an indicator, 0..1."""
        if not units:
            return np.zeros((0, len(self.indicators)))
        z = self._table.sums(units) + self.bias
        probability: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-z))
        return probability

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


_WORTH = {"a": 0.5, "t": 1.0, "p": 1.0, "o": 1.0, "r": 2.0, "u": 1.0, "n": 0.5, "b": 0.5, "f": 0.5}
"""The value of a feature by its kind, as ``features`` gives it."""


class _Table:
    """The weights filed by what a sentence holds, so that no name of a feature is put together for one: the same sums, found quicker."""

    def __init__(self, vocabulary: Mapping[str, int], weights: NDArray[np.float64]) -> None:
        worth = np.asarray([_WORTH[name[0]] for name in vocabulary])
        order = np.fromiter(vocabulary.values(), dtype=np.intp, count=len(vocabulary))
        self._weights = np.zeros((len(vocabulary) + 1, weights.shape[1]))
        self._weights[order] = weights[order] * worth[:, None]
        self._nothing = len(vocabulary)
        self._rows: dict[str, dict[str, int]] = {kind: {} for kind in _WORTH}
        for name, row in vocabulary.items():
            self._rows[name[0]][name[2:]] = row
        self._near, self._far = _by_pair(self._rows["p"], self._rows["o"])

    def sums(self, units: Sequence[Unit]) -> NDArray[np.float64]:
        """For each sentence the sum of the weights of its features, one column an indicator."""
        names = [list({name for name, _, _ in unit.tags[:MOST_TAGS]}) for unit in units]
        kinds = self._rows
        about = _known(kinds["a"], {name for unit in units for name, _, _ in unit.tags})
        befores, afters = [_known(kinds["b"], here) for here in names], [_known(kinds["f"], here) for here in names]
        rows = [self._nothing, *sorted(about)]
        begins = [0]
        for place, unit in enumerate(units):
            begins.append(len(rows))
            here = [self._nothing, *_known(kinds["n"], (str(min(len(names[place]) // 3, 5)),))]
            if unit.tags:
                here += _known(kinds["t"], names[place])
                here += self._between(unit)
            if unit.rules or unit.undone:
                here += _known(kinds["r"], unit.rules) + _known(kinds["u"], unit.undone)
            if place:
                here += befores[place - 1]
            if place + 1 < len(units):
                here += afters[place + 1]
            here.sort()
            rows += here
        total: NDArray[np.float64] = np.add.reduceat(self._weights[np.array(rows, dtype=np.intp)], begins)
        sums: NDArray[np.float64] = total[1:] + total[0]
        return sums

    def _between(self, unit: Unit) -> set[int]:
        """The rows of the pairs of concepts of a sentence."""
        tags = unit.tags[:MOST_TAGS]
        near, far = self._near, self._far
        found: list[int] = []
        for first, (a, _, a_end) in enumerate(tags, 1):
            after, beside = near.get(a, _NONE), far.get(a, _NONE)
            for b, b_start, _ in tags[first:]:
                gap = b_start - a_end
                if gap > NEAR:
                    break
                rows = after.get(b) if 0 <= gap <= CLOSE else beside.get(b)
                if rows is not None:
                    found += rows
        return set(found)


def _known(rows: Mapping[str, int], names: Iterable[str]) -> list[int]:
    return [rows[name] for name in names if name in rows]


_Pairs = dict[str, dict[str, tuple[int, ...]]]
_NONE: dict[str, tuple[int, ...]] = {}


def _by_pair(together: Mapping[str, int], ordered: Mapping[str, int]) -> tuple[_Pairs, _Pairs]:
    """The rows of two concepts that follow one another closely, and of two that only stand together."""
    near: _Pairs = {}
    far: _Pairs = {}
    for name, row in together.items():
        a, b = name.split("|")
        for first, second in {(a, b), (b, a)}:
            near.setdefault(first, {})[second] = (row,)
            far.setdefault(first, {})[second] = (row,)
    for name, row in ordered.items():
        place = name.index(">", 1 + len("no") if name.startswith("no>") else 0)  # "no>" is a concept
        first, second = name[:place], name[place + 1 :]
        rows = near.setdefault(first, {})
        rows[second] = (*rows.get(second, ()), row)
    return near, far
