"""What the ledger knows of a source, as the spider gets it, and what of it a crawl has met.

The known file is JSON lines ``{"url", "source_id", "page_url", "etag", "last_modified", "closed"}`` (docs/landing.md); ``sha256``, the
digest of the page last captured, may stand beside them and spares a copy of a page that did not change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from adverts.records import FairwatchError
from crawlers.urls import canonical

_TEXT = ("url", "source_id", "page_url", "etag", "last_modified", "sha256")


class KnownError(FairwatchError):
    """The known file is missing or wrong; the message says which line and what to do."""


@dataclass(frozen=True, slots=True)
class KnownAdvert:
    """One advert of the ledger."""

    url: str
    source_id: str = ""
    page_url: str = ""
    """Address of the page it is read from; empty where that is ``url``."""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    closed: bool = False

    @property
    def own_id(self) -> str:
        """What identifies the advert within its source."""
        return self.source_id or self.url

    @property
    def page(self) -> str:
        """Address to ask for the advert's page."""
        return self.page_url or self.url


@lru_cache(maxsize=4096)
def page_key(url: str) -> str:
    """What two addresses of one page have in common: their canonical form; an address that has none stays as it is."""
    return canonical(url) or url


class Known:
    """The known adverts of one source, found by id or by page, and which of them this crawl has met."""

    def __init__(self, rows: Iterable[KnownAdvert] = ()) -> None:
        self._by_id: dict[str, KnownAdvert] = {}
        self._by_page: dict[str, list[KnownAdvert]] = {}
        self._met: set[str] = set()
        for row in rows:
            self._by_id[row.own_id] = row
            self._by_page.setdefault(page_key(row.page), []).append(row)

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, own_id: str) -> KnownAdvert | None:
        """The advert with this id (the source's own, or the canonical address)."""
        return self._by_id.get(own_id)

    def on_page(self, url: str) -> list[KnownAdvert]:
        """The adverts that are read from the page with this key (``page_key``)."""
        return self._by_page.get(url, [])

    def meet(self, own_id: str) -> bool:
        """Note that this crawl has met an advert; whether it was the first time."""
        if own_id in self._met:
            return False
        self._met.add(own_id)
        return True

    def meet_page(self, url: str) -> None:
        """Note that all adverts of a page were met."""
        for row in self.on_page(url):
            self._met.add(row.own_id)

    def has_met(self, own_id: str) -> bool:
        """Whether this crawl has met an advert."""
        return own_id in self._met

    def open(self) -> list[KnownAdvert]:
        """The adverts that were online when last looked for."""
        return [row for row in self._by_id.values() if not row.closed]

    def missing(self) -> list[KnownAdvert]:
        """The open adverts that this crawl has not met."""
        return [row for row in self.open() if row.own_id not in self._met]


def read_known(path: Path) -> list[KnownAdvert]:
    """The rows of a known file. Raises ``KnownError`` naming the first bad line: a crawl must not run on half of what is known."""
    try:
        with path.open(encoding="utf-8") as stream:
            return list(_rows(path, stream))
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(f"{path}: cannot be read ({error}); `manage.py crawl` writes a fresh one") from error


def write_known(path: Path, rows: Iterable[KnownAdvert]) -> int:
    """Write a known file, whole or not at all; the number of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    count = 0
    with part.open("w", encoding="utf-8", errors="replace") as stream:
        for row in rows:
            stream.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
            count += 1
    part.replace(path)
    return count


def _rows(path: Path, stream: Iterable[str]) -> Iterator[KnownAdvert]:
    for number, line in enumerate(stream, 1):
        try:
            yield _row(json.loads(line))
        except (ValueError, TypeError, AttributeError) as error:
            raise KnownError(
                f"{path}:{number}: {line.strip()[:80]!r} is no known advert ({error}); `manage.py crawl` writes it anew"
            ) from error


def _row(content: Any) -> KnownAdvert:
    values = {name: content.get(name) or "" for name in _TEXT}
    if not values["url"] or not all(isinstance(value, str) for value in values.values()):
        raise ValueError("url is missing or a field is no text")
    return KnownAdvert(closed=bool(content.get("closed", False)), **values)
