"""Captures: every answer as it came, in WARC 1.1 files that are only ever appended to, with a SHA-256 of the page.

Files lie under ``captures/<source>/<UTC time>-<random>.warc.gz``, one gzip member a record, each handed to the system whole:
a killed crawl leaves every complete record readable. Bodies are kept unpacked; the packing headers they came with are kept
under ``X-Archive-Orig-``, so that a replay does not unpack twice.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import secrets
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from adverts.records import Capture, FairwatchError

ROTATE_AT = 100 * 1024 * 1024
"""Size in bytes from which the next capture goes into a new file."""
SHA256_HEADER = "Fairwatch-Payload-SHA256"
MAX_READ = 64 * 1024 * 1024
"""Largest body read back, in bytes; more was never captured."""

# what described the bytes on the wire, not the body kept here
_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
# level 4 packs pages a tenth worse than 9 in a third of the time, and the crawl waits for it
_LEVEL = 4

_NO_TOKEN = re.compile(r"[^!-9;-~]")
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))

Headers = Sequence[tuple[str, str]]


class CaptureError(FairwatchError):
    """A capture cannot be written or is not what the ledger says it is; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, body unpacked."""

    url: str
    at: datetime
    status: int
    body: bytes
    method: str = "GET"
    request_headers: Headers = ()
    response_headers: Headers = ()
    protocol: str = "HTTP/1.1"
    ip_address: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A capture read back."""

    url: str
    at: str
    """WARC-Date of the record: UTC, ISO 8601."""
    status: int
    headers: Headers
    body: bytes


class CaptureWriter:
    """Appends exchanges to the capture files of one source, opening the next file when one is full."""

    def __init__(self, root: Path, *, source: str, about: Mapping[str, str], rotate_at: int = ROTATE_AT) -> None:
        """``about`` (operator, legal basis, ...) goes into the warcinfo record at the head of each file."""
        self._root, self._source, self._about, self._rotate_at = root, source, dict(about), rotate_at
        self._fd, self._name, self._size = -1, "", 0
        self.files: list[str] = []
        """Names of the files written so far, relative to the captures folder."""
        self.bytes = 0
        """Packed bytes written so far."""

    def add(self, exchange: Exchange, *, known_sha256: str = "") -> Capture:
        """Write one exchange; it is with the operating system when this returns.

        Where the body's SHA-256 is ``known_sha256``, which an earlier capture holds, a revisit record takes its place.
        Raises ``CaptureError`` when the disk does not take it.
        """
        digest = hashlib.sha256(exchange.body).hexdigest()
        packed = _packed(exchange, sha256=digest, same=bool(known_sha256) and digest == known_sha256)
        try:
            if self._fd < 0 or self._size >= self._rotate_at:
                self._open(exchange.at)
            offset = self._size
            self._append(packed)
        except OSError as error:
            self._abandon()
            raise CaptureError(f"captures cannot be written to {self._root}: {error}; free the disk, then crawl again") from error
        return Capture(file=self._name, offset=offset, sha256=digest)

    def close(self) -> None:
        """Make sure of the disk, then close; nothing more is written. May be called twice."""
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _abandon(self) -> None:
        """Write no more to this file: a record cut short must stay its last, or the offsets after it would be wrong."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _open(self, at: datetime) -> None:
        self.close()
        stem = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self._name = f"{self._source}/{stem}.warc.gz"
        path = self._root / self._name
        path.parent.mkdir(parents=True, exist_ok=True)
        # O_EXCL: a capture is never overwritten, whatever the clock or the dice say
        self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o640)
        self._size = 0
        self.files.append(self._name)
        self._append(_info(path.name, self._about, at))

    def _append(self, records: bytes) -> None:
        view = memoryview(records)
        while view:
            written = os.write(self._fd, view)
            view = view[written:]
        self._size += len(records)
        self.bytes += len(records)


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
            stream.seek(offset)
            record = next(iter(ArchiveIterator(stream)), None)
            if record is None or record.rec_type != "response" or record.http_headers is None:
                raise CaptureError(f"{place}: is no response record; the offset is wrong or the file was changed")
            body = record.content_stream().read(MAX_READ)
            return Kept(
                url=str(record.rec_headers.get_header("WARC-Target-URI")),
                at=str(record.rec_headers.get_header("WARC-Date")),
                status=int(record.http_headers.get_statuscode()),
                headers=tuple(record.http_headers.headers),
                body=bytes(body),
            )
    except (OSError, ValueError, EOFError, zlib.error, ArchiveLoadFailed) as error:
        raise CaptureError(f"{place}: cannot be read ({error}); restore the file from a backup") from error


def _packed(exchange: Exchange, *, sha256: str, same: bool) -> bytes:
    """The response (or revisit) record and the request record, a gzip member each."""
    date = _warc_date(exchange.at)
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    extra = {"WARC-Date": date, SHA256_HEADER: sha256}
    if exchange.ip_address:
        extra["WARC-IP-Address"] = exchange.ip_address
    response = writer.create_warc_record(
        exchange.url, "response", payload=BytesIO(exchange.body), length=len(exchange.body),
        warc_headers_dict=extra, http_headers=_response_head(exchange),
    )  # fmt: skip
    if same:
        digest = response.rec_headers.get_header("WARC-Payload-Digest")
        response = writer.create_revisit_record(
            exchange.url, digest, exchange.url, date, http_headers=_response_head(exchange), warc_headers_dict=extra
        )
        # an earlier capture holds the body; its date is not known here, and a wrong one would mislead
        response.rec_headers.remove_header("WARC-Refers-To-Date")
    request = writer.create_warc_record(
        exchange.url, "request", warc_headers_dict={"WARC-Date": date}, http_headers=_request_head(exchange)
    )
    request.rec_headers.add_header("WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID"))
    writer.write_record(response)
    cut = out.tell()
    writer.write_record(request)
    content = out.getvalue()
    return _member(content[:cut]) + _member(content[cut:])


def _info(filename: str, about: Mapping[str, str], at: datetime) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    fields = {"software": "Fairwatch", "format": "WARC File Format 1.1", **about}
    record = writer.create_warcinfo_record(filename, {name: " ".join(str(value).split()) for name, value in fields.items()})
    record.rec_headers.replace_header("WARC-Date", _warc_date(at))
    writer.write_record(record)
    return _member(out.getvalue())


def _member(record: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return packer.compress(record) + packer.flush()


def _response_head(exchange: Exchange) -> StatusAndHeaders:
    headers: list[tuple[str, str]] = []
    for name, value in exchange.response_headers:
        kept = f"X-Archive-Orig-{name}" if name.lower() in _WIRE else name
        headers.append((_NO_TOKEN.sub("?", kept), _plain(value)))
    headers.append(("Content-Length", str(len(exchange.body))))
    reason = http.client.responses.get(exchange.status, "")
    return StatusAndHeaders(f"{exchange.status} {reason}".strip(), headers, protocol=exchange.protocol)


def _request_head(exchange: Exchange) -> StatusAndHeaders:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [("Host", parts.netloc), *((name, _plain(value)) for name, value in exchange.request_headers)]
    return StatusAndHeaders(f"{exchange.method} {target} HTTP/1.1", headers, is_http_request=True)


def _plain(value: str) -> str:
    """A header value on one line in ASCII: other bytes as %XX, or warcio would refuse the page for its headers' sake."""
    return quote(value.replace("\r", " ").replace("\n", " "), safe=_PRINTABLE, encoding="latin-1", errors="replace")


def _warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
