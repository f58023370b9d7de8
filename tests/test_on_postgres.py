"""The tests of the ledger's writers, run once more on PostgreSQL in a pytest of their own; longer runs take most of them, and all.

SQLite forgives what PostgreSQL does not: values longer than their column, the sign NUL, two writers at once.
``FAIRWATCH_TEST_DATABASE_URL=postgres://... make test`` runs everything so.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from settings.env import ROOT

WRITERS = ("tests/adverts/test_leases.py", "tests/adverts/test_audit.py", "tests/adverts/test_intake.py", "tests/review/test_deciding.py")
MOST = (
    "tests/adverts", "tests/linking", "tests/alerts/test_outbox.py", "tests/alerts/test_pages.py", "tests/notices/test_pages.py",
    "tests/notices/test_life.py", "tests/review/accounts", "tests/review/test_pages_deciding.py", "tests/review/records/test_capsule.py",
    "tests/review/test_tenancy.py",
)  # fmt: skip
FOLDERS = ("tests/adverts", "tests/alerts", "tests/index", "tests/linking", "tests/notices", "tests/review")


def run(database: str, paths: tuple[str, ...], *, timeout: int) -> None:
    marks = "not slow and not browser and not postgres and not servers"
    command = [sys.executable, "-m", "pytest", *paths, "-m", marks, "-n", "0", "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "FAIRWATCH_TEST_DATABASE_URL": database}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=timeout)
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(280)
def test_the_writers_of_the_ledger(database: str) -> None:
    run(database, WRITERS, timeout=270)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_most_that_touches_the_ledger(database: str) -> None:
    run(database, MOST, timeout=890)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.endurance
@pytest.mark.timeout(1800)
def test_all_that_touches_the_ledger(database: str) -> None:
    run(database, FOLDERS, timeout=1790)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(120)
def test_tables_and_migrations_agree_there_too(database: str) -> None:
    environment = {**os.environ, "FAIRWATCH_TEST_DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "settings.testing"}
    for command in (("migrate", "--verbosity=0"), ("makemigrations", "--check", "--dry-run"), ("migrate", "--check")):
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
