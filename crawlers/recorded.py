"""Recorded start pages: what a board showed when its source was written, and what was read from it then.

They lie in the data folder (``recorded/<source>/``), never in the repository, for they hold other people's words.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crawlers.reading import Page, Reading, read

_FIELDS = ("url", "title", "employer", "place", "country", "complete")


def keep(data_dir: Path, name: str, page: Page, found: Reading) -> Path:
    """Write the page and what was read; the folder they are in."""
    folder = data_dir / "recorded" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page").write_bytes(page.body)
    head = {"url": page.url, "content_type": page.content_type, "charset": page.charset, "adverts": rows(found)}
    (folder / "expected.json").write_text(json.dumps(head, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return folder


def differences(data_dir: Path, name: str) -> list[str] | None:
    """What is read otherwise from a recorded page than when it was kept, a sentence each; None where no page is kept."""
    folder = data_dir / "recorded" / name
    try:
        head = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        page = Page(body=(folder / "page").read_bytes(), url=head["url"], content_type=head["content_type"], charset=head["charset"])
        before: list[dict[str, Any]] = head["adverts"]
    except (OSError, ValueError, KeyError):
        return None
    now = rows(read(page))
    if len(now) != len(before):
        return [f"{len(now)} adverts, {len(before)} when it was kept"]
    return [
        f"advert {number}: {name} is {new.get(name)!r}, {old.get(name)!r} when it was kept"
        for number, (new, old) in enumerate(zip(now, before, strict=True), 1)
        for name in _FIELDS
        if new.get(name) != old.get(name)
    ]


def rows(found: Reading) -> list[dict[str, Any]]:
    """What is compared of each advert."""
    return [{name: asdict(advert)[name] for name in _FIELDS} for advert in found.adverts]
