"""WARC 1.1 records as bytes, a gzip member each. Pure: no file, no clock.

Written by hand and not by warcio's writer, which takes four times as long a page; the tests have warcio check and read every kind.
Bodies are kept unpacked; the packing headers they came with are kept under ``X-Archive-Orig-``, so that a replay does not unpack twice.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

SHA256_HEADER = "Fairwatch-Payload-SHA256"
SAME_BODY = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""Profile of a revisit record whose body an earlier record holds (WARC 1.1, section 6.7.2)."""

Headers = Sequence[tuple[str, str]]
Facts = Sequence[tuple[str, str]]

# what described the bytes on the wire, not the body kept here
_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
# level 3 packs pages some four hundredths worse than 6 in two thirds of the time, and the crawl waits for it
_LEVEL = 3
_SMALL = 4096
"""Bytes up to which a small window packs as well and is made in a fifth of the time."""

_NO_TOKEN = re.compile(r"[^!-9;-~]")
_NO_NAME = re.compile(r"[^A-Za-z0-9-]+")
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_UNSAFE = re.compile(r"[^!-~]")


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
    facts: Facts = ()
    """What else is known of the fetch, for the metadata record: name and value, in order."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A page that was not fetched by us but handed over as a file, or made from a capture (a picture)."""

    url: str
    at: datetime
    body: bytes
    content_type: str
    facts: Facts = ()
    refers_to: str = ""
    """Id of the record it was made from; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Records that belong together, ready to be appended."""

    content: bytes
    record_id: str
    """``WARC-Record-ID`` of the first record."""
    sha256: str
    """Of the body, in hex."""


def exchange_records(exchange: Exchange, *, known_sha256: str = "") -> Packed:
    """The response, request and metadata records of an exchange; a revisit in place of the response where the body is the known one."""
    digest, record_id, date = hashlib.sha256(exchange.body).hexdigest(), new_id(), warc_date(exchange.at)
    same = bool(known_sha256) and digest == known_sha256
    head = _response_head(exchange)
    fields = [
        ("WARC-Type", "revisit" if same else "response"),
        ("WARC-Record-ID", record_id),
        ("WARC-Target-URI", _address(exchange.url)),
        ("WARC-Date", date),
        ("Content-Type", "application/http; msgtype=response"),
        ("WARC-Payload-Digest", f"sha256:{digest}"),
        (SHA256_HEADER, digest),
    ]
    if exchange.ip_address:
        fields.append(("WARC-IP-Address", _plain(exchange.ip_address)))
    if same:
        # an earlier capture holds the body; its date is not known here, and a wrong one would mislead
        fields += [("WARC-Profile", SAME_BODY), ("WARC-Refers-To-Target-URI", _address(exchange.url))]
    response = record(fields, head if same else head + exchange.body)
    beside = [("WARC-Target-URI", _address(exchange.url)), ("WARC-Date", date), ("WARC-Concurrent-To", record_id)]
    request = record(
        [("WARC-Type", "request"), ("WARC-Record-ID", new_id()), *beside, ("Content-Type", "application/http; msgtype=request")],
        _request_head(exchange),
    )
    return Packed(member(response) + member(request) + _metadata(exchange.facts, beside), record_id, digest)


def saved_records(saved: Saved) -> Packed:
    """The resource record of a file, and its metadata record."""
    digest, record_id, date = hashlib.sha256(saved.body).hexdigest(), new_id(), warc_date(saved.at)
    fields = [
        ("WARC-Type", "resource"),
        ("WARC-Record-ID", record_id),
        ("WARC-Target-URI", _address(saved.url)),
        ("WARC-Date", date),
        ("Content-Type", _plain(saved.content_type) or "application/octet-stream"),
        ("WARC-Payload-Digest", f"sha256:{digest}"),
        (SHA256_HEADER, digest),
    ]
    if saved.refers_to:
        fields.append(("WARC-Refers-To", saved.refers_to))
    beside = [("WARC-Target-URI", _address(saved.url)), ("WARC-Date", date), ("WARC-Concurrent-To", record_id)]
    return Packed(member(record(fields, saved.body)) + _metadata(saved.facts, beside), record_id, digest)


def info_record(filename: str, about: Mapping[str, str], at: datetime) -> Packed:
    """The warcinfo record at the head of a file."""
    fields = {"software": "Fairwatch", "format": "WARC File Format 1.1", **about}
    block = _warc_fields(fields.items())
    record_id = new_id()
    head = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", record_id),
        ("WARC-Filename", _plain(filename)),
        ("WARC-Date", warc_date(at)),
        ("Content-Type", "application/warc-fields"),
    ]
    return Packed(member(record(head, block)), record_id, hashlib.sha256(block).hexdigest())


def record(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    """One record, not yet packed."""
    named = "".join(f"{name}: {value}\r\n" for name, value in fields)
    digest = hashlib.sha256(block).hexdigest()
    head = f"WARC/1.1\r\n{named}WARC-Block-Digest: sha256:{digest}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def member(content: bytes) -> bytes:
    """A record as a gzip member of its own."""
    if len(content) <= _SMALL:
        packer = zlib.compressobj(1, zlib.DEFLATED, 16 + 11, 4)
    else:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def new_id() -> str:
    """A record id of its own: a random UUID (version 4) as URN."""
    digits = bytearray(os.urandom(16))
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    name = digits.hex()
    return f"<urn:uuid:{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}>"


def warc_date(at: datetime) -> str:
    """A time as WARC 1.1 has it: UTC, with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _metadata(facts: Facts, beside: Facts) -> bytes:
    if not facts:
        return b""
    fields = [("WARC-Type", "metadata"), ("WARC-Record-ID", new_id()), *beside, ("Content-Type", "application/warc-fields")]
    return member(record(fields, _warc_fields(facts)))


def _warc_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    lines = [f"{_NO_NAME.sub('-', name)}: {' '.join(str(value).split())}\r\n" for name, value in fields]
    return "".join(lines).encode("utf-8", "replace") + b"\r\n"


def _response_head(exchange: Exchange) -> bytes:
    reason = http.client.responses.get(exchange.status, "")
    lines = [f"{_plain(exchange.protocol)} {exchange.status} {reason}".rstrip()]
    for name, value in exchange.response_headers:
        kept = f"X-Archive-Orig-{name}" if name.lower() in _WIRE else name
        lines.append(f"{_NO_TOKEN.sub('?', kept)}: {_plain(value)}")
    lines.append(f"Content-Length: {len(exchange.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii", "replace")


def _request_head(exchange: Exchange) -> bytes:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{exchange.method} {_address(target)} HTTP/1.1", f"Host: {_plain(parts.netloc)}"]
    lines += [f"{_NO_TOKEN.sub('?', name)}: {_plain(value)}" for name, value in exchange.request_headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii", "replace")


def _address(url: str) -> str:
    """An address without a character that could end the header line it stands in."""
    return quote(url, safe=_PRINTABLE.strip(), errors="replace") if _UNSAFE.search(url) else url


def _plain(value: str) -> str:
    """A header value on one line in ASCII: other bytes as %XX, or a reader would refuse the page for its headers' sake."""
    if not _UNSAFE.search(value):
        return value
    return quote(value.replace("\r", " ").replace("\n", " "), safe=_PRINTABLE, encoding="latin-1", errors="replace")
