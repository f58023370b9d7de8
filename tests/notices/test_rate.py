"""How often one address may send: over processes, in windows, nothing kept in clear or longer; and when the file cannot be used."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notices import rate
from settings.env import ROOT, current

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(current(), "data_dir", tmp_path)
    return tmp_path


def limiter(limit: int = 2, *, kind: str = "test", window: timedelta = TEN) -> rate.Limiter:
    return rate.Limiter(kind=kind, limit=limit, window=window)


def rows(folder: Path) -> list[tuple[object, ...]]:
    file = sqlite3.connect(folder / rate.FILE)
    found = file.execute("SELECT kind, name, count FROM tallies ORDER BY kind, name").fetchall()
    file.close()
    return found


COUNTING = """
import sys
from datetime import datetime
from notices.rate import Limiter
from datetime import timedelta
mine = Limiter(kind="test", limit=20, window=timedelta(minutes=10))
now = datetime.fromisoformat(sys.argv[1])
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    print(int(mine.allows("192.0.2.7", now=now)), flush=True)
"""


def process(folder: Path, times: int) -> subprocess.Popen[str]:
    names = {"SECRET_KEY": "t" * 48, "CONTACT_KEY": "c" * 48, "VAULT_KEYS": "v" * 44, "DATA_DIR": str(folder)}
    given = {**os.environ, **{f"FAIRWATCH_{name}": value for name, value in names.items()}, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", COUNTING, NOW.isoformat(), str(times)]
    return subprocess.Popen(command, env=given, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_two_processes_count_together(folder: Path) -> None:
    running = [process(folder, 30) for _ in range(2)]
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    said = [each.communicate(timeout=120)[0].split() for each in running]
    assert [len(each) for each in said] == [30, 30]
    assert sum(each.count("1") for each in said) == 20
    assert [count for *_, count in rows(folder)] == [60]


def test_a_process_killed_at_any_moment_breaks_nothing(folder: Path) -> None:
    chance = random.Random(7)
    for _ in range(6):
        running = process(folder, 100_000)
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write("go\n")
        running.stdin.flush()
        running.stdout.readline()
        time.sleep(chance.uniform(0, 0.1))
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=60)
        before = rows(folder)[0][2]
        assert not limiter(20).allows("192.0.2.7", now=NOW) or before < 20  # type: ignore[operator]
        assert rows(folder)[0][2] == before + 1  # type: ignore[operator]


def test_threads_count_together(folder: Path) -> None:
    mine = limiter(20)
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: mine.allows("192.0.2.7", now=NOW), range(64)))
    assert said.count(True) == 20


def test_no_address_is_kept_in_clear_and_none_can_be_joined_between_windows(folder: Path) -> None:
    mine = limiter()
    assert [mine.allows("192.0.2.7", now=NOW) for _ in range(3)] == [True, True, False]
    (first,) = rows(folder)
    raw = (folder / rate.FILE).read_bytes()
    assert b"192.0.2" not in raw
    assert first[1] in raw  # type: ignore[operator]
    assert mine.allows("192.0.2.7", now=NOW + TEN)
    (second,) = rows(folder)
    assert second[1] != first[1]
    after = (folder / rate.FILE).read_bytes()
    assert first[1] not in after  # type: ignore[operator]
    assert (folder / rate.FILE).stat().st_mode & 0o077 == 0
    assert list(folder.iterdir()) == [folder / rate.FILE]


def test_the_secret_alone_names_nobody(folder: Path) -> None:
    limiter().allows("192.0.2.7", now=NOW)
    first = rows(folder)
    limiter().forget()
    limiter().allows("192.0.2.7", now=NOW)
    assert rows(folder) != first


def test_what_is_over_goes_with_the_daily_sweep(folder: Path) -> None:
    limiter(kind="short").allows("192.0.2.7", now=NOW)
    limiter(kind="long", window=timedelta(hours=1)).allows("192.0.2.7", now=NOW)
    rate.sweep(now=NOW + timedelta(minutes=9))
    assert len(rows(folder)) == 2
    rate.sweep(now=NOW + timedelta(minutes=10))
    assert [kind for kind, *_ in rows(folder)] == ["long"]
    rate.sweep(now=NOW + timedelta(hours=1))
    assert rows(folder) == []


def test_kinds_do_not_count_for_each_other(folder: Path) -> None:
    assert limiter(1, kind="a").allows("192.0.2.7", now=NOW)
    assert limiter(1, kind="b").allows("192.0.2.7", now=NOW)
    limiter(1, kind="a").forget()
    assert limiter(1, kind="a").allows("192.0.2.7", now=NOW)
    assert not limiter(1, kind="b").allows("192.0.2.7", now=NOW)


def test_two_processes_at_the_border_of_a_window(folder: Path) -> None:
    """One has read its clock just before the border and comes just after the other: it counts in the new window, and resets nothing."""
    mine = limiter(3)
    said = [mine.allows("192.0.2.7", now=NOW + timedelta(seconds=away)) for away in (0, -1, 0, -1, 0)]
    assert said == [True, True, True, False, False]
    assert mine.allows("192.0.2.7", now=NOW - timedelta(days=1))  # a clock set back begins anew


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("junk", "", True),
        # some proxies write the port too
        ("192.0.2.7:4711", "192.0.2.7:4712", True),
        ("192.0.2.7:4711", "192.0.2.8:4711", False),
        ("192.0.2.7:4711", "192.0.2.7", True),
        ("[2001:db8::1]:4711", "2001:db8::2", True),
        ("[2001:db8:0:1::1]:4711", "[2001:db8:0:2::1]:4711", False),
        ("192.0.2.7:x", "192.0.2.8:", True),
    ],
)
def test_what_counts_as_one_address(one: str, two: str, same: bool) -> None:
    mine = limiter(1)
    assert mine.allows(one, now=NOW)
    assert mine.allows(two, now=NOW) is not same


@pytest.mark.parametrize("usable", [True, False])
def test_a_flood_of_addresses_fills_nothing(usable: bool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MOST", 10)
    if not usable:
        (folder / rate.FILE).mkdir()
    mine = limiter(5)
    assert [mine.allows(f"192.0.2.{number}", now=NOW) for number in range(12)] == [True] * 10 + [False] * 2
    assert mine.allows("192.0.2.1", now=NOW)


def test_a_file_that_cannot_be_used_neither_closes_nor_opens(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / rate.FILE).mkdir()
    mine = limiter()
    assert [mine.allows("192.0.2.7", now=NOW) for _ in range(4)] == [True, True, False, False]
    assert [mine.allows("192.0.2.7", now=NOW + TEN) for _ in range(3)] == [True, True, False]
    assert "192.0.2" not in repr(vars(mine))
    assert caplog.text.count("counts for itself") == 1
    assert "192.0.2" not in caplog.text
    (folder / rate.FILE).rmdir()
    assert mine.allows("192.0.2.7", now=NOW)


def test_a_file_that_is_held_is_not_waited_for_long(folder: Path) -> None:
    mine = limiter()
    assert mine.allows("192.0.2.7", now=NOW)
    holder = sqlite3.connect(folder / rate.FILE, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    started = time.perf_counter()
    assert mine.allows("192.0.2.7", now=NOW)
    assert time.perf_counter() - started < 10
    holder.execute("ROLLBACK")
    holder.close()
    assert mine.allows("192.0.2.7", now=NOW)
    assert not mine.allows("192.0.2.7", now=NOW)


@pytest.mark.parametrize("rubbish", [b"", b"no database", b"SQLite format 3\x00" + b"x" * 5000])
def test_a_broken_file_is_begun_anew(folder: Path, rubbish: bytes) -> None:
    (folder / rate.FILE).write_bytes(rubbish)
    assert [limiter().allows("192.0.2.7", now=NOW) for _ in range(3)] == [True, True, False]
    assert [count for *_, count in rows(folder)] == [3]


def test_a_broken_file_that_cannot_be_taken_away_neither_closes_nor_opens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / rate.FILE).write_bytes(b"no database")

    def refuses(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuses)
    mine = limiter()
    assert [mine.allows("192.0.2.7", now=NOW) for _ in range(3)] == [True, True, False]
    rate.sweep(now=NOW)
