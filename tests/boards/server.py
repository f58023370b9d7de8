"""The boards over real HTTP on the loopback address: conditional requests, a switch for the day, a list of what was asked."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from adverts.records import FairwatchError
from tests.boards.content import DAYS
from tests.boards.pieces import Page
from tests.boards.site import PAGED, missing, site

HOST = "127.0.0.1"
REMEMBERED = 20_000
"""Requests kept for ``GET /_seen``; older ones are forgotten."""


class DayError(FairwatchError):
    """A day the boards do not have."""


class BoardServer(ThreadingHTTPServer):
    """The server and what it knows: the day, and the requests so far."""

    daemon_threads = True

    def __init__(self, *, day: int, port: int) -> None:
        self.day = checked(day)
        self.seen: deque[str] = deque(maxlen=REMEMBERED)
        super().__init__((HOST, port), _Handler)

    @property
    def base(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"http://{HOST}:{self.server_address[1]}"


def checked(day: int) -> int:
    """The day itself, or ``DayError``."""
    if day not in DAYS:
        raise DayError(f"day {day}: the sample boards have days {', '.join(map(str, DAYS))}; choose one of them")
    return day


@contextmanager
def serve(*, day: int, port: int = 0) -> Iterator[str]:
    """Serve the boards as they are on ``day`` while the block runs; gives the base URL. Port 0 takes a free one."""
    server = BoardServer(day=day, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.base
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def etag_of(page: Page) -> str:
    """A strong validator: equal for equal bytes."""
    return f'"{hashlib.sha256(page.body).hexdigest()[:24]}"'


def fresh(page: Page, *, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether the asker has this page already (RFC 9110, 13.2.2: the ETag decides where both are sent)."""
    if if_none_match is not None:
        known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in known or etag_of(page) in known
    if if_modified_since is None:
        return False
    try:
        since = parsedate_to_datetime(if_modified_since)
    except ValueError:
        return False
    return page.modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))


def key_of(target: str) -> str:
    """The key of a request target in the site: the path, with its page number where it takes one."""
    parts = urlsplit(target)
    if parts.path not in PAGED:
        return parts.path
    return f"{parts.path}?page={parse_qs(parts.query).get('page', ['1'])[0]}"


class _Handler(BaseHTTPRequestHandler):
    server: BoardServer
    server_version = "SampleBoards/1"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout: ClassVar[int] = 10

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_POST(self) -> None:
        """``POST /_day/<n>`` from this machine switches the day; nothing else is accepted."""
        day = self.path.removeprefix("/_day/")
        if self.client_address[0] != HOST or day not in {str(known) for known in DAYS}:
            self._send(403, b"", {})
            return
        self.server.day = int(day)
        self._send(200, json.dumps({"day": int(day)}).encode(), {"Content-Type": "application/json"})

    def _answer(self, *, with_body: bool) -> None:
        if self.path == "/_seen":
            self._send(200, json.dumps(list(self.server.seen)).encode(), {"Content-Type": "application/json"})
            return
        page = site(day=self.server.day, base=self.server.base).get(key_of(self.path)) or missing()
        headers = {"Content-Type": page.kind}
        status = page.status
        if status == 200:
            headers |= {"ETag": etag_of(page), "Last-Modified": _http_date(page.modified), "Cache-Control": "no-cache"}
            asked = self.headers
            if fresh(page, if_none_match=asked.get("If-None-Match"), if_modified_since=asked.get("If-Modified-Since")):
                status = 304
        self.server.seen.append(f"{self.command} {self.path} {status}")
        self._send(status, page.body, headers, with_body=with_body)

    def _send(self, status: int, body: bytes, headers: dict[str, str], *, with_body: bool = True) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        # one request a connection: nothing lingers when the server ends
        self.send_header("Connection", "close")
        self.end_headers()
        if with_body and status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what was asked is kept for ``/_seen``."""


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
