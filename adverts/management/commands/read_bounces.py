"""``manage.py read_bounces``: mails that came back, from a file, a mailbox, a Maildir or the standard input (a mail server's pipe)."""

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
from django.db import OperationalError

from adverts.management.commands.alert import instant
from adverts.runs import recorded
from alerts import bounces
from settings.env import current

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and pipes it again later."""


class Command(BaseCommand):
    """Reads, never changes the mailbox; reading it again changes nothing more."""

    help = "Read delivery reports and stop e-mail to addresses that there are no more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the mails are."""
        parser.add_argument(
            "places",
            nargs="*",
            metavar="PLACE",
            help="a mail, an mbox file, a Maildir, or - for one mail on the standard input; without any: FAIRWATCH_BOUNCES",
        )
        parser.add_argument("--now", type=instant, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take each mail by itself; counts on stdout. Exit status 75 where a mail server's pipe should come again."""
        now = options["now"] or datetime.now(UTC)
        counts: Counter[str] = Counter()
        if options["places"]:
            try:
                _read(options["places"], counts, now=now)
            except OperationalError as error:
                raise CommandError(f"the ledger cannot be written now ({error}); try again", returncode=TRY_AGAIN) from error
        else:
            with recorded("bounces") as tally:
                _read([place] if (place := current().bounces) else [], counts, now=now)
                tally.update(counts)
        self.stdout.write(f"{counts.total()} mails read. " + ", ".join(f"{each}: {counts[each]}" for each in bounces.Outcome))


def _read(places: list[str], counts: Counter[str], *, now: datetime) -> None:
    for place in places:
        for raw in _mails(place):
            counts[bounces.take(raw, now=now).value] += 1


def _mails(place: str) -> Iterator[bytes]:
    """Each mail, at most a byte more than is read at all."""
    most = bounces.LARGEST + 1
    if place == "-":
        yield sys.stdin.buffer.read(most)
        # a mail server takes a pipe that closes early for a failure: the rest is read and forgotten
        while sys.stdin.buffer.read(1 << 16):
            continue
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
            try:
                mail = box.get_file(key)
            except (KeyError, FileNotFoundError):
                continue  # somebody has moved or deleted it meanwhile
            with mail:
                yield mail.read(bounces.LARGEST + 1)
