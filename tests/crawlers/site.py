"""A board on loopback that the tests shape as they need, and a run of the spider against it in a process of its own.

Its pages are JSON (``{"adverts": [...], "links": [...], "next": [...]}``), read by a reader as simple as that: what is tested here is
fetching, not reading.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawlers.landing import read_lines
from crawlers.process import SCRAPY
from crawlers.reading import Draft, Page, Reading

ROOT = Path(__file__).resolve().parents[2]
WORKER = {"READING_WORKER": "tests.crawlers.simple_worker"}
"""Scrapy setting by which pages are read with the simple reader below."""


@dataclass
class Reply:
    """One HTTP answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[BaseHTTPRequestHandler], Reply | None]
"""Gives the reply; None where it wrote to the connection itself."""


@dataclass
class Asked:
    """One request as the board saw it."""

    path: str
    headers: dict[str, str]
    at: float


class Site:
    """A running board: ``pages`` maps a path (with query) to a reply or to a function that makes one."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, Reply | Handler] = {}
        self.asked: list[Asked] = []
        site = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append(Asked(self.path, dict(self.headers.items()), time.monotonic()))
                page = site.pages.get(self.path, Reply(b"not here", 404))
                reply = page(self) if callable(page) else page
                if reply is None:
                    self.close_connection = True
                    return
                etag = reply.headers.get("ETag")
                if etag and self.headers.get("If-None-Match") == etag:
                    reply = Reply(b"", 304, {"ETag": etag})
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A crawler that hangs up is what several tests are about."""

        self._server = Quiet((host, 0), Answers)
        self.url = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def wrap(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def job(self, number: int, *, etag: str = "", **fields: Any) -> None:
        """Put up the page of one advert."""
        headers = {"ETag": etag} if etag else {}
        self.pages[f"/job/{number}"] = Reply(listing(adverts=[{"title": f"Job {number}", **fields}]), headers=headers)

    def sitemap(self, numbers: list[int]) -> None:
        """Put up a sitemap of adverts."""
        entries = "".join(f"<url><loc>{self.url}/job/{number}</loc></url>" for number in numbers)
        self.pages["/sitemap.xml"] = Reply(f"<urlset>{entries}</urlset>".encode())


@contextmanager
def running(host: str = "127.0.0.1") -> Iterator[Site]:
    site = Site(host)
    try:
        yield site
    finally:
        site.close()


def listing(*, adverts: list[dict[str, Any]] | None = None, links: list[str] | None = None, following: list[str] | None = None) -> bytes:
    """A page in the test's own format."""
    return json.dumps({"adverts": adverts or [], "links": links or [], "next": following or []}).encode()


def read(page: Page, *, kind: str = "auto") -> Reading:
    """The reader for such pages. One with ``broken`` breaks it, one with ``slow`` keeps it, one with ``dies`` ends its process."""
    try:
        content = json.loads(page.body)
    except ValueError:
        return Reading(reader="test", version="1", reason="is no page of an advert")
    if content.get("broken"):
        raise ZeroDivisionError("the reader broke")
    if content.get("dies"):
        os._exit(3)
    time.sleep(content.get("slow", 0))
    adverts = tuple(
        Draft(**{"url": page.url, "text": f"{entry['title']}\nWork in the harbour.", **entry}) for entry in content.get("adverts", [])
    )
    reason = "" if adverts else "shows nothing"
    return Reading(
        adverts=adverts, links=tuple(content.get("links", [])), next_pages=tuple(content.get("next", [])),
        reader="test", version="1", reason=reason,
    )  # fmt: skip


@dataclass
class Ran:
    """What a run of the spider left."""

    returncode: int
    log: str
    lines: list[dict[str, Any]]
    report: dict[str, Any]
    landing: Path
    captures: Path

    def urls(self, event: str) -> list[str]:
        return sorted(line["url"] for line in self.lines if line["event"] == event)

    @property
    def counts(self) -> dict[str, int]:
        return self.report["counts"]


class Bench:
    """A folder with a source file, in which the spider is run as often as a test likes."""

    def __init__(self, folder: Path, **source: Any) -> None:
        self.folder = folder
        self.landing, self.captures = folder / "landing", folder / "captures"
        self.source = folder / "board.yml"
        self.write(**source)

    def write(self, **source: Any) -> None:
        """Write the source file, with defaults for what is not given."""
        content = {
            "name": "board", "title": "A board", "legal_basis": "A board made up for tests.", "purpose": "To test the crawler.",
            "contact_page": "http://board.example/", "rate": 1000, "concurrency": 4, "enabled": True, "allow_private": True, **source,
        }  # fmt: skip
        self.source.write_text(json.dumps(content), encoding="utf-8")

    def command(self, *arguments: str, settings: dict[str, Any] | None = None) -> list[str]:
        """The command line of a run."""
        words = [*SCRAPY, "crawl", "board"]
        given = {"source": self.source, "landing": self.landing, "captures": self.captures}
        words += [word for name, value in given.items() for word in ("-a", f"{name}={value}")]
        chosen = {"OPERATOR_CONTACT": "https://watch.example/contact", "BACKOFF_FIRST_WAIT": 0.3, **WORKER, **(settings or {})}
        words += [word for name, value in chosen.items() for word in ("-s", f"{name}={value}")]
        return [*words, *arguments]

    def known(self, *rows: dict[str, Any]) -> str:
        """Write a known file; the argument that names it."""
        path = self.folder / "known.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return f"known={path}"

    def run(self, *arguments: str, settings: dict[str, Any] | None = None, timeout: float = 60) -> Ran:
        """Run the spider to its end."""
        before = set(self.landing.glob("*/*.jsonl"))
        words = [word for argument in arguments for word in ("-a", argument)]
        done = subprocess.run(
            self.command(*words, settings=settings), cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
        )
        fresh = sorted(set(self.landing.glob("*/*.jsonl")) - before)
        lines = [line for path in fresh for line in read_lines(path)]
        report = json.loads(fresh[-1].with_suffix(".report.json").read_text(encoding="utf-8")) if fresh else {}
        return Ran(done.returncode, done.stderr, lines, report, self.landing, self.captures)
