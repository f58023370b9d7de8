"""One posting as nested data (JSON or XML) into an advert, by families of field names; no product or site is known here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from adverts.records import Pay
from crawlers import pay as money
from crawlers.readers.parts import fields, keys, places, words
from crawlers.readers.parts.dates import read_date
from crawlers.readers.parts.text import html_text, one_line
from crawlers.reading import Draft
from crawlers.urls import canonical

MAX_LEAVES = 800
MAX_DEPTH = 8
_MAX_RAW = 60
_URL = re.compile(r"^(?:https?:)?//|^www\.|^/[^\s]*$|^data:", re.I)
_NO_PLACES = frozenset(
    {"on site", "onsite", "hybrid", "office", "in office", "published", "active", "open", "true", "false", "full", "none"}
)
_CONTACT = re.compile(r"e-?mail|phone|mobile|whatsapp|telefon|contact|recruiter|hiring_?manager|[\w.+-]+@[\w-]+\.\w|\+\d[\d ()-]{7,}", re.I)
_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|&hellip;)\s*$")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of a record with the plain names that lead to it."""

    path: tuple[str, ...]
    value: str | int | float | bool
    written: str
    """The names as written, with dots."""

    @property
    def key(self) -> str:
        """The name that tells what the value means: its own, or its parent's where its own is generic."""
        return keys.meaning(self.path)

    @property
    def aside(self) -> bool:
        """Whether it stands in a part that says nothing of title, employer or place."""
        return any(name in keys.ASIDE for name in self.path[:-1])

    @property
    def string(self) -> str:
        """The value as text, "" for a truth value."""
        return "" if isinstance(self.value, bool) else str(self.value).strip()


def leaves(record: Mapping[str, Any]) -> list[Leaf]:
    """The values of a record in its own order, bounded in number and depth."""
    found: list[Leaf] = []
    stack: list[tuple[tuple[str, ...], str, Any]] = [((), "", record)]
    while stack and len(found) < MAX_LEAVES:
        path, written, value = stack.pop()
        if path and path[-1] in keys.OTHERS and not isinstance(value, str | int | float):
            continue
        if isinstance(value, Mapping) and len(path) < MAX_DEPTH:
            children = [(*path, keys.plain(str(name))) for name in value]
            stack.extend(
                (child, f"{written}.{name}".lstrip("."), item)
                for child, (name, item) in reversed(list(zip(children, list(value.items())[:MAX_LEAVES], strict=False)))
            )
        elif isinstance(value, list | tuple) and len(path) < MAX_DEPTH + 1:
            stack.extend((path, written, item) for item in reversed(value[:100]))
        elif path and isinstance(value, str | int | float) and value != "":
            found.append(Leaf(path=path, value=value, written=written))
    return found


def pick(found: Iterable[Leaf], family: Mapping[str, int], *, aside: bool = False, own_key: bool = False) -> list[Leaf]:
    """The leaves of a family, the surest first: early in the family, near the top, early in the record."""
    ranked = []
    for order, leaf in enumerate(found):
        key = leaf.path[-1] if own_key else leaf.key
        if key in family and (aside or not leaf.aside) and leaf.string:
            depth = len(leaf.path) - (1 if key != leaf.path[-1] else 0)
            ranked.append((family[key] / 4 + 8 * depth, order, leaf))
    return [leaf for _, _, leaf in sorted(ranked, key=_rank)]


def _rank(entry: tuple[float, int, Leaf]) -> tuple[float, int]:
    return entry[0], entry[1]


def title_of(found: list[Leaf]) -> str:
    """The title of a record, "" where it has none; weak names (name, text) count only where no other is there."""
    candidates = [leaf for leaf in pick(found, keys.TITLE) if _is_title(leaf)]
    strong = [leaf for leaf in candidates if leaf.key not in keys.WEAK_TITLES and leaf.path[-1] not in keys.WEAK_TITLES]
    shallow = min((len(leaf.path) for leaf in candidates), default=0)
    chosen = [leaf for leaf in strong if len(leaf.path) <= shallow + 2] or candidates
    return one_line(chosen[0].string) if chosen else ""


def _is_title(leaf: Leaf) -> bool:
    value = leaf.string
    if leaf.key in keys.EMPLOYER or (leaf.key in keys.PLACE and leaf.key not in keys.TITLE):
        return False
    usable = isinstance(leaf.value, str) and 2 <= len(value) <= 400 and not _URL.match(value) and any(char.isalpha() for char in value)
    return usable and not words.label(value)


def draft_of(record: Mapping[str, Any], *, base: str, language: str = "", defaults: Mapping[str, str] | None = None) -> Draft | None:
    """The advert that a record holds, None where it has no title.

    ``base`` is the address relative links start from; ``defaults`` gives fields that stand outside the record (an employer named once
    for the whole list).
    """
    found = leaves(record)
    title = title_of(found)
    if not title:
        return None
    preset = defaults or {}
    spoken = _first(found, keys.LANGUAGE, limit=35)
    body = body_of(found, title)
    place, country = place_of(found)
    advert = Draft(
        url=url_of(found, base),
        title=title,
        text=body,
        source_id=_id_of(found),
        employer=employer_of(found, title) or preset.get("employer", ""),
        place=place or preset.get("place", ""),
        country=country or places.country_in(place),
        pay=pay_of(found, country),
        posted_on=_date(found, keys.POSTED, spoken or language),
        valid_until=_date(found, keys.UNTIL, spoken or language),
        languages=languages_of(spoken or language),
        complete=len(body) >= 300 and not _CUT.search(body),
        raw=raw_of(found),
    )
    return filled(advert)


def filled(advert: Draft, *, language: str = "") -> Draft:
    """The advert with what its own labels say where its fields are empty ("Location: Leeds" in a description)."""
    if all((advert.employer, advert.place, advert.pay, advert.posted_on, advert.valid_until)):
        return advert
    said = fields.labelled(advert.text.split("\n")).values
    place = advert.place or said.get("place", "")
    country = advert.country or places.country_in(place)
    return replace(
        advert,
        employer=advert.employer or said.get("employer", ""),
        place=place,
        country=country,
        pay=advert.pay or money.read_pay(said.get("pay", ""), country=country),
        posted_on=advert.posted_on or read_date(said.get("posted"), language=language),
        valid_until=advert.valid_until or read_date(said.get("until"), language=language),
    )


def employer_of(found: list[Leaf], title: str) -> str:
    """Who hires, "" where nothing says so."""
    for leaf in pick(found, keys.EMPLOYER):
        name = one_line(leaf.string, limit=200)
        if isinstance(leaf.value, str) and name and name != title and not _URL.match(name) and not re.fullmatch(r"[\d\W]+", name):
            if leaf.path[-1] not in keys.EMPLOYER and leaf.path[-1] not in keys.GENERIC:
                continue
            return name
    return ""


def place_of(found: list[Leaf]) -> tuple[str, str]:
    """Where the work is, as written, and its country's code; the city where the rest only says "remote"."""
    chosen = [leaf for leaf in pick(found, keys.PLACE) if isinstance(leaf.value, str) and _is_place(leaf.string)]
    # where an employer sits is not where the work is, if anything else says that
    chosen = [leaf for leaf in chosen if leaf.path[0] not in keys.EMPLOYER or leaf.path[0] == leaf.path[-1]] or chosen
    country = next((code for leaf in pick(found, keys.COUNTRY) if (code := places.country_of(leaf.string))), "")
    city = next((one_line(leaf.string, limit=120) for leaf in chosen if leaf.path[-1] in keys.CITY or leaf.key in keys.CITY), "")
    if not chosen:
        return "", country
    best = chosen[0]
    if best.key in keys.CITY or best.path[-1] in keys.CITY or best.key in keys.REGION or best.key in keys.COUNTRY:
        return _joined(chosen, city), country
    several = [one_line(leaf.string, limit=120) for leaf in chosen if leaf.path == best.path][:3]
    place = "; ".join(dict.fromkeys(several))
    if city and places.is_remote(place) and len(place) <= 20:
        return city, country
    return place, country


def _joined(chosen: list[Leaf], city: str) -> str:
    """City, region and country from their own fields."""
    region = next((one_line(leaf.string, limit=80) for leaf in chosen if leaf.key in keys.REGION), "")
    country = next(
        (one_line(leaf.string, limit=80) for leaf in chosen if leaf.key in {"country", "countryname", "land"} and len(leaf.string) > 2), ""
    )
    parts = [part for part in (city, region, country) if part]
    return ", ".join(dict.fromkeys(parts)) or one_line(chosen[0].string, limit=120)


def _is_place(value: str) -> bool:
    if value.lower().replace("_", " ").replace("-", " ") in _NO_PLACES:
        return False
    return 1 < len(value) <= 250 and not _URL.match(value) and any(char.isalpha() for char in value) and "<" not in value


def pay_of(found: list[Leaf], country: str) -> Pay | None:
    """Pay from words or from separate low, high, currency and period fields."""
    low, high = _amount(found, keys.PAY_LOW), _amount(found, keys.PAY_HIGH)
    currency, period = _pay_word(found, keys.PAY_CURRENCY, 10), _pay_word(found, keys.PAY_PERIOD, 30)
    if not currency and (low or high):
        currency = _first(found, keys.PAY_CURRENCY, limit=10)
    for leaf in pick(found, keys.PAY):
        words = one_line(leaf.string, limit=money.MAX_RAW)
        if words and any(char.isdigit() for char in words) and low is None and high is None:
            direct = money.read_pay(words, country=country)
            if direct and (currency or period) and not direct.currency:
                return money.pay_of(low=direct.low, high=direct.high, currency=currency, period=period, raw=words, country=country)
            return direct
        if words and isinstance(leaf.value, str) and low is None and high is None and not leaf.aside:
            return money.read_pay(words, country=country)
    return money.pay_of(low=low, high=high, currency=currency, period=period, country=country) if low or high else None


def _about_pay(leaf: Leaf) -> bool:
    return any(name in keys.PAY or "salar" in name or "compens" in name or "remuner" in name or "pay" in name for name in leaf.path)


def _amount(found: list[Leaf], family: Mapping[str, int]) -> str | None:
    for leaf in pick(found, family):
        if _about_pay(leaf) and any(char.isdigit() for char in leaf.string) and len(leaf.string) <= 40:
            return leaf.string
    return None


def _pay_word(found: list[Leaf], family: Mapping[str, int], limit: int) -> str:
    return _first([leaf for leaf in found if _about_pay(leaf)], family, limit=limit)


def _first(found: list[Leaf], family: Mapping[str, int], *, limit: int) -> str:
    return next((leaf.string for leaf in pick(found, family) if len(leaf.string) <= limit), "")


def _date(found: list[Leaf], family: Mapping[str, int], language: str) -> date | None:
    return next((day for leaf in pick(found, family) if (day := read_date(leaf.value, language=language))), None)


def url_of(found: list[Leaf], base: str) -> str:
    """The canonical address of the posting, "" where the record has none."""
    for leaf in pick(found, keys.URL, own_key=True):
        value = leaf.string
        if isinstance(leaf.value, str) and (_URL.match(value) or value.lower().startswith("http")) and not value.startswith("data:"):
            found_url = canonical(value, base=base, keep_fragment=True)
            if found_url:
                return found_url
    return ""


def _id_of(found: list[Leaf]) -> str:
    for leaf in pick(found, keys.ID, own_key=True):
        if len(leaf.path) <= 3 and 0 < len(leaf.string) <= 200:
            return leaf.string
    return ""


def body_of(found: list[Leaf], title: str) -> str:
    """The words of the posting in the record's order, each piece once; teasers only where there is nothing longer."""
    long_pieces = [leaf for leaf in found if isinstance(leaf.value, str) and not _in_translation(leaf) and _is_text(leaf)]
    chosen = long_pieces or [leaf for leaf in found if leaf.key in keys.TEASER and isinstance(leaf.value, str)]
    pieces: list[str] = []
    seen = ""
    for leaf in chosen[:60]:
        piece = html_text(leaf.string)
        start = "".join(piece.split())[:120]
        if piece and start not in seen and piece != title and len(seen) < 400_000:
            pieces.append(piece)
            seen += "".join(piece.split())
    return "\n".join(pieces)


def _in_translation(leaf: Leaf) -> bool:
    return any(name in {"translations", "translation", "seo", "similarjobs", "relatedjobs"} for name in leaf.path)


def _is_text(leaf: Leaf) -> bool:
    value = leaf.string
    if leaf.key in keys.TITLE and leaf.path[-1] == leaf.key and leaf.key != "text":
        return False
    if leaf.key in keys.TEXT or leaf.path[-1] in keys.TEXT:
        return not _URL.match(value) and bool(re.search(r"\w\W+\w", value))
    return leaf.key not in keys.TEASER and len(value) > 200 and value.count(" ") > 20


def languages_of(code: str) -> tuple[str, ...]:
    """The BCP 47 code in its usual form, or none."""
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?(?:[-_.].*)?", code.strip())
    if not found:
        return ()
    parts = [found.group(1).lower(), (found.group(2) or "").title(), (found.group(3) or "").upper()]
    return ("-".join(part for part in parts if part),)


def raw_of(found: list[Leaf]) -> dict[str, str]:
    """The short values of a record as found, by their names with dots; contacts are left to the text, where intake masks them."""
    raw: dict[str, str] = {}
    for leaf in found:
        if len(raw) >= _MAX_RAW:
            break
        if len(str(leaf.value)) <= 300 and not leaf.aside and not _CONTACT.search(f"{leaf.written} {leaf.value}"):
            raw.setdefault(leaf.written[:120], str(leaf.value))
    return raw
