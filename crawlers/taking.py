"""Takes saved pages in as a crawl would: read in worker processes, captured, landed. Repeating it changes nothing.

Lines go to ``landing/import-<name>/``, captures to ``captures/import-<name>/``; beside the lines, ``.taken`` says which pages were taken.
Only pages that show an advert are kept: a folder may hold anything.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from adverts.records import FairwatchError, advert_id
from crawlers import landing
from crawlers.captures import CaptureWriter, Exchange, Saved
from crawlers.landing import LandingFile
from crawlers.reading import Draft, Page, Reading
from crawlers.readings import ReadingBroke, Readings
from crawlers.saved import Document, Trouble, documents

AT_ONCE = 8
"""Pages handed to the workers together."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,90}")


class TakingError(FairwatchError):
    """The whole import cannot be done; the message says why and what to do."""


@dataclass(slots=True)
class Taken:
    """What one import did."""

    pages: int = 0
    adverts: int = 0
    before: int = 0
    """Pages that were taken in an earlier run."""
    without: Counter[str] = field(default_factory=Counter)
    """Pages that show no advert, by reason."""
    troubles: list[str] = field(default_factory=list)
    landing: str = ""
    """Name of the landing file; empty where nothing was new."""


class Import:
    """One import of saved pages under the name of a source."""

    def __init__(
        self, *, source: str, landing_dir: Path, captures_dir: Path, now: datetime, kind: str = "auto",
        worker: str = "crawlers.worker", patience: float = 30.0,
    ) -> None:  # fmt: skip
        """Raises ``TakingError`` for a name that no source can have."""
        if not _NAME.fullmatch(source):
            raise TakingError(f"--source {source!r}: use small letters, digits and hyphens, as source files are called")
        self._source, self._folder, self._now, self._kind = source, f"import-{source}", now, kind
        self._landing, self._worker, self._patience = landing_dir, worker, patience
        self._captures = CaptureWriter(captures_dir, source=self._folder, about={"source": source, "purpose": "saved pages, imported"})
        self._file: LandingFile | None = None
        self._known_path = landing_dir / self._folder / ".taken"
        self._cards: list[tuple[Document, list[dict[str, Any]]]] = []
        self.taken = Taken()

    def run(self, paths: Sequence[Path], *, url_base: str = "", progress: Callable[[int], None] = lambda _: None) -> Taken:
        """Take in all pages under ``paths``; ``progress`` is called with the number of pages just done.

        Raises ``CaptureError`` or ``LandingError`` where the disk refuses: what is done by then is kept and not done again.
        """
        with landing.lock(self._landing, source=self._folder):
            self._known = self._read_known()
            ended = "failed"
            try:
                asyncio.run(self._all(paths, url_base, progress))
                self._take_cards()
                ended = "finished"
            finally:
                self._close(ended)
        return self.taken

    async def _all(self, paths: Sequence[Path], url_base: str, progress: Callable[[int], None]) -> None:
        readings = Readings(module=self._worker, patience=self._patience)
        try:
            for batch in _batches(self._fresh(paths, url_base)):
                for document, reading in zip(batch, await asyncio.gather(*(self._read(readings, one) for one in batch)), strict=True):
                    if reading is not None:
                        self._take(document, reading)
                progress(len(batch))
        finally:
            await readings.end()

    def _fresh(self, paths: Sequence[Path], url_base: str) -> Iterator[Document]:
        """Documents that were not taken before."""
        for path in paths:
            for found in documents(path, url_base=url_base, now=self._now):
                if isinstance(found, Trouble):
                    self.taken.troubles.append(str(found))
                    continue
                self.taken.pages += 1
                if self._key(found) in self._known:
                    self.taken.before += 1
                else:
                    yield found

    async def _read(self, readings: Readings, document: Document) -> Reading | None:
        page = Page(body=document.body, url=document.url, content_type=document.content_type, charset=document.charset)
        try:
            return await readings.read(page, kind=self._kind)
        except ReadingBroke as error:
            what = f"{error.kind} ({str(error).splitlines()[0][:200]}); report it with the page, leave the page out until it is mended"
            self.taken.troubles.append(str(Trouble(document.file, document.place, what)))
            return None

    def _take(self, document: Document, reading: Reading) -> None:
        drafts = [draft for draft in reading.adverts if draft.text.strip()]
        if not drafts:
            self.taken.without[reading.reason or "no advert with a text"] += 1
        cards = []
        for draft, line in zip(drafts, self._lines(document, reading, drafts) if drafts else (), strict=True):
            if draft.complete:
                self._write(line)
                self._note(_whole(line))
            else:
                cards.append(line)
        if cards:
            self._cards.append((document, cards))
        else:
            self._note(self._key(document))

    def _take_cards(self) -> None:
        """Land what lists said of adverts, unless the advert's own page was taken, now or before: it says more."""
        for document, cards in self._cards:
            for line in cards:
                if _whole(line) not in self._known:
                    self._write(line)
            self._note(self._key(document))

    def _lines(self, document: Document, reading: Reading, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
        capture = self._captures.add(_exchange(document, self._now), kept_at=self._now) if document.status else None
        capture = capture or self._captures.add_saved(_saved(document, self._now))
        return [
            landing.seen(draft, source=self._source, seen_at=document.at, capture=capture, reader=reading.reader, version=reading.version)
            for draft in drafts
        ]

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            self._file = LandingFile(self._landing, source=self._folder, now=self._now)
            self.taken.landing = f"{self._folder}/{self._file.path.name}"
        self._file.write(line)
        self.taken.adverts += 1

    # --- what was taken before

    def _key(self, document: Document) -> str:
        return hashlib.sha256(f"{self._kind}\n{document.url}\n{hashlib.sha256(document.body).hexdigest()}".encode()).hexdigest()

    def _read_known(self) -> set[str]:
        try:
            return set(self._known_path.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return set()

    def _note(self, key: str) -> None:
        """Only once the lines it stands for are with the system: a kill in between costs a repeat, never an advert."""
        if key not in self._known:
            self._known.add(key)
            with self._known_path.open("a", encoding="ascii") as out:
                out.write(f"{key}\n")

    def _close(self, ended: str) -> None:
        self._captures.close()
        if self._file is not None:
            self._file.close()
            counts = {"pages": self.taken.pages, "adverts": self.taken.adverts}
            landing.write_report(self._file.report_path, {"source": self._source, "ended": ended, "counts": counts})


def _whole(line: dict[str, Any]) -> str:
    """What ``.taken`` says of an advert whose own page was taken."""
    return f"+{advert_id(source=line['source'], own_id=line['source_id'] or line['url'])}"


def _batches(found: Iterator[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    for document in found:
        batch.append(document)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _exchange(document: Document, now: datetime) -> Exchange:
    """A page of somebody's WARC file, as its record has it; who says so is written beside it."""
    return Exchange(
        url=document.url, at=document.at, status=document.status, body=document.body, response_headers=document.headers,
        facts=[("imported-from", f"{document.file}, {document.place}, {document.record_id}"), ("imported-at", now.isoformat())],
    )  # fmt: skip


def _saved(document: Document, now: datetime) -> Saved:
    facts = [("imported-from", f"{document.file} {document.place}".strip()), ("file-changed-at", document.at.isoformat())]
    return Saved(url=document.url, at=now, body=document.body, content_type=document.content_type, facts=facts)
