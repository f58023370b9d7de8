"""Inspectors at work, for Locust; started by ``benchmarks.desk --locust``, which also prints what this writes to ``--told``.

Each signs in, then again and again: opens the queue, narrows it, pages on, opens an advert, claims it, decides it or gives it back, now and
then takes a decision back or searches. They work on the same queue, so one is sometimes told that another was first: that is an answer,
and no failure. Failures are answers of the server that should not be: any status beside those asked for.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from itertools import count
from pathlib import Path
from typing import Any

from locust import HttpUser, between, events, task

from benchmarks._pages import MILLISECONDS, QUERIES, cases, form, inspector, next_page, signing_in

QUEUES = (
    "/", "/", "/?band=urgent", "/?band=priority", "/?language=en", "/?indicator=recruitment-fee", "/?source=board-7", "/?online=1",
    "/?sector=care", "/?view=mine", "/?view=decided", "/?indicator=deposit-or-bond&online=1&language=en",
)  # fmt: skip
SEARCHES = ("registration fee", '"passport is kept"', "band:urgent online:yes", "deposit sort:newest", "visa -ticket", "lang:ar")
OUTCOMES = ("act", "labour-law", "fraud", "benign", "cannot-tell")

_numbers = count()
_queries: dict[str, set[int]] = defaultdict(set)
_server: dict[str, list[float]] = defaultdict(list)


class Inspector(HttpUser):
    """One person at the desk; between two acts one to three seconds."""

    wait_time = between(1, 3)

    def on_start(self) -> None:
        """Sign in."""
        self.number = next(_numbers)
        self.chance = random.Random(self.number)  # noqa: S311
        page = self._get("/sign-in/", "sign-in page")
        self._act(("/sign-in/", signing_in(page, inspector(self.number))), "sign in")

    @task(6)
    def work(self) -> None:
        """Find a case, read it, claim it, decide it or give it back."""
        page = self._get(self.chance.choice(QUEUES), "queue")
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            if further := next_page(page):
                self.wait()
                page = self._get(f"/{further}", "queue")
        found = cases(page)
        if not found:
            return
        self.wait()
        claiming = form(self._get(self.chance.choice(found), "advert"), "claim")
        if claiming is None:
            return  # decided already
        claimed = self._act(claiming, "claim")
        self.wait()
        self._answer(claimed)

    @task(1)
    def look_for(self) -> None:
        """Search."""
        self._get("/search/", "search", q=self.chance.choice(SEARCHES))

    @task(1)
    def copies(self) -> None:
        """Open a cluster from the queue."""
        page = self._get("/", "queue")
        if "/clusters/" in page:
            self._get("/clusters/" + page.split("/clusters/", 1)[1].split('"', 1)[0], "cluster")

    def _answer(self, page: str) -> None:
        if self.chance.random() < 0.15 and (giving := form(page, "release")):
            self._act(giving, "give back")
            return
        deciding = form(page, "decide")
        if deciding is None:
            return  # somebody else has it
        page = self._act(deciding, "decide", outcome=self.chance.choice(OUTCOMES), reason="", note="")
        if self.chance.random() < 0.2 and (undoing := form(page, "undo")):
            self.wait()
            self._act(undoing, "take back")

    def _get(self, address: str, name: str, **query: str) -> str:
        answer = self._checked(self.client.get(address, params=query or None, name=name, **_BARE), name, (200,))
        return str(answer.text)

    def _act(self, filled: tuple[str, dict[str, str]], name: str, **more: str) -> str:
        """Send a form; the page it leads to, or the same page where it was not taken because somebody was first (409)."""
        address, fields = filled
        answer = self._checked(self.client.post(address, {**fields, **more}, name=name, **_BARE), name, (302, 409))
        if answer.status_code != 302:
            return str(answer.text)
        place = answer.headers["Location"]
        return self._get(place, "advert" if place.startswith("/adverts/") else "queue")

    def _checked(self, asking: Any, name: str, wanted: tuple[int, ...]) -> Any:
        with asking as answer:
            if answer.status_code in wanted:
                answer.success()
                _queries[name].add(int(answer.headers[QUERIES]))
                _server[name].append(float(answer.headers[MILLISECONDS]))
            else:
                answer.failure(f"status {answer.status_code}: {answer.error or str(answer.text)[:200]}")
        return answer


_BARE: dict[str, Any] = {"catch_response": True, "allow_redirects": False}


@events.init_command_line_parser.add_listener
def _options(parser: Any) -> None:
    parser.add_argument("--told", default="", help="file to write the figures to")


@events.quitting.add_listener
def _tell(environment: Any, **_: Any) -> None:
    rows = [
        {
            "name": entry.name,
            "requests": entry.num_requests,
            "failures": entry.num_failures,
            "p50": entry.get_response_time_percentile(0.5),
            "p95": entry.get_response_time_percentile(0.95),
            "queries": sorted(_queries[entry.name]),
            "server": sorted(_server[entry.name]),
        }
        for entry in environment.stats.entries.values()
    ]
    errors = [{"name": error.name, "error": str(error.error), "times": error.occurrences} for error in environment.stats.errors.values()]
    Path(environment.parsed_options.told).write_text(json.dumps({"rows": rows, "errors": errors}), encoding="utf-8")
