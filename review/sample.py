"""The random sample of unflagged clusters, pure: which ones are drawn, and what their verdicts tell about misses.

A case from the sample is read blind. Alone it would give itself away by having no findings, so the same share of
flagged cases (urgent ones never) is read blind as well: who reads cannot tell which of the two it is.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

SHARE = 0.05
"""Of unflagged clusters that may be drawn, and of flagged ones that are read blind (users.md, section 1)."""

SHARE_TWICE = 0.1
"""Of decisions that a second person answers blind: enough for agreement to be told within a year, without slowing the queue."""

SEED = "fairwatch-1"
"""Changing it draws another sample."""

LEAST = 20
"""So many open cases of the sample are always allowed, however short the queue is."""

_CONTROL = "control"


def draw(cluster_id: str, *, seed: str = SEED) -> float:
    """A number in [0, 1) that depends on nothing but the cluster's id and the seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}\x1f{cluster_id}".encode()).digest()[:7], "big") / 256**7


def is_drawn(cluster_id: str, *, seed: str = SEED, share: float = SHARE) -> bool:
    """Whether an unflagged cluster may join the sample."""
    return draw(cluster_id, seed=seed) < share


def is_control(cluster_id: str, *, seed: str = SEED, share: float = SHARE) -> bool:
    """Whether a flagged cluster is read blind; independent of ``is_drawn``."""
    return draw(cluster_id, seed=f"{seed}/{_CONTROL}") < share


def is_read_twice(cluster_id: str, round_number: int, *, seed: str = SEED, share: float = SHARE_TWICE) -> bool:
    """Whether the decision of a round is to be answered once more by somebody else; who decides cannot steer it."""
    return draw(f"{cluster_id}/{round_number}", seed=f"{seed}/twice") < share


def room(*, open_flagged: int, open_sample: int, share: float = SHARE) -> int:
    """How many more cases of the sample may open: a fixed share of the queue, at least ``LEAST`` in all."""
    return max(0, max(LEAST, math.ceil(open_flagged * share)) - open_sample)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its 95 % interval."""

    hits: int
    of: int
    low: float
    high: float


def estimate(hits: int, of: int) -> Estimate:
    """Wilson's interval: honest for small numbers, where the plain one claims certainty at nought. 0 to 1 of nothing."""
    if of == 0:
        return Estimate(0, 0, 0.0, 1.0)
    z = 1.959964
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    # the share itself is a bound where rounding would put it outside by a hair
    return Estimate(hits, of, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))
