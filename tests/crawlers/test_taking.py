"""Saved pages, folders, mails and WARC files end in landing lines and captures, as a crawl's do."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from adverts.landing import read_line
from adverts.records import Capture
from crawlers import landing
from crawlers.captures import CaptureWriter, Exchange, read_capture
from crawlers.evidence_check import Check
from crawlers.saved import Document, Trouble, documents
from crawlers.taking import Import, Taken, TakingError
from tests.crawlers.archive import page
from tests.crawlers.site import listing
from tests.crawlers.test_captures import checked

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BEFORE = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
BASE = "https://quay.example/saved"


def job(number: int, **fields: Any) -> bytes:
    return listing(adverts=[{"title": f"Job {number}", **fields}])


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (BEFORE.timestamp(),) * 2)
    return path


def taken(folder: Path, *paths: Path, worker: str = "tests.crawlers.simple_worker", **options: Any) -> tuple[Taken, list[dict[str, Any]]]:
    """Import with the simple reader; the lines of this run."""
    run = Import(
        source="quay", landing_dir=folder / "landing", captures_dir=folder / "captures", now=NOW, worker=worker,
        **{name: options.pop(name) for name in ("patience", "kind") if name in options},
    )  # fmt: skip
    done = run.run(paths, **{"url_base": BASE, **options})
    return done, list(landing.read_lines(folder / "landing" / done.landing)) if done.landing else []


def test_a_folder_is_taken_with_all_below_it(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    put(pages / "a.html", job(1))
    put(pages / "deep" / "b c.json", job(2))
    put(pages / "deep" / "feed.xml.gz", gzip.compress(job(3)))
    put(pages / "picture.png", b"\x89PNG")
    put(pages / ".hidden" / "d.html", job(4))
    (pages / "link.html").symlink_to(put(tmp_path / "outside.html", job(5)))
    done, lines = taken(tmp_path, pages)
    assert (done.pages, done.adverts, done.troubles) == (3, 3, [])
    assert [line["url"] for line in lines] == [f"{BASE}/a.html", f"{BASE}/deep/b%20c.json", f"{BASE}/deep/feed.xml.gz"]
    for line in lines:
        assert read_line(json.dumps(line).encode()).advert.source == "quay"
        assert line["seen_at"] == BEFORE.isoformat()
        kept = read_capture(tmp_path / "captures", Capture(**line["capture"]))
        assert (kept.url, line["title"].encode() in kept.body) == (line["url"], True)
    assert all(checked(path) == 0 for path in (tmp_path / "captures").glob("*/*.warc.gz"))
    result = Check(tmp_path / "captures").run()
    assert (result.faults, result.captures) == ([], 3)


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_repeat_changes_nothing(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    put(pages / "a.html", job(1))
    put(pages / "b.html", b"no page of an advert")
    put(pages / "c.html", listing(adverts=[{"url": "https://quay.example/7", "title": "Card", "complete": False}]))
    taken(tmp_path, pages)
    before = everything(tmp_path)
    done, _ = taken(tmp_path, pages)
    assert (done.before, done.adverts, done.landing) == (3, 0, "")
    assert everything(tmp_path) == before
    put(pages / "d.html", job(4))
    put(pages / "a.html", job(1, employer="Amber"))
    done, lines = taken(tmp_path, pages)
    assert (done.before, [line["title"] for line in lines]) == (2, ["Job 1", "Job 4"])


@pytest.mark.parametrize("page_first", [True, False])
def test_a_card_never_stands_over_the_advert_s_own_page(tmp_path: Path, page_first: bool) -> None:
    own, card = {"url": "https://quay.example/7", "title": "Whole"}, {"url": "https://quay.example/7", "title": "Card", "complete": False}
    other = {"url": "https://quay.example/8", "title": "Other", "complete": False}
    whole, cards = listing(adverts=[own]), listing(adverts=[card, other])
    put(tmp_path / "pages" / "1.html", whole if page_first else cards)
    put(tmp_path / "pages" / "2.html", cards if page_first else whole)
    _, lines = taken(tmp_path, tmp_path / "pages")
    assert [line["title"] for line in lines] == ["Whole", "Other"]
    put(tmp_path / "later.html", listing(adverts=[card]))
    assert taken(tmp_path, tmp_path / "later.html")[0].adverts == 0


def test_pages_without_an_advert_are_not_kept(tmp_path: Path) -> None:
    put(tmp_path / "a.html", b"a letter to my mother")
    done, _ = taken(tmp_path, tmp_path / "a.html")
    assert (dict(done.without), done.landing) == ({"is no page of an advert": 1}, "")
    assert not (tmp_path / "captures").exists()


def test_a_page_tells_where_it_was_saved_from(tmp_path: Path) -> None:
    put(tmp_path / "a.html", b"<!-- saved from url=(0030)https://quay.example/job/7?b=1 -->\n<html></html>")
    put(tmp_path / "b.html", b"<html></html>")
    put(tmp_path / "c.html", b"<!-- saved from url=(0014)about:internet -->")
    (a,) = documents(tmp_path / "a.html", url_base="", now=NOW)
    assert isinstance(a, Document)
    assert a.url == "https://quay.example/job/7?b=1"
    (given,) = documents(tmp_path / "a.html", url_base="https://other.example", now=NOW)
    assert isinstance(given, Document)
    assert given.url == "https://other.example/a.html"
    for name in ("b.html", "c.html"):
        (trouble,) = documents(tmp_path / name, url_base="", now=NOW)
        assert isinstance(trouble, Trouble)
        assert "--url-base" in str(trouble)


MAIL = b"""\
From: someone@mail.example
To: jobseeker@mail.example
Snapshot-Content-Location: https://quay.example/job/9
MIME-Version: 1.0
Content-Type: multipart/related; boundary="cut"

--cut
Content-Type: text/plain

nothing
--cut
Content-Type: text/html; charset=windows-1251
Content-Transfer-Encoding: base64
Content-Location: https://quay.example/job/8

PGgxPs/u4uDwPC9oMT4=
--cut--
"""


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "a.eml"])
def test_the_page_in_a_mail_is_taken_and_nothing_else_of_it(tmp_path: Path, name: str) -> None:
    (found,) = documents(put(tmp_path / name, MAIL), url_base="", now=NOW)
    assert isinstance(found, Document)
    assert (found.url, found.charset) == ("https://quay.example/job/8", "windows-1251")
    assert found.body.decode("windows-1251") == "<h1>Повар</h1>"


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "unknown ending": ("a.pdf", lambda: b"%PDF", "is not understood"),
    "no ending": ("page", lambda: b"<html>", "no ending is not understood"),
    "too large": ("a.html", lambda: b"x" * (10 * 1024 * 1024 + 1), "has more than 10,485,760 bytes"),
    "a gzip bomb": ("a.html.gz", lambda: gzip.compress(b"\0" * 50_000_000), "unpacks to more than"),
    "no gzip": ("a.html.gz", lambda: b"\x1f\x8b\x08 broken", "cannot be read"),
    "a mail without a page": ("a.eml", lambda: b"Subject: hello\n\nhello", "holds no HTML part"),
    "a broken mail": (
        "a.mhtml",
        lambda: b"Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type:",
        "no HTML part",
    ),
    "no WARC": ("a.warc", lambda: b"hello\n" * 50, "was not read"),
    "a damaged WARC": ("a.warc.gz", lambda: gzip.compress(b"WARC/1.1\r\n")[:-3] + b"xyz", "was not read"),
    "a WARC bomb": ("a.warc.gz", lambda: gzip.compress(b"\0" * 70_000_000), "unpacks to more than"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_named_and_the_good_ones_go_on(tmp_path: Path, name: str) -> None:
    file, content, words = BAD[name]
    bad = put(tmp_path / "in" / file, content())
    good = put(tmp_path / "good.html", job(1))
    done, lines = taken(tmp_path, bad, good)
    (trouble,) = done.troubles
    assert trouble.startswith(file)
    assert words in trouble
    assert ";" in trouble, "and says what to do"
    assert len(lines) == 1


def foreign(path: Path, *, packed: bool) -> Path:
    """A WARC file as other programs write it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)

    def add(kind: str, url: str, body: bytes, status: str = "200 OK", headers: tuple[tuple[str, str], ...] = ()) -> None:
        http = (
            StatusAndHeaders(status, [("Content-Type", "text/html; charset=utf-8"), *headers], protocol="HTTP/1.1")
            if kind == "response"
            else None
        )
        more = {"WARC-Date": "2026-04-01T09:30:00Z", **({"Content-Type": "text/html"} if http is None else {})}
        record = writer.create_warc_record(url, kind, payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=more)
        writer.write_record(record)

    add("response", "https://quay.example/1", job(1))
    squeezed = zlib.compress(job(2))
    add("response", "https://quay.example/2", squeezed, headers=(("Content-Encoding", "deflate"),))
    add("response", "https://quay.example/gone", job(3), status="404 Not Found")
    add("response", "https://quay.example/logo.png", b"\x89PNG", headers=())
    add("resource", "https://quay.example/4", job(4))
    add("metadata", "https://quay.example/1", b"a: b")
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.parametrize("packed", [True, False])
def test_warc_files_of_others_are_taken(tmp_path: Path, packed: bool) -> None:
    done, lines = taken(tmp_path, foreign(tmp_path / ("a.warc.gz" if packed else "a.warc"), packed=packed))
    assert [(line["url"], line["title"]) for line in lines] == [(f"https://quay.example/{n}", f"Job {n}") for n in (1, 2, 4)]
    assert {line["seen_at"] for line in lines} == {BEFORE.isoformat()}
    kept = [read_capture(tmp_path / "captures", Capture(**line["capture"])) for line in lines]
    assert [(page.status, page.at) for page in kept] == [
        (200, "2026-04-01T09:30:00.000000Z"), (200, "2026-04-01T09:30:00.000000Z"), (0, "2026-05-04T12:00:00.000000Z"),
    ]  # fmt: skip
    assert done.troubles == []
    assert all(checked(path) == 0 for path in (tmp_path / "captures").glob("*/*.warc.gz"))


def test_our_own_captures_can_be_taken_again(tmp_path: Path) -> None:
    out = CaptureWriter(tmp_path / "old", source="quay", about={})
    for number in range(3):
        out.add(Exchange(
            url=f"https://quay.example/{number}", at=BEFORE, status=200, body=job(number), facts=[("n", "1")],
            response_headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
        ))  # fmt: skip
    out.close()
    done, lines = taken(tmp_path, tmp_path / "old")
    assert (done.pages, [line["title"] for line in lines]) == (3, ["Job 0", "Job 1", "Job 2"])


def test_what_is_whole_of_a_cut_warc_is_taken(tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.warc.gz", packed=True)
    path.write_bytes(path.read_bytes()[:-700])
    _, lines = taken(tmp_path, path)
    assert [line["title"] for line in lines] == ["Job 1", "Job 2"]


@pytest.mark.parametrize(
    ("content", "words"), [({"broken": True}, "reader-broke"), ({"dies": True}, "reader-crashed"), ({"slow": 30}, "too-slow")]
)
def test_a_page_that_breaks_its_reader_costs_itself_alone(tmp_path: Path, content: dict[str, Any], words: str) -> None:
    put(tmp_path / "pages" / "a.html", json.dumps(content).encode())
    put(tmp_path / "pages" / "b.html", job(2))
    done, lines = taken(tmp_path, tmp_path / "pages", patience=3.0)
    assert [line["title"] for line in lines] == ["Job 2"]
    assert done.troubles[0].startswith("a.html: ")
    assert words in done.troubles[0]


@pytest.mark.parametrize("name", ["", "Quay", "../x", "a b", "-a", "a" * 100])
def test_a_name_that_no_source_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TakingError, match="--source"):
        Import(source=name, landing_dir=tmp_path, captures_dir=tmp_path, now=NOW)


def test_the_real_readers_read_a_saved_page(tmp_path: Path) -> None:
    posting = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": "Cook",
        "description": "Kitchen of a small hotel.",
        "datePosted": "2026-04-01",
    }
    put(tmp_path / "a.html", f'<html><script type="application/ld+json">{json.dumps(posting)}</script></html>'.encode())
    done, lines = taken(tmp_path, tmp_path / "a.html", worker="crawlers.worker")
    assert (done.adverts, lines[0]["title"], lines[0]["reader"]) == (1, "Cook", "jobposting")


@settings(max_examples=60)
@given(content=st.binary(max_size=400), name=st.sampled_from(["a.warc", "a.warc.gz", "a.mhtml", "a.eml", "a.html.gz", "a.json"]))
def test_any_bytes_are_a_document_or_a_trouble(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    path = put(tmp_path_factory.mktemp("any") / name, content)
    for found in documents(path, url_base=BASE, now=NOW):
        assert found.file == name


def test_a_warc_cut_or_bent_anywhere_is_read_or_named(tmp_path: Path) -> None:
    whole = foreign(tmp_path / "a.warc.gz", packed=True).read_bytes()
    for place in range(0, len(whole), 37):
        bent = bytearray(whole)
        bent[place] ^= 0x55
        for content in (whole[:place], bytes(bent)):
            for found in documents(put(tmp_path / "b.warc.gz", content), url_base="", now=NOW):
                assert found.file == "b.warc.gz"


def test_captures_of_an_import_keep_apart_from_those_of_a_crawl(tmp_path: Path) -> None:
    crawl = CaptureWriter(tmp_path / "captures", source="quay", about={})
    crawl.add(page(1))
    put(tmp_path / "a.html", job(1))
    _, (line,) = taken(tmp_path, tmp_path / "a.html")
    crawl.close()
    assert line["capture"]["file"].startswith("import-quay/")
    assert Check(tmp_path / "captures").run().faults == []
