"""schema.org JobPosting (https://schema.org/JobPosting) in JSON-LD, microdata and RDFa: one advert a posting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adverts.records import Pay
from crawlers import pay as money
from crawlers.readers.parts import document, places, record, schema
from crawlers.readers.parts.dates import read_date
from crawlers.readers.parts.text import html_text, one_line
from crawlers.reading import Draft, Page, Reading
from crawlers.urls import canonical

NAME = "jobposting"
VERSION = "1"

_BODY = ("description", "responsibilities", "qualifications", "skills", "educationRequirements", "experienceRequirements", "workHours",
         "jobBenefits", "benefits", "incentiveCompensation", "incentives", "specialCommitments")  # fmt: skip
"""Properties whose words a reader of the advert sees, in the order they are put together."""
_CUT = re.compile(r"(?:\.\.\.|…)\s*$")


def recognises(page: Page) -> float:
    """1 where the page says JobPosting in a way that data does."""
    opened = document.opened(page)
    return 1.0 if opened.form in {"html", "text"} and "JobPosting" in opened.text else 0.0


def read(page: Page) -> Reading:
    """The postings of a page; addresses of an ItemList of postings as links."""
    opened = document.opened(page)
    postings = schema.items(opened, kind="JobPosting") if "JobPosting" in opened.text else []
    adverts = [advert for item in postings if (advert := _advert(item, opened, alone=len(postings) == 1))]
    links = _listed(opened) if not adverts else tuple(advert.url for advert in adverts if not advert.complete)
    reason = "" if adverts else "the page has no JobPosting data" if not postings else "the page's JobPosting data has no title"
    return Reading(adverts=tuple(adverts), links=links, reader=NAME, version=VERSION, reason=reason)


def _advert(item: Mapping[str, Any], opened: document.Document, *, alone: bool) -> Draft | None:
    title = next((name for key in ("title", "name", "jobTitle", "headline") if (name := _words(item.get(key)))), "")
    if not title:
        return None
    place, country = _place(item)
    body = "\n".join(dict.fromkeys(text for key in _BODY if (text := _body(item.get(key)))))
    language = _words(item.get("inLanguage")) or opened.language
    own_url = _url(item, opened.url)
    advert = Draft(
        url=canonical(opened.url) if alone else own_url,
        title=title,
        text=body,
        source_id="" if alone or own_url else _identifier(item.get("identifier")),
        employer=_named(item.get("hiringOrganization")) or _named(item.get("hiringOrganisation")),
        place=place,
        country=country,
        pay=_pay(item, country),
        posted_on=read_date(_first(item.get("datePosted")), language=opened.language),
        valid_until=read_date(_first(item.get("validThrough")), language=opened.language),
        languages=record.languages_of(language),
        complete=alone or (len(body) >= 300 and not _CUT.search(body)),
        raw=record.raw_of(record.leaves(item)),
    )
    return record.filled(advert, language=opened.language)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _many(value: Any) -> list[Any]:
    return value[:30] if isinstance(value, list) else [] if value is None else [value]


def _words(value: Any) -> str:
    """A short property as one line: text, or the name of what stands there."""
    single = _first(value)
    if isinstance(single, Mapping):
        single = single.get("name") or single.get("@value") or single.get("value") or single.get("alternateName")
    return one_line(str(single)) if isinstance(single, str | int | float) and not isinstance(single, bool) else ""


def _body(value: Any) -> str:
    pieces = [
        entry.get("name") or entry.get("description") or entry.get("@value") if isinstance(entry, Mapping) else entry
        for entry in _many(value)
    ]
    return "\n".join(html_text(str(piece)) for piece in pieces if isinstance(piece, str) and piece.strip())


def _named(value: Any) -> str:
    single = _first(value)
    if isinstance(single, Mapping):
        return _words(single.get("name")) or _words(single.get("legalName")) or _words(single.get("alternateName"))
    name = _words(single)
    return "" if re.match(r"https?://", name) else name


def _identifier(value: Any) -> str:
    single = _first(value)
    if isinstance(single, Mapping):
        single = single.get("value") or single.get("@value")
    return str(single).strip()[:200] if isinstance(single, str | int) and not isinstance(single, bool) else ""


def _url(item: Mapping[str, Any], base: str) -> str:
    for key in ("url", "mainEntityOfPage", "sameAs", "@id", "firstLink"):
        single = _first(item.get(key))
        if isinstance(single, Mapping):
            single = single.get("@id") or single.get("url")
        found = canonical(single, base=base, keep_fragment=True) if isinstance(single, str) and not single.startswith(("#", "_:")) else ""
        if found:
            return found
    return ""


def _place(item: Mapping[str, Any]) -> tuple[str, str]:
    """Where the work is, and its country: every place named once, "remote" where that is what the data says."""
    found = [_address(entry) for entry in _many(item.get("jobLocation"))]
    names = [name for name, _ in found if name]
    country = next((code for _, code in found if code), "")
    remote = "TELECOMMUTE" in str(item.get("jobLocationType", "")).upper()
    if remote or not names:
        wanted = [_address(entry) for entry in _many(item.get("applicantLocationRequirements"))]
        where = ", ".join(dict.fromkeys(name for name, _ in wanted if name))
        country = country or next((code for _, code in wanted if code), "")
        if remote and not names:
            names = [f"Remote ({where})" if where else "Remote"]
        elif not names and where:
            names = [where]
    return "; ".join(dict.fromkeys(names))[:250], country


def _address(value: Any) -> tuple[str, str]:
    """A Place, a PostalAddress, a country or plain words as one line, and the country's code."""
    if not isinstance(value, Mapping):
        name = _words(value)
        return name, places.country_in(name)
    address = _first(value.get("address"))
    if isinstance(address, str):
        return one_line(address), places.country_in(one_line(address))
    parts = address if isinstance(address, Mapping) else value
    country_name = _words(parts.get("addressCountry")) or _words(value.get("addressCountry"))
    own = [_words(parts.get(key)) for key in ("addressLocality", "addressRegion")]
    if not any(own):
        own = [_words(parts.get("streetAddress")) or _words(value.get("name"))]
    shown = [*own, country_name] if len(country_name) > 2 or not any(own) else own
    joined = ", ".join(dict.fromkeys(part.strip(" ,") for part in shown if part.strip(" ,")))
    return joined, places.country_of(country_name) or places.country_in(joined)


def _pay(item: Mapping[str, Any], country: str) -> Pay | None:
    for key in ("baseSalary", "estimatedSalary", "salary"):
        for entry in _many(item.get(key)):
            found = _amount(entry, _words(item.get("salaryCurrency")), country)
            if found:
                return found
    return None


def _amount(entry: Any, currency: str, country: str) -> Pay | None:
    """A MonetaryAmount (with a number, a QuantitativeValue or words inside), a number, or words."""
    if not isinstance(entry, Mapping):
        written = _words(entry)
        return (
            money.pay_of(low=entry, currency=currency, country=country)
            if written and re.fullmatch(r"[\d.,\s]+", written)
            else money.read_pay(written, country=country)
        )
    value = _first(entry.get("value"))
    inner = value if isinstance(value, Mapping) else {}
    code = next((name for source in (entry, inner) if (name := _words(source.get("currency")))), currency)
    unit = next(
        (name for source in (inner, entry) for key in ("unitText", "unitCode", "duration") if (name := _words(source.get(key)))), ""
    )
    bounds = _bounds((inner, entry))
    if bounds == (None, None):
        single = value if not isinstance(value, Mapping) else inner.get("value")
        text = _words(single)
        if text and not re.fullmatch(r"[\d.,\s]+", text):
            read = money.read_pay(text, country=country)
            return (
                money.pay_of(low=read.low, high=read.high, currency=code, period=unit, raw=text, country=country)
                if read and code and read.low
                else read
            )
        bounds = (single, None)
    return money.pay_of(low=bounds[0], high=bounds[1], currency=code, period=unit, country=country)


def _bounds(sources: Iterable[Mapping[str, Any]]) -> tuple[Any, Any]:
    for source in sources:
        low, high = _first(source.get("minValue")), _first(source.get("maxValue"))
        if low not in (None, "") or high not in (None, ""):
            return low if low not in (None, "") else high, high if high not in (None, "") else low
    return None, None


def _listed(opened: document.Document) -> tuple[str, ...]:
    """Addresses in ItemLists of a page that speaks of postings."""
    lists = [node for node in schema.json_ld(opened) if "ItemList" in schema.types(node)]
    return tuple(dict.fromkeys(link for node in lists for link in _list_links(node, opened.url)))


def _list_links(node: Mapping[str, Any], base: str) -> Iterator[str]:
    for entry in _many(node.get("itemListElement")):
        if isinstance(entry, Mapping):
            target = _first(entry.get("item"))
            single = entry.get("url") or (target.get("url") or target.get("@id") if isinstance(target, Mapping) else target)
            if isinstance(single, str) and (found := canonical(single, base=base)):
                yield found
