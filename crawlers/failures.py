"""Names for what can go wrong while fetching, as they appear in reports; the only place that knows Scrapy's exceptions."""

from __future__ import annotations

import gzip
import zlib

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError

from crawlers.resolver import refused_hosts

WORTH_ANOTHER_TRY = frozenset({"timeout", "dns", "no-connection", "broken-off"})
"""Troubles that may have passed a little later. A bad certificate or a page too long stays what it is."""

_PACKERS = ("brotli", "backports.zstd", "zstd")
_IGNORED = {
    "Forbidden by robots.txt": "robots",
    "max redirections reached": "redirects",
    "exceeded DOWNLOAD_MAXSIZE": "too-long",
}


class Refused(IgnoreRequest):
    """A request that our manners forbid; ``kind`` names the rule."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def kind(error: BaseException, *, host: str = "") -> str:
    """One word for an error met while fetching from ``host``."""
    if isinstance(error, Refused):
        return error.kind
    if isinstance(error, IgnoreRequest):
        return next((name for text, name in _IGNORED.items() if text in str(error)), "ignored")
    if isinstance(error, CannotResolveHostError):
        return "private-address" if host in refused_hosts() else "dns"
    if isinstance(error, DownloadTimeoutError):
        return "timeout"
    if isinstance(error, DownloadCancelledError):
        return "too-long"
    if isinstance(error, DownloadConnectionRefusedError):
        return "no-connection"
    if isinstance(error, ResponseDataLossError):
        return "broken-off"
    if isinstance(error, (zlib.error, gzip.BadGzipFile, EOFError)) or type(error).__module__.lstrip("_").startswith(_PACKERS):
        return "bad-packing"
    return _by_cause(error)


def _by_cause(error: BaseException) -> str:
    text = f"{error!r} {error.__cause__!r}".lower()
    if any(word in text for word in ("ssl", "tls", "certificate", "verification")):
        return "tls"
    if isinstance(error, DownloadFailedError):
        return "broken-off"
    return "no-connection" if isinstance(error, ConnectError) else type(error).__name__
