"""From Scrapy's response to our answer."""

from __future__ import annotations

from datetime import datetime

from scrapy.http import Response

from crawlers.answer import Answer


def answer_of(response: Response, *, now: datetime) -> Answer:
    """What came back, as the rest of the crawl wants it."""
    meta = response.meta
    header = response.headers.get("Content-Type", b"") or b""
    content_type, _, parameters = header.decode("latin-1").partition(";")
    charset = next(
        (part.split("=", 1)[1].strip(" \"'") for part in parameters.split(";") if part.strip().lower().startswith("charset=")), ""
    )
    capture = meta.get("capture")
    return Answer(
        visit=meta["visit"], url=response.url, at=now, status=response.status, body=response.body,
        content_type=content_type.strip().lower(), charset=charset[1] if charset else "",
        etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified"),
        capture=capture, same=bool(capture and capture.sha256 == meta["known_sha256"]),
        redirect=next((code for code in meta.get("redirect_reasons", ()) if isinstance(code, int)), 0),
    )  # fmt: skip


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name, b"") or b""
    return value.decode("latin-1")
