"""What is shown of an HTML tree, walked once: elements in order with their paths, the roles their names tell, and their pieces of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from crawlers.readers.parts import words
from crawlers.readers.parts.document import MAX_ELEMENTS
from crawlers.readers.parts.text import SILENT, element_text, hidden

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FORMATTING = frozenset({
    "b", "i", "em", "strong", "u", "mark", "small", "font", "br", "wbr", "sup", "sub", "s", "abbr", "bdi", "bdo", "ins", "del", "q",
    "cite",
})  # fmt: skip
"""Elements that only change how words look: their words belong to the text around them."""
FURNITURE = frozenset({"nav", "footer"})
_NAMED = ("class", "id", "itemprop", "data-testid", "data-automation", "data-qa", "data-test", "data-cy", "data-field",
          "data-automation-id", "data-ui", "data-tn-element", "property", "data-th", "data-label", "headers")  # fmt: skip
_ICON_NAMES = ("class", "data-icon", "alt", "aria-label", "title", "href", "xlink:href", "icon", "name", "src")
_ICONS = (
    ("place", frozenset({"marker", "pin", "location", "map", "geo", "place"})),
    ("pay", frozenset({"money", "wallet", "cash", "dollar", "coins", "salary", "banknote", "euro"})),
    ("employer", frozenset({"building", "company", "apartment", "office", "business", "domain"})),
    ("date", frozenset({"calendar", "clock", "time", "schedule"})),
)
FIELD_ROLES = frozenset({"title", "employer", "place", "pay", "date", "text"})


@dataclass(frozen=True, slots=True)
class Shown:
    """An element that is shown, with the tags that lead to it."""

    element: HtmlElement
    path: str
    depth: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a card or page, with what its element's names tell."""

    text: str
    slot: str
    """Where it stands: equal in every card of a kind."""
    roles: frozenset[str]
    element: HtmlElement


def shown(root: HtmlElement, *, furniture: bool = False, limit: int = MAX_ELEMENTS) -> Iterator[Shown]:
    """The shown elements in document order, without navigation and footers unless asked for."""
    stack = [Shown(root, "", 0)]
    count = 0
    while stack and count < limit:
        entry = stack.pop()
        element = entry.element
        tag = element.tag
        if not isinstance(tag, str) or tag in SILENT or (tag in FURNITURE and not furniture):
            continue
        if element is not root and (hidden(element) or (not furniture and element.get("role") in {"navigation", "contentinfo"})):
            continue
        count += 1
        path = f"{entry.path}/{tag}" if entry.depth < 200 else entry.path
        yield Shown(element, path, entry.depth)
        # no more children than can still be shown: a page may put a million into one element
        children = element[: limit - count] if len(element) > limit - count else element
        stack.extend(Shown(child, path, entry.depth + 1) for child in reversed(children))


def names_of(element: HtmlElement) -> str:
    """The class names, id and data names of an element, with blanks."""
    given = element.keys()
    if not given:
        return ""
    if given == ["class"]:
        return str(element.get("class", ""))[:200]
    return " ".join(value[:200] for name in _NAMED if name in given and (value := element.get(name)))


def roles_of(element: HtmlElement) -> frozenset[str]:
    """The roles that an element's own names tell."""
    names = names_of(element)
    return words.roles_of(names) if names else frozenset()


def field_roles(element: HtmlElement, *, within: HtmlElement | None = None, levels: int = 4) -> frozenset[str]:
    """The field roles of an element, or of the nearest element around it that has some."""
    current: HtmlElement | None = element
    for _ in range(levels):
        if current is None:
            break
        found = roles_of(current) & FIELD_ROLES
        if found:
            return found
        if current is within:
            break
        current = current.getparent()
    return frozenset()


def first_name(element: HtmlElement) -> str:
    """The first class name that is no hash, without digits: tells kinds of elements apart."""
    for name in (element.get("class") or "").split()[:6]:
        if sum(char.isdigit() for char in name) < 2 and not name.startswith(("css-", "sc-", "jss", "_")):
            return name.strip("0123456789")[:40]
    return ""


def pieces(root: HtmlElement, *, limit: int = 120) -> list[Piece]:
    """The runs of words under an element in order; formatting inside a run does not split it, line ends do."""
    found: list[Piece] = []
    seen: dict[str, int] = {}
    joining: dict[HtmlElement | None, bool] = {}  # asked once a parent: it may have thousands of children
    for entry in shown(root, furniture=True, limit=2_000):
        element = entry.element
        if len(found) >= limit:
            break
        if element.tag in FORMATTING and element is not root:
            parent = element.getparent()
            if parent not in joining:
                joining[parent] = _joins(parent)
            if joining[parent]:
                continue
        if not _has_words(element):
            continue
        roles = field_roles(element, within=root) or _icon_roles(element)
        whole = element_text(element, without=_parts(element), limit=4_000)
        kind = f"{entry.path}.{first_name(element)}"
        seen[kind] = seen.get(kind, 0) + 1
        slot = f"{kind}@{seen[kind]}"
        found.extend(Piece(line, f"{slot}#{number}", roles, element) for number, line in enumerate(whole.split("\n")) if line)
    return found


def _icon_roles(element: HtmlElement) -> frozenset[str]:
    """The role that a picture beside words tells: a map pin, a wallet, a calendar."""
    before = element.getprevious()
    beside = [before] if before is not None else [element.getparent().getprevious()] if element.getparent() is not None else []
    for icon in [*element[:3], *beside]:
        if icon is None or not isinstance(icon.tag, str) or (icon.tag not in {"svg", "img"} and "".join(icon.itertext()).strip()):
            continue
        inner = [icon, *[child for child, _ in zip(icon.iterdescendants(), range(6), strict=False) if isinstance(child.tag, str)]]
        named = " ".join(value for part in inner for name in _ICON_NAMES if (value := (part.get(name) or "")[:120]))
        tokens = set(words.name_tokens(named))
        for role, signs in _ICONS:
            if tokens & signs:
                return frozenset({role})
    return frozenset()


def _joins(parent: HtmlElement | None) -> bool:
    """Whether an element has words of its own, so that formatting inside it is a part of them."""
    return parent is not None and isinstance(parent.tag, str) and _has_words(parent)


def _has_words(element: HtmlElement) -> bool:
    if element.text and element.text.strip():
        return True
    return any(child.tail and child.tail.strip() for child in islice(element, MAX_ELEMENTS))


def _parts(element: HtmlElement) -> list[HtmlElement]:
    """The children that are runs of their own."""
    return [child for child in islice(element, MAX_ELEMENTS) if child.tag not in FORMATTING]
