"""schema.org items of a page as nested data, however they are written: JSON-LD (broken too), microdata, RDFa."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from crawlers.readers.parts import loose
from crawlers.readers.parts.document import Document

MAX_ITEMS = 2_000
MAX_DEPTH = 12
_KEEPS_MARKUP = frozenset(
    [
        "description",
        "responsibilities",
        "qualifications",
        "skills",
        "jobbenefits",
        "educationrequirements",
        "experiencerequirements",
        "incentivecompensation",
        "benefits",
        "workhours",
        "incentives",
    ]
)
_LINKS = {"a": "href", "link": "href", "area": "href", "img": "src", "iframe": "src", "embed": "src", "object": "data", "source": "src"}


def items(opened: Document, *, kind: str) -> list[Mapping[str, Any]]:
    """All items of a type (``JobPosting``) in the page, JSON-LD first; microdata and RDFa only where JSON-LD has none."""
    found = [node for node in json_ld(opened) if kind in types(node)]
    if found or opened.tree is None:
        return found[:MAX_ITEMS]
    for scope, prop, typed in (("itemscope", "itemprop", "itemtype"), ("typeof", "property", "typeof")):
        scoped = [element for element in opened.tree.xpath(f"//*[@{typed}]") if kind in _names(element.get(typed) or "")]
        found = [_scope(element, scope, prop, typed, 0) for element in scoped[:MAX_ITEMS]]
        if found:
            return found
    return []


def json_ld(opened: Document) -> list[Mapping[str, Any]]:
    """Every node of the page's JSON-LD, ``@id`` references replaced by what they name."""
    nodes: list[Mapping[str, Any]] = []
    for attributes, content in opened.scripts:
        if "ld+json" in attributes.lower():
            for data in _documents(content):
                nodes.extend(_nodes(data))
    known = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return [_resolved(node, known) for node in nodes[:MAX_ITEMS]] if known else nodes[:MAX_ITEMS]


def types(node: Mapping[str, Any]) -> frozenset[str]:
    """The type names of a node without their vocabulary."""
    given = node.get("@type", node.get("type", ""))
    written = given if isinstance(given, list) else [given]
    return frozenset(name for entry in written[:10] for name in _names(str(entry)))


def _names(written: str) -> frozenset[str]:
    return frozenset(re.split(r"[/#:]", entry)[-1] for entry in written[:500].split())


def _documents(content: str) -> Iterator[Any]:
    """The data of one script: usually one document, sometimes several in a row, sometimes escaped like HTML."""
    text = content.strip()
    if "&quot;" in text[:3000] and '"' not in text[:60]:
        text = html.unescape(text)
    first = loose.load(text)
    yield first
    if isinstance(first, dict) and len(text) < 200_000:
        for piece in re.split(r"\}\s*\{\s*(?=\"@context\")", text)[1:20]:
            yield loose.load("{" + piece)


def _nodes(data: Any) -> Iterator[Mapping[str, Any]]:
    stack: list[tuple[Any, int]] = [(data, 0)]
    seen = 0
    while stack and seen < 50_000:
        value, depth = stack.pop()
        seen += 1
        if isinstance(value, dict):
            if "@type" in value or "@id" in value:
                yield value
            stack.extend((item, depth + 1) for item in reversed(list(value.values())) if depth < MAX_DEPTH)
        elif isinstance(value, list):
            stack.extend((item, depth + 1) for item in reversed(value[:MAX_ITEMS]) if depth < MAX_DEPTH)


def _resolved(node: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Mapping[str, Any]:
    if depth > 4:
        return node
    return {name: _followed(value, known, depth) for name, value in node.items()}


def _followed(value: Any, known: Mapping[str, Mapping[str, Any]], depth: int) -> Any:
    if isinstance(value, dict):
        target = known.get(str(value.get("@id"))) if set(value) <= {"@id", "@type"} else value
        return _resolved(target, known, depth + 1) if target is not None else value
    if isinstance(value, list):
        return [_followed(entry, known, depth) for entry in value[:100]]
    return value


def _scope(element: HtmlElement, scope: str, prop: str, typed: str, depth: int) -> Mapping[str, Any]:
    """One microdata or RDFa item with the properties in it; a repeated property becomes a list."""
    found: dict[str, Any] = {"@type": sorted(_names(element.get(typed) or ""))}
    stack = [*_referenced(element), *reversed(element)]
    while stack:
        child = stack.pop()
        if not isinstance(child.tag, str):
            continue
        names = [re.split(r"[/#:]", name)[-1] for name in (child.get(prop) or "")[:300].split()]
        nested = scope in child.attrib
        value: Any = None
        if names:
            value = _scope(child, scope, prop, typed, depth + 1) if nested and depth < MAX_DEPTH else _value(child, names[0])
        for name in names[:4]:
            _add(found, name, value)
        if not nested:
            stack.extend(reversed(child))
    link = element.xpath("(.//a[@href])[1]/@href")
    if link and not any(name.lower() == "url" for name in found):
        found["firstLink"] = str(link[0])
    return found


def _referenced(element: HtmlElement) -> list[HtmlElement]:
    """Elements that ``itemref`` puts into an item."""
    wanted = (element.get("itemref") or "").split()[:10]
    return [
        found
        for name in wanted
        if name.isidentifier() or re.fullmatch(r"[\w-]+", name)
        for found in element.xpath("//*[@id=$name]", name=name)
    ]


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list) and name != "@type":
        found[name].append(value)
    elif found[name] != value:
        found[name] = [found[name], value]


def _value(element: HtmlElement, name: str) -> str:
    content = element.get("content")
    if content is not None and (content.strip() or element.tag == "meta"):
        return str(content)
    tag = str(element.tag)
    if tag in {"time", "data", "meter"} and (element.get("datetime") or element.get("value")):
        return str(element.get("datetime") or element.get("value"))
    if tag in _LINKS and name.lower() in {"url", "sameas", "logo", "image", "mainentityofpage"}:
        return str(element.get(_LINKS[tag]) or "")
    if name.lower() in _KEEPS_MARKUP:
        return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))[:400_000]
    return " ".join(str(element.xpath("string()"))[:5000].split())
