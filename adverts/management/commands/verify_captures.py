"""``manage.py verify_captures``: are all captures as they were made?"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.models import AuditEntry
from adverts.progress import bar
from adverts.sealing import PINNED, STAMPED
from crawlers import timestamp
from crawlers.evidence_check import Check, Fault, Result
from settings.env import current

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,9})\.tsr")


class Command(BaseCommand):
    """Ends with 0 where all is as it was, 1 where something is not (file, record, address, what is wrong), 2 for a bad call."""

    help = "Recompute the digests of captures and the hash chain over them; names each file, record and address that is not as it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to check; everything where nothing is said."""
        parser.add_argument("--day", default="", help="the captures and the chain of one day alone, as 2026-05-04")
        parser.add_argument("--all", action="store_true", help="everything (the default)")
        parser.add_argument("--source", default="", help="the captures of one source alone (the chain is checked whole)")
        parser.add_argument("--expect", action="append", default=[], metavar="HASH", help="a head noted earlier: must be in the chain")

    def handle(self, *args: Any, day: str, source: str, **options: Any) -> None:
        """Check and report."""
        if day and (options["all"] or not _is_day(day)):
            raise CommandError(f"--day {day}: give one day as 2026-05-04, without --all", returncode=2)
        env = current()
        root = env.captures_dir
        if not root.is_dir() or (day and not (root / "chain" / f"{day}.jsonl").is_file()):
            raise CommandError(f"{root}: holds no captures{f' of {day}' if day else ''}; crawl first, or correct --day", returncode=2)
        if source and not (root / source).is_dir():
            raise CommandError(f"--source {source}: there is no folder {root / source}; name one of the folders in {root}", returncode=2)
        pins, stamps = _noted(day), _stamps(root, day)
        wanted = [*pins, *stamps]
        with bar("verify", _bytes(root, source), unit="bytes") as advance:
            check = Check(root, day=day, source=source, progress=advance, wanted=wanted, expected=options["expect"])
            result = check.run()
        result.faults += _unpinned(result, pins)
        result.faults += self._stamped(result, stamps, ca=env.timestamp_ca)
        result.faults += _lost_stamps(root, day)
        self._report(result)

    def _stamped(self, result: Result, stamps: dict[tuple[str, int], Path], *, ca: str) -> list[Fault]:
        """Check each time stamp against the line it was made for."""
        try:
            roots = timestamp.read_roots(Path(ca)) if ca and stamps else []
        except timestamp.TimestampError as error:
            raise CommandError(str(error), returncode=2) from error
        if stamps and not roots:
            result.notes.append(f"{len(stamps)} time stamps: signatures not checked; set FAIRWATCH_TIMESTAMP_CA to the authority's root")
        faults = []
        for (day, number), path in stamps.items():
            link = result.links.get((day, number), "")
            try:
                at = timestamp.check(path.read_bytes(), link, roots=roots)
                self.stdout.write(f"line {number} of {day} existed at {at:%Y-%m-%d %H:%M:%S} UTC, says its time stamp")
            except (timestamp.TimestampError, OSError) as error:
                faults.append(Fault(f"chain/{path.name}", "whole file", f"the time stamp does not hold: {error}"))
        return faults

    def _report(self, result: Result) -> None:
        for note in result.notes:
            self.stderr.write(f"note: {note}")
        for fault in result.faults:
            self.stdout.write(f"NOT AS IT WAS: {fault}")
        days = sorted(result.links)
        head = f", head {result.links[days[-1]]} (line {days[-1][1]} of {days[-1][0]})" if days else ""
        self.stdout.write(f"{result.lines} lines of the chain, {result.captures} captures, {len(result.faults)} faults{head}")
        if result.faults:
            sys.exit(1)
        self.stdout.write("All captures are as they were made.")


def _is_day(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def _bytes(root: Path, source: str) -> int:
    return sum(path.stat().st_size for path in root.glob(f"{source or '*'}/*.warc.gz"))


def _noted(day: str) -> dict[tuple[str, int], str]:
    """The heads that the audit log pins: (day, line) -> link."""
    entries = AuditEntry.objects.filter(action=PINNED).values_list("subject", "detail")
    noted = {(subject.removeprefix("chain:"), int(detail["lines"])): str(detail["head"]) for subject, detail in entries}
    return {place: link for place, link in noted.items() if not day or place[0] == day}


def _stamps(root: Path, day: str) -> dict[tuple[str, int], Path]:
    found = {}
    for path in sorted((root / "chain").glob("*.tsr")):
        named = _STAMP.fullmatch(path.name)
        if named and (not day or named[1] == day):
            found[named[1], int(named[2])] = path
    return found


def _unpinned(result: Result, pins: dict[tuple[str, int], str]) -> list[Fault]:
    """Heads of the audit log that the chain no longer has."""
    faults = []
    for (day, number), link in sorted(pins.items()):
        found = result.links.get((day, number))
        if found != link:
            what = "its hash is another than" if found else "it is missing, though"
            faults.append(Fault(f"chain/{day}.jsonl", f"line {number}", f"{what} the audit log noted it: {link}"))
    return faults


def _lost_stamps(root: Path, day: str) -> list[Fault]:
    """Time stamps that the audit log names and that are no longer there."""
    details = AuditEntry.objects.filter(action=STAMPED).values_list("detail", flat=True)
    names = {str(detail["stamp"]) for detail in details}
    lost = sorted(name for name in names if name.startswith(day) and not (root / "chain" / name).is_file())
    return [Fault(f"chain/{name}", "whole file", "the time stamp is missing; restore it from a backup") for name in lost]
