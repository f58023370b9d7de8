"""XML without its dangers (no entities, no network, no huge trees), forgiving broken feeds, and its elements as nested data."""

from __future__ import annotations

import html
import html.entities
import re
from typing import Any

from lxml import etree

MAX_DEPTH = 24
MAX_INNER = 400_000
"""Longest mark-up of one element kept, in characters."""
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,500}\?>", re.I)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE_AMPERSAND = re.compile(r"&(?![A-Za-z][A-Za-z0-9]{0,31};|#\d{1,7};|#x[0-9a-fA-F]{1,6};)")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]{0,80})")


def root_name(text: str) -> str:
    """The local name of the first element in lower case, "" where there is none."""
    found = _ROOT.search(without_doctype(text[:20_000]))
    return found.group(1).rsplit(":", 1)[-1].lower() if found else ""


def parse(text: str) -> etree._Element | None:
    """The root element, as much as can be read of it; None where nothing can.

    The document type is thrown away before parsing, so no entity of its own ever expands; HTML's names (``&nbsp;``) are put in.
    """
    plain = without_doctype(_DECLARATION.sub("", _ILLEGAL.sub("", text), count=1))
    if "<!ENTITY" in plain:
        plain = plain.replace("<!ENTITY", "&lt;!ENTITY")
    source = _BARE_AMPERSAND.sub("&amp;", _NAMED.sub(_entity, plain))
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(source.strip().encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None


def without_doctype(text: str) -> str:
    """The text without the document type at its beginning, whatever it declares."""
    start = text[:5000].upper().find("<!DOCTYPE")
    if start < 0:
        return text
    end, subset = text.find(">", start), text.find("[", start)
    if 0 <= subset < end:
        closed = text.find("]", subset)
        end = text.find(">", closed) if closed >= 0 else -1
    return text[:start] + (text[end + 1 :] if end >= 0 else "")


def local(element: etree._Element) -> str:
    """An element's name in lower case without namespace or prefix."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1].lower() if isinstance(tag, str) else ""


def nested(element: etree._Element, depth: int = 0, own: str = "") -> Any:
    """An element as nested data: text for one without children, else its children by name (lists where a name repeats), attributes too.

    Mixed content (a description with mark-up that nobody escaped) becomes its text. A whole element of the same name inside is another
    one that was never closed before it, and is left out.
    """
    own = own or local(element)
    children = [child for child in element if isinstance(child.tag, str) and not (len(child) and local(child) == own)]
    text = (element.text or "").strip()
    attributes = {str(name): str(value) for name, value in element.attrib.items() if len(str(value)) <= 2000}
    if not children:
        useful = {name: value for name, value in attributes.items() if local_name(name) in _TELLING}
        return {**useful, "text": text} if useful and (text or "href" in useful) else text
    if depth >= MAX_DEPTH or _is_markup(element, children):
        return inner(element)
    found: dict[str, Any] = {name: value for name, value in attributes.items() if local_name(name) in _TELLING}
    for child in children[:2000]:
        name, value = _name(child), nested(child, depth + 1, own)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


_TELLING = frozenset({"id", "href", "currencyid", "currency", "lang", "code", "url", "rel", "unit", "period"})
"""Attributes that belong to the data."""


def local_name(name: str) -> str:
    """A name without namespace or prefix, in lower case."""
    return name.rsplit("}", 1)[-1].rsplit(":", 1)[-1].lower()


def inner(element: etree._Element) -> str:
    """What stands inside an element as mark-up, at most ``MAX_INNER`` characters."""
    pieces, left = [html.escape(element.text or "", quote=False)], MAX_INNER
    for child in element:
        if left <= 0:
            break
        if isinstance(child.tag, str):
            pieces.append(etree.tostring(child, encoding="unicode", with_tail=True)[:left])
            left -= len(pieces[-1])
    return "".join(pieces)[:MAX_INNER]


def _name(element: etree._Element) -> str:
    tag = str(element.tag)
    if tag.startswith("{http://purl.org/rss/1.0/modules/content/}") or tag == "content:encoded":
        return "contentencoded"
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def _is_markup(element: etree._Element, children: list[etree._Element]) -> bool:
    marks = sum(
        local(child) in {"p", "br", "div", "ul", "ol", "li", "b", "strong", "em", "i", "a", "span", "h1", "h2", "h3", "h4", "table"}
        for child in children
    )
    return marks == len(children) and (
        marks > 1 or bool((element.text or "").strip() or (children[0].tail or "").strip()) or local(children[0]) in {"p", "div", "ul"}
    )


def _entity(found: re.Match[str]) -> str:
    name = found.group(1)
    if name in {"amp", "lt", "gt", "quot", "apos"}:
        return found.group()
    char = html.entities.html5.get(f"{name};")
    return char if char and char not in "<>&" else f"&amp;{name};"
