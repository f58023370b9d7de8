"""Writing into Elasticsearch: an update waits in this process until it is committed, a build is sent as it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from index.base import Build, SearchIndexError, UnreachableIndexError, Writing
from index.cutting import Cut
from index.documents import Document
from index.elastic_bulk import Bulk, Operation, feed
from index.elastic_client import Engine
from index.elastic_mapping import engine_document, state_document
from index.elastic_spool import Spool
from index.elastic_versions import ElasticVersions
from index.mapping import columns_of


class Writer(Writing):
    """Writes into the version in use; what is added waits here until it is committed."""

    def __init__(self, engine: Engine, version: str, *, cut: Cut, keep: Callable[[], None]) -> None:
        self._engine, self._version, self._cut = engine, version, cut
        self._bulk = Bulk(engine, version, keep=keep)
        self._spool = Spool()

    def add(self, documents: Iterable[Document]) -> int:
        count = 0
        for document in documents:
            self._take(Operation(document.doc_id, engine_document(columns_of(document, self._cut))))
            count += 1
        return count

    def delete(self, doc_ids: Iterable[str]) -> None:
        for doc_id in doc_ids:
            self._take(Operation(doc_id, None))

    def commit(self, *, position: int | None = None) -> None:
        feed(self._bulk, self._spool.drained())
        if position is not None:
            # last, so that no position is kept whose adverts are not
            feed(self._bulk, [Operation(*state_document(position))])
        answer = self._engine.order(lambda client: client.indices.refresh(index=self._version))
        if failed := answer["_shards"]["failed"]:
            raise UnreachableIndexError(f"index {self._version}: {failed} shards do not show what was written: run this again")

    def close(self) -> None:
        """What is not committed is lost."""
        self._bulk.close()
        self._spool.close()

    def _take(self, operation: Operation) -> None:
        self._spool.put(operation)


class Builder(Writer, Build):
    """Writes into a version that nobody searches: what is added is sent at once."""

    def __init__(
        self,
        engine: Engine,
        version: str,
        *,
        cut: Cut,
        keep: Callable[[], None],
        versions: ElasticVersions,
        stamps: Callable[[str, str], dict[str, str]],
        resumed: bool,
    ) -> None:
        super().__init__(engine, version, cut=cut, keep=keep)
        self._keep, self._versions, self._stamps, self._uncommitted = keep, versions, stamps, False
        self.resumed = resumed
        if resumed:
            super().commit()

    def commit(self, *, position: int | None = None) -> None:
        super().commit(position=position)
        self._uncommitted = False

    def stamps(self, prefix: str) -> Mapping[str, str]:
        return self._stamps(self._version, prefix)

    def swap(self) -> str:
        if self._uncommitted:
            raise SearchIndexError(f"index {self._version}: swap before commit: commit first")
        self._keep()
        self._versions.point_to(self._version)
        self._versions.sweep()
        self._versions.forget()
        return self._version

    def _take(self, operation: Operation) -> None:
        self._uncommitted = True
        self._bulk.put(operation)
