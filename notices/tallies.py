"""Counts that all web processes of one machine share, in a small SQLite file of their own.

Not in the ledger: its backups would keep for years what must be forgotten within minutes, and its writers would wait for each other.
A name is counted under a hash; its key is made of the installation's secret and of a random seed that is deleted with the window, so
that neither the file alone nor a later look with the secret says who came. What is deleted is overwritten.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from settings.env import current

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds to wait for another process; each holds the file for a few milliseconds."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS windows (kind TEXT PRIMARY KEY, number INTEGER NOT NULL, until REAL NOT NULL, seed BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS tallies (kind TEXT, name BLOB, count INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class Window:
    """One span of counting."""

    kind: str
    """What is counted."""
    number: int
    until: float
    """When it ends, in seconds since 1970."""


class Tallies:
    """The file; safe between threads and processes, and when one is killed at any moment.

    Every act raises ``sqlite3.OperationalError`` where the file cannot be used now.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def count(self, name: str, window: Window, *, most: int) -> int | None:
        """How often the name has come in this window, this time included; None where ``most`` other names have come already."""
        return self._acted(lambda file: self._count(file, name, window, most))

    def forget(self, *, kind: str = "", before: float | None = None) -> None:
        """Throw away the counts of a kind, and of all windows that ended before a moment."""
        if self._path.exists():
            self._acted(lambda file: self._forget(file, kind, before or 0.0))

    def _count(self, file: sqlite3.Connection, name: str, window: Window, most: int) -> int | None:
        hashed = _hashed(name, self._seed(file, window))
        known = file.execute("SELECT count FROM tallies WHERE kind = ? AND name = ?", (window.kind, hashed)).fetchone()
        if known is None and file.execute("SELECT count(*) FROM tallies WHERE kind = ?", (window.kind,)).fetchone()[0] >= most:
            return None
        made = (known[0] if known else 0) + 1
        file.execute("INSERT OR REPLACE INTO tallies VALUES (?, ?, ?)", (window.kind, hashed, made))
        return int(made)

    def _forget(self, file: sqlite3.Connection, kind: str, before: float) -> None:
        gone = [(kind,), *file.execute("SELECT kind FROM windows WHERE until <= ?", (before,)).fetchall()]
        file.executemany("DELETE FROM tallies WHERE kind = ?", gone)
        file.executemany("DELETE FROM windows WHERE kind = ?", gone)

    def _seed(self, file: sqlite3.Connection, window: Window) -> bytes:
        """The seed of the window; a window that is over takes its counts with it."""
        row = file.execute("SELECT number, seed FROM windows WHERE kind = ?", (window.kind,)).fetchone()
        # of two processes at the border of a window the later one begins it, and the other counts in it
        if row is not None and row[0] in {window.number, window.number + 1}:
            return bytes(row[1])
        seed = secrets.token_bytes(32)
        file.execute("DELETE FROM tallies WHERE kind = ?", (window.kind,))
        file.execute("INSERT OR REPLACE INTO windows VALUES (?, ?, ?, ?)", (window.kind, window.number, window.until, seed))
        return seed

    def _acted(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """What an act returns, done whole or not at all; a broken file is begun anew, for there is nothing in it worth mending."""
        try:
            return self._once(act)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # after a loss of power
            for path in (self._path, Path(f"{self._path}-journal")):
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise sqlite3.OperationalError(f"broken, and cannot be taken away: {error}") from error
            return self._once(act)

    def _once(self, act: Callable[[sqlite3.Connection], T]) -> T:
        with closing(self._opened()) as file:
            file.execute("BEGIN IMMEDIATE")
            made = act(file)
            file.execute("COMMIT")
            return made

    def _opened(self) -> sqlite3.Connection:
        try:
            self._path.touch(mode=0o600)
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error
        file = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        try:
            # off: a loss of power may cost the counts, which is no loss; a killed process costs nothing
            for pragma in ("synchronous = OFF", "secure_delete = ON"):
                file.execute(f"PRAGMA {pragma}")
            for table in _TABLES:
                file.execute(table)
        except sqlite3.Error:
            file.close()
            raise
        return file


def _hashed(name: str, seed: bytes) -> bytes:
    key = hmac.new(current().secret_key.get_secret_value().encode(), b"notices:tallies:" + seed, hashlib.sha256).digest()
    return hmac.new(key, name.encode(), hashlib.sha256).digest()[:16]
