"""Pictures of the pages that adverts were read from, drawn from the captures alone and kept beside them as WARC resource records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from adverts.records import Capture
from crawlers.browser import Browser, BrowserError
from crawlers.captures import CaptureError, CaptureWriter, Kept, Saved, read_capture
from crawlers.decoding import decode
from crawlers.known import page_key
from crawlers.landing import read_lines

MOST = 500
"""Pictures made after one crawl: each takes about a second."""
LONGEST = 2_000_000
"""Characters of HTML drawn."""


@dataclass(slots=True)
class Taken:
    """How many pictures were made, and what went wrong."""

    pictures: int = 0
    warnings: list[str] = field(default_factory=list)


def take(captures: Path, landing: Path, *, source: str, now: datetime, most: int = MOST) -> Taken:
    """Draw the HTML pages that the lines of a landing file were read from; a page that cannot be drawn is a warning."""
    taken = Taken()
    pages = list(_pages(captures, landing, taken))[:most]
    writer = CaptureWriter(captures, source=source, about={"purpose": "pictures of captured pages"})
    try:
        while pages:
            pages = _drawn(pages, writer, now, taken)
        writer.close()
    except (BrowserError, CaptureError, OSError) as error:
        taken.warnings.append(f"pictures: {error}")
    return taken


def _drawn(pages: list[Kept], writer: CaptureWriter, now: datetime, taken: Taken) -> list[Kept]:
    """Draw pages in one browser, until one breaks it; those that are left."""
    with Browser() as browser:
        for place, page in enumerate(pages):
            try:
                picture = browser.draw(decode(page.body).text[:LONGEST])
            except BrowserError as error:
                taken.warnings.append(f"picture of {page.url[:200]}: {error}")
                # a browser that cannot draw its first page will draw none
                return pages[place + 1 :] if place else []
            facts = [("drawn-by", "chromium, without network, scripts and images"), ("drawn-from", page.record_id)]
            url = f"screenshot:{page.url}"
            saved = Saved(url=url, at=now, body=picture, content_type="image/png", facts=facts, refers_to=page.record_id)
            writer.add_saved(saved, kind="picture")
            taken.pictures += 1
    return []


def _pages(captures: Path, landing: Path, taken: Taken) -> Iterator[Kept]:
    """The adverts' own pages of a landing file, each once. Lists show other adverts too, and a picture's words cannot be erased alone."""
    seen = set()
    for line in read_lines(landing) if landing.is_file() else ():
        said = line.get("capture")
        if line.get("event") != "seen" or not said or (said["file"], said["offset"]) in seen:
            continue
        if page_key(str(said.get("url", ""))) != page_key(str(line.get("url", ""))):
            continue
        seen.add((said["file"], said["offset"]))
        try:
            page = read_capture(captures, Capture(**said))
        except CaptureError as error:
            taken.warnings.append(f"picture: {error}")
            continue
        if any(name.lower() == "content-type" and "html" in value.lower() for name, value in page.headers):
            yield page
