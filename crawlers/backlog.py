"""Pages that are captured and wait to be read. Fetching goes on meanwhile, so a page that takes long to read holds up no other.

What waits is written down beside the landing file (``<run>.owed``): a crawl that was killed is gone on with from its captures, and
nothing is fetched twice. The bodies stay in the captures, so that memory stays flat however far reading lags behind.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from adverts.records import Capture
from crawlers.answer import Answer
from crawlers.itinerary import Visit
from crawlers.known import page_key
from crawlers.landing import LandingError

MOST = 10_000
"""Pages that may wait; beyond, fetching waits for reading."""
_FIELDS = ("url", "status", "content_type", "charset", "etag", "last_modified", "redirect")


@dataclass(frozen=True, slots=True)
class Owed:
    """One page that waits."""

    answer: Answer
    """Without its body, which its capture holds."""
    kind: str
    """The reader it is to be read with."""


class Backlog:
    """The waiting pages of one run, first come, first read."""

    def __init__(self, path: Path) -> None:
        """``path`` is made. Raises ``LandingError`` where the disk refuses."""
        self._path = path
        self._waiting: deque[Owed] = deque()
        try:
            self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o640)
        except OSError as error:
            raise LandingError(f"{path}: cannot be made: {error}; free the disk or correct the rights of the folder") from error

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, answer: Answer, *, kind: str) -> None:
        """Let a captured page wait; it is written down when this returns. Raises ``LandingError`` where the disk refuses."""
        row: dict[str, Any] = {"page": page_key(answer.visit.url), "at": answer.at.isoformat()}
        row["capture"] = asdict(answer.capture) if answer.capture else None
        row |= {name: getattr(answer, name) for name in _FIELDS}
        packed = memoryview((json.dumps(row) + "\n").encode())
        try:
            while packed:
                packed = packed[os.write(self._fd, packed) :]
        except OSError as error:
            raise LandingError(f"{self._path}: cannot be written: {error}; free the disk, then crawl again") from error
        self._waiting.append(Owed(answer=replace(answer, body=b""), kind=kind))

    def take(self, most: int) -> list[Owed]:
        """The next pages to read, ``most`` of them at most."""
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def clear(self) -> None:
        """Read no more of what waits."""
        self._waiting.clear()

    def close(self) -> None:
        """Nothing waits any longer: the file goes. May be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
            self._path.unlink(missing_ok=True)


class Captured:
    """The pages that killed runs had captured and not landed, each given out once in place of fetching it."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._rows: dict[str, dict[str, Any]] = {}
        for path in paths:
            self._rows |= {row["page"]: row for row in _rows(path)}

    def __len__(self) -> int:
        return len(self._rows)

    def answer_to(self, visit: Visit) -> Answer | None:
        """The answer that a killed run got to this visit, body left in its capture; None where there is none."""
        row = self._rows.pop(page_key(visit.url), None)
        if row is None:
            return None
        named = {name: row[name] for name in _FIELDS}
        return Answer(visit=visit, at=datetime.fromisoformat(row["at"]), body=b"", capture=Capture(**row["capture"]), **named)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a file of what was owed; a torn last line, or one of another making, is passed over."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError:
        return
    for line in lines:
        try:
            row = json.loads(line)
            datetime.fromisoformat(row["at"])
            Capture(**row["capture"])
        except (ValueError, TypeError, KeyError):
            continue
        if all(name in row for name in (*_FIELDS, "page")):
            yield row
