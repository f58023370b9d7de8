"""Pages of posts without titles: previews of public channels, groups and notice boards. Each post that hires is one advert.

Comments are never read, and nothing is kept of who posted.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawlers.readers.parts import document, elements, fields, record, words
from crawlers.readers.parts.dates import read_date
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.text import element_text
from crawlers.reading import Draft, Page, Reading
from crawlers.urls import canonical

NAME = "posts"
VERSION = "1"

MAX_POSTS = 500
_LEAST = 60
"""Characters below which a post says too little to be an advert."""
_ENOUGH = 3.0
_NAMES = frozenset({"message", "post", "status", "tweet", "update", "entry", "bulletin", "notice"})
_WORDS = frozenset({"text", "content", "body", "message", "post"})
_COMMENTS = frozenset({"comment", "comments", "reply", "replies", "answer", "review", "reviews"})
_LINK_ONLY = re.compile(r"^[\W\d_]*(?:https?://\S+|@\w+|#\w+)?[\W\d_]*$")


def recognises(page: Page) -> float:
    """0.3 for HTML whose class names speak of messages or posts."""
    opened = document.opened(page)
    return 0.3 if opened.form == "html" and re.search(r"message|post|status|tweet|bulletin", opened.text[:2_000_000]) else 0.0


def read(page: Page) -> Reading:
    """The posts of a page that hire, each one advert; the page of earlier posts as the next page."""
    opened = document.opened(page)
    blocks = _blocks(opened)
    adverts = [advert for block in blocks if (advert := _advert(block, opened))]
    reason = "" if adverts else "none of the page's posts hires" if blocks else "the page has no posts"
    return Reading(adverts=tuple(adverts), next_pages=_earlier(opened) if adverts else (), reader=NAME, version=VERSION, reason=reason)


def _blocks(opened: Document) -> list[HtmlElement]:
    """The elements that hold the words of one post each: at least two at one place of the page."""
    tree = opened.tree
    groups: dict[tuple[str, str], list[HtmlElement]] = {}
    for entry in elements.shown(tree) if tree is not None else ():
        tokens = set(words.name_tokens_of(entry.element.get("class") or ""))
        if tokens & _NAMES and tokens & _WORDS and not _commented(entry.element):
            groups.setdefault((entry.path, elements.first_name(entry.element)), []).append(entry.element)
    fit = [found for found in groups.values() if len(found) > 1 and sum(_long(block) for block in found) >= 0.5 * len(found)]
    return max(fit, key=len, default=[])[:MAX_POSTS]


def _commented(element: HtmlElement) -> bool:
    around = [element, *list(element.iterancestors())[:6]]
    return any(_COMMENTS.intersection(words.name_tokens_of(parent.get("class") or "")) for parent in around)


def _long(block: HtmlElement) -> bool:
    return len(element_text(block, limit=400)) >= _LEAST


def _advert(block: HtmlElement, opened: Document) -> Draft | None:
    text = element_text(block)
    lines = [line for line in text.split("\n") if not _LINK_ONLY.match(line)]
    if len(text) < _LEAST or not lines or not hires(text):
        return None
    around = next((parent for parent in block.iterancestors() if _address(parent, opened.url)), None)
    url = _address(around, opened.url) if around is not None else ""
    stamp = next((time.get("datetime") for time in (around if around is not None else block).iter("time") if time.get("datetime")), None)
    advert = Draft(
        url=url,
        title=_title(lines[0]),
        text=text,
        posted_on=read_date(stamp),
        languages=record.languages_of(opened.language),
    )
    return record.filled(advert, language=opened.language)


def hires(text: str) -> bool:
    """Whether a post offers work: phrases of hiring, an occupation, labels, words of adverts; talk about work does not count."""
    points = min(2.0, words.hiring(text)) + (1.0 if words.occupations(text[:300]) else 0.0)
    points += min(2.0, 0.7 * fields.labelled(text.split("\n")).count) + min(1.5, 0.3 * words.count("advert_words", text))
    points -= 0.8 * max(0, words.count("discourse", text) - 1) + (2.0 if words.count("seeker", text) else 0.0)
    return points >= _ENOUGH


def _title(line: str) -> str:
    """The first line, or its first sentence where it is long."""
    if len(line) <= 160:
        return line
    first = re.split(r"(?<=[.!?。！？])\s", line, maxsplit=1)[0]
    return first if len(first) <= 200 else line[:160].rsplit(" ", 1)[0]


def _address(parent: HtmlElement, base: str) -> str:
    """The permanent link of a post: the link around its time, or one that its element names."""
    for stamp in parent.iter("time"):
        link = next((link for link in stamp.iterancestors("a")), None)
        if link is not None and (found := canonical(link.get("href") or "", base=base)):
            return found
    named = next((link for link in parent.iter("a") if "permalink" in (link.get("class") or "") or link.get("rel") == "bookmark"), None)
    return canonical(named.get("href") or "", base=base) if named is not None else ""


def _earlier(opened: Document) -> tuple[str, ...]:
    """The page of earlier posts, as channel previews link it."""
    tree = opened.tree
    links = tree.xpath("//link[@rel='prev']/@href | //a[contains(@class, 'messages_more')]/@href") if tree is not None else []
    return tuple(found for link in links[:1] if (found := canonical(str(link), base=opened.url)))
