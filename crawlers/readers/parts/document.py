"""A page opened once for all readers: its text, its form, its HTML tree, title and language. The last one is kept until forgotten."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, defs

from crawlers import decoding, urls
from crawlers.readers.parts import loose, words, xml
from crawlers.readers.parts.record import languages_of
from crawlers.readers.parts.text import fragment, one_line
from crawlers.reading import Page

MAX_TREE_CHARS = 4_000_000
"""Longest HTML parsed into a tree, in characters; what stands beyond is not read."""
MAX_ELEMENTS = 20_000
"""Elements looked at one by one; the search for cards and main text stops there."""

_LONG_ATTRIBUTE = re.compile(r"""(=\s{0,3}["'])data:[^"']{500,}""", re.I)
_SCRIPT = re.compile(r"<script\b([^<>]{0,2000})>(.*?)(?:</script\s*>|\Z)", re.S | re.I)
_XML_START = re.compile(r"\s*(?:<\?xml\b[^>]{0,500}>)?\s*(?:<!--.{0,5000}?-->\s*|<\?[^>]{0,500}\?>\s*)*<([\w:.-]{1,80})", re.S)
_HTML_TAGS = frozenset(defs.tags)
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "urlset", "sitemapindex", "jobs", "job", "channel", "source", "vacancies", "positions"})


class Document:
    """The text of a page and what can be told from it; parts are made when first asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.url = page.url
        self.memo: dict[str, Any] = {}
        """What readers found out once and may ask again."""

    @cached_property
    def text(self) -> str:
        """The whole body as text, NULs removed."""
        host = urls.host(self.page.url)
        decoded = decoding.decode(self.page.body, declared=self.page.charset, tld=host.rsplit(".", 1)[-1] if "." in host else "")
        return decoded.text.replace("\x00", "").lstrip("\ufeff")

    @cached_property
    def form(self) -> str:
        """``json``, ``xml``, ``html`` or ``text``, by the body itself; the declared type settles doubt alone."""
        head = self.text[:6000].lstrip()
        if head[:1] in {"{", "["} and not head.startswith(("[<", "[ <")) and _json_like(head):
            return "json"
        if head.startswith((")]}'", "while(1);", "for(;;);")) or re.match(r"(?:/\*\*/)?\s*[\w$.]{1,80}\(\s*[\[{]\s*[\"{\[]", head):
            return "json"
        root = _XML_START.match(xml.without_doctype(self.text)[:6000].lstrip())
        name = root.group(1) if root else ""
        local = name.rsplit(":", 1)[-1].lower()
        if local and local != "html" and (head.startswith("<?xml") or "xml" in self.page.content_type):
            return "xml"
        if local and local not in _HTML_TAGS and (local in _FEED_ROOTS or self.text.rstrip().endswith(f"</{name}>")):
            return "xml"
        return "html" if re.search(r"<(?:!doctype|[a-z][a-z0-9-]*[\s/>])", self.text[:200_000], re.I) else "text"

    @cached_property
    def data(self) -> Any:
        """The JSON data of the body, None where there is none."""
        return loose.load(self.text) if self.form == "json" else None

    @cached_property
    def tree(self) -> HtmlElement | None:
        """The HTML tree without comments, None where nothing parses."""
        source = _LONG_ATTRIBUTE.sub(r"\1", self.text)
        if len(source) > MAX_TREE_CHARS:
            source = _SCRIPT.sub(" ", source)[:MAX_TREE_CHARS]
        try:
            parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
            tree = etree.fromstring(source.encode("utf-8", "replace"), parser)
        except (etree.LxmlError, ValueError):
            tree = fragment(source[:MAX_TREE_CHARS])
        if tree is not None:
            _name_columns(tree)
        return tree

    @cached_property
    def scripts(self) -> list[tuple[str, str]]:
        """Attributes and content of the page's script elements, in order."""
        return [(found.group(1), found.group(2)) for found, _ in zip(_SCRIPT.finditer(self.text), range(400), strict=False)]

    @cached_property
    def title(self) -> str:
        """The page's title, one line."""
        tree = self.tree
        found = tree.find(".//title") if tree is not None else None
        return one_line(found.text_content() if found is not None else "", limit=400)

    @cached_property
    def metas(self) -> dict[str, str]:
        """Content of the meta elements by name or property, in lower case; the first of each."""
        found: dict[str, str] = {}
        tree = self.tree
        for element in [] if tree is None else tree.iter("meta"):
            name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()[:80]
            if name and len(found) < 200:
                found.setdefault(name, (element.get("content") or "")[:20_000])
        return found

    @cached_property
    def language(self) -> str:
        """The language the page declares, "" where it declares none."""
        tree = self.tree
        declared = ""
        if tree is not None:
            root = tree if tree.tag == "html" else tree.find(".//html")
            declared = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "") if root is not None else ""
        declared = declared or self.metas.get("og:locale", "") or self.metas.get("content-language", "")
        return next(iter(languages_of(declared[:20])), "")


@lru_cache(maxsize=1)
def opened(page: Page) -> Document:
    """The document of a page; opening the same page again costs nothing."""
    return Document(page)


def forget() -> None:
    """Lets the last document go, so that its memory is free."""
    opened.cache_clear()


_COLUMNS = {"title": "job-title", "employer": "company", "place": "location", "pay": "salary", "posted": "date", "until": "deadline"}


def _name_columns(tree: HtmlElement) -> None:
    """Gives the cells of a table of jobs the name of their column (``data-th``), as responsive tables do: rows then read like cards."""
    for table, _ in zip(tree.iter("table"), range(100), strict=False):
        rows = [row for row, _ in zip(table.iter("tr"), range(2_000), strict=False)]
        fields = [words.label(" ".join(cell.itertext())[:60]) for cell in rows[0]] if len(rows) > 1 else []
        if "title" not in fields or len(set(fields) - {""}) < 2:
            continue
        for row in rows[1:]:
            for field, cell in zip(fields, row, strict=False):
                if field in _COLUMNS and "data-th" not in cell.attrib and isinstance(cell.tag, str):
                    cell.set("data-th", _COLUMNS[field])


def _json_like(head: str) -> bool:
    """Whether the beginning is JSON and not a template or a script."""
    return bool(re.match(r"[\[{]\s*(?:[\"'{\[\]}]|-?\d|[\w$]+\s*:|//|/\*|true|false|null)", head))
