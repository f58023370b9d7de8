"""How the crawler behaves towards a board: whom it may talk to, how long it waits, what robots.txt means. Pure rules, no Scrapy.

Limits that Scrapy itself keeps (sizes, times, redirects, the user agent) are in ``settings.crawling``. docs/crawling.md says both in
prose for the operators of boards; keep them alike.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

MAX_SITEMAP = 50 * 1024 * 1024
"""Largest sitemap, in bytes: the limit of the sitemap protocol."""
RETRIES = 3
"""How often one address is asked again after a passing trouble."""
FIRST_WAIT = 5.0
"""Seconds waited after the first 429 or 503 without Retry-After; doubled each time."""
SHORT_WAIT = 1.0
"""Seconds waited after a passing trouble that is no request to wait (500, a broken connection)."""
MAX_WAIT = 300.0
"""Longest pause within a crawl, in seconds; asked for more, the crawl of that host ends and comes back on its schedule."""
REFUSALS = 8
"""Refusals (429, 503) in a row after which a host is left alone for the rest of the crawl."""
MAX_CRAWL_DELAY = 600.0
"""Longest Crawl-delay kept, in seconds."""

PASSING = frozenset({429, 500, 502, 503, 504, 522, 524, 408})
"""Statuses worth another try later."""
ASKS_TO_WAIT = frozenset({429, 503})
"""Statuses by which a host asks for fewer requests."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet.

    Private, loopback, link-local, shared, reserved and multicast addresses are not, nor those that carry such an
    address inside (IPv4-mapped, 6to4, Teredo, NAT64). What is no address is not public.
    """
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if any(carried is not None and not is_public(str(carried)) for carried in inner):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def refusal(url: str, *, hosts: Collection[str], private: Collection[tuple[str, int]] = ()) -> str:
    """Why an address may not be asked for, as an error kind, or "" where it may.

    ``hosts`` are the host names of the source; their subdomains are covered. ``private`` are the (host, port) pairs for which
    private addresses are allowed. Names that resolve to private addresses are caught when connecting, not here.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "bad-address"
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        return "bad-address"
    if not _within(host, hosts):
        return "other-host"
    if _is_ip(host) and not is_public(host) and (host, port) not in private:
        return "private-address"
    return ""


def retry_after(value: str, *, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3), or None where it cannot be read."""
    text = value.strip()
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def wait(*, tried: int, asked: float | None, first: float = FIRST_WAIT) -> float:
    """Seconds to wait before try number ``tried`` + 1: what the host asked for, else ``first``, doubled each time."""
    own = first * 2.0 ** max(0, tried - 1)
    return min(own, MAX_WAIT) if asked is None else asked


def robots_body(status: int, body: bytes) -> bytes:
    """What counts as a host's robots.txt, given the answer to the request for it (RFC 9309, 2.3.1).

    4xx: there is none, all is allowed. 5xx, or 429: the host could not say, so nothing is allowed now.
    """
    if 200 <= status < 300:
        return body
    if 400 <= status < 500 and status != 429:
        return b""
    return NOTHING_ALLOWED


NOTHING_ALLOWED = b"User-agent: *\nDisallow: /\n"


def _within(host: str, hosts: Collection[str]) -> bool:
    bare = host.removeprefix("www.")
    return any(bare == name or bare.endswith(f".{name}") for name in hosts)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    return True
