"""Erases captures: the bytes of a capture give way to a tombstone of the same length, and the chain says so.

The length stays, so every other record keeps its place and the chain its offsets. The tombstone is a WARC metadata record that names
the record it stands for and the SHA-256 of the bytes that were there; the line ``erased`` that is appended to the chain names the new
bytes. A repeat changes nothing, so an erasure that was killed half way is finished by doing it again with the same extent and time.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from adverts.records import FairwatchError
from crawlers.chain import FOLDER, Chain, Row, days
from crawlers.members import Member, MemberError, fields, members
from crawlers.warc import record, warc_date

KIND = "erased"
"""Kind of the chain's line; ``url`` of the line holds the reason code."""
TOMBSTONE = "application/warc-fields"
_FIRST = frozenset({"response", "revisit", "resource", "warcinfo"})
_MARK = b"fairwatch-erased"
_NAMESPACE = uuid.UUID("6f9d2c36-53a1-4c38-9c5e-0e6b7d0f9a11")


class EraseError(FairwatchError):
    """A capture cannot be erased; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The bytes of one capture: its response with the request and metadata records behind it."""

    file: str
    """Relative to the captures folder."""
    offset: int
    length: int
    sha256: str
    """Of the bytes as they were."""
    record_id: str
    url: str


def extent_at(root: Path, file: str, offset: int) -> Extent | None:
    """The extent of the capture at a place; ``None`` where a tombstone stands there, or nothing.

    Raises ``EraseError`` where the place cannot be read.
    """
    path = _inside(root, file)
    try:
        with path.open("rb") as stream:
            found = next(_groups(members(stream, start=offset)), None)
    except FileNotFoundError:
        return None
    except (OSError, MemberError) as error:
        raise EraseError(f"{file} at byte {offset}: cannot be read ({error}); restore the file, then erase again") from error
    extent = _extent(file, found) if found else None
    return with_digest(root, extent) if extent else None


def captures(root: Path, *, source: str) -> Iterator[tuple[Extent, bytes]]:
    """Every capture of a source that is not erased, with the block of its first record; digests are left empty.

    The damaged end of a file is passed over.
    """
    for path in sorted((root / source).glob("*.warc.gz")):
        file = path.relative_to(root).as_posix()
        with path.open("rb") as stream:
            for group in _groups(_whole(members(stream))):
                extent = _extent(file, group)
                if extent is not None:
                    yield extent, group[0].content.partition(b"\r\n\r\n")[2]


def with_digest(root: Path, extent: Extent) -> Extent:
    """The extent with the SHA-256 of its bytes as they are now."""
    with _inside(root, extent.file).open("rb") as stream:
        stream.seek(extent.offset)
        return replace(extent, sha256=hashlib.sha256(stream.read(extent.length)).hexdigest())


def erase(root: Path, extent: Extent, *, reason: str, at: datetime) -> bool:
    """Put the tombstone in place and note it in the chain; whether anything was left to do.

    ``reason`` is a code, never somebody's words. Raises ``EraseError`` where the disk refuses.
    """
    stone = tombstone(extent, reason=reason, at=at)
    path = _inside(root, extent.file)
    row = Row(
        kind=KIND, file=extent.file, offset=extent.offset, length=extent.length,
        sha256=hashlib.sha256(stone).hexdigest(), record_id=extent.record_id, url=reason,
    )  # fmt: skip
    try:
        written = _overwrite(path, extent, stone)
        noted = _is_noted(root, row)
        if not noted and (root / FOLDER).is_dir():
            chain = Chain(root)
            try:
                chain.append([row], at=at)
            finally:
                chain.close()
    except OSError as error:
        raise EraseError(f"{extent.file} at byte {extent.offset}: cannot be erased ({error}); correct its rights, then again") from error
    return written or not noted


def tombstone(extent: Extent, *, reason: str, at: datetime) -> bytes:
    """The record that takes a capture's place: exactly as long, the same for the same extent, reason and time."""
    said = f"erased: {reason}\r\nerased-at: {warc_date(at)}\r\nerased-bytes-sha256: {extent.sha256}\r\n".encode()
    name = uuid.uuid5(_NAMESPACE, f"{extent.file} {extent.offset} {extent.sha256}")
    head = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<urn:uuid:{name}>"),
        ("WARC-Refers-To", extent.record_id or "<urn:uuid:00000000-0000-0000-0000-000000000000>"),
        ("WARC-Date", warc_date(at)),
        ("Content-Type", TOMBSTONE),
    ]
    for content in (record(head, said), record([*head[:2], *head[3:]], b"erased\r\n"), b""):
        stone = _padded(content, extent.length)
        if stone is not None:
            return stone
    raise EraseError(f"{extent.file} at byte {extent.offset}: {extent.length} bytes are too few for any record; it is no capture")


def is_tombstone(content: bytes) -> bool:
    """Whether packed bytes are a tombstone of ours."""
    return content[:4] == b"\x1f\x8b\x08\x10" and content[10 : 10 + len(_MARK)] == _MARK


def _padded(content: bytes, length: int) -> bytes | None:
    """The content as one gzip member of exactly so many bytes, filled up in the comment of its header."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(content) + packer.flush()
    rest = length - 10 - 1 - len(body) - 8
    if rest < len(_MARK):
        return None
    comment = _MARK.ljust(rest, b".")
    return b"\x1f\x8b\x08\x10\0\0\0\0\0\xff" + comment + b"\0" + body + struct.pack("<LL", zlib.crc32(content), len(content))


def _overwrite(path: Path, extent: Extent, stone: bytes) -> bool:
    """Write the tombstone over the capture, where it is not there already; the file may be growing meanwhile."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        there = os.pread(fd, extent.length, extent.offset)
        if there == stone:
            return False
        if len(there) < extent.length:
            raise EraseError(f"{extent.file}: ends before byte {extent.offset + extent.length}; restore it, then erase again")
        view, at = memoryview(stone), extent.offset
        while view:
            written = os.pwrite(fd, view, at)
            view, at = view[written:], at + written
        os.fsync(fd)
    finally:
        os.close(fd)
    return True


def _is_noted(root: Path, row: Row) -> bool:
    marks = (
        f'"kind":"{KIND}"'.encode(),
        f'"file":{json.dumps(row.file)},'.encode(),
        f'"offset":{row.offset},'.encode(),
        row.sha256.encode(),
    )
    for day in reversed(days(root / FOLDER)):
        with (root / FOLDER / f"{day}.jsonl").open("rb") as stream:
            if any(all(mark in line for mark in marks) for line in stream):
                return True
    return False


def _groups(found: Iterator[Member]) -> Iterator[Sequence[Member]]:
    """Members by capture: each begins with a response, revisit, resource or warcinfo record, or a tombstone."""
    group: list[Member] = []
    for member in found:
        kind = fields(member.content).get("warc-type", "")
        if group and (kind in _FIRST or _is_stone(member)):
            yield group
            group = []
        group.append(member)
    if group:
        yield group


def _whole(found: Iterator[Member]) -> Iterator[Member]:
    try:
        yield from found
    except MemberError:
        return


def _is_stone(member: Member) -> bool:
    return not member.content or member.content.rstrip().endswith(b"erased") or b"\r\nerased-bytes-sha256: " in member.content


def _extent(file: str, group: Sequence[Member]) -> Extent | None:
    head = fields(group[0].content)
    if _is_stone(group[0]) or head.get("warc-type") not in _FIRST - {"warcinfo"}:
        return None
    length = sum(member.length for member in group)
    return Extent(file, group[0].offset, length, "", head.get("warc-record-id", ""), head.get("warc-target-uri", ""))


def _inside(root: Path, file: str) -> Path:
    path = (root / file).resolve()
    if not path.is_relative_to(root.resolve()):
        raise EraseError(f"{file!r} lies outside the captures folder; the ledger row is not one of ours")
    return path
