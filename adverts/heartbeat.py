"""A heartbeat: leases renewed by a thread while long work goes on that cannot renew them itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.utils import timezone

from adverts import runs
from adverts.leases import LASTING, Keep, LostLeaseError, alone

log = logging.getLogger(__name__)

EVERY = LASTING.total_seconds() / 4
"""Seconds between two beats: three may fail before a lease is lost."""


@contextmanager
def beating(leases: Sequence[Keep], *, every: float = EVERY) -> Iterator[None]:
    """Renew the leases every ``every`` seconds until the work ends. A lost one is said in the log and not renewed any more."""
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(list(leases), done, every), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def single_run(stage: str, *, say: Callable[[str], object]) -> Iterator[runs.Tally]:
    """A recorded run of a stage that one process does at a time; where another is at it, this is said and its end is waited for."""
    with alone(stage, clock=timezone.now, pause=time.sleep, say=say) as keep, beating([keep]), runs.recorded(stage) as tally:
        yield tally


def _beat(leases: list[Keep], done: threading.Event, every: float) -> None:
    try:
        while leases and not done.wait(every):
            leases = [keep for keep in leases if _renewed(keep)]
    finally:
        connection.close()  # each thread has a connection of its own


def _renewed(keep: Keep) -> bool:
    try:
        keep()
    except LostLeaseError as error:
        log.error("%s", error)
        return False
    except DatabaseError as error:
        log.warning("a lease could not be renewed now, it will be tried again: %s", error)
        connection.close()
    return True
