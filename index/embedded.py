"""The embedded engine: tantivy, in this process, with nothing to start. The only module that imports it.

Words are cut and folded before they come here, so tantivy only splits at spaces. Each document stores the advert itself, its
pieces and where they stood. The ledger position is a document of its own, replaced in the same commit as the adverts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import tantivy
from tantivy import FieldType, Occur, Query

from index import cursors, keys
from index.alike import rarest
from index.base import Build, Facets, Health, Hit, Page, SearchIndex, SearchIndexError, Writing
from index.checksums import with_files
from index.counting import aggregations, facets_from
from index.cutting import Cut, Pieces, fingerprint, repaired
from index.documents import MAPPING_VERSION, Document, from_json
from index.faults import EngineFaults
from index.following import Follower, Snapshot
from index.mapping import DAYS, SORT_KEYS, STORED_TEXTS, Columns, column_of, columns_of
from index.paging import Row, by_key, by_score, cursor_after, ranked
from index.plan import WEIGHTS, AllOf, NoneOf, Nothing, OneOf, Plan, patterns, plan
from index.query import DayRange, Has, Is, KeywordField, RiskRange, SearchQuery, TextField
from index.results import hit
from index.snippets import Pattern
from index.versions import Manifest, Versions, check, read_manifest

_HEAP = 96_000_000
"""Bytes of memory for writing: less makes more and smaller segments."""
_NUDGE = "nudge"
_REGEX_SIGNS = re.compile(r"([\\.+*?()|\[\]{}^$])")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("kind", "stamp"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for field in TextField:
        builder.add_text_field(field.value, stored=field.value in STORED_TEXTS, tokenizer_name="whitespace")
    for keyword in KeywordField:
        builder.add_text_field(column_of(keyword), fast=keyword is not KeywordField.ADVERT, tokenizer_name="raw", index_option="basic")
    for day in DAYS:
        builder.add_integer_field(day, fast=True)
    for number in ("risk", _NUDGE):
        builder.add_float_field(number, fast=True)
    for key in ("tie", *SORT_KEYS.values()):
        builder.add_unsigned_field(key, fast=True)
    for blob in ("record", *(f"{name}_offsets" for name in STORED_TEXTS)):
        builder.add_bytes_field(blob, stored=True)
    return builder.build()


SCHEMA = _schema()

_Reader: TypeAlias = tuple[tantivy.Index, tantivy.Searcher]
"""One version and one state of it."""


def _engine_document(columns: Columns) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("kind", "advert")
    for name, text in columns.texts.items():
        made.add_text(name, text)
    for name, value in columns.keywords:
        made.add_text(name, value)
    for name, day in columns.days:
        made.add_integer(name, day.toordinal())
    for name, number in columns.numbers:
        made.add_unsigned(name, number)
    for name, blob in columns.blobs:
        made.add_bytes(name, blob)
    if columns.risk is not None:
        made.add_float("risk", columns.risk)
    made.add_float(_NUDGE, columns.nudge)
    return made


def _compiled(found: Plan | None) -> Query:
    """The plan as a query of tantivy; filters do not count for the score."""
    match found:
        case None:
            return _uncounted(Query.term_query(SCHEMA, "kind", "advert"))
        case Nothing():
            return Query.empty_query()
        case Pattern():
            scoped = Query.boolean_query(
                [(Occur.Should, Query.boost_query(_in_field(found, field), WEIGHTS[field])) for field in found.fields]
            )
            return _uncounted(scoped) if found.prefix else scoped
        case AllOf(of):
            required = [_required(part) for part in of]
            if all(occur == Occur.MustNot for occur, _query in required):
                required.append((Occur.Must, _compiled(None)))
            return Query.boolean_query(required)
        case OneOf(of):
            return Query.boolean_query([(Occur.Should, _compiled(part)) for part in of])
        case NoneOf(of):
            return Query.boolean_query([(Occur.Must, _compiled(None)), (Occur.MustNot, _compiled(of))])
        case _:
            return _uncounted(_filter(found))


def _required(part: Plan) -> tuple[Occur, Query]:
    return (Occur.MustNot, _compiled(part.of)) if isinstance(part, NoneOf) else (Occur.Must, _compiled(part))


def _uncounted(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _in_field(pattern: Pattern, field: TextField) -> Query:
    name, row = field.value, pattern.pieces
    if pattern.prefix:
        signs = [_REGEX_SIGNS.sub(r"\\\1", piece) for piece in row]
        signs[-1] += ".*"
        return Query.regex_query(SCHEMA, name, signs[0]) if len(signs) == 1 else Query.regex_phrase_query(SCHEMA, name, [*signs])
    return Query.term_query(SCHEMA, name, row[0]) if len(row) == 1 else Query.phrase_query(SCHEMA, name, [*row])


def _filter(node: Is | Has | RiskRange | DayRange) -> Query:
    match node:
        case Is(KeywordField.LANGUAGE, value):
            narrower = Query.regex_query(SCHEMA, "language", _REGEX_SIGNS.sub(r"\\\1", repaired(value)) + "-.*")
            return Query.boolean_query([(Occur.Should, Query.term_query(SCHEMA, "language", repaired(value))), (Occur.Should, narrower)])
        case Is(field, value):
            return Query.term_query(SCHEMA, column_of(field), repaired(value))
        case Has(KeywordField.ADVERT):
            return _compiled(None)
        case Has(field):
            return Query.exists_query(column_of(field))
        case RiskRange(low, high, low_open, high_open):
            return Query.range_query(SCHEMA, "risk", FieldType.Float, low, high, not low_open, not high_open)
        case DayRange(field, since, until):
            first, last = (day.toordinal() if day else None for day in (since, until))
            return Query.range_query(SCHEMA, column_of(field), FieldType.Integer, first, last)


class EmbeddedIndex(SearchIndex):
    """An index in ``folder``, which need not exist yet; ``cut`` is the cutter of words."""

    def __init__(self, folder: Path, *, cut: Cut) -> None:
        self._versions = Versions(folder)
        self._cut = cut
        self._cutting = fingerprint(cut)
        self._follower = Follower(self._versions, opened=self._opened, listing="meta.json")

    def search(self, query: SearchQuery) -> Page:
        place = cursors.read(query)
        with self._reading() as snapshot:
            searcher, found = snapshot.reader[1], plan(query.where, self._cut)
            compiled, key = _compiled(found), SORT_KEYS.get(query.sort_in_force)
            # counting in the same pass is cheaper than another one, save where this pass sees the rest of the pages alone
            rest = _from_key(compiled, key, place) if key and place else compiled
            rows = _Rows(searcher, rest, key, counted=query.total and rest is compiled)
            portion = by_key(rows, query, place) if key else by_score(rows, query, place)
            marked = patterns(found) if query.snippets else None
            hits = tuple(_hit(searcher, row, marked, scored=key is None) for row in portion.rows)
            cursor = cursor_after(query, place, portion, last_id=hits[-1].document.doc_id if hits else "")
            total = rows.total if rest is compiled or not query.total else _total(searcher, compiled)
            return Page(hits, total, cursor, _facets(searcher, compiled, query), snapshot.version.name)

    def count(self, query: SearchQuery) -> int:
        with self._reading() as snapshot:
            return _total(snapshot.reader[1], _compiled(plan(query.where, self._cut)))

    def facets(self, query: SearchQuery) -> Facets:
        with self._reading() as snapshot:
            return _facets(snapshot.reader[1], _compiled(plan(query.where, self._cut)), query)

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
            # without a filter the terms of deleted documents would be among them
            terms = snapshot.reader[1].terms_with_prefix("stamp", prefix, filter_query=Query.all_query())
            return dict(term.split(":", 1) for term, _count in terms)

    def position(self) -> int:
        with self._reading() as snapshot:
            return _position(snapshot.reader[1])

    def health(self, *, thorough: bool = False) -> Health:
        try:
            with self._reading() as snapshot:
                searcher = snapshot.reader[1]
                found = Health("embedded", documents=_total(searcher, _compiled(None)), position=_position(searcher))
                return with_files(found, snapshot.version, thorough=thorough)
        except SearchIndexError as error:
            return Health("embedded", problems=(str(error),))

    def close(self) -> None:
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
    def building(self, *, now: datetime) -> Iterator[Build]:
        with self._versions.lock():
            self._versions.sweep()
            version = self._versions.create(Manifest(MAPPING_VERSION, self._cutting, now))
            try:
                with EngineFaults(version):
                    made = tantivy.Index(SCHEMA, str(version), reuse=False)
                    build = _Writer(made, version, cut=self._cut, versions=self._versions)
                with closing(build):
                    yield build
            finally:
                self._versions.sweep()

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
        self._writer = index.writer(_HEAP, 1)
        self._open, self._uncommitted = True, False

    def add(self, documents: Iterable[Document]) -> int:
        count = 0
        self._uncommitted = True
        for document in documents:
            made = _engine_document(columns_of(document, self._cut))
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

    def __init__(self, searcher: tantivy.Searcher, compiled: Query, key: str | None, *, counted: bool = False) -> None:
        self._searcher, self._compiled, self._key, self._counted = searcher, compiled, key, counted
        self.total: int | None = None

    def __call__(self, limit: int) -> list[Row]:
        # nudged scores seldom tie: where many do, as copies of one advert would, all of them must be read to order them
        weight = None if self._key else _NUDGE
        found = self._searcher.search(self._compiled, limit, self._counted, order_by_field=self._key, weight_by_field=weight)
        if self._counted:
            self.total = found.count  # type: ignore[attr-defined]  # missing from the engine's stubs
        ties = self._searcher.fast_field_values("tie", [address for _key, address in found.hits])
        return [(-key, int(tie or 0), address) for (key, address), tie in zip(found.hits, ties, strict=True)]


def _from_key(compiled: Query, key: str, place: cursors.Place) -> Query:
    rest = Query.range_query(SCHEMA, key, FieldType.Unsigned, None, keys.within_bits(place.key))
    return Query.boolean_query([(Occur.Must, compiled), (Occur.Must, _uncounted(rest))])


def _hit(searcher: tantivy.Searcher, row: Row, marked: tuple[Pattern, ...] | None, *, scored: bool) -> Hit:
    stored = searcher.doc(row[2])
    title, text = (Pieces(stored.get_first(name) or "", _blob(stored, f"{name}_offsets")) for name in STORED_TEXTS)
    return hit(from_json(_blob(stored, "record")), title=title, text=text, marked=marked, score=-row[0] if scored else None)


def _blob(stored: tantivy.Document, name: str) -> bytes:
    return bytes(stored.get_first(name) or b"")


def _facets(searcher: tantivy.Searcher, compiled: Query, query: SearchQuery) -> Facets:
    wanted = aggregations(query)
    return facets_from(query, searcher.aggregate(compiled, wanted)) if wanted else Facets()


def _total(searcher: tantivy.Searcher, compiled: Query) -> int:
    # ordered by a column, so that no scores are computed
    return int(searcher.search(compiled, limit=1, order_by_field="tie").count)  # type: ignore[attr-defined]


def _position(searcher: tantivy.Searcher) -> int:
    found = searcher.search(Query.term_query(SCHEMA, "kind", "state"), limit=1).hits
    return int(_blob(searcher.doc(found[0][1]), "record")) if found else 0
