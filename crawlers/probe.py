"""Fetches one page as a crawl would, with all its manners, and keeps nothing: for ``manage.py new_source``."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator

from adverts.records import FairwatchError
from crawlers import landing, process
from crawlers.process import Job
from crawlers.reading import Page
from crawlers.source import load


class ProbeError(FairwatchError):
    """The page could not be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The page, and the robots.txt of its host."""

    page: Page
    robots: bytes = b""
    """Empty where the host has none."""


_REMEDIES = {
    "private-address": "it leads to a private address, which no public source may; for a board on this machine add --allow-private",
    "dead_links": "there is no such page (status 404 or 410)",
    "robots": "robots.txt forbids it; ask the board's operator",
    "other-host": "it leads to another host; give the address it leads to",
    "bad-address": "it is no http or https address without a user name",
    "dns": "its host name is not known; look for a slip of the pen",
    "timeout": "its host did not answer in time; try again later",
    "no-connection": "its host does not answer; try again later",
    "tls": "its certificate is not valid, so nobody can say who answers",
    "too-long": "it is larger than 10 MB; give a list that is cut into pages",
}


def fetch(url: str, *, contact: str, allow_private: bool = False) -> Probe:
    """The page at an address. Raises ``ProbeError`` where it cannot or may not be had, ``SourceError`` for no address at all."""
    with tempfile.TemporaryDirectory(prefix="fairwatch-probe-") as folder:
        root = Path(folder)
        path = root / "probe.yml"
        content = {
            "name": "probe", "title": "A page to look at", "legal_basis": "One page is looked at once.",
            "purpose": "To write a source file.", "contact_page": url, "start": [{"kind": "urls", "urls": [url]}],
            "rate": 1, "concurrency": 1, "details": "never", "enabled": False, "allow_private": allow_private,
        }  # fmt: skip
        path.write_text(json.dumps(content), encoding="utf-8")
        load(path).require_contact(contact)
        job = Job(
            name="probe", source=path, landing=root / "landing", captures=root / "captures", stem=landing.new_stem(datetime.now(UTC)),
            contact=contact,
        )  # fmt: skip
        said: list[str] = []
        outcome = process.run(job, progress=_quiet, complain=lambda _, text: said.append(text), started=[])
        kept = [page for file in sorted(job.captures.glob("*/*.warc.gz")) for page in _pages(file)]
    pages = [page for page in kept if urlsplit(page.url).path != "/robots.txt" or url.endswith("/robots.txt")]
    if not pages:
        counts = outcome.report.get("counts", {})
        kinds = [*outcome.report.get("errors", {}), *(name for name in ("robots", "dead_links") if counts.get(name))]
        raise ProbeError(f"{url}: cannot be had: {_why(kinds, said)}")
    return Probe(page=pages[-1], robots=next((page.body for page in kept if urlsplit(page.url).path == "/robots.txt"), b""))


def _why(kinds: list[str], said: list[str]) -> str:
    return next((_REMEDIES[kind] for kind in kinds if kind in _REMEDIES), ", ".join(kinds) or "; ".join(said[-3:]) or "nobody said why")


def _pages(file: Path) -> Iterator[Page]:
    """The good answers in a capture file."""
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            head = record.http_headers
            if record.rec_type != "response" or head is None or not head.get_statuscode().startswith("2"):
                continue
            kind, _, rest = (head.get_header("Content-Type") or "").partition(";")
            charset = rest.partition("charset=")[2].strip(" \"';") if "charset=" in rest else ""
            url = str(record.rec_headers.get_header("WARC-Target-URI"))
            yield Page(body=bytes(record.content_stream().read()), url=url, content_type=kind.strip().lower(), charset=charset)


def _quiet(name: str, counts: dict[str, int]) -> None:
    """Nothing to show for a single page."""
