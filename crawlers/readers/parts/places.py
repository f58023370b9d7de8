"""Countries by name and code, and what looks like the name of a place."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from functools import cache

from babel import Locale, UnknownLocaleError

_LOCALES = "en de fr es pt it nl pl cs sk ro hu ru uk bg sr hr tr ar fa hi ne bn ur id ms vi th km my fil sv nb da fi el he zh zh_Hant ja ko"
_NOT_COUNTRIES = frozenset({"georgia", "jersey", "man", "chad", "mali", "guinea", "niger", "jordan", "benin", "dominica"})
"""English country names that are more often a state, a person or a part of a name; they count only in a country field."""
_OTHER_NAMES = {
    "uk": "GB", "u.k.": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB", "usa": "US",
    "u.s.a.": "US", "u.s.": "US", "us": "US", "united states of america": "US", "uae": "AE", "u.a.e": "AE", "dubai": "AE", "abu dhabi": "AE",
    "ksa": "SA", "czech republic": "CZ", "turkey": "TR", "macau": "MO", "hong kong": "HK", "burma": "MM", "ivory coast": "CI", "holland": "NL",
    "the netherlands": "NL", "south korea": "KR", "korea": "KR", "russia": "RU", "vietnam": "VN", "viet nam": "VN", "swaziland": "SZ",
    "brunei": "BN", "laos": "LA", "taiwan": "TW", "macedonia": "MK", "congo": "CD", "oae": "AE", "оаэ": "AE", "дубай": "AE", "сша": "US",
}  # fmt: skip
_REMOTE = re.compile(
    r"\b(?:remote|anywhere|worldwide|work from home|home ?office|homeoffice|télétravail|teletrabajo|remoto|remota|da remoto|zdalna|zdalnie|удал[её]нно"
    r"|virtual|telework|hybrid|apac|emea|latam|various|nationwide|multiple locations)\b|リモート|在宅|远程|원격",
    re.I,
)
_REGION = re.compile(
    r",\s?(?:A[LKZR]|C[AOT]|DE|DC|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|ON|QC|BC|AB|NSW|VIC|QLD)\b"
)
_US_POSTAL = re.compile(
    r",\s?(?:A[LKZR]|C[AOT]|DE|DC|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY])\s+\d{5}(?:-\d{4})?\b"
)
_POSTAL = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|[A-Z]-?\d{4,5})\b")
_LOCAL_WORDS = re.compile(
    r"\b(?:city|county|district|province|region|oblast|area|metro|state|downtown|street|road|avenue|kota|kabupaten|quận|huyện|thành phố|tp\.?"
    r"|jalan|jl\.?|voivodeship|woj\.|kraj|okres|prefecture|governorate|emirate|island|airport|г\.|обл\.|район|область|москва)(?![^\W\d_])|[市区县縣都府県省]$|จังหวัด|ខេត្ត|រាជធានី",
    re.I,
)
_COMPANY = re.compile(
    r"(?<![^\W\d_])(?:ltd|limited|inc|incorporated|llc|llp|plc|gmbh|ag|kg|se|s\.?a\.?s?|sarl|s\.?l\.?u?|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|oy|ab|as|a/s|aps"
    r"|sp\. ?z ?o\. ?o|s\.r\.o|a\.s|zrt|kft|bt|ooo|ооо|зао|оао|пао|ао|ип|тов|pt|cv|tbk|sdn|bhd|pvt|pte|co|corp|corporation|company|group|holdings?|gruppe|groupe|grupo|gruppo"
    r"|agency|agencies|services|solutions|technologies|consulting|recruitment|staffing|manpower|overseas|international|hotel|hotels|hospital|clinic"
    r"|university|school|bank|restaurant|foundation|council|ministry|association|institute|trust|公司|株式会社|有限会社|集团|주식회사|บริษัท|công ty|tnhh|шк|завод)(?![^\W\d_])\.?",
    re.I,
)


def country_of(name: str) -> str:
    """The ISO 3166-1 alpha-2 code for a country's code or name in one of many languages, or ""."""
    bare = " ".join(name.split()).strip(" .,()")
    if re.fullmatch(r"[A-Za-z]{2}", bare):
        return bare.upper() if bare.upper() in _codes() else {"UK": "GB"}.get(bare.upper(), "")
    if re.fullmatch(r"[A-Z]{3}", bare) and bare in _alpha3():
        return _alpha3()[bare]
    return _names().get(_fold(bare), "")


def country_in(place: str) -> str:
    """The country that a place names as a whole or in its last part (Berlin, Germany), or ""."""
    parts = [part.strip() for part in re.split(r"[,/|()–—]| - ", place) if part.strip()]
    for part, names in ((parts[-1:], _names()), (parts[:1], _english())):
        folded = _fold(part[0]) if part else ""
        if len(folded) > 2 and folded not in _NOT_COUNTRIES and folded in names:
            return names[folded]
    if _US_POSTAL.search(place):
        return "US"
    return "GB" if parts and parts[-1] == "UK" else "US" if parts and parts[-1] in {"US", "USA"} else ""


def is_remote(text: str) -> bool:
    """Whether a place only says that the work is anywhere or at home."""
    return bool(_REMOTE.search(text[:200]))


def place_like(text: str) -> bool:
    """Whether a short text looks like a place: a country, a known city, a region code, a postal code, or "remote"."""
    short = text.strip()
    if not short or len(short) > 90 or short.endswith((".", "!", "?")) and len(short) > 40:
        return False
    if country_in(short) or _REGION.search(short) or is_remote(short) or _LOCAL_WORDS.search(short):
        return True
    parts = [_fold(part) for part in re.split(r"[,/|()·–-]", short) if part.strip()]
    return any(part in _cities() for part in parts) or bool(_POSTAL.search(short) and len(short.split()) <= 8)


def company_like(text: str) -> bool:
    """Whether a short text has a word that companies have in their names (Ltd, GmbH, 公司)."""
    return len(text) <= 120 and bool(_COMPANY.search(text))


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().strip(".").lower()


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code in Locale("en").territories if re.fullmatch(r"[A-Z]{2}", code)) - {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


@cache
def _alpha3() -> dict[str, str]:
    """The three-letter codes that job feeds use most; the full table is not needed to read a country field."""
    pairs = "USA US GBR GB DEU DE FRA FR ESP ES ITA IT NLD NL POL PL IND IN PAK PK BGD BD NPL NP LKA LK PHL PH IDN ID MYS MY SGP SG THA TH VNM VN "
    pairs += "KHM KH MMR MM CHN CN JPN JP KOR KR TWN TW HKG HK ARE AE SAU SA QAT QA KWT KW OMN OM BHR BH CAN CA AUS AU NZL NZ BRA BR MEX MX ARG AR "
    pairs += "ZAF ZA NGA NG KEN KE GHA GH ETH ET UGA UG EGY EG MAR MA TUR TR RUS RU UKR UA ROU RO BGR BG HUN HU CZE CZ SVK SK AUT AT CHE CH BEL BE "
    pairs += "SWE SE NOR NO DNK DK FIN FI IRL IE PRT PT GRC GR ISR IL"
    words = pairs.split()
    return dict(zip(words[0::2], words[1::2], strict=True))


@cache
def _names() -> dict[str, str]:
    """Country names of many languages, from Unicode's CLDR."""
    found: dict[str, str] = {}
    for name in _LOCALES.split():
        try:
            territories = Locale.parse(name).territories
        except (UnknownLocaleError, ValueError):
            continue
        for code, word in territories.items():
            if code in _codes() and len(word) > 1:
                found.setdefault(_fold(word), code)
    return found | _OTHER_NAMES


@cache
def _english() -> dict[str, str]:
    return {_fold(word): code for code, word in Locale("en").territories.items() if code in _codes()} | _OTHER_NAMES


@cache
def _cities() -> frozenset[str]:
    """Some four hundred large cities: the names of the world's time zones, and some that have none of their own."""
    zones = {_fold(name.rsplit("/", 1)[-1].replace("_", " ")) for name in zoneinfo.available_timezones() if "/" in name and "Etc/" not in name}
    more = (
        "mumbai delhi bangalore bengaluru chennai hyderabad pune noida gurgaon gurugram ahmedabad kochi lahore islamabad rawalpindi faisalabad "
        "chittagong chattogram sylhet pokhara doha jeddah dammam sharjah ajman alexandria barcelona valencia sevilla bilbao münchen munich hamburg "
        "frankfurt köln cologne stuttgart düsseldorf leipzig wien zürich genève geneva basel lyon marseille toulouse bordeaux lille nantes milano "
        "milan roma torino napoli bologna firenze porto lisboa rotterdam utrecht eindhoven den haag antwerpen gent warszawa kraków wrocław poznań "
        "gdańsk łódź katowice praha brno bratislava cluj-napoca iasi timisoara bucurești manchester birmingham liverpool leeds glasgow edinburgh "
        "bristol cardiff cork galway boston seattle san francisco san diego san jose austin dallas houston atlanta miami philadelphia washington "
        "montreal ottawa calgary brisbane perth cebu davao makati surabaya bandung medan penang johor chiang mai pattaya phuket siem reap "
        "sihanoukville da nang hanoi hà nội đà nẵng hồ chí minh guangzhou shenzhen beijing wuhan chengdu 北京 上海 广州 深圳 東京 大阪 서울 부산 москва киев "
        "київ харьков одесса львів минск алматы ташкент тбилиси ankara izmir antalya são paulo rio de janeiro salvador fortaleza curitiba brasília "
        "medellín cali guadalajara monterrey córdoba rosario lima"
    )
    doubles = ("san francisco", "san diego", "san jose", "den haag", "chiang mai", "siem reap", "da nang", "hà nội", "đà nẵng", "hồ chí minh",
               "são paulo", "rio de janeiro", "new york", "los angeles", "phnom penh", "ho chi minh city", "kuala lumpur", "hong kong")  # fmt: skip
    return frozenset((zones - {"eastern", "central", "pacific", "mountain", "west", "east", "south", "north", "general", "easter"}) | set(more.split()) | set(doubles)) - _short_words()


def _short_words() -> frozenset[str]:
    return frozenset({"da", "de", "den", "la", "san", "são", "rio", "do", "chi", "minh", "hồ", "đà", "hà", "mai", "reap", "nội", "navajo", "center"})
