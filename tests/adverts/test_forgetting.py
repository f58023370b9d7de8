"""What is erased is nowhere: no column of any table, no capture, no landing line, no letter, no export; and all chains still hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection
from pydantic import SecretStr

from adverts import audit, erasing_places, forgetting, vault
from adverts.access import Role
from adverts.erasing import ERASED
from adverts.erasing_places import REQUEST, Places, Target
from adverts.models import Advert, AuditEntry, Contact, Reject, VaultEntry
from adverts.records import Band
from crawlers.captures import CaptureWriter
from crawlers.evidence_check import Check
from crawlers.warc import Exchange, Saved
from notices.models import Comment, Notice, NoticeText, Reply
from review import deciding, queue
from review.deciding import Decision
from review.models import Case, Verdict
from review.records import referral, rights, unmasking
from review.records.models import Body, Erasure, LegalHold, RightsRequest
from review.rules import Outcome
from review.trail import disagreements
from settings.env import Env, current, use
from tests.review.scenes import NOW, assess, match, person

# the database gives freed pages back outside a transaction alone
pytestmark = pytest.mark.django_db(transaction=True)

TEXT = (
    "Kitchen help wanted at the Amber Heron. You leave a deposit of 310 EUR before the first day. "
    "We keep your passport until the season ends. Ask for Mrs Quillfeather at the back door, telephone +44 7700 900123."
)
MARKS = ("Amber Heron", "Quillfeather", "310 EUR", "7700 900123", "7700900123", "back door")
OTHER = "Cook for a school. Nine to five, weekends free. Apply at the office of the town in Long Lane, room four."


@pytest.fixture
def world(tmp_path: Path, transactional_db: None) -> Iterator[Path]:
    """A data folder of its own."""
    before = current()
    use(Env(_env_file=None, **{**before.model_dump(), "data_dir": tmp_path, "secret_key": SecretStr("t" * 48)}))
    yield tmp_path
    use(before)


def land(world: Path, *adverts: tuple[str, str], stem: str, at: Any, page: bytes = b"") -> None:
    """Capture a page for each advert and land it, as a crawl does."""
    folder = world / "landing" / "board-a"
    folder.mkdir(parents=True, exist_ok=True)
    writer = CaptureWriter(world / "captures", source="board-a", about={"operator": "Test"})
    with (folder / f"{stem}.jsonl").open("a", encoding="utf-8") as out:
        for name, text in adverts:
            url = f"https://board-a.example/jobs/{name}"
            body = page or f"<html><body><h1>{name}</h1><p>{text.replace('. ', '.</p><p>')}</p></body></html>".encode()
            kept = writer.add(Exchange(url=url, at=at, status=200, body=body))
            capture = {"file": kept.file, "offset": kept.offset, "sha256": kept.sha256}
            row = {"source": "board-a", "source_id": name, "url": url, "seen_at": at.isoformat(), "title": text[:30], "text": text}
            out.write(json.dumps({**row, "employer": "Amber Heron" if name == "1" else "", "capture": capture}) + "\n")
    writer.close()


def imported(world: Path) -> None:
    """The same advert as an import of saved pages lands and captures it, and one of a table."""
    at = NOW - timedelta(days=3)
    writer = CaptureWriter(world / "captures", source="import-board-a", about={"operator": "Test"})
    kept = writer.add_saved(Saved(url="https://board-a.example/saved", at=at, body=f"<p>{TEXT}</p>".encode(), content_type="text/html"))
    writer.close()
    row = {"source": "board-a", "source_id": "1", "url": "https://board-a.example/jobs/1", "seen_at": at.isoformat(), "text": TEXT}
    captured = {**row, "capture": {"file": kept.file, "offset": kept.offset, "sha256": kept.sha256, "url": kept.url}}
    for name, line in (("import-board-a/20261117T080000Z-c.jsonl", captured), ("import-table/abc.jsonl", row)):
        path = world / "landing" / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(line) + "\n")


def stage(world: Path) -> tuple[Advert, Advert]:
    land(world, ("1", TEXT), ("2", OTHER), stem="20261118T080000Z-a", at=NOW - timedelta(days=2))
    # a second look at the same advert whose page changed in what is no part of it: no version, but a capture with all the words
    land(world, ("1", TEXT), stem="20261119T080000Z-b", at=NOW - timedelta(days=1))
    with (world / "landing/board-a/20261119T080000Z-b.jsonl").open("a") as out:
        out.write(json.dumps({"source": "board-a", "url": "https://board-a.example/list", "seen_at": "x", "text": "no time"}) + "\n")
    # a page of the board that lists it, named by no advert
    writer = CaptureWriter(world / "captures", source="board-a", about={"operator": "Test"})
    writer.add(Exchange(url="https://board-a.example/list", at=NOW, status=200, body=f"<ul><li>{TEXT}</li></ul>".encode()))
    # a picture of its page
    page = "screenshot:https://board-a.example/jobs/1"
    writer.add_saved(Saved(url=page, at=NOW, body=TEXT.encode(), content_type="image/png"), kind="picture")
    writer.close()
    imported(world)
    call_command("ingest", stdout=StringIO())
    one, two = Advert.objects.order_by("source_id")
    words = (("deposit of 310 EUR", "deposit-or-bond"), ("keep your passport", "document-retention"))
    assess(one, Band.URGENT, indicators=[match(one.text, quoted, name, note=one.text[:80]) for quoted, name in words])
    assess(two, Band.NONE, indicators=[])
    call_command("link", stdout=StringIO())
    queue.refresh(now=NOW)
    call_command("reindex", stdout=StringIO())
    assert "Amber Heron" in one.text
    return one, two


def places(world: Path) -> Places:
    return Places(captures=world / "captures", landing=world / "landing", outbox=world / "outbox")


def ledger() -> str:
    """Every value of every column of every table."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608 (our own table names)
            for row in cursor.fetchall():
                found += [value.decode("latin-1") if isinstance(value, bytes | memoryview) else str(value) for value in row]
    return "\n".join(found)


def everything(world: Path) -> dict[str, str]:
    """The text of all files of the data folder, captures unpacked."""
    import gzip

    found = {}
    for path in sorted(world.rglob("*")):
        if path.is_file() and "index" not in path.parts:
            raw = path.read_bytes()
            found[path.relative_to(world).as_posix()] = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")
    return found


def left(text: str) -> list[str]:
    return [mark for mark in MARKS if mark.casefold() in text.casefold()]


def busy(world: Path, one: Advert) -> tuple[User, User, User]:
    """People work on the advert: decide, quote it in notes, ask for its contact, refer it, write a letter about it."""
    anna, ben, cust, dora = (
        person(name, role)
        for name, role in (("anna", Role.INSPECTOR), ("ben", Role.HEAD), ("cust", Role.CUSTODIAN), ("dora", Role.DATA_PROTECTION))
    )
    case = Case.objects.get(advert_id=one.pk)
    case = deciding.claim(case.pk, user=anna, now=NOW)
    quoted = f"It says: {TEXT[:150]}"
    decision = Decision(Outcome.LABOUR_LAW, "other", quoted, case.round, deciding.digest(deciding.shown_now(case)))
    deciding.decide(case.pk, decision, user=anna, now=NOW)
    key = Contact.objects.get(advert_links__advert=one).pk
    asked = unmasking.ask(advert_id=one.pk, contact_id=key, user=anna, reason="other", note=quoted, now=NOW)
    unmasking.decide(asked.pk, user=cust, minutes=30, answer="", now=NOW)
    assert unmasking.look(asked.pk, user=anna, now=NOW) == "447700900123"
    body = Body.objects.create(name="Inspectorate", kind="labour-inspectorate", country="PT", address="+1 555 0100", updated_at=NOW)
    sent = referral.prepare(case=case, body=body, user=anna, reason="inspect", note=quoted, personal=False, now=NOW)
    for to in ("sent", "outcome"):
        sent = referral.step(sent.pk, to=referral.Step(to), after=sent.events, user=anna, note=quoted, now=NOW)
    notice = Notice.objects.create(slug="fees", type="pattern-warning", author=ben, created_at=NOW, updated_at=NOW)
    NoticeText.objects.create(notice=notice, language="en", title="Deposits", help_lines="-", body=TEXT)
    (world / "outbox").mkdir()
    letter = EmailMessage("Digest", f"New today: {TEXT}", "a@x.example", ["b@y.example"]).message().as_bytes()
    harmless = EmailMessage("Digest", f"New today: {OTHER}", "a@x.example", ["b@y.example"]).message().as_bytes()
    (world / "outbox" / "1.log").write_bytes(harmless + b"\n" + b"-" * 79 + b"\n" + letter + b"\n" + b"-" * 79 + b"\n")
    (world / "outbox" / "2.log").write_bytes(harmless + b"\n" + b"-" * 79 + b"\n")
    return anna, ben, dora


def granted(one: Advert, dora: User, *, kind: str = "erasure") -> RightsRequest:
    row = rights.enter(kind=kind, reference=f"DP-{kind}", adverts=[one.pk], received_on=date(2026, 11, 20), user=dora, now=NOW)
    return rights.decide(row.pk, grant=True, answer="The advert named her.", user=dora, now=NOW)


def retention(*args: str) -> str:
    out = StringIO()
    call_command("retention", *args, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_an_erased_text_is_nowhere_and_the_chains_hold(world: Path) -> None:
    one, two = stage(world)
    *_, dora = busy(world, one)
    assert left(ledger().replace(TEXT, "")) == [mark for mark in MARKS if "7700" not in mark and "77009" not in mark], (
        "contacts are masked in the ledger from the start"
    )
    assert sum(bool(left(text)) for text in everything(world).values()) >= 4
    granted(one, dora)
    assert "notices to correct: fees" in retention("--dry-run")
    assert Advert.objects.get(pk=one.pk).text == one.text, "a dry run changes nothing"
    retention()

    text_of_notice = NoticeText.objects.get().body
    assert left(ledger().replace(text_of_notice, "")) == []
    assert {name: left(text) for name, text in everything(world).items() if left(text)} == {}
    out = StringIO()
    call_command("search", "heron", "--json", stdout=out)
    assert out.getvalue() == ""
    for command in (["export_audit"], ["rejects"]):
        out = StringIO()
        call_command(*command, stdout=out)
        assert left(out.getvalue()) == []

    assert audit.first_break(AuditEntry.objects.order_by("number")) is None
    assert list(disagreements()) == []
    found = Check(world / "captures").run()
    assert found.faults == []
    assert sum("erased by rule (request)" in note for note in found.notes) == 5
    stone = Advert.objects.get(pk=one.pk)
    assert (stone.reader, stone.text, stone.url, stone.contacts) == (ERASED, "", "", [])
    assert Contact.objects.filter(masked__contains="7").count() == VaultEntry.objects.count()
    other = Advert.objects.get(pk=two.pk)
    assert other.text == two.text
    request = RightsRequest.objects.get()
    assert (request.state, request.effects["captures"], request.effects["notices to correct"]) == ("done", 5, 1)
    assert sorted(path.name for path in (world / "outbox").iterdir()) == ["2.log"]
    assert Verdict.objects.get().note == ""


def test_what_was_erased_does_not_come_back_with_the_next_crawl(world: Path) -> None:
    one, _ = stage(world)
    granted(one, person("dora", Role.DATA_PROTECTION))
    retention()
    land(world, ("1", TEXT), stem="20261125T080000Z-c", at=NOW + timedelta(hours=1))
    call_command("ingest", stdout=StringIO())
    assert Advert.objects.get(pk=one.pk).text == ""
    assert left(ledger()) == []
    retention()
    assert {name: left(text) for name, text in everything(world).items() if left(text)} == {}
    assert Check(world / "captures").run().faults == []
    assert "nothing was due" in retention() or "0" in retention()


def test_a_hold_stands_against_everything(world: Path) -> None:
    one, _ = stage(world)
    dora = person("dora", Role.DATA_PROTECTION)
    rights.hold(one.pk, reason="Court file 12/26", user=dora, now=NOW)
    granted(one, dora)
    retention()
    assert Advert.objects.get(pk=one.pk).text == one.text
    rights.release(LegalHold.objects.get().pk, user=dora, now=NOW)
    retention()
    assert Advert.objects.get(pk=one.pk).text == ""


def test_a_capture_that_shows_a_held_advert_stays(world: Path) -> None:
    page = f"<ul><li>{TEXT}</li><li>{OTHER}</li></ul>".encode()
    land(world, ("1", TEXT), ("2", OTHER), stem="20261118T080000Z-a", at=NOW - timedelta(days=2), page=page)
    call_command("ingest", stdout=StringIO())
    one, two = Advert.objects.order_by("source_id")
    Advert.objects.filter(pk=two.pk).update(capture_file=one.capture_file, capture_offset=one.capture_offset)
    dora = person("dora", Role.DATA_PROTECTION)
    held = rights.hold(two.pk, reason="Court file", user=dora, now=NOW)
    (plan,) = forgetting.plan([Target(one.pk, REQUEST)], places(world), now=NOW)
    assert (len(plan.plan["extents"]), plan.plan["kept"]) == (0, 1)
    rights.release(held.pk, user=dora, now=NOW)
    Erasure.objects.all().delete()
    (plan,) = forgetting.plan([Target(one.pk, REQUEST)], places(world), now=NOW)
    assert (len(plan.plan["extents"]), plan.plan["kept"]) == (1, 0)
    Erasure.objects.all().delete()
    (plan,) = forgetting.plan([Target(one.pk, "benign")], places(world), now=NOW)
    assert (len(plan.plan["extents"]), plan.plan["kept"]) == (0, 1), "by a period alone the neighbour's capture stays"


@pytest.mark.parametrize("stop", range(6))
def test_stopped_anywhere_the_next_run_ends_the_same(world: Path, stop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = stage(world)
    granted(one, person("dora", Role.DATA_PROTECTION))
    (plan,) = forgetting.plan(forgetting.targets(now=NOW), places(world), now=NOW)
    assert len(plan.plan["extents"]) == 5
    calls = 0

    class Killed(BaseException):
        pass

    def dying(function: Any) -> Any:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls > stop:
                raise Killed
            return function(*args, **kwargs)

        return wrapped

    with monkeypatch.context() as patch:
        patch.setattr("crawlers.erasing.erase", dying(forgetting.erasing.erase))
        patch.setattr("adverts.forgetting.blank", dying(forgetting.blank))
        patch.setattr("adverts.forgetting.erase_rows", dying(forgetting.erase_rows))
        with pytest.raises(Killed):
            forgetting.carry_out(plan, places(world), now=NOW)
    assert Advert.objects.get(pk=one.pk).text != ""
    retention()
    assert left(ledger()) == []
    assert {name: left(text) for name, text in everything(world).items() if left(text)} == {}
    assert Check(world / "captures").run().faults == []
    assert Erasure.objects.get().done_at is not None
    assert RightsRequest.objects.get().state == "done"


def test_a_benign_advert_goes_after_its_month_and_others_stay(world: Path) -> None:
    one, two = stage(world)
    anna = person("anna", Role.INSPECTOR)
    case = Case.objects.get(advert_id=one.pk)
    decision = Decision(Outcome.BENIGN, "", "", case.round, deciding.digest(deciding.shown_now(case)))
    deciding.decide(case.pk, decision, user=anna, now=NOW)
    assert [target.advert_id for target in forgetting.targets(now=NOW + timedelta(days=29))] == []
    assert forgetting.targets(now=NOW + timedelta(days=30)) == [Target(one.pk, "benign")]
    assert {target.reason for target in forgetting.targets(now=NOW + timedelta(days=400))} == {"benign", "undecided"}
    assert Reject.objects.count() == 1
    assert two.assessments.get().band == Band.NONE
    assert vault.contact_key(kind="phone", value="1") != ""


def test_every_place_of_a_notice_is_looked_through(world: Path) -> None:
    one, _ = stage(world)
    words, ben = erasing_places.words(one), person("ben", Role.HEAD)
    notice = Notice.objects.create(slug="fees", type="pattern-warning", author=ben, created_at=NOW, updated_at=NOW)
    NoticeText.objects.create(notice=notice, language="en", title="Deposits", help_lines="-", body=TEXT)
    assert forgetting.notices_with(words) == ["fees"]
    NoticeText.objects.update(body="Nothing.", help_lines="", title="Deposits")
    assert forgetting.notices_with(words) == []
    places: dict[str, Callable[[], object]] = {
        "short": lambda: NoticeText.objects.update(short=TEXT),
        "comment": lambda: Comment.objects.create(notice=notice, author=notice.author, at=NOW, body=TEXT, content_hash=""),
        "said": lambda: Reply.objects.create(notice=notice, received_at=NOW, due_on=NOW.date(), who="other", said=TEXT),
        "answer": lambda: Reply.objects.create(notice=notice, received_at=NOW, due_on=NOW.date(), who="other", said="", answer=TEXT),
    }
    for name, put in places.items():
        put()
        assert forgetting.notices_with(words) == ["fees"], name
        NoticeText.objects.update(short="")
        Comment.objects.all().delete()
        Reply.objects.all().delete()
