# ruff: noqa: E501 - feeds are data
"""Sitemaps and sitemap indexes."""

from __future__ import annotations

from datetime import date

import pytest

from crawlers.readers import sitemap
from crawlers.reading import Page, read

SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://board.example/jobs/1?utm_source=x</loc>
<lastmod>2026-11-03T10:00:00+00:00</lastmod></url><url><loc> /jobs/2 </loc></url><url><loc>mailto:a@b.example</loc></url><url><priority>1</priority></url></urlset>"""
INDEX = (
    b"""<sitemapindex><sitemap><loc>https://board.example/sitemap-jobs.xml</loc><lastmod>2026-11-01</lastmod></sitemap></sitemapindex>"""
)


def test_addresses_become_links_and_days_are_kept() -> None:
    page = Page(SITEMAP, "https://board.example/sitemap.xml")
    found = read(page)
    assert (found.reader, found.adverts) == ("sitemap", ())
    assert found.links == ("https://board.example/jobs/1", "https://board.example/jobs/2")
    assert [(entry.url, entry.changed) for entry in sitemap.entries(page)] == [
        ("https://board.example/jobs/1", date(2026, 11, 3)),
        ("https://board.example/jobs/2", None),
    ]


def test_an_index_gives_further_sitemaps() -> None:
    found = read(Page(INDEX, "https://board.example/sitemap.xml"))
    assert (found.links, found.next_pages) == ((), ("https://board.example/sitemap-jobs.xml",))


@pytest.mark.parametrize("body", [b"<urlset></urlset>", b"<urlset><url></url></urlset>", b"<urlset"])
def test_a_sitemap_without_addresses_says_so(body: bytes) -> None:
    found = read(Page(body, "https://board.example/sitemap.xml"), kind="sitemap")
    assert (found.links, found.adverts) == ((), ())
    assert found.reason
