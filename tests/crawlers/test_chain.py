"""The chain: one line after the other, whoever writes it and however they end."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.chain import GENESIS, Chain, Head, Row, days, heads
from crawlers.evidence_check import Check

AT = datetime(2026, 5, 4, 12, 0, 1, tzinfo=UTC)
ROW = Row(kind="capture", file="quay/a.warc.gz", offset=0, length=5, sha256="a" * 64, payload="b" * 64, url='https://quay.example/ü"\\')


def said(root: Path, day: str = "2026-05-04") -> list[dict[str, object]]:
    return [json.loads(line) for line in (root / "chain" / f"{day}.jsonl").read_text().splitlines()]


def broken(root: Path) -> list[str]:
    """Faults of the chain itself; its captures are made up here."""
    return [str(fault) for fault in Check(root).run().faults if fault.file.startswith("chain")]


def test_each_line_follows_the_one_before(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([ROW, ROW], at=AT)
    chain.append([], at=AT)
    chain.append([ROW], at=AT)
    chain.close()
    chain.close()
    rows = said(tmp_path)
    assert [row["n"] for row in rows] == [1, 2, 3]
    assert [row["previous"] for row in rows] == [GENESIS, rows[0]["link"], rows[1]["link"]]
    assert (rows[0]["url"], rows[0]["at"]) == (ROW.url, "2026-05-04T12:00:01.000000Z")
    assert heads(tmp_path) == [Head("2026-05-04", 3, str(rows[2]["link"]))]
    assert broken(tmp_path) == []


def test_a_day_follows_the_last_that_had_a_line(tmp_path: Path) -> None:
    for days_later in (0, 1, 5):
        chain = Chain(tmp_path)
        chain.append([ROW], at=AT + timedelta(days=days_later))
        chain.close()
    assert days(tmp_path / "chain") == ["2026-05-04", "2026-05-05", "2026-05-09"]
    assert said(tmp_path, "2026-05-09")[0]["previous"] == said(tmp_path, "2026-05-05")[0]["link"]
    assert [head.lines for head in heads(tmp_path)] == [1, 1, 1]
    assert broken(tmp_path) == []


def test_a_clock_that_runs_behind_writes_into_no_day_that_is_over(tmp_path: Path) -> None:
    ahead, behind = Chain(tmp_path), Chain(tmp_path)
    behind.append([ROW], at=AT)
    ahead.append([ROW], at=AT + timedelta(days=1))
    behind.append([ROW], at=AT)
    behind.append([ROW], at=AT)
    ahead.append([ROW], at=AT + timedelta(days=1))
    (tmp_path / "chain" / ".lock").write_bytes(b"")  # what it says is a help, not needed
    behind.append([ROW], at=AT)
    late = Chain(tmp_path)
    late.append([ROW], at=AT)
    assert (len(said(tmp_path)), len(said(tmp_path, "2026-05-05"))) == (1, 6)
    assert broken(tmp_path) == []


@pytest.mark.parametrize("cut", [1, 2, 100, 400])
def test_a_line_without_an_end_is_taken_away(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "chain" / "2026-05-04.jsonl"
    chain = Chain(tmp_path)
    chain.append([ROW, ROW, ROW], at=AT)
    chain.close()
    path.write_bytes(path.read_bytes()[:-cut])
    again = Chain(tmp_path)
    again.append([ROW], at=AT)
    again.close()
    assert [row["n"] for row in said(tmp_path)] == [1, 2, 3]
    assert broken(tmp_path) == []


def test_a_line_without_an_end_on_the_day_before_is_taken_away_too(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([ROW], at=AT)
    chain.close()
    path = tmp_path / "chain" / "2026-05-04.jsonl"
    path.write_bytes(path.read_bytes() + b'{"n":2,"at')
    again = Chain(tmp_path)
    again.append([ROW], at=AT + timedelta(days=1))
    again.close()
    assert broken(tmp_path) == []
    assert len(said(tmp_path)) == 1


def test_a_damaged_last_line_stops_no_crawl_and_stays_visible(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([ROW], at=AT)
    chain.close()
    path = tmp_path / "chain" / "2026-05-04.jsonl"
    path.write_bytes(b"rubbish\n")
    again = Chain(tmp_path)
    again.append([ROW], at=AT)
    again.close()
    assert "is no line of a chain" in broken(tmp_path)[0]


def test_a_full_disk_leaves_a_chain_that_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain(tmp_path)
    chain.append([ROW], at=AT)
    real = os.write

    def short(fd: int, data: bytes) -> int:
        real(fd, bytes(data)[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crawlers.chain.os.write", short)
    with pytest.raises(OSError, match="No space"):
        chain.append([ROW], at=AT)
    monkeypatch.setattr("crawlers.chain.os.write", real)
    chain.append([ROW], at=AT)
    chain.close()
    assert [row["n"] for row in said(tmp_path)] == [1, 2]
    assert broken(tmp_path) == []


@given(url=st.text(st.characters(codec=None), max_size=50))
def test_any_address_is_one_line(tmp_path_factory: pytest.TempPathFactory, url: str) -> None:
    root = tmp_path_factory.mktemp("url")
    chain = Chain(root)
    chain.append([Row(kind="capture", file="quay/a.warc.gz", offset=0, length=5, url=url)], at=AT)
    chain.close()
    assert said(root)[0]["url"] == url
    assert broken(root) == []


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from crawlers.captures import CaptureWriter, Exchange
out = CaptureWriter(Path(sys.argv[1]), source=sys.argv[2], about={})
print("ready", flush=True)
for n in range(int(sys.argv[3])):
    url = f"https://{sys.argv[2]}.example/{n}"
    out.add(Exchange(url=url, at=datetime.now(UTC), status=200, body=b"%d" % n * 400, facts=[("n", str(n))]))
out.close()
"""


def write(root: Path, source: str, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(root), source, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[2])


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    writers = [write(tmp_path, source, 400) for source in ("quay", "pier", "dock")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    for writer in writers:
        writer.communicate()
    result = Check(tmp_path).run()
    assert (result.faults, result.notes, result.captures) == ([], [], 1200)


def test_processes_killed_while_others_write_leave_nothing_out(tmp_path: Path) -> None:
    dice = random.Random(7)
    steady = write(tmp_path, "pier", 4000)
    for _ in range(6):
        victims = [write(tmp_path, source, 10**9) for source in ("quay", "dock")]
        for victim in victims:
            assert victim.stdout is not None
            victim.stdout.readline()
        time.sleep(dice.uniform(0.01, 0.1))
        for victim in victims:
            victim.kill()
            victim.communicate()
    assert steady.wait(timeout=120) == 0
    steady.communicate()
    last = write(tmp_path, "late", 1)
    assert last.wait(timeout=60) == 0
    last.communicate()
    result = Check(tmp_path).run()
    assert (result.faults, result.notes) == ([], [])
    assert result.captures > 4000
