"""``manage.py crawl SOURCE...``: fetch sources into landing and captures, each in a process of its own."""

from __future__ import annotations

import io
import signal
import subprocess
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from adverts import leases
from adverts.heartbeat import beating
from adverts.models import Advert, Run
from adverts.records import FairwatchError
from adverts.sealing import seal
from crawlers import landing, pictures, process, source
from crawlers.known import KnownAdvert, write_known
from crawlers.process import Job, Outcome
from settings.env import Env, current

COLUMNS = ("pages", "adverts", "new", "unchanged", "gone", "robots", "errors")


class Command(BaseCommand):
    """Crawl sources. Progress goes to stderr, a table of counts to stdout; ends 0 (all well), 1 (something not), 2 (bad call)."""

    help = "Fetch the adverts of one or more sources into landing files and captures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which sources, and how."""
        parser.add_argument("sources", nargs="*", metavar="SOURCE", help="name of a file in crawlers/sources, or the path of a .yml file")
        parser.add_argument("--all-enabled", action="store_true", help="every source that is switched on")
        parser.add_argument("--base", default="", metavar="URL", help="take scheme, host and port of the start points from here")
        parser.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="how many sources are crawled at the same time")
        parser.add_argument(
            "--older-than", type=int, default=0, metavar="MINUTES", help="leave out sources that anybody began to crawl within this time"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Crawl, record a run for each source, print the table."""
        env, now = current(), datetime.now(UTC)
        try:
            jobs = [self._job(path, env=env, base=options["base"], now=now) for path in _paths(options)]
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2) from error
        outcomes, recent = [], timedelta(minutes=options["older_than"])
        with ExitStack() as held:
            keeps = {job.name: self._lease(job, held) for job in jobs}
            jobs = [job for job in jobs if keeps[job.name] is None or not _begun_after(now - recent, job)]
            free = [job for job in jobs if keeps[job.name] is not None and self._is_free(job)]
            held.enter_context(beating([keep for keep in keeps.values() if keep is not None]))
            runs = {job.name: Run.objects.create(stage=f"crawl:{job.name}", started_at=now) for job in free}
            for outcome in _crawled(free, at_once=options["jobs"], console=Console(stderr=True)):
                outcomes.append(outcome)
                _record(runs[outcome.job.name], outcome)
        self.stdout.write(_table(outcomes), ending="")
        for warning in _evidence(outcomes, env):
            self.stderr.write(warning)
        bad = len(jobs) - sum(outcome.ok for outcome in outcomes)
        if bad:
            raise CommandError(f"{bad} of {len(jobs)} crawls did not go well; see above and the reports in {env.landing_dir}", returncode=1)

    def _job(self, path: Path, *, env: Env, base: str, now: datetime) -> Job:
        chosen = source.load(path)
        chosen.require_contact(env.operator_contact)
        if base:
            chosen.rebased(base)  # a bad base is said before anything starts
        return Job(
            name=chosen.name, source=path, landing=env.landing_dir, captures=env.captures_dir, stem=landing.new_stem(now),
            known=env.data_dir / "known" / f"{chosen.name}.jsonl", base=base, contact=env.operator_contact,
        )  # fmt: skip

    def _lease(self, job: Job, held: ExitStack) -> leases.Keep | None:
        """Take the lease of a source, so that of several crawlers, on whatever machines, only one has it."""
        try:
            return held.enter_context(leases.alone("crawl", job.name, clock=timezone.now))
        except leases.HeldElsewhereError as error:
            self.stderr.write(str(error))
            return None

    def _is_free(self, job: Job) -> bool:
        """Write the known file if nobody else crawls the source; its crawl takes the lock itself, which settles any race."""
        try:
            with landing.lock(job.landing, source=job.name):
                if job.known is not None:
                    write_known(job.known, _known(job.name))
        except landing.SourceBusy as error:
            self.stderr.write(str(error))
            return False
        return True


def _paths(options: dict[str, Any]) -> list[Path]:
    if options["all_enabled"] and options["sources"]:
        raise source.SourceError("give sources or --all-enabled, not both")
    paths = source.enabled() if options["all_enabled"] else [source.find(name) for name in options["sources"]]
    if not paths:
        raise source.SourceError("no source is given: name one or more, or add --all-enabled")
    return list(dict.fromkeys(paths))


def _begun_after(then: datetime, job: Job) -> bool:
    return Run.objects.filter(stage=f"crawl:{job.name}", started_at__gt=then).exists()


def _known(name: str) -> Iterator[KnownAdvert]:
    """What the ledger knows of a source."""
    fields = ("url", "source_id", "etag", "last_modified", "capture_sha256", "closed_at")
    for url, source_id, etag, last_modified, sha256, closed_at in Advert.objects.filter(source=name).values_list(*fields).iterator():
        yield KnownAdvert(url=url, source_id=source_id, etag=etag, last_modified=last_modified, sha256=sha256, closed=closed_at is not None)


def _crawled(jobs: Sequence[Job], *, at_once: int, console: Console) -> Iterator[Outcome]:
    """Run the jobs, saying on ``console`` how they go; the outcomes in the order of the jobs."""
    started: list[subprocess.Popen[str]] = []
    bars = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, disable=not console.is_terminal
    )
    tasks = {job.name: bars.add_task(escape(job.name), total=None) for job in jobs}

    def progress(name: str, counts: dict[str, int]) -> None:
        words = ", ".join(f"{counts.get(what, 0)} {what}" for what in ("pages", "adverts", "unchanged", "errors", "waiting"))
        bars.update(tasks[name], description=f"{escape(name)}: {words}")

    def complain(name: str, text: str) -> None:
        console.print(f"{escape(name)}: {escape(text)}", soft_wrap=True, highlight=False)

    waiting: list[Future[Outcome]] = []

    def end(*_: object) -> None:
        for future in waiting:
            future.cancel()
        for child in started:
            child.terminate()

    with _on_signal(end), bars, ThreadPoolExecutor(max_workers=at_once) as pool:
        waiting += [pool.submit(process.run, job, progress=progress, complain=complain, started=started) for job in jobs]
        for job, future in zip(jobs, waiting, strict=True):
            # not await its result alone: a signal may cancel a crawl that has not begun
            wait([future])
            bars.stop_task(tasks[job.name])
            yield Outcome(job=job, returncode=-1, report={}) if future.cancelled() else future.result()


@contextmanager
def _on_signal(end: Callable[..., None]) -> Iterator[None]:
    """Have the crawls end gently when this process is asked to end, where it may say so (in the main thread)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _evidence(outcomes: Sequence[Outcome], env: Env) -> list[str]:
    """Picture what was landed, where that is wanted, then seal the captures; warnings alone, for the adverts are there all the same."""
    warnings: list[str] = []
    for job in [outcome.job for outcome in outcomes if env.pictures]:
        warnings += pictures.take(job.captures, job.landing_path, source=job.name, now=datetime.now(UTC)).warnings
    return warnings + seal(env.captures_dir, now=datetime.now(UTC), timestamp_url=env.timestamp_url).warnings


def _record(run: Run, outcome: Outcome) -> None:
    report = outcome.report
    run.ended_at, run.ok = datetime.now(UTC), outcome.ok
    more = {name: report.get(name) for name in ("ended", "lists_read_whole", "landing", "alarms", "fill")}
    run.counts = {**report.get("counts", {}), **more, "by_kind": report.get("errors")}
    run.save(update_fields=["ended_at", "ok", "counts"])


def _table(outcomes: Sequence[Outcome]) -> str:
    table = Table(box=None, pad_edge=False)
    table.add_column("source")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    table.add_column("ended")
    for outcome in outcomes:
        counts = outcome.report.get("counts", {})
        ended = str(outcome.report.get("ended", "did not start"))
        if ended == "finished" and not outcome.ok:
            ended = "lists in part"
        table.add_row(outcome.job.name, *(str(counts.get(name, 0)) for name in COLUMNS), ended)
    out = io.StringIO()
    Console(file=out, width=140).print(table)
    return out.getvalue()
