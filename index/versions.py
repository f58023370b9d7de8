"""Versions of an index as folders, and the pointer file that names the one in use.

    index/current            the name of the version that is searched, replaced in one step
    index/v000007-3fa9c1/    a version: the engine's files and manifest.json
    index/write.lock         held by the one process that writes

A version that no pointer names is the rest of a build that was stopped; whoever holds the lock may remove it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from filelock import FileLock, Timeout

from index.base import REBUILD, BusyIndexError, DamagedIndexError, MissingIndexError, OutdatedIndexError
from index.documents import MAPPING_VERSION

Mark: TypeAlias = tuple[int, int, int]
"""Inode, time of change and size of a file: another mark, another content."""

_NAME = re.compile(r"v(\d{6,})-[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version was built for."""

    mapping: int
    cutting: str
    """``index.cutting.fingerprint`` of the cutter in use."""
    built_at: datetime


def check(manifest: Manifest, *, cutting: str, folder: Path | str) -> None:
    """Raise ``OutdatedIndexError`` where the version does not fit this release."""
    if manifest.mapping != MAPPING_VERSION:
        raise OutdatedIndexError(f"index {folder}: built for mapping {manifest.mapping}, this release has {MAPPING_VERSION}: {REBUILD}")
    if manifest.cutting != cutting:
        raise OutdatedIndexError(f"index {folder}: built with other rules for cutting and folding words than this release has: {REBUILD}")


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one index in ``folder``, which need not exist yet."""

    folder: Path

    @property
    def pointer(self) -> Path:
        """The file that names the version in use."""
        return self.folder / "current"

    def current(self) -> Path:
        """The folder of the version in use. Raises ``MissingIndexError`` or ``DamagedIndexError``."""
        try:
            name = self.pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError as error:
            raise MissingIndexError(f"index {self.folder}: there is none yet: run `manage.py reindex`") from error
        except (OSError, UnicodeDecodeError) as error:
            raise DamagedIndexError(f"index {self.pointer}: cannot be read ({error}): {REBUILD}") from error
        if not _NAME.fullmatch(name):
            raise DamagedIndexError(f"index {self.pointer}: names {name[:40]!r}, which is no version: {REBUILD}")
        return self.folder / name

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one writer of all processes. Raises ``BusyIndexError`` at once where there is another."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "write.lock", timeout=0, is_singleton=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyIndexError(f"index {self.folder}: another process is writing: wait for it to end, then run this again") from error
        try:
            yield
        finally:
            lock.release()

    def create(self, manifest: Manifest) -> Path:
        """Make the folder of a new version. Hold the lock."""
        numbers = [int(found.group(1)) for path in self.folder.iterdir() if (found := _NAME.fullmatch(path.name))]
        made = self.folder / f"v{max(numbers, default=0) + 1:06d}-{secrets.token_hex(3)}"
        made.mkdir()
        fields = {"mapping": manifest.mapping, "cutting": manifest.cutting, "built_at": manifest.built_at.isoformat()}
        _write_through(made / "manifest.json", json.dumps(fields))
        return made

    def point_to(self, version: Path) -> None:
        """Let ``version`` be the one in use, in one step that survives a crash. Hold the lock."""
        aside = self.pointer.with_name("current.next")
        _write_through(aside, version.name + "\n")
        aside.replace(self.pointer)
        _sync_folder(self.folder)

    def unfinished(self, *, cutting: str) -> Path | None:
        """The newest version that no pointer names and that fits this release. Hold the lock."""
        try:
            in_use: Path | None = self.current()
        except (MissingIndexError, DamagedIndexError):
            in_use = None
        for path in sorted((path for path in self.folder.iterdir() if _NAME.fullmatch(path.name) and path != in_use), reverse=True):
            try:
                check(read_manifest(path), cutting=cutting, folder=path)
            except (DamagedIndexError, OutdatedIndexError):
                continue
            return path
        return None

    def sweep(self, *, keep: Path | None = None) -> int:
        """Remove all versions but the one in use and ``keep``; returns how many there were. Hold the lock."""
        try:
            in_use: Path | None = self.current()
        except (MissingIndexError, DamagedIndexError):
            in_use = None
        rest = [path for path in self.folder.iterdir() if _NAME.fullmatch(path.name) and path not in (in_use, keep)]
        for path in rest:
            shutil.rmtree(path)
        return len(rest)


def read_manifest(version: Path) -> Manifest:
    """What ``version`` was built for. Raises ``DamagedIndexError``."""
    try:
        fields = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
        return Manifest(int(fields["mapping"]), str(fields["cutting"]), datetime.fromisoformat(fields["built_at"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedIndexError(f"index {version}: manifest.json cannot be read ({error}): {REBUILD}") from error


def mark(path: Path) -> Mark:
    """What tells whether a file is still the same; zeros where there is none."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return state.st_ino, state.st_mtime_ns, state.st_size


def size_of(version: Path) -> int:
    """Bytes of all files of a version; files that vanish meanwhile count nothing."""
    total = 0
    for path in version.glob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def _write_through(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
