"""The ledger moves from SQLite to PostgreSQL whole, may be killed on the way, and is refused where it could mix with another."""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections
from psycopg import sql

from adverts import moving
from adverts.models import Reject
from tests.ledgers import Ledger, texts
from tests.servers import postgres as server

FILL = """
from datetime import UTC, datetime, timedelta
from django.contrib.auth.models import Group, User
from django.db import transaction
from adverts import audit
from adverts.access import Role
at = datetime(2026, 5, 1, 8, 0, 0, 123456, tzinfo=UTC)
DETAIL = {"z": 1.0, "a": [1e-7, None, "é"]}
user = User.objects.create_user("anna", password="long enough, and odd")
user.groups.set([Group.objects.get(name=Role.INSPECTOR)])
for n in range(5):
    with transaction.atomic():
        audit.record(actor="anna", action="tried", subject=f"cluster:{n}", at=at + timedelta(hours=n), detail=DETAIL)
"""
ADD = """
from adverts.models import Reject
from django.utils import timezone
print(Reject.objects.create(file="x", line=LINE, field="f", value="v", reason="r", remedy="m", at=timezone.now()).pk)
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A SQLite ledger with adverts, contacts, links, an account and an audit log."""
    made = Ledger(tmp_path / "data")
    made.land(texts(60))
    made.run("migrate")
    made.run("make_roles")
    made.run("ingest")
    made.run("link")
    made.python(FILL)
    return made


def counts(url: str) -> dict[str, object]:
    names = ("adverts_advert", "adverts_advertversion", "adverts_assessment", "adverts_auditentry", "linking_signatureband", "review_case")
    return {name: server.execute(url, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))[0][0] for name in names}


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.timeout(280)
def test_everything_arrives_and_goes_on_there(ledger: Ledger, database: str) -> None:
    ledger.run("assess")
    ledger.run("refresh_queue")
    moved = Ledger(ledger.data, database)
    said = ledger.run("migrate_ledger", "--to", database)
    assert "every row compared, the audit chain holds" in said
    assert counts(database)["adverts_advert"] == 60
    verified = ledger.run("verify_audit").splitlines()
    assert moved.run("verify_audit").splitlines() == verified
    # what had its number in SQLite goes on from there
    first, last = (int(place.python(ADD.replace("LINE", line))) for place, line in ((ledger, "1"), (moved, "2")))
    assert last >= first
    user = server.execute(database, "SELECT username, date_joined IS NOT NULL FROM auth_user")
    assert user == [("anna", True)]
    # nothing waits there, and a later text is taken in
    assert "assess: 0 assessed" in moved.run("assess")
    # a target in use is never touched again
    before = counts(database)
    assert "the target is not empty" in ledger.run("migrate_ledger", "--to", database, status=1)
    assert "was used since" in ledger.run("migrate_ledger", "--to", database, "--resume", status=1)
    assert counts(database) == before


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(280)
def test_killed_and_resumed_it_is_whole(ledger: Ledger, database: str) -> None:
    moving_process = ledger.start("migrate_ledger", "--to", database)
    killed = _kill_when_begun(moving_process, database)
    if killed:
        assert "not empty" in ledger.run("migrate_ledger", "--to", database, status=1)
    assert "every row compared" in ledger.run("migrate_ledger", "--to", database, "--resume")
    assert counts(database)["adverts_advert"] == 60
    assert killed, "the kill must hit a move under way, or nothing was tried"


def _kill_when_begun(process: subprocess.Popen[str], database: str) -> bool:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        there = server.execute(database, "SELECT to_regclass('adverts_contact')")[0][0]
        if there and server.execute(database, "SELECT count(*) FROM adverts_contact")[0][0]:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return process.returncode == -signal.SIGKILL
        time.sleep(0.005)
    return False


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/x.sqlite3", "must be PostgreSQL"),
        ("postgres://anna:hidden@127.0.0.1:1/x", "does not answer"),
        ("mysql://h/x", "--to: 'mysql' is not supported"),
    ],
)
def test_a_target_that_cannot_be_is_refused(tmp_path: Path, url: str, said: str) -> None:
    told = Ledger(tmp_path).run("migrate_ledger", "--to", url, status=1)
    assert said in told
    assert "hidden" not in told


def test_each_table_comes_after_those_it_refers_to() -> None:
    order = moving.in_order()
    assert len(order) == len(set(order)) >= len(list(apps.get_models()))
    for place, model in enumerate(order):
        for field in model._meta.local_concrete_fields:
            if field.is_relation and field.related_model is not model:
                assert order.index(field.related_model) < place


@pytest.mark.django_db
def test_a_fingerprint_sees_every_change() -> None:
    rows = [Reject(file="x", line=n, field="f", value="v", reason="r", remedy="m", at=datetime(2026, 5, n, tzinfo=UTC)) for n in (1, 2)]
    Reject.objects.bulk_create(rows)
    alias = connections["default"].alias
    first = moving.fingerprint(Reject, alias)
    assert first == moving.fingerprint(Reject, alias)
    assert first[0] == 2
    Reject.objects.filter(line=2).update(value="w")
    second = moving.fingerprint(Reject, alias)
    Reject.objects.filter(line=1).delete()
    third = moving.fingerprint(Reject, alias)
    assert len({first, second, third}) == 3
