"""All four boards on one address: which path answers what on which day."""

from __future__ import annotations

from functools import lru_cache

from tests.boards import corner, harbour, meadow, summit
from tests.boards.content import everything
from tests.boards.pieces import DAY_START, Page, document

PAGED = ("/corner/list", "/summit/api/jobs")
"""Paths that take ``?page=``; without it they show the first page."""
_ROBOTS = """User-agent: *
Disallow: /meadow/private/
Disallow: /corner/members/

Sitemap: {base}/meadow/sitemap.xml
"""


@lru_cache(maxsize=16)
def site(*, day: int, base: str) -> dict[str, Page]:
    """Path (with ``?page=N`` where it takes one) to page; what is not here is a plain 404."""
    adverts = everything()
    starts = {"/meadow/": meadow.SITE, "/harbour/": harbour.SITE, "/summit/": summit.SITE, "/corner/list?page=1": corner.SITE}
    links = "".join(f'<li><a href="{path}">{name}</a>' for path, name in starts.items())
    out = {
        "/": Page(document(title="Sample boards", body=f"<h1>Sample boards</h1><ul>{links}</ul>", site="Fairwatch"), DAY_START[0]),
        "/robots.txt": Page(_ROBOTS.format(base=base).encode(), DAY_START[0], kind="text/plain; charset=utf-8"),
    }
    for board in (meadow, harbour, summit):
        out |= board.pages(adverts=adverts, day=day, base=base)
    return out | corner.pages(adverts=adverts, day=day)


def missing() -> Page:
    """The answer to an address that never was."""
    body = "<h1>There is nothing at this address.</h1>"
    return Page(document(title="Not here", body=body, site="Sample boards"), DAY_START[0], status=404)
