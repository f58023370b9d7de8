"""HTML into the plain text a reader sees: blocks and table rows on lines of their own, list items with ``- ``, hidden parts left out."""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from crawlers.decoding import tidy
from crawlers.readers.parts import words

MAX_TEXT = 100_000
"""Longest text of an advert kept, in characters."""
MAX_CHILDREN = 50_000
"""Elements looked at directly inside one."""
MAX_MARKUP = 400_000
"""Longest piece of mark-up inside a field that is parsed, in characters."""

BLOCKS = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "dialog",
            "div",
            "dl",
            "dt",
            "fieldset",
        ),
        *(
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "li",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
        ),
        *("section", "summary", "table", "tbody", "thead", "tfoot", "tr", "ul"),
    ]
)
_INLINE = frozenset({"a", "span", "time", "label", "button", "strong", "em", "b", "small", "data"})
_FIELDS = frozenset({"title", "employer", "place", "pay", "date"})
SILENT = frozenset(
    [
        *(
            "script",
            "style",
            "noscript",
            "template",
            "svg",
            "iframe",
            "object",
            "head",
            "title",
            "select",
            "option",
            "datalist",
            "textarea",
        ),
        *("input", "canvas", "video", "audio", "map", "math", "frame", "frameset", "noframes", "meta", "link"),
    ]
)
"""Elements that show no words."""
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_HIDDEN_CLASSES = frozenset({"visually-hidden", "sr-only", "screen-reader-text", "visuallyhidden", "u-visually-hidden", "d-none"})
_TAG = re.compile(r"<(?:/?[a-z][a-z0-9]*\b[^<>]{0,2000}|!--)/?>?", re.I)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,20});", re.I)
_BLANKS = re.compile(r"(?:&nbsp;|[ \t\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000])+")
_BULLET = re.compile(r"^\s*[•‣◦▪▸●■–—*·-]\s+(?=\S)")
_SPACES = re.compile(r"[\r\n\t ]+")
_CELL = "\x1d"
"""Stands between the cells of a row until the line is whole."""


def hidden(element: HtmlElement) -> bool:
    """Whether an element is not shown: ``hidden``, ``display:none``, or for screen readers alone."""
    if not element.keys():
        return False
    style, names = element.get("style"), element.get("class")
    if element.get("hidden") is not None or (style and _HIDDEN_STYLE.search(style[:500])):
        return True
    return bool(names) and not _HIDDEN_CLASSES.isdisjoint(names.split()[:12])


def element_text(element: HtmlElement, *, without: Collection[HtmlElement] = (), limit: int = MAX_TEXT) -> str:
    """The shown text of an element, at most ``limit`` characters; ``without`` leaves some elements inside it out."""
    if not len(element):
        return clean(_inline(element.text), limit=limit, blank_lines=False) if element.tag not in SILENT else ""
    return clean("".join(_pieces(element, frozenset(without), limit)), limit=limit, blank_lines=False)


def html_text(markup: str, *, limit: int = MAX_TEXT) -> str:
    """The text of a field that may hold HTML, HTML escaped once more, or plain text."""
    source = markup[:MAX_MARKUP]
    for _ in range(2):
        if _TAG.search(source) or not _ENTITY.search(source):
            break
        source = html.unescape(source)
    if not _TAG.search(source):
        return clean(source, limit=limit)
    tree = fragment(source)
    return element_text(tree, limit=limit) if tree is not None else ""


def fragment(markup: str) -> HtmlElement | None:
    """The element tree of a piece of mark-up, None where there is nothing in it."""
    try:
        parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
        return etree.fromstring(b"<html><body>" + markup.encode("utf-8", "replace").replace(b"\x00", b""), parser)
    except (etree.LxmlError, ValueError):
        return None


def one_line(text: str, *, limit: int = 300) -> str:
    """A field as one line without mark-up: for titles, employers, places."""
    plain = html_text(text, limit=4 * limit) if "<" in text or "&" in text else clean(text[: 8 * limit], limit=4 * limit)
    return " ".join(plain.split())[:limit].strip()


def clean(text: str, *, limit: int = MAX_TEXT, blank_lines: bool = True) -> str:
    """Text with single blanks and bullets as ``- ``; at most one empty line in a row, or none; repaired where it was decoded wrongly."""
    if not text or text.isspace():
        return ""
    lines: list[str] = []
    bullet = False
    for raw in text[: 3 * limit].replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = _line(raw)
        if line == "-":
            bullet = True
        elif line:
            lines.append(f"- {line}" if bullet and not line.startswith("- ") else line)
            bullet = False
        elif blank_lines and lines and lines[-1]:
            lines.append("")
    return "\n".join(lines)[:limit].strip()


def _line(raw: str) -> str:
    """One line with single blanks and its bullet as a dash."""
    if raw.isascii() and raw.isprintable() and "  " not in raw and "&" not in raw:
        plain = raw.strip()  # as nearly every line is
        return _BULLET.sub("- ", plain) if plain[:1] in {"*", "-"} else plain
    return _BULLET.sub("- ", _BLANKS.sub(" ", tidy(_row(raw))).strip())


def _row(line: str) -> str:
    """A row of cells as a line: a label and its value side by side, other cells with bars between."""
    if _CELL not in line:
        return line
    cells = [cell.strip() for cell in line.split(_CELL) if cell.strip()]
    joined = ""
    for cell in cells:
        joined = cell if not joined else f"{joined} {cell}" if joined.endswith((":", "：")) else f"{joined} | {cell}"
    return joined


def _pieces(root: HtmlElement, without: frozenset[HtmlElement], limit: int) -> list[str]:
    """The pieces of text in document order, stopping after some three times ``limit`` characters."""
    found: list[str] = []
    left = 3 * limit
    # an element still to come, or the words that stand after one
    stack: list[HtmlElement | str] = [root]
    while stack and left > 0:
        entry = stack.pop()
        if isinstance(entry, str):
            found.append(entry)
            continue
        tag = entry.tag if isinstance(entry.tag, str) else ""
        if following := _after(entry, tag, top=entry is root):
            stack.append(following)
        if not tag or tag in SILENT or (entry is not root and hidden(entry)) or (without and entry in without):
            continue
        before = _before(entry, tag)
        words = _inline(entry.text) if tag != "pre" else entry.text or ""
        if before or words:
            left -= len(words) + len(before)
            found.append(before + words)
        stack.extend(reversed(entry if len(entry) <= MAX_CHILDREN else entry[:MAX_CHILDREN]))
    return found


def _before(element: HtmlElement, tag: str) -> str:
    if tag == "li":
        return "\n- "
    if tag == "br":
        return "\n"
    if tag in BLOCKS:
        return "\n"
    return _gap(element) if tag in _INLINE else ""


def _gap(element: HtmlElement) -> str:
    """What parts an inline element from the one before it: fields side by side are lines of their own, other named ones not one word."""
    before = element.getprevious()
    if before is None or not isinstance(before.tag, str) or before.tag not in _INLINE or (before.tail and before.tail.strip()):
        return ""
    if not (element.get("class") or before.get("class")):
        return ""
    named = _FIELDS & (words.roles_of(element.get("class", "")) | words.roles_of(before.get("class", "") or ""))
    return "\n" if named else " "


def _after(element: HtmlElement, tag: str, *, top: bool) -> str:
    """What follows an element: the end of its cell or line, and the words behind it."""
    end = _CELL if tag in {"td", "th"} else "\n" if tag in BLOCKS else ""
    return end if top else end + _inline(element.tail)


def _inline(text: str | None) -> str:
    """Text between tags: line ends of the source are blanks."""
    return _SPACES.sub(" ", text) if text else ""
