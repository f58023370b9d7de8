"""How each source fares, from the runs of its crawls alone: last success, counts, fill, errors by kind, and what an operator must hear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from adverts.models import Run

STAGE = "crawl:"
LOOKED_BACK = 10
"""Runs of a source that are looked at."""
SILENT_AFTER = timedelta(days=2)
"""Time without a crawl that met an advert after which a source counts as silent, however often it is meant to be crawled."""
LESS, MORE = 0.5, 2.0
"""Share of the usual number of adverts below and above which a crawl counts as shrinking or exploding."""
FEW = 20
"""Adverts below which such a share says nothing."""
ALARMS = ("silent", "shrinking", "exploding", "blocked", "reader", "fill", "forbidden", "part", "failed")
"""The kinds of alarm; an alarm is a sentence that begins with its kind and a colon."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source as its last crawls left it."""

    name: str
    last_success: datetime | None
    """End of the newest crawl that went well."""
    last_run: datetime
    running: bool
    pages: int
    adverts: int
    """Adverts met by the newest ended crawl: read, or unchanged."""
    usual: int | None
    """Adverts its earlier good crawls met, as a rule; None where there are too few of them to tell."""
    fill: Mapping[str, float] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)
    """Errors of the newest ended crawl by kind."""
    alarms: tuple[str, ...] = ()

    def kinds(self) -> frozenset[str]:
        """The kinds of its alarms."""
        return frozenset(alarm.partition(":")[0] for alarm in self.alarms)


def all_sources(*, now: datetime) -> list[SourceHealth]:
    """Every source that was ever crawled, by name."""
    by_name: dict[str, list[Run]] = {}
    for run in Run.objects.filter(stage__startswith=STAGE).order_by("stage", "-started_at"):
        kept = by_name.setdefault(run.stage.removeprefix(STAGE), [])
        if len(kept) < LOOKED_BACK or (run.ok and not any(one.ok for one in kept)):
            kept.append(run)
    return [health_of(name, runs, now=now) for name, runs in by_name.items()]


def health_of(name: str, runs: Sequence[Run], *, now: datetime) -> SourceHealth:
    """The health of a source by its runs, the newest first."""
    ended = [run for run in runs if run.ended_at is not None]
    newest = ended[0] if ended else runs[0]
    good = [run for run in ended if run.ok]
    earlier = [_met(run) for run in good if run is not newest]
    usual = round(median(earlier)) if len(earlier) >= 2 else None
    counts: Mapping[str, Any] = newest.counts
    return SourceHealth(
        name=name, last_success=good[0].ended_at if good else None, last_run=runs[0].started_at, running=runs[0].ended_at is None,
        pages=_number(counts.get("pages")), adverts=_met(newest), usual=usual, fill=_shares(counts.get("fill")),
        errors=_counted(counts.get("by_kind")), alarms=tuple(_alarms(newest, ended, usual=usual, now=now)) if ended else (),
    )  # fmt: skip


def _alarms(newest: Run, ended: Sequence[Run], *, usual: int | None, now: datetime) -> Iterable[str]:
    """What the crawl itself said, and what only its history tells."""
    said = [str(alarm) for alarm in newest.counts.get("alarms") or [] if str(alarm).partition(":")[0] in ALARMS]
    yield from said
    kinds = {alarm.partition(":")[0] for alarm in said}
    met = _met(newest)
    if usual is not None and usual >= FEW and met < LESS * usual and not kinds & {"shrinking", "silent", "reader"}:
        yield f"shrinking: {met} adverts were met, {usual} are usual"
    if usual is not None and met >= FEW and met > MORE * usual and "exploding" not in kinds:
        yield f"exploding: {met} adverts were met, {usual} are usual"
    last = max((run.ended_at for run in ended if run.ended_at and _met(run)), default=None)
    if "silent" not in kinds and (last is None or now - last > SILENT_AFTER):
        yield f"silent: no crawl has met an advert {f'since {last:%Y-%m-%d %H:%M} UTC' if last else 'yet'}"
    if newest.ok is False and not newest.counts.get("ended"):
        yield "failed: the last crawl could not start, or was ended before it could report; see its log"


def _met(run: Run) -> int:
    return _number(run.counts.get("adverts")) + _number(run.counts.get("unchanged"))


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _counted(found: Any) -> dict[str, int]:
    return {str(name): _number(number) for name, number in found.items()} if isinstance(found, dict) else {}


def _shares(found: Any) -> dict[str, float]:
    """Share of each field, the best filled first; the database keeps no order of its own."""
    shares = {str(name): float(share) for name, share in found.items() if isinstance(share, int | float)} if isinstance(found, dict) else {}
    return dict(sorted(shares.items(), key=lambda one: (-one[1], one[0])))
