"""Measure the inspectors' pages on a ledger of many adverts: times within the server, and the number of queries of each page.

    python -m benchmarks.desk [SIZE] [--postgres] [--rounds N]                      20,000 adverts where nothing is given
    python -m benchmarks.desk [SIZE] [--postgres] --locust SECONDS [--users N]
    python -m benchmarks.desk [SIZE] --folder FOLDER ...                            keeps the ledger on SQLite there, and uses it again

The ledger is made anew in a temporary folder (``benchmarks._many``), on SQLite or in a PostgreSQL of its own (tests/servers/postgres.py
says how it is found), and the pages are served by gunicorn with two processes of four threads, as the container serves them. Without
``--locust`` one script works through cases and reads the other pages. With it, N inspectors work at once for so many seconds, and the
program ends with 1 where one answer was not as it should be; all of it runs on the same machine.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import requests

from benchmarks._pages import CHIEF, MILLISECONDS, PROCESSOR, QUERIES, cases, form, inspector, next_page, signing_in
from settings.env import ROOT
from tests.ledgers import Ledger
from tests.servers import postgres

SIZE, ROUNDS, USERS = 20_000, 100, 20
READ = 20
"""Times each other page is read."""
DEEP = 8
"""Pages one goes on before the deep page of the queue."""
PATIENCE = 60.0
INSPECTORS = (
    ("queue", "/"), ("queue, band", "/?band=urgent"), ("queue, indicator", "/?indicator=recruitment-fee"),
    ("queue, language", "/?language=en"), ("queue, source, online", "/?source=board-7&online=1"),
    ("queue, three filters", "/?indicator=deposit-or-bond&language=en&sector=care"), ("queue, mine", "/?view=mine"),
    ("queue, decided", "/?view=decided"),
    ("search, two words", "/search/?q=registration+fee"), ("search, filters", "/search/?q=band%3Aurgent+online%3Ayes"),
    ("second opinion", "/second-opinion/"), ("practice", "/training/"),
)  # fmt: skip
WAYS = {
    "from page to saved decision (advert, decide)": ("advert", "decide"),
    "the same with a claim (advert, claim, advert, decide)": ("advert", "claim", "advert, claimed", "decide"),
}
CHIEFS = (("head of unit", "/head/"), ("differing answers", "/differing/"), ("operator", "/operator/"), ("audit log", "/audit/"))


@dataclass(slots=True)
class Seen:
    """What was measured of one page or act."""

    milliseconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    """Milliseconds of processor time of the server's thread."""
    queries: set[int] = field(default_factory=set)


class Script:
    """One person's session, which notes what each answer cost the server."""

    def __init__(self, base: str, name: str, seen: dict[str, Seen]) -> None:
        self.base, self.seen, self.session = base, seen, requests.Session()
        page = self.get("/sign-in/", "")
        self.post(("/sign-in/", signing_in(page, name)), "sign in")

    def get(self, address: str, name: str) -> str:
        """Read a page."""
        return self._noted(self.session.get(self.base + address, allow_redirects=False), name, 200).text

    def post(self, filled: tuple[str, dict[str, str]], name: str, **more: str) -> str:
        """Send a form; where it leads."""
        answer = self.session.post(self.base + filled[0], {**filled[1], **more}, allow_redirects=False)
        return self._noted(answer, name, 302).headers["Location"]

    def _noted(self, answer: requests.Response, name: str, status: int) -> requests.Response:
        if answer.status_code != status:
            sys.exit(f"{answer.request.method} {answer.url}: {answer.status_code}")
        if name:
            self.seen[name].milliseconds.append(float(answer.headers[MILLISECONDS]))
            self.seen[name].processor.append(float(answer.headers[PROCESSOR]))
            self.seen[name].queries.add(int(answer.headers[QUERIES]))
        return answer


def main(size: int, *, on_postgres: bool, kept: Path | None, rounds: int, seconds: int, users: int) -> None:
    """Make the ledger, serve it, measure, print."""
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fairwatch-desk-")))
        url = ""
        if on_postgres:
            try:
                url = stack.enter_context(postgres.database(stack.enter_context(postgres.running())))
            except postgres.UnavailableError as error:
                print(f"not measured: {error}")
                return
        ledger = Ledger(folder, url)
        began = time.monotonic()
        build(ledger, size)
        kind = "PostgreSQL" if on_postgres else "SQLite"
        print(f"{kind}, {os.cpu_count()} cores, made in {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
        with served(ledger) as base:
            failures = at_once(base, ledger, seconds=seconds, users=users) if seconds else one_by_one(base, rounds)
        print(f"load at the end {os.getloadavg()[0]:.1f}")
        if failures:
            sys.exit(f"{failures} answers were not as they should be")


def build(ledger: Ledger, size: int) -> None:
    """The ledger with its tables, adverts, cases, people and index."""
    made = ledger.data / "made-by-benchmark"
    if not made.exists() and (ledger.data / "ledger.sqlite3").exists():
        sys.exit(f"{ledger.data}: holds a ledger that was not finished, or another one; name an empty folder")
    ledger.run("migrate")
    if made.exists():
        return
    subprocess.run([sys.executable, "-m", "benchmarks._many", str(size)], cwd=ROOT, env=ledger.environment, check=True)
    ledger.run("reindex", "--full")
    made.touch()


@contextmanager
def served(ledger: Ledger) -> Iterator[str]:
    """The address at which gunicorn serves the ledger."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    serving = [
        "--workers=2",
        "--threads=4",
        "--keep-alive=75",
        "--no-control-socket",
        "--log-level=warning",
        f"--bind={base.removeprefix('http://')}",
    ]
    command = [sys.executable, "-m", "gunicorn", "benchmarks._measured", *serving]
    environment = {**ledger.environment, "FAIRWATCH_SECOND_FACTOR": "", "FAIRWATCH_BASE_URL": base}
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(base, server)
        # the first page of a process loads all pages: not what is measured here
        with ThreadPoolExecutor(16) as readers:
            list(readers.map(lambda _: urlopen(f"{base}/sign-in/", timeout=PATIENCE).close(), range(64)))  # noqa: S310 (loopback)
        yield base
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait_for(base: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(f"{base}/sign-in/", timeout=30).close()  # noqa: S310 (loopback)
            return
        except URLError as error:
            if time.monotonic() > until or server.poll() is not None:
                sys.exit(f"gunicorn does not answer: {error}")
            time.sleep(0.1)


def one_by_one(base: str, rounds: int) -> int:
    """One script works through cases and reads all pages; prints the table."""
    seen: dict[str, Seen] = defaultdict(Seen)
    script = Script(base, inspector(0), seen)
    for _ in range(4):
        script.get("/", "")  # the first queue of a process reads the cards of the indicators
    for _ in range(rounds):
        work(script)
    page = script.get("/", "")
    for _ in range(DEEP):
        further = next_page(page)
        page = script.get(f"/{further}", "")
    cluster = "/clusters/" + page.split("/clusters/", 1)[1].split('"', 1)[0]
    chief = Script(base, CHIEF, seen)
    for _ in range(READ):
        for name, address in (*INSPECTORS, ("queue, ninth page", f"/{further}"), ("cluster", cluster)):
            script.get(address, name)
        for name, address in CHIEFS:
            chief.get(address, name)
    print(f"{'page or act':<26}{'times':>5}{'median ms':>11}{'p95 ms':>9}{'processor ms':>14}  queries")
    for name, one in seen.items():
        spread, times = ", ".join(map(str, sorted(one.queries))), one.milliseconds
        print(f"{name:<26}{len(times):>5}{_median(times):>11.1f}{p95(times):>9.1f}{_median(one.processor):>14.1f}  {spread}")
    for name, acts in WAYS.items():
        sums, used = (
            [sum(row) for row in zip(*(getattr(seen[act], of) for act in acts), strict=True)] for of in ("milliseconds", "processor")
        )
        print(f"{name}: median {_median(sums):.0f} ms, p95 {p95(sums):.0f} ms, processor {_median(used):.0f} ms")
    return 0


def work(script: Script) -> None:
    """One case from the queue to its decision, taken back now and then."""
    found = cases(script.get("/", "queue, at work"))
    claiming = form(script.get(found[0], "advert"), "claim")
    if claiming is None:
        sys.exit(f"{found[0]}: cannot be claimed")
    deciding = form(script.get(script.post(claiming, "claim"), "advert, claimed"), "decide")
    if deciding is None:
        sys.exit(f"{found[0]}: cannot be decided")
    following = script.post(deciding, "decide", outcome="benign", reason="", note="")
    undoing = form(script.get(following, "advert, after a decision"), "undo")
    if undoing and len(script.seen["take back"].milliseconds) < READ:
        script.post(undoing, "take back")


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def at_once(base: str, ledger: Ledger, *, seconds: int, users: int) -> int:
    """Many inspectors at once; prints the table, returns the number of failures."""
    told = ledger.data / "told.json"
    told.unlink(missing_ok=True)
    command = [sys.executable, "-m", "locust", "-f", "benchmarks/_locustfile.py", "--headless", "--only-summary", "--loglevel=ERROR"]
    command += [f"--users={users}", "--spawn-rate=4", f"--run-time={seconds}s", f"--host={base}", f"--told={told}"]
    subprocess.run(command, cwd=ROOT, env=ledger.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if not told.exists():
        sys.exit(f"Locust ended without figures: {' '.join(command)}")
    found: dict[str, list[dict[str, Any]]] = json.loads(told.read_text(encoding="utf-8"))
    print(f"{users} inspectors for {seconds} s; client: as Locust sees it, server: within Django, in ms")
    print(f"{'page or act':<14}{'requests':>9}{'failures':>9}{'client p50':>11}{'p95':>7}{'server p50':>11}{'p95':>7}  queries")
    for row in sorted(found["rows"], key=lambda row: -row["requests"]):
        server = row["server"] or [0.0]
        print(
            f"{row['name']:<14}{row['requests']:>9}{row['failures']:>9}{row['p50']:>11.0f}{row['p95']:>7.0f}"
            f"{_median(server):>11.0f}{p95(server):>7.0f}  {', '.join(map(str, row['queries']))}"
        )
    for error in found["errors"]:
        print(f"{error['times']} times {error['name']}: {error['error']}")
    requests_made = sum(row["requests"] for row in found["rows"])
    failures = sum(int(row["failures"]) for row in found["rows"])
    print(f"{requests_made} requests, {requests_made / seconds:.1f} a second, {failures} failures")
    return failures


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("size", nargs="?", type=int, default=SIZE)
    options.add_argument("--postgres", action="store_true", help="a PostgreSQL of its own instead of SQLite")
    options.add_argument("--folder", type=Path, help="keep the ledger here, or use the one that is here")
    options.add_argument("--rounds", type=int, default=ROUNDS, help="cases the script works through")
    options.add_argument("--locust", type=int, default=0, metavar="SECONDS", help="inspectors at once instead of one script")
    options.add_argument("--users", type=int, default=USERS, help="inspectors at once")
    given = options.parse_args()
    if given.postgres and given.folder:
        options.error("--folder keeps a ledger on SQLite; it does not go with --postgres")
    kept = given.folder.resolve() if given.folder else None
    main(given.size, on_postgres=given.postgres, kept=kept, rounds=given.rounds, seconds=given.locust, users=given.users)
