"""``manage.py new_source URL``: look at a board's start page, write the source file, keep the page as a test."""

from __future__ import annotations

import json
import zlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from adverts.records import FairwatchError
from crawlers import probe, recorded
from crawlers.guess import Guess, guess, name_of
from crawlers.reading import Page, read
from crawlers.source import FOLDER, load
from crawlers.urls import canonical
from settings.env import current

LEGAL_BASIS = "Pages that anybody may read without logging in; name here the law or permission under which this board is read."
PURPOSE = "Finding adverts that ask workers to pay, to hand over their papers, or that hide who employs them."


class Command(BaseCommand):
    """Guess, write, check. Ends 0 (written), 1 (the page shows no advert, or cannot be had), 2 (wrong use)."""

    help = "Write a source file for a board from the address of its list, feed, sitemap, interface or advert."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The address, and what cannot be guessed."""
        parser.add_argument("url", metavar="URL", help="where the board's adverts begin")
        parser.add_argument("--name", default="", help="name of the source; made from the address where none is given")
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the file goes; crawlers/sources where none is given")
        parser.add_argument("--legal-basis", default=LEGAL_BASIS, help="law, mandate or permission, in a sentence")
        parser.add_argument("--purpose", default=PURPOSE, help="what the adverts are read for, in a sentence")
        parser.add_argument("--allow-private", action="store_true", help="for a board on this machine or network")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fetch the page with all manners, then write what it tells."""
        if not canonical(options["url"]):
            raise CommandError(f"{options['url']!r} is no http or https address; write it like https://quay.example/jobs", returncode=2)
        name = options["name"] or name_of(options["url"])
        path: Path = options["folder"] / f"{name}.yml"
        if path.exists():
            raise CommandError(f"{path} exists already; give another --name, or remove it", returncode=2)
        try:
            found = probe.fetch(options["url"], contact=current().operator_contact, allow_private=options["allow_private"])
        except probe.ProbeError as error:
            raise CommandError(str(error), returncode=1) from error
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2) from error
        guessed = guess(found.page, robots=found.robots)
        self._write(path, text_of(name, found.page, guessed, options))
        folder = recorded.keep(current().data_dir, name, found.page, read(found.page))
        self.stdout.write(f"{path}: kind {guessed.kind}, for {guessed.why}")
        self.stdout.write(f"{folder}: the page and what was read from it")
        for hint in guessed.hints:
            self.stdout.write(f"the board also has a {hint}")
        self.stdout.write(f"next: name the legal basis in the file, then manage.py check_source {path}")
        if not guessed.adverts:
            raise CommandError(f"{guessed.why}; look for another start page", returncode=1)

    def _write(self, path: Path, text: str) -> None:
        """Write the file and prove that it is a source; a wrong one does not stay."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        try:
            load(path)
        except FairwatchError as error:
            path.unlink()
            raise CommandError(f"no file was written: {error}", returncode=2) from error


def text_of(name: str, page: Page, guessed: Guess, options: dict[str, Any]) -> str:
    """The source file: every line with a value that works and a comment that says why."""
    parts = urlsplit(page.url)
    home = f"{parts.scheme}://{parts.netloc}/"
    lines = [
        f"# Written by new_source after one look at the start page: {guessed.why}.",
        f"name: {name}",
        f"title: {_quoted(guessed.title or parts.hostname or name)}",
        f"legal_basis: {_quoted(options['legal_basis'])}",
        f"purpose: {_quoted(options['purpose'])}",
        f"contact_page: {_quoted(home)}  # better: the page on which the board's operator can be reached",
        "start:",
        *_start(page.url, guessed),
        f"details: {guessed.details}  # whether the page of each advert is fetched beside the list",
        "rate: 0.5  # requests a second, at most; a slower Crawl-delay in robots.txt goes first",
        "concurrency: 1",
        *([f"languages: [{_quoted(guessed.language)}]  # as the page declares"] if guessed.language else []),
        *_expected(guessed),
        f'schedule: "{zlib.crc32(name.encode()) % 60} */6 * * *"  # every six hours, at a minute of its own',
        "enabled: false  # switch it on when the legal basis stands and check_source shows adverts",
        *(["allow_private: true  # a board on this machine or network"] if options["allow_private"] else []),
    ]
    return "\n".join([*lines, *(f"# also there: {hint}" for hint in guessed.hints)]) + "\n"


def _start(url: str, guessed: Guess) -> list[str]:
    lines = [f"  - kind: {guessed.kind}", f"    urls: [{_quoted(url)}]" if guessed.kind == "urls" else f"    url: {_quoted(url)}"]
    if guessed.include:
        lines.append(f"    include: {_quoted(guessed.include)}  # most addresses have it; others are not visited")
    if guessed.paging:
        parameter, first, step = guessed.paging
        lines += ["    paging:", f"      parameter: {_quoted(parameter)}", f"      first: {first}", f"      step: {step}"]
    return lines


def _expected(guessed: Guess) -> list[str]:
    """A floor low enough for a quiet week: half of what one page showed."""
    least = guessed.adverts // 2
    return ["expected:", f"  adverts: {{min: {least}}}  # half of what one page showed; raise it after a week of crawls"] if least else []


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
