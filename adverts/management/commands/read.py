"""Reads one saved page, feed or API answer with the readers alone and prints the adverts found as JSON lines."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

if TYPE_CHECKING:
    from crawlers.reading import Draft, Reading

MAX_FILE = 64 * 1024 * 1024
"""Largest file taken from disk or standard input, in bytes, before unpacking."""


class Command(BaseCommand):
    """``manage.py read FILE --url URL [--kind KIND]``: needs neither database nor network.

    Exit status 0 with adverts, 1 with none (the reason on standard error), 2 for wrong use.
    """

    help = "Read adverts from a saved page, feed or API answer; FILE may be - for standard input, gzip is unpacked."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the address it was fetched from, and the reader."""
        parser.add_argument("file", metavar="FILE", help="saved body; - for standard input")
        parser.add_argument("--url", required=True, help="address the body was fetched from; relative links start from it")
        parser.add_argument(
            "--kind", default="auto", help="reader to use: auto (default), advert, ats, feed, jobposting, listing, posts, sitemap, state"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one JSON object for each advert."""
        from crawlers.decoding import BadBody
        from crawlers.reading import Page, UnknownKind, read

        try:
            page = Page(body=_body(options["file"]), url=_address(options["url"]))
            found = read(page, kind=options["kind"])
        except (BadBody, UnknownKind) as error:
            raise CommandError(str(error), returncode=2) from error
        for advert in found.adverts:
            self.stdout.write(json.dumps(row(advert, found), ensure_ascii=False))
        if not found.adverts:
            links = f" ({len(found.links)} links, {len(found.next_pages)} next pages)" if found.links or found.next_pages else ""
            self.stderr.write(f"{options['file']}: no advert: {found.reason}{links}")
            sys.exit(1)


def row(advert: Draft, found: Reading) -> dict[str, Any]:
    """The fields of the landing file that a reader can fill, and whether the advert is complete."""
    return {
        "url": advert.url,
        "source_id": advert.source_id,
        "title": advert.title,
        "text": advert.text,
        "employer": advert.employer,
        "place": advert.place,
        "country": advert.country,
        "pay": asdict(advert.pay) if advert.pay else None,
        "posted_on": advert.posted_on.isoformat() if advert.posted_on else "",
        "valid_until": advert.valid_until.isoformat() if advert.valid_until else "",
        "languages": list(advert.languages),
        "complete": advert.complete,
        "reader": found.reader,
        "reader_version": found.version,
        "raw": dict(advert.raw),
    }


def _address(url: str) -> str:
    from crawlers.urls import canonical

    if not canonical(url):
        raise CommandError(f"--url {url!r} is no http or https address: give the one the file was fetched from", returncode=2)
    return url


def _body(name: str) -> bytes:
    """The bytes of a file or of standard input, unpacked."""
    from crawlers.decoding import unpack

    if name == "-":
        packed = sys.stdin.buffer.read(MAX_FILE + 1)
    else:
        path = Path(name)
        try:
            with path.open("rb") as file:
                packed = file.read(MAX_FILE + 1)
        except OSError as error:
            raise CommandError(
                f"{name}: {error.strerror or error}: give the path of a saved page, or - for standard input", returncode=2
            ) from error
    if len(packed) > MAX_FILE:
        raise CommandError(f"{name}: more than {MAX_FILE:,} bytes: give one page at a time", returncode=2)
    return unpack(packed)
