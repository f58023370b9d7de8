"""The known file, and what a crawl has met of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.known import Known, KnownAdvert, KnownError, page_key, read_known, write_known

ROWS = [
    KnownAdvert(url="https://quay.example/job/1", etag='"a"'),
    KnownAdvert(url="https://quay.example/job/2", source_id="2"),
    KnownAdvert(url="https://quay.example/job/3", source_id="3", page_url="https://quay.example/all"),
    KnownAdvert(url="https://quay.example/job/4", source_id="4", page_url="https://quay.example/all"),
    KnownAdvert(url="https://quay.example/job/5", closed=True),
]


def test_rows_are_found_by_id_and_by_page() -> None:
    known = Known(ROWS)
    assert known.get("2") == ROWS[1]
    assert known.get("https://quay.example/job/1") == ROWS[0]
    assert known.get("https://quay.example/job/2") is None
    assert known.on_page("https://quay.example/all") == ROWS[2:4]
    assert known.on_page(page_key("HTTPS://Quay.example/job/1?utm_source=x#top")) == ROWS[:1]
    assert known.on_page("https://quay.example/job/9") == []
    assert len(known) == 5


def test_missing_are_the_open_ones_that_were_not_met() -> None:
    known = Known(ROWS)
    assert known.missing() == ROWS[:4]
    assert known.meet("2")
    assert not known.meet("2")
    known.meet_page("https://quay.example/all")
    known.meet("new one")
    assert known.missing() == ROWS[:1]
    assert known.has_met("3")
    assert not known.has_met("https://quay.example/job/1")


def test_a_known_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "known" / "quay.jsonl"
    assert write_known(path, ROWS) == 5
    assert read_known(path) == ROWS
    assert [child.name for child in path.parent.iterdir()] == ["quay.jsonl"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4))
def test_any_text_survives(tmp_path: Path, texts: list[str]) -> None:
    rows = [KnownAdvert(url=f"https://quay.example/{n}", etag=text, source_id=text) for n, text in enumerate(texts)]
    write_known(tmp_path / "k.jsonl", rows)
    assert read_known(tmp_path / "k.jsonl") == rows


def test_the_form_that_docs_landing_names_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "k.jsonl"
    row = {"url": "https://quay.example/1", "source_id": "", "page_url": None, "etag": "", "last_modified": "", "closed": True, "more": 1}
    path.write_text(json.dumps(row) + "\n")
    assert read_known(path) == [KnownAdvert(url="https://quay.example/1", closed=True)]


@pytest.mark.parametrize("line", ["{", "[]", "7", '"x"', "{}", '{"url": 7}', '{"url": ""}', '{"url": "a", "etag": 5}', ""])
def test_a_bad_line_is_told_by_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "k.jsonl"
    path.write_text('{"url": "https://quay.example/1"}\n' + line + "\n")
    with pytest.raises(KnownError, match=r"k\.jsonl:2: .*`manage.py crawl` writes it anew"):
        read_known(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="cannot be read"):
        read_known(tmp_path / "none.jsonl")
