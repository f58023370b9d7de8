"""``manage.py share --stix FILE``, ``--misp FILE``: adverts that people decided on, for threat-sharing platforms."""

from __future__ import annotations

import hashlib
import importlib
import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from adverts.accountability import sharing, trust_desk
from adverts.management.commands.alert import instant
from adverts.whole import write_whole

LIBRARIES = {"stix": "stix2", "misp": "pymisp"}
"""Of the extra ``share``: they check a file, and are not needed to write it."""


class Command(BaseCommand):
    """The same adverts as for trust desks: a person decided to act or takes it for fraud; no contact, nothing restricted."""

    help = "Write adverts that people decided on as STIX 2.1 or MISP; --check reads the file back with the standard's own library."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--stix", type=Path, metavar="FILE", help="a STIX 2.1 bundle")
        what.add_argument("--misp", type=Path, metavar="FILE", help="MISP events")
        parser.add_argument("--source", default="", help="only adverts of this source")
        parser.add_argument("--tlp", choices=sorted(sharing.TLP), default="amber", help="who may be told (default amber)")
        parser.add_argument("--check", action="store_true", help="read the file back with stix2 or pymisp")
        parser.add_argument("--now", type=instant, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, stix: Path | None, misp: Path | None, source: str, tlp: str, check: bool, **options: Any) -> None:
        """Write, check where asked, note it in the audit log."""
        kind, out = ("stix", stix) if stix is not None else ("misp", misp)
        if out is None:
            raise CommandError("give --stix FILE or --misp FILE", returncode=2)
        library = self._library(kind) if check else None
        adverts = trust_desk.told(source)
        build = sharing.stix if kind == "stix" else sharing.misp
        raw = build(adverts, sender=settings.BASE_URL, tlp=tlp)
        if library is not None:
            self._read_back(kind, library, raw)
        try:
            write_whole(out, raw)
        except OSError as error:
            raise CommandError(f"{out}: cannot be written ({error}); choose another place") from error
        now = options["now"] or datetime.now(UTC)
        trust_desk.note_export(source or "all", adverts=len(adverts), sha256=hashlib.sha256(raw).hexdigest(), now=now, form=kind)
        self.stdout.write(f"{out}: {len(adverts)} adverts, TLP:{tlp.upper()}")

    def _library(self, kind: str) -> Any:
        name = LIBRARIES[kind]
        try:
            return importlib.import_module(name)
        except ImportError as error:
            said = f"--check needs {name}, which is not installed; install the extra share (pip install {name}), or leave --check out"
            raise CommandError(said, returncode=2) from error

    def _read_back(self, kind: str, library: Any, raw: bytes) -> None:
        if kind == "stix":
            library.parse(raw.decode(), allow_custom=False)
            return
        for one in json.loads(raw)["response"]:
            library.MISPEvent().from_dict(**one["Event"])
