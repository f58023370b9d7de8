"""Feeds: RSS 2.0, RSS 1.0 (RDF), Atom, and the XML that boards publish (job, item, position, vacancy elements; HR-XML; Personio).

Elements are read as nested data by the same families of names as JSON, so a feed of another make needs nothing here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from crawlers.readers.parts import document, keys, places, record, words, xml
from crawlers.reading import Draft, Page, Reading
from crawlers.urls import canonical, path_words

NAME = "feed"
VERSION = "1"

MAX_ITEMS = 5_000
_ITEMS = frozenset({
    "item", "entry", "job", "vacancy", "position", "posting", "jobposting", "positionopening", "offer", "advert", "ad", "stelle",
    "annonce", "oferta", "vaga", "vacante", "opening", "listing", "vacature", "record", "row", "joboffer", "jobad", "openposition",
    "result", "jobopening", "empleo",
})  # fmt: skip
"""Names of elements that are one item each, surest first where several occur."""
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_HIDDEN_EMPLOYER = re.compile(r"^(?P<employer>[^:]{2,80}):\s+(?P<title>\S.{2,})$")
_AT_EMPLOYER = re.compile(r"^(?P<title>.{3,}?)\s+(?:at|@|bei|chez|presso)\s+(?P<employer>[^@]{2,80})$")


def recognises(page: Page) -> float:
    """0.9 for a feed or a list of job elements, 0 for other bodies."""
    opened = document.opened(page)
    return 0.9 if opened.form == "xml" and xml.root_name(opened.text) not in {"urlset", "sitemapindex"} else 0.0


def read(page: Page) -> Reading:
    """The adverts of a feed; where it is one of news or of anything else, the reason why there is none."""
    opened = document.opened(page)
    root = xml.parse(opened.text)
    if root is None:
        return _nothing("the body is no XML that can be read")
    elements = _items(root)
    if not elements:
        return _nothing("the feed has no items")
    channel = _channel(root)
    items = [item for element in elements[:MAX_ITEMS] if isinstance(item := xml.nested(element), Mapping)]
    if not _about_jobs(items, channel, page.url, root, xml.local(elements[0])):
        return _nothing("the feed's items are no adverts")
    base = channel.get("link") or page.url
    language = channel.get("language", "")
    adverts = [advert for item in items if (advert := _advert(item, base=base, language=language))]
    adverts = _with_employers(adverts)
    links = tuple(advert.url for advert in adverts if advert.url and not advert.complete)
    return Reading(adverts=tuple(adverts), links=links, next_pages=_next(root, page.url), reader=NAME, version=VERSION)


def _nothing(reason: str) -> Reading:
    return Reading(reader=NAME, version=VERSION, reason=reason)


def _items(root: etree._Element) -> list[etree._Element]:
    """The elements that are one item each: those of a known name, else the commonest siblings with children."""
    by_name: dict[str, list[etree._Element]] = {}
    siblings: Counter[tuple[int, str]] = Counter()
    for number, element in enumerate(root.iter()):
        name = xml.local(element)
        if number > 400_000:
            break
        if name in _ITEMS and len(element):
            by_name.setdefault(name, []).append(element)
    for name in ("item", "entry"):
        if by_name.get(name) and xml.local(root) in _FEED_ROOTS:
            return by_name[name]
    if by_name:
        return max(by_name.values(), key=_size_of_group)
    for element in root:
        siblings[(0, xml.local(element))] += 1
    common = siblings.most_common(1)
    return [element for element in root if xml.local(element) == common[0][0][1] and len(element)] if common and common[0][1] > 1 else []


def _size_of_group(elements: list[etree._Element]) -> tuple[int, int]:
    """Groups of elements with many different children come first, then the larger ones: a job has more parts than a result list."""
    return min(6, len({xml.local(child) for child in elements[0]})), len(elements)


def _channel(root: etree._Element) -> dict[str, str]:
    """Title, link, description and language of the feed itself."""
    found: dict[str, str] = {}
    around = [root, *(child for child in root if xml.local(child) == "channel")]
    for parent in around:
        for child in parent:
            name = xml.local(child)
            if name in {"title", "link", "description", "language", "subtitle"} and not len(child) and (child.text or "").strip():
                found.setdefault(name, (child.text or "").strip()[:500])
    lang = root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return {"language": lang, **found} if lang else found


def _about_jobs(items: list[Mapping[str, Any]], channel: Mapping[str, str], url: str, root: etree._Element, item_name: str) -> bool:
    """Whether the items are postings: by fields only jobs have, by the feed's own words, or by their titles and addresses."""
    sample = items[:40]
    titles = [record.title_of(record.leaves(item)) for item in sample]
    if not any(titles):
        return False
    own_fields = sum(
        len({keys.plain(name) for name in item} & (keys.JOBISH | set(keys.EMPLOYER) | {"location", "joblocation"})) > 0 for item in sample
    )
    occupied = sum(words.occupations(title) > 0 for title in titles) / len(sample)
    linked = sum(words.job_tokens(path_words(record.url_of(record.leaves(item), url))) for item in sample) / len(sample)
    named = words.job_text(" ".join(channel.get(name, "") for name in ("title", "description", "subtitle"))) or words.job_tokens(
        path_words(url)
    )
    rooted = xml.local(root) in keys.CONTAINERS or item_name in keys.CONTAINERS
    points = 1.5 * (own_fields / len(sample)) + occupied + linked + (0.7 if named else 0.0) + (1.0 if rooted else 0.0)
    return points >= 1.2


def _advert(item: Mapping[str, Any], *, base: str, language: str) -> Draft | None:
    advert = record.draft_of(_linked(item), base=base, language=language)
    if advert is None:
        return None
    own_id = "" if re.match(r"https?://", advert.source_id) else advert.source_id
    return replace(advert, source_id=own_id)


def _linked(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item with Atom's links as one address: the alternate one, else the first."""
    links = item.get("link")
    entries = links if isinstance(links, list) else [links]
    atom = [entry for entry in entries if isinstance(entry, Mapping) and entry.get("href")]
    if not atom:
        return item
    best = next((entry for entry in atom if entry.get("rel", "alternate") == "alternate"), atom[0])
    return {**item, "link": str(best["href"])}


def _with_employers(adverts: list[Draft]) -> list[Draft]:
    """Employers out of titles, where no field has them and (nearly) all titles read "Employer: title" or "title at Employer"."""
    without = [advert for advert in adverts if not advert.employer]
    if len(without) < 0.5 * len(adverts):
        return adverts
    for pattern in (_HIDDEN_EMPLOYER, _AT_EMPLOYER):
        matches = [pattern.match(advert.title) for advert in without]
        if without and sum(match is not None for match in matches) >= 0.8 * len(without) and _names(pattern, matches, without):
            return [_named(advert, pattern) for advert in adverts]
    return adverts


def _names(pattern: re.Pattern[str], matches: list[re.Match[str] | None], adverts: list[Draft]) -> bool:
    """Whether what would be employers are names and not kinds of jobs: few occupations and few places among them."""
    found = [match.group("employer") for match in matches if match]
    odd = sum(words.occupations(name) > 0 or bool(places.country_in(name)) for name in found)
    return odd <= 0.34 * len(found)


def _named(advert: Draft, pattern: re.Pattern[str]) -> Draft:
    found = pattern.match(advert.title)
    return replace(advert, employer=found.group("employer").strip()) if found and not advert.employer else advert


def _next(root: etree._Element, url: str) -> tuple[str, ...]:
    """The next page of a paged feed (RFC 5005)."""
    links = (element for element in root.iter() if xml.local(element) == "link" and element.get("rel") == "next")
    return tuple(found for element, _ in zip(links, range(3), strict=False) if (found := canonical(element.get("href") or "", base=url)))
