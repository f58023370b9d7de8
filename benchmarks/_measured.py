"""The project's WSGI application, telling with each answer how long it took and how many queries it asked.

For the servers that ``benchmarks.desk`` starts: ``gunicorn benchmarks._measured``. The time is that of Django from the first middleware to
the finished page, without the network and the wait for a free thread; the processor time is that of the thread, which a busy machine
changes less (PostgreSQL's own work is not in it).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from benchmarks._pages import MILLISECONDS, PROCESSOR, QUERIES
from settings.wsgi import application as fairwatch


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer."""
    began, used, asked = time.perf_counter(), time.thread_time(), [0]

    def count(execute: Callable[..., Any], *told: Any) -> Any:
        asked[0] += 1
        return execute(*told)

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        took = {MILLISECONDS: time.perf_counter() - began, PROCESSOR: time.thread_time() - used}
        told = [*((name, f"{seconds * 1000:.2f}") for name, seconds in took.items()), (QUERIES, str(asked[0]))]
        return start_response(status, [*headers, *told], *more)

    with connection.execute_wrapper(count):
        answer: Iterable[bytes] = fairwatch(environ, start)
    return answer
