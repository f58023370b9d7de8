"""The gzip members of a WARC file one by one, each unpacked within bounds: a bomb ends with an error, not with the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from adverts.records import FairwatchError

MAX_UNPACKED = 64 * 1024 * 1024
"""Largest record unpacked, in bytes; the crawler keeps none above 50 MB."""
_CHUNK = 64 * 1024


class MemberError(FairwatchError):
    """A gzip member cannot be unpacked; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Member:
    """One record as it lies in a file."""

    offset: int
    length: int
    """Packed bytes."""
    content: bytes
    """The record, unpacked."""


def members(stream: BinaryIO, *, start: int = 0, limit: int = MAX_UNPACKED) -> Iterator[Member]:
    """The complete members from byte ``start`` on; ends quietly at the end or before a member that is cut short.

    Raises ``MemberError`` where a member is damaged or unpacks to more than ``limit`` bytes.
    """
    stream.seek(start)
    offset, pending = start, b""
    while True:
        unpacker, parts, size, length = zlib.decompressobj(16 + zlib.MAX_WBITS), [], 0, 0
        while not unpacker.eof:
            pending = pending or stream.read(_CHUNK)
            if not pending:
                return
            try:
                part = unpacker.decompress(pending, limit + 1 - size)
            except zlib.error as error:
                raise MemberError(f"byte {offset}: does not unpack ({error}); restore the file from a backup") from error
            size += len(part)
            if size > limit:
                raise MemberError(f"byte {offset}: unpacks to more than {limit:,} bytes, which is refused; take the record out")
            parts.append(part)
            left = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            length += len(pending) - len(left)
            pending = left
        yield Member(offset=offset, length=length, content=b"".join(parts))
        offset += length


def fields(content: bytes) -> dict[str, str]:
    """The header fields of an unpacked WARC record by lower-case name, ``{}`` where it is none."""
    head, found, _ = content.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    if not found or not lines[0].startswith("WARC/"):
        return {}
    pairs = (line.partition(":") for line in lines[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
