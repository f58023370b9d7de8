"""Retro hunt over a ledger: what a new and a changed indicator would add and remove."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from adverts import hunting, intake
from adverts.models import Advert, Assessment
from nlp import catalogue, contacts

TEXTS = [
    "Your passport stays in our office until the season ends.",
    "The owner keeps all tips at this restaurant.",
    "Bring your passport to the interview. Good pay and tips.",
]
NEW = Path(__file__).parents[1] / "nlp" / "added" / "tips-taken.yml"
PRESENT = catalogue.FOLDER / "indicators" / "document-retention.yml"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(landing: Callable[..., Path], line: Callable[..., dict[str, Any]], now: datetime) -> None:
    lines = [line(source_id=str(number), url=f"https://board.example/{number}", text=text) for number, text in enumerate(TEXTS)]
    intake.ingest(landing(*lines), contacts=contacts, now=now)
    assert Advert.objects.count() == len(TEXTS)


def hunted(path: Path) -> tuple[hunting.Hunt, list[hunting.Difference]]:
    counts = hunting.Hunt()
    return counts, list(hunting.hunt(*hunting.load(path), counts))


def test_a_new_indicator_only_adds(ledger: None) -> None:
    counts, differences = hunted(NEW)
    assert (counts.looked_at, counts.added.total(), counts.removed.total()) == (3, 1, 0)
    assert differences[0].added is not None
    assert "keeps all tips" in differences[0].added.quote


def test_the_present_one_changes_nothing(ledger: None) -> None:
    counts, differences = hunted(PRESENT)
    assert (counts.both, differences) == (1, [])


def test_a_narrowed_one_removes(ledger: None, tmp_path: Path) -> None:
    narrowed = tmp_path / PRESENT.name
    head = PRESENT.read_text(encoding="utf-8").split("situations:")[0]
    narrowed.write_text(
        head + 'situations:\n  - {find: "identity, keep, agency", within: 2, strength: 0.9}\nexamples: {}\n', encoding="utf-8"
    )
    counts, differences = hunted(narrowed)
    assert counts.removed.total() == 1
    assert differences[0].removed is not None


def test_the_command_says_it_and_changes_nothing(ledger: None) -> None:
    out = StringIO()
    call_command("hunt", indicator=NEW, stdout=out)
    assert "tips-taken is new" in out.getvalue()
    assert "added 1 (en 1), removed 0" in out.getvalue()
    assert not Assessment.objects.exists()


def test_json_lines(ledger: None) -> None:
    out = StringIO()
    call_command("hunt", indicator=NEW, json=True, stdout=out)
    difference, counts = [json.loads(row) for row in out.getvalue().splitlines()]
    assert difference["change"] == "added"
    assert counts["looked_at"] == 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("missing.yml", None, "no such file"), ("bad.yml", "title: x\nsituations:\n  - {find: nonsense}\n", "no such concept")],
)
def test_a_bad_file_is_named(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("hunt", indicator=tmp_path / name)
