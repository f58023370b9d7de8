"""Export, retention and rotation killed (SIGKILL) at random moments as real processes on a real ledger file: whole in the end."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from crawlers.captures import CaptureWriter
from crawlers.evidence_check import Check
from crawlers.warc import Exchange
from review.records import verify
from settings.env import ROOT
from tests.review.scenes import NOW

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

TEXT = (
    "Kitchen help number {n} wanted at the Amber Heron. You leave a deposit of 310 EUR before the first day. "
    "We keep your passport until the season {n} ends. Ask for Mrs Quillfeather at the back door {n}."
)
OLD, NEW = "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=", Fernet.generate_key().decode()

ASK = """
from datetime import date, datetime, UTC
from django.contrib.auth.models import Group, User
from adverts.models import Advert
from review.records import rights
user = User.objects.create_user("dora"); user.groups.add(Group.objects.get_or_create(name="data-protection")[0])
now = datetime.now(UTC)
row = rights.enter(kind="erasure", reference="DP-1", adverts=list(Advert.objects.values_list("pk", flat=True)[:{most}]),
                   received_on=date.today(), user=user, now=now)
rights.decide(row.pk, grant=True, answer="agreed", user=user, now=now)
"""
COUNT = """
import json
from adverts.audit import first_break
from adverts.models import Advert, AuditEntry
from review.records.models import CapsuleExport, Erasure, RightsRequest
print(json.dumps({
    "broken": str(first_break(AuditEntry.objects.order_by("number"))),
    "entries": AuditEntry.objects.filter(action="capsule.exported").count(),
    "exports": CapsuleExport.objects.count(),
    "fingerprints": list(CapsuleExport.objects.values_list("fingerprint", flat=True)),
    "erased": Advert.objects.filter(reader="erased").count(),
    "open": Erasure.objects.filter(done_at=None).count(),
    "requests": list(RightsRequest.objects.values_list("state", flat=True)),
}))
"""
MAKE = 'from django.contrib.auth.models import User; User.objects.create_user("anna")'


def environment(data: Path, keys: str = OLD) -> dict[str, str]:
    given = {"SECRET_KEY": "s" * 48, "CONTACT_KEY": "c" * 48, "VAULT_KEYS": keys, "DATA_DIR": str(data)}
    return {**os.environ, **{f"FAIRWATCH_{name}": value for name, value in given.items()}, "DJANGO_SETTINGS_MODULE": "settings.web"}


def start(data: Path, *args: str, keys: str = OLD) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", *args]
    # a group of its own: a kill hits the packing process too, as a machine that goes down would
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(data, keys), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def run(data: Path, *args: str, keys: str = OLD) -> tuple[float, str]:
    began = time.monotonic()
    process = start(data, *args, keys=keys)
    said, error = process.communicate(timeout=300)
    assert process.returncode == 0, error.decode(errors="replace")[-2000:]
    return time.monotonic() - began, said.decode()


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill the process and all it started; whether it was still at work."""
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL


def counted(data: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(data, "shell", "-v", "0", "-c", COUNT)[1].splitlines()[-1])
    return found


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A ledger file with thirty adverts, each with its capture and landing line."""
    data = tmp_path / "data"
    folder = data / "landing" / "board-a"
    folder.mkdir(parents=True)
    writer = CaptureWriter(data / "captures", source="board-a", about={"operator": "Test"})
    with (folder / "20261118T080000Z-a.jsonl").open("w", encoding="utf-8") as out:
        for number in range(30):
            url, text = f"https://board-a.example/jobs/{number}", TEXT.format(n=number) + f" Telephone +44 7700 9001{number:02d}."
            kept = writer.add(Exchange(url=url, at=NOW, status=200, body=f"<p>{text}</p>".encode()))
            capture = {"file": kept.file, "offset": kept.offset, "sha256": kept.sha256}
            row = {"source": "board-a", "url": url, "seen_at": NOW.isoformat(), "title": text[:30], "text": text, "capture": capture}
            out.write(json.dumps(row) + "\n")
    writer.close()
    run(data, "migrate")
    run(data, "ingest")
    return data


def test_an_export_killed_at_fifty_moments_leaves_a_whole_capsule_or_none(office: Path) -> None:
    run(office, "shell", "-v", "0", "-c", MAKE)
    listed = run(office, "shell", "-v", "0", "-c", "from adverts.models import Advert; print(Advert.objects.first().pk)")[1]
    advert, target = listed.split()[-1], office / "out.zip"
    command = ("capsule", advert, "--by", "anna", "--out", str(target))
    seconds, _ = run(office, *command)
    chance, killed, whole = random.Random(20261125), 0, 0
    for _ in range(50):
        target.unlink(missing_ok=True)
        killed += kill_after(start(office, *command), chance.uniform(0.3, 1.02) * seconds)
        if target.exists():
            assert verify.check(target)[0] == []
            whole += 1
    found = counted(office)
    assert killed >= 25, "most kills must hit a running export, or nothing was tried"
    assert found["broken"] == "None"
    assert found["entries"] == found["exports"]
    assert int(str(found["exports"])) >= whole + 1, "no capsule left without its entry"
    run(office, *command)
    assert verify.check(target)[1] in counted(office)["fingerprints"]  # type: ignore[operator]


def test_retention_killed_at_random_moments_ends_with_nothing_left(office: Path) -> None:
    run(office, "reindex")
    run(office, "shell", "-v", "0", "-c", ASK.format(most=20))
    chance, killed = random.Random(7), 0
    for _ in range(20):
        killed += kill_after(start(office, "retention"), chance.uniform(1.2, 3.5))
    run(office, "retention")
    found = counted(office)
    assert killed >= 5
    assert (found["broken"], found["erased"], found["open"], found["requests"]) == ("None", 20, 0, ["done"])
    assert Check(office / "captures").run().faults == []
    gone = [number for number in range(30) if not _anywhere(office, f"back door {number}.")]
    assert len(gone) == 20


def _anywhere(data: Path, words: str) -> bool:
    """Whether words stand in any file: the ledger's own bytes, landing, captures unpacked."""
    import gzip

    for path in data.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
            if words.encode() in raw:
                return True
    return False


def test_rotation_killed_at_random_moments_loses_no_contact(office: Path) -> None:
    chance, killed = random.Random(3), 0
    seconds, _ = run(office, "rotate_vault", keys=f"{NEW},{OLD}")
    newest = Fernet.generate_key().decode()
    for _ in range(10):
        killed += kill_after(start(office, "rotate_vault", keys=f"{newest},{NEW}"), chance.uniform(0.5, 1.0) * seconds)
    run(office, "rotate_vault", keys=f"{newest},{NEW}")
    look = "from adverts.models import Contact; from adverts import vault; print(sorted(vault.reveal(c.pk) for c in Contact.objects.all()))"
    said = run(office, "shell", "-v", "0", "-c", look, keys=newest)[1]
    assert [f"4477009001{number:02d}" for number in range(30)] == json.loads(said.splitlines()[-1].replace("'", '"'))
    assert killed >= 3
