"""Where a page ended, as an opaque string that only fits the query it came from."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from dataclasses import dataclass

from index.base import CursorError
from index.query import SearchQuery

_LONGEST = 300
_HEX_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Place:
    """The last advert of a page in the order of the query."""

    key: float
    """Its sort value: a score, or an engine's sort key."""
    doc_id: str
    seen: int
    """Adverts up to and including it."""


def write(query: SearchQuery, place: Place) -> str:
    """The cursor of the page after ``place``."""
    plain = json.dumps([_mark(query), place.key, place.doc_id, place.seen], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read(query: SearchQuery) -> Place | None:
    """Where the page of ``query`` starts; ``None`` for the first. Raises ``CursorError``."""
    if not query.cursor:
        return None
    try:
        padded = query.cursor[:_LONGEST] + "=" * (-len(query.cursor) % 4)
        mark, key, doc_id, seen = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise CursorError(f"cursor {query.cursor[:40]!r} cannot be read: start again without a cursor") from error
    if mark != _mark(query):
        raise CursorError(f"cursor {query.cursor[:40]!r} belongs to another query or sort: start again without a cursor")
    sound = isinstance(key, int | float) and math.isfinite(key) and isinstance(seen, int) and seen > 0
    if not (sound and isinstance(doc_id, str) and _HEX_ID.fullmatch(doc_id)):
        raise CursorError(f"cursor {query.cursor[:40]!r} cannot be read: start again without a cursor")
    return Place(key, doc_id, seen)


def _mark(query: SearchQuery) -> int:
    return zlib.crc32(repr((query.where, query.sort_in_force.value)).encode("utf-8", "surrogatepass"))
