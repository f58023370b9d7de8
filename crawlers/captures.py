"""Captures: every answer as it came, in WARC 1.1 files that are only ever appended to, each named in the hash chain.

Files lie under ``captures/<source>/<UTC time>-<random>.warc.gz``, one gzip member a record, each handed to the system whole:
a killed crawl leaves every complete record readable. While a file is written a locked ``.<name>.open`` stands beside it; what a
killed process leaves is taken into the chain by the next one (``crawlers.adopting``).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from adverts.records import Capture, FairwatchError
from crawlers import adopting
from crawlers.chain import Chain, Row
from crawlers.members import MemberError, members
from crawlers.warc import SHA256_HEADER, Exchange, Headers, Packed, Saved, exchange_records, info_record, saved_records

__all__ = ["SHA256_HEADER", "CaptureError", "CaptureWriter", "Exchange", "Kept", "Saved", "answers", "read_capture"]

ROTATE_AT = 100 * 1024 * 1024
"""Size in bytes from which the next capture goes into a new file; a new day begins one too."""


class CaptureError(FairwatchError):
    """A capture cannot be written or is not what the ledger says it is; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A capture read back."""

    url: str
    at: str
    """WARC-Date of the record: UTC, ISO 8601."""
    status: int
    """Of the HTTP answer; 0 for a saved file."""
    headers: Headers
    body: bytes
    record_id: str = ""


class CaptureWriter:
    """Appends captures to the files of one source, opening the next file when one is full or a day has ended."""

    def __init__(self, root: Path, *, source: str, about: Mapping[str, str], rotate_at: int = ROTATE_AT) -> None:
        """``about`` (operator, legal basis, ...) goes into the warcinfo record at the head of each file."""
        self._root, self._source, self._about, self._rotate_at = root, source, dict(about), rotate_at
        self._fd, self._name, self._size, self._day = -1, "", 0, ""
        self._mark: adopting.Mark | None = None
        self._chain = Chain(root)
        self.files: list[str] = []
        """Names of the files written so far, relative to the captures folder."""
        self.bytes = 0
        """Packed bytes written so far."""

    def add(self, exchange: Exchange, *, known_sha256: str = "", kept_at: datetime | None = None) -> Capture:
        """Write one exchange; it and its line of the chain are with the operating system when this returns.

        Where the body's SHA-256 is ``known_sha256``, which an earlier capture holds, a revisit record takes its place.
        ``kept_at`` is when it came to us, where that is not when it was fetched.
        Raises ``CaptureError`` when the disk does not take it.
        """
        packed = exchange_records(exchange, known_sha256=known_sha256)
        return self._keep(packed, url=exchange.url, at=kept_at or exchange.at, kind="capture")

    def add_saved(self, saved: Saved, *, kind: str = "capture") -> Capture:
        """Write a page that came as a file, or with ``kind`` picture the picture of a capture. Raises ``CaptureError`` as ``add`` does."""
        return self._keep(saved_records(saved), url=saved.url, at=saved.at, kind=kind)

    def close(self) -> None:
        """Make sure of the disk, then close. May be called twice; raises ``OSError`` where the disk refuses."""
        if self._fd >= 0:
            self._shut()
        self._chain.close()

    def _keep(self, packed: Packed, *, url: str, at: datetime, kind: str) -> Capture:
        try:
            if self._fd < 0 or self._size >= self._rotate_at or self._day != _day(at):
                self._open(at)
            offset = self._size
            self._append(packed, url=url, at=at, kind=kind)
        except OSError as error:
            self._abandon()
            raise CaptureError(f"captures cannot be written to {self._root}: {error}; free the disk, then crawl again") from error
        return Capture(file=self._name, offset=offset, sha256=packed.sha256, url=url)

    def _shut(self) -> None:
        os.fsync(self._fd)
        os.close(self._fd)
        self._fd = -1
        if self._mark is not None:
            self._mark.remove()
            self._mark = None

    def _abandon(self) -> None:
        """Write no more to this file: a record cut short must stay its last. What the chain lacks of it is taken in later."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        if self._mark is not None:
            self._mark.leave()
            self._mark = None

    def _open(self, at: datetime) -> None:
        if self._fd >= 0:
            self._shut()
        adopting.adopt(self._root, chain=self._chain, at=at)
        stem = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self._name, self._day, self._size = f"{self._source}/{stem}.warc.gz", _day(at), 0
        path = self._root / self._name
        path.parent.mkdir(parents=True, exist_ok=True)
        mark = adopting.Mark(path)
        try:
            # O_EXCL: a capture is never overwritten, whatever the clock or the dice say
            self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o640)
        except OSError:
            mark.remove()
            raise
        self._mark = mark
        self.files.append(self._name)
        self._append(info_record(path.name, self._about, at), url="", at=at, kind="warcinfo")

    def _append(self, packed: Packed, *, url: str, at: datetime, kind: str) -> None:
        content, offset = packed.content, self._size
        view = memoryview(content)
        while view:
            view = view[os.write(self._fd, view) :]
        self._size += len(content)
        self.bytes += len(content)
        row = Row(
            kind=kind, file=self._name, offset=offset, length=len(content), sha256=hashlib.sha256(content).hexdigest(),
            payload=packed.sha256, record_id=packed.record_id, url=url,
        )  # fmt: skip
        self._chain.append([row], at=at)


def read_capture(root: Path, capture: Capture) -> Kept:
    """The page a capture points to, proved by its SHA-256.

    Raises ``CaptureError`` where file or record is missing or damaged, or the body is another than the ledger says.
    """
    place = f"{capture.file} at byte {capture.offset}"
    path = (root / capture.file).resolve()
    if not path.is_relative_to(root.resolve()):
        raise CaptureError(f"{capture.file!r} lies outside the captures folder; the ledger row is not one of ours")
    kept = _first_record(path, capture.offset, place)
    found = hashlib.sha256(kept.body).hexdigest()
    if found != capture.sha256:
        raise CaptureError(f"{place}: the body has SHA-256 {found}, the ledger says {capture.sha256}; restore the file from a backup")
    return kept


def answers(path: Path) -> Iterator[tuple[str, int]]:
    """Address and status of each answer in a capture file, in order."""
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type in {"response", "revisit"} and record.http_headers is not None:
                yield str(record.rec_headers.get_header("WARC-Target-URI")), int(record.http_headers.get_statuscode())


def _first_record(path: Path, offset: int, place: str) -> Kept:
    try:
        with path.open("rb") as stream:
            found = next(members(stream, start=offset), None)
        record = next(iter(ArchiveIterator(BytesIO(found.content))), None) if found else None
        if record is None or record.rec_type not in {"response", "resource"}:
            raise CaptureError(f"{place}: is no response record; the offset is wrong or the file was changed")
        http = record.http_headers
        return Kept(
            url=str(record.rec_headers.get_header("WARC-Target-URI")),
            at=str(record.rec_headers.get_header("WARC-Date")),
            status=int(http.get_statuscode()) if http else 0,
            headers=tuple(http.headers) if http else (),
            body=bytes(record.content_stream().read()),
            record_id=str(record.rec_headers.get_header("WARC-Record-ID")),
        )
    except (OSError, ValueError, EOFError, zlib.error, ArchiveLoadFailed, MemberError) as error:
        raise CaptureError(f"{place}: cannot be read ({error}); restore the file from a backup") from error


def _day(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d")
