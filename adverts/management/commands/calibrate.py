"""``manage.py calibrate FILE``: how sure the sentence model must be, measured on ordinary adverts."""

from __future__ import annotations

import gzip
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts import calibrating, training
from adverts.progress import bar


class Command(BaseCommand):
    """Writes models/floors.json, which `train` takes up; no text of the adverts is kept."""

    help = "Measure on ordinary, unlabelled adverts (JSON lines with text, .gz too) how sure the sentence model must be before it speaks."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--every", type=int, default=1, help="use only each n-th advert")

    def handle(self, *args: Any, file: Path, every: int, **options: Any) -> None:
        """Measure and write."""
        if not file.is_file():
            raise CommandError(f"{file}: no such file; give JSON lines with a text in each", returncode=2)
        with bar("calibrate", 0) as advance:
            texts = _texts(file, every, advance)
            calibrating.write(calibrating.calibrate(texts, training.own_corpus(), right=calibrating.read_right()))
        self.stdout.write("models/floors.json and models/second.json written; `manage.py train` takes them up")


def _texts(file: Path, every: int, advance: Any) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % every == 0:
                advance(1)
                advert = json.loads(line)
                title, text = str(advert.get("title") or ""), str(advert["text"])
                yield text if text.startswith(title) else f"{title}\n{text}"
