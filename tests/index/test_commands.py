"""``reindex``, ``search`` and ``check_index`` against a real ledger and a real index."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from adverts.management.commands import check_index, reindex, search
from adverts.management.commands.reindex import LedgerAdverts
from adverts.models import Advert, Assessment, Cluster, ClusterMember
from index.base import BusyIndexError
from index.embedded import EmbeddedIndex
from index.query import SearchQuery, Sort
from nlp.segment import terms
from tests.index.making import found

NOW = datetime(2026, 5, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def advert(number: int, text: str = "Nurse for Doha, registration fee", **fields: Any) -> Advert:
    """Write an advert to the ledger."""
    key = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    highest = max((row.position for row in Advert.objects.all()), default=0)
    given = {
        "source": "board",
        "url": f"https://board.example/{number}",
        "first_seen_at": NOW,
        "seen_at": NOW,
        "title": f"Advert {number}",
        **fields,
    }
    text_hash = hashlib.sha256(text.encode()).hexdigest()
    row, _created = Advert.objects.update_or_create(
        advert_id=key, defaults={"position": highest + 1, "text": text, "text_hash": text_hash, **given}
    )
    return row


def assess(row: Advert, **fields: Any) -> Assessment:
    """Write an assessment of an advert's present text."""
    number = Assessment.objects.count()
    given = {
        "language": "en",
        "risk": 0.7,
        "band": "priority",
        "indicators": [{"id": "fees"}, {"id": "fees"}],
        "signals": [{"id": "licence"}],
    }
    return Assessment.objects.create(
        advert=row,
        text_hash=row.text_hash,
        rules_version=f"r{number}",
        model_version="m",
        made_at=NOW + timedelta(minutes=number),
        **{**given, **fields},
    )


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedIndex:
    """An index of its own, opened by the commands in place of the installation's."""
    made = EmbeddedIndex(tmp_path / "index", cut=terms)
    for module in (reindex, search, check_index):
        monkeypatch.setattr(module, "open_index", lambda: made)
    return made


def run(name: str, *arguments: str) -> tuple[str, str]:
    """Standard output and standard error of a command."""
    out, err = StringIO(), StringIO()
    call_command(name, *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_composes_documents_from_the_ledger(index: EmbeddedIndex) -> None:
    row = advert(
        1,
        languages=["ne"],
        country="QA",
        posted_on=date(2026, 4, 30),
        closed_at=NOW,
        contacts=[{"kind": "phone", "start": 0, "end": 3, "masked": "+1 555 01xx", "key": "k1"}, {"kind": "link", "key": ""}],
    )
    assess(row, risk=0.1, band="watch")
    assess(row)
    Cluster.objects.create(cluster_id="c1", newest_at=NOW, reach=4)
    ClusterMember.objects.create(advert=row, cluster_id="c1")
    run("reindex")
    made = index.search(SearchQuery()).hits[0].document
    assert (made.band, made.risk, made.indicators, made.signals) == ("priority", 0.7, ("fees",), ("licence",))
    assert (made.languages, made.contact_keys, made.cluster, made.online) == (("en", "ne"), ("k1",), "c1", False)
    assert (made.doc_id, made.position, made.posted_on, made.country) == (row.advert_id, row.position, date(2026, 4, 30), "QA")
    assert (made.origins, made.sectors, made.reach) == (("NP",), ("health",), 4)


def test_an_advert_without_assessment_of_its_text_has_no_band(index: EmbeddedIndex) -> None:
    assess(advert(1, "old words"))
    advert(1, "new words")
    run("reindex")
    made = index.search(SearchQuery()).hits[0].document
    assert (made.text, made.band, made.risk, made.indicators) == ("new words", "", 0.0, ())


def test_follows_the_ledger(index: EmbeddedIndex) -> None:
    rows = [advert(number) for number in range(5)]
    assert run("reindex")[0] == "index built anew: 5 indexed, 0 deleted, at ledger position 5\n"
    assert run("reindex")[0] == "index brought up to date: 0 indexed, 0 deleted, at ledger position 5\n"
    assess(rows[0])
    Cluster.objects.create(cluster_id="c1", newest_at=NOW)
    ClusterMember.objects.create(advert=rows[1], cluster_id="c1")
    advert(2, "Sailor")
    advert(9, "Sailor")
    rows[3].delete()
    assert run("reindex")[0] == "index brought up to date: 4 indexed, 1 deleted, at ledger position 7\n"
    assert found(index, "sailor") == {6, 7}
    assert found(index, "band:priority") == {1}
    assert found(index, "cluster:c1") == {2}
    assert run("reindex", "--full")[0] == "index built anew: 5 indexed, 0 deleted, at ledger position 7\n"
    assert run("check_index")[0].endswith("index and ledger agree\n")


def test_follows_the_copies_that_are_online(index: EmbeddedIndex) -> None:
    row = advert(1)
    advert(2, closed_at=NOW)
    run("reindex")
    assert sorted(hit.document.reach for hit in index.search(SearchQuery()).hits) == [0, 1]
    cluster = Cluster.objects.create(cluster_id="c1", newest_at=NOW, reach=3)
    ClusterMember.objects.create(advert=row, cluster=cluster)
    assert run("reindex")[0].startswith("index brought up to date: 1 indexed")
    Cluster.objects.update(reach=2)
    assert run("reindex")[0].startswith("index brought up to date: 1 indexed")
    assert index.search(SearchQuery(sort=Sort.REACH)).hits[0].document.reach == 2


def test_a_damaged_index_is_built_anew(index: EmbeddedIndex, tmp_path: Path) -> None:
    advert(1)
    run("reindex")
    index.close()
    next((tmp_path / "index").rglob("meta.json")).write_text("{")
    with pytest.raises(CommandError, match="reindex --full"):
        run("check_index")
    assert run("reindex")[0].startswith("index built anew: 1 indexed")


def test_says_that_another_process_is_writing(index: EmbeddedIndex, tmp_path: Path) -> None:
    advert(1)
    run("reindex")
    with EmbeddedIndex(tmp_path / "index", cut=terms).writing(), pytest.raises(CommandError, match="wait for it to end") as caught:
        run("reindex")
    assert isinstance(caught.value.__cause__, BusyIndexError)


def test_waits_where_it_is_told_to(index: EmbeddedIndex, tmp_path: Path) -> None:
    advert(1)
    run("reindex")
    other = EmbeddedIndex(tmp_path / "index", cut=terms)
    with ExitStack() as stack:
        stack.enter_context(other.writing())
        timer = Timer(0.5, stack.close)
        timer.start()
        out, err = run("reindex", "--wait", "30")
        timer.join()
    assert out.startswith("index brought up to date")
    assert "another process is writing" in err
    assert "waiting up to 30 s" in err


def test_check_says_where_index_and_ledger_differ(index: EmbeddedIndex) -> None:
    rows = [advert(number) for number in range(6)]
    run("reindex")
    rows[0].delete()
    assess(rows[1])
    advert(7)
    Advert.objects.filter(pk=rows[2].pk).update(title="changed behind our back")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="reindex --full"):
        call_command("check_index", stdout=out, stderr=err)
    shown = out.getvalue()
    assert "1 missing from the index: " in shown
    assert f"1 older in the index: {rows[1].advert_id}" in shown
    assert f"1 gone from the ledger: {hashlib.sha256(b'0').hexdigest()[:32]}" in shown
    assert f"advert {rows[2].advert_id}: differs in title" in shown


def test_check_without_an_index_says_what_to_do(index: EmbeddedIndex) -> None:
    with pytest.raises(CommandError, match="there is none yet"):
        run("check_index")


def test_stamps_come_by_prefix_and_change_with_what_they_are_made_from(index: EmbeddedIndex) -> None:
    rows = [advert(number) for number in range(40)]
    ledger = LedgerAdverts()
    before = ledger.stamps("")
    assert before == {key: value for prefix in "0123456789abcdef" for key, value in ledger.stamps(prefix).items()}
    assert {row.advert_id: row.position for row in rows} == dict(ledger.written_after(0, limit=100))
    assess(rows[0])
    advert(1, "other")
    after = ledger.stamps("")
    assert {key for key in before if before[key] != after[key]} == {rows[0].advert_id, rows[1].advert_id}
    documents = {made.doc_id: made.stamp for made in ledger.documents(list(after))}
    assert documents == after


def test_search_shows_a_table(index: EmbeddedIndex) -> None:
    assess(advert(1))
    advert(2, "\x1b[31mcook\x1b[0m and \u202e more")
    run("reindex")
    out, err = run("search", "doha")
    assert "registration fee" in out
    assert "0.70" in out
    assert "1 of 1 adverts, by relevance" in err
    out, err = run("search")
    assert "2 of 2 adverts, by risk" in err
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_search_gives_json_lines_and_a_cursor(index: EmbeddedIndex) -> None:
    for number in range(3):
        assess(advert(number, country="QA" if number else "AE"), risk=number / 10)
    run("reindex")
    out, err = run(
        "search", '"registration fee"', "--filter", "country=QA", "--filter", "band=priority", "--sort", "risk", "--size", "1", "--json"
    )
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["risk"], line["country"], line["indicators"]) for line in lines] == [(0.2, "QA", ["fees"])]
    assert ["registration fee", True] in lines[0]["snippets"][0]
    cursor = err.split("--cursor ")[1].strip()
    out, err = run(
        "search",
        '"registration fee"',
        "--filter",
        "country=QA",
        "--filter",
        "band=priority",
        "--sort",
        "risk",
        "--size",
        "1",
        "--cursor",
        cursor,
        "--json",
    )
    assert [json.loads(line)["risk"] for line in out.splitlines()] == [0.1]
    assert "--cursor" not in err


def test_search_points_at_wrong_syntax_and_searches_the_rest(index: EmbeddedIndex) -> None:
    advert(1)
    run("reindex")
    out, err = run("search", "doha risk:much", "--json")
    assert len(out.splitlines()) == 1
    assert "doha risk:much\n          ^^^^\n" in err
    assert "number from 0 to 1" in err


@pytest.mark.parametrize(
    ("arguments", "says", "status"),
    [
        (["--filter", "country"], "write NAME=VALUE", 2),
        (["--filter", "colour=red"], "filter 'colour': is none", 2),
        (["--filter", "band=red"], "is none of urgent", 2),
        (["--size", "0"], "give 1 to 1000", 2),
        (["--cursor", "x"], "start again without a cursor", 1),
    ],
)
def test_search_refuses(index: EmbeddedIndex, arguments: list[str], says: str, status: int) -> None:
    run("reindex")
    with pytest.raises(CommandError, match=says) as caught:
        run("search", "nurse", *arguments)
    assert caught.value.returncode == status


def test_search_without_an_index_says_what_to_do(index: EmbeddedIndex) -> None:
    with pytest.raises(CommandError, match="reindex") as caught:
        run("search", "nurse")
    assert caught.value.returncode == 1
