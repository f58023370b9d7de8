"""Pages that others saved: single files, folders, mails and WARC files become documents for the readers. Nothing is ever fetched.

What is in the files is hostile: sizes are bounded before anything is unpacked, links out of a folder are not followed, and a file
that cannot be used is a ``Trouble`` that says which, where, what is wrong and what to do; the others go on.
"""

from __future__ import annotations

import email.policy
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urljoin

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawlers.decoding import BadBody, unpack
from crawlers.members import MemberError, members
from crawlers.reading import MAX_BODY
from crawlers.urls import canonical
from crawlers.warc import Headers

MAX_MAIL = 20 * 1024 * 1024
"""Largest mail or MHTML file taken, in bytes."""
PAGES = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".json": "application/json", ".xml": "application/xml",
    ".rss": "application/rss+xml", ".atom": "application/atom+xml",
}  # fmt: skip
MAILS = frozenset({".mhtml", ".mht", ".eml"})
ENDINGS = (*PAGES, *sorted(MAILS), ".warc")
"""Endings of files that are understood, each also with ``.gz``."""

_READABLE = re.compile(r"html|json|xml|rss|atom", re.I)
# what browsers write at the top of a page they save
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d{4}\)(\S{1,2000}?)\s*-->")


@dataclass(frozen=True, slots=True)
class Document:
    """One page to be read."""

    file: str
    """As it is shown to people."""
    place: str
    """Where in the file, for files that hold several; else empty."""
    url: str
    body: bytes
    at: datetime
    """When the page was seen: the date of its record, else when the file was last changed."""
    content_type: str = ""
    charset: str = ""
    status: int = 0
    """Of the HTTP answer in a WARC file; 0 where there was none."""
    headers: Headers = ()
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file, or a place in one, that cannot be used."""

    file: str
    place: str
    what: str
    """What is wrong, with the value, and what to do."""

    def __str__(self) -> str:
        return f"{self.file}{', ' if self.place else ''}{self.place}: {self.what}"


def documents(path: Path, *, url_base: str, now: datetime) -> Iterator[Document | Trouble]:
    """The documents of a file, or of all files under a folder in the order of their names.

    In a folder, files of other kinds are passed over; named by itself such a file is a trouble. ``url_base`` takes the place of the
    address a file gives itself; the rest of the address is its path below ``path``.
    """
    folder = path if path.is_dir() else path.parent
    for found in _files(path):
        name = found.relative_to(folder).as_posix()
        ending = _ending(found)
        try:
            if ending == ".warc":
                yield from _warc(found, name, now=now)
            elif ending:
                yield _page(found, name, ending, url_base=url_base, now=now)
            elif found == path:
                yield Trouble(name, "", f"{found.suffix or 'no ending'} is not understood; use one of {', '.join(ENDINGS)}, or with .gz")
        except (OSError, BadBody) as error:
            yield Trouble(name, "", f"cannot be read ({error}); check that it is whole and that you may read it")


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = (entry for entry in path.rglob("*") if not any(part.startswith(".") for part in entry.relative_to(path).parts))
    return sorted(entry for entry in found if entry.is_file() and not entry.is_symlink())


def _ending(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return next((ending for ending in ENDINGS if name.endswith(ending)), "")


def _page(path: Path, name: str, ending: str, *, url_base: str, now: datetime) -> Document | Trouble:
    limit = MAX_MAIL if ending in MAILS else MAX_BODY
    with path.open("rb") as stream:
        packed = stream.read(limit + 1)
    if len(packed) > limit:
        return Trouble(name, "", f"has more than {limit:,} bytes, which no page of adverts needs; split it, or leave it out")
    at = min(datetime.fromtimestamp(path.stat().st_mtime, UTC), now)
    body, kind, charset, said = unpack(packed, limit=limit), PAGES.get(ending, "text/html"), "", ""
    if ending in MAILS:
        part = _html_part(body)
        if part is None:
            return Trouble(name, "", "holds no HTML part; save the page itself, as .html")
        body, charset, said = part
    else:
        comment = _SAVED_FROM.search(body[:4096])
        said = comment[1].decode("ascii", "replace") if comment else ""
    url = canonical(urljoin(f"{url_base.rstrip('/')}/", quote(name))) if url_base else canonical(said)
    if not url:
        what = f"gives no address of its own ({said[:100] or 'none'}); add --url-base https://... of the site it was saved from"
        return Trouble(name, "", what)
    return Document(file=name, place="", url=url, body=body, at=at, content_type=kind, charset=charset)


def _html_part(body: bytes) -> tuple[bytes, str, str] | None:
    """The first HTML part of a mail, its charset and the address it was saved from. A mail's headers are never looked at otherwise."""
    try:
        mail = message_from_bytes(body, policy=email.policy.default)
        for part in mail.walk():
            if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
                content = part.get_payload(decode=True)
                said = part.get("Content-Location") or mail.get("Snapshot-Content-Location") or ""
                return (content, part.get_content_charset("") or "", str(said)) if isinstance(content, bytes) else None
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError):
        # the standard library's parser breaks in many ways on broken mails; none of them is worth more than passing it over
        return None
    return None


def _warc(path: Path, name: str, *, now: datetime) -> Iterator[Document | Trouble]:
    with path.open("rb") as stream:
        try:
            for number, record in enumerate(_records(stream), 1):
                found = _document(record, name, f"record {number}", now=now)
                if found is not None:
                    yield found
        except (MemberError, ArchiveLoadFailed, ValueError, EOFError, zlib.error) as error:
            yield Trouble(name, f"byte {stream.tell()} or before", f"{error}; what follows in this file was not read")


def _records(stream: BinaryIO) -> Iterator[Any]:
    """The records of a file; the members of a packed one are unpacked within bounds."""
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    if packed:
        for member in members(stream):
            yield from ArchiveIterator(BytesIO(member.content))
    else:
        yield from ArchiveIterator(stream)


def _document(record: Any, name: str, place: str, *, now: datetime) -> Document | Trouble | None:
    """The page of a record; None for one that holds no page of ours: requests, pictures, redirects, errors."""
    head, http = record.rec_headers, record.http_headers
    if record.rec_type not in {"response", "resource"}:
        return None
    status = int(http.get_statuscode()) if http and str(http.get_statuscode()).isdigit() else 0
    declared = str((http.get_header("Content-Type") if http else head.get_header("Content-Type")) or "")
    content_type, _, parameters = declared.partition(";")
    url = canonical(str(head.get_header("WARC-Target-URI") or "").strip("<>"))
    if (http and not 200 <= status < 300) or not _READABLE.search(content_type) or not url:
        return None
    body = bytes(record.content_stream().read(MAX_BODY + 1))
    if len(body) > MAX_BODY:
        return Trouble(name, place, f"{url} has more than {MAX_BODY:,} bytes, which no page of adverts needs; it was left out")
    charset = re.search(r"charset=[\"']?([\w.:-]{1,40})", parameters, re.I)
    return Document(
        file=name, place=place, url=url, body=body, at=_date(str(head.get_header("WARC-Date") or ""), now=now),
        content_type=content_type.strip().lower(), charset=charset[1] if charset else "", status=status,
        headers=tuple((str(key), str(value)) for key, value in http.headers) if http else (),
        record_id=str(head.get_header("WARC-Record-ID") or ""),
    )  # fmt: skip


def _date(said: str, *, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return now
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), now)
