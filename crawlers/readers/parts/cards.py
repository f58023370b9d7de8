"""Repeated cards on a page: titles that stand at like places, the part of the page that belongs to each, and whether they are jobs.

Nothing here knows a site. Titles are links, headings, or elements whose class says title; those at one path through the page form a group;
a card is the largest element around a title that holds no other title of its group.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawlers.readers.parts import elements, words
from crawlers.readers.parts.card import Card, is_job_card
from crawlers.readers.parts.cardscore import score
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.elements import HEADINGS, Shown
from crawlers.readers.parts.text import element_text
from crawlers.urls import absolute, canonical, path_words

MAX_TITLE = 200
MAX_CANDIDATES = 8_000
MAX_GROUPS = 60
MAX_CARDS = 2_000
_ENOUGH = 3.0
"""Score from which a group of titles counts as a list of jobs."""
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_ELSEWHERE = ("#", "javascript:", "mailto:", "tel:", "whatsapp:")


@dataclass(slots=True)
class Group:
    """Cards at like places."""

    cards: list[Card]
    score: float = 0.0
    related: bool = False
    """Whether they stand under a heading such as "Similar jobs"."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    title: str
    node: HtmlElement
    path: str
    kind: str


def find(opened: Document) -> list[Group]:
    """The groups of cards that are jobs, best first, none of them overlapping; found once for a document."""
    if "cards" not in opened.memo:
        opened.memo["cards"] = _find(opened)
    found: list[Group] = opened.memo["cards"]
    return found


def _find(opened: Document) -> list[Group]:
    tree = opened.tree
    if tree is None:
        return []
    body = tree if tree.tag != "html" else tree.find("body")
    if body is None:
        return []
    about = _page_about_jobs(opened)
    groups = []
    for candidates in _grouped(_candidates(body)):
        cards = _cards(candidates, body, opened.url)
        if len(cards) >= 2 or (cards and is_job_card(cards[0])):
            group = Group(cards=cards, related=_is_related(cards[0]))
            group.score = score(cards, about=about)
            groups.append(group)
    return _apart(groups)


def _page_about_jobs(opened: Document) -> float:
    """0..1: how far title, first heading and address of the page speak of jobs."""
    tree = opened.tree
    heading = next(tree.iter("h1"), None) if tree is not None else None
    said = f"{opened.title} {element_text(heading, limit=300) if heading is not None else ''}"
    return 0.6 * words.job_text(said) + 0.4 * words.job_tokens(path_words(opened.url))


def _candidates(body: HtmlElement) -> list[_Candidate]:
    found: list[_Candidate] = []
    covered: set[HtmlElement] = set()
    for entry in elements.shown(body):
        element = entry.element
        if element.getparent() in covered:
            covered.add(element)
            continue
        kind = _title_kind(entry)
        if not kind or len(found) >= MAX_CANDIDATES:
            continue
        title = _title_text(element, kind)
        if (
            title
            and len(title) <= MAX_TITLE
            and any(char.isalpha() for char in title)
            and not (words.is_ui(title) or words.is_section(title) or words.label(title))
        ):
            found.append(_Candidate(title, element, entry.path, kind))
            covered.add(element)
    return found


def _title_kind(entry: Shown) -> str:
    """How an element could be a title: heading, role, link or bold; "" where it could not."""
    element = entry.element
    if element.tag in HEADINGS:
        return "heading"
    roles = elements.roles_of(element)
    if "title" in roles and not _has_title_inside(element):
        return "role"
    if element.tag == "a" and element.get("href") and not (element.get("href") or "").startswith(_ELSEWHERE):
        return "" if _has_title_inside(element) else "link"
    if element.tag in {"strong", "b"} or (element.tag in {"span", "div", "p"} and _BOLD.search(element.get("style", "")[:300])):
        return "bold"
    return ""


def _has_title_inside(element: HtmlElement) -> bool:
    for inner, _ in zip(element.iterdescendants(), range(60), strict=False):
        if isinstance(inner.tag, str) and (inner.tag in HEADINGS or "title" in elements.roles_of(inner)):
            return True
    return False


def _title_text(element: HtmlElement, kind: str) -> str:
    """The words of a title: of its one link where that holds most of them, of its first line where it holds a whole card."""
    whole = element_text(element, limit=2_000)
    links = element.findall(".//a") if kind in {"heading", "role"} else []
    if len(links) == 1:
        linked = element_text(links[0], limit=1_000)
        if len(linked) >= 0.5 * len(whole):
            whole = linked
    first, _, rest = whole.partition("\n")
    return first if rest and kind in {"link", "role"} else " ".join(whole.split())


def _grouped(candidates: Iterable[_Candidate]) -> list[list[_Candidate]]:
    """Candidates of one kind at one path, the largest groups first; class names tell apart what shares a path."""
    groups: dict[tuple[str, str, str], list[_Candidate]] = {}
    for candidate in candidates:
        groups.setdefault((candidate.kind, candidate.path, elements.first_name(candidate.node)), []).append(candidate)
    return sorted(groups.values(), key=len, reverse=True)[:MAX_GROUPS]


def _cards(candidates: list[_Candidate], body: HtmlElement, base: str) -> list[Card]:
    """The cards around titles. All of a group climb equally far, as far as most of them can."""
    limited = candidates[:MAX_CARDS]
    held: Counter[HtmlElement] = Counter()
    chains = [_ancestors(candidate.node, body) for candidate in limited]
    for chain in chains:
        held.update(chain)
    heights = [next((height for height, element in enumerate(chain) if held[element] > 1), len(chain)) for chain in chains]
    common = Counter(heights).most_common(1)[0][0]
    cards = []
    for candidate, chain, height in zip(limited, chains, heights, strict=True):
        root = chain[max(0, min(height, common) - 1)] if len(limited) > 1 else _card_root(chain)
        roots = [root]
        if len(limited) > 1 and _bare(root, candidate.title):
            roots = _run(root, held, candidates=limited)
        cards.append(Card(candidate.title, candidate.node, roots, _url(candidate.node, roots, base)))
    return cards


def _ancestors(node: HtmlElement, body: HtmlElement) -> list[HtmlElement]:
    """The element and those around it, the body left out."""
    chain = [node]
    current = node.getparent()
    while current is not None and current is not body and len(chain) < 200:
        chain.append(current)
        current = current.getparent()
    return chain


def _card_root(chain: list[HtmlElement]) -> HtmlElement:
    """Of a title alone: the nearest element around it that is called a card."""
    return next((element for element in chain[1:8] if "card" in elements.roles_of(element)), chain[min(len(chain) - 1, 2)])


def _bare(root: HtmlElement, title: str) -> bool:
    """Whether an element holds hardly more than the title."""
    return len(element_text(root, limit=1_000)) <= len(title) + 3


def _run(root: HtmlElement, held: Counter[HtmlElement], *, candidates: list[_Candidate]) -> list[HtmlElement]:
    """The element and its following neighbours up to the next title: cards that no element encloses."""
    run = [root]
    for following in root.itersiblings():
        if not isinstance(following.tag, str) or following in held or len(run) >= 12 or following.tag in {"h1", "h2"}:
            break
        run.append(following)
    return run


def _url(node: HtmlElement, roots: list[HtmlElement], base: str) -> str:
    """Where the card leads: the title's own link, the one around it, else the first link of the card that leads on."""
    own = [node, *node.iterdescendants("a"), *(around for around in node.iterancestors("a"))]
    others = [link for root in roots for link in ([root] if root.tag == "a" else []) + list(root.iterdescendants("a"))]
    for element in own + others[:40]:
        href = element.get("href") if element.tag == "a" else None
        if href and not href.strip().startswith(_ELSEWHERE) and (found := canonical(href, base=base, keep_fragment=True)):
            return found
    data = next((value for root in roots for name in ("data-href", "data-url", "data-link") if (value := root.get(name))), "")
    return canonical(data, base=base, keep_fragment=True) if absolute(data, base=base) else ""


def _is_related(card: Card) -> bool:
    """Whether the heading above a group says that these are other adverts than the page's own."""
    current = card.roots[0]
    for _ in range(6):
        for before, _ in zip(current.itersiblings(preceding=True), range(3), strict=False):
            if isinstance(before.tag, str) and words.bare(element_text(before, limit=200)[:80]) in words.entries("related"):
                return True
        parent = current.getparent()
        if parent is None or parent.tag in {"body", "html"}:
            return False
        names = " ".join(words.name_tokens(elements.names_of(parent)))
        if parent.tag == "aside" or re.search(r"\b(?:similar|related|recommend\w*|also viewed)\b", names):
            return True
        current = parent
    return False


def _apart(groups: list[Group]) -> list[Group]:
    """The best group, and further ones of like score that share no part of the page with it."""
    ranked = sorted((group for group in groups if group.score >= _ENOUGH), key=_weight, reverse=True)
    chosen: list[Group] = []
    taken: set[HtmlElement] = set()
    for group in ranked[:20]:
        if chosen and (group.score < 0.65 * chosen[0].score or len(chosen) >= 8):
            continue
        free = [card for card in group.cards if not _overlaps(card, taken)]
        if len(free) < max(1, 0.7 * len(group.cards)):
            continue
        group.cards = free
        for card in free:
            for root in card.roots:
                taken.update(root.iter())
                taken.update(list(root.iterancestors())[:1] if len(card.roots) > 1 else [])
        chosen.append(group)
    return chosen


def _overlaps(card: Card, taken: set[HtmlElement]) -> bool:
    return any(element in taken for root in card.roots for element in root.iter())


def _weight(group: Group) -> float:
    return group.score * math.log2(1.5 + len(group.cards))
