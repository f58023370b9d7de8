from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adverts import detecting
from settings.env import ROOT

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def detect(*lines: Any) -> list[dict[str, Any]]:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return [json.loads(answer.line) for answer in detecting.answers(raw, now=NOW)]


def test_one_answer_for_each_line_in_order() -> None:
    first, second, third = detect(
        {"id": "a", "text": "Your passport will be kept by the company."}, b"{broken", {"id": 3, "text": "Cook wanted, five days a week."}
    )
    assert (first["id"], first["band"], first["findings"][0]["indicator"]) == ("a", "urgent", "document-retention")
    assert "line 2" in second["error"]
    assert (third["id"], third["findings"], third["band"], third["risk"]) == (3, [], "none", 0.0)


def test_the_fields_others_rely_on() -> None:
    (answer,) = detect({"id": 1, "text": "Registration fee $200. No placement fee for nurses.", "lang": "en"})
    assert set(answer) >= {"id", "lang", "findings", "protective", "band", "risk", "reasons"}
    assert set(answer["findings"][0]) >= {"indicator", "start", "end", "quote", "strength", "why", "origin"}
    assert set(answer["protective"][0]) >= {"signal", "start", "end", "quote"}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b'"x"',
        b"nul",
        b'{"id": 1}',
        b'{"id": 1, "text": null}',
        b'{"id": 1, "text": 5}',
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"text": "a"' + b"x" * 9_000_000,
    ],
)
def test_bad_lines_get_an_error_that_helps(line: bytes) -> None:
    (answer,) = detect(line)
    assert set(answer) == {"id", "error"}
    assert answer["error"].startswith("line 1: ")


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_offsets_count_characters_of_the_text(text: str) -> None:
    (answer,) = detect({"id": 1, "text": text})
    for found in (*answer["findings"], *answer["protective"]):
        assert text[found["start"] : found["end"]] == found["quote"]


def test_lone_surrogates_come_back_as_valid_json() -> None:
    (answer,) = list(detecting.answers([b'{"id": 1, "text": "passport \\ud83d will be kept by the company"}'], now=NOW))
    answer.line.encode("utf-8")
    assert json.loads(answer.line)["band"] == "urgent"


def test_the_command_ends_with_1_where_a_line_was_bad() -> None:
    command = [sys.executable, "manage.py", "detect", "--settings", "settings.testing"]
    given_lines = b'{"id": 1, "text": "Cook wanted"}\nbad\n'
    ended = subprocess.run(command, cwd=ROOT, input=given_lines, capture_output=True, check=False, timeout=120)
    assert ended.returncode == 1
    assert len(ended.stdout.splitlines()) == 2
    assert b"1 lines could not be used" in ended.stderr


def test_a_missing_file_ends_with_2() -> None:
    command = [sys.executable, "manage.py", "detect", "no-such.jsonl", "--settings", "settings.testing"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert (ended.returncode, b"no-such.jsonl" in ended.stderr) == (2, True)
    assert io.BytesIO(ended.stdout).read() == b""
