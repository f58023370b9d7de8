"""Fixtures of all tests.

Strategy: no test reaches beyond loopback (pytest-socket); time is passed in; the ledger is a temporary SQLite database (pytest-django),
and a file of its own where processes or threads meet; adverts are made here or come from the sample boards, never from real people.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.utils import translation

from tests.servers import postgres as postgres_server

# machines differ in speed: hostile input has time limits of its own (tests/nlp/test_find.py), examples need none
hypothesis.settings.register_profile("fairwatch", deadline=None)
hypothesis.settings.load_profile("fairwatch")

# commands and crawls that tests start as processes of their own find keys here, whether or not the checkout has a .env
for _name, _value in {
    "SECRET_KEY": "t" * 48,
    "CONTACT_KEY": "c" * 48,
    "VAULT_KEYS": "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
}.items():
    os.environ.setdefault(f"FAIRWATCH_{_name}", _value)

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _words_in_english() -> Iterator[None]:
    """A page that one test asks for in another language leaves that language to no later test."""
    yield
    translation.deactivate()


@pytest.fixture
def now() -> datetime:
    """The time of the test."""
    return NOW


@pytest.fixture
def line() -> Callable[..., dict[str, Any]]:
    """Make a landing line; keywords replace its fields."""

    def make(**fields: Any) -> dict[str, Any]:
        base = {
            "source": "test-board",
            "url": "https://board.example/jobs/1",
            "seen_at": NOW.isoformat(),
            "title": "Cook",
            "text": "Cook\nKitchen of a small hotel, five days a week. Call +44 7700 900123.",
            "employer": "Hotel Amber",
            "place": "Riga",
            "country": "LV",
        }
        return {**base, **fields}

    return make


@pytest.fixture
def landing(tmp_path: Path) -> Callable[..., Path]:
    """Write landing lines (mappings, or bytes as they are) into a file of a landing folder; returns the folder."""
    folder = tmp_path / "landing"

    def write(*lines: dict[str, Any] | bytes, name: str = "20260501T080000Z-a.jsonl") -> Path:
        target = folder / "test-board" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("ab") as out:
            for content in lines:
                out.write((content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()) + b"\n")
        return folder

    return write


def storable(text: str) -> str:
    """``text`` as the ledger of this run can hold it: PostgreSQL refuses the sign NUL, which intake takes out anyhow."""
    return text.replace("\x00", "") if connection.vendor == "postgresql" else text


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server (tests/servers/postgres.py); the test is skipped where there is none."""
    try:
        with postgres_server.running() as url:
            yield url
    except postgres_server.UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with postgres_server.database(postgres) as url:
        yield url


ELSEWHERE = {
    "slow": "those that take more than ten seconds: make test-slow",
    "servers": "those against a real Elasticsearch, one node and three: make test-servers",
    "endurance": "those at full size: make test-endurance",
}
"""Markers that a run may leave out -> what it then leaves out, and how to run it."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end what the chosen markers left out."""
    left_out = [said for marker, said in ELSEWHERE.items() if f"not {marker}" in config.option.markexpr]
    if left_out:
        terminalreporter.section("left out")
        for said in left_out:
            terminalreporter.write_line(f"LEFT OUT {said}")
