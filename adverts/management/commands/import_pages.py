"""``manage.py import_pages PATH... --source NAME``: saved pages, folders and WARC files into landing and captures."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.progress import bar
from adverts.records import FairwatchError
from adverts.sealing import seal
from crawlers.reading import kinds
from crawlers.saved import ENDINGS
from crawlers.taking import Import, Taken
from crawlers.urls import canonical
from settings.env import current

SHOWN = 20
"""Troubles written out; the others are counted."""


class Command(BaseCommand):
    """Ends with 0 (all was taken), 1 (some files could not be used, the others were taken) or 2 (a bad call, nothing was done)."""

    help = (
        f"Read saved pages ({', '.join(ENDINGS)}, .gz too; folders with all that is below them) as a crawl would, keep them as "
        "captures and land their adverts; `ingest` takes them from there. Nothing is fetched; a repeat changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to take, and under which name."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--source", required=True, metavar="NAME", help="name of the source the adverts belong to")
        parser.add_argument("--url-base", default="", metavar="URL", help="address the files were saved from; their names follow it")
        parser.add_argument("--kind", default="auto", help="reader to use (default: auto)")

    def handle(self, *args: Any, paths: list[Path], source: str, url_base: str, kind: str, **options: Any) -> None:
        """Take in, seal, say how many."""
        self._check(paths, url_base, kind)
        env = current()
        try:
            with bar("import", 0, unit="pages") as advance:
                taken = Import(
                    source=source, landing_dir=env.landing_dir, captures_dir=env.captures_dir, now=datetime.now(UTC), kind=kind
                ).run(paths, url_base=url_base, progress=advance)
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2) from error
        for warning in seal(env.captures_dir, now=datetime.now(UTC), timestamp_url=env.timestamp_url).warnings:
            self.stderr.write(warning)
        self._report(taken)

    def _check(self, paths: list[Path], url_base: str, kind: str) -> None:
        for path in paths:
            if not path.exists():
                raise CommandError(f"{path}: no such file or folder; give the path of saved pages", returncode=2)
        if url_base and not canonical(url_base):
            raise CommandError(f"--url-base {url_base!r}: is no http or https address; give the site's, as https://...", returncode=2)
        if kind != "auto" and kind not in kinds():
            raise CommandError(f"--kind {kind!r}: there is no such reader; use auto or one of {', '.join(kinds())}", returncode=2)

    def _report(self, taken: Taken) -> None:
        where = f", into {taken.landing}" if taken.landing else ""
        self.stdout.write(
            f"import: {taken.pages} pages, {taken.before} taken before, {taken.adverts} adverts landed, "
            f"{taken.without.total()} without an advert, {len(taken.troubles)} not usable{where}"
        )
        for reason, number in taken.without.most_common(SHOWN):
            self.stderr.write(f"{number} without an advert: {reason}")
        for trouble in taken.troubles[:SHOWN]:
            self.stderr.write(trouble)
        if taken.troubles:
            more = f" ({len(taken.troubles) - SHOWN} more than are shown)" if len(taken.troubles) > SHOWN else ""
            raise CommandError(f"{len(taken.troubles)} files or records could not be used{more}; the others were taken", returncode=1)
