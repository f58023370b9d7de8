"""The hash chain over all captures: who changes, removes or slips in a capture breaks it (docs/crawling.md, "Evidence").

``captures/chain/<day>.jsonl`` has a line for each capture, whatever its source, in the order in which they were made. A line names
the bytes of its capture (file, offset, length, SHA-256) and the line before it (``previous``); its own ``link`` is the SHA-256 of all
that stands before it in the line. The first line of a day follows the last of the day before. ``crawlers/evidence_check.py`` checks it.

Any number of processes append at once, a lock between them. A process killed while it appends leaves a line without an end, which the
next one takes away; what that line was about is found again by ``crawlers.adopting``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "chain"
GENESIS = "0" * 64
"""``previous`` of the very first line."""
LONGEST_URL = 2_000
"""Characters of an address kept in a line; the record has all of it."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LINK = re.compile(rb',"link":"([0-9a-f]{64})"}\n\Z')
_NUMBER = re.compile(rb'\{"n":(\d{1,12}),')
_TAIL = 64 * 1024
"""Bytes read to find the last line: none is longer."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one line of the chain says."""

    kind: str
    """capture, picture, warcinfo; adopted (found after a kill), torn (bytes a kill cut short), withdrawn (a file deleted by rule),
    erased (a tombstone put in a capture's place by rule; ``bytes`` are the tombstone's)."""
    file: str
    """Relative to the captures folder."""
    offset: int = 0
    length: int = 0
    sha256: str = ""
    """Of the bytes as they lie in the file, packed."""
    payload: str = ""
    """SHA-256 of the body."""
    record_id: str = ""
    url: str = ""
    """For a withdrawn file: why it was deleted."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain of a day has come."""

    day: str
    lines: int
    link: str


class Chain:
    """The chain of one captures folder, open for appending. Every ``OSError`` is the caller's to explain."""

    def __init__(self, captures: Path) -> None:
        self._folder = captures / FOLDER
        self._lock = self._fd = -1
        self._day, self._size, self._lines, self._link = "", -1, 0, GENESIS

    def append(self, rows: Sequence[Row], *, at: datetime) -> None:
        """Add a line for each row; they are with the operating system, in one piece, when this returns."""
        with self._locked():
            self._catch_up(at)
            lines, number, link = [], self._lines, self._link
            for row in rows:
                number += 1
                line, link = _line(row, number=number, at=at, previous=link)
                lines.append(line)
            content = b"".join(lines)
            size, self._size = self._size, -1  # unknown until all is written
            view = memoryview(content)
            while view:
                view = view[os.write(self._fd, view) :]
            self._size, self._lines, self._link = size + len(content), number, link

    def close(self) -> None:
        """Make sure of the disk, then close. May be called twice."""
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
        if self._lock >= 0:
            os.close(self._lock)
        self._lock, self._fd, self._day, self._size = -1, -1, "", -1

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._lock < 0:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self._folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o640)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _catch_up(self, at: datetime) -> None:
        """Open the file of the day and learn its last link, if another process has written since."""
        # a clock that runs behind must not write into a day that is over
        named = os.pread(self._lock, 10, 0).decode("ascii", "replace")
        day = max(at.astimezone(UTC).strftime("%Y-%m-%d"), named if _DAY.fullmatch(named) else "", self._day)
        if not self._day:
            day = max(day, *days(self._folder), "")
        if day != self._day:
            self._turn_to(day, named)
        size = os.fstat(self._fd).st_size
        if size != self._size:
            self._lines, self._link = _repaired(self._fd) or (0, self._before())
            self._size = os.fstat(self._fd).st_size

    def _turn_to(self, day: str, named: str) -> None:
        if day != named:
            # told to the others before the file is there: a kill in between costs nothing
            os.pwrite(self._lock, day.encode(), 0)
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = os.open(self._folder / f"{day}.jsonl", os.O_CREAT | os.O_APPEND | os.O_RDWR | os.O_CLOEXEC, 0o640)
        self._day, self._size = day, -1

    def _before(self) -> str:
        """The last link of the days before."""
        for day in reversed([day for day in days(self._folder) if day < self._day]):
            fd = os.open(self._folder / f"{day}.jsonl", os.O_RDWR | os.O_CLOEXEC)
            try:
                found = _repaired(fd)
            finally:
                os.close(fd)
            if found:
                return found[1]
        return GENESIS


def withdraw(captures: Path, file: str, *, why: str, at: datetime) -> None:
    """Write down that a file of captures was deleted by rule (retention, erasure), so that its absence is no fault. Raises ``OSError``."""
    chain = Chain(captures)
    try:
        chain.append([Row(kind="withdrawn", file=file, url=why)], at=at)
    finally:
        chain.close()


def days(folder: Path) -> list[str]:
    """Days that have a chain file, the earliest first."""
    return sorted(path.stem for path in folder.glob("*.jsonl") if _DAY.fullmatch(path.stem))


def heads(captures: Path) -> list[Head]:
    """The head of each day's chain, the earliest first; days without a whole line are left out."""
    found = []
    for day in days(captures / FOLDER):
        with (captures / FOLDER / f"{day}.jsonl").open("rb") as stream:
            last = _last(stream.fileno())
        if last is not None:
            found.append(Head(day, *last))
    return found


def _line(row: Row, *, number: int, at: datetime, previous: str) -> tuple[bytes, str]:
    """A line of the chain, and its link."""
    url, file = json.dumps(row.url[:LONGEST_URL]), json.dumps(row.file)
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    body = (
        f'{{"n":{number},"at":"{when}","kind":"{row.kind}","id":"{row.record_id}","url":{url},"payload":"{row.payload}","file":{file},'
        f'"offset":{row.offset},"length":{row.length},"bytes":"{row.sha256}","previous":"{previous}"'
    ).encode("ascii")
    link = hashlib.sha256(body).hexdigest()
    return body + b',"link":"' + link.encode() + b'"}\n', link


def _repaired(fd: int) -> tuple[int, str] | None:
    """Number and link of the last line, once a line without an end is taken away; None where there is no line."""
    size = os.fstat(fd).st_size
    tail = os.pread(fd, _TAIL, max(0, size - _TAIL))
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(fd, size - len(tail) + tail.rfind(b"\n") + 1)
    return _last(fd)


def _last(fd: int) -> tuple[int, str] | None:
    size = os.fstat(fd).st_size
    tail = os.pread(fd, _TAIL, max(0, size - _TAIL))
    tail = tail[: tail.rfind(b"\n") + 1]
    line = tail[tail.rfind(b"\n", 0, -1) + 1 :]
    if not line:
        return None
    number, link = _NUMBER.match(line), _LINK.search(line)
    # a damaged line stops no crawl: the check names it, and what follows hangs on it as it is
    return int(number[1]) if number else 0, link[1].decode() if link else hashlib.sha256(line).hexdigest()
