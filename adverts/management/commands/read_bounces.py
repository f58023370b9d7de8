"""``manage.py read_bounces``: mails that came back, from a file, a mailbox, a Maildir or the standard input."""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.management.commands.alert import instant
from alerts import bounces


class Command(BaseCommand):
    """Reads, never changes the mailbox; reading it again changes nothing more."""

    help = "Read delivery reports and stop e-mail to addresses that there are no more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the mails are."""
        parser.add_argument(
            "places", nargs="+", metavar="PLACE", help="a mail, an mbox file, a Maildir, or - for one mail on the standard input"
        )
        parser.add_argument("--now", type=instant, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take each mail by itself; counts on stdout."""
        now = options["now"] or datetime.now(UTC)
        counts: Counter[str] = Counter()
        for place in options["places"]:
            for raw in _mails(place):
                counts[bounces.take(raw, now=now)] += 1
        self.stdout.write(f"{counts.total()} mails read. " + ", ".join(f"{each}: {counts[each]}" for each in bounces.Outcome))


def _mails(place: str) -> Iterator[bytes]:
    """Each mail, at most a byte more than is read at all."""
    most = bounces.LARGEST + 1
    if place == "-":
        yield sys.stdin.buffer.read(most)
        return
    path = Path(place)
    if path.is_dir() and (path / "new").is_dir() and (path / "cur").is_dir():
        yield from _each(mailbox.Maildir(place, create=False))
        return
    try:
        with path.open("rb") as file:
            start = file.read(most)
    except OSError as error:
        raise CommandError(f"{place}: {error.strerror or error}; name a mail, an mbox file or a Maildir") from error
    if start.startswith(b"From "):
        yield from _each(mailbox.mbox(place, create=False))
    else:
        yield start


def _each(box: mailbox.Mailbox[Any]) -> Iterator[bytes]:
    with closing(box):
        for key in box.iterkeys():
            with box.get_file(key) as mail:
                yield mail.read(bounces.LARGEST + 1)
