"""The only module that meets Elasticsearch's client: connections, credentials, time-outs, repeats, and its errors turned into ours.

Nothing here asks ``GET /``, which servers without the ``rest-root`` module do not have.
"""

from __future__ import annotations

import base64
import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from index.base import RefusedQueryError, SearchIndexError, UnreachableIndexError
from index.circuit import Circuit

SEARCH_SECONDS, ADMIN_SECONDS, BULK_SECONDS = 10.0, 60.0, 60.0
"""What each kind of request may take."""
PATIENCE = 300.0
"""Seconds that writing waits for a cluster that is overloaded, or is choosing a new node in place of a lost one."""
_QUICK_REPEATS = 2
_LONGEST_PAUSE = 10.0
_BUSY = frozenset({429, 502, 503, 504})

Act = Callable[[Any], Any]
"""Asks the client (``elasticsearch.Elasticsearch``) one thing."""


class GoneError(SearchIndexError):
    """The version asked is not there any more: another has taken its place, or somebody has removed it."""


class ConflictError(SearchIndexError):
    """Somebody else has written the same document."""


class OverloadedError(UnreachableIndexError):
    """The server answers that it cannot at the moment."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the cluster is and as whom it is asked."""

    urls: tuple[str, ...]
    """Of one node or more; another is asked where one does not answer."""
    user: str = ""
    password: str = ""
    api_key: str = ""
    """Used instead of user and password where given."""
    authority: Path | None = None
    """PEM file of who signed the servers' certificates, where the system does not know it."""

    @property
    def shown(self) -> str:
        """The addresses without anything secret."""
        return ", ".join(f"{parts.scheme}://{parts.hostname}:{parts.port or ''}" for parts in map(urlsplit, self.urls))


class Engine:
    """One cluster. Safe to use from several threads; connects at the first question."""

    def __init__(
        self, access: Access, *, sleep: Callable[[float], object] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.access = access
        self.sleep, self.clock = sleep, clock
        self._circuit, self._making, self._made = Circuit(clock=clock), Lock(), list[Any]()

    def ask(self, act: Act, *, seconds: float = SEARCH_SECONDS) -> Any:
        """The answer, quickly or not at all: for those who wait at a screen. Raises what ``order`` raises."""
        if wait := self._circuit.waits():
            raise UnreachableIndexError(f"{self._name}: did not answer lately, is asked again in {wait:.0f} s: see that it runs")
        pauses = self.pauses()
        for attempt in range(_QUICK_REPEATS + 1):
            try:
                answer = self._once(act, seconds)
            except UnreachableIndexError as error:
                self._circuit.failed()
                if attempt == _QUICK_REPEATS or not isinstance(error, OverloadedError):
                    raise
                self.sleep(next(pauses))
            except SearchIndexError:
                self._circuit.answered()
                raise
            else:
                self._circuit.answered()
                return answer
        raise AssertionError

    def order(self, act: Act, *, seconds: float = ADMIN_SECONDS, patience: float = PATIENCE) -> Any:
        """The answer, however long it takes within ``patience``: for writing. What is asked may be asked twice.

        Raises ``UnreachableIndexError``, ``GoneError``, ``ConflictError``, ``RefusedQueryError`` (400) and ``SearchIndexError`` (the rest).
        """
        until, pauses = self.clock() + patience, self.pauses()
        while True:
            try:
                return self._once(act, seconds)
            except UnreachableIndexError:
                if self.clock() >= until:
                    raise
                self.sleep(next(pauses))

    @staticmethod
    def pauses() -> Iterator[float]:
        """Seconds to wait before each repeat: twice as long each time, never the same for two who wait."""
        pause = 0.1
        while True:
            yield pause * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def close(self) -> None:
        """Give the connections back."""
        with self._making:
            while self._made:
                self._made.pop().close()

    @property
    def _name(self) -> str:
        return f"Elasticsearch at {self.access.shown}"

    def _client(self) -> Any:
        with self._making:
            if not self._made:
                self._made.append(_connected(self.access))
            return self._made[0]

    def _once(self, act: Act, seconds: float) -> Any:
        # imported here: it takes long to load, and installations with an embedded index never need it
        from elastic_transport import TransportError
        from elasticsearch import ApiError, UnsupportedProductError

        try:
            answer = act(self._client().options(request_timeout=seconds))
            return getattr(answer, "body", answer)
        except UnsupportedProductError as error:
            raise UnreachableIndexError(f"{self._name}: is no Elasticsearch 9: see FAIRWATCH_ELASTICSEARCH_URL") from error
        except ApiError as error:
            raise self._ours(int(error.meta.status), error.body) from error
        except (TransportError, OSError, ValueError) as error:
            raise UnreachableIndexError(f"{self._name}: no answer ({_first_line(error)}): see that it runs and its address") from error

    def _ours(self, status: int, body: Any) -> SearchIndexError:
        kind, reason = fault(body)
        said = f"{self._name}: {status} {kind}: {reason}"
        if status in (401, 403):
            return UnreachableIndexError(f"{said}: see FAIRWATCH_ELASTICSEARCH_USER, _PASSWORD and _API_KEY, and what they may do")
        if status in _BUSY:
            return OverloadedError(f"{said}: wait, or give the cluster more room")
        if status == 404:
            return GoneError(f"{said}: run `manage.py reindex`")
        if status == 409:
            return ConflictError(said)
        if status == 400:
            return RefusedQueryError(f"{said}: ask for less at once")
        return SearchIndexError(f"{said}: see the server's log")


def fault(body: Any) -> tuple[str, str]:
    """Kind and reason of a failure, whatever its shape."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return "error", _first_line(error)
    causes = error.get("root_cause") or [error]
    cause = causes[0] if isinstance(causes[0], dict) else error
    return str(cause.get("type", "error")), _first_line(cause.get("reason", ""))


def _first_line(what: object) -> str:
    return str(what).strip().partition("\n")[0][:300]


def _without_trace(record: logging.LogRecord) -> bool:
    """A node that does not answer is worth a line of the log, not forty."""
    record.exc_info = None
    return True


def _connected(access: Access) -> Any:
    from elasticsearch import Elasticsearch

    for name in ("elastic_transport.transport", "elastic_transport.node_pool"):
        logging.getLogger(name).addFilter(_without_trace)
    options: dict[str, Any] = {"max_retries": len(access.urls), "retry_on_timeout": False, "retry_on_status": ()}
    if access.api_key:
        options["api_key"] = access.api_key
    elif access.user:
        # the client itself can only send letters of ASCII
        options["basic_auth"] = base64.b64encode(f"{access.user}:{access.password}".encode()).decode()
    if access.authority:
        options["ca_certs"] = str(access.authority)
    return Elasticsearch(list(access.urls), **options)
