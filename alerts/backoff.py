"""When a delivery that failed is tried again: over about a day, jittered so that many do not come back at once."""

from __future__ import annotations

import hashlib
from datetime import timedelta

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 420, 600))
"""Waiting times after the 1st, 2nd, ... failed attempt; together about 24 hours. After the last, the delivery is dead."""

JITTER = 0.2
"""Each waiting time is stretched or shortened by at most this share."""

ATTEMPTS = len(DELAYS) + 1


def delay(attempts: int, *, key: str) -> timedelta | None:
    """How long to wait after ``attempts`` failed attempts (1 or more); None when it is time to give up.

    The jitter is drawn from the idempotency key, so that it is the same in every process and in tests.
    """
    if attempts > len(DELAYS):
        return None
    draw = int.from_bytes(hashlib.sha256(f"{key}:{attempts}".encode()).digest()[:4], "big") / 2**32
    return DELAYS[attempts - 1] * (1 + JITTER * (2 * draw - 1))
