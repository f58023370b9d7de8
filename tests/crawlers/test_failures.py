"""One word for each trouble."""

from __future__ import annotations

import gzip
import zlib

import pytest
from scrapy import exceptions
from twisted.internet.error import ConnectError, NoRouteError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawlers import failures


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (failures.Refused("private-address"), "private-address"),
        (exceptions.IgnoreRequest("Forbidden by robots.txt"), "robots"),
        (exceptions.IgnoreRequest("max redirections reached"), "redirects"),
        (exceptions.IgnoreRequest("... exceeded DOWNLOAD_MAXSIZE (5 B)"), "too-long"),
        (exceptions.IgnoreRequest("something new"), "ignored"),
        (exceptions.CannotResolveHostError("x"), "dns"),
        (exceptions.DownloadTimeoutError("x"), "timeout"),
        (exceptions.DownloadCancelledError("x"), "too-long"),
        (exceptions.DownloadConnectionRefusedError("x"), "no-connection"),
        (exceptions.ResponseDataLossError(), "broken-off"),
        (exceptions.DownloadFailedError("[Connection lost]"), "broken-off"),
        (caused(exceptions.DownloadFailedError("x"), ResponseFailed([Failure(Exception("SSL: certificate verify failed"))])), "tls"),
        (ConnectError("x"), "no-connection"),
        (NoRouteError("x"), "no-connection"),
        (zlib.error("x"), "bad-packing"),
        (gzip.BadGzipFile("x"), "bad-packing"),
        (EOFError(), "bad-packing"),
        (KeyError("x"), "KeyError"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_kinds(error: Exception, kind: str) -> None:
    assert failures.kind(error, host="quay.example") == kind


@pytest.mark.parametrize("kind", ["private-address", "robots", "tls", "too-long", "redirects", "bad-packing"])
def test_what_will_not_pass_is_not_tried_again(kind: str) -> None:
    assert kind not in failures.WORTH_ANOTHER_TRY
