"""The process that reads pages for a crawl: hostile pages may slow, fill or break it, and the crawl goes on.

    python -m crawlers.worker

It answers each question on stdin with one answer on stdout. Both are a line of JSON. A question either names the capture that holds the
page, or says how many bytes of the page follow. Plain data alone passes, so a broken worker cannot harm the crawl.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from adverts.records import Capture, Pay
from crawlers.captures import read_capture
from crawlers.reading import Draft, Page, Reading, read

MEMORY = 2 * 1024**3
"""Address space of a worker, in bytes: a page that wants more breaks the worker, not the machine."""

_DATES = ("posted_on", "valid_until")

Read = Callable[..., Reading]


def question(page: Page, *, kind: str, capture: Capture | None = None, root: Path | None = None) -> bytes:
    """A page as a worker wants it; with ``capture`` (in the captures folder ``root``) the worker takes the body from there."""
    head: dict[str, Any] = {"url": page.url, "content_type": page.content_type, "charset": page.charset, "kind": kind}
    if capture is not None:
        head |= {"bytes": 0, "capture": asdict(capture), "root": str(root)}
        return json.dumps(head).encode() + b"\n"
    head["bytes"] = len(page.body)
    return json.dumps(head).encode() + b"\n" + page.body


def answer(reading: Reading) -> bytes:
    """A reading as a worker gives it."""
    return json.dumps(asdict(reading), default=_iso).encode() + b"\n"


def reading_of(raw: bytes) -> Reading | str:
    """The reading in a worker's answer, or the traceback of the reader that broke. Raises ``ValueError`` for anything else."""
    data = json.loads(raw)
    if "error" in data:
        return str(data["error"])
    try:
        adverts = tuple(_draft(values) for values in data.pop("adverts"))
        links, next_pages = tuple(data.pop("links")), tuple(data.pop("next_pages"))
        return Reading(adverts=adverts, links=links, next_pages=next_pages, **data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a worker's answer is no reading: {error!r}") from error


def serve(reader: Read, *, stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer questions until stdin ends, which it also does when the crawl dies."""
    while line := stdin.readline():
        head = json.loads(line)
        stdout.write(_answered(reader, head, stdin.read(head["bytes"])))
        stdout.flush()


def main(reader: Read) -> None:
    """Serve with ``reader`` on this process's own pipes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    # what a library prints must not get between two answers
    sys.stdout = sys.stderr
    serve(reader, stdin=questions, stdout=answers)


def _answered(reader: Read, head: Mapping[str, Any], body: bytes) -> bytes:
    try:
        if "capture" in head:
            body = read_capture(Path(head["root"]), Capture(**head["capture"])).body
        page = Page(body=body, url=head["url"], content_type=head["content_type"], charset=head["charset"])
        return answer(reader(page, kind=head["kind"]))
    except Exception:  # noqa: BLE001 - one page must not end the reading of the others; the crawl logs and counts what is sent here
        return json.dumps({"error": traceback.format_exc(limit=-12)}).encode() + b"\n"


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a reading")


def _draft(values: Mapping[str, Any]) -> Draft:
    made = dict(values)
    made["pay"] = Pay(**made["pay"]) if made["pay"] else None
    made["languages"] = tuple(made["languages"])
    made.update({name: date.fromisoformat(made[name]) if made[name] else None for name in _DATES})
    return Draft(**made)


if __name__ == "__main__":
    main(read)
