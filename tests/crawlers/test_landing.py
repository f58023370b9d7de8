"""Landing files: a line an advert, whole or not at all, and what a killed run leaves."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adverts.landing import read_line
from adverts.records import Capture, Pay
from crawlers import landing
from crawlers.landing import LandingError, LandingFile, SourceBusy
from crawlers.reading import Draft

NOW = datetime(2026, 5, 4, 12, 0, 1, tzinfo=UTC)
DRAFT = Draft(
    url="https://quay.example/job/7",
    title="Crane driver",
    text="Crane driver\nNights.",
    source_id="7",
    employer="Quay Ltd",
    place="Gdynia",
    country="PL",
    pay=Pay(raw="30 zł/h", low=30, high=30, currency="PLN", period="hour"),
    posted_on=date(2026, 5, 1),
    languages=("en",),
    raw={"pay": "30 zł/h"},
)
CAPTURE = Capture("quay/20260504T120001Z-00.warc.gz", 512, "a" * 64)


def seen(draft: Draft = DRAFT, **more: Any) -> dict[str, Any]:
    return landing.seen(draft, source="quay", seen_at=NOW, capture=CAPTURE, reader="jobposting", version="1", **more)


def encoded(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace")


def test_the_intake_reads_what_a_crawl_lands() -> None:
    read = read_line(encoded(seen(etag='"x"', last_modified="Mon, 04 May 2026 11:00:00 GMT")))
    advert = read.advert
    assert (read.event, read.etag, advert.source, advert.source_id, advert.url) == ("seen", '"x"', "quay", "7", DRAFT.url)
    assert (advert.title, advert.text, advert.pay, advert.posted_on, advert.country) == (
        DRAFT.title, DRAFT.text, DRAFT.pay, DRAFT.posted_on, "PL",
    )  # fmt: skip
    assert (advert.capture, advert.seen_at, advert.reader, advert.languages) == (CAPTURE, NOW, "jobposting", ("en",))


def test_the_intake_reads_unchanged_and_gone() -> None:
    same = read_line(encoded(landing.unchanged(source="quay", source_id="7", url=DRAFT.url, seen_at=NOW)))
    assert (same.event, same.advert.source_id, same.advert.seen_at) == ("unchanged", "7", NOW)
    line = landing.gone(
        source="quay", source_id="", url=DRAFT.url, seen_at=NOW, status=410, reason="its page answered 410", capture=CAPTURE
    )
    gone = read_line(encoded(line))
    assert (gone.event, gone.advert.url, gone.reason) == ("gone", DRAFT.url, "410 its page answered 410")


def test_languages_of_the_source_stand_in_for_none() -> None:
    assert seen(Draft(url="https://quay.example/", title="a", text="a"), languages=("pl",))["languages"] == ["pl"]
    assert seen(languages=("pl",))["languages"] == ["en"]


def test_lines_are_appended_whole_and_at_once(tmp_path: Path) -> None:
    out = LandingFile(tmp_path, source="quay", now=NOW)
    assert out.path.read_bytes() == b""
    for number in range(3):
        out.write({"n": number})
        assert out.path.read_bytes().endswith(b"}\n")
        assert len(out.path.read_bytes().splitlines()) == number + 1 == out.lines
    out.close()
    out.close()
    assert out.path.name.startswith("20260504T120001Z-")
    assert out.path.parent == tmp_path / "quay"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(codec=None)))
def test_any_text_lands_as_one_line_of_utf_8(tmp_path: Path, text: str) -> None:
    out = LandingFile(tmp_path, source="quay", now=NOW)
    out.write({"text": text})
    out.close()
    assert out.path.read_bytes().count(b"\n") == 1
    (line,) = landing.read_lines(out.path)
    assert line["text"] == text.encode("utf-8", "replace").decode()


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    LandingFile(tmp_path, source="quay", now=NOW, stem="a").close()
    with pytest.raises(LandingError, match="cannot be made"):
        LandingFile(tmp_path, source="quay", now=NOW, stem="a")


def test_a_folder_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "quay").write_text("a file where a folder should be")
    with pytest.raises(LandingError, match="correct the rights"):
        LandingFile(tmp_path, source="quay", now=NOW)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b'{"a": 1}\n{"a": 2}\n', [1, 2]),
        (b'{"a": 1}\n{"a": 2', [1]),
        (b'{"a": 1}\n{"a": 2}', [1]),
        (b'{"a": 1}\nhello\n[1]\n{"a": 3}\n', [1, 3]),
        (b"", []),
        (b"\xff\xfe\n", []),
    ],
)
def test_only_whole_lines_are_read(tmp_path: Path, content: bytes, read: list[int]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    assert [line["a"] for line in landing.read_lines(path)] == read


def run(root: Path, *, at: datetime, ended: str | None) -> Path:
    out = LandingFile(root, source="quay", now=at)
    out.close()
    if ended:
        landing.write_report(out.report_path, {"ended": ended})
    return out.path


def test_killed_runs_are_those_whose_report_stayed_open(tmp_path: Path) -> None:
    run(tmp_path, at=NOW - timedelta(hours=13), ended=None)
    old = run(tmp_path, at=NOW - timedelta(hours=2), ended=None)
    run(tmp_path, at=NOW - timedelta(hours=1), ended="finished")
    new = run(tmp_path, at=NOW - timedelta(minutes=1), ended=None)
    # what an import leaves has no report, and a broken report proves nothing
    (tmp_path / "quay" / "20260504T115900Z-0000.jsonl").write_text("{}\n")
    (tmp_path / "quay" / "20260504T115901Z-0000.jsonl").write_text("{}\n")
    (tmp_path / "quay" / "20260504T115901Z-0000.report.json").write_text("{")
    assert landing.killed_runs(tmp_path, source="quay", now=NOW) == [old, new]
    assert landing.killed_runs(tmp_path, source="other", now=NOW) == []


def test_two_crawlers_never_work_on_one_source(tmp_path: Path) -> None:
    with landing.lock(tmp_path, source="quay"):
        with pytest.raises(SourceBusy, match="wait for it to end"):
            landing.lock(tmp_path, source="quay")
        landing.lock(tmp_path, source="pier").release()
    landing.lock(tmp_path, source="quay").release()


def test_no_two_runs_get_one_name() -> None:
    assert len({landing.new_stem(NOW) for _ in range(100)}) == 100
