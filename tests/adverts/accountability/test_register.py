"""The register entry: every figure is the one kept elsewhere; the page says what people must know."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import pytest
from django.test import Client

from adverts.accountability import register
from adverts.catalogue import cards
from adverts.records import Band
from models import artefacts
from nlp import lexicon
from tests.review.scenes import NOW, single

pytestmark = pytest.mark.django_db
ADDRESS = "/accountability/how-adverts-are-read"


@pytest.fixture
def entry(client: Client) -> dict[str, Any]:
    single(Band.URGENT, rules="rules-older")
    single(Band.URGENT, rules="rules-newer", at=NOW.replace(day=25))
    found: dict[str, Any] = json.loads(client.get(f"{ADDRESS}.json").content)
    return found


def test_figures_are_those_of_the_cards(entry: dict[str, Any]) -> None:
    kept = [json.loads(path.read_text()) for path in sorted(artefacts.CARDS.glob("*.json"))]
    assert [one["version"] for one in entry["models"]] == [card["version"] for card in kept]
    for told, card in zip(entry["models"], kept, strict=True):
        measured = card.get("findings_on_grouped_splits", {})
        assert told["limits"] == card["limits"]
        for code, row in told["measured_by_language"].items():
            assert row == {name: measured["by_language"][code][name] for name in ("n", "precision", "recall")}
    assert any(told["measured_by_language"] for told in entry["models"])


def test_indicators_and_languages_are_those_of_the_catalogue(entry: dict[str, Any]) -> None:
    told = {one["id"]: one["severity"] for one in [*entry["indicators"], *entry["signals"]]}
    assert told == {name: card.severity for name, card in cards().items()}
    assert {one["code"]: one["checked_by_native"] for one in entry["languages"]} == {
        code: lexicon.language(code).checked_by_native for code in lexicon.codes()
    }


def test_versions_come_from_the_readings(entry: dict[str, Any]) -> None:
    assert [(one["rules"], one["since"]) for one in entry["versions"]] == [("rules-newer", "2026-11-25"), ("rules-older", "2026-11-20")]


def test_sources_have_their_legal_basis(entry: dict[str, Any]) -> None:
    assert entry["legal_basis"]
    assert all(one["legal_basis"] and one["purpose"] for one in entry["legal_basis"])


def test_the_page(client: Client, entry: dict[str, Any]) -> None:
    page = client.get(f"{ADDRESS}/?lang=ar")
    said = page.content.decode()
    assert len(page.content) < 50_000
    for heading in ("How to object", "What it cannot do", "What people do", "Sources and legal basis", "Versions in use"):
        assert heading in said
    for one in entry["indicators"]:
        assert escape(one["title"], quote=False).replace("'", "&#x27;").replace('"', "&quot;") in said
    assert "<script" not in said
    assert "Set-Cookie" not in page.headers


def test_the_same_files_give_the_same_entry() -> None:
    assert register.entry() == register.entry()
