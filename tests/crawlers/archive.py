"""A small archive of captures for tests about evidence: two sources, two days, every kind of record."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adverts.records import Capture
from crawlers.captures import CaptureWriter, Exchange, Saved

DAY_ONE = datetime(2026, 5, 4, 12, 0, 1, tzinfo=UTC)
DAY_TWO = DAY_ONE + timedelta(days=1)


def page(number: int, *, at: datetime = DAY_ONE, host: str = "quay.example", size: int = 900) -> Exchange:
    """An exchange whose body is the same whenever it is made, and does not pack well."""
    body = random.Random(number).randbytes(size)
    return Exchange(
        url=f"https://{host}/job/{number}", at=at, status=200, body=body, ip_address="192.0.2.7",
        request_headers=[("User-Agent", "Fairwatch/0.1")], response_headers=[("Content-Type", "text/html")],
        facts=[("fetchTimeMs", "12"), ("robots", "allowed (robots.txt answered 404)")],
    )  # fmt: skip


def archive(root: Path) -> list[Capture]:
    """Fill a captures folder; its captures in the order of the chain."""
    quay = CaptureWriter(root, source="quay", about={"purpose": "tests"}, rotate_at=4_000)
    pier = CaptureWriter(root, source="pier", about={"purpose": "tests"})
    made = []
    for number in range(4):
        made.append(quay.add(page(number)))
        made.append(pier.add(page(number, host="pier.example")))
    made.append(pier.add(page(0, host="pier.example"), known_sha256=made[1].sha256))
    made.append(pier.add_saved(Saved(url="https://pier.example/saved", at=DAY_ONE, body=b"<h1>Cook</h1>", content_type="text/html")))
    for number in range(4, 6):
        made.append(quay.add(page(number, at=DAY_TWO)))
    quay.close()
    pier.close()
    return made
