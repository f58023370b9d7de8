"""The table of jobs: what runs when. The scheduler runs each as ``manage.py <command>``, the same an operator types.

To change a time, change its line and restart ``manage.py schedule``; there is no second place where jobs are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One line of the timetable."""

    name: str
    cron: str
    """Minute, hour, day of month, month, day of week, in UTC."""
    command: tuple[str, ...]
    """Arguments of ``manage.py``."""
    stages: tuple[str, ...] = ()
    """Stages (names of ``adverts.models.Run``; ``crawl`` stands for every ``crawl:<source>``) whose success this job brings about."""
    late_after: timedelta = timedelta(hours=3)
    """A stage that has not succeeded for this long is late: ``/healthz`` answers 503."""


JOBS: tuple[Job, ...] = (
    # boards are asked once in an hour at most; the stages after crawling follow at once, each takes what the one before left
    Job(name="path", cron="7 * * * *", command=("run", "--crawl"), stages=("crawl", "ingest", "assess", "link", "queue", "reindex")),
    # digests have full local hours, and some time zones lie a quarter of an hour off: every quarter, a little after
    Job(name="alert", cron="2-59/15 * * * *", command=("alert",), stages=("alert",), late_after=timedelta(hours=1)),
    # mails that came back, from FAIRWATCH_BOUNCES; nothing where that is empty
    Job(name="bounces", cron="37 * * * *", command=("read_bounces",), stages=("bounces",)),
    # last days of notices pass at midnight: in the morning their people read of it
    Job(name="remind", cron="23 6 * * *", command=("remind",), stages=("remind",), late_after=timedelta(hours=27)),
    # new words are weighed by full weeks; daily, so that what was restricted since is out by the next morning
    Job(name="new-terms", cron="41 3 * * *", command=("new_terms",), stages=("new-terms",), late_after=timedelta(hours=27)),
)

MISFIRE_GRACE = timedelta(minutes=30)
"""A run that could not start on time (machine asleep, run before it still going) is made up for if it is no later than this."""

STOP_WITHIN = timedelta(seconds=20)
"""How long a running command is given to end when the scheduler is told to stop; then it is killed. Every stage can be."""
