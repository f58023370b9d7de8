"""``manage.py run``: all stages once, in order."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

STAGES = ("ingest", "assess", "link", "refresh_queue", "reindex", "alert")
"""In the order of the path; crawling is left to `crawl`, which knows each source's manners and hours."""
LEAVABLE = ("crawl", *STAGES)
"""Stages that can be left to workers."""


class Command(BaseCommand):
    """Run the stages after the crawl; each finds its own work and repeats nothing."""

    help = "Run ingest, assess, link, queue, reindex and alert once, in order (and crawl first with --crawl)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--crawl", nargs="*", metavar="SOURCE", default=None, help="crawl these sources first (all enabled ones where none is named)"
        )
        parser.add_argument("--workers", default="1", metavar="N", help="assess with N processes")
        add_leave(parser)

    def handle(self, *args: Any, crawl: list[str] | None, workers: str, leave: list[str], **options: Any) -> None:
        """Call each stage's own command."""
        if crawl is not None and "crawl" not in leave:
            call_command("crawl", *crawl, **({} if crawl else {"all_enabled": True}))
        for stage in STAGES:
            if stage not in leave:
                more = ["--workers", workers] if stage == "assess" else []
                call_command(stage, *more, stdout=self.stdout, stderr=self.stderr)


def add_leave(parser: ArgumentParser) -> None:
    """Declare ``--leave``: stages that other processes do (``manage.py worker``)."""
    parser.add_argument(
        "--leave",
        action="append",
        choices=LEAVABLE,
        default=[],
        metavar="STAGE",
        help=f"leave to workers one of {', '.join(LEAVABLE)}; can be repeated",
    )
