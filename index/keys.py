"""Sort keys: numbers that order adverts first by what is sorted, then by id, for engines that sort by one number.

Keys are 64 bits without sign and the highest stands first. Their lower bits are the beginning of the id, turned round,
so that among equals the lowest id stands first; adverts that differ only in the rest of the id are told apart by ``tie``.
"""

from __future__ import annotations

from datetime import datetime

_RISK_BITS, _TIME_BITS, _COUNT_BITS = 20, 34, 24
_HIGHEST_SECOND = (1 << _TIME_BITS) - 1


def by_risk(risk: float, doc_id: str) -> int:
    """Highest risk first, compared at six decimals."""
    return round(risk * 1_000_000) << (64 - _RISK_BITS) | _turned(doc_id, 64 - _RISK_BITS)


def by_time(at: datetime, doc_id: str) -> int:
    """Latest first, compared at whole seconds from 1970 to 2514."""
    seconds = min(max(int(at.timestamp()), 0), _HIGHEST_SECOND)
    return seconds << (64 - _TIME_BITS) | _turned(doc_id, 64 - _TIME_BITS)


def by_count(count: int, doc_id: str) -> int:
    """Highest count first, up to sixteen million."""
    return min(max(count, 0), (1 << _COUNT_BITS) - 1) << (64 - _COUNT_BITS) | _turned(doc_id, 64 - _COUNT_BITS)


def tie(doc_id: str) -> int:
    """The first 64 bits of an id: lower ids have lower ties."""
    return int(doc_id[:16], 16)


def _turned(doc_id: str, bits: int) -> int:
    return (1 << bits) - 1 - (tie(doc_id) >> (64 - bits))


def nudge(doc_id: str) -> float:
    """0 to 0.002, the higher the lower the id: for engines that can weigh scores by a column, but not sort equals by one."""
    return 0.002 * (1 - tie(doc_id) / (1 << 64))


def within_bits(key: float) -> int:
    """A key that came from outside, forced into the 64 bits of a key."""
    return min(max(int(key), 0), (1 << 64) - 1)
