"""The engine for those who outgrow one machine: an Elasticsearch cluster, asked through its official client.

Words are cut and folded before they are sent, so the server only splits at spaces; order, marks and counts are made as for the embedded
engine. The ledger position is a document of its own. What an update adds waits in this process until it is committed: then it is sent and
made searched in one refresh, which is one step for a version of one shard; several shards show it one after another, in milliseconds.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

from index import cursors
from index.alike import rarest
from index.base import (
    Build,
    DamagedIndexError,
    Facets,
    Health,
    Hit,
    MissingIndexError,
    Page,
    RefusedQueryError,
    SearchIndex,
    SearchIndexError,
    UnreachableIndexError,
    Writing,
)
from index.counting import aggregations, facets_from
from index.cutting import Cut, Pieces, fingerprint, repaired
from index.documents import MAPPING_VERSION, from_json
from index.elastic_client import SEARCH_SECONDS, Engine, GoneError, OverloadedError
from index.elastic_lock import Clock, WriterLock
from index.elastic_mapping import OFFSETS, STATE_QUERY, blob, signed, unsigned
from index.elastic_query import ADVERTS, compiled
from index.elastic_versions import ElasticVersions
from index.elastic_writing import Builder, Writer
from index.keys import within_bits
from index.mapping import SORT_KEYS, STORED_TEXTS
from index.paging import last_place
from index.plan import patterns, plan
from index.query import SearchQuery
from index.results import hit
from index.snippets import Pattern
from index.versions import Manifest

BACKEND = "elastic"
_ATTEMPTS = 5
_PORTION = 10_000
"""Stamps of one request, the most that a server gives by default."""
_KEPT_OPEN = "2m"

T = TypeVar("T")


class ElasticIndex(SearchIndex):
    """The index ``name`` of a cluster, which need not be there yet; ``cut`` is the cutter of words, ``clock`` gives the time in UTC."""

    def __init__(self, engine: Engine, name: str, *, cut: Cut, clock: Clock, shards: int = 1, replicas: int = 0) -> None:
        self._engine, self._cut = engine, cut
        self._cutting = fingerprint(cut)
        self._versions = ElasticVersions(engine, name, cutting=self._cutting, shards=shards, replicas=replicas)
        self._lock = WriterLock(engine, name, clock=clock)

    def search(self, query: SearchQuery) -> Page:
        place, found = cursors.read(query), plan(query.where, self._cut)
        marked = patterns(found) if query.snippets else None
        body = {"query": compiled(found), "size": query.size + 1, "track_total_hits": query.total, "_source": _kept(marked)}
        body |= _order(query, place) | _wanted(query)

        def act(version: str) -> Page:
            answer = self._searched(version, body, same=query)
            rows = answer["hits"]["hits"]
            hits = tuple(_hit(row, marked, scored=query.sort_in_force not in SORT_KEYS) for row in rows[: query.size])
            cursor = _cursor(query, place, rows)
            total = int(answer["hits"]["total"]["value"]) if query.total else None
            return Page(hits, total, cursor, _facets(query, answer), version)

        return self._reading(act)

    def count(self, query: SearchQuery) -> int:
        body = {"query": compiled(plan(query.where, self._cut))}
        return self._reading(lambda version: self._counted(version, body))

    def facets(self, query: SearchQuery) -> Facets:
        body = {"query": compiled(plan(query.where, self._cut)), "size": 0, "track_total_hits": False, **_wanted(query)}
        return self._reading(lambda version: _facets(query, self._searched(version, body, same=query)))

    def similar(self, doc_id: str, *, size: int = 10) -> tuple[Hit, ...]:
        itself = {"term": {"advert": repaired(doc_id)}}

        def act(version: str) -> tuple[Hit, ...]:
            found = self._searched(version, {"query": itself, "size": 1, "_source": list(STORED_TEXTS)})["hits"]["hits"]
            if not found:
                return ()
            words = self._rarest(version, doc_id, found[0]["_source"])
            if not words:
                return ()
            alike = {"bool": {"must_not": [itself], "should": [{"term": {field: piece}} for field, piece in words]}}
            body = {"query": alike, "size": size, "sort": _BY_SCORE, "track_total_hits": False, "_source": _kept(())}
            return tuple(_hit(row, (), scored=True) for row in self._searched(version, body)["hits"]["hits"])

        return self._reading(act)

    def stamps(self, prefix: str) -> Mapping[str, str]:
        return self._reading(lambda version: self._stamps_of(version, prefix))

    def position(self) -> int:
        return self._reading(self._position)

    def health(self, *, thorough: bool = False) -> Health:
        try:
            return self._reading(self._health)
        except SearchIndexError as error:
            return Health(BACKEND, problems=(str(error),))

    def close(self) -> None:
        self._versions.forget()
        self._engine.close()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        with self._lock.held() as keep:
            version = self._versions.current(fresh=True)
            with closing(Writer(self._engine, version, cut=self._cut, keep=keep)) as writer:
                yield writer

    @contextmanager
    def building(self, *, now: datetime, resume: bool = False) -> Iterator[Build]:
        with self._lock.held() as keep:
            rest = self._versions.unfinished() if resume else None
            self._versions.sweep(keep=rest)
            version = rest or self._versions.create(Manifest(MAPPING_VERSION, self._cutting, now))
            try:
                with closing(self._builder(version, keep, resumed=rest is not None)) as build:
                    yield build
            except UnreachableIndexError:
                # what cannot be reached cannot be removed: it is left to be resumed, or swept by the next build
                raise
            except BaseException:
                with suppress(SearchIndexError):
                    self._versions.sweep()
                raise
            self._versions.sweep()

    def _builder(self, version: str, keep: Callable[[], None], *, resumed: bool) -> Builder:
        return Builder(self._engine, version, cut=self._cut, keep=keep, versions=self._versions, stamps=self._stamps_of, resumed=resumed)

    def _reading(self, act: Callable[[str], T]) -> T:
        """The answer from the version in use; asks again where that was swapped away in between."""
        for _attempt in range(_ATTEMPTS):
            version = self._versions.current()
            try:
                return act(version)
            except (GoneError, OverloadedError) as error:
                try:
                    newest = self._versions.current(fresh=True)
                except MissingIndexError:
                    self._versions.forget()
                    raise
                if newest == version:
                    if isinstance(error, GoneError):
                        raise DamagedIndexError(str(error)) from error
                    raise
        raise DamagedIndexError(f"index {version}: changes faster than it can be asked: stop what rebuilds it")

    def _searched(self, version: str, body: dict[str, Any], *, same: SearchQuery | None = None) -> dict[str, Any]:
        # words are weighed by how many adverts have them, which each shard and each copy counts for itself
        options: dict[str, Any] = {"search_type": "dfs_query_then_fetch"} if self._versions.several_shards else {}
        if same:
            options["preference"] = f"q{zlib.crc32(repr(same.where).encode('utf-8', 'surrogatepass')):08x}"
        answer: dict[str, Any] = self._engine.ask(
            lambda client: client.search(
                index=version, allow_partial_search_results=False, timeout=f"{SEARCH_SECONDS - 1:.0f}s", **body, **options
            )
        )
        if answer.get("timed_out"):
            raise RefusedQueryError(f"index {version}: the query took longer than {SEARCH_SECONDS:.0f} s: narrow it")
        return answer

    def _counted(self, version: str, body: dict[str, Any]) -> int:
        return int(self._engine.ask(lambda client: client.count(index=version, **body))["count"])

    def _rarest(self, version: str, doc_id: str, source: dict[str, Any]) -> list[tuple[str, str]]:
        wanted = {"fields": list(STORED_TEXTS), "term_statistics": True, "positions": False, "offsets": False, "payloads": False}
        answer = self._engine.ask(lambda client: client.termvectors(index=version, id=doc_id, realtime=False, **wanted))
        vectors = answer.get("term_vectors", {})
        documents = max((int(found["field_statistics"]["doc_count"]) for found in vectors.values()), default=0)

        def having(field: str, piece: str) -> int:
            return int(vectors.get(field, {}).get("terms", {}).get(piece, {}).get("doc_freq", 0))

        return rarest({name: str(source.get(name) or "") for name in STORED_TEXTS}, documents=documents, having=having)

    def _stamps_of(self, version: str, prefix: str) -> dict[str, str]:
        wanted = {"bool": {"filter": [{"prefix": {"stamp": repaired(prefix)}}, ADVERTS]}} if prefix else ADVERTS
        return dict(self._stamps(version, wanted))

    def _stamps(self, version: str, wanted: dict[str, Any]) -> Iterator[tuple[str, str]]:
        opened = self._engine.ask(lambda client: client.open_point_in_time(index=version, keep_alive=_KEPT_OPEN))["id"]
        body: dict[str, Any] = {"query": wanted, "size": _PORTION, "sort": [{"_shard_doc": "asc"}], "docvalue_fields": ["stamp"]}
        body |= {"_source": False, "track_total_hits": False, "allow_partial_search_results": False}
        try:
            rows: list[dict[str, Any]] = [{}]
            while rows:
                body["pit"] = {"id": opened, "keep_alive": _KEPT_OPEN}
                answer = self._engine.ask(lambda client: client.search(**body), seconds=4 * SEARCH_SECONDS)
                opened, rows = answer["pit_id"], answer["hits"]["hits"]
                for row in rows:
                    advert, stamp = row["fields"]["stamp"][0].split(":", 1)
                    yield advert, stamp
                if rows:
                    body["search_after"] = rows[-1]["sort"]
        finally:
            self._engine.ask(lambda client: client.close_point_in_time(id=opened))

    def _position(self, version: str) -> int:
        rows = self._searched(version, {"query": STATE_QUERY, "size": 1, "_source": ["record"]})["hits"]["hits"]
        return int(rows[0]["_source"]["record"]) if rows else 0

    def _health(self, version: str) -> Health:
        stats = self._engine.ask(lambda client: client.indices.stats(index=version, metric=["docs", "store"]))["_all"]
        cluster = self._engine.ask(lambda client: client.cluster.health(index=version))
        return Health(
            BACKEND,
            version=version,
            documents=self._counted(version, {"query": ADVERTS}),
            deleted=int(stats["primaries"]["docs"]["deleted"]),
            position=self._position(version),
            size=int(stats["total"]["store"]["size_in_bytes"]),
            built_at=self._versions.manifest().built_at,
            problems=_problems(version, cluster),
        )


_BY_SCORE = [{"_score": "desc"}, {"advert": "asc"}]


def _order(query: SearchQuery, place: cursors.Place | None) -> dict[str, Any]:
    key = SORT_KEYS.get(query.sort_in_force)
    if key is None:
        last_place(query, place)
        return {"sort": _BY_SCORE, **({"search_after": [place.key, place.doc_id]} if place else {})}
    after = {"search_after": [signed(within_bits(place.key)), place.doc_id]} if place else {}
    return {"sort": [{key: "desc"}, {"advert": "asc"}], **after}


def _wanted(query: SearchQuery) -> dict[str, Any]:
    wanted = aggregations(query)
    return {"aggs": wanted} if wanted else {}


def _facets(query: SearchQuery, answer: dict[str, Any]) -> Facets:
    return facets_from(query, answer["aggregations"]) if "aggregations" in answer else Facets()


def _kept(marked: tuple[Pattern, ...] | None) -> list[str]:
    return ["record"] if marked is None else ["record", *STORED_TEXTS, *OFFSETS]


def _cursor(query: SearchQuery, place: cursors.Place | None, rows: list[dict[str, Any]]) -> str:
    if len(rows) <= query.size:
        return ""
    key, doc_id = rows[query.size - 1]["sort"]
    seen = (place.seen if place else 0) + query.size
    return cursors.write(query, cursors.Place(unsigned(key) if query.sort_in_force in SORT_KEYS else key, doc_id, seen))


def _hit(row: dict[str, Any], marked: tuple[Pattern, ...] | None, *, scored: bool) -> Hit:
    source = row["_source"]
    title, text = (Pieces(str(source.get(name) or ""), blob(source, f"{name}_offsets")) for name in STORED_TEXTS)
    score = float(row["sort"][0]) if scored else None
    return hit(from_json(blob(source, "record")), title=title, text=text, marked=marked, score=score)


def _problems(version: str, cluster: dict[str, Any]) -> tuple[str, ...]:
    lost = int(cluster["unassigned_shards"])
    match cluster["status"]:
        case "red":
            return (f"index {version}: {lost} shards are missing and with them adverts: bring the lost nodes back",)
        case "yellow":
            return (f"index {version}: {lost} copies are missing, no advert is: add nodes, or ask for fewer copies",)
        case _:
            return ()
