"""``manage.py train``: build the risk model from ``models/corpus`` and any files given."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from adverts.labelled import read_labelled
from models import artefacts, train
from models.features import Columns
from nlp import bands, catalogue, find
from settings.env import ROOT


class Command(BaseCommand):
    """Train from labelled adverts and write artefact and card."""

    help = "Train the risk model from models/corpus (plus labelled files given) and write artefact and card."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="*", type=Path, help="further labelled JSON lines files (format of the evaluation guide)")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Find in each advert, fit, save, and print the figures."""
        cards = catalogue.by_id()
        labelled = []
        for advert in read_labelled([*sorted((ROOT / "models" / "corpus").glob("*.jsonl")), *files]):
            findings = find.find(advert.text)
            band = bands.combine(findings.indicators, cards).band
            labelled.append(train.Labelled(advert.id, f"{advert.language}:{advert.register}", advert.language, findings, band, advert.risk))
        columns = Columns(
            tuple(name for name, card in cards.items() if not card.is_signal), tuple(name for name, card in cards.items() if card.is_signal)
        )
        model, card = train.fit(labelled, cards, columns)
        version = artefacts.save(model, {**card, "rules": catalogue.version()})
        self.stdout.write(f"{version}: {len(labelled)} adverts; grouped cross-validation {card['grouped_cross_validation']}")
