"""Discrete Laplace noise, drawn exactly: whole numbers and fractions alone, so that no rounding of floats can tell what was hidden.

The sampler is that of Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1 and 2.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Protocol


class Chance(Protocol):
    """Where randomness comes from: ``secrets.SystemRandom()``; a seeded ``random.Random`` in tests alone."""

    def randrange(self, stop: int, /) -> int:
        """A number from 0 to below ``stop``, each equally likely."""
        ...


def laplace(scale: Fraction, chance: Chance) -> int:
    """A whole number drawn with probability proportional to exp(-|number| / scale)."""
    top, bottom = scale.numerator, scale.denominator
    while True:
        rest = chance.randrange(top)
        if not _exp(Fraction(rest, top), chance):
            continue
        whole = 0
        while _exp(Fraction(1), chance):
            whole += 1
        size = (rest + top * whole) // bottom
        negative = chance.randrange(2) == 1
        if not (negative and size == 0):  # nought has one sign
            return -size if negative else size


def margin(scale: Fraction, *, share: float = 0.95) -> int:
    """The least number within which the noise lies, on either side of nought, with at least this probability."""
    ratio = math.exp(-1 / float(scale))
    # what lies beyond m on both sides: 2 r^(m+1) / (1 + r)
    return max(0, math.ceil(math.log((1 - share) * (1 + ratio) / 2) / math.log(ratio) - 1))


def _exp(power: Fraction, chance: Chance) -> bool:
    """Whether a throw succeeds that does so with probability exp(-power); ``power`` from 0 to 1."""
    throws = 1
    while chance.randrange(power.denominator * throws) < power.numerator:
        throws += 1
    return throws % 2 == 1
