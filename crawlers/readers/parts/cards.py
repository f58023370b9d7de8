"""Repeated cards on a page: titles that stand at like places, the part of the page that belongs to each, and whether they are jobs.

Nothing here knows a site. Titles are links, headings, or elements whose class says title; those at one path through the page form a group;
a card is the largest element around a title that holds no other title of its group.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawlers import pay as money
from crawlers.readers.parts import elements, places, words
from crawlers.readers.parts.dates import is_date
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.elements import HEADINGS, Piece, Shown
from crawlers.readers.parts.text import element_text
from crawlers.urls import absolute, canonical, path_words

MAX_TITLE = 200
MAX_CANDIDATES = 8_000
MAX_GROUPS = 60
MAX_CARDS = 2_000
_SAMPLE = 24
_ENOUGH = 3.0
"""Score from which a group of titles counts as a list of jobs."""
_CATEGORY = re.compile(r"\(\s?[\d.,]+\s?\)\s*$|^\s*[\d.,]+\+?\s+\w+\s*$|^(?:all|alle|todos|tous|tutti)\b", re.I)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_CART = re.compile(r"add to (?:cart|basket|bag)|in stock|out of stock|buy now|in den warenkorb|ajouter au panier|añadir al carrito|в корзину", re.I)
_ELSEWHERE = ("#", "javascript:", "mailto:", "tel:", "whatsapp:")


@dataclass(slots=True)
class Card:
    """One title with the part of the page that belongs to it."""

    title: str
    node: HtmlElement
    """The element of the title."""
    roots: list[HtmlElement]
    """The elements of the card: one, or several neighbours."""
    url: str = ""
    """Canonical address of the detail page, fragment kept; "" where the card has none."""
    pieces: list[Piece] = field(default_factory=list)


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
        if len(cards) >= 2 or (cards and _is_job_card(cards[0])):
            group = Group(cards=cards, related=_is_related(cards[0]))
            group.score = _score(group, about=about)
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
        if title and len(title) <= MAX_TITLE and any(char.isalpha() for char in title) and not (words.is_ui(title) or words.is_section(title) or words.label(title)):
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


def _is_job_card(card: Card) -> bool:
    """Whether one card alone is surely a job: its element is called so, and it leads somewhere."""
    names = [token for root in card.roots for token in words.name_tokens(elements.names_of(root))]
    return bool(card.url) and words.job_tokens(names) and words.occupations(card.title) > 0


def card_pieces(card: Card) -> list[Piece]:
    """The pieces of text of a card without its title, read once."""
    if not card.pieces:
        inside = set(card.node.iter())
        found = [piece for root in card.roots for piece in elements.pieces(root)]
        card.pieces = [piece for piece in found if piece.element not in inside or piece.text not in card.title]
    return card.pieces


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


def _score(group: Group, *, about: float) -> float:
    """How surely a group is a list of jobs: its titles, its cards, its addresses and the page around it."""
    cards = group.cards[:: max(1, len(group.cards) // _SAMPLE)][:_SAMPLE]
    number = len(cards)
    titles = [card.title for card in cards]
    occupied = sum(words.occupations(title) > 0 for title in titles) / number
    jobs = 2.5 * occupied + about + 1.5 * _share(cards, _has_job_address) + 1.5 * _share(cards, _is_called_job)
    jobs += _share(cards, _has_employment_type) + 0.5 * _share(cards, _has_apply)
    form = _title_points(group.cards, cards, occupied) + _card_points(cards)
    if jobs < 1.4 or _share(cards, _sells) > 0.3:
        return 0.0
    if occupied < 0.2 and len(group.cards) < 4 and jobs < 2.5:
        return 0.0
    if occupied < 0.3 and _share(cards, _leads_on) < 0.5:  # headings of sections and steps have neither occupations nor links
        return 0.0
    return jobs + form


def _share(cards: list[Card], holds: object) -> float:
    assert callable(holds)  # noqa: S101 - a plain function of this module
    return sum(bool(holds(card)) for card in cards) / len(cards)


def _has_job_address(card: Card) -> bool:
    return words.job_tokens(path_words(card.url))


def _is_called_job(card: Card) -> bool:
    chain = [*card.roots[:1], *list(card.roots[0].iterancestors())[:1], *list(card.node.iterancestors())[:3], card.node]
    return any(words.job_tokens(words.name_tokens(name)) for element in chain for name in elements.names_of(element).split()[:8])


def _leads_on(card: Card) -> bool:
    return bool(card.url)


def _has_employment_type(card: Card) -> bool:
    return any(words.employment_type(piece.text) for piece in card_pieces(card))


def _has_apply(card: Card) -> bool:
    return any(words.is_apply(piece.text) for piece in card_pieces(card))


def _sells(card: Card) -> bool:
    return any(_CART.search(piece.text) for piece in card_pieces(card))


def _title_points(whole: list[Card], cards: list[Card], occupied: float) -> float:
    """Points for titles that look like titles: their role or tag, their own words, and not those of a field or a category."""
    titles = [card.title for card in cards]
    points = 2.0 * _share(cards, _title_role) + 1.0 * _share(cards, _in_heading) + 0.5 * _share(cards, _is_link)
    points -= 3.0 * _share(cards, _field_title)
    odd = sum(is_date(title) or places.place_like(title) and not words.occupations(title) or money.find_pay(title) is not None or words.employment_type(title) or bool(words.label(title)) for title in titles)
    points -= 3.0 * odd / len(cards)
    points -= 3.0 * sum(bool(_CATEGORY.search(title)) or (words.job_text(title) and words.occupations(title) == 0) for title in titles) / len(cards)
    points -= 3.0 * sum(words.bare(title) in words.entries_of("not_advert", "title") for title in titles) / len(cards)
    points -= 1.5 if len({card.title for card in whole}) < 0.5 * len(whole) and len(whole) > 3 else 0.0
    lengths = sum(len(title.split()) for title in titles) / len(cards)
    points -= 1.0 if lengths < 1.3 and occupied < 0.3 else 0.0
    return points - (1.5 if sum(map(len, titles)) / len(cards) > 110 else 0.0)


def _title_role(card: Card) -> bool:
    near = [card.node, *list(card.node.iterancestors())[:2], *list(card.node.iterdescendants())[:3]]
    return any("title" in elements.roles_of(element) for element in near if isinstance(element.tag, str))


def _in_heading(card: Card) -> bool:
    return card.node.tag in HEADINGS or any(around.tag in HEADINGS for around in list(card.node.iterancestors())[:3])


def _is_link(card: Card) -> bool:
    return card.node.tag == "a" or card.node.find(".//a") is not None or any(around.tag == "a" for around in list(card.node.iterancestors())[:3])


def _field_title(card: Card) -> bool:
    roles = elements.field_roles(card.node, levels=2)
    return bool(roles & {"employer", "place", "pay", "date"}) and "title" not in roles


def _card_points(cards: list[Card]) -> float:
    """Points for cards that say more than a title, and name employer, place, pay or date."""
    told = sum(min(3, len([piece for piece in card_pieces(card) if not words.is_ui(piece.text)])) for card in cards) / len(cards)
    points = 0.4 * told - (1.0 if told < 0.5 else 0.0)
    for role, worth in (("employer", 1.0), ("place", 1.0), ("pay", 0.5), ("date", 0.3)):
        points += worth * sum(any(role in piece.roles for piece in card_pieces(card)) for card in cards) / len(cards)
    points += 0.7 * sum(any(places.place_like(piece.text) for piece in card_pieces(card)[:12]) for card in cards) / len(cards)
    points += 0.5 * sum(any(money.find_pay(piece.text) for piece in card_pieces(card)[:12]) for card in cards) / len(cards)
    points += 0.7 * sum(any(words.label(piece.text.split(":")[0]) for piece in card_pieces(card)[:12] if ":" in piece.text) for card in cards) / len(cards)
    return points - 2.0 * sum(_is_other_thing(card) for card in cards) / len(cards)


def _is_other_thing(card: Card) -> bool:
    """Whether the card's element is called a product, an article, a comment or a person."""
    tokens = {token for root in card.roots for name in elements.names_of(root).split()[:6] for token in words.name_tokens(name)}
    return bool(tokens & words.entries_of("roles", "not_card")) and not words.job_tokens(sorted(tokens))


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
