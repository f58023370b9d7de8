"""Turns: writers of things that carry a running number go one after another, so that a later number never shows before an earlier one.

Whoever follows the ledger by number (the index by position, alerts by assessment) would otherwise pass over what was written with a
lower number and committed later. SQLite has one writer at a time by itself; PostgreSQL gets an advisory lock until the transaction ends.
"""

from __future__ import annotations

import hashlib

from django.db import connection

POSITIONS = "positions of adverts"
ASSESSMENTS = "numbers of assessments"
AUDIT = "audit chain"


def take_turn(name: str) -> None:
    """Wait for the turn and have it until the transaction ends. Call it inside one, before the number is read or given."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(name)])


def lock_number(name: str) -> int:
    """The number of PostgreSQL's advisory lock for ``name``: 64 bits, signed, the same in every release."""
    return int.from_bytes(hashlib.blake2b(f"fairwatch {name}".encode(), digest_size=8).digest(), "big", signed=True)
