from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from adverts import audit
from adverts.models import AuditEntry
from settings.env import ROOT


def three(now: datetime) -> list[AuditEntry]:
    with transaction.atomic():
        return [audit.record(actor="ines", action="viewed", subject=f"advert:{n}", at=now, detail={"n": n}) for n in range(3)]


@pytest.mark.django_db
def test_a_chain_holds(now: datetime) -> None:
    entries = three(now)
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert entries[0].previous == audit.GENESIS
    assert audit.first_break(AuditEntry.objects.order_by("number")) is None


@pytest.mark.django_db(transaction=True)
def test_an_entry_needs_the_transaction_of_its_act(now: datetime) -> None:
    with pytest.raises(audit.OutsideTransactionError, match=r"transaction\.atomic"):
        audit.record(actor="ines", action="viewed", subject="advert:1", at=now)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "number"),
    [
        (lambda: AuditEntry.objects.filter(number=2).update(actor="mallory"), 2),
        (lambda: AuditEntry.objects.filter(number=2).update(detail={"n": 9}), 2),
        (lambda: AuditEntry.objects.filter(number=2).delete(), 2),
        (lambda: AuditEntry.objects.filter(number=1).delete(), 1),
        (lambda: AuditEntry.objects.filter(number=3).update(previous="0" * 64), 3),
    ],
)
def test_tampering_is_found_where_it_was_done(now: datetime, tamper: Callable[[], object], number: int) -> None:
    three(now)
    tamper()
    found = audit.first_break(AuditEntry.objects.order_by("number"))
    assert found is not None
    assert found.number == number


@pytest.mark.django_db
def test_cutting_off_the_end_needs_the_published_head(now: datetime) -> None:
    head = three(now)[-1].digest
    AuditEntry.objects.filter(number=3).delete()
    assert audit.first_break(AuditEntry.objects.order_by("number")) is None
    assert AuditEntry.objects.order_by("-number").first().digest != head  # type: ignore[union-attr]


@pytest.mark.django_db
def test_the_time_zone_of_the_act_does_not_matter_to_its_digest(now: datetime) -> None:
    elsewhere = now.astimezone(timezone(timedelta(hours=5, minutes=45)))
    with transaction.atomic():
        entry = audit.record(actor="ines", action="viewed", subject="advert:1", at=elsewhere)
    assert AuditEntry.objects.get().digest == entry.digest
    assert audit.first_break(AuditEntry.objects.order_by("number")) is None


def exported(target: Path, *args: str) -> Path:
    call_command("export_audit", "--out", str(target), *args, stderr=StringIO())
    return target


def outsider(*args: object) -> tuple[int, str]:
    """The script that is given to outsiders, in a process with the standard library alone."""
    script = [sys.executable, "-I", "-S", str(ROOT / "docs/verify_audit.py"), *map(str, args)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.django_db
def test_an_outsider_checks_the_exported_log(now: datetime, tmp_path: Path) -> None:
    entries = three(now)
    log = exported(tmp_path / "log.jsonl")
    assert outsider(log, "--head", entries[1].digest) == (0, f"3 entries, head 3 {entries[2].digest}\n")
    rest = exported(tmp_path / "rest.jsonl", "--since", "2")
    assert outsider(rest, "--after", "1", entries[0].digest)[0] == 0
    assert outsider(rest)[0] == 1
    assert outsider(tmp_path / "none.jsonl")[0] == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda lines: [lines[0], lines[1].replace("ines", "olga"), lines[2]], "entry 2: its content was changed"),
        (lambda lines: [lines[0], lines[2]], "one is missing"),
        (lambda lines: [lines[0], lines[0], *lines[1:]], "one is missing or was put in"),
        (lambda lines: [lines[1], lines[0], lines[2]], "one is missing or was put in"),
        (lambda lines: [lines[0], "{}", *lines[1:]], "one is missing or was put in"),
        (lambda lines: [lines[0], "broken", *lines[1:]], "is no entry"),
        (lambda lines: lines[:2], "no entry has the hash"),
        (lambda lines: [], "no entry has the hash"),
    ],
)
@pytest.mark.django_db
def test_an_outsider_sees_each_change(now: datetime, tmp_path: Path, change: Callable[[list[str]], list[str]], named: str) -> None:
    head = three(now)[-1].digest
    log = exported(tmp_path / "log.jsonl")
    log.write_text("".join(f"{line}\n" for line in change(log.read_text().splitlines())))
    status, said = outsider(log, "--head", head)
    assert status == 1
    assert named in said


@pytest.mark.django_db
def test_a_log_written_anew_from_the_beginning_is_seen_by_a_noted_head(now: datetime, tmp_path: Path) -> None:
    head = three(now)[1].digest
    AuditEntry.objects.all().delete()
    with transaction.atomic():
        for number in range(3):
            audit.record(actor="olga", action="viewed", subject=f"advert:{number}", at=now)
    log = exported(tmp_path / "log.jsonl")
    assert outsider(log)[0] == 0
    assert outsider(log, "--head", head)[0] == 1
