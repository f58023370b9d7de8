"""Scrapy's downloader middlewares that carry out ``crawlers.manners`` and keep the evidence; ``settings.crawling`` puts them in order.

From the engine to the net: ``Gate`` (may this address be asked?), Scrapy's robots.txt, ``RobotsAnswers`` (what a missing or failing
robots.txt means), ``BackOff`` (wait and try again), Scrapy's redirects, ``Keep`` (capture every answer, redirects too).
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.asyncio import call_later

from crawlers import facts, failures, manners
from crawlers.captures import CaptureError, Exchange
from settings.crawling import PRODUCT

log = logging.getLogger(__name__)

MADE_UP = "made-up"
"""Flag of a response that no host sent: it must never be kept as evidence."""
ROBOTS = "dont_obey_robotstxt"
"""Request meta by which Scrapy marks its own requests for robots.txt."""


class Gate:
    """Lets through only what the source covers: http(s), its own hosts, no private address, no host that sent us away."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Gate:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse before anything else happens, redirects and robots.txt requests included."""
        source = self._crawler.spider.source  # type: ignore[union-attr]
        kind = manners.refusal(request.url, hosts=source.visited_hosts, private=source.private_netlocs)
        if not kind and urlsplit(request.url).hostname in self._crawler.spider.left_alone:  # type: ignore[union-attr]
            kind = "sent-away"
        kind = kind or self._crawler.spider.stopped  # type: ignore[union-attr]
        if kind:
            raise failures.Refused(kind)


class RobotsAnswers:
    """Turns the answer to a robots.txt request into what RFC 9309 says it means, and keeps Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsAnswers:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Give Scrapy's parser the body that counts."""
        if not request.meta.get(ROBOTS) or MADE_UP in response.flags:
            return response
        self._health.robots(request.url, verdict=str(response.status))
        return response.replace(body=manners.robots_body(response.status, response.body))

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """A robots.txt that cannot be fetched allows nothing now."""
        if not request.meta.get(ROBOTS):
            return None
        self._health.robots(request.url, verdict=failures.kind(exception, host=urlsplit(request.url).hostname or ""))
        return Response(request.url, status=200, body=manners.NOTHING_ALLOWED, flags=[MADE_UP])

    def _parsed(self, robotparser: Any, request: Request) -> None:
        delay = robotparser.crawl_delay(PRODUCT)
        if delay is None or delay <= 0:
            return
        host = urlsplit(request.url).hostname or ""
        kept = min(float(delay), manners.MAX_CRAWL_DELAY)
        downloader = self._crawler.engine.downloader
        usual = downloader.settings.getfloat("DOWNLOAD_DELAY")
        self._health.robots(request.url, crawl_delay=kept)
        # both: the slot in use, and the one Scrapy makes anew after a minute's silence
        downloader.per_slot_settings[host] = {"delay": max(kept, usual), "concurrency": 1}
        slot = downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.concurrency = max(kept, usual), 1

    @property
    def _health(self) -> Any:
        return self._crawler.spider.health  # type: ignore[union-attr]


class BackOff:
    """Waits when a host asks for it, tries again after passing troubles, leaves a host alone that keeps refusing."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._refusals: Counter[str] = Counter()
        self._until: dict[str, float] = {}
        self._first_wait = crawler.settings.getfloat("BACKOFF_FIRST_WAIT", manners.FIRST_WAIT)
        crawler.signals.connect(self._downloaded, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BackOff:
        return cls(crawler)

    def _downloaded(self, response: Response, request: Request) -> None:
        """Heed an answer while its place in the downloader is not yet free: the next request must not slip through before the pause."""
        host = urlsplit(request.url).hostname or ""
        if response.status not in manners.PASSING:
            self._refusals[host] = 0
        elif response.status in manners.ASKS_TO_WAIT:
            header = (response.headers.get("Retry-After") or b"").decode("latin-1")
            asked = manners.retry_after(header, now=datetime.now(UTC)) if header else None
            # answers to requests that were under way when the pause began tell nothing new
            self._refusals[host] += monotonic() >= self._until.get(host, 0.0)
            if (asked or 0.0) > manners.MAX_WAIT or self._refusals[host] >= manners.REFUSALS:
                self._leave(host, response.status)
            self._pause(host, manners.wait(tried=request.meta.get("retry_times", 0) + 1, asked=asked, first=self._first_wait))
        else:
            self._pause(host, min(self._first_wait, manners.SHORT_WAIT))

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Ask again what may go well later, unless the host wants to be left alone."""
        host = urlsplit(request.url).hostname or ""
        if MADE_UP in response.flags or response.status not in manners.PASSING or host in self._spider.left_alone:
            return response
        return self._again(request, f"status {response.status}") or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again after a broken connection; never after a refusal of our own."""
        host = urlsplit(request.url).hostname or ""
        kind = failures.kind(exception, host=host)
        if kind not in failures.WORTH_ANOTHER_TRY or host in self._spider.left_alone:
            return None
        self._pause(host, min(self._first_wait, manners.SHORT_WAIT))
        return self._again(request, kind)

    def _again(self, request: Request, reason: str) -> Request | None:
        return get_retry_request(
            request, spider=self._spider, reason=reason, max_retry_times=manners.RETRIES, give_up_log_level=logging.DEBUG
        )

    def _pause(self, host: str, seconds: float) -> None:
        """Let no request to the host start for so long: the pause becomes the delay of its downloader slot, then the usual one returns."""
        downloader = self._crawler.engine.downloader
        slot, now = downloader.slots.get(host), monotonic()
        if slot is None or now + seconds <= self._until.get(host, 0.0):
            return
        self._until[host] = now + seconds
        # the slot wakes a moment after the usual delay is back, or it would count the pause twice
        slot.delay = seconds + 0.1 + max(0.0, now - slot.lastseen)
        self._spider.health.waited(seconds)
        call_later(seconds + 0.02, self._resume, host)

    def _resume(self, host: str) -> None:
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(host)
        if slot is not None and monotonic() >= self._until[host]:
            slot.delay = downloader.per_slot_settings.get(host, {}).get("delay", downloader.settings.getfloat("DOWNLOAD_DELAY"))

    def _leave(self, host: str, status: int) -> None:
        """Send nothing more to the host, not even what is waiting for its turn."""
        if host not in self._spider.left_alone:
            log.warning("%s keeps refusing (status %s): left alone for the rest of this crawl", host, status)
        self._spider.left_alone.add(host)
        slot = self._crawler.engine.downloader.slots.get(host)
        while slot is not None and slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(failures.Refused("sent-away"))

    @property
    def _spider(self) -> Any:
        return self._crawler.spider


class Keep:
    """Captures every answer before anybody judges it; ``meta["capture"]`` says where."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Keep:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Write request and answer to the captures; where that fails the crawl ends, for nothing may be judged unkept."""
        if MADE_UP in response.flags:
            return response
        spider = self._crawler.spider
        known = request.meta.get("known_sha256", "")
        try:
            request.meta["capture"] = spider.captures.add(_exchange(request, response, spider), known_sha256=known)  # type: ignore[union-attr]
        except CaptureError as error:
            spider.stop("captures-failed", str(error))  # type: ignore[union-attr]
            raise failures.Refused("captures-failed") from error
        return response


def _exchange(request: Request, response: Response, spider: Any) -> Exchange:
    return Exchange(
        url=request.url,
        at=datetime.now(UTC),
        status=response.status,
        body=response.body,
        method=request.method,
        request_headers=_pairs(request.headers),
        response_headers=_pairs(response.headers),
        protocol=response.protocol or "HTTP/1.1",
        ip_address=str(response.ip_address or ""),
        facts=facts.of(request, response, spider),
    )


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]
