"""The last step of every reading: texts tidied and bounded, title first, every advert with an identity of its own, repeats dropped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from adverts.records import Pay
from crawlers.decoding import tidy
from crawlers.readers.parts.text import MAX_TEXT
from crawlers.reading import Draft, Page, Reading
from crawlers.urls import canonical

MAX_ADVERTS = 5_000
MAX_LINKS = 50_000


def finish(reading: Reading, page: Page) -> Reading:
    """The reading with clean, distinct adverts and links; where no advert is left, with a reason."""
    kept = [advert for advert in reading.adverts[:MAX_ADVERTS] if advert.title.strip()]
    nameless = [not advert.url and not advert.source_id for advert in kept]
    adverts = tuple(_distinct([_tidied(advert, page) for advert in kept], nameless))
    reason = "" if adverts else reading.reason or "no advert was found"
    if not adverts and (reading.links or reading.next_pages) and not reading.reason:
        reason = "the page only links to adverts"
    return replace(
        reading,
        adverts=adverts,
        links=tuple(dict.fromkeys(link for link in reading.links[:MAX_LINKS] if link)),
        next_pages=tuple(dict.fromkeys(link for link in reading.next_pages[:20] if link and link != canonical(page.url))),
        reason=reason,
    )


def composed(advert: Draft) -> str:
    """The text of an advert: the title line, employer, place and pay where the body does not have them, the body."""
    body = advert.text.strip()
    flat = "".join(body.split()).lower()
    head = [advert.title]
    as_written = advert.pay.raw if advert.pay and advert.pay.raw in advert.raw.values() else ""
    for words in (advert.employer, advert.place, as_written):
        if words and "".join(words.split()).lower() not in flat and words not in head:
            head.append(words)
    first, _, rest = body.partition("\n")
    if " ".join(first.split()).lower() == " ".join(advert.title.split()).lower():
        body = rest.strip()
    return "\n".join([*head, body]).strip()[:MAX_TEXT]


def _tidied(advert: Draft, page: Page) -> Draft:
    title = " ".join(tidy(advert.title).split())[:300]
    clean = replace(
        advert,
        title=title,
        url=advert.url or canonical(page.url) or page.url,
        text=tidy(advert.text),
        source_id=tidy(advert.source_id).strip()[:200],
        employer=" ".join(tidy(advert.employer).split())[:200],
        place=" ".join(tidy(advert.place).split())[:250],
        pay=_tidy_pay(advert.pay),
        raw={tidy(name)[:120]: tidy(str(value))[:2000] for name, value in list(advert.raw.items())[:80]},
    )
    return replace(clean, text=composed(clean))


def _tidy_pay(pay: Pay | None) -> Pay | None:
    return replace(pay, raw=" ".join(tidy(pay.raw).split())) if pay else None


def _distinct(adverts: list[Draft], nameless: list[bool]) -> Iterable[Draft]:
    """Adverts without repeats, each with an identity of its own: its id, its address, or a digest where it has neither."""
    kept: dict[tuple[str, ...], tuple[Draft, bool]] = {}
    for advert, without in zip(adverts, nameless, strict=True):
        raw_pay = advert.pay.raw if advert.pay else ""
        key = (advert.url, advert.title, advert.employer, advert.source_id or f"{advert.place}\x1f{advert.text}\x1f{raw_pay}")
        before = kept.get(key)
        if before and advert.source_id and advert.place not in before[0].place:  # one posting listed once for each of its places
            kept[key] = replace(before[0], place=f"{before[0].place}; {advert.place}".strip("; ")[:250]), without
        elif not before:
            kept[key] = advert, without
    identities = Counter(advert.source_id or advert.url for advert, _ in kept.values())
    digests = Counter(_digest(advert) for advert, _ in kept.values())
    for advert, without in kept.values():
        shared = without or identities[advert.source_id or advert.url] > 1
        yield replace(advert, source_id=_digest(advert, more=digests[_digest(advert)] > 1)) if shared else advert


def _digest(advert: Draft, *, more: bool = False) -> str:
    """An id from what an advert says of itself, for adverts that have none; with its text where the rest is not enough."""
    basis = "\x1f".join((advert.source_id, advert.url, advert.title, advert.employer, advert.place))
    said = advert.text + (advert.pay.raw if advert.pay else "") if more or not (advert.employer or advert.place) else ""
    return "~" + hashlib.sha256(f"{basis}\x1f{said}".encode("utf-8", "replace")).hexdigest()[:24]
