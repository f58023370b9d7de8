"""One landing line (``docs/landing.md``): checked field by field, turned into records, or refused with what to do."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from adverts.records import Advert, Capture, FairwatchError, Pay

LONGEST_LINE = 8_000_000
"""Bytes: a longer line is refused unread."""
LONGEST_TEXT = 200_000
"""Characters of an advert's text: the longest real one seen has 16,516."""
LONGEST_FIELD = 2_000
LONGEST_URL = 4_000
"""Characters of an address, the same as for crawlers (``crawlers.urls.MAX_LENGTH``): a longer one is refused, for a cut
one names another page."""
EARLIEST = date(1990, 1, 1)
"""Public job adverts on the web are younger; an older date is a mistake of the source."""

_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# controls that never belong to text, and those that change its direction unseen
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_PERIODS = frozenset({"hour", "day", "week", "month", "year", "piece"})


class LineError(FairwatchError):
    """A landing line cannot be taken."""

    def __init__(self, field: str, value: object, reason: str, remedy: str) -> None:
        self.field, self.value, self.reason, self.remedy = field, _short(value), reason, remedy
        super().__init__(f"{field} = {self.value}: {reason}; {remedy}")


@dataclass(frozen=True, slots=True)
class Line:
    """A landing line that was taken."""

    event: str
    """seen, unchanged or gone."""
    advert: Advert
    """For ``unchanged`` and ``gone`` only source, url, source_id and seen_at are filled."""
    etag: str = ""
    last_modified: str = ""
    reason: str = ""
    """Why it is gone, with the HTTP status."""


def read_line(raw: bytes) -> Line:
    """The content of one line. Raises ``LineError`` with the field, its value, the reason and the remedy."""
    data = _object(raw)
    event = data.get("event", "seen")
    if event not in {"seen", "unchanged", "gone"}:
        raise LineError("event", event, "is none of seen, unchanged, gone", "correct it or leave it out for seen")
    text = _text(data, event)
    advert = Advert(
        source=_source(data),
        url=_url(data, required=event == "seen"),
        seen_at=_time(data),
        title=_string(data, "title"),
        text=text,
        source_id=_string(data, "source_id", longest=500),
        employer=_string(data, "employer"),
        place=_string(data, "place"),
        country=_country(data),
        pay=_pay(data),
        posted_on=_day(data, "posted_on"),
        valid_until=_day(data, "valid_until"),
        languages=_languages(data),
        capture=_capture(data),
        reader=_string(data, "reader", longest=50),
        reader_version=_string(data, "reader_version", longest=20),
    )
    if not (advert.source_id or advert.url):
        raise LineError("url", "", "neither url nor source_id is given", "give one of them: the advert cannot be known again without")
    reason = f"{data.get('status', 0)} {_string(data, 'reason')}".strip() if event == "gone" else ""
    return Line(event, advert, _string(data, "etag"), _string(data, "last_modified"), reason)


def clean(text: str) -> str:
    """Text as it may be kept: NFC, no control or direction characters, no lone surrogates, line ends as ``\\n``.

    Markup is left as it is: it is text here and is escaped wherever it is shown.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    return unicodedata.normalize("NFC", _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def _object(raw: bytes) -> Mapping[str, Any]:
    if len(raw) > LONGEST_LINE:
        raise LineError("line", f"{len(raw)} bytes", f"is longer than {LONGEST_LINE} bytes", "cut the advert's text before it is landed")
    try:
        data = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LineError("line", raw[:80], f"is not UTF-8 (byte {error.start})", "write landing files in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise LineError("line", raw[:80], f"is not JSON ({str(error)[:100]})", "write one JSON object a line") from error
    if not isinstance(data, dict):
        raise LineError("line", raw[:80], "is not a JSON object", "write one JSON object a line")
    return data


def _string(data: Mapping[str, Any], name: str, *, longest: int = LONGEST_FIELD) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise LineError(name, value, "is not text", "write it as a JSON string")
    return clean(value[: longest * 2])[:longest]


def _text(data: Mapping[str, Any], event: str) -> str:
    value = data.get("text")
    if event != "seen" and not value:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise LineError(
            "text", value, "is missing or empty", "an advert without text cannot be judged: give its words, or its title as text"
        )
    if len(value) > LONGEST_TEXT:
        raise LineError(
            "text", f"{len(value)} characters", f"is longer than {LONGEST_TEXT} characters", "no advert is that long: check the reader"
        )
    text = clean(value)
    if not text:
        raise LineError("text", value, "holds only control characters", "check how the page was decoded")
    return text


def _source(data: Mapping[str, Any]) -> str:
    value = data.get("source")
    if not isinstance(value, str) or not _SOURCE.fullmatch(value):
        raise LineError("source", value, "is no source name", "use small letters, digits and hyphens, as the source file is called")
    return value


def _url(data: Mapping[str, Any], *, required: bool) -> str:
    value = _string(data, "url", longest=LONGEST_URL + 1)
    if not value and not required:
        return ""
    if len(value) > LONGEST_URL:
        raise LineError("url", value, f"is longer than {LONGEST_URL} characters", "give the advert's own address, without tracking")
    try:
        parts = urlsplit(value)
        ok = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        ok = False
    if not ok and (value or not data.get("source_id")):
        raise LineError("url", value, "is no web address", "give the advert's address with http:// or https://")
    return value


def _time(data: Mapping[str, Any]) -> datetime:
    value = data.get("seen_at")
    try:
        seen = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise LineError("seen_at", value, "is no ISO 8601 time", "write it like 2026-05-01T08:30:00+00:00") from error
    if seen.tzinfo is None:
        raise LineError("seen_at", value, "has no time zone", "write it like 2026-05-01T08:30:00+00:00")
    if seen.date() < EARLIEST or seen > datetime.now(UTC) + timedelta(days=2):
        raise LineError("seen_at", value, f"lies before {EARLIEST} or in the future", "check the clock of the machine that crawled")
    return seen.astimezone(UTC)


def _day(data: Mapping[str, Any], name: str) -> date | None:
    value = data.get(name)
    if value in (None, ""):
        return None
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise LineError(name, value, "is no date", "write it like 2026-05-01, or leave it empty") from error
    if day < EARLIEST:
        raise LineError(name, value, f"lies before {EARLIEST}", "leave it empty where the source gives no real date")
    return day


def _country(data: Mapping[str, Any]) -> str:
    value = _string(data, "country", longest=100).upper()
    if value and not re.fullmatch(r"[A-Z]{2}", value):
        raise LineError("country", value, "is no two-letter country code", "use ISO 3166-1 alpha-2 (QA for Qatar), or leave it empty")
    return value


def _languages(data: Mapping[str, Any]) -> tuple[str, ...]:
    value = data.get("languages") or []
    if not isinstance(value, list) or not all(
        isinstance(code, str) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", code) for code in value
    ):
        raise LineError("languages", value, "is no list of language codes", 'write it like ["ne", "en"]')
    return tuple(value[:10])


def _pay(data: Mapping[str, Any]) -> Pay | None:
    value = data.get("pay")
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = {"raw": value}
    if not isinstance(value, dict):
        raise LineError("pay", value, "is neither text nor an object", 'write it like {"raw": "900 USD a month"}')
    low, high = _number(value, "low"), _number(value, "high")
    currency, period = _string(value, "currency", longest=10).upper(), _string(value, "period", longest=20)
    return Pay(
        raw=_string(value, "raw", longest=500),
        low=low,
        high=high,
        currency=currency if re.fullmatch(r"[A-Z]{3}", currency) else None,
        period=period if period in _PERIODS else None,
    )


def _number(value: Mapping[str, Any], name: str) -> float | None:
    number = value.get(name)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 1e12:
        raise LineError(f"pay.{name}", number, "is no sum", "write a number of the currency's unit, or null")
    return float(number)


def _capture(data: Mapping[str, Any]) -> Capture | None:
    value = data.get("capture")
    if value is None:
        return None
    ok = isinstance(value, dict) and isinstance(value.get("file"), str) and isinstance(value.get("offset"), int)
    if not ok or ".." in value["file"] or value["file"].startswith("/") or not _SHA256.fullmatch(str(value.get("sha256", ""))):
        raise LineError(
            "capture", value, "does not name a capture", 'write {"file": relative name, "offset": bytes, "sha256": 64 hex digits}, or null'
        )
    url = value.get("url")
    return Capture(clean(value["file"])[:500], value["offset"], value["sha256"], clean(url)[:LONGEST_URL] if isinstance(url, str) else "")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = clean(text[:200]).replace("\n", " ")
    return text[:100] + ("..." if len(text) > 100 else "")
