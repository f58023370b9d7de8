"""Ledgers for tests in which processes meet: SQLite files and PostgreSQL databases, used through ``manage.py`` as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from settings.env import ROOT

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One installation: a data folder and a database."""

    data: Path
    url: str = ""
    """Empty: SQLite in the data folder."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FAIRWATCH_")}
        keys = {
            "FAIRWATCH_SECRET_KEY": "s" * 48,
            "FAIRWATCH_CONTACT_KEY": "c" * 48,
            "FAIRWATCH_VAULT_KEYS": "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
            "FAIRWATCH_DATA_DIR": str(self.data),
            "FAIRWATCH_DATABASE_URL": self.url,
            "FAIRWATCH_HEALTH_PORT": "0",
            "DJANGO_SETTINGS_MODULE": "settings.web",
        }
        return {**clean, **keys}

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start ``manage.py <command>`` and go on."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, text=True, **pipes)

    def run(self, *command: str, status: int = 0) -> str:
        """Run ``manage.py <command>``; what it said, which must end with ``status``."""
        with self.start(*command) as process:
            said, complained = process.communicate(timeout=1800)
        assert process.returncode == status, f"{command}: {process.returncode}: {said[-1000:]} {complained[-2000:]}"
        return said + complained

    def start_python(self, code: str) -> subprocess.Popen[str]:
        """Start a few lines with Django set up and go on; they can be written to."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, text=True, **pipes)

    def python(self, code: str) -> str:
        """What a few lines print."""
        with self.start_python(code) as process:
            said, complained = process.communicate(timeout=1800)
        assert process.returncode == 0, complained[-2000:]
        return said

    def land(self, texts: Sequence[str]) -> None:
        """Write a landing file with one advert a text."""
        folder = self.data / "landing" / "test-board"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [
            json.dumps(
                {
                    "source": f"board-{number % 3}",
                    "url": f"https://board.example/jobs/{number}",
                    "seen_at": (NOW + timedelta(minutes=number)).isoformat(),
                    "title": f"Work {number}",
                    "text": text,
                    "country": "LV",
                }
            )
            for number, text in enumerate(texts)
        ]
        (folder / "20260501T080000Z-a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def texts(size: int) -> list[str]:
    """Short adverts, no two alike, some with a shared contact or template."""
    return [
        f"Cleaner for house {number}. A registration fee of {number % 90 + 10} euro is paid before travel. "
        f"Six days a week, rooms on floor {number % 9}. Call +44 7700 900{number % 40:03d} or write to desk{number % 25}@agency.example"
        for number in range(size)
    ]
