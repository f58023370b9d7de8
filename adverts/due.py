"""What waits for a worker: for each stage, whether its command would find something to do now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Max

from adverts import assess, intake, leases
from adverts.models import Run
from crawlers import source
from linking import link
from settings.env import current

CRAWL_EVERY = timedelta(minutes=60)
"""A source is asked once in an hour at most, by whichever crawler."""
AT_LEAST_EVERY = timedelta(minutes=60)
"""A stage runs at least so often even when nothing waits, so that ``/healthz`` can tell a quiet day from a dead worker."""

FEEDING = {"queue": ("ingest", "assess", "link"), "reindex": ("ingest", "assess", "link", "queue")}
"""Stage -> the stages whose work it takes up. Named as in ``adverts.models.Run``."""


def ingest_waits(seen: dict[str, int]) -> bool:
    """Whether landing holds bytes not taken; what stayed after the last look (a line still being written) does not count again."""
    folder = current().landing_dir
    pending = intake.pending_bytes(folder) if folder.exists() else 0
    before, seen["ingest"] = seen.get("ingest", 0), pending
    return 0 < pending != before


def assess_waits() -> bool:
    """Whether an advert has no assessment by the rules and model in use."""
    return assess.waiting().exists()


def link_waits(now: datetime) -> bool:
    """Whether an advert has not been linked since it was written, and nobody is linking."""
    return link.waiting_count() > 0 and not leases.held("link", now=now)


def follows(stage: str, now: datetime) -> bool:
    """Whether a stage that feeds ``stage`` has ended well since ``stage`` last began, and nobody is at it."""
    last = Run.objects.filter(stage=stage, ok=True).aggregate(last=Max("started_at"))["last"]
    fed = Run.objects.filter(stage__in=FEEDING[stage], ok=True)
    return (fed.filter(ended_at__gt=last) if last else fed).exists() and not leases.held(stage, now=now)


def quiet_too_long(stage: str, now: datetime) -> bool:
    """Whether nobody has run the stage for ``AT_LEAST_EVERY``."""
    return not Run.objects.filter(stage=stage, started_at__gt=now - AT_LEAST_EVERY).exists()


def sources(now: datetime) -> list[str]:
    """Enabled sources that nobody has begun to crawl within ``CRAWL_EVERY``, the one left longest first."""
    begun = dict(Run.objects.filter(stage__startswith="crawl:").values_list("stage").annotate(last=Max("started_at")))
    names = [path.stem for path in source.enabled()]
    waiting = [name for name in names if _last(begun, name) is None or now - begun[f"crawl:{name}"] >= CRAWL_EVERY]
    return sorted(waiting, key=_longest_left(begun))


def _last(begun: dict[str, datetime], name: str) -> datetime | None:
    return begun.get(f"crawl:{name}")


def _longest_left(begun: dict[str, datetime]) -> Callable[[str], tuple[bool, float]]:
    def key(name: str) -> tuple[bool, float]:
        last = _last(begun, name)
        return last is not None, last.timestamp() if last else 0.0

    return key
