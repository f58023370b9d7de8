"""The embedded engine: tantivy, in this process, with nothing to start. The only module that imports it,
beside ``embedded_query``.

Words are cut and folded before they come here, so tantivy only splits at spaces. Each document stores the advert itself, its
pieces and where they stood. The ledger position is a document of its own, replaced in the same commit as the adverts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import tantivy
from tantivy import FieldType, Occur, Query

from index import cursors, keys
from index.alike import rarest
from index.base import Build, DamagedIndexError, Facets, Health, Hit, Page, SearchIndex, SearchIndexError, Writing
from index.checksums import with_files
from index.counting import aggregations, facets_from
from index.cutting import Cut, Pieces, fingerprint, repaired
from index.documents import MAPPING_VERSION, Document, from_json
from index.embedded_query import NUDGE, SCHEMA, compiled, engine_document, uncounted
from index.faults import EngineFaults
from index.following import Follower, Snapshot
from index.keeping import Kept
from index.mapping import SORT_KEYS, STORED_TEXTS, columns_of
from index.paging import Row, by_key, by_score, cursor_after, ranked
from index.plan import patterns, plan
from index.query import SearchQuery
from index.results import hit
from index.snippets import Pattern
from index.versions import Manifest, Versions, check, read_manifest

_HEAP = 96_000_000
"""Bytes of memory for writing: less makes more and smaller segments."""


_Reader: TypeAlias = tuple[tantivy.Index, tantivy.Searcher]
"""One version and one state of it."""


class EmbeddedIndex(SearchIndex):
    """An index in ``folder``, which need not exist yet; ``cut`` is the cutter of words."""

    def __init__(self, folder: Path, *, cut: Cut) -> None:
        self._versions = Versions(folder)
        self._cut = cut
        self._cutting = fingerprint(cut)
        self._kept: Kept[Facets] = Kept()
        self._follower = Follower(self._versions, opened=self._opened, listing="meta.json")

    def search(self, query: SearchQuery) -> Page:
        place = cursors.read(query)
        with self._reading() as snapshot:
            searcher, found = snapshot.reader[1], plan(query.where, self._cut)
            asked, key = compiled(found), SORT_KEYS.get(query.sort_in_force)
            # counting in the same pass is cheaper than another one, save where this pass sees the rest of the pages alone
            rest = _from_key(asked, key, place) if key and place else asked
            rows = _Rows(searcher, rest, key, counted=query.total and rest is asked)
            portion = by_key(rows, query, place) if key else by_score(rows, query, place)
            marked = patterns(found) if query.snippets else None
            hits = tuple(_hit(searcher, row, marked, scored=key is None) for row in portion.rows)
            cursor = cursor_after(query, place, portion, last_id=hits[-1].document.doc_id if hits else "")
            total = rows.total if rest is asked or not query.total else _total(searcher, asked)
            return Page(hits, total, cursor, self._facets(snapshot, asked, query), snapshot.version.name)

    def count(self, query: SearchQuery) -> int:
        with self._reading() as snapshot:
            return _total(snapshot.reader[1], compiled(plan(query.where, self._cut)))

    def facets(self, query: SearchQuery) -> Facets:
        with self._reading() as snapshot:
            return self._facets(snapshot, compiled(plan(query.where, self._cut)), query)

    def similar(self, doc_id: str, *, size: int = 10) -> tuple[Hit, ...]:
        with self._reading() as snapshot:
            searcher = snapshot.reader[1]
            itself = Query.term_query(SCHEMA, "advert", repaired(doc_id))
            found = searcher.search(itself, limit=1).hits
            if not found:
                return ()
            stored = searcher.doc(found[0][1])
            # the engine's own query for this panics where documents were deleted: more of them have a word than there are
            texts = {name: str(stored.get_first(name) or "") for name in STORED_TEXTS}
            words = rarest(texts, documents=searcher.num_docs, having=searcher.doc_freq)
            alike = [Query.term_query(SCHEMA, name, piece) for name, piece in words]
            wanted = [(Occur.MustNot, itself), *((Occur.Should, query) for query in alike)]
            rows = ranked(_Rows(searcher, Query.boolean_query(wanted), None), first=size)
            return tuple(_hit(searcher, row, (), scored=True) for row in rows[:size])

    def stamps(self, prefix: str) -> Mapping[str, str]:
        with self._reading() as snapshot:
            return _stamps(snapshot.reader[1], prefix)

    def position(self) -> int:
        with self._reading() as snapshot:
            return _position(snapshot.reader[1])

    def health(self, *, thorough: bool = False) -> Health:
        try:
            with self._reading() as snapshot:
                searcher = snapshot.reader[1]
                found = Health("embedded", documents=_total(searcher, compiled(None)), position=_position(searcher))
                return with_files(found, snapshot.version, thorough=thorough)
        except SearchIndexError as error:
            return Health("embedded", problems=(str(error),))

    def close(self) -> None:
        self._kept.clear()
        self._follower.close()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        with self._versions.lock():
            version = self._versions.current()
            check(read_manifest(version), cutting=self._cutting, folder=version)
            with EngineFaults(version):
                writer = _Writer(tantivy.Index.open(str(version)), version, cut=self._cut, versions=self._versions)
            with closing(writer):
                yield writer

    @contextmanager
    def building(self, *, now: datetime, resume: bool = False) -> Iterator[Build]:
        with self._versions.lock():
            rest = self._versions.unfinished(cutting=self._cutting) if resume else None
            self._versions.sweep(keep=rest)
            try:
                with closing(self._continued(rest) or self._begun(now)) as build:
                    yield build
            finally:
                self._versions.sweep()

    def _begun(self, now: datetime) -> _Writer:
        version = self._versions.create(Manifest(MAPPING_VERSION, self._cutting, now))
        with EngineFaults(version):
            return _Writer(tantivy.Index(SCHEMA, str(version), reuse=False), version, cut=self._cut, versions=self._versions)

    def _continued(self, rest: Path | None) -> _Writer | None:
        """The build that ``rest`` is left of; None where there is none, or where it was killed before it could be read."""
        if rest is None:
            return None
        try:
            with EngineFaults(rest):
                build = _Writer(tantivy.Index.open(str(rest)), rest, cut=self._cut, versions=self._versions)
        except DamagedIndexError:
            return None
        build.resumed = True
        return build

    def _facets(self, snapshot: Snapshot[_Reader], asked: Query, query: SearchQuery) -> Facets:
        if query.where is not None:
            return _counted(snapshot.reader[1], asked, query)
        # everybody begins with these, and they take longest
        question = (query.facets, query.facet_size, query.histogram)
        return self._kept.answer(snapshot, question, lambda: _counted(snapshot.reader[1], asked, query))

    @contextmanager
    def _reading(self) -> Iterator[Snapshot[_Reader]]:
        snapshot = self._follower.newest()
        with EngineFaults(snapshot.version):
            yield snapshot

    def _opened(self, version: Path, before: _Reader | None) -> _Reader:
        with EngineFaults(version):
            if before is None:
                check(read_manifest(version), cutting=self._cutting, folder=version)
                index = tantivy.Index.open(str(version))
                index.config_reader("manual", 0)
            else:
                index = before[0]
            index.reload()
            return index, index.searcher()


class _Writer(Build):
    """Writes into one folder."""

    def __init__(self, index: tantivy.Index, version: Path, *, cut: Cut, versions: Versions) -> None:
        self._cut, self._version, self._versions = cut, version, versions
        self._index, self._writer = index, index.writer(_HEAP, 1)
        self._open, self._uncommitted = True, False

    def add(self, documents: Iterable[Document]) -> int:
        count = 0
        self._uncommitted = True
        for document in documents:
            made = engine_document(columns_of(document, self._cut))
            with EngineFaults(self._version):
                self._writer.delete_documents_by_term("advert", document.doc_id)
                self._writer.add_document(made)
            count += 1
        return count

    def delete(self, doc_ids: Iterable[str]) -> None:
        self._uncommitted = True
        with EngineFaults(self._version):
            for doc_id in doc_ids:
                self._writer.delete_documents_by_term("advert", doc_id)

    def commit(self, *, position: int | None = None) -> None:
        with EngineFaults(self._version):
            if position is not None:
                self._writer.delete_documents_by_term("kind", "state")
                self._writer.add_document(tantivy.Document(kind="state", record=str(position).encode()))
            self._writer.commit()
        self._uncommitted = False

    def stamps(self, prefix: str) -> Mapping[str, str]:
        with EngineFaults(self._version):
            self._index.reload()
            return _stamps(self._index.searcher(), prefix)

    def swap(self) -> str:
        if self._uncommitted:
            raise SearchIndexError(f"index {self._version}: swap before commit: commit first")
        self.close()
        self._versions.point_to(self._version)
        return self._version.name

    def close(self) -> None:
        """Give back the engine's lock; what is not committed is lost."""
        if self._open:
            self._open = False
            with EngineFaults(self._version):
                self._writer.wait_merging_threads()


class _Rows:
    """The best rows by a sort key, or by score where none is given, and how many there are in all."""

    def __init__(self, searcher: tantivy.Searcher, asked: Query, key: str | None, *, counted: bool = False) -> None:
        self._searcher, self._asked, self._key, self._counted = searcher, asked, key, counted
        self.total: int | None = None

    def __call__(self, limit: int) -> list[Row]:
        # nudged scores seldom tie: where many do, as copies of one advert would, all of them must be read to order them
        weight = None if self._key else NUDGE
        found = self._searcher.search(self._asked, limit, self._counted, order_by_field=self._key, weight_by_field=weight)
        if self._counted:
            self.total = found.count  # type: ignore[attr-defined]  # missing from the engine's stubs
        ties = self._searcher.fast_field_values("tie", [address for _key, address in found.hits])
        return [(-key, int(tie or 0), address) for (key, address), tie in zip(found.hits, ties, strict=True)]


def _from_key(asked: Query, key: str, place: cursors.Place) -> Query:
    rest = Query.range_query(SCHEMA, key, FieldType.Unsigned, None, keys.within_bits(place.key))
    return Query.boolean_query([(Occur.Must, asked), (Occur.Must, uncounted(rest))])


def _hit(searcher: tantivy.Searcher, row: Row, marked: tuple[Pattern, ...] | None, *, scored: bool) -> Hit:
    stored = searcher.doc(row[2])
    title, text = (Pieces(stored.get_first(name) or "", _blob(stored, f"{name}_offsets")) for name in STORED_TEXTS)
    return hit(from_json(_blob(stored, "record")), title=title, text=text, marked=marked, score=-row[0] if scored else None)


def _blob(stored: tantivy.Document, name: str) -> bytes:
    return bytes(stored.get_first(name) or b"")


def _counted(searcher: tantivy.Searcher, asked: Query, query: SearchQuery) -> Facets:
    wanted = aggregations(query)
    return facets_from(query, searcher.aggregate(asked, wanted)) if wanted else Facets()


def _stamps(searcher: tantivy.Searcher, prefix: str) -> dict[str, str]:
    # without a filter the terms of deleted documents would be among them
    terms = searcher.terms_with_prefix("stamp", prefix, filter_query=Query.all_query())
    return dict(term.split(":", 1) for term, _count in terms)


def _total(searcher: tantivy.Searcher, asked: Query) -> int:
    # ordered by a column, so that no scores are computed
    return int(searcher.search(asked, limit=1, order_by_field="tie").count)  # type: ignore[attr-defined]


def _position(searcher: tantivy.Searcher) -> int:
    found = searcher.search(Query.term_query(SCHEMA, "kind", "state"), limit=1).hits
    return int(_blob(searcher.doc(found[0][1]), "record")) if found else 0
