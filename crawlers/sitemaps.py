"""Reading sitemaps and sitemap indexes (sitemaps.org protocol), plain or gzipped."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import islice

from lxml import etree
from scrapy.utils.gz import gunzip

from adverts.records import FairwatchError
from crawlers.manners import MAX_SITEMAP

MOST_PARTS = 100
"""Parts of one entry that are looked at; address and date stand among the first."""
_PLAIN = re.compile(rb"\s*https?://\S+\s*(\n|$)")
_END = re.compile(rb"(</\s*([\w.-]+:)?(urlset|sitemapindex)\s*>|<([\w.-]+:)?(urlset|sitemapindex)\b[^<>]*/>)\s*(<!--.*?-->\s*)*$", re.S)


class SitemapError(FairwatchError):
    """What was fetched is no sitemap; the message says what it looks like."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a sitemap."""

    url: str
    is_sitemap: bool
    """Whether it leads to a further sitemap."""
    changed_on: date | None = None


def entries(body: bytes) -> Iterator[Entry]:
    """The entries of a sitemap in order. Raises ``SitemapError`` where the body is none, or ends in the middle."""
    if body[:3] == b"\x1f\x8b\x08":
        body = _unpacked(body)
    if _PLAIN.match(body):
        yield from (Entry(url=line.strip(), is_sitemap=False) for line in body.decode("utf-8", "replace").splitlines() if line.strip())
        return
    if not _END.search(body[-1000:]):
        raise SitemapError(f"is no whole sitemap: it ends with {body.rstrip()[-40:]!r}")
    try:
        yield from _read(body)
    except etree.XMLSyntaxError as error:
        raise SitemapError(f"is no sitemap: {error or 'it is empty'}") from error


def _read(body: bytes) -> Iterator[Entry]:
    """The entries as they come: a sitemap may have 50,000, and what is read is let go. A strange element costs no more than its length."""
    # Scrapy's reader looks at a whole entry for each part of it: a hostile one of 2 MB would hold up the crawl for seconds
    events = etree.iterparse(
        BytesIO(body), events=("start", "end"), recover=True, remove_comments=True, remove_pis=True, resolve_entities=False,
        no_network=True, load_dtd=False, huge_tree=False,
    )  # fmt: skip
    kind = ""
    for event, element in events:
        name = _local(element)
        if not kind:
            kind = name
            if kind not in {"urlset", "sitemapindex"}:
                raise SitemapError(f"is no sitemap: its first element is <{kind[:40]}>")
        elif event == "end" and name in {"url", "sitemap"}:
            said = {_local(child): (child.text or "").strip() for child in islice(element, MOST_PARTS)}
            if said.get("loc"):
                yield Entry(url=said["loc"], is_sitemap=kind == "sitemapindex", changed_on=_day(said.get("lastmod", "")))
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    if not kind:
        raise SitemapError("is no sitemap: it is empty")


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _unpacked(body: bytes) -> bytes:
    try:
        return gunzip(body, max_size=MAX_SITEMAP)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise SitemapError(f"is no sitemap: it is packed and cannot be unpacked ({error})") from error


def _day(value: str) -> date | None:
    found = re.match(r"\d{4}-\d{2}-\d{2}", value)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
