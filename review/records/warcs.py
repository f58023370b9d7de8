"""Captures of an advert copied byte for byte out of the capture files, with the lines of the capture chain that name them.

Works on the files alone: a record is a gzip member (or several, with its request and metadata records), and a copy of it is
exactly those bytes. What cannot be copied is told, never left out silently.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from review.records.verify import MAX_UNPACKED, members, warc_fields

MOST_BYTES = 256 * 1024 * 1024
"""Largest piece of a capture file looked at for one capture; the crawler keeps no page above 50 MB."""
_FIRST = frozenset({"response", "revisit", "resource", "warcinfo"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A capture the ledger names, and why it is wanted."""

    file: str
    offset: int
    sha256: str
    """Of the page's body, as the ledger says."""
    why: str


@dataclass(frozen=True, slots=True)
class Copied:
    """One capture, copied or not."""

    wanted: Wanted
    content: bytes = b""
    offset_here: int = 0
    """Where it stands in the copy."""
    facts: tuple[tuple[str, str], ...] = ()
    """What its first record says: url, date, type, payload, id."""
    missing: str = ""
    """Why it is not in the copy; empty where it is."""

    def log_row(self) -> dict[str, Any]:
        """The capture as a line of the collection log."""
        row: dict[str, Any] = {"why": self.wanted.why, "file": self.wanted.file, "offset": self.wanted.offset, **dict(self.facts)}
        if self.missing:
            return {**row, "missing": self.missing}
        digest = hashlib.sha256(self.content).hexdigest()
        return {**row, "offset_here": self.offset_here, "length": len(self.content), "sha256": digest}


def copy(root: Path, wanted: Sequence[Wanted]) -> list[Copied]:
    """The captures in the order given, each once, one behind another."""
    done: list[Copied] = []
    at = 0
    for one in {(want.file, want.offset): want for want in wanted}.values():
        copied = replace(_copy(root, one), offset_here=at)
        at += len(copied.content)
        done.append(copied)
    return done


def chain_lines(root: Path, copied: Sequence[Copied]) -> list[bytes]:
    """The lines of the capture chain that name what was copied, as they are."""
    found: list[bytes] = []
    for one in copied:
        if one.missing:
            continue
        file, offset = json.dumps(one.wanted.file), one.wanted.offset
        marks = (f'"file":{file},'.encode(), f'"offset":{offset},'.encode())
        day = Path(one.wanted.file).name[:8]
        for path in _chain_files(root, day):
            with path.open("rb") as stream:
                found += [line.rstrip(b"\n") for line in stream if marks[0] in line and marks[1] in line]
    return found


def _chain_files(root: Path, day: str) -> list[Path]:
    """Chain files of the day in a capture file's name and later ones: a file is written on its day alone, save by a repair."""
    since = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return sorted(path for path in (root / "chain").glob("*.jsonl") if path.stem >= since)[:3]


def _copy(root: Path, want: Wanted) -> Copied:
    path = (root / want.file).resolve()
    if not path.is_relative_to(root.resolve()):
        return Copied(want, missing="its name leads outside the captures folder")
    try:
        with path.open("rb") as stream:
            stream.seek(want.offset)
            content = stream.read(MOST_BYTES)
        return _group(want, content)
    except (OSError, ValueError) as error:
        return Copied(want, missing=f"cannot be read: {type(error).__name__}")


def _group(want: Wanted, content: bytes) -> Copied:
    """The capture at the beginning of ``content`` with the records that belong to it."""
    facts: tuple[tuple[str, str], ...] = ()
    end, kind, body = 0, "", b""
    for number, (stop, record) in enumerate(_bounded(content)):
        fields, block = warc_fields(record)
        if fields is None:
            raise ValueError("no WARC record")
        if number == 0:
            kind, facts, body = fields.get("warc-type", ""), _facts(fields), _body(fields, block)
        elif fields.get("warc-type") in _FIRST:
            break
        end = stop
    if not end:
        raise ValueError("no record")
    if kind == "metadata":
        return Copied(want, facts=facts, missing="it was erased; a tombstone stands in its place")
    if want.sha256 and kind == "response" and hashlib.sha256(body).hexdigest() != want.sha256:
        return Copied(want, facts=facts, missing="its body is another than the ledger says")
    return Copied(want, content=content[:end], facts=facts)


def _bounded(content: bytes) -> Iterator[tuple[int, bytes]]:
    for _, stop, record in members(content, MAX_UNPACKED):
        yield stop, record


def _body(fields: dict[str, str], block: bytes) -> bytes:
    return block.partition(b"\r\n\r\n")[2] if fields.get("warc-type") == "response" else block


def _facts(fields: dict[str, str]) -> tuple[tuple[str, str], ...]:
    names = {
        "type": "warc-type", "url": "warc-target-uri", "date": "warc-date", "record_id": "warc-record-id",
        "payload_sha256": "fairwatch-payload-sha256",
    }  # fmt: skip
    return tuple((name, fields[field]) for name, field in names.items() if field in fields)
