"""Receivers of webhooks on the loopback address: real servers that keep what arrives and answer as told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], float]
"""Status, headers, seconds to wait before answering; status 0 hangs up without an answer."""

TAKEN: Answer = (200, {}, 0)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request."""

    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """What a test sees of a running receiver."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    """Those that were answered with 2xx."""
    asked: int = 0
    """All requests."""
    answer: Callable[[Arrived], Answer] = lambda arrived: TAKEN

    def answers(self, *each: Answer) -> None:
        """Answer the next requests so, then 200."""
        waiting = list(each)
        self.answer = lambda arrived: waiting.pop(0) if waiting else TAKEN


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on a free port of 127.0.0.1."""
    kept, lock = Receiver(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got = Arrived(dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"])).decode())
            with lock:
                kept.asked += 1
                status, headers, wait = kept.answer(got)
            time.sleep(wait)
            if status == 0:
                self.close_connection = True
                return
            if 200 <= status < 300:
                with lock:
                    kept.arrived.append(got)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                return  # the sender has gone

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/fairwatch"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
