"""The choice of readers, limits, and that nothing makes reading fail."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.reading import MAX_BODY, Draft, Page, Reading, UnknownKind, kinds, read
from tests.crawlers.readers.adverts import ADVERTS
from tests.crawlers.readers.listings import LISTINGS
from tests.crawlers.readers.others import OTHERS
from tests.crawlers.readers.test_feed import BOARD, HR_XML, RSS
from tests.crawlers.readers.test_state import PAGES

KINDS = ("advert", "ats", "feed", "jobposting", "listing", "posts", "sitemap", "state")
SEEDS = [
    *(entry.html for entry in (*ADVERTS, *OTHERS, *LISTINGS)),
    RSS,
    BOARD,
    HR_XML,
    *PAGES.values(),
    '{"jobs": [{"title": "Cook", "company": "Acme"}]}',
]


def check(found: Reading) -> None:
    """What every reading keeps to."""
    assert found.adverts or found.reason
    identities = [advert.source_id or advert.url for advert in found.adverts]
    assert len(identities) == len(set(identities))
    for advert in found.adverts:
        assert advert.title
        assert advert.text.split("\n")[0] == advert.title
        assert len(advert.text) <= 100_000
        assert "\x00" not in advert.text + advert.title + advert.employer + advert.place
        assert "".join([advert.text, advert.title, advert.employer, advert.place, *advert.raw.values()]).encode("utf-8")
    assert all(link.startswith(("http://", "https://")) for link in (*found.links, *found.next_pages))


def test_the_readers_are_found_by_scanning_their_folder() -> None:
    assert set(KINDS) <= set(kinds())
    assert list(kinds()) == sorted(kinds())
    for reader in kinds().values():
        assert reader.VERSION
        assert reader.__doc__


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UnknownKind, match=r"'telepathy'.*advert, ats, feed"):
        read(Page(b"x", "https://board.example/"), kind="telepathy")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n\x00", "empty"),
        (b"x" * (MAX_BODY + 1), "more than"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), ""),
        (b"%PDF-1.7", ""),
    ],
)
def test_bodies_that_are_not_read(body: bytes, words: str) -> None:
    found = read(Page(body, "https://board.example/"))
    assert found.adverts == ()
    assert words in found.reason
    assert found.reason


@pytest.mark.parametrize("kind", KINDS)
def test_each_reader_alone_survives_each_page(kind: str) -> None:
    for seed in SEEDS:
        check(read(Page(seed.encode(), "https://board.example/jobs"), kind=kind))


def test_readers_recognise_their_kind_without_fault() -> None:
    for seed in SEEDS:
        page = Page(seed.encode(), "https://board.example/jobs")
        assert all(0 <= reader.recognises(page) <= 1 for reader in kinds().values())


def test_the_same_page_reads_the_same() -> None:
    page = Page(LISTINGS[0].html.encode(), LISTINGS[0].url)
    assert read(page) == read(page)


def test_no_reader_knows_a_site_by_name() -> None:
    """Sites are data (sources/*.yml); only products and standards may stand in the readers."""
    from pathlib import Path

    import crawlers.readers

    known = {
        "schema.org",
        "w3.org",
        "purl.org",
        "sitemaps.org",
        "hr-xml.org",
        "bamboohr.com",
        "personio.com",
        "workable.com",
        "myworkdayjobs.com",
    }
    folder = Path(crawlers.readers.__path__[0])
    for path in folder.rglob("*.py"):
        words = {word.strip("\"'`().,;:") for word in path.read_text(encoding="utf-8").replace("/", " ").replace("\\", "").split()}
        named = {word.lower() for word in words if word.lower().endswith((".com", ".org", ".net", ".ro", ".de", ".co.uk"))}
        assert {name for name in named if not any(name.endswith(one) for one in known)} == set(), path


MUTATIONS = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["cut", "drop", "repeat", "byte", "nest", "quote"])),
    min_size=1,
    max_size=4,
)


def mutated(body: bytes, steps: list[tuple[int, int, str]]) -> bytes:
    """The body after some damage."""
    for first, second, what in steps:
        at = first % (len(body) + 1)
        to = at + second % 4000
        body = {
            "cut": body[:at],
            "drop": body[:at] + body[to:],
            "repeat": body[:at] + body[at:to] * (1 + first % 20) + body[to:],
            "byte": body[:at] + bytes([second % 256]) * (1 + first % 5) + body[at + 1 :],
            "nest": body[:at] + (b"<div>", b"<ul><li>", b"[", b'{"a":', b"<b")[first % 5] * (second % 3000) + body[at:],
            "quote": body.replace((b'"', b">", b"}", b"<")[first % 4], (b"", b"\\", b"<!--", b"\x00")[second % 4], 1 + second % 30),
        }[what]
    return body


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SEEDS), MUTATIONS, st.sampled_from(["auto", *KINDS]), st.sampled_from(["", "utf-16", "cp1251", "nonsense"]))
def test_damaged_pages_never_fail(seed: str, steps: list[tuple[int, int, str]], kind: str, charset: str) -> None:
    check(read(Page(mutated(seed.encode(), steps), "https://board.example/jobs", charset=charset), kind=kind))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(["auto", *KINDS]))
def test_any_bytes_never_fail(body: bytes, kind: str) -> None:
    check(read(Page(body, "https://board.example/"), kind=kind))


LARGE = {
    "links": b"<html><body>" + b"".join(b"<a href=/%d>%d driver</a>" % (n, n) for n in range(60_000)),
    "cards": b"<html><body>"
    + b"".join(b"<li class=job><a href=/job/%d>Driver %d</a><span class=company>Acme %d</span></li>" % (n, n, n) for n in range(20_000)),
    "deep": b"<div>" * 200_000,
    "deep list": b"<ul><li>" * 100_000 + b"Cook",
    "brackets": b"[" * 500_000,
    "objects": b'{"jobs":' * 200_000,
    "open scripts": b"<html>" + b"<script" * 300_000,
    "open comments": b"<html>" + b"<!--" * 500_000,
    "document types": b"<!DOCTYPE [" * 200_000,
    "items": b"<rss><channel><title>jobs</title>" + b"".join(b"<item><title>Cook %d</title></item>" % n for n in range(40_000)),
    "ampersands": b"<rss><channel><item><title>Cook</title><description>" + b"&nbsp;&x;&" * 200_000,
    "assignments": b"<html><script>" + b"a={" * 300_000 + b"job</script>",
    "labels": b"<html><h1>Cook</h1>" + b"<p>Salary: 5 EUR</p>" * 40_000,
    "one line": b"<html><h1>Cook</h1><p>" + b"Salary: 5 EUR " * 200_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_large_and_nasty_pages_take_bounded_time(name: str) -> None:
    started = time.process_time()
    check(read(Page(LARGE[name], "https://board.example/jobs")))
    assert time.process_time() - started < 5


def test_random_noise_between_tags() -> None:
    chance = random.Random(7)
    for seed in SEEDS[:20]:
        body = bytearray(seed.encode())
        for _ in range(40):
            body[chance.randrange(len(body))] = chance.randrange(256)
        check(read(Page(bytes(body), "https://board.example/jobs")))


def test_a_draft_is_immutable() -> None:
    draft = Draft(url="https://board.example/1", title="Cook", text="Cook")
    with pytest.raises(AttributeError):
        draft.title = "Chef"  # type: ignore[misc]
