"""What came back for a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adverts.records import Capture
from crawlers.itinerary import Visit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a visit, captured and unpacked."""

    visit: Visit
    url: str
    """Where redirects led in the end."""
    at: datetime
    status: int
    body: bytes
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    capture: Capture | None = None
    same: bool = False
    """Whether the body is byte for byte the one captured last time."""
    redirect: int = 0
    """Status of the first redirect; 0 where there was none."""
