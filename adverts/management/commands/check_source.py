"""``manage.py check_source FILE``: a dry run of a source: what would be fetched, what robots.txt says, the first adverts as read."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.records import FairwatchError
from crawlers import landing, process, recorded
from crawlers.captures import answers
from crawlers.process import Job, Outcome
from crawlers.source import Source, find, load
from settings.crawling import user_agent
from settings.env import current

ADVERTS = 5
PAGES = 40
"""Most answers a dry run waits for: it must not become a crawl."""
TEXT_SHOWN = 240


class Command(BaseCommand):
    """Try a source and keep nothing. Ends 0 (an advert was read), 1 (none was), 2 (the file is wrong)."""

    help = "Try a source file: what would be fetched, what robots.txt says, the first five adverts as read. Nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file."""
        parser.add_argument("source", metavar="FILE", help="path of a .yml file, or name of one in crawlers/sources")
        parser.add_argument("--base", default="", metavar="URL", help="take scheme, host and port of the start points from here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, fetch a little, show."""
        contact = current().operator_contact
        try:
            path = find(options["source"])
            source = load(path)
            source.require_contact(contact)
            if options["base"]:
                source = source.rebased(options["base"])
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2) from error
        self._show(_plan(source, contact))
        with tempfile.TemporaryDirectory(prefix="fairwatch-check-") as folder:
            job = Job(
                name=source.name, source=path, landing=Path(folder) / "landing", captures=Path(folder) / "captures",
                stem=landing.new_stem(datetime.now(UTC)), base=options["base"], limit=ADVERTS, contact=contact,
                settings={"CLOSESPIDER_PAGECOUNT": str(PAGES)},
            )  # fmt: skip
            outcome = process.run(job, progress=_silent, complain=self._complain, started=[])
            self._show(_found(outcome))
            adverts = list(landing.read_lines(job.landing_path)) if job.landing_path.exists() else []
            for line in adverts:
                self._show(_advert(line))
        self._show(_recorded(source.name))
        if not adverts:
            raise CommandError("no advert was read; correct start, include or reader, then check again", returncode=1)

    def _show(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _complain(self, name: str, text: str) -> None:
        self.stderr.write(f"{name}: {text}")


def _silent(name: str, counts: dict[str, int]) -> None:
    """A dry run is short: no progress is shown."""


def _plan(source: Source, contact: str) -> Iterator[str]:
    yield f"{source.name}: {source.title}"
    yield f"  legal basis   {source.legal_basis}"
    yield f"  purpose       {source.purpose}"
    yield f"  switched on   {'yes' if source.enabled else 'no'}, schedule {source.schedule or 'none'}"
    yield f"  user agent    {user_agent(contact)}"
    yield f"  at most       {source.rate:g} requests a second, {source.concurrency} at a time"
    yield f"  hosts         {', '.join(sorted(source.visited_hosts))}"
    yield f"  advert pages  {source.details}, read by {source.reader}"
    for start in source.start:
        for url in start.urls[:5]:
            yield f"  {start.kind:13} {url}"


def _found(outcome: Outcome) -> Iterator[str]:
    report = outcome.report
    yield ""
    for host, said in report.get("hosts", {}).items():
        delay = f", Crawl-delay {said['crawl_delay']:g} s" if said.get("crawl_delay") else ""
        yield f"robots.txt of {host}: {_verdict(str(said.get('robots')))}{delay}"
    counts = report.get("counts", {})
    if counts.get("robots"):
        yield f"robots.txt forbids {counts['robots']} of the pages asked for: {', '.join(report['examples'].get('robots', []))}"
    for name in report.get("captures", []):
        for url, status in answers(outcome.job.captures / name):
            yield f"  {status} {url}"
    for kind, number in report.get("errors", {}).items():
        yield f"error {kind}: {number}, such as {', '.join(report['examples'].get(kind, [])[:2])}"
    for reason, number in report.get("without_advert", {}).items():
        yield f"no advert on {number} pages: {reason}"
    for why in report.get("unread", []):
        yield f"list not read whole: {why}"


def _recorded(name: str) -> Iterator[str]:
    """Whether the start page that new_source kept is still read as it was then."""
    differences = recorded.differences(current().data_dir, name)
    if differences is None:
        return
    yield ""
    yield f"recorded start page: {'read as when it was kept' if not differences else 'read otherwise: the readers have changed'}"
    yield from (f"  {difference}" for difference in differences[:20])


def _verdict(answer: str) -> str:
    if answer.startswith("2"):
        return "read, and kept to"
    if answer.startswith("4") and answer != "429":
        return f"answered {answer}: there is none, all is allowed"
    return f"could not be had ({answer}): nothing is allowed now"


def _advert(line: dict[str, Any]) -> Iterator[str]:
    pay = (line["pay"] or {}).get("raw", "")
    yield ""
    yield f"{line['title']}"
    for name, value in {**line, "pay": pay, "languages": ", ".join(line["languages"])}.items():
        if name in {"source_id", "url", "employer", "place", "country", "pay", "posted_on", "valid_until", "languages", "reader"} and value:
            yield f"  {name:13} {value}"
    text = " ".join(line["text"].split())
    yield f"  text          {text[:TEXT_SHOWN]}{'...' if len(text) > TEXT_SHOWN else ''}"
