"""How far two people agree, pure: Cohen's kappa with its 95 % interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 20
"""With fewer pairs the interval says nothing: it is not shown."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of answers, how many are alike, and kappa: 1 for full agreement, 0 for what chance alone would give."""

    pairs: int
    alike: int
    kappa: float | None
    """``None`` for fewer than ``FEWEST`` pairs, or where everybody always gave the same answer."""
    low: float = 0.0
    high: float = 0.0


def agreement(counts: Mapping[tuple[str, str], int]) -> Agreement:
    """The agreement of (first answer, second answer) -> number of cases.

    Large-sample variance of Fleiss, Cohen and Everitt (Psychological Bulletin 72, 1969); full agreement has no width there,
    so the lower end is then that of the share itself (rule of three).
    """
    pairs = sum(counts.values())
    alike = sum(number for (one, other), number in counts.items() if one == other)
    if pairs < FEWEST:
        return Agreement(pairs, alike, None)
    share = {cell: number / pairs for cell, number in counts.items()}
    names = sorted({name for cell in counts for name in cell})
    first = {name: sum(p for (one, _), p in share.items() if one == name) for name in names}
    second = {name: sum(p for (_, other), p in share.items() if other == name) for name in names}
    chance = sum(first[name] * second[name] for name in names)
    if chance > 1 - 1e-9:
        return Agreement(pairs, alike, None)
    kappa = (alike / pairs - chance) / (1 - chance)
    if alike == pairs:
        return Agreement(pairs, alike, 1.0, max(-1.0, (1 - 3 / pairs - chance) / (1 - chance)), 1.0)
    half = 1.959964 * _error(share, first, second, kappa, chance) / math.sqrt(pairs)
    return Agreement(pairs, alike, kappa, max(-1.0, kappa - half), min(1.0, kappa + half))


def _error(
    share: Mapping[tuple[str, str], float], first: Mapping[str, float], second: Mapping[str, float], kappa: float, chance: float
) -> float:
    same = sum(p * (1 - (first[one] + second[one]) * (1 - kappa)) ** 2 for (one, other), p in share.items() if one == other)
    differing = sum(p * (second[one] + first[other]) ** 2 for (one, other), p in share.items() if one != other)
    variance = same + (1 - kappa) ** 2 * differing - (kappa - chance * (1 - kappa)) ** 2
    return math.sqrt(max(0.0, variance)) / (1 - chance)
