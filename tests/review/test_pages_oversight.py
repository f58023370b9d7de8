"""Pages for heads, operators and auditors; signing in; headers and faults."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts.access import Role
from adverts.models import AuditEntry, Reject, Run
from adverts.records import Band
from review import deciding, oversight, queue
from review.models import Case
from review.rules import Outcome
from tests.review.pages import get
from tests.review.scenes import NOW, advert, person, single, visible_id

pytestmark = pytest.mark.django_db


def test_the_head_sees_load_people_and_misses(client: Client, still: None, hedda: User, anna: User) -> None:
    groups = [single(Band.URGENT, cluster_id=visible_id("a")), single(Band.NONE, cluster_id=visible_id("b", drawn=True))]
    queue.refresh(now=NOW)
    for group in groups:
        case = Case.objects.get(cluster_id=group.pk)
        decision = deciding.Decision(Outcome.ACT, "", "", 1, deciding.digest(deciding.shown_now(case)))
        deciding.decide(case.pk, decision, user=anna, now=NOW)
    single(Band.PRIORITY, cluster_id=visible_id("c"))
    queue.refresh(now=NOW - timedelta(days=9))
    client.force_login(hedda)
    page = get(client, reverse("head"))
    assert "Priority 1 1 0 1 week, 2 days" in page.text
    assert "anna 2 2 0 0 0 0 0" in page.text
    assert "Urgent 1 0 0 0 0 1/1 (21 % – 100 %)" in page.text
    assert "Of 1 unflagged adverts read at random, 1 should have been flagged." in page.text


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_sources_are_counted_without_reading_adverts() -> None:
    advert(source="board-a")
    advert(source="board-a", at=NOW - timedelta(days=1), closed_at=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert oversight.sources() == [{"source": "board-a", "adverts": 2, "online": 1, "last_seen": NOW}]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
        assert next(row[3] for row in cursor.fetchall()).startswith("SCAN adverts_advert USING COVERING INDEX")


def test_the_operator_sees_runs_sources_and_rejects_without_values(client: Client, still: None) -> None:
    client.force_login(person("otto", Role.OPERATOR))
    page = get(client, reverse("operator"))
    for words in ("No stage has run yet.", "No source has delivered an advert yet.", "None: every line was taken."):
        assert words in page.text
    advert(source="board-z", closed_at=NOW)
    for number, ok in ((1, True), (2, False), (3, None)):
        ended = NOW - timedelta(minutes=5) if ok is not None else None
        Run.objects.create(stage=f"stage-{number}", started_at=NOW - timedelta(hours=1), ended_at=ended, ok=ok, counts={"new": 7})
    Reject.objects.create(file="f.jsonl", line=9, field="url", value="secret value", reason="no address", remedy="give one", at=NOW)
    page = get(client, reverse("operator"))
    for words in ("ended well", "failed", "running, or stopped half way", "new 7", "board-z 1 0", "f.jsonl:9", "no address", "give one"):
        assert words in page.text
    assert "secret value" not in page.text


def test_the_auditor_sees_the_log_and_whether_it_holds(client: Client, still: None) -> None:
    client.force_login(person("aud", Role.AUDITOR))
    assert "No entry" in get(client, reverse("audit")).text
    for number in range(60):
        single(Band.URGENT, cluster_id=visible_id(f"{number:02d}"))
    queue.refresh(now=NOW)
    page = get(client, reverse("audit"))
    assert "The chain holds: all 60 entries checked." in page.text
    assert page.html.count("<tr>") == 51
    assert "?before=11&actor=&action=&subject=" in page.links
    older = get(client, reverse("audit") + "?before=11&actor=&action=&subject=")
    assert older.html.count("<tr>") == 11
    assert get(client, reverse("audit") + "?subject=case:" + str(Case.objects.first().pk)).html.count("<tr>") == 2
    assert "No entry" in get(client, reverse("audit") + "?actor=nobody").text
    AuditEntry.objects.filter(number=30).update(actor="eve")
    page = get(client, reverse("audit"))
    assert "The chain is broken" in page.text
    assert "Entry 30: its content was changed." in page.text


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.OPERATOR, "how the stages run"), (Role.UNION, "what you are told about"), (Role.CAMPAIGNER, "safe-labour notices")],
)
def test_people_outside_review_are_shown_their_way(client: Client, db: None, role: Role, words: str) -> None:
    client.force_login(person("somebody", role))
    assert words in get(client, "/").text


def test_signing_in_and_out(client: Client, anna: User) -> None:
    page = get(client, reverse("sign-in") + "?next=/search/")
    answer = client.post(reverse("sign-in"), {"login": "anna", "password": "wrong", "next": page.fields["next"]})
    assert "That did not work" in answer.content.decode()
    answer = client.post(reverse("sign-in"), {"login": "anna", "password": "anna", "next": page.fields["next"]})
    assert answer["Location"] == "/search/"
    assert client.post(reverse("sign-out"))["Location"] == reverse("sign-in")
    answer = client.post(reverse("sign-in"), {"login": "anna", "password": "anna", "next": "https://x.example/"})
    assert answer["Location"] == "/"


def test_headers_forbid_everything_from_outside(at_desk: Client) -> None:
    answer = at_desk.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (answer["X-Frame-Options"], answer["Cache-Control"]) == ("DENY", "no-store")


def test_a_fault_of_ours_has_a_page(client: Client, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OSError("disk full")

    client.raise_request_exception = False
    client.force_login(anna)
    monkeypatch.setattr("review.listing.counts", fail)
    page = get(client, "/", status=500)
    assert "Something went wrong" in page.text
    assert "disk full" not in page.text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_pages_follow_the_direction_of_the_language(client: Client, db: None, language: str, direction: str) -> None:
    html = client.get(reverse("sign-in"), headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in html
