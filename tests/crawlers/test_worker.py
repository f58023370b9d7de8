"""What passes between a crawl and the process that reads for it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.records import Pay
from crawlers.reading import Draft, Page, Reading
from crawlers.worker import answer, question, reading_of, serve
from tests.crawlers.site import ROOT, listing, read

TEXT = st.text(st.characters(codec=None), max_size=20)
DRAFTS = st.builds(
    Draft,
    url=TEXT,
    title=TEXT,
    text=TEXT,
    pay=st.none() | st.builds(Pay, raw=TEXT, low=st.none() | st.floats(0, 1e9), currency=st.none() | TEXT),
    posted_on=st.none() | st.dates(),
    valid_until=st.none() | st.dates(),
    languages=st.lists(TEXT, max_size=2).map(tuple),
    complete=st.booleans(),
    raw=st.dictionaries(TEXT, TEXT, max_size=2),
)
READINGS = st.builds(
    Reading,
    adverts=st.lists(DRAFTS, max_size=3).map(tuple),
    links=st.lists(TEXT, max_size=2).map(tuple),
    next_pages=st.lists(TEXT, max_size=2).map(tuple),
    reader=TEXT,
    version=TEXT,
    reason=TEXT,
)


@given(READINGS)
def test_a_reading_comes_back_as_it_was(reading: Reading) -> None:
    raw = answer(reading)
    assert raw.count(b"\n") == 1
    assert reading_of(raw) == reading


def test_dates_and_pay_come_back_as_themselves() -> None:
    draft = Draft(url="u", title="t", text="t", pay=Pay(raw="9", low=9.0), posted_on=date(2026, 5, 4))
    found = reading_of(answer(Reading(adverts=(draft,))))
    assert isinstance(found, Reading)
    assert found.adverts == (draft,)


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_each_question_gets_one_answer_in_order(bodies: list[bytes]) -> None:
    pages = [Page(body=body, url=f"https://quay.example/{n}", content_type="text/html", charset="ü") for n, body in enumerate(bodies)]
    seen: list[Page] = []

    def note(page: Page, *, kind: str) -> Reading:
        seen.append(page)
        return Reading(reader=kind)

    out = BytesIO()
    serve(note, stdin=BytesIO(b"".join(question(page, kind="auto") for page in pages)), stdout=out)
    assert seen == pages
    assert [reading_of(line) for line in out.getvalue().splitlines()] == [Reading(reader="auto")] * len(pages)


def test_a_broken_reader_answers_with_its_traceback_and_reads_on() -> None:
    out = BytesIO()
    asked = [Page(body=b'{"broken": true}', url="https://quay.example/1"), Page(body=listing(adverts=[{"title": "a"}]), url="x")]
    serve(read, stdin=BytesIO(b"".join(question(page, kind="auto") for page in asked)), stdout=out)
    first, second = (reading_of(line) for line in out.getvalue().splitlines())
    assert isinstance(first, str)
    assert "ZeroDivisionError: the reader broke" in first
    assert isinstance(second, Reading)
    assert second.adverts[0].title == "a"


@pytest.mark.parametrize("raw", [b"", b"hello\n", b"{}", b'{"adverts": 1}', b'{"adverts": [{}], "links": [], "next_pages": []}', b"\xff"])
def test_what_is_no_answer_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever text: the caller replaces the worker
        reading_of(raw)


def test_a_worker_ends_with_its_crawl_and_keeps_stray_prints_out_of_its_answers() -> None:
    words = [sys.executable, "-c", "from crawlers.worker import main; from tests.crawlers.test_worker import chatty; main(chatty)"]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(question(Page(body=b"x", url="u"), kind="auto"))
        worker.stdin.flush()
        assert json.loads(worker.stdout.readline())["reader"] == "chatty"
        worker.stdin.close()
        assert worker.wait(timeout=10) == 0


def chatty(page: Page, *, kind: str) -> Reading:
    print("some library says hello")
    time.sleep(0)
    return Reading(reader="chatty")
