"""The sample boards: what their adverts promise, what the server answers, and that both agree with ``expected``."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import lxml.html
import pytest

from tests.boards.content import BOARDS, DAYS, BoardDataError, Written, _swapped, everything, labelled, path_of, public
from tests.boards.expected import expected
from tests.boards.pieces import DAY_START, WORDS, Page
from tests.boards.server import DayError, etag_of, fresh, key_of, serve

LANGUAGES = {"en", "es", "fr", "ar", "hi", "ne", "bn", "tl", "id", "vi", "ru", "pl"}
GROUPS = {
    "A": {"recruitment-fee", "deposit-or-bond", "debt-repaid-by-work"},
    "B": {"document-retention", "exit-penalty-or-tied-status"},
    "C": {"excessive-hours", "no-or-late-contract", "tied-or-crowded-housing"},
    "D": {"tourist-visa-work", "unnamed-employer", "anonymous-contact", "all-arranged-package"},
    "E": {"minors-targeted", "sexualised-hospitality", "personal-attributes-demand"},
    "F": {"scam-compound-role", "money-mule-or-parcel", "pay-to-earn-task"},
}
"""Indicators of every group and severity that the adverts must show."""
RESERVED = re.compile(r"\+1 (?:\d{3} )?555 01\d\d|\+44 7700 900\d{3}|\+33 6 39 98 \d\d \d\d")
CONTACT = re.compile(r"\+\d[\d ]{7,}\d|0\d{4} \d{6}|[\w.-]+@[\w.-]+\.example|(?<![\w.-])@\w[\w.]{5,}\w")


def ids(advert: Written) -> str:
    return advert.id


def families() -> dict[str, list[Written]]:
    out: dict[str, list[Written]] = defaultdict(list)
    for advert in public():
        if advert.family:
            out[advert.family].append(advert)
    return out


# the adverts


@pytest.mark.parametrize("advert", everything(), ids=ids)
def test_every_quote_stands_in_its_advert_on_every_day(advert: Written) -> None:
    for day in DAYS:
        version = advert.on(day)
        assert [mark for mark in version.labels + version.protective if mark.quote not in version.whole] == []
        assert [mark for mark in version.labels + version.protective if "\n" in mark.quote] == []


@pytest.mark.parametrize("advert", everything(), ids=ids)
def test_risk_agrees_with_the_labels(advert: Written) -> None:
    assert advert.risk in {"none", "low", "medium", "high"}
    assert (advert.risk == "none") is (not advert.labels)


def test_there_are_enough_adverts_in_every_language() -> None:
    counts = Counter(advert.lang for advert in public())
    assert set(counts) == LANGUAGES == set(WORDS)
    assert sum(counts.values()) >= 170
    assert min(counts.values()) >= 9
    assert min(counts["en"], counts["es"]) >= 24


def test_most_adverts_are_ordinary_work() -> None:
    ordinary = sum(advert.risk == "none" for advert in public()) / len(public())
    assert 0.60 <= ordinary <= 0.70


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_and_severity_is_shown(group: str) -> None:
    shown = {mark.id for advert in public() for mark in advert.labels}
    assert GROUPS[group] <= shown


def test_every_language_has_both_kinds_and_protective_adverts() -> None:
    for lang in LANGUAGES:
        mine = [advert for advert in public() if advert.lang == lang]
        assert {advert.risk for advert in mine} >= {"none", "high"}, lang
        assert any(len(advert.protective) >= 3 and not advert.labels for advert in mine), lang


def test_ids_and_titles_are_unique() -> None:
    assert len({advert.id for advert in everything()}) == len(everything())
    assert len({(advert.board, advert.title) for advert in everything()}) == len(everything())


def test_the_languages_do_not_translate_each_other() -> None:
    """Same employer, place and pay in two languages would mean a translation."""
    facts = Counter((advert.place, advert.country, advert.pay) for advert in public() if not advert.family and advert.place and advert.pay)
    assert max(facts.values()) == 1


def test_families_of_reposts() -> None:
    large = {root: members for root, members in families().items() if len(members) >= 4}
    assert len(large) >= 6
    assert sum(len(members) - 1 for members in large.values()) >= 24
    assert sum(len({member.board for member in members}) >= 2 for members in large.values()) >= 6
    assert sum(len({member.employer for member in members}) >= 3 for members in large.values()) >= 5


def shingles(text: str) -> set[str]:
    return {text[at : at + 5] for at in range(len(text) - 4)}


@pytest.mark.parametrize("root", sorted(families()))
def test_reposts_are_near_duplicates_and_not_copies(root: str) -> None:
    first, *others = sorted(families()[root], key=ids)
    for other in others:
        one, two = shingles(first.text), shingles(other.text)
        assert 0.5 < len(one & two) / len(one | two) < 1


def test_other_adverts_are_no_near_duplicates() -> None:
    alone = [(advert.id, shingles(advert.text)) for advert in public() if not advert.family]
    close = [(a, b) for at, (a, one) in enumerate(alone) for b, two in alone[at + 1 :] if len(one & two) > 0.3 * min(len(one), len(two))]
    assert close == []


def test_contacts_shared_behind_different_employers() -> None:
    employers: dict[str, set[str]] = defaultdict(set)
    for advert in public():
        for contact in CONTACT.findall(advert.text):
            employers[contact].add(advert.employer)
    shared = {contact for contact, names in employers.items() if len(names - {""}) >= 3}
    assert len(shared) >= 6
    assert "01632 960100" in shared, "the job shop: an honest number behind many employers"


def test_phones_and_domains_are_reserved() -> None:
    for advert in everything():
        numbers = [number.strip() for number in re.findall(r"\+\d[\d ]{6,}", advert.text)]
        assert [number for number in numbers if not RESERVED.fullmatch(number)] == [], advert.id
        assert re.findall(r"@[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|ph|id|ru|pl)\b", advert.text) == [], advert.id


def test_labelled_lines_have_the_fields_of_the_guide() -> None:
    rows = list(labelled(day=1))
    assert len(rows) == len(public())
    assert all(set(row) - {"note"} == {"id", "lang", "langs", "provenance", "text", "labels", "protective", "risk"} for row in rows)
    assert all(label["quote"] in str(row["text"]) for row in rows for label in row["labels"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(("old", "fails"), [("one", False), ("three", True)])
def test_a_swap_must_find_its_words(old: str, fails: bool) -> None:
    with pytest.raises(BoardDataError, match="copy the words exactly") if fails else contextlib.nullcontext():
        assert _swapped("one two", ((old, "1"),), where="x") == "1 two"


# the days


def test_an_advert_is_posted_before_it_is_seen() -> None:
    assert [advert.id for advert in everything() if advert.posted > DAY_START[min(advert.days)].date()] == []


def test_day_one() -> None:
    day = expected(1)
    assert len(day.vanished) == 3
    assert day.new
    assert (day.changed, day.returned) == (frozenset(), frozenset())


def test_day_two() -> None:
    day = expected(2)
    status = Counter(advert.gone for advert in public() if advert.id in day.vanished)
    assert len(day.changed) >= 8
    assert min(status[404], status[410]) >= 3
    assert sum(status.values()) >= 8
    assert len(day.new) >= 6
    assert day.returned == expected(1).vanished
    assert day.changed.isdisjoint(day.returned)


def test_expected_for_somebody_who_begins_on_day_one() -> None:
    late = expected(2, first=1)
    assert late.returned == frozenset()
    assert late.new == expected(2).new | expected(2).returned
    assert expected(1, first=1).new == expected(1).all_online


def test_forbidden_adverts_are_expected_nowhere() -> None:
    private = {advert.id for advert in everything() if advert.private}
    assert {advert.board for advert in everything() if advert.private} == {"meadow", "corner"}
    assert all(private.isdisjoint(expected(day).paths) for day in DAYS)


def test_changed_adverts_change_pay_place_or_text() -> None:
    for advert in public():
        if advert.changes is not None:
            before, after = advert.on(1), advert.on(2)
            assert (before.pay, before.place, before.text) != (after.pay, after.place, after.text), advert.id
            assert len(advert.days) == 3, advert.id


# the server


class Asker:
    """A plain HTTP client without redirects or memory."""

    def __init__(self, base: str) -> None:
        self.host = urlsplit(base).netloc

    def __call__(self, path: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def ask() -> Iterator[Asker]:
    with serve(day=0) as base:
        yield Asker(base)


@pytest.mark.parametrize(
    ("path", "kind", "holds"),
    [
        ("/", "text/html", "Meadow Jobs"),
        ("/robots.txt", "text/plain", "Disallow: /corner/members/"),
        ("/meadow/", "text/html", 'class="jobs"'),
        ("/meadow/sitemap.xml", "application/xml", "<urlset"),
        ("/meadow/jobs/en-13", "text/html", '"@type": "JobPosting"'),
        ("/meadow/private/en-90", "text/html", "Glen Orrin"),
        ("/harbour/feed.xml", "application/rss+xml", "<content:encoded>"),
        ("/harbour/vacancy/en-12.html", "text/html", 'class="vacancy-text"'),
        ("/summit/api/jobs", "application/json", '"page": 1'),
        ("/summit/api/jobs?page=2", "application/json", '"page": 2'),
        ("/summit/jobs/en-10", "text/html", "Treasury"),
        ("/corner/list", "text/html", 'class="nxt"'),
        ("/corner/ad/en-11", "text/html", 'id="adtext"'),
        ("/corner/members/", "text/html", "members only"),
    ],
)
def test_each_kind_of_page(ask: Asker, path: str, kind: str, holds: str) -> None:
    status, headers, body = ask(path)
    assert (status, headers["Content-Type"].split(";")[0]) == (200, kind)
    assert holds in body
    assert {"ETag", "Last-Modified"} <= set(headers)


@pytest.mark.parametrize(
    "path", ["/nothing", "/meadow/jobs/xx-1", "/corner/list?page=99", "/summit/api/jobs?page=0", "/harbour/vacancy/vi-11.html"]
)
def test_what_is_not_there(ask: Asker, path: str) -> None:
    assert ask(path)[0] == 404


def test_not_modified(ask: Asker) -> None:
    path = "/meadow/jobs/en-13"
    _, headers, _ = ask(path)
    assert ask(path, If_None_Match=headers["ETag"])[0] == 304
    assert ask(path, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask(path, If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    ask("/_day/2", method="POST")
    assert ask(path, If_None_Match=headers["ETag"])[0] == 200
    assert ask(path, If_Modified_Since=headers["Last-Modified"])[0] == 200


@pytest.mark.parametrize(
    ("tag", "since", "known"),
    [
        ("same", None, True),
        ('W/"x", same', None, True),
        ("*", None, True),
        ('"x"', "Mon, 14 Sep 2026 06:00:00 GMT", False),
        (None, "Mon, 14 Sep 2026 06:00:00 GMT", True),
        (None, "Mon, 14 Sep 2026 05:59:59 GMT", False),
        (None, "yesterday", False),
        (None, None, False),
    ],
)
def test_fresh(tag: str | None, since: str | None, known: bool) -> None:
    page = Page(b"x", DAY_START[1])
    tag = tag.replace("same", etag_of(page)) if tag else None
    assert fresh(page, if_none_match=tag, if_modified_since=since) is known


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("/corner/list", "/corner/list?page=1"),
        ("/corner/list?page=3&x=1", "/corner/list?page=3"),
        ("/meadow/jobs/en-13?ref=mail", "/meadow/jobs/en-13"),
    ],
)
def test_key_of(target: str, key: str) -> None:
    assert key_of(target) == key


def test_the_day_can_be_switched_but_only_to_days_there_are(ask: Asker) -> None:
    assert ask("/meadow/jobs/fr-14")[0] == 404
    assert ask("/_day/2", method="POST")[::2] == (200, '{"day": 2}')
    assert ask("/meadow/jobs/fr-14")[0] == 200
    assert ask("/_day/3", method="POST")[0] == 403
    assert ask("/meadow/", method="POST")[0] == 403
    with pytest.raises(DayError, match="choose one"), serve(day=7):
        pass


def test_what_was_asked_is_remembered(ask: Asker) -> None:
    ask("/robots.txt")
    ask("/nothing", method="HEAD")
    assert json.loads(ask("/_seen")[2]) == ["GET /robots.txt 200", "HEAD /nothing 404"]


def test_unchanged_pages_keep_their_etag_over_the_days(ask: Asker) -> None:
    tags = {}
    for day in DAYS:
        ask(f"/_day/{day}", method="POST")
        tags[day] = {path: ask(path, method="HEAD")[1]["ETag"] for path in map(path_of, public()) if ask(path, method="HEAD")[0] == 200}
    changed = {expected(2).paths[own_id] for own_id in expected(2).changed}
    both = set(tags[1]) & set(tags[2])
    assert {path for path in both if tags[1][path] != tags[2][path]} == changed
    assert all(tags[0][path] == tags[2][path] for path in set(tags[0]) & set(tags[2]) - changed)


def test_language_and_direction(ask: Asker) -> None:
    assert '<html lang="ar" dir="rtl">' in ask("/meadow/jobs/ar-02")[2]
    assert '<html lang="ne" dir="ltr">' in ask("/meadow/jobs/ne-03")[2]


def test_markup_is_escaped(ask: Asker) -> None:
    assert "F&amp;B" in ask("/harbour/vacancy/en-21.html")[2]
    assert "Manda &quot;reto&quot; al tele" in ask("/corner/ad/es-23")[2]


# what is served is what is expected


def on_meadow(ask: Asker) -> set[str]:
    paths = [urlsplit(url).path for url in re.findall(r"<loc>([^<]+)</loc>", ask("/meadow/sitemap.xml")[2])]
    return {path for path in paths if not path.startswith("/meadow/private/")}


def on_harbour(ask: Asker) -> set[str]:
    feed = feedparser.parse(ask("/harbour/feed.xml")[2])
    assert not feed.bozo
    return {urlsplit(entry.link).path for entry in feed.entries}


def on_summit(ask: Asker) -> set[str]:
    url, out = "/summit/api/jobs?page=1", set()
    while url:
        answer = json.loads(ask(url)[2])
        out |= {urlsplit(job["url"]).path for job in answer["jobs"]}
        url = answer["next"] and "?".join(urlsplit(answer["next"])[2:4])
    assert len(out) == answer["total"]
    return out


def on_corner(ask: Asker) -> set[str]:
    url, out = "/corner/list?page=1", set()
    while url:
        body = ask(url)[2]
        out |= set(re.findall(r'href="(/corner/ad/[^"]+)"', body))
        following = re.search(r'class="nxt" href="([^"]+)"', body)
        url = following.group(1) if following else ""
    return out


@pytest.mark.parametrize("day", DAYS)
def test_lists_show_what_is_expected(ask: Asker, day: int) -> None:
    ask(f"/_day/{day}", method="POST")
    want = expected(day)
    readers = {"meadow": on_meadow, "harbour": on_harbour, "summit": on_summit, "corner": on_corner}
    assert set(readers) == set(BOARDS)
    for board, read in readers.items():
        assert read(ask) == {want.paths[own_id] for own_id in want.online[board]}, board


@pytest.mark.parametrize("day", DAYS)
def test_pages_answer_as_expected(ask: Asker, day: int) -> None:
    ask(f"/_day/{day}", method="POST")
    status = {advert.id: ask(path_of(advert), method="HEAD")[0] for advert in public()}
    gone = {advert.id: advert.gone for advert in public()}
    assert {own_id for own_id, code in status.items() if code == 200} == expected(day).all_online
    assert all(status[own_id] == gone[own_id] for own_id in expected(day).vanished)


def postings(body: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', body, re.S)
    assert found
    data = json.loads(found.group(1))
    return next(node for node in data.get("@graph", [data]) if node["@type"] == "JobPosting")


def test_what_changed_shows_where_a_reader_looks(ask: Asker) -> None:
    """Structured fields, feed items and interface answers change with the advert, not only the visible page."""
    shown: dict[int, dict[str, str]] = {}
    for day in (1, 2):
        ask(f"/_day/{day}", method="POST")
        feed = feedparser.parse(ask("/harbour/feed.xml")[2])
        jobs = [json.loads(ask(f"/summit/api/jobs?page={page}")[2])["jobs"] for page in range(1, 5)]
        meadow = [path_of(advert) for advert in public() if advert.board == "meadow" and advert.id in expected(2).changed]
        shown[day] = {urlsplit(entry.link).path: entry.content[0].value for entry in feed.entries}
        shown[day] |= {urlsplit(job["url"]).path: json.dumps(job) for page in jobs for job in page}
        shown[day] |= {path: json.dumps(postings(ask(path)[2])) for path in meadow}
    changed = {path_of(advert) for advert in public() if advert.id in expected(2).changed and advert.board != "corner"}
    assert {path for path in shown[1] if path in shown[2] and shown[1][path] != shown[2][path]} == changed


WHERE = {
    "meadow": '//div[@class="description"]',
    "harbour": '//div[@class="vacancy-text"]',
    "summit": "//main",
    "corner": '//*[@id="adtext"]',
}
"""XPath of the advert's own words on each board (also in docs/sample-boards.md)."""


@pytest.mark.parametrize("board", BOARDS)
def test_the_advert_can_be_read_off_its_page(ask: Asker, board: str) -> None:
    for advert in public():
        if advert.board != board or 0 not in advert.days:
            continue
        page = lxml.html.fromstring(ask(path_of(advert))[2])
        (own,) = page.xpath(WHERE[board])
        # the messy layouts part lines by tags alone
        words = "".join("".join(own.itertext()).split())
        written = advert.text if board == "corner" else advert.text.replace("\n- ", "\n")
        assert "".join(written.split()) in words, advert.id
        assert "Neverpay" not in words, advert.id


def test_forbidden_pages_exist_and_are_linked(ask: Asker) -> None:
    links = ask("/meadow/")[2] + ask("/meadow/sitemap.xml")[2] + ask("/corner/list?page=1")[2]
    assert "/meadow/private/en-90" in links
    assert re.search(r"/corner/members/\w", links)
    assert all(ask(path_of(advert))[0] == 200 for advert in everything() if advert.private)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_and_ends_cleanly(number: int) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.boards", "--day", "2", "--port", "0"]
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        base = process.stdout.readline().strip()
        assert Asker(base)("/meadow/jobs/fr-14")[0] == 200
        os.kill(process.pid, number)
        assert process.wait(timeout=10) == 0
        assert process.stderr.read() == ""
