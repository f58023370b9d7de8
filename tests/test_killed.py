"""Each stage killed (SIGKILL) at a random moment and started again ends in the same ledger as an undisturbed run."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from settings.env import ROOT
from tests.boards import content

STAGES = ("ingest", "assess", "link", "refresh_queue", "reindex")
MOMENTS = 20

# what must be the same: everything but row numbers, times of work and versions of files
DUMPS = {
    "adverts": "select advert_id, text, title, employer, place, pay_raw, contacts, closed_at, first_seen_at, seen_at"
    " from adverts_advert order by 1",
    "versions": "select advert_id, number, event, at, changes from adverts_advertversion order by 1, 2",
    "rejects": "select file, line, field, reason from adverts_reject order by 1, 2",
    "contacts": "select key, kind, masked from adverts_contact order by 1",
    "advert contacts": "select advert_id, contact_id from adverts_advertcontact order by 1, 2",
    "assessments": "select advert_id, text_hash, band, risk, indicators, signals, questions from adverts_assessment order by 1, 2",
    "links": "select a_id, b_id, kind, value, strength from adverts_clusterlink order by 1, 2, 3, 4",
    "clusters": "select cluster_id, size, boards, reach, countries, newest_at from adverts_cluster order by 1",
    "members": "select advert_id, cluster_id from adverts_clustermember order by 1",
    "cases": "select cluster_id, band, state from review_case order by 1",
}


def lines(day: int, seen_at: str) -> list[str]:
    rows = []
    for advert in content.public():
        if day not in advert.days:
            continue
        shown = advert.on(day)
        rows.append(
            {
                "source": f"sample-{advert.board}",
                "source_id": advert.id,
                "url": f"https://board.example/{advert.id}",
                "seen_at": seen_at,
                "title": shown.title,
                "text": f"{shown.title}\n\n{shown.text}",
                "employer": shown.employer,
                "place": shown.place,
                "country": shown.country,
                "pay": {"raw": shown.pay} if shown.pay else None,
            }
        )
    return [json.dumps(row, ensure_ascii=False) for row in rows]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed") / "landing" / "sample"
    folder.mkdir(parents=True)
    (folder / "20260501T080000Z-a.jsonl").write_text("\n".join([*lines(1, "2026-05-01T08:00:00+00:00"), "{broken"]) + "\n")
    (folder / "20260502T080000Z-b.jsonl").write_text("\n".join(lines(2, "2026-05-02T08:00:00+00:00")) + "\n")
    return folder.parent


def environment(data: Path) -> dict[str, str]:
    keys = {
        "FAIRWATCH_SECRET_KEY": "s" * 48,
        "FAIRWATCH_CONTACT_KEY": "c" * 48,
        "FAIRWATCH_VAULT_KEYS": "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
        "FAIRWATCH_DATA_DIR": str(data),
    }
    return {**os.environ, **keys, "DJANGO_SETTINGS_MODULE": "settings.web"}


def start(stage: str, data: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", stage]
    return subprocess.Popen(command, cwd=ROOT, env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def run(stage: str, data: Path) -> float:
    """Run a stage to its end; seconds it took."""
    started = time.monotonic()
    process = start(stage, data)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 0, said.decode(errors="replace")[-2000:]
    return time.monotonic() - started


def dump(data: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(data / "ledger.sqlite3") as ledger:
        found = {name: ledger.execute(query).fetchall() for name, query in DUMPS.items()}
    ledger.close()
    return found


def indexed(data: Path) -> list[str]:
    """What the index answers, as the command line shows it."""
    command = [sys.executable, "manage.py", "search", "hotel", "--json", "--size", "100"]
    answer = subprocess.run(command, cwd=ROOT, env=environment(data), capture_output=True, check=True, timeout=120)
    return sorted(json.loads(line)["id"] for line in answer.stdout.splitlines())


@pytest.fixture(scope="module")
def undisturbed(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    data = tmp_path_factory.mktemp("undisturbed")
    shutil.copytree(landing, data / "landing")
    run("migrate", data)
    shutil.copy(data / "ledger.sqlite3", landing.parent / "empty.sqlite3")
    return data, {stage: run(stage, data) for stage in STAGES}


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_killed_at_random_moments(landing: Path, undisturbed: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    calm, seconds = undisturbed
    chance = random.Random(20261125)
    data = tmp_path / "data"
    data.mkdir()
    shutil.copytree(landing, data / "landing")
    shutil.copy(landing.parent / "empty.sqlite3", data / "ledger.sqlite3")
    killed = 0
    for stage in STAGES:
        for _ in range(MOMENTS // len(STAGES)):
            process = start(stage, data)
            time.sleep(chance.uniform(0.35, 0.98) * seconds[stage])
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
        run(stage, data)
    assert killed >= MOMENTS // 2, "most kills must hit a running stage, or nothing was tried"
    expected, found = dump(calm), dump(data)
    assert {name: len(rows) for name, rows in found.items()} == {name: len(rows) for name, rows in expected.items()}
    assert found == expected
    assert indexed(data) == indexed(calm)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_repeat_changes_nothing(undisturbed: tuple[Path, dict[str, float]]) -> None:
    calm, _ = undisturbed
    before = dump(calm)
    for stage in STAGES:
        run(stage, calm)
    assert dump(calm) == before
