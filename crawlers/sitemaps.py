"""Reading sitemaps and sitemap indexes (sitemaps.org protocol), plain or gzipped."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from lxml import etree
from scrapy.utils.gz import gunzip

from adverts.records import FairwatchError
from crawlers.manners import MAX_SITEMAP

MOST_PARTS = 100
"""Parts of one entry that are looked at; address and date stand among the first."""
_KINDS, _ENTRIES = frozenset({"urlset", "sitemapindex"}), frozenset({"url", "sitemap"})
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
    """The entries in order. A strange element costs no more than its length."""
    # no tree is built: Scrapy's reader, and any that walks through elements, takes seconds for a hostile entry of 2 MB
    target = _Entries()
    parser = etree.XMLParser(target=target, recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    etree.parse(BytesIO(body), parser)
    if not target.kind:
        raise SitemapError("is no sitemap: it is empty")
    if target.kind not in _KINDS:
        raise SitemapError(f"is no sitemap: its first element is <{target.kind[:40]}>")
    for said in target.found:
        yield Entry(url=said["loc"], is_sitemap=target.kind == "sitemapindex", changed_on=_day(said.get("lastmod", "")))


class _Entries:
    """What the parser tells: keeps the direct parts of each entry, the first ``MOST_PARTS`` of them."""

    def __init__(self) -> None:
        self.kind = ""
        self.found: list[dict[str, str]] = []
        self._said: dict[str, str] | None = None
        self._depth = self._parts = 0
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: object) -> None:
        """An element begins."""
        name = _local(tag)
        if not self.kind:
            self.kind = name
        elif self._said is None:
            if name in _ENTRIES:
                self._said, self._depth, self._parts = {}, 0, 0
        else:
            self._depth += 1
            if self._depth == 1:
                self._parts += 1
                self._text = [] if self._parts <= MOST_PARTS else None

    def data(self, text: str) -> None:
        """Some text."""
        if self._text is not None and self._depth == 1:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._said is None:
            return
        if self._depth == 0:
            if self._said.get("loc"):
                self.found.append(self._said)
            self._said = None
            return
        if self._depth == 1 and self._text is not None:
            self._said[_local(tag)] = "".join(self._text).strip()
            self._text = None
        self._depth -= 1

    def close(self) -> None:
        """The document ends."""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


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
