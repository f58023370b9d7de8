"""The canonical form of an address: two spellings of one page become one, and nothing but http and https passes."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from crawlers.remember import remembered

MAX_LENGTH = 4000
"""Longest address kept, in characters; longer ones are traps or tracking, never identities."""

TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "_hs", "at_custom")
TRACKING = frozenset({
    "gclid", "gclsrc", "dclid", "fbclid", "msclkid", "yclid", "ymclid", "twclid", "ttclid", "igshid", "mc_cid", "mc_eid", "mkt_tok",
    "oly_anon_id", "oly_enc_id", "vero_id", "wickedid", "_ga", "_gl", "ga_source", "s_cid", "spm", "scm", "trk", "trackingid",
    "refid", "_openstat", "gbraid", "wbraid", "li_fat_id", "rb_clickid", "jsessionid", "phpsessid", "aspsessionid", "sessionid",
    "cfid", "cftoken", "sid",
})  # fmt: skip
"""Query parameters (in lower case) that say where a visitor came from or who they are, never what the page is."""

_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.I)
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")


def absolute(href: str, *, base: str) -> str:
    """The http(s) address that ``href`` on the page ``base`` leads to, or "" where it leads nowhere (``mailto:``, ``#``, broken)."""
    wanted = href.strip()
    if not wanted or len(wanted) > MAX_LENGTH or wanted.startswith("#"):
        return ""
    try:
        joined = urljoin(base, wanted)
        parts = urlsplit(joined)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return joined if usable else ""


@remembered
def canonical(url: str, *, base: str = "", keep_fragment: bool = False) -> str:
    """The canonical form of an http(s) address, or "" for anything else.

    Scheme and host in lower case, default port, log-in, tracking and session parameters removed, query sorted. The fragment goes
    unless it names a page itself (``#/jobs/7``, ``#!/jobs/7``) or ``keep_fragment`` is given. Canonical of canonical changes nothing.
    """
    found = absolute(_SPACE.sub(" ", url).strip().replace(" ", "%20"), base=base)
    if not found:
        return ""
    try:
        return _canonical(found, keep_fragment=keep_fragment)
    except (ValueError, UnicodeError):
        return ""


def host(url: str) -> str:
    """The host name of an address in lower case, "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def path_words(url: str) -> list[str]:
    """The words of an address's path in lower case: ``/Jobs/view-job_12.html`` gives jobs, view, job, 12, html."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return []
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", path)
    return [word for word in re.split(r"[\W_]+", spaced.lower()) if word]


def _canonical(url: str, *, keep_fragment: bool) -> str:
    parts = urlsplit(url)
    kept_fragment = parts.fragment if keep_fragment or parts.fragment.startswith(("/", "!")) else ""
    netloc = _netloc(parts.hostname or "", parts.port, parts.scheme.lower())
    if not netloc:
        return ""
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(key)])
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    clean = urlunsplit((parts.scheme.lower(), netloc, path, query, kept_fragment))
    result = str(canonicalize_url(clean, keep_blank_values=True, keep_fragments=bool(kept_fragment)))
    return result if len(result) <= MAX_LENGTH else ""


def _netloc(name: str, port: int | None, scheme: str) -> str:
    """Host and port without the default port; "" where the host cannot be one."""
    ascii_name = name.rstrip(".").lower()
    if not ascii_name:
        return ""
    if ":" in ascii_name:
        ascii_name = f"[{ipaddress.IPv6Address(ascii_name.split('%')[0]).compressed}]"
    elif not ascii_name.isascii():
        ascii_name = ascii_name.encode("idna").decode("ascii")
    if not re.fullmatch(r"[a-z0-9._:\[\]-]+", ascii_name):
        return ""
    return ascii_name if port is None or port == {"http": 80, "https": 443}[scheme] else f"{ascii_name}:{port}"


def _tracks(key: str) -> bool:
    low = key.lower()
    return low in TRACKING or low.startswith(TRACKING_PREFIXES)
