"""Reading in other processes: pages that break, hang or kill their worker cost themselves alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from crawlers.reading import Page, Reading
from crawlers.readings import ReadingBroke, Readings
from tests.crawlers.site import WORKER, listing


def page(body: bytes) -> Page:
    return Page(body=body, url="https://quay.example/job/1")


GOOD = page(listing(adverts=[{"title": "Crane driver"}]))


def run(work: Callable[[Readings], Awaitable[Any]], **options: Any) -> Any:
    async def whole() -> Any:
        readings = Readings(module=WORKER["READING_WORKER"], **options)
        try:
            return await work(readings)
        finally:
            await readings.end()

    return asyncio.run(whole())


async def title(readings: Readings) -> str:
    return (await readings.read(GOOD, kind="auto")).adverts[0].title


def test_pages_are_read_side_by_side() -> None:
    async def work(readings: Readings) -> list[Reading]:
        return list(await asyncio.gather(*(readings.read(page(listing(links=[str(n)])), kind="auto") for n in range(30))))

    assert [reading.links for reading in run(work, workers=2)] == [(str(n),) for n in range(30)]


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'{"broken": true}', "reader-broke", "ZeroDivisionError"),
        (b'{"dies": true}', "reader-crashed", "broke down"),
        (b'{"slow": 60}', "reader-too-slow", "not read after 3 s"),
    ],
)
def test_a_bad_page_costs_itself_alone(body: bytes, kind: str, said: str) -> None:
    async def work(readings: Readings) -> None:
        assert await title(readings) == "Crane driver"
        with pytest.raises(ReadingBroke, match=said) as caught:
            await readings.read(page(body), kind="auto")
        assert caught.value.kind == kind
        assert await title(readings) == "Crane driver"

    run(work, workers=1, patience=3.0)


def test_a_module_that_is_no_worker_is_said() -> None:
    async def work(readings: Readings) -> None:
        with pytest.raises(ReadingBroke) as caught:
            await readings.read(GOOD, kind="auto")
        assert caught.value.kind == "reader-crashed"

    async def whole() -> None:
        readings = Readings(module="this", workers=1)
        try:
            await work(readings)
        finally:
            await readings.end()

    asyncio.run(whole())
