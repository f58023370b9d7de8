"""What a crawl makes of each answer: landed, unchanged, gone, or nothing said at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adverts.records import Capture
from crawlers.answer import Answer
from crawlers.crawl import NOT_READ, Crawl
from crawlers.health import Health
from crawlers.itinerary import Role, Visit
from crawlers.known import Known, KnownAdvert
from crawlers.landing import LandingFile, read_lines
from crawlers.reading import Page
from crawlers.source import Expected, Paging, Source, Start
from tests.crawlers.site import listing, read

HOME = "https://quay.example"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LIST = Start(kind="listing", urls=(f"{HOME}/list",))
SITEMAP = Start(kind="sitemap", urls=(f"{HOME}/s.xml",))
FEED = Start(kind="feed", urls=(f"{HOME}/feed.xml",))
API = Start(kind="api", urls=(f"{HOME}/api?page=1",), paging=Paging("page"))
CAPTURE = Capture("quay/a.warc.gz", 7, "c" * 64)


class Board:
    """A crawl fed with answers by hand: ``pages`` maps addresses to body or status."""

    def __init__(self, folder: Path, *starts: Start, known: list[KnownAdvert] | None = None, limit: int = 0, **source: Any) -> None:
        chosen = Source(
            name="quay", title="Quay", legal_basis="test", purpose="test", contact_page=HOME, start=starts, rate=1.0, enabled=True, **source
        )
        self.file = LandingFile(folder, source="quay", now=NOW)
        self.health = Health(source="quay", started_at=NOW)
        self.crawl = Crawl(chosen, known=Known(known or []), file=self.file, health=self.health, limit=limit)
        self.visited: list[tuple[str, Role]] = []

    def run(self, pages: dict[str, Any], *, ended: str = "finished") -> list[dict[str, Any]]:
        """Answer every planned visit from ``pages`` (404 for what is not in it); the lines landed."""
        while True:
            for visit in iter(self.crawl.itinerary.next, None):
                self.visited.append((visit.url.removeprefix(HOME), visit.role))
                found = pages.get(visit.url.removeprefix(HOME), 404)
                if isinstance(found, str):
                    self.crawl.failed(visit, found)
                else:
                    self.judge(self.answer(visit, found))
            if not self.crawl.nothing_left():
                break
        self.crawl.finish(ended=ended, now=NOW)
        self.file.close()
        return list(read_lines(self.file.path))

    def judge(self, answer: Answer) -> None:
        """As the spider does it: have the answer read if it needs that, then judged."""
        kind = self.crawl.kind_of(answer)
        reading = read(Page(body=answer.body, url=answer.url), kind=kind) if kind else NOT_READ
        self.crawl.answered(answer, reading)

    def answer(self, visit: Visit, found: Any) -> Answer:
        plain = Answer(visit=visit, url=visit.url, at=NOW, status=200, body=b"", capture=CAPTURE)
        if isinstance(found, int):
            return replace(plain, status=found)
        if isinstance(found, dict):
            return replace(plain, **found)
        return replace(plain, body=found)


def events(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((line["event"], (line["source_id"] or line["url"]).removeprefix(HOME)) for line in lines)


def known(*numbers: int, **fields: Any) -> list[KnownAdvert]:
    return [KnownAdvert(url=f"{HOME}/job/{number}", **fields) for number in numbers]


def job(number: int, **fields: Any) -> bytes:
    return listing(adverts=[{"url": f"{HOME}/job/{number}", "title": f"Job {number}", **fields}])


def cards(*numbers: int, complete: bool = False, following: list[str] | None = None, **fields: Any) -> bytes:
    made = [{"url": f"{HOME}/job/{n}", "title": f"Job {n}", "text": f"Job {n} card", "complete": complete, **fields} for n in numbers]
    return listing(adverts=made, following=following)


def sitemap(*numbers: int, more: str = "") -> bytes:
    return ("<urlset>" + "".join(f"<url><loc>{HOME}/job/{n}</loc>{more}</url>" for n in numbers) + "</urlset>").encode()


# lists and pages


def test_a_listing_leads_to_pages_over_next_links(tmp_path: Path) -> None:
    board = Board(tmp_path, LIST)
    lines = board.run(
        {"/list": cards(1, following=[f"{HOME}/list2"]), "/list2": listing(links=[f"{HOME}/job/2"]), "/job/1": job(1), "/job/2": job(2)}
    )
    assert events(lines) == [("seen", "/job/1"), ("seen", "/job/2")]
    assert [path for path, _ in board.visited] == ["/list", "/list2", "/job/1", "/job/2"]
    assert Capture(**lines[0]["capture"]) == Capture(file="quay/a.warc.gz", offset=7, sha256="c" * 64)
    assert (board.health.counts["pages"], board.health.counts["lists"], board.health.counts["new"]) == (4, 2, 2)


@pytest.mark.parametrize(
    ("details", "complete", "visited"),
    [
        ("when-needed", True, False), ("when-needed", False, True),
        ("always", True, True), ("always", False, True),
        ("never", True, False), ("never", False, False),
    ],
)  # fmt: skip
def test_whether_the_page_of_an_advert_is_fetched(tmp_path: Path, details: str, complete: bool, visited: bool) -> None:
    board = Board(tmp_path, FEED, details=details)
    lines = board.run({"/feed.xml": cards(1, complete=complete), "/job/1": job(1, text="Job 1 whole")})
    assert (("/job/1", Role.DETAIL) in board.visited) is visited
    assert [line["text"] for line in lines] == ["Job 1 whole" if visited else "Job 1 card"]


def test_the_page_is_filled_up_from_the_card_and_keeps_its_id(tmp_path: Path) -> None:
    board = Board(tmp_path, FEED)
    (line,) = board.run({
        "/feed.xml": cards(1, source_id="guid-1", employer="Card Ltd", place="Gdynia", raw={"a": "card", "b": "card"}),
        "/job/1": {"body": job(1, source_id="ld-1", employer="Page Ltd", raw={"a": "page"}), "etag": '"x"', "last_modified": "y"},
    })  # fmt: skip
    assert (line["source_id"], line["employer"], line["place"]) == ("guid-1", "Page Ltd", "Gdynia")
    assert line["raw"] == {"a": "page", "b": "card"}
    assert (line["etag"], line["last_modified"]) == ('"x"', "y")


def test_validators_belong_to_the_advert_s_own_page_alone(tmp_path: Path) -> None:
    (line,) = Board(tmp_path, FEED).run({"/feed.xml": {"body": cards(1, complete=True), "etag": '"list"'}})
    assert line["etag"] == ""
    lines = Board(tmp_path, LIST).run({
        "/list": listing(links=[f"{HOME}/two"]),
        "/two": {"body": listing(adverts=[{"url": f"{HOME}/job/{n}", "title": "x"} for n in (1, 2)]), "etag": '"two"'},
    })  # fmt: skip
    assert [line["etag"] for line in lines] == ["", ""]


@pytest.mark.parametrize(
    ("rows", "landed"),
    [([], ("seen", "Job 1 card")), (known(1), ("unchanged", None)), (known(1, closed=True), ("seen", "Job 1 card"))],
    ids=["new", "open", "closed"],
)
def test_the_list_s_card_decides_where_a_page_gives_nothing(
    tmp_path: Path, rows: list[KnownAdvert], landed: tuple[str, str | None]
) -> None:
    board = Board(tmp_path, LIST, known=rows)
    lines = board.run({"/list": cards(1), "/job/1": b"please accept our cookies"})
    assert [(line["event"], line.get("text")) for line in lines] == [landed]
    assert board.health.counts["without_advert"] == 1


def test_a_sitemap_vouches_for_no_advert(tmp_path: Path) -> None:
    assert Board(tmp_path, SITEMAP, known=known(1)).run({"/s.xml": sitemap(1), "/job/1": b"this job has expired"}) == []


def test_a_card_stands_in_for_a_page_that_robots_txt_forbids(tmp_path: Path) -> None:
    board = Board(tmp_path, LIST, known=known(1))
    lines = board.run({"/list": cards(1), "/job/1": "robots"})
    assert [(line["event"], line["text"]) for line in lines] == [("seen", "Job 1 card")]
    assert board.health.counts["robots"] == 1


def test_cards_of_other_adverts_on_an_advert_s_page_are_not_its_own(tmp_path: Path) -> None:
    page = listing(adverts=[{"url": f"{HOME}/job/1", "title": "One"}, {"url": f"{HOME}/job/8", "title": "Similar", "complete": False}])
    board = Board(tmp_path, SITEMAP)
    assert events(board.run({"/s.xml": sitemap(1), "/job/1": page})) == [("seen", "/job/1")]
    assert len(board.visited) == 2


def test_an_advert_shown_twice_lands_once(tmp_path: Path) -> None:
    board = Board(tmp_path, FEED)
    lines = board.run({"/feed.xml": cards(1, 1, 2, complete=True, following=[f"{HOME}/f2"]), "/f2": cards(2, 3, complete=True)})
    assert events(lines) == [("seen", "/job/1"), ("seen", "/job/2"), ("seen", "/job/3")]


def test_a_paged_interface_is_read_to_its_end(tmp_path: Path) -> None:
    board = Board(tmp_path, API, details="never")
    lines = board.run({"/api?page=1": cards(1, 2, complete=True), "/api?page=2": cards(3, complete=True), "/api?page=3": listing()})
    assert len(lines) == 3
    assert board.crawl.itinerary.whole


def test_past_its_last_page_an_interface_may_answer_404(tmp_path: Path) -> None:
    board = Board(tmp_path, API, details="never")
    board.run({"/api?page=1": cards(1, complete=True)})
    assert board.crawl.itinerary.whole
    assert board.health.counts["errors"] == 0


def test_sitemaps_may_lie_in_sitemaps_but_not_for_ever(tmp_path: Path) -> None:
    def index(name: str) -> bytes:
        return f"<sitemapindex><sitemap><loc>{HOME}/{name}</loc></sitemap></sitemapindex>".encode()

    board = Board(tmp_path, SITEMAP)
    assert events(board.run({"/s.xml": index("a"), "/a": index("b"), "/b": sitemap(1), "/job/1": job(1)})) == [("seen", "/job/1")]
    deep = Board(tmp_path, SITEMAP)
    deep.run({"/s.xml": index("a"), "/a": index("b"), "/b": index("c"), "/c": sitemap(1), "/job/1": job(1)})
    assert not deep.crawl.itinerary.whole


def test_include_exclude_and_age_narrow_a_sitemap(tmp_path: Path) -> None:
    start = replace(SITEMAP, include="/job/", exclude="/job/3", newer_than_days=30)
    body = (
        "<urlset>"
        f"<url><loc>{HOME}/about</loc></url><url><loc>{HOME}/job/1</loc><lastmod>2026-05-01</lastmod></url>"
        f"<url><loc>{HOME}/job/2</loc><lastmod>2026-01-01</lastmod></url><url><loc>{HOME}/job/3</loc></url>"
        "</urlset>"
    ).encode()
    board = Board(tmp_path, start, known=known(2))
    lines = board.run({"/s.xml": body, "/job/1": job(1)})
    assert [path for path, _ in board.visited] == ["/s.xml", "/job/1"]
    assert events(lines) == [("seen", "/job/1")], "an old entry is still listed, so its advert is not asked for"


def test_a_limit_ends_the_crawl_and_says_nothing_gone(tmp_path: Path) -> None:
    board = Board(tmp_path, FEED, limit=2, known=known(9))
    lines = board.run({"/feed.xml": cards(1, 2, 3, complete=True)})
    assert events(lines) == [("seen", "/job/1"), ("seen", "/job/2")]
    assert board.crawl.full


# conditional requests


def test_conditions_come_from_what_is_known(tmp_path: Path) -> None:
    rows = [
        KnownAdvert(url=f"{HOME}/job/1", etag='"a"', last_modified="Mon", sha256="d" * 64),
        KnownAdvert(url=f"{HOME}/job/2"),
        KnownAdvert(url=f"{HOME}/job/3", etag='"c"', closed=True),
        KnownAdvert(url=f"{HOME}/job/4", etag="x\r\nEvil: 1"),
        KnownAdvert(url=f"{HOME}/list", etag='"l"'),
    ]
    made = Board(tmp_path, LIST, known=rows).crawl

    def conditions(path: str, role: Role = Role.DETAIL) -> tuple[dict[str, str], str]:
        return made.conditions(Visit(url=HOME + path, role=role, start=LIST))

    assert conditions("/job/1?utm_medium=x") == ({"If-None-Match": '"a"', "If-Modified-Since": "Mon"}, "d" * 64)
    assert conditions("/job/2") == ({}, "")
    assert conditions("/job/3") == ({}, ""), "a closed advert that is back must be read anew"
    assert conditions("/job/4") == ({}, "")
    assert conditions("/job/9") == ({}, "")
    assert conditions("/list", Role.LIST) == ({}, ""), "a list is always read whole"


def test_304_and_the_same_bytes_are_unchanged(tmp_path: Path) -> None:
    rows = [*known(1, 2), KnownAdvert(url=f"{HOME}/job/3", source_id="id-3")]
    board = Board(tmp_path, SITEMAP, known=rows)
    lines = board.run({"/s.xml": sitemap(1, 2, 3), "/job/1": 304, "/job/2": {"body": job(2), "same": True}, "/job/3": 304})
    assert events(lines) == [("unchanged", "/job/1"), ("unchanged", "/job/2"), ("unchanged", "id-3")]
    assert board.health.counts["unchanged"] == 3


def test_304_for_what_was_never_asked_conditionally_is_an_error(tmp_path: Path) -> None:
    board = Board(tmp_path, SITEMAP)
    assert board.run({"/s.xml": sitemap(1), "/job/1": 304}) == []
    assert board.health.errors == {"status-304": 1}


def test_a_changed_page_keeps_the_id_the_ledger_knows(tmp_path: Path) -> None:
    board = Board(tmp_path, SITEMAP, known=[KnownAdvert(url=f"{HOME}/job/1", source_id="guid-1", etag='"old"')])
    assert events(board.run({"/s.xml": sitemap(1), "/job/1": job(1, source_id="ld-1", text="new words")})) == [("seen", "guid-1")]


def test_a_closed_advert_that_is_back_is_seen(tmp_path: Path) -> None:
    board = Board(tmp_path, SITEMAP, known=known(1, closed=True))
    assert events(board.run({"/s.xml": sitemap(1), "/job/1": job(1)})) == [("seen", "/job/1")]
    assert (board.health.counts["returned"], board.health.counts["new"]) == (1, 0)


@pytest.mark.parametrize(
    ("path", "role", "status", "same", "kind"),
    [
        ("/list", Role.LIST, 200, False, "feed"),
        ("/list", Role.LIST, 200, True, "feed"),
        ("/list", Role.LIST, 500, False, ""),
        ("/s.xml", Role.SITEMAP, 200, False, ""),
        ("/job/1", Role.DETAIL, 200, False, "advert"),
        ("/job/1", Role.DETAIL, 200, True, ""),
        ("/job/1", Role.ASK, 304, False, ""),
        ("/job/2", Role.DETAIL, 200, True, "advert"),
        ("/job/2", Role.DETAIL, 404, False, ""),
        ("/job/2", Role.DETAIL, 302, False, ""),
    ],
)
def test_which_reader_an_answer_needs(tmp_path: Path, path: str, role: Role, status: int, same: bool, kind: str) -> None:
    start = replace(LIST, reader="feed")
    board = Board(tmp_path, start, known=known(1), reader="advert")
    answer = board.answer(Visit(url=HOME + path, role=role, start=start), {"status": status, "same": same})
    assert board.crawl.kind_of(answer) == kind


# gone


@pytest.mark.parametrize(
    ("found", "event"),
    [
        (404, ("gone", "/job/9")),
        (410, ("gone", "/job/9")),
        (304, ("unchanged", "/job/9")),
        (job(9), ("seen", "/job/9")),
        ("timeout", None),
        (500, None),
        (403, None),
        ("robots", None),
        (b"this job has expired", None),
        ({"url": f"{HOME}/", "redirect": 302, "body": b"welcome"}, ("gone", "/job/9")),
        ({"url": f"{HOME}/list", "redirect": 301, "body": b"all jobs"}, ("gone", "/job/9")),
        ({"url": f"{HOME}/login", "redirect": 302, "body": b"sign in"}, None),
    ],
)
def test_an_advert_missing_from_whole_lists_is_asked_for(tmp_path: Path, found: Any, event: tuple[str, str] | None) -> None:
    board = Board(tmp_path, LIST, known=known(9))
    lines = board.run({"/list": cards(1, complete=True), "/job/9": found})
    assert board.visited[-1] == ("/job/9", Role.ASK)
    assert [line for line in events(lines) if line != ("seen", "/job/1")] == ([event] if event else [])


def test_gone_says_status_reason_and_where_the_proof_is(tmp_path: Path) -> None:
    lines = Board(tmp_path, LIST, known=known(9)).run({"/list": cards(1, complete=True), "/job/9": 410})
    (gone,) = [line for line in lines if line["event"] == "gone"]
    assert (gone["status"], gone["reason"], gone["capture"]["offset"]) == (410, "its page answered 410", 7)


def test_an_address_that_moved_is_gone_and_its_advert_seen(tmp_path: Path) -> None:
    board = Board(tmp_path, LIST, known=known(9))
    moved = {"url": f"{HOME}/job/9-crane-driver", "redirect": 301, "body": listing(adverts=[{"title": "Job 9"}])}
    lines = board.run({"/list": cards(1, complete=True), "/job/9": moved})
    assert events(lines) == [("gone", "/job/9"), ("seen", "/job/1"), ("seen", "/job/9-crane-driver")]


def test_a_feed_shows_the_newest_alone_so_a_redirect_proves_nothing(tmp_path: Path) -> None:
    board = Board(tmp_path, FEED, known=known(8, 9))
    lines = board.run({"/feed.xml": cards(1, complete=True), "/job/8": {"url": f"{HOME}/", "redirect": 302}, "/job/9": 404})
    assert events(lines) == [("gone", "/job/9"), ("seen", "/job/1")]


def test_without_pages_of_adverts_a_whole_list_decides(tmp_path: Path) -> None:
    board = Board(tmp_path, API, details="never", known=known(1, 9))
    lines = board.run({"/api?page=1": cards(1, complete=True)})
    assert events(lines) == [("gone", "/job/9"), ("seen", "/job/1")]
    gone = lines[-1]
    assert (gone["status"], gone["reason"], gone["capture"]) == (0, "no longer listed", None)
    assert [path for path, _ in board.visited] == ["/api?page=1", "/api?page=2"]


def test_a_list_shorter_than_expected_closes_nothing(tmp_path: Path) -> None:
    board = Board(tmp_path, API, details="never", known=known(1, 9), expected=Expected(adverts_min=2))
    assert events(board.run({"/api?page=1": cards(1, complete=True)})) == [("seen", "/job/1")]


BROKEN_LISTS = {
    "error": (LIST, {"/list": 500}),
    "not found": (LIST, {}),
    "timeout": (LIST, {"/list": "timeout"}),
    "robots": (LIST, {"/list": "robots"}),
    "empty": (LIST, {"/list": listing()}),
    "consent wall": (LIST, {"/list": b"please accept"}),
    "second page": (LIST, {"/list": cards(1, complete=True, following=[f"{HOME}/list2"]), "/list2": 503}),
    "empty second page": (LIST, {"/list": cards(1, complete=True, following=[f"{HOME}/list2"]), "/list2": listing()}),
    "sitemap": (SITEMAP, {"/s.xml": 500}),
    "no sitemap": (SITEMAP, {"/s.xml": b"<html></html>"}),
    "empty sitemap": (SITEMAP, {"/s.xml": b"<urlset/>"}),
    "half a sitemap": (SITEMAP, {"/s.xml": sitemap(1)[:-9], "/job/1": job(1)}),
    "feed": (FEED, {"/feed.xml": 403}),
    "empty feed": (FEED, {"/feed.xml": listing()}),
    "api": (API, {"/api?page=1": 500}),
    "api, second page": (API, {"/api?page=1": cards(1, complete=True), "/api?page=2": 500}),
    "api, empty": (API, {"/api?page=1": listing()}),
}


@pytest.mark.parametrize("details", ["when-needed", "never"])
@pytest.mark.parametrize("case", BROKEN_LISTS.values(), ids=BROKEN_LISTS)
def test_a_list_that_fails_closes_nothing(tmp_path: Path, case: tuple[Start, dict[str, Any]], details: str) -> None:
    start, pages = case
    board = Board(tmp_path, start, known=known(1, 9), details=details)
    lines = board.run({"/job/9": 404, **pages})
    assert "gone" not in {line["event"] for line in lines}
    assert ("/job/9", Role.ASK) not in board.visited
    assert not board.crawl.itinerary.whole


def test_even_a_listed_advert_that_answers_404_waits_for_whole_lists(tmp_path: Path) -> None:
    pages = {"/list": cards(9, following=[f"{HOME}/list2"]), "/job/9": 404}
    board = Board(tmp_path, LIST, known=known(9))
    assert board.run({**pages, "/list2": 500}) == []
    assert board.health.counts["gone_withheld"] == 1
    assert events(Board(tmp_path, LIST, known=known(9)).run({**pages, "/list2": cards(1, complete=True)})) == [
        ("gone", "/job/9"), ("seen", "/job/1"),
    ]  # fmt: skip


@pytest.mark.parametrize("ended", ["shutdown", "limit", "memusage_exceeded", "captures-failed"])
def test_a_crawl_cut_short_closes_nothing(tmp_path: Path, ended: str) -> None:
    board = Board(tmp_path, API, details="never", known=known(1, 9))
    assert events(board.run({"/api?page=1": cards(1, complete=True)}, ended=ended)) == [("seen", "/job/1")]


def test_a_listed_page_in_trouble_is_not_asked_for_again(tmp_path: Path) -> None:
    board = Board(tmp_path, SITEMAP, known=known(1))
    assert board.run({"/s.xml": sitemap(1), "/job/1": 500}) == []
    assert [path for path, _ in board.visited] == ["/s.xml", "/job/1"]


def test_a_dead_link_nobody_knew_is_counted(tmp_path: Path) -> None:
    board = Board(tmp_path, SITEMAP)
    assert board.run({"/s.xml": sitemap(1)}) == []
    assert (board.health.counts["dead_links"], board.health.counts["errors"]) == (1, 0)


# taking over from a killed run


def test_what_a_killed_run_landed_is_neither_fetched_nor_landed_again(tmp_path: Path) -> None:
    board = Board(tmp_path, SITEMAP, known=known(1, 2, 3))
    board.crawl.take_over([
        {"event": "seen", "source_id": "", "url": f"{HOME}/job/1"},
        {"event": "unchanged", "source_id": "", "url": f"{HOME}/job/2"},
        {"event": "gone", "source_id": "", "url": f"{HOME}/job/3"},
        {"event": "seen"},
    ])  # fmt: skip
    lines = board.run({"/s.xml": sitemap(1, 4), "/job/4": job(4)})
    assert [path for path, _ in board.visited] == ["/s.xml", "/job/4", "/job/3"]
    assert events(lines) == [("gone", "/job/3"), ("seen", "/job/4")]
    assert board.health.counts["taken_over"] == 2


def test_what_a_killed_run_landed_from_a_list_is_not_landed_again(tmp_path: Path) -> None:
    board = Board(tmp_path, API, details="never")
    board.crawl.take_over([{"event": "seen", "source_id": "1", "url": f"{HOME}/job/1"}])
    pages = {"/api?page=1": cards(1, complete=True, source_id="1"), "/api?page=2": cards(2, complete=True, source_id="2")}
    assert events(board.run(pages)) == [("seen", "2")]
