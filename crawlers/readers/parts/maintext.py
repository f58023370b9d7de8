"""The part of a page that is the advert: its title, the block around title and words, and its text without the site around it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from crawlers.readers.parts import elements, fields, words
from crawlers.readers.parts.document import MAX_ELEMENTS, Document
from crawlers.readers.parts.elements import HEADINGS, Shown
from crawlers.readers.parts.text import clean, element_text

MAX_FOR_TRAFILATURA = 12_000
"""Elements of a page up to which trafilatura is asked: its time grows faster than the page."""
MAX_CHARS_FOR_TRAFILATURA = 600_000
"""The same in characters of the whole page."""
MAX_TITLE = 200
_NOISE = frozenset({
    "related", "similar", "recommended", "recommendations", "breadcrumb", "breadcrumbs", "crumbtrail", "share", "sharing", "social",
    "cookie", "cookies", "consent", "newsletter", "subscribe", "login", "signin", "signup", "modal", "popup", "overlay", "tooltip",
    "comments", "comment", "advertisement", "adsbygoogle", "pagination", "pager", "toolbar", "skiplink",
})  # fmt: skip
_PRIVATE = frozenset(
    {"comments", "comment", "commentlist", "replies", "reply", "reviews", "applicants", "candidates", "disqus", "testimonials"}
)
"""Names of elements that are about other people: who commented, answered, applied. Their words are never read, however many they are."""
_PRIVATE_TYPE = re.compile(r"schema\.org/(?:Comment|UserComments|Review|Person)\b")
_SEGMENTS = re.compile(r"\s+[|–—·•»>:]\s+|\s+-\s+|\s*[|»›]\s*")
_COUNTER = re.compile(
    r"\b\d[\d.,]*\+?\s+(?:applicants?|views?|people clicked|vues|bewerber\w*|visitas|просмотр\w*|wyświetle\w*|lượt xem|人浏览)\b", re.I
)
_AGO = re.compile(
    r"\b(?:\d+|a|an)\+?\s+(?:second|minute|hour|day|week|month)s?\s+ago\b|^vor \d+ \w+$|^il y a \d|^hace \d|^há \d"
    r"|назад$|yang lalu$|trước$|前$|전$",
    re.I,
)
_SHELL_TITLE = re.compile(r"^(?:details? (?:da|de la|of the|der) \w+|job details?|vacancy details?|vacancy|job|jobs|careers?)$", re.I)


@dataclass(frozen=True, slots=True)
class Main:
    """What a page says of one thing: title and text."""

    title: str
    text: str
    """Without the title line."""
    element: HtmlElement | None
    """The block the text is from."""
    node: HtmlElement | None
    """The element of the title."""
    named: bool
    """Whether the title's element is called a job's title."""


def main_of(opened: Document, *, without: Collection[HtmlElement] = ()) -> Main | None:
    """Title and text of the page, parts of it left out; None where it shows no words."""
    body = _body(opened)
    if body is None:
        return None
    entries = list(elements.shown(body))
    private = frozenset(entry.element for entry in entries if _is_private(entry.element))
    noise, mass = _weighed(entries, frozenset(without) | private)
    node, title, named = _title(opened, entries, noise, mass)
    block = _block(body, node, mass)
    if block is None:
        return None
    text = _text(block, node, noise)
    # trafilatura knows comments, and does not know applicants
    better = _trafilatura(opened, text, len(entries)) if not private else ""
    if node is None and (told := fields.labelled(text.split("\n")).values.get("title", "")):
        title, named = told, True
    return Main(title=title, text=_without_title(better or text, title), element=block, node=node, named=named)


def _body(opened: Document) -> HtmlElement | None:
    tree = opened.tree
    if tree is None:
        return None
    return tree if tree.tag != "html" else tree.find("body")


@dataclass(slots=True)
class _Sums:
    """Characters and links under an element."""

    words: float = 0.0
    linked: float = 0.0
    links: int = 0
    heading: bool = False


def _weighed(entries: list[Shown], left_out: frozenset[HtmlElement]) -> tuple[frozenset[HtmlElement], dict[HtmlElement, float]]:
    """The elements that are the site's and not the advert's, and how many words each other element has, those of links counted little."""
    sums = _sums(entries)
    noise: set[HtmlElement] = set()
    mass: dict[HtmlElement, float] = {}
    inside: set[HtmlElement] = set()
    for entry in entries:
        element = entry.element
        if element in left_out or _is_noise(element, sums[element]):
            noise.add(element)
            inside.add(element)
        elif element.getparent() in inside:
            inside.add(element)
        else:
            mass[element] = (0.3 if element.tag in {"a", "button", "label"} else 1.0) * _own(element)
    for entry in reversed(entries):
        parent = entry.element.getparent()
        if entry.element in mass and parent in mass:
            mass[parent] += mass[entry.element]
    return frozenset(noise), mass


def _is_private(element: HtmlElement) -> bool:
    """Whether an element is about other people than the employer; never one that holds the page's heading."""
    named = bool(_PRIVATE.intersection(words.name_tokens_of(elements.names_of(element))))
    if not named and not _PRIVATE_TYPE.search((element.get("itemtype") or "")[:300]):
        return False
    return element.tag not in {"body", "main", "html"} and element.find(".//h1") is None


def _own(element: HtmlElement) -> int:
    return len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in islice(element, MAX_ELEMENTS))


def _sums(entries: list[Shown]) -> dict[HtmlElement, _Sums]:
    found = {entry.element: _Sums(words=_own(entry.element), heading=entry.element.tag == "h1") for entry in entries}
    for entry in reversed(entries):
        own = found[entry.element]
        if entry.element.tag == "a":
            own.linked, own.links = own.words, own.links + 1
        parent = found.get(entry.element.getparent())
        if parent is not None:
            parent.words += own.words
            parent.linked += own.linked
            parent.links += own.links
            parent.heading = parent.heading or own.heading
    return found


def _is_noise(element: HtmlElement, sums: _Sums) -> bool:
    """Furniture by its names, and blocks that are links and little else."""
    if sums.heading or element.tag in {"body", "main", "article", "form", "html"}:
        return False
    if sums.words < 1_200 and _NOISE.intersection(words.name_tokens_of(elements.names_of(element))):
        return True
    return element.tag in {"ul", "ol", "div", "aside", "section", "table"} and sums.links >= 4 and sums.linked >= 0.65 * sums.words


def _title(
    opened: Document, entries: list[Shown], noise: frozenset[HtmlElement], mass: dict[HtmlElement, float]
) -> tuple[HtmlElement | None, str, bool]:
    """The title: the heading or title-named element that best agrees with the page's title and sounds like a job."""
    page_title = " ".join(
        f"{opened.title} {opened.metas.get('og:title', '')[:300]} {opened.metas.get('twitter:title', '')[:300]}".lower().split()
    )
    best: tuple[float, HtmlElement | None, str, bool] = (0.0, None, "", False)
    for number, entry in enumerate(entries):
        element = entry.element
        if element in noise or element not in mass:
            continue
        roles = elements.roles_of(element)
        if element.tag not in HEADINGS and "title" not in roles:
            continue
        text = " ".join(element_text(element, limit=400).split())
        if (
            not 2 <= len(text) <= MAX_TITLE
            or words.is_ui(text)
            or words.label(text)
            or words.is_section(text)
            or not any(map(str.isalpha, text))
        ):
            continue
        named = words.job_tokens(words.name_tokens_of(elements.names_of(element))) and "title" in roles
        points = _title_points(text, element, roles, page_title, named=named) - min(1.0, number / 2_000)
        if points > best[0]:
            best = points, element, text, named
    if best[0] >= 1.5:
        return best[1], best[2], best[3]
    shown = _in_page_title(entries, mass, page_title)
    return (shown, " ".join(element_text(shown, limit=400).split()), False) if shown is not None else (None, page_title_of(opened), False)


def _in_page_title(entries: list[Shown], mass: dict[HtmlElement, float], page_title: str) -> HtmlElement | None:
    """The element whose words are the first part of the page's title that sounds like an occupation: a title in no heading."""
    best: tuple[tuple[int, int], HtmlElement | None] = ((-1_000, 0), None)
    for entry in entries[:3_000]:
        own = entry.element.text
        if entry.element not in mass or not own or not 4 <= len(own.strip()) <= MAX_TITLE:
            continue
        text = " ".join(element_text(entry.element, limit=400).split())
        rank = -page_title.find(text.lower()), len(text)
        if rank[0] <= 0 and rank > best[0] and words.occupations(text):
            best = rank, entry.element
    return best[1]


def _title_points(text: str, element: HtmlElement, roles: frozenset[str], page_title: str, *, named: bool) -> float:
    points = {"h1": 3.0, "h2": 1.5, "h3": 0.8}.get(str(element.tag), 0.3)
    points += 3.0 if named else 1.0 if "title" in roles else 0.0
    low = text.lower()
    points += 3.0 if len(low) >= 4 and low in page_title else 0.0
    occupied = words.occupations(text)
    points += 1.5 if occupied else 0.0
    if not occupied and words.job_text(text):
        points -= 2.5
    if words.bare(text) in words.entries_of("not_advert", "title") or words.bare(text) in words.entries("related"):
        points -= 4.0
    return points


def page_title_of(opened: Document) -> str:
    """The job's title out of the page's title: the part that sounds like an occupation, else the first part that is no site name."""
    for whole in (opened.title, opened.metas.get("og:title", "")):
        parts = [part.strip() for part in _SEGMENTS.split(" ".join(whole.split())[:300]) if part.strip()]
        site = words.bare(opened.metas.get("og:site_name", ""))
        usable = [part for part in parts if words.bare(part) != site and not _SHELL_TITLE.match(part)]
        likely = [part for part in usable if words.occupations(part)]
        if likely or usable:
            return (likely or usable)[0][:MAX_TITLE]
    return ""


def _block(body: HtmlElement, node: HtmlElement | None, mass: dict[HtmlElement, float]) -> HtmlElement | None:
    """The smallest block with most of the page's words, widened to hold the title too."""
    if mass.get(body, 0.0) <= 0:
        return None
    block = body
    while True:
        heaviest = max((child for child in block if child in mass), key=mass.__getitem__, default=None)
        if heaviest is None or mass[heaviest] < 0.7 * mass[block] or heaviest.tag in {"p", "li", "span", "td"}:
            break
        block = heaviest
    if node is None or node is block or node in set(block.iterdescendants()):
        return block
    around = set(node.iterancestors())
    return next((wider for wider in block.iterancestors() if wider in around), body)


def _text(block: HtmlElement, node: HtmlElement | None, noise: Collection[HtmlElement]) -> str:
    """The text of a block from its title on; what stands before it counts only inside the title's own surroundings."""
    whole = element_text(block, without=noise)
    if node is None:
        return whole
    title = element_text(node, limit=400).split("\n")[0]
    parent = node.getparent()
    start = element_text(parent, without=noise, limit=2_000).split("\n")[0] if parent is not None and parent is not block else title
    for first in (start, title):
        at = f"\n{whole}".find(f"\n{first}") if first else -1
        if at >= 0:
            return whole[at:]
    return whole


def _trafilatura(opened: Document, own: str, number: int) -> str:
    """trafilatura's text where it has the same advert with less around it, "" where our own is to be kept."""
    if number > MAX_FOR_TRAFILATURA or len(opened.text) > MAX_CHARS_FOR_TRAFILATURA or opened.tree is None or len(own) < 400:
        return ""
    import trafilatura  # takes a second to load, and most pages do not need it

    try:
        found = trafilatura.extract(
            etree.tostring(opened.tree, encoding="unicode", method="html"),
            include_tables=True,
            include_comments=False,
            favor_recall=True,
            deduplicate=False,
        )
    except (etree.LxmlError, ValueError, RecursionError, TypeError, AttributeError):
        return ""  # trafilatura walks hostile trees without guarding itself; our own text stands
    other = clean(_bars(found or ""), blank_lines=False)
    if not 0.45 * len(own) <= len(other) <= 0.9 * len(own):
        return ""
    flat = "".join(other.split())
    lines = [line for line in own.split("\n") if len(line) > 30 or ":" in line]
    if any("".join(line.split()) not in flat for line in own.split("\n") if fields.labelled([line]).count):
        return ""
    kept = sum(len(line) for line in lines if "".join(line.lstrip("- ").split())[:60] in flat)
    return other if kept >= 0.93 * sum(map(len, lines)) else ""


def _bars(text: str) -> str:
    """trafilatura's table rows as ours: a label and its value side by side."""
    return re.sub(r"(?m)^\|\s*|\s*\|\s*$", "", text).replace(": | ", ": ")


def _without_title(text: str, title: str) -> str:
    """The text without its title line and without what changes from day to day: ages, numbers of views and applicants, buttons."""
    first, _, rest = text.partition("\n")
    kept = rest if " ".join(first.split()).lower() == title.lower() else text
    return "\n".join(line for line in kept.split("\n") if not _passing(line))


def _passing(line: str) -> bool:
    bare = line.removeprefix("- ").strip()
    return len(bare) <= 60 and (bool(_COUNTER.search(bare)) or words.is_ui(bare) or (len(bare) <= 40 and bool(_AGO.search(bare))))
