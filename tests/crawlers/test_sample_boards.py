"""The four sample boards over three days, with the sources that ship and the real readers: what a faithful crawl must find."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from adverts.records import Capture
from crawlers import landing, process
from crawlers.captures import read_capture
from crawlers.known import KnownAdvert, write_known
from crawlers.process import Job, Outcome
from crawlers.source import FOLDER
from tests.boards.content import BOARDS, DAYS
from tests.boards.expected import expected
from tests.boards.server import serve


class Ledger:
    """As much of the ledger as a crawl needs: the last line of each advert, and whether it is open."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.closed: set[str] = set()

    def take(self, line: dict[str, Any]) -> None:
        own_id = line["source_id"] or line["url"]
        if line["event"] == "gone":
            self.closed.add(own_id)
            return
        self.closed.discard(own_id)
        if line["event"] == "seen":
            self.rows[own_id] = line

    def known(self) -> list[KnownAdvert]:
        return [
            KnownAdvert(
                url=row["url"], source_id=row["source_id"], etag=row["etag"], last_modified=row["last_modified"],
                sha256=row["capture"]["sha256"], closed=own_id in self.closed,
            )
            for own_id, row in self.rows.items()
        ]  # fmt: skip


def crawled(name: str, ledger: Ledger, *, base: str, folder: Path) -> tuple[Outcome, list[dict[str, Any]], list[str]]:
    known = folder / f"{name}.known.jsonl"
    write_known(known, ledger.known())
    job = Job(
        name=name, source=FOLDER / f"{name}.yml", landing=folder / "landing", captures=folder / "captures",
        stem=landing.new_stem(datetime.now(UTC)), known=known, base=base,
    )  # fmt: skip
    said: list[str] = []

    def complain(name: str, text: str) -> None:
        said.append(text)

    outcome = process.run(job, progress=lambda name, counts: None, complain=complain, started=[])
    lines = list(landing.read_lines(job.landing_path)) if job.landing_path.exists() else []
    for line in lines:
        ledger.take(line)
    return outcome, lines, said


def paths(lines: list[dict[str, Any]], event: str) -> set[str]:
    return {urlsplit(line["url"]).path for line in lines if line["event"] == event}


@pytest.mark.slow
@pytest.mark.parametrize("board", BOARDS)
def test_three_days_of_a_board(board: str, tmp_path: Path) -> None:
    ledger, port = Ledger(), 0
    for day in DAYS:
        wanted = expected(day)
        own = {own_id for own_id, path in wanted.paths.items() if path.startswith(f"/{board}/")}
        with serve(day=day, port=port) as base:
            port = urlsplit(base).port or 0
            outcome, lines, said = crawled(f"sample-{board}", ledger, base=base, folder=tmp_path)
        assert outcome.ok, said
        online = {urlsplit(row["url"]).path for own_id, row in ledger.rows.items() if own_id not in ledger.closed}
        assert online == {wanted.paths[own_id] for own_id in wanted.online[board]}
        assert paths(lines, "gone") == {wanted.paths[own_id] for own_id in wanted.vanished & own}
        changed = {wanted.paths[own_id] for own_id in (wanted.changed | wanted.new | wanted.returned) & own}
        if board != "summit":  # its list is read whole each day, so every advert is seen again
            assert paths(lines, "seen") == changed
            assert paths(lines, "unchanged") == online - changed
        for line in lines:
            if line["event"] == "seen":
                assert read_capture(tmp_path / "captures", Capture(**line["capture"])).body
        assert outcome.report["counts"]["errors"] == 0
