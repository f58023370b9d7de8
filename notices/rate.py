"""How often one address may send something, without an address ever being kept: only its keyed hash, for the length of one window.

The key is random, lives in this process alone and is thrown away with each window, so that no hash can be traced back or joined
with another window's. Each worker process counts for itself: an address may send ``limit`` times the number of workers.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from settings.env import current

MOST = 100_000
"""Addresses counted in one window; beyond it, new ones are refused until the window ends."""


class Limiter:
    """Counts within fixed windows. Safe between threads."""

    def __init__(self, *, limit: int, window: timedelta) -> None:
        self.limit, self.window = limit, window
        self._lock = Lock()
        self._counts: dict[bytes, int] = {}
        self._number = -1
        self._key = b""

    def allows(self, address: str, *, now: datetime) -> bool:
        """Count one sending and say whether it is within the limit."""
        number = int(now.timestamp() // self.window.total_seconds())
        with self._lock:
            if number != self._number:
                self._number, self._key, self._counts = number, secrets.token_bytes(32), {}
            name = hmac.new(self._key, _network(address).encode(), hashlib.sha256).digest()[:16]
            if name not in self._counts and len(self._counts) >= MOST:
                return False
            self._counts[name] = self._counts.get(name, 0) + 1
            return self._counts[name] <= self.limit

    def forget(self) -> None:
        """Throw all counts away."""
        with self._lock:
            self._number, self._counts = -1, {}


CHECKS = Limiter(limit=20, window=timedelta(minutes=10))
"""Texts to check, and answers of the comprehension check."""

REPLIES = Limiter(limit=5, window=timedelta(hours=1))
"""Replies to notices."""


def address_of(meta: Mapping[str, object]) -> str:
    """Where a request comes from: the peer, or what the outermost of our own proxies (``FAIRWATCH_PROXIES`` of them) saw."""
    hops = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    proxies = current().proxies
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(meta.get("REMOTE_ADDR", ""))


def _network(address: str) -> str:
    """An IPv6 address counts with its /64: one household has as many as it likes."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found.ipv4_mapped or found) if found.version == 6 else str(found)
