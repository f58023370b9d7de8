"""``manage.py train``: build sentence and risk model from ``models/corpus`` and any files given."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from adverts import training


class Command(BaseCommand):
    """Needs no database. The same corpus, rules and libraries give the same bytes."""

    help = "Train the models from models/corpus (plus labelled files given) and write artefacts and cards."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="*", type=Path, help="further labelled JSON lines files (format of the evaluation guide)")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Train both models and print what the cards say."""
        corpus = [*training.own_corpus(), *files]
        for version, figures in training.train(corpus):
            self.stdout.write(f"{version}: {figures}")
