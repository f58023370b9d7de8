"""Send many documents to Elasticsearch, as fast as it takes them and no faster.

One request is under way while the next is made ready; whoever brings more waits. A server that says it is overloaded gets smaller
requests, later. Of a request that was taken in part, only what may still succeed is sent again; what the server refuses for good is
logged and left out, so that one advert does not keep a million from being found: ``check_index`` then names it as missing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from index.base import SearchIndexError, UnreachableIndexError
from index.elastic_client import BULK_SECONDS, PATIENCE, Engine, OverloadedError, fault

MOST_OPERATIONS, MOST_BYTES = 500, 4_000_000
"""Of one request."""
_FEWEST = 10
_AHEAD = 2
"""Requests made ready or under way before whoever brings more must wait."""
_BUSY = frozenset({429, 502, 503, 504})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Operation:
    """One document to index, or to delete where it has no content."""

    doc_id: str
    content: bytes | None

    @property
    def size(self) -> int:
        """Bytes, about."""
        return len(self.content or b"") + 60

    @property
    def lines(self) -> list[bytes]:
        """As a bulk request wants it."""
        name = "delete" if self.content is None else "index"
        head = json.dumps({name: {"_id": self.doc_id}}).encode()
        return [head] if self.content is None else [head, self.content]


class Bulk:
    """Sends operations to one version, in order. Use from one thread; ``flush`` before the result is needed, ``close`` at the end.

    ``keep`` is called before each request and raises where this process may no longer write.
    """

    def __init__(self, engine: Engine, version: str, *, keep: Callable[[], None]) -> None:
        self._engine, self._version, self._keep = engine, version, keep
        self._ready: dict[str, Operation] = {}
        self._bytes, self._most = 0, MOST_OPERATIONS
        self._sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bulk")
        self._sent: list[Future[None]] = []
        self.refused = 0
        """Documents that the server refused for good."""

    def put(self, operation: Operation) -> None:
        """Take an operation; waits while too much is under way. Raises what sending an earlier one raised."""
        if (before := self._ready.pop(operation.doc_id, None)) is not None:
            self._bytes -= before.size
        self._ready[operation.doc_id] = operation
        self._bytes += operation.size
        if len(self._ready) >= MOST_OPERATIONS or self._bytes >= MOST_BYTES:
            self._hand_over()

    def flush(self) -> None:
        """Wait until everything was sent. Raises ``UnreachableIndexError`` and its like where it could not be."""
        self._hand_over()
        while self._sent:
            self._sent.pop(0).result()

    def close(self) -> None:
        """Drop what is not yet under way."""
        self._sender.shutdown(wait=True, cancel_futures=True)

    def _hand_over(self) -> None:
        if not self._ready:
            return
        self._sent.append(self._sender.submit(self._send, list(self._ready.values())))
        self._ready, self._bytes = {}, 0
        while len(self._sent) > _AHEAD:
            self._sent.pop(0).result()

    def _send(self, operations: Sequence[Operation]) -> None:
        waiting, pauses = list(operations), self._engine.pauses()
        until = self._engine.clock() + PATIENCE
        while waiting:
            portion = waiting[: self._most]
            try:
                again = self._request(portion)
            except UnreachableIndexError:
                if self._engine.clock() >= until:
                    raise
                again = portion
            waiting = again + waiting[self._most :]
            if not again:
                self._most = min(MOST_OPERATIONS, self._most + _FEWEST)
                until, pauses = self._engine.clock() + PATIENCE, self._engine.pauses()
                continue
            if self._engine.clock() >= until:
                raise OverloadedError(f"index {self._version}: {len(again)} documents were put off for {PATIENCE:.0f} s: see the cluster")
            self._most = max(_FEWEST, self._most // 2)
            self._engine.sleep(next(pauses))

    def _request(self, operations: Sequence[Operation]) -> list[Operation]:
        """Send one request; returns the operations to send again."""
        self._keep()
        lines = [line for operation in operations for line in operation.lines]
        answer = self._engine.order(
            lambda client: client.bulk(index=self._version, operations=lines, require_alias=False), seconds=BULK_SECONDS, patience=0
        )
        if not answer["errors"]:
            return []
        return [operation for operation, item in zip(operations, answer["items"], strict=True) if self._is_put_off(operation, item)]

    def _is_put_off(self, operation: Operation, item: dict[str, dict[str, Any]]) -> bool:
        """Whether to send it again. Raises where the whole version is gone or closed to us."""
        (answer,) = item.values()
        status = int(answer["status"])
        if status in _BUSY:
            return True
        # a deletion of what is not there answers 404 without an error
        if status < 300 or "error" not in answer:
            return False
        kind, reason = fault(answer)
        if status in (403, 404):
            raise SearchIndexError(f"index {self._version}: {status} {kind}: {reason}: see what may be written, then run this again")
        self.refused += 1
        log.error("advert %s: the search engine refuses it (%s: %s); all others go on", operation.doc_id, kind, reason)
        return False


def feed(bulk: Bulk, operations: Iterable[Operation]) -> None:
    """Send all operations and wait for the end."""
    for operation in operations:
        bulk.put(operation)
    bulk.flush()
