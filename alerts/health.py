"""``/healthz``: when each stage last succeeded and whether that is too long ago."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Max

from adverts.models import Run
from settings.schedule import Job

Report = dict[str, Any]


def report(jobs: Sequence[Job], succeeded: Mapping[str, datetime], *, started: datetime, now: datetime) -> Report:
    """The state of every stage of the timetable.

    A stage that never succeeded counts from when the scheduler ``started``, so that a fresh installation is not late at once.
    """
    stages = {}
    for job in jobs:
        for stage in job.stages:
            last = succeeded.get(stage)
            late = now - (last or started) > job.late_after
            stages[stage] = {"last_success": last.isoformat() if last else None, "late": late}
    return {"ok": not any(each["late"] for each in stages.values()), "now": now.isoformat(), "stages": stages}


def last_successes() -> dict[str, datetime]:
    """Stage -> end of its last successful run; the runs of single sources (``crawl:<source>``) count for ``crawl``."""
    newest: dict[str, datetime] = {}
    for name, ended in Run.objects.filter(ok=True).values_list("stage").annotate(last=Max("ended_at")):
        stage = name.partition(":")[0]
        newest[stage] = max(ended, newest.get(stage, ended))
    return newest


def server(port: int, *, check: Callable[[], Report]) -> ThreadingHTTPServer:
    """A server on the loopback address alone that answers ``/healthz`` with what ``check`` says: 200 when all is well, 503 when not.

    Port 0 takes any free one. The caller serves and closes it.
    """

    class Handler(BaseHTTPRequestHandler):
        """Answers one address."""

        server_version, sys_version = "Fairwatch", ""

        def do_GET(self) -> None:
            """Answer ``/healthz``; 404 for anything else."""
            if self.path != "/healthz":
                self.send_error(404)
                return
            self._answer(*_checked(check))

        def _answer(self, status: int, found: Report) -> None:
            body = json.dumps(found, indent=1).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: it is asked every few seconds."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _checked(check: Callable[[], Report]) -> tuple[int, Report]:
    try:
        found = check()
    except DatabaseError as error:
        found = {"ok": False, "error": f"the ledger cannot be read: {type(error).__name__}"}
    finally:
        connection.close()  # each request has its own thread, and with it its own connection
    return (200 if found["ok"] else 503), found
