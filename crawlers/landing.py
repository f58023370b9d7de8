"""Landing files: what a crawl read, as JSON lines for the intake (docs/landing.md is the specification).

A run writes ``landing/<source>/<UTC time>-<random>.jsonl`` and, beside it, ``<same>.report.json``: an open report (``ended`` null)
when it starts, the full one when it ends. A file whose report stayed open belongs to a run that was killed; the next run takes
over what it had landed.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from adverts.records import Capture, FairwatchError
from crawlers.reading import Draft

TAKEN_OVER = timedelta(hours=12)
"""A killed run older than this is no longer taken over: its adverts are worth a fresh look."""

_STEM = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]+")


class LandingError(FairwatchError):
    """A landing file cannot be written; the message says which and what to do."""


class SourceBusy(FairwatchError):
    """Another process crawls this source; the message says what to do."""


def lock(root: Path, *, source: str) -> FileLock:
    """Take the right to crawl a source, given back by ``release`` or by the end of the process, however it ends.

    Raises ``SourceBusy`` at once where another process has it: two crawlers never work on one source.
    """
    path = root / source / ".crawl.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    taken = FileLock(path, timeout=0)
    try:
        taken.acquire()
    except Timeout as error:
        raise SourceBusy(f"{source} is being crawled by another process ({path} is locked); wait for it to end") from error
    return taken


class LandingFile:
    """The landing file of one run of one source, appended to line by line."""

    def __init__(self, root: Path, *, source: str, now: datetime, stem: str = "") -> None:
        """Make the file and an open report beside it. Raises ``LandingError`` where the disk refuses or the file exists."""
        self.stem = stem or new_stem(now)
        self.path = root / source / f"{self.stem}.jsonl"
        self.report_path = self.path.with_name(f"{self.stem}.report.json")
        self.lines = 0
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o640)
            write_report(self.report_path, {"source": source, "started_at": now.isoformat(), "ended": None})
        except OSError as error:
            raise LandingError(f"{self.path}: cannot be made: {error}; free the disk or correct the rights of the folder") from error

    def write(self, line: Mapping[str, Any]) -> None:
        """Append one line; it is with the operating system, whole, when this returns."""
        # a lone surrogate, which JSON may carry and UTF-8 may not, becomes "?"
        packed = memoryview((json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "replace"))
        try:
            while packed:
                packed = packed[os.write(self._fd, packed) :]
        except OSError as error:
            raise LandingError(f"{self.path}: cannot be written: {error}; free the disk, then crawl again") from error
        self.lines += 1

    def close(self) -> None:
        """Make sure of the disk, then close. May be called twice."""
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1


def new_stem(now: datetime) -> str:
    """A name for the files of a run that starts now; no two runs get the same."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def seen(
    draft: Draft, *, source: str, seen_at: datetime, capture: Capture | None, reader: str, version: str,
    etag: str = "", last_modified: str = "", languages: tuple[str, ...] = (),
) -> dict[str, Any]:  # fmt: skip
    """The line for an advert that was read. ``languages`` stand in where the advert declares none."""
    return {
        "event": "seen",
        "source": source,
        "source_id": draft.source_id,
        "url": draft.url,
        "seen_at": seen_at.astimezone(UTC).isoformat(),
        "title": draft.title,
        "text": draft.text,
        "employer": draft.employer,
        "place": draft.place,
        "country": draft.country,
        "pay": asdict(draft.pay) if draft.pay else None,
        "posted_on": draft.posted_on.isoformat() if draft.posted_on else "",
        "valid_until": draft.valid_until.isoformat() if draft.valid_until else "",
        "languages": list(draft.languages or languages),
        "capture": asdict(capture) if capture else None,
        "etag": etag,
        "last_modified": last_modified,
        "reader": reader,
        "reader_version": version,
        "raw": dict(draft.raw),
    }


def unchanged(*, source: str, source_id: str, url: str, seen_at: datetime) -> dict[str, Any]:
    """The line for a known advert whose page is as it was."""
    return {"event": "unchanged", "source": source, "source_id": source_id, "url": url, "seen_at": seen_at.astimezone(UTC).isoformat()}


def gone(
    *, source: str, source_id: str, url: str, seen_at: datetime, status: int, reason: str, capture: Capture | None = None
) -> dict[str, Any]:
    """The line for a known advert that is no longer offered; ``capture`` holds the answer that says so."""
    return {
        "event": "gone",
        "source": source,
        "source_id": source_id,
        "url": url,
        "seen_at": seen_at.astimezone(UTC).isoformat(),
        "status": status,
        "reason": reason,
        "capture": asdict(capture) if capture else None,
    }


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The complete lines of a landing file. An unfinished last line, or one that is no JSON object, is passed over."""
    with path.open("rb") as stream:
        for raw in stream:
            if not raw.endswith(b"\n"):
                return
            try:
                line = json.loads(raw)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line


def killed_runs(root: Path, *, source: str, now: datetime) -> list[Path]:
    """Landing files of runs that started and never ended, the oldest first, none older than ``TAKEN_OVER``."""
    found = []
    for report in sorted((root / source).glob("*.report.json")):
        stem = report.name.removesuffix(".report.json")
        named = _STEM.fullmatch(stem)
        if named is None or now - datetime.strptime(named[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) > TAKEN_OVER:
            continue
        path = report.with_name(f"{stem}.jsonl")
        if path.is_file() and read_report(report).get("ended", "?") is None:
            found.append(path)
    return found


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write a report so that a reader sees the old or the new one, never a part."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(path)


def read_report(path: Path) -> dict[str, Any]:
    """A report, or an empty one where the file is missing or broken."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}
