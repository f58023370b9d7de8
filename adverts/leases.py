"""Leases: who is working on what, so that several processes share the work of a stage and a dead one's work is taken over.

A lease is a row with an end. Whoever finds it ended, or finds that its holder no longer runs, may take it. What a holder did counts only
if it still has the lease when it writes: ``give_back`` in the transaction that writes says so. So each piece is done exactly once,
by whichever process, whatever dies when.

On PostgreSQL the rows to lease are chosen with ``FOR UPDATE SKIP LOCKED``, so that workers choosing at the same moment choose different
ones; on SQLite they choose one after another. In both the unique row decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from adverts import holders
from adverts.models import Advert, Lease
from adverts.records import FairwatchError

LASTING = timedelta(minutes=2)
"""How long a lease holds. A batch takes seconds; a holder that needs longer renews in time."""
POLL = 1.0
"""Seconds between two looks at a lease that another process has."""
WHOLE = "all"
"""Item of a stage that only one process may do at a time."""


Keep = Callable[[], None]
"""Renews a lease; raises ``LostLeaseError`` where it was lost."""


class HeldElsewhereError(FairwatchError):
    """Another process does this; the message says which and until when."""


class LostLeaseError(FairwatchError):
    """A lease ended while its holder worked: another process may have taken it, so nothing more may be written."""


def take(stage: str, items: Sequence[str], *, holder: str, now: datetime, lasting: timedelta = LASTING) -> list[str]:
    """Lease those of ``items`` that are free, ended or left by a dead process; the ones obtained, in the order given."""
    with transaction.atomic():
        there = Lease.objects.filter(stage=stage, item__in=items)
        there.filter(until__lte=now).delete()
        there.filter(holder__in=_gone(there)).delete()
        Lease.objects.bulk_create(
            [Lease(stage=stage, item=item, holder=holder, until=now + lasting) for item in sorted(items)], ignore_conflicts=True
        )
        got = set(there.filter(holder=holder).values_list("item", flat=True))
    return [item for item in items if item in got]


def take_adverts(stage: str, rows: QuerySet[Advert], *, size: int, holder: str, now: datetime) -> list[Advert]:
    """Lease the first ``size`` of ``rows``, in order of id, that nobody else has, and read them.

    ``rows`` is the query of what waits: it is asked again after the lease is had, so that what another has just finished is left out.
    """
    with transaction.atomic():
        chosen = rows.exclude(Exists(_live(stage, now=now))).order_by("advert_id").values_list("advert_id", flat=True)
        if connection.features.has_select_for_update_skip_locked:
            chosen = chosen.select_for_update(skip_locked=True, no_key=True)
        got = take(stage, list(chosen[:size]), holder=holder, now=now)
    waiting = list(rows.filter(advert_id__in=got).order_by("advert_id"))
    done = set(got) - {row.advert_id for row in waiting}
    if done:
        give_back(stage, sorted(done), holder=holder)
    return waiting


def _live(stage: str, *, now: datetime) -> QuerySet[Lease]:
    leases = Lease.objects.filter(stage=stage, until__gt=now)
    return leases.exclude(holder__in=_gone(leases)).filter(item=OuterRef("pk"))


def _gone(leases: QuerySet[Lease]) -> list[str]:
    """Those holders of the leases that are known to have ended."""
    return [name for name in leases.values_list("holder", flat=True).distinct() if holders.is_gone(name)]


def held(stage: str, *, now: datetime) -> int:
    """How many items of a stage some living process is working on."""
    leases = Lease.objects.filter(stage=stage, until__gt=now)
    return leases.exclude(holder__in=_gone(leases)).count()


def renew(stage: str, items: Sequence[str], *, holder: str, now: datetime, lasting: timedelta = LASTING) -> None:
    """Hold the items longer. Raises ``LostLeaseError`` where one of them is no longer ours."""
    kept = Lease.objects.filter(stage=stage, item__in=items, holder=holder).update(until=now + lasting)
    if kept != len(items):
        raise LostLeaseError(f"{stage}: {len(items) - kept} of {len(items)} leases ended and went to others; nothing is written here")


def give_back(stage: str, items: Sequence[str], *, holder: str) -> list[str]:
    """End the leases and say which of ``items`` were still ours, in the order given.

    Call it in the transaction that writes what was done, and write that much alone: the rows stay locked until then.
    """
    with transaction.atomic():
        rows = Lease.objects.filter(stage=stage, item__in=items, holder=holder).order_by("item")
        ours = set(rows.select_for_update().values_list("item", flat=True))
        Lease.objects.filter(stage=stage, item__in=ours, holder=holder).delete()
    return [item for item in items if item in ours]


@contextmanager
def alone(
    stage: str,
    item: str = WHOLE,
    *,
    clock: Callable[[], datetime],
    lasting: timedelta = LASTING,
    pause: Callable[[float], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Iterator[Keep]:
    """Be the only process that does a stage (or one item of it); yields the function that renews the lease.

    Call that function in every transaction of the work: it raises ``LostLeaseError`` where the lease was lost, which undoes the
    transaction. Where another process has the lease it is waited for with ``pause``, which is said once with ``say``; without ``pause``
    ``HeldElsewhereError`` is raised.
    """
    holder, told = holders.me(), False
    while not take(stage, [item], holder=holder, now=clock(), lasting=lasting):
        if pause is None:
            raise HeldElsewhereError(_who(stage, item))
        if say and not told:
            say(_who(stage, item))
        told = True
        pause(POLL)

    def keep() -> None:
        renew(stage, [item], holder=holder, now=clock(), lasting=lasting)

    try:
        yield keep
    finally:
        give_back(stage, [item], holder=holder)


def _who(stage: str, item: str) -> str:
    lease = Lease.objects.filter(stage=stage, item=item).first()
    what = stage if item == WHOLE else f"{stage} {item}"
    if lease is None:
        return f"{what}: another process has just ended; try again"
    host, _, pid, *_ = [*lease.holder.split(" "), "?", "?"]
    until = f"{lease.until:%Y-%m-%d %H:%M:%S} UTC"
    return f"{what}: process {pid} on {host} is at it, and has until {until} unless it asks for longer; wait for it, or stop it"
