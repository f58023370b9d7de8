"""``manage.py read``: what goes to which stream, and with which exit status."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.crawlers.readers.adverts import ADVERTS
from tests.crawlers.readers.listings import LISTINGS

FIELDS = {
    "url",
    "source_id",
    "title",
    "text",
    "employer",
    "place",
    "country",
    "pay",
    "posted_on",
    "valid_until",
    "languages",
    "complete",
    "reader",
    "reader_version",
    "raw",
}


def run(*arguments: str) -> tuple[list[dict[str, Any]], str, int]:
    """The JSON lines, the error output and the exit status."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("read", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), status


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(ADVERTS[0].html, encoding="utf-8")
    return path


def test_an_advert_is_one_json_line(saved: Path) -> None:
    lines, errors, status = run(str(saved), "--url", ADVERTS[0].url)
    assert (len(lines), errors, status) == (1, "", 0)
    assert set(lines[0]) == FIELDS
    assert lines[0]["title"] == "Live-in Housekeeper"
    assert lines[0]["pay"] == {"raw": "1,200 QAR per month", "low": 1200.0, "high": 1200.0, "currency": "QAR", "period": "month"}
    assert (lines[0]["posted_on"], lines[0]["valid_until"], lines[0]["country"]) == ("2026-11-03", "2026-11-30", "QA")


def test_a_listing_gives_a_line_for_each_card(tmp_path: Path) -> None:
    path = tmp_path / "list.html.gz"
    path.write_bytes(gzip.compress(LISTINGS[0].html.encode()))
    lines, _, status = run(str(path), "--url", LISTINGS[0].url)
    assert ([line["title"] for line in lines], status) == ([title for title, _, _ in LISTINGS[0].cards], 0)


def test_none_found_says_why_and_ends_with_1(tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text("<html><title>404 - Page not found</title><h1>Page not found</h1></html>")
    lines, errors, status = run(str(path), "--url", "https://board.example/x")
    assert (lines, status) == ([], 1)
    assert "about something else" in errors


def test_standard_input(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        buffer = io.BytesIO(gzip.compress(saved.read_bytes()))

    monkeypatch.setattr(sys, "stdin", Given())
    assert run("-", "--url", ADVERTS[0].url)[0][0]["title"] == "Live-in Housekeeper"


@pytest.mark.parametrize(
    ("file", "options", "words"),
    [
        ("missing.html", ["--url", "https://board.example/"], "missing.html.*give the path"),
        ("page.html", ["--url", "ftp://board.example/"], "no http or https address"),
        ("page.html", ["--url", "https://board.example/", "--kind", "telepathy"], "use auto or one of"),
        ("bomb.gz", ["--url", "https://board.example/"], "unpacks to more than"),
        ("page.html", [], "--url"),
    ],
)
def test_wrong_use_ends_with_2(saved: Path, file: str, options: list[str], words: str) -> None:
    (saved.parent / "bomb.gz").write_bytes(gzip.compress(bytes(20_000_000)))
    with pytest.raises(CommandError, match=words) as raised:
        run(str(saved.parent / file), *options)
    assert raised.value.returncode == 2 or "--url" in words
