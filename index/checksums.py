"""What the files of an embedded index say about themselves, read without the engine.

Each segment file ends with a JSON footer that holds the CRC-32 of what is before it, the footer's length and a magic number;
``meta.json`` lists the segments in use and how many of their documents are deleted.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.base import REBUILD, DamagedIndexError, Health
from index.versions import read_manifest, size_of

_MAGIC = 1337
_BLOCK = 1 << 20
_SEGMENT_FILES = {".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term", ".del"}


def with_files(health: Health, version: Path, *, thorough: bool) -> Health:
    """``health`` and what the files of ``version`` say: size, deletions, age; with ``thorough`` each checksum."""
    manifest = read_manifest(version)
    try:
        deleted = sum((segment.get("deletes") or {}).get("num_deleted_docs", 0) for segment in _segments(version))
        damaged = _damaged_files(version) if thorough else []
    except (OSError, ValueError, KeyError) as error:
        raise DamagedIndexError(f"index {version}: {error}: {REBUILD}") from error
    problems = [f"index {version}: file {name} is damaged: {REBUILD}" for name in damaged]
    return replace(
        health,
        version=version.name,
        deleted=deleted,
        size=size_of(version),
        built_at=manifest.built_at,
        problems=(*health.problems, *problems),
    )


def _damaged_files(version: Path) -> list[str]:
    used = {str(segment["segment_id"]).replace("-", "") for segment in _segments(version)}
    files = [path for path in sorted(version.iterdir()) if path.suffix in _SEGMENT_FILES and path.name[:32] in used]
    return [path.name for path in files if not _is_whole(path)]


def _segments(version: Path) -> list[dict[str, Any]]:
    meta = json.loads((version / "meta.json").read_text(encoding="utf-8"))
    segments: list[dict[str, Any]] = meta["segments"]
    return segments


def _is_whole(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size < 8:
            return False
        file.seek(size - 8)
        length, magic = struct.unpack("<II", file.read(8))
        if magic != _MAGIC or length > size - 8:
            return False
        body = size - 8 - length
        file.seek(body)
        try:
            expected = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        actual = 0
        while body > 0 and (block := file.read(min(_BLOCK, body))):
            actual, body = zlib.crc32(block, actual), body - len(block)
        return bool(actual == expected)
