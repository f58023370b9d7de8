"""One row for each run of a stage: when it began and ended, whether well, what it counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from adverts.models import Run


class Tally(dict[str, int]):
    """What a run counts, by name."""


@contextmanager
def recorded(stage: str) -> Iterator[Tally]:
    """Note the run of ``stage``; the caller fills the tally. A run that raises is noted as failed, and the error goes on."""
    run = Run.objects.create(stage=stage, started_at=datetime.now(UTC))
    tally = Tally()
    ok = False
    try:
        yield tally
        ok = True
    finally:
        run.ended_at, run.ok, run.counts = datetime.now(UTC), ok, dict(tally)
        run.save(update_fields=["ended_at", "ok", "counts"])


def plain(counts: object) -> Mapping[str, int]:
    """The numbers of a stage's counts, by name."""
    names = getattr(type(counts), "__dataclass_fields__", {})
    return {name: value for name in names if isinstance(value := getattr(counts, name), int)}
