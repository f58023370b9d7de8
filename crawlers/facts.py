"""What is known of a fetch beside request and answer, for the metadata record of its capture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adverts.records import advert_id
from crawlers.itinerary import LISTS, Visit
from crawlers.known import page_key

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

MOST_ADVERTS = 50
"""Ids of known adverts named for one page."""


def of(request: Request, response: Response, spider: Any) -> list[tuple[str, str]]:
    """Name and value of each fact, in a fixed order; what is not known is left out. Never raises on an odd answer."""
    meta = request.meta
    found = [("fetchTimeMs", f"{1000 * meta['download_latency']:.0f}")] if "download_latency" in meta else []
    if meta.get("redirect_urls"):
        found += [("via", meta["redirect_urls"][-1]), ("redirects", _redirects(meta))]
    if meta.get("retry_times"):
        found.append(("tries-before", str(meta["retry_times"])))
    found.append(("robots", _robots(request, spider)))
    visit = meta.get("visit")
    if isinstance(visit, Visit):
        found += _visit(visit, spider)
    return found + _tls(response.certificate)


def _redirects(meta: dict[str, Any]) -> str:
    """The chain of redirects that led here: the status of each and where it came from."""
    steps = zip(meta.get("redirect_reasons", ()), meta["redirect_urls"], strict=False)
    return ", ".join(f"{reason} from {url}" for reason, url in steps)


def _robots(request: Request, spider: Any) -> str:
    """What robots.txt said; a page it forbids is never fetched."""
    if "visit" not in request.meta:
        return "this is robots.txt"
    answered = spider.health.hosts.get(urlsplit(request.url).netloc, {}).get("robots")
    return f"allowed (robots.txt answered {answered})" if answered else "allowed"


def _visit(visit: Visit, spider: Any) -> list[tuple[str, str]]:
    reader = visit.start.reader if visit.role in LISTS else spider.source.reader
    found = [("role", str(visit.role)), ("reader", reader)]
    if visit.role not in LISTS:
        rows = spider.crawl.known.on_page(page_key(visit.url))[:MOST_ADVERTS]
        found += [("known-advert", advert_id(source=spider.source.name, own_id=row.own_id)) for row in rows]
    return found


def _tls(certificate: Any) -> list[tuple[str, str]]:
    """Whom the host showed itself to be, where the page came over TLS."""
    if not hasattr(certificate, "getSubject"):
        return []
    names = {"tls-subject": certificate.getSubject(), "tls-issuer": certificate.getIssuer()}
    found = [(fact, ", ".join(f"{key}={_readable(value)}" for key, value in sorted(name.items()))) for fact, name in names.items()]
    return [*found, ("tls-certificate-sha256", _readable(certificate.digest("sha256")))]


def _readable(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
