"""``manage.py new_source`` against a real server: every kind of start page, and what must not be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crawlers import recorded
from crawlers.guess import guess, name_of
from crawlers.reading import Page
from crawlers.source import load
from settings.env import current, use
from tests.boards.site import site as board
from tests.crawlers.site import Reply, Site, running

TEXT = "We hire a cook for our canteen. You work early shifts, meals are free and the pay is 14 EUR per hour. " * 4
POSTING = {
    "@context": "https://schema.org", "@type": "JobPosting", "title": "Cook", "description": f"<p>{TEXT}</p>",
    "hiringOrganization": {"@type": "Organization", "name": "Quay Kitchens"},
    "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": "Leeds", "addressCountry": "GB"}},
}  # fmt: skip
ITEMS = "".join(
    f"<item><title>Cook {n}</title><link>http://quay.example/job/{n}</link><description>{TEXT}</description></item>" for n in range(4)
)
CARDS = "".join(
    f'<div class="job-card"><h2><a href="/job/{n}">Line cook {n}</a></h2><span class="company">Quay Kitchens</span>'
    f'<span class="location">Leeds</span></div>'
    for n in range(6)
)
JOBS = {"jobs": [{"id": n, "title": f"Cook {n}", "description": TEXT, "company": "Quay", "location": "Leeds"} for n in range(6)]}
PAGES = {
    "/sitemap.xml": (
        b"<urlset>"
        + b"".join(b"<url><loc>http://quay.example%b%d</loc></url>" % (p, n) for p in (b"/job/", b"/n/") for n in range(9))
        + b"</urlset>"
    ),
    "/feed": f'<?xml version="1.0"?><rss version="2.0"><channel><title>Quay jobs</title>{ITEMS}</channel></rss>'.encode(),
    "/api?page=1": json.dumps(JOBS).encode(),
    "/api?offset=0": json.dumps(JOBS).encode(),
    "/list?page=1": f'<html lang="en"><title>Jobs at sea | Quay</title><body><h1>Open jobs</h1>{CARDS}</body></html>'.encode(),
    "/job/1": (
        f'<html lang="en"><title>Cook | Quay</title><script type="application/ld+json">{json.dumps(POSTING)}</script>'
        f'<link rel="alternate" type="application/rss+xml" href="/feed"><body><h1>Cook</h1><p>{TEXT}</p></body></html>'
    ).encode(),
    "/news": b"<html><title>News</title><body><h1>Our new pier</h1><p>The mayor opened our new pier on Sunday.</p></body></html>",
}


@pytest.fixture
def quay() -> Iterator[Site]:
    with running() as made:
        made.pages |= {path: Reply(body) for path, body in PAGES.items()}
        made.pages["/robots.txt"] = Reply(f"User-agent: *\nDisallow: /secret\nSitemap: {made.url}/sitemap.xml\n".encode())
        yield made


@pytest.fixture
def contact() -> Iterator[None]:
    """Somebody who asks."""
    before = current()
    use(before.model_copy(update={"operator_contact": "https://watch.example/contact"}))
    yield
    use(before)


def written(quay: Site, folder: Path, path: str, **options: Any) -> Path:
    call_command("new_source", f"{quay.url}{path}", name="quay", folder=folder, allow_private=True, **options)
    return folder / "quay.yml"


@pytest.mark.parametrize(
    ("path", "kind", "details", "paging", "include", "reads"),
    [
        ("/sitemap.xml", "sitemap", "when-needed", None, "/job/", 0),
        ("/feed", "feed", "when-needed", None, "", 4),
        ("/api?page=1", "api", "never", ("page", 1, 1), "", 6),
        ("/api?offset=0", "api", "never", ("offset", 0, 6), "", 6),
        ("/list?page=1", "listing", "when-needed", ("page", 1, 1), "", 6),
        ("/job/1", "urls", "when-needed", None, "", 1),
    ],
)
def test_every_kind(
    quay: Site,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    path: str,
    kind: str,
    details: str,
    paging: Any,
    include: str,
    reads: int,
) -> None:
    file = written(quay, tmp_path, path)
    source = load(file)
    (start,) = source.start
    assert (start.kind, start.urls, source.details, start.include) == (kind, (quay.url + path,), details, include)
    assert (start.paging and (start.paging.parameter, start.paging.first, start.paging.step)) == paging
    assert (source.enabled, source.allow_private, source.rate, source.concurrency) == (False, True, 0.5, 1)
    assert "TODO" not in file.read_text()
    kept = current().data_dir / "recorded" / "quay"
    assert (kept / "page").read_bytes() == PAGES[path]
    assert len(json.loads((kept / "expected.json").read_text())["adverts"]) == reads
    assert recorded.differences(current().data_dir, "quay") == []
    out = capsys.readouterr().out
    assert f"manage.py check_source {file}" in out
    assert [asked.path for asked in quay.asked] == ["/robots.txt", path]


def test_the_page_and_robots_txt_name_other_ways_in(quay: Site, tmp_path: Path) -> None:
    text = written(quay, tmp_path, "/job/1").read_text()
    assert f"# also there: feed: {quay.url}/feed" in text
    assert f"# also there: sitemap: {quay.url}/sitemap.xml" in text


def test_a_page_without_adverts_is_written_down_and_said(quay: Site, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no advert was found") as caught:
        written(quay, tmp_path, "/news")
    assert caught.value.returncode == 1
    assert load(tmp_path / "quay.yml").start[0].kind == "listing"


@pytest.mark.parametrize(
    ("path", "allow", "said"),
    [
        ("/job/1", False, "private address"),
        ("/secret", True, "robots.txt forbids it"),
        ("/elsewhere", True, "another host"),
        ("/gone", True, "no such page"),
    ],
)
def test_what_may_not_be_had_writes_nothing(quay: Site, tmp_path: Path, contact: None, path: str, allow: bool, said: str) -> None:
    quay.pages["/elsewhere"] = Reply(b"", 302, {"Location": "http://elsewhere.example/"})
    with pytest.raises(CommandError, match=said) as caught:
        call_command("new_source", f"{quay.url}{path}", name="quay", folder=tmp_path, allow_private=allow)
    assert caught.value.returncode == 1
    assert list(tmp_path.iterdir()) == []
    assert path == "/elsewhere" or "/job/1" not in quay.paths()


@pytest.mark.parametrize("url", ["ftp://quay.example/", "quay", "http://user@quay.example/", "http://[::1"])
def test_what_is_no_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("new_source", url, name="quay", folder=tmp_path, allow_private=True)
    assert caught.value.returncode == 2


def test_a_file_that_exists_stays(quay: Site, tmp_path: Path) -> None:
    (tmp_path / "quay.yml").write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        written(quay, tmp_path, "/feed")
    assert (tmp_path / "quay.yml").read_text() == "mine"
    assert quay.asked == []


def test_a_reader_that_changes_is_told_from_the_recorded_page(quay: Site, tmp_path: Path) -> None:
    written(quay, tmp_path, "/feed")
    kept = current().data_dir / "recorded" / "quay" / "expected.json"
    head = json.loads(kept.read_text())
    head["adverts"][2]["title"] = "Another"
    kept.write_text(json.dumps(head))
    assert recorded.differences(current().data_dir, "quay") == ["advert 3: title is 'Cook 2', 'Another' when it was kept"]
    assert recorded.differences(current().data_dir, "nobody") is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.quay.example/jobs", "quay"),
        ("https://jobs.quay.co.uk/", "jobs-quay"),
        ("http://127.0.0.1:8099/corner/list?page=1", "corner-list"),
        ("https://xn--e1afmkfd.example/", "xn-e1afmkfd"),
        (f"https://{'a' * 40}.example/", "a" * 24),
    ],
)
def test_names(url: str, name: str) -> None:
    assert name_of(url) == name


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/meadow/sitemap.xml", "sitemap"),
        ("/harbour/feed.xml", "feed"),
        ("/summit/api/jobs?page=1", "api"),
        ("/corner/list?page=1", "listing"),
    ],
)
def test_the_sample_boards_are_guessed_as_they_are_written(path: str, kind: str) -> None:
    body = board(day=1, base="http://127.0.0.1:8099")[path].body
    assert guess(Page(body=body, url=f"http://127.0.0.1:8099{path}")).kind == kind
