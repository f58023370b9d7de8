"""``manage.py evaluate FILE...``: how findings agree with labelled adverts."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts import judging
from adverts.labelled import LabelledError, read_labelled
from models import evaluate
from nlp import catalogue


class Command(BaseCommand):
    """Needs no database."""

    help = "Score labelled adverts (JSON lines of the evaluation guide): precision, recall, F1, evidence, ranking."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Find in each advert, compare, print."""
        missing = [str(path) for path in files if not path.is_file()]
        if missing:
            raise CommandError(f"{', '.join(missing)}: no such file", returncode=2)
        severities = {rule.id: rule.severity for rule in catalogue.indicators() if not rule.is_signal}
        try:
            figures = evaluate.evaluate(_cases(files), severities).as_dict(severities)
        except LabelledError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps(figures, ensure_ascii=False) if options["json"] else _table(figures))


def _cases(files: list[Path]) -> Iterator[evaluate.Case]:
    now = datetime.now(UTC)
    for advert in read_labelled(files):
        made = judging.judge(advert.text, now=now)
        yield evaluate.Case(advert.id, advert.language, advert.text, advert.labels, advert.risk, made.findings.indicators, made.risk)


def _table(figures: Mapping[str, Any]) -> str:
    lines = []
    for name, value in figures.items():
        if name.startswith("by_"):
            lines.append(f"\n{name:38} precision recall f1    evidence n")
            lines += [f"  {key:36} " + _row(row) for key, row in value.items()]
        elif isinstance(value, dict):
            lines.append(f"{name:38} {_row(value)}")
        else:
            lines.append(f"{name:38} {value}")
    return "\n".join(lines)


def _row(row: Mapping[str, float]) -> str:
    return f"{row['precision']:9.3f} {row['recall']:6.3f} {row['f1']:5.3f} {row['evidence']:8.3f} {row['n']:g}"
