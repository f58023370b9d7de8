"""How often one address may send something, without an address ever being kept: only its keyed hash, for the length of one window.

All web processes of one machine count together, in the file of ``notices.tallies``. Where that cannot be used (disk full, no right to
write, busy for a second) each process counts for itself until it can be: the pages keep helping, and an address may then send ``limit``
times the number of processes, never without limit.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import re
import secrets
import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from notices.tallies import Tallies, Window
from settings.env import current

MOST = 100_000
"""Addresses counted in one window; beyond it, new ones are refused until the window ends."""

_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([\d.]+):\d+")
"""As some proxies write an address: all of them would else be one unknown address, and share its limit."""

FILE = "rate.sqlite3"
"""Name of the file in the data folder. Leave it out of backups."""

log = logging.getLogger(__name__)


class Limiter:
    """Counts within fixed windows, by itself for each ``kind``. Safe between threads and processes."""

    def __init__(self, *, kind: str, limit: int, window: timedelta) -> None:
        self.kind, self.limit, self.window = kind, limit, window
        self._lock = Lock()
        self._alone = False
        self._own: Counter[bytes] = Counter()
        self._own_window, self._own_key = -1, b""

    def allows(self, address: str, *, now: datetime) -> bool:
        """Count one sending and say whether it is within the limit."""
        length = self.window.total_seconds()
        number = int(now.timestamp() // length)
        window = Window(self.kind, number, (number + 1) * length)
        try:
            count = Tallies(_path()).count(_network(address), window, most=MOST)
            self._alone = False
        except sqlite3.OperationalError as error:
            if not self._alone:
                log.warning("%s: %s; this process counts for itself until the file can be used", FILE, error)
            self._alone = True
            count = self._count_alone(_network(address), number)
        return count is not None and count <= self.limit

    def forget(self) -> None:
        """Throw all counts away."""
        Tallies(_path()).forget(kind=self.kind)
        with self._lock:
            self._own, self._own_window = Counter(), -1

    def _count_alone(self, network: str, number: int) -> int | None:
        with self._lock:
            if number != self._own_window:
                self._own, self._own_window, self._own_key = Counter(), number, secrets.token_bytes(32)
            name = hmac.new(self._own_key, network.encode(), hashlib.sha256).digest()[:16]
            if name not in self._own and len(self._own) >= MOST:
                return None
            self._own[name] += 1
            return self._own[name]


def sweep(*, now: datetime) -> None:
    """Throw away the counts of all windows that are over; else the first sending of the next window does."""
    try:
        Tallies(_path()).forget(before=now.timestamp())
    except sqlite3.OperationalError as error:
        log.warning("%s: %s; what is in it goes with the next sending or the next sweep", FILE, error)


CHECKS = Limiter(kind="checks", limit=20, window=timedelta(minutes=10))
"""Texts to check, and answers of the comprehension check."""

REPLIES = Limiter(kind="replies", limit=5, window=timedelta(hours=1))
"""Replies to notices."""


def _path() -> Path:
    return current().data_dir / FILE


def address_of(meta: Mapping[str, object]) -> str:
    """Where a request comes from: the peer, or what the outermost of our own proxies (``FAIRWATCH_PROXIES`` of them) saw."""
    hops = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    proxies = current().proxies
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(meta.get("REMOTE_ADDR", ""))


def _network(address: str) -> str:
    """An IPv6 address counts with its /64: one household has as many as it likes."""
    bare = with_port[1] or with_port[2] if (with_port := _WITH_PORT.fullmatch(address)) else address
    try:
        found = ipaddress.ip_address(bare.split("%")[0])
    except ValueError:
        return "unknown"
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found.ipv4_mapped or found) if found.version == 6 else str(found)
