"""Sitemaps: whole ones are read, all else is refused with what it looks like."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from crawlers.sitemaps import MOST_PARTS, Entry, SitemapError, entries

WHOLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> https://quay.example/job/1 </loc><lastmod>2026-05-01T05:00:00+00:00</lastmod></url>
<url><loc>https://quay.example/job/2?a=1&amp;b=2</loc><lastmod>soon</lastmod></url>
<url><lastmod>2026-05-01</lastmod></url>
</urlset>
"""
READ = [
    Entry("https://quay.example/job/1", is_sitemap=False, changed_on=date(2026, 5, 1)),
    Entry("https://quay.example/job/2?a=1&b=2", is_sitemap=False),
]
INDEX = b"<sitemapindex><sitemap><loc>https://quay.example/s1.xml.gz</loc></sitemap></sitemapindex><!-- made by hand -->"


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (WHOLE, READ),
        (gzip.compress(WHOLE), READ),
        (WHOLE.replace(b"urlset", b"s:urlset").replace(b" xmlns=", b" xmlns:s="), READ),
        (INDEX, [Entry("https://quay.example/s1.xml.gz", is_sitemap=True)]),
        (b"<urlset/>", []),
        (b"<urlset></urlset>\n\n", []),
        (b"https://quay.example/job/1\r\nhttps://quay.example/job/2\n", [
            Entry("https://quay.example/job/1", is_sitemap=False), Entry("https://quay.example/job/2", is_sitemap=False),
        ]),
    ],
    ids=["plain", "gzip", "prefix", "index", "empty", "empty pair", "text"],
)  # fmt: skip
def test_whole_sitemaps(body: bytes, read: list[Entry]) -> None:
    assert list(entries(body)) == read


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html><body>Not found</body></html>",
        b"<!doctype html><title>Maintenance</title>",
        WHOLE[: len(WHOLE) // 2],
        WHOLE.rsplit(b"</urlset>", 1)[0],
        gzip.compress(WHOLE)[:-30],
        b"\x1f\x8b\x08 not gzip at all",
        b'{"jobs": []}',
        b"<rss></rss>",
        b"</urlset>",
    ],
    ids=["empty", "blank", "html", "doctype", "half", "no end", "gzip cut", "no gzip", "json", "rss", "end only"],
)
def test_what_is_no_whole_sitemap(body: bytes) -> None:
    with pytest.raises(SitemapError, match=r"no (whole )?sitemap"):
        list(entries(body))


def test_a_packed_bomb_is_refused() -> None:
    with pytest.raises(SitemapError, match="cannot be unpacked"):
        list(entries(gzip.compress(b"<urlset>" + b" " * 60_000_000)))


def test_entities_are_not_followed() -> None:
    body = b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://quay.example/&x;</loc></url></urlset>'
    assert all("quay.example" in entry.url and len(entry.url) < 40 for entry in entries(body))


def test_only_the_first_parts_of_an_entry_are_looked_at() -> None:
    strange = "<image/>" * MOST_PARTS
    body = f"<urlset><url><loc>https://a.example/1</loc>{strange}</url><url>{strange}<loc>https://a.example/2</loc></url></urlset>"
    assert [entry.url for entry in entries(body.encode())] == ["https://a.example/1"]
