"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, raw: bytes) -> None:
    """Write ``raw`` beside ``path`` and put it in its place at once; raises ``OSError`` where that cannot be done."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(raw)
    part.replace(path)
