"""The right to write an index in Elasticsearch: one document with an end, renewed while the writer lives.

Another process takes it over when its end has passed, or at once where the writer ran on the same machine and is no more. The clocks of
the machines that write must agree to within half a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from adverts import holders
from index.base import BusyIndexError, RefusedQueryError, SearchIndexError
from index.elastic_client import ConflictError, Engine, GoneError

LASTING = timedelta(seconds=60)
_RENEWED = LASTING.total_seconds() / 4
_ID = "writer"
_SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-2"}
_MAPPINGS = {"dynamic": "strict", "properties": {"holder": {"type": "keyword"}, "until": {"type": "date"}}}

Clock = Callable[[], datetime]


class WriterLock:
    """The lock of the index ``name``."""

    def __init__(self, engine: Engine, name: str, *, clock: Clock) -> None:
        self._engine, self._name, self._clock = engine, name, clock
        self._index = f"{name}-lock"

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        """Be the one writer; yields what raises ``BusyIndexError`` where the right was lost. Raises it at once where another has it."""
        held = _Held(self._engine, self._index, self._name, self._clock, self._taken())
        renewing = Thread(target=held.renew_on, name="writer-lock", daemon=True)
        renewing.start()
        try:
            yield held.keep
        finally:
            held.stop.set()
            renewing.join()
            held.give_back()

    def _taken(self) -> tuple[str, tuple[int, int]]:
        holder = holders.me()
        content = {"holder": holder, "until": (self._clock() + LASTING).isoformat()}
        self._make_index()
        try:
            return holder, self._written(content, op_type="create")
        except ConflictError:
            before = self._there()
            try:
                return holder, self._written(content, **before)
            except ConflictError as error:
                raise self._busy() from error

    def _there(self) -> dict[str, int]:
        """What to name to take over the lock that is there. Raises ``BusyIndexError`` where its holder lives."""
        found = self._engine.order(lambda client: client.get(index=self._index, id=_ID))
        there = found["_source"]
        if datetime.fromisoformat(there["until"]) > self._clock() and not holders.is_gone(there["holder"]):
            raise self._busy(there["holder"])
        return {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}

    def _busy(self, holder: str = "") -> BusyIndexError:
        host, _, pid, *_ = [*holder.split(" "), "", ""]
        who = f" (process {pid} on {host})" if pid else ""
        return BusyIndexError(f"index {self._name}: another process is writing{who}: wait for it to end, then run this again")

    def _written(self, content: dict[str, str], **conditions: Any) -> tuple[int, int]:
        answer = self._engine.order(lambda client: client.index(index=self._index, id=_ID, document=content, **conditions))
        return answer["_seq_no"], answer["_primary_term"]

    def _make_index(self) -> None:
        if self._engine.order(lambda client: client.indices.exists(index=self._index)):
            return
        try:
            self._engine.order(lambda client: client.indices.create(index=self._index, settings=_SETTINGS, mappings=_MAPPINGS))
        except RefusedQueryError as error:
            if "already_exists" not in str(error):
                raise


class _Held:
    """The lock in our hands."""

    def __init__(self, engine: Engine, index: str, name: str, clock: Clock, taken: tuple[str, tuple[int, int]]) -> None:
        self._engine, self._index, self._name, self._clock = engine, index, name, clock
        self._holder, self._at = taken
        self._until = clock() + LASTING
        self._lost = ""
        self.stop = Event()

    def keep(self) -> None:
        """Raise ``BusyIndexError`` where the lock was lost."""
        if self._lost or self._clock() >= self._until:
            why = self._lost or "it could not be renewed in time"
            raise BusyIndexError(f"index {self._name}: the right to write was lost ({why}): run this again")

    def renew_on(self) -> None:
        """Renew until told to stop."""
        while not self.stop.wait(_RENEWED):
            try:
                self._renew()
            except (ConflictError, GoneError):
                self._lost = "another process has taken it"
                return
            except SearchIndexError:
                continue  # tried again in a quarter of its time; ``keep`` says when that is over

    def _renew(self) -> None:
        until = self._clock() + LASTING
        content = {"holder": self._holder, "until": until.isoformat()}
        seq, term = self._at
        answer = self._engine.order(
            lambda client: client.index(index=self._index, id=_ID, document=content, if_seq_no=seq, if_primary_term=term), patience=0
        )
        self._at, self._until = (answer["_seq_no"], answer["_primary_term"]), until

    def give_back(self) -> None:
        """Let others write; where that fails, time does it."""
        seq, term = self._at
        try:
            self._engine.order(
                lambda client: client.delete(index=self._index, id=_ID, if_seq_no=seq, if_primary_term=term), seconds=10, patience=0
            )
        except SearchIndexError:
            return
