"""Several real processes on one ledger: each advert assessed once whatever dies, one process links, a worker takes what waits."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from adverts.assess import BATCH
from tests.ledgers import Ledger, texts
from tests.servers import postgres as server

ADVERTS = 600

COUNT = """
import json
from adverts.models import *
print(json.dumps({
    "adverts": Advert.objects.count(), "assessments": Assessment.objects.count(), "leases": Lease.objects.count(),
    "runs": list(Run.objects.order_by("pk").values_list("stage", "ok", "counts")),
}))
"""
WAITING = "from adverts import assess; print(assess.waiting().count())"
LINKED = """
import json
from adverts.models import *
print(json.dumps({
    "links": sorted(ClusterLink.objects.values_list("a_id", "b_id", "kind", "value", "strength")),
    "members": sorted(ClusterMember.objects.values_list("advert_id", "cluster_id")),
}))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "data", request.getfixturevalue("database") if request.param == "postgres" else "")
    made.data.mkdir()
    made.run("migrate")
    return made


def filled(ledger: Ledger, size: int) -> None:
    ledger.land(texts(size))
    ledger.run("ingest")


def pieces(process: subprocess.Popen[str]) -> Iterator[int]:
    assert process.stdout is not None
    for line in process.stdout:
        yield sum(json.loads(line).values())


@contextmanager
def holding(ledger: Ledger, code: str) -> Iterator[Callable[[], object]]:
    """A process that runs ``code``, which says ``held`` and then waits for a line; yields what lets it go on."""
    process = ledger.start_python(code)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield partial(process.communicate, "\n", timeout=30)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()


CHEAP = """
import json, time
from datetime import UTC, datetime
from django.utils import timezone
from adverts import assess, judging
from adverts.models import Advert
from adverts.records import Assessment, Band, Findings
judging.model_version = str
def judge(advert, *, now):
    time.sleep(0.001)
    return Assessment(advert.advert_id, advert.text_hash, Findings("en"), 0.0, Band.NONE, (), assess.catalogue.version(), "", now)
assess.judge_row, assess.BATCH = judge, 10
def tell(bands):
    print(json.dumps(bands), flush=True)
assess.assess(now=datetime.now(UTC), clock=timezone.now, pause=time.sleep, progress=tell)
"""
"""A worker as ``assess --part`` is one, but that judges without rules or models, which take seconds to load."""
PLANT = """
from datetime import UTC, datetime
from adverts.models import Advert
at = datetime(2026, 5, 1, tzinfo=UTC)
Advert.objects.bulk_create([
    Advert(advert_id=f"{n * 7919 % 10007:032x}", position=n, source="s", url=f"u{n}", text=f"text {n}", text_hash=f"{n:064x}",
           first_seen_at=at, seen_at=at) for n in range(SIZE)
])
"""


def all_once(ledger: Ledger, size: int, workers: list[subprocess.Popen[str]], *, batch: int) -> None:
    """Kill the first worker when it has written a batch and has the next in hand; the others must do all the rest, once."""
    first = next(pieces(workers[0]))
    workers[0].send_signal(signal.SIGKILL)
    told = [sum(pieces(worker)) for worker in workers[1:]]
    said = [worker.communicate(timeout=60)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [-signal.SIGKILL, *[0] * (len(workers) - 1)], said
    found = json.loads(ledger.python(COUNT))
    assert (found["adverts"], found["assessments"], found["leases"]) == (size, size, 0)
    # a batch that was written when the kill came may not have been told any more; none was told twice
    assert size - batch <= first + sum(told) <= size
    assert min(told) > 0, "all had their share"


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_four_processes_do_each_advert_once_though_one_is_killed(ledger: Ledger) -> None:
    size = 800
    ledger.python(PLANT.replace("SIZE", str(size)))
    all_once(ledger, size, [ledger.start_python(CHEAP) for _ in range(4)], batch=10)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_four_workers_assess_each_advert_once_though_one_is_killed(ledger: Ledger) -> None:
    filled(ledger, ADVERTS)
    all_once(ledger, ADVERTS, [ledger.start("assess", "--part") for _ in range(4)], batch=BATCH)
    assert json.loads(ledger.python(WAITING)) == 0


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_crew_counts_once(ledger: Ledger) -> None:
    filled(ledger, 150)
    assert "assess: 150 assessed" in ledger.run("assess", "--workers", "2")
    assert ledger.run("assess", "--workers", "2").startswith("assess: 0 assessed")
    found = json.loads(ledger.python(COUNT))
    told = [(stage, ok, counts["assessed"]) for stage, ok, counts in found["runs"] if stage == "assess"]
    assert told == [("assess", True, 150), ("assess", True, 0)]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_linking_has_one_writer_and_the_same_result_whoever_waits(ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger, 40)
    hold = (
        "from adverts import leases\nfrom django.utils import timezone\n"
        "with leases.alone('link', clock=timezone.now):\n    print('held', flush=True); input()\n"
    )
    with holding(ledger, hold) as release:
        assert "is at it" in ledger.run("link", "--no-wait", status=1)
        waiting = ledger.start("link")
        assert waiting.stderr is not None
        assert "is at it" in waiting.stderr.readline()
        release()
        waiting.communicate(timeout=60)
        assert waiting.returncode == 0
    together = json.loads(ledger.python(LINKED))
    assert together["links"]
    alone = Ledger(tmp_path / "alone")
    alone.data.mkdir()
    alone.run("migrate")
    filled(alone, 40)
    alone.run("link")
    assert json.loads(alone.python(LINKED)) == together


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_worker_takes_what_waits_and_stops_when_told(ledger: Ledger) -> None:
    ledger.land(texts(30))
    ledger.run("worker", "--once", "--do", "ingest", "assess", "link", "refresh_queue")
    found = json.loads(ledger.python(COUNT))
    assert (found["adverts"], found["assessments"]) == (30, 30)
    assert [stage for stage, ok, _ in found["runs"] if ok][:4] == ["ingest", "assess", "link", "queue"]
    worker = ledger.start("worker", "--every", "600", "--do", "assess")
    assert worker.stderr is not None
    assert worker.stderr.readline() == "worker: assess\n"
    time.sleep(1.0)
    worker.terminate()
    worker.communicate(timeout=60)
    assert worker.returncode == 0


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(240)
def test_positions_show_in_order_though_two_take_in_at_once(database: str, tmp_path: Path) -> None:
    """Whoever follows the ledger by position must not pass over an advert that is committed later with a lower one."""
    ledger = Ledger(tmp_path, database)
    ledger.run("migrate")
    filled(ledger, 10)
    hold = (
        "from django.db import transaction\nfrom adverts.models import Advert\nfrom adverts.store import next_position\n"
        "with transaction.atomic():\n    row = Advert.objects.first(); row.position = next_position(); row.save()\n"
        "    print('held', flush=True); input()\n"
    )
    newest = "SELECT max(position) FROM adverts_advert"
    (before,) = server.execute(database, newest)[0]
    with holding(ledger, hold) as release:
        ledger.land(texts(12))
        other = ledger.start("ingest")
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(4)  # it waits for its turn
        assert server.execute(database, newest) == [(before,)]
        release()
        _, complained = other.communicate(timeout=60)
        assert other.returncode == 0, complained
    positions = [position for (position,) in server.execute(database, "SELECT position FROM adverts_advert")]
    assert len(positions) == len(set(positions)) == 12
