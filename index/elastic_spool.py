"""Operations that wait for a commit: in memory as long as they are few, else in a temporary file."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator

from index.elastic_bulk import Operation

IN_MEMORY = 32_000_000
"""Bytes; an update commits every few thousand adverts, some ten kilobytes each."""
_HEAD = struct.Struct("<Iq")
_DELETED = -1


class Spool:
    """First in, first out. Use from one thread."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed by ``close``)

    def put(self, operation: Operation) -> None:
        """Keep an operation."""
        name = operation.doc_id.encode()
        length = _DELETED if operation.content is None else len(operation.content)
        self._file.write(_HEAD.pack(len(name), length) + name + (operation.content or b""))

    def drained(self) -> Iterator[Operation]:
        """All that is kept, in order; kept no more when the last was given."""
        self._file.seek(0)
        while head := self._file.read(_HEAD.size):
            name_length, length = _HEAD.unpack(head)
            doc_id = self._file.read(name_length).decode()
            yield Operation(doc_id, None if length == _DELETED else self._file.read(length))
        self._file.seek(0)
        self._file.truncate()

    def close(self) -> None:
        """Drop everything."""
        self._file.close()
