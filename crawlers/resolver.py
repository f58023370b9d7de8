"""Private addresses are refused where a name becomes an address, just before connecting.

Twisted connects to the very addresses that the resolver hands over, so neither a redirect nor a name that answers differently the
second time (DNS rebinding) gets round this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from crawlers.manners import is_public

ALLOWED = "PRIVATE_NETLOCS"
"""Scrapy setting with the ``host:port`` names that may resolve to private addresses; set by the spider from its source."""


@implementer(IHostnameResolver)
class PublicResolver:
    """Scrapy's resolver, passing on public addresses alone (Scrapy setting ``TWISTED_DNS_RESOLVER``)."""

    def __init__(self, process: Any, reactor: Any) -> None:
        self._process, self._reactor = process, reactor
        self._inner = CachingThreadedResolver.from_crawler(process, reactor)
        self.refused: set[str] = set()
        """Host names that led to private addresses only."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> PublicResolver:
        """Called by Scrapy with the whole process before any spider exists."""
        return cls(crawler, reactor)

    def install_on_reactor(self) -> None:
        """Put this resolver before Scrapy's own."""
        self._inner.install_on_reactor()
        self._next: Any = self._reactor.nameResolver
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self, resolutionReceiver: Any, hostName: str, portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None, transportSemantics: str = "TCP",
    ) -> IHostResolution:  # fmt: skip
        """Resolve a name; private addresses never reach the receiver unless this host and port are allowed."""
        sieve = resolutionReceiver if self._allowed(hostName, portNumber) else _Sieve(resolutionReceiver, hostName, self.refused)
        resolution: IHostResolution = self._next.resolveHostName(sieve, hostName, portNumber, addressTypes, transportSemantics)
        return resolution

    def _allowed(self, host: str, port: int) -> bool:
        # asked anew each time: spiders come after the resolver; without one nothing private is allowed
        crawlers = getattr(self._process, "crawlers", None) or {self._process}
        return all(f"{host}:{port}" in crawler.settings.getlist(ALLOWED) for crawler in crawlers)


@implementer(IResolutionReceiver)
class _Sieve:
    """Receives addresses and passes on the public ones."""

    def __init__(self, receiver: Any, host: str, refused: set[str]) -> None:
        self._receiver, self._host, self._refused = receiver, host, refused
        self._passed, self._held = 0, 0

    def resolutionBegan(self, resolution: Any) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if is_public(str(address.host)):
            self._passed += 1
            self._receiver.addressResolved(address)
        else:
            self._held += 1

    def resolutionComplete(self) -> None:
        if self._held and not self._passed:
            self._refused.add(self._host)
        self._receiver.resolutionComplete()


def refused_hosts() -> frozenset[str]:
    """Host names that led to private addresses only, in this process."""
    from twisted.internet import reactor

    return frozenset(getattr(getattr(reactor, "nameResolver", None), "refused", ()))
