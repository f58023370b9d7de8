"""What a killed process left: captures that no line of the chain names are found and taken into it.

A file that is being written has a mark beside it (``.<name>.open``), locked by its writer. A mark without a lock belongs to a process
that is no more. Its file's bytes beyond the last line of the chain are added: whole records as ``adopted``, what is left as ``torn``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from crawlers.chain import FOLDER, Chain, Row, days
from crawlers.members import Member, MemberError, fields, members

_PIECE = 1024 * 1024
_FIRST = frozenset({"response", "revisit", "resource", "warcinfo"})
"""Types of records that begin a capture; request and metadata records belong to the one before."""


class Mark:
    """Says that a file is being written by a living process."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f".{path.name}.open")
        # locked before it has its name, or another process could take it for one that was left
        made = path.with_name(f".{path.name}.opening")
        self._fd = os.open(made, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o640)
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        made.rename(self._path)

    def remove(self) -> None:
        """The file is whole and the chain names all of it."""
        self._path.unlink(missing_ok=True)
        os.close(self._fd)

    def leave(self) -> None:
        """Nothing more is written, but the chain may lack something of it."""
        os.close(self._fd)


def adopt(root: Path, *, chain: Chain, at: datetime) -> list[str]:
    """Take into the chain what killed processes left, of any source; the names of their files. Raises ``OSError``."""
    found = []
    for mark in sorted(root.glob("*/.*.warc.gz.open")):
        name = f"{mark.parent.name}/{mark.name.removeprefix('.').removesuffix('.open')}"
        try:
            fd = os.open(mark, os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if mark.exists():  # else another process was quicker
                found += [name] if (root / name).exists() else []
                adopt_file(root, name, chain=chain, at=at)
                mark.unlink()
        except BlockingIOError:
            continue
        finally:
            os.close(fd)
    return found


def adopt_file(root: Path, name: str, *, chain: Chain, at: datetime) -> int:
    """Add the bytes of a file that no line of the chain names; the number of lines added. Raises ``OSError``."""
    path = root / name
    size = path.stat().st_size if path.exists() else 0
    end = covered(root, name)
    if size <= end:
        return 0
    rows = list(_rows(path, name, start=end))
    after = rows[-1].offset + rows[-1].length if rows else end
    if after < size:
        rows.append(Row(kind="torn", file=name, offset=after, length=size - after, sha256=_digest(path, after, size)))
    chain.append(rows, at=at)
    return len(rows)


def covered(root: Path, name: str) -> int:
    """Up to which byte of a file the chain goes."""
    end, wanted = 0, f'"file":{json.dumps(name)},'.encode()
    for day in days(root / FOLDER):
        with (root / FOLDER / f"{day}.jsonl").open("rb") as stream:
            for line in stream:
                if wanted in line and line.endswith(b"\n"):
                    end = max(end, _end(line, name))
    return end


def _end(line: bytes, name: str) -> int:
    try:
        said = json.loads(line)
        return int(said["offset"]) + int(said["length"]) if said["file"] == name else 0
    except (ValueError, TypeError, KeyError):
        return 0


def _rows(path: Path, name: str, *, start: int) -> Iterator[Row]:
    """A row for each capture that is there whole."""
    group: list[Member] = []
    with path.open("rb") as stream:
        try:
            for member in members(stream, start=start):
                if group and fields(member.content).get("warc-type", "") in _FIRST:
                    yield _row(path, name, group)
                    group = []
                group.append(member)
        except MemberError:
            pass  # a damaged member cannot be told from one cut short; what follows is taken in as torn
    if group:
        yield _row(path, name, group)


def _row(path: Path, name: str, group: list[Member]) -> Row:
    head = fields(group[0].content)
    begin, end = group[0].offset, group[-1].offset + group[-1].length
    return Row(
        kind="adopted", file=name, offset=begin, length=end - begin, sha256=_digest(path, begin, end),
        payload=_hex(head.get("fairwatch-payload-sha256", "")), record_id=_id(head.get("warc-record-id", "")),
        url=head.get("warc-target-uri", ""),
    )  # fmt: skip


def _digest(path: Path, begin: int, end: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        stream.seek(begin)
        while begin < end:
            piece = stream.read(min(_PIECE, end - begin))
            if not piece:
                break
            digest.update(piece)
            begin += len(piece)
    return digest.hexdigest()


def _hex(value: str) -> str:
    return value if len(value) == 64 and not set(value) - set("0123456789abcdef") else ""


def _id(value: str) -> str:
    return value if value.startswith("<urn:uuid:") and len(value) == 47 and not set(value) & set('"\\') else ""
