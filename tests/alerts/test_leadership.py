"""One scheduler for one ledger: on PostgreSQL wherever it runs, however the first one ended."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import pytest
from django.db import connection
from filelock import FileLock

from alerts.leadership import AlreadyRunningError, leadership
from settings.databases import database as entry
from tests.ledgers import Ledger
from tests.servers import postgres as server


@pytest.mark.django_db
def test_on_sqlite_a_file_decides(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the ledger of this run is on PostgreSQL")
    path = tmp_path / "folder" / "lock"
    with leadership(lock_file=path) as still_held:
        assert still_held()
        with pytest.raises(AlreadyRunningError), leadership(lock_file=path):
            pass
    with FileLock(path, timeout=0):
        pass


def ready(process: subprocess.Popen[str]) -> bool:
    assert process.stderr is not None
    line = process.stderr.readline()
    return bool(re.search(r"scheduler running, \d+ jobs", line))


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(240)
@pytest.mark.parametrize("pool", [False, True])
def test_on_postgresql_the_ledger_decides_across_data_folders(database: str, tmp_path: Path, pool: bool) -> None:
    url = f"{database}&pool_max=2" if pool and "?" in database else f"{database}?pool_max=2" if pool else database
    assert bool(entry(url)["OPTIONS"].get("pool")) is pool
    here, there = Ledger(tmp_path / "here", url), Ledger(tmp_path / "there", url)
    here.run("migrate")
    first = here.start("schedule")
    try:
        assert ready(first)
        assert "another scheduler is running on this ledger" in there.run("schedule", status=1)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        second = there.start("schedule")  # the dead one's lock is gone with its connection
        try:
            assert ready(second)
            second.terminate()
            _, said = second.communicate(timeout=60)
            assert (second.returncode, said.strip().endswith("stopped")) == (0, True)
        finally:
            end(second)
    finally:
        end(first)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(240)
def test_a_scheduler_cut_off_from_the_ledger_ends(database: str, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, database)
    ledger.run("migrate")
    process = ledger.start("schedule")
    try:
        assert ready(process)
        holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        assert server.execute(database, holders) == [(True,)]
        _, said = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "another scheduler may have begun" in said
    finally:
        end(process)
