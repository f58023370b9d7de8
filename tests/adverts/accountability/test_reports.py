"""The quarterly report from an invented ledger: what it counts, what it keeps to itself, its four forms, its publication."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from adverts import audit
from adverts.access import Role
from adverts.accountability import publishing, quarters, report, writing
from adverts.accountability.models import PublishedReport
from adverts.accountability.report import Counts, Decided, Watched
from adverts.catalogue import cards
from adverts.models import AuditEntry, Run
from adverts.records import Band
from review import queue
from review.models import Case
from review.rules import Outcome
from tests.review.scenes import NOW, decided, person, single

Q4 = quarters.parse("2026Q4")
LATER = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def ledger(db: None) -> None:
    """Twelve urgent adverts in Polish and three quiet ones in English, fourteen of them decided."""
    for number in range(12):
        single(Band.URGENT, language="pl", title=f"Packers {number}", cluster_id=f"{number:032d}")
    for number in range(3):
        single(Band.NONE, language="en", text="Cook wanted. Call +44 7700 900123.", cluster_id=f"{number + 100:032d}")
    single(Band.URGENT, at=NOW - timedelta(days=100), cluster_id=f"{200:032d}")
    queue.refresh(now=NOW)
    who = person("ines", Role.INSPECTOR)
    for case in Case.objects.filter(origin=Case.FLAGGED, newest_at__gte=Q4.begin).order_by("cluster_id")[:12]:
        decided(case, Outcome.ACT, by=who, at=NOW + timedelta(hours=5))
    with transaction.atomic():
        for number in range(11):
            audit.record(actor="ines", action="contact.shown", subject="contact:1", at=NOW, detail={"request": number})
    Run.objects.create(stage="crawl:sample-harbour", started_at=NOW, ended_at=NOW, ok=True)


def tables(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {table["name"]: table for table in body["tables"]}


def rows(body: dict[str, Any], name: str) -> dict[str, int | None]:
    return {row["name"]: row["number"] for row in tables(body)[name]["rows"]}


def test_counts_of_a_ledger(ledger: None) -> None:
    body = publishing.made(Q4, now=LATER).plain()
    assert (body["quarter"], body["zone"]) == ("2026Q4", "UTC")
    assert tables(body)["bands"]["total"] == 15
    assert tables(body)["bands"]["withheld"] is True  # 12 and 3: no way of telling them keeps the 3 back
    assert rows(body, "indicators") == {"deposit-or-bond": 12, "document-retention": 12}
    assert rows(body, "decisions-flagged")["act"] == 12
    assert rows(body, "contacts") == {"asked": 0, "granted": 0, "refused": 0, "shown": 11}
    figures = {one["name"]: one for one in body["figures"]}
    assert (figures["held-up"]["value"], figures["held-up"]["of"]) == (1.0, 12)
    assert {figures[name]["value"] for name in figures if name.startswith("time-") and name != "time-replies"} <= {5.0, None}
    assert body["audit_holds"] is True
    assert [one["name"] for one in body["sources"]] == ["board-a", "sample-harbour"]
    assert body["sources"][1]["legal_basis"]
    assert body["rules_versions"] == ("rules-1",)


def test_nothing_of_persons_or_adverts_is_in_it(ledger: None) -> None:
    body = publishing.made(Q4, now=LATER).plain()
    whole = "\n".join(writing.write(body, form).decode() for form in ("json", "csv", "html"))
    for words in ("ines", "Packers wanted", "Cook wanted", "7700", "deposit of 300", "jobs/1"):
        assert words not in whole


def test_other_quarters_are_left_out(ledger: None) -> None:
    body = publishing.made(quarters.parse("2026Q3"), now=LATER).plain()
    assert tables(body)["bands"]["withheld"] is True
    assert body["audit_entries"] == 0


def test_the_same_ledger_gives_the_same_bytes(ledger: None, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        call_command("accountability", quarter="2026Q4", out=tmp_path / folder, now=LATER, stdout=StringIO())
    for form in writing.TYPES:
        name = f"accountability-2026Q4.{form}"
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), form
    later = publishing.made(Q4, now=LATER + timedelta(days=1)).plain()
    first = json.loads((tmp_path / "a" / "accountability-2026Q4.json").read_text())
    assert {name for name in first if json.loads(writing.as_json(later))[name] != first[name]} == {"made_at"}


def test_csv_agrees_with_json() -> None:
    counts = Counts(
        sources=(Watched("board-a", "=Board A", "Mandate.", "Looking."),), by_source={"board-a": 40, "board-b": 5, "board-c": 60}
    )
    body = report.report(counts, Q4, made_at=LATER).plain()
    lines = list(csv.DictReader(io.StringIO(writing.as_csv(body).decode())))
    sources = {line["name"]: (line["number"], line["note"]) for line in lines if line["section"] == "sources"}
    assert sources == {"board-a": ("", "kept back"), "board-b": ("", "kept back"), "board-c": ("60", ""), "total": ("105", "")}
    assert next(line["label"] for line in lines if line["section"] == "watched") == "'=Board A"


def test_origins_cannot_be_found_by_subtraction() -> None:
    """No number adds flagged and sampled decisions up: the small sample would be what is left."""
    many = [Decided(Outcome.ACT, "flagged", "urgent", 3.0)] * 30 + [Decided(Outcome.ACT, "sample", "read", 3.0)] * 2
    body = report.report(Counts(decided=tuple(many)), Q4, made_at=LATER).plain()
    assert tables(body)["decisions-flagged"]["total"] == 30
    assert not [table for table in body["tables"] if table["total"] in (2, 32)]
    assert not [one for one in body["figures"] if one["of"] in (2, 32)]


def figure_and_table(numbers: dict[Outcome, int]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is told of flagged cases decided so: the share that held up, and the table of outcomes."""
    many = [Decided(outcome, "flagged", "urgent", None) for outcome, number in numbers.items() for _ in range(number)]
    body = report.report(Counts(decided=tuple(many)), Q4, made_at=LATER).plain()
    return next(one for one in body["figures"] if one["name"] == "held-up"), tables(body)["decisions-flagged"]


@given(st.dictionaries(st.sampled_from(list(Outcome)), st.integers(0, 60)))
def test_the_share_that_held_up_tells_no_more_than_its_table(numbers: dict[Outcome, int]) -> None:
    """Whatever the counts behind an equal table, the figure is equal; and its interval holds the true share."""
    found, table = figure_and_table(numbers)
    hits = sum(numbers.get(name, 0) for name in report.HELD)
    of = hits + numbers.get(Outcome.BENIGN, 0)
    if found["low"] is not None and of:
        assert found["low"] <= round(hits / of, 4) <= found["high"]
    # another ledger that is told alike: what is kept back changes places
    hidden = [Outcome(row["name"]) for row in table["rows"] if row["number"] is None]
    other = {**numbers, **{name: numbers[known] for name, known in zip(hidden, hidden[::-1], strict=True)}}
    if figure_and_table(other)[1] == table:
        assert figure_and_table(other)[0] == found


def test_a_kept_back_row_is_not_given_away_by_the_share() -> None:
    """Five that could not be told: a share taken of 70 beside a total of 75 would say so."""
    found, table = figure_and_table({Outcome.ACT: 30, Outcome.BENIGN: 40, Outcome.CANNOT_TELL: 5})
    assert [(row["name"], row["number"]) for row in table["rows"] if row["number"] != 0] == [
        ("act", None), ("benign", 40), ("cannot-tell", None),
    ]  # fmt: skip
    assert (found["value"], found["of"]) == (None, None)
    assert found["low"] < 1 / 41
    assert found["high"] > 34 / 74


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils are not installed")
def test_the_pdf_is_tagged_and_can_be_read(tmp_path: Path) -> None:
    counts = Counts(by_band={"urgent": 40, "none": 60}, by_language={"pl": 100}, language_names={"pl": "Polish"})
    raw = writing.as_pdf(report.report(counts, Q4, made_at=LATER).plain())
    (tmp_path / "r.pdf").write_bytes(raw)
    said = subprocess.run(["pdftotext", "-layout", str(tmp_path / "r.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    assert "Accountability report 2026Q4" in said
    assert re.search(r"Urgent\s+40\s+40\.0 %", said)
    info = subprocess.run(["pdfinfo", str(tmp_path / "r.pdf")], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Tagged:\s+yes", info)
    meta = subprocess.run(["pdfinfo", "-meta", str(tmp_path / "r.pdf")], capture_output=True, text=True, check=True).stdout
    assert "pdfuaid:part" in meta


def test_publishing(ledger: None, client: Client) -> None:
    assert client.get("/accountability/2026Q4/").status_code == 404
    call_command("accountability", quarter="2026Q4", publish=True, now=LATER, stdout=StringIO())
    row = PublishedReport.objects.get()
    assert AuditEntry.objects.get(action="report.published").detail == {"edition": 1, "sha256": row.sha256}
    page = client.get("/accountability/2026Q4/")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert len(page.content) < 50_000
    assert b"<script" not in page.content
    assert b"<style" not in page.content
    served = client.get("/accountability/2026Q4/report.json")
    assert writing.digest(json.loads(served.content)) == row.sha256 == hashlib.sha256(served.content).hexdigest()
    assert client.get("/accountability/2026Q4/report.json", headers={"If-None-Match": served["ETag"]}).status_code == 304
    assert client.get("/accountability/2026Q4/report.exe").status_code == 404
    assert "2026Q4" in client.get("/accountability/?lang=ar").content.decode()


def test_a_published_report_stays_as_it_was(ledger: None, client: Client) -> None:
    """Counting anew at each look would let somebody subtract two looks; a new edition needs a reason."""
    call_command("accountability", quarter="2026Q4", publish=True, now=LATER, stdout=StringIO())
    before = client.get("/accountability/2026Q4/report.csv").content
    single(Band.URGENT, cluster_id=f"{300:032d}")
    assert client.get("/accountability/2026Q4/report.csv").content == before
    with pytest.raises(CommandError, match="--why"):
        call_command("accountability", quarter="2026Q4", publish=True, now=LATER, stdout=StringIO())
    call_command("accountability", quarter="2026Q4", publish=True, why="One advert came late.", now=LATER, stdout=StringIO())
    page = client.get("/accountability/2026Q4/").content.decode()
    assert "Edition 2" in page
    assert "One advert came late." in page
    assert PublishedReport.objects.count() == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"quarter": "2026Q9", "publish": True}, "2026Q3"),
        ({"quarter": "2027Q1", "publish": True}, "ends on"),
        ({"quarter": "2026Q4"}, "--out"),
    ],
)
def test_what_is_refused(db: None, options: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("accountability", **options, now=LATER, stdout=StringIO())


def test_the_largest_page_is_small_enough(db: None, client: Client) -> None:
    """Every indicator, 40 languages, 60 sources."""
    counts = Counts(
        sources=tuple(
            Watched(f"board-{n}", f"Board number {n}", "Mandate of the inspectorate. " * 3, "Finding adverts.") for n in range(60)
        ),
        by_source={f"board-{n}": 11 + n for n in range(60)},
        by_language=dict.fromkeys(map(str, range(40)), 100),
        by_indicator=dict.fromkeys(cards(), 500),
        indicator_names={name: card.title for name, card in cards().items()},
        by_band=dict.fromkeys(report.BANDS, 900),
    )
    publishing.publish(report.report(counts, Q4, made_at=LATER), now=LATER)
    page = client.get("/accountability/2026Q4/")
    assert page.status_code == 200
    assert len(page.content) < 50_000
