"""Captured pages that wait to be read: written down, bounded, and gone on with after a kill."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adverts.records import Capture
from crawlers.answer import Answer
from crawlers.backlog import Backlog, Captured
from crawlers.itinerary import Role, Visit
from crawlers.landing import LandingError
from crawlers.source import Start

START = Start(kind="urls", urls=("https://quay.example/job/1",))
AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def answer(number: int, **more: object) -> Answer:
    url = f"https://quay.example/job/{number}"
    made = Answer(
        visit=Visit(url=url, role=Role.DETAIL, start=START), url=url, at=AT, status=200, body=b"<h1>Cook</h1>", content_type="text/html",
        charset="utf-8", etag='"é"', last_modified="x", capture=Capture("quay/a.warc.gz", number, "c" * 64), redirect=301,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def test_first_come_first_read_without_bodies(tmp_path: Path) -> None:
    backlog = Backlog(tmp_path / "a.owed")
    for number in range(5):
        backlog.add(answer(number), kind="auto")
    first, second = backlog.take(2)
    assert [first.answer, second.answer] == [answer(0, body=b""), answer(1, body=b"")]
    assert (first.kind, len(backlog)) == ("auto", 3)
    assert len(backlog.take(9)) == 3
    assert backlog.take(9) == []


def test_a_run_that_ends_leaves_nothing(tmp_path: Path) -> None:
    backlog = Backlog(tmp_path / "a.owed")
    backlog.add(answer(1), kind="auto")
    backlog.close()
    backlog.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_owed_comes_back_once(tmp_path: Path) -> None:
    for name, numbers in (("a", (1, 2)), ("b", (2, 3))):
        backlog = Backlog(tmp_path / f"{name}.owed")
        for number in numbers:
            backlog.add(answer(number), kind="auto")
    captured = Captured([tmp_path / "a.owed", tmp_path / "b.owed", tmp_path / "none.owed"])
    assert len(captured) == 3
    visit = replace(answer(2).visit, role=Role.ASK)
    assert captured.answer_to(visit) == answer(2, body=b"", visit=visit)
    assert captured.answer_to(visit) is None
    assert captured.answer_to(replace(visit, url="https://quay.example/job/9")) is None


@pytest.mark.parametrize(
    "torn", [b"", b'{"page": "https://quay', b"{}\n", b"[]\n", b"\xff\xfe\n", b'{"page": "x", "at": "never", "capture": null}\n']
)
def test_a_torn_or_strange_line_is_passed_over(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "a.owed"
    backlog = Backlog(path)
    backlog.add(answer(1), kind="auto")
    with path.open("ab") as stream:
        stream.write(torn)
    assert len(Captured([path])) == 1
    assert json.loads(path.read_bytes().split(b"\n")[0])["etag"] == '"é"'


def test_a_disk_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.owed").touch()
    with pytest.raises(LandingError, match="cannot be made"):
        Backlog(tmp_path / "a.owed")
