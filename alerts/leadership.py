"""Leadership: that there is one scheduler for one ledger, wherever it runs.

On PostgreSQL an advisory lock of a session of its own: it ends with the process, the machine or the connection, and another scheduler
may begin. On SQLite, which is one machine's, a locked file in the data folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections
from filelock import FileLock, Timeout

from adverts.records import FairwatchError
from adverts.turns import lock_number

SCHEDULER = "the one scheduler"

StillHeld = Callable[[], bool]


class AlreadyRunningError(FairwatchError):
    """Another scheduler runs on the same ledger."""


class LostLeadershipError(FairwatchError):
    """The ledger was out of reach, so that another scheduler may have begun; this one must end."""


@contextmanager
def leadership(*, lock_file: Path) -> Iterator[StillHeld]:
    """Be the one scheduler; yields a function that says whether this still holds, to be asked every few seconds.

    Raises ``AlreadyRunningError`` where there is one already.
    """
    if connections["default"].vendor == "postgresql":
        with _by_session() as still:
            yield still
    else:
        with _by_file(lock_file):
            yield _always


def _always() -> bool:
    return True  # the operating system keeps a file lock for as long as the process lives


@contextmanager
def _by_file(lock_file: Path) -> Iterator[None]:
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_file, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise AlreadyRunningError(f"{lock_file}: another scheduler is running; stop it first, one is enough") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _by_session() -> Iterator[StillHeld]:
    # not the thread's usual connection nor one of a pool: those may be closed and opened anew, and the lock would go with them
    session = connections.create_connection("default")
    session.settings_dict = {**session.settings_dict, "OPTIONS": {**session.settings_dict["OPTIONS"], "pool": False}}
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_number(SCHEDULER)])
            got = bool(cursor.fetchone()[0])
        if not got:
            raise AlreadyRunningError("another scheduler is running on this ledger; stop it first, one is enough")
        yield session.is_usable
    finally:
        session.close()
