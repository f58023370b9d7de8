"""Page state that a script application carries: Next.js, Nuxt, Apollo, and any other data assigned in a script or kept in an attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawlers.readers.parts import document, loose, postings
from crawlers.reading import Draft, Page, Reading

NAME = "state"
VERSION = "1"

MAX_STATE = 4_000_000
"""Characters of state read from one page, all scripts together."""
MAX_PIECES = 60
_LEAST = 60
"""Shorter data is configuration, never postings."""

_ASSIGNED = re.compile(r"[\w$\]\"')]\s{0,20}=\s{0,20}(?=\(?function|[\[{])")
_PARSED = re.compile(r"JSON\.parse\(\s{0,20}(?=[\"'`])")
_FLIGHT = re.compile(r"__next_f\.push\(\s{0,20}\[\s{0,20}1\s{0,20},\s{0,20}(?=\")")
_FLIGHT_ROW = re.compile(rb"([0-9a-f]{1,8}):(?:T([0-9a-f]{1,8}),)?")
_ATTRIBUTE = re.compile(r"^\s{0,20}[\[{]\s{0,20}[\"\[{]")
_ABOUT_JOBS = re.compile(
    r"job|vacanc|position|posting|career|employ|hiring|offer|stelle|empleo|vaga|praca|lowongan|requisition|title", re.I
)


def recognises(page: Page) -> float:
    """0.8 where the page has scripts or attributes with data in them."""
    opened = document.opened(page)
    return 0.8 if opened.form == "html" and re.search(r"<script|data-[\w-]+=", opened.text, re.I) else 0.0


def read(page: Page) -> Reading:
    """The postings in the page's state. The best piece counts; the same posting in two pieces is one."""
    opened = document.opened(page)
    best: list[Draft] = []
    weight = 0.0
    for data in pieces(opened):
        found = postings.drafts(data, url=page.url, language=opened.language)
        told = sum(1 + bool(advert.employer) + bool(advert.place) + min(2.0, len(advert.text) / 500) for advert in found)
        if told > weight:
            best, weight = found, told
    links = tuple(advert.url for advert in best if advert.url and not advert.complete)
    reason = "" if best else "no state in the page's scripts holds postings"
    return Reading(adverts=tuple(best), links=links, reader=NAME, version=VERSION, reason=reason)


def pieces(opened: document.Document) -> Iterator[Any]:
    """The data in scripts and attributes, in order, within bounds."""
    left, count = MAX_STATE, 0
    for source in (_from_scripts(opened), _from_attributes(opened)):
        for size, data in source:
            left -= size
            count += 1
            if left < 0 or count > MAX_PIECES:
                return
            if isinstance(data, dict | list) and data:
                yield data


def _from_scripts(opened: document.Document) -> Iterator[tuple[int, Any]]:
    flight: list[str] = []
    for attributes, content in opened.scripts:
        if "ld+json" in attributes or len(content) < _LEAST or not _ABOUT_JOBS.search(content):
            continue
        if "json" in attributes.lower():
            data = loose.load(content)
            yield len(content), _revived(data) if "__NUXT_DATA__" in attributes else data
        elif _FLIGHT.search(content):
            flight.extend(loose.string_at(content, found.end()) for found, _ in zip(_FLIGHT.finditer(content), range(400), strict=False))
        else:
            yield from _assigned(content)
    if flight:
        yield from _flight("".join(flight)[:MAX_STATE])


def _assigned(content: str) -> Iterator[tuple[int, Any]]:
    """Data on the right of ``=`` and inside ``JSON.parse``."""
    end = tries = 0
    for found in _ASSIGNED.finditer(content):
        if found.end() < end:
            continue
        tries += 1
        if tries > 200:
            break
        if content.startswith(("(", "f"), found.end()):
            yield len(content) - found.end(), loose.literal(content[found.end() :])
            break
        data, stop = loose.value_at(content, found.end())
        if stop - found.end() >= _LEAST:
            end = stop
            yield stop - found.end(), data
    for found, _ in zip(_PARSED.finditer(content), range(20), strict=False):
        text = loose.string_at(content, found.end())
        if len(text) >= _LEAST:
            yield len(text), loose.load(text)


def _flight(stream: str) -> Iterator[tuple[int, Any]]:
    """The rows of React's streamed state; long texts stand in rows of their own, measured in bytes, and are named by ``$id``."""
    rows, texts = _flight_rows(stream.encode("utf-8", "replace"))
    for content in rows:
        opening = re.search(r"[\[{]", content[:20])
        if len(content) >= _LEAST and opening and _ABOUT_JOBS.search(content):
            yield len(content), _with_texts(loose.value_at(content, opening.start())[0], texts, 0)


def _flight_rows(stream: bytes) -> tuple[list[str], dict[str, str]]:
    rows: list[str] = []
    texts: dict[str, str] = {}
    at = 0
    while at < len(stream) and len(rows) + len(texts) < 4_000:
        found = _FLIGHT_ROW.match(stream, at)
        if found and found.group(2):
            end = found.end() + int(found.group(2), 16)
            texts[found.group(1).decode()] = stream[found.end() : end].decode("utf-8", "replace")
        else:
            end = stream.find(b"\n", at)
            end = len(stream) if end < 0 else end + 1
            rows.append(stream[found.end() if found else at : end].decode("utf-8", "replace"))
        at = end
    return rows, texts


def _with_texts(value: Any, texts: dict[str, str], depth: int) -> Any:
    if isinstance(value, str):
        return texts.get(value[1:], value) if value.startswith("$") else value
    if depth > loose.MAX_DEPTH or not texts:
        return value
    if isinstance(value, dict):
        return {name: _with_texts(item, texts, depth + 1) for name, item in value.items()}
    return [_with_texts(item, texts, depth + 1) for item in value] if isinstance(value, list) else value


def _revived(data: Any) -> Any:
    """Nuxt 3's flat list, in which every number inside a container is the place of a value, as nested data."""
    if not isinstance(data, list) or not data:
        return data
    made: dict[int, Any] = {}

    def value(place: Any, depth: int) -> Any:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(data) or depth > 40 or len(made) > 100_000:
            return None
        if place in made:
            return made[place]
        found = data[place]
        if isinstance(found, dict):
            made[place] = fresh = {}
            fresh.update({name: value(item, depth + 1) for name, item in found.items()})
        elif isinstance(found, list) and len(found) == 2 and isinstance(found[0], str):
            made[place] = value(found[1], depth + 1) if isinstance(found[1], int) else found[1]
        elif isinstance(found, list):
            items: list[Any] = []
            made[place] = items
            items.extend(value(item, depth + 1) for item in found)
        else:
            made[place] = found
        return made[place]

    return value(0, 0)


def _from_attributes(opened: document.Document) -> Iterator[tuple[int, Any]]:
    """Data in attributes such as ``data-page`` or ``data-props``."""
    if opened.tree is None or not re.search(r"=\s{0,3}[\"'](?:\s|&quot;)*[\[{]", opened.text):
        return
    for element, _ in zip(opened.tree.iter(), range(document.MAX_ELEMENTS), strict=False):
        for name, content in element.attrib.items():
            if (
                len(content) >= _LEAST
                and name not in {"style", "class", "href", "src", "srcset", "onclick", "content"}
                and _ATTRIBUTE.match(content)
            ) and _ABOUT_JOBS.search(content):
                yield len(content), loose.load(content)
