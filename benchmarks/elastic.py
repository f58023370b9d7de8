"""Measure the index in Elasticsearch against a bare bulk loop into the same server, and run the list of queries of ``benchmarks.index``.

    python -m benchmarks.elastic [SIZE] [--adverts FILE] [--rounds N]

SIZE adverts, 2,000 where none is given. The server is the one that ``FAIRWATCH_TEST_ELASTICSEARCH_URL`` names, else one node started here;
where there is none this says so and ends. The bare loop cuts the same words with the same cutter and sends the same columns with the
client's own ``helpers.bulk``. Both take turns, block by block, and both are made searchable after each. Times are by the clock.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch, helpers

from benchmarks._adverts import NOW, documents, from_file
from benchmarks._by_hand import queries
from index.documents import Document
from index.elastic import ElasticIndex
from index.elastic_client import Access, Engine
from nlp.segment import terms
from tests.index.engines import clock
from tests.servers import elastic

BLOCK = 10_000
LEAST_RATE = 0.7
OURS, BARE = "bench-ours", "bench-bare"
TEXTS = ("title", "text", "employer", "place")
SINGLE, SEVERAL = ("doc_id", "source", "country", "band", "cluster"), ("languages", "origins", "sectors", "indicators", "signals")


def main(size: int, adverts: Path | None, rounds: int) -> None:
    """Print build rates, query times and sizes."""
    with ExitStack() as stack:
        try:
            urls = elastic.named() or stack.enter_context(elastic.running()).urls
        except elastic.UnavailableError as error:
            print(f"skipped: {error}")
            return
        client = Elasticsearch(list(urls), request_timeout=120)
        ours = ElasticIndex(Engine(Access(urls)), OURS, cut=terms, clock=clock)
        try:
            print(f"{size:,} adverts, {'multiplied from ' + adverts.name if adverts else 'invented'}, {len(urls)} node(s)")
            _measure_build(ours, client, size, from_file(adverts, size) if adverts else documents(size))
            _measure_queries(ours, rounds)
        finally:
            there = client.indices.get(index=f"{OURS}-*,{BARE}", features=["aliases"], ignore_unavailable=True)
            for name in there:
                client.indices.delete(index=name)
            client.indices.delete_index_template(name=OURS)


def _measure_build(ours: ElasticIndex, client: Elasticsearch, size: int, adverts: Iterator[Document]) -> None:
    client.indices.create(index=BARE, mappings=_mappings(), settings={"number_of_replicas": 0, "refresh_interval": "-1"})
    spent = [0.0, 0.0]
    with ours.building(now=NOW) as build:

        def add(block: list[Document]) -> None:
            build.add(block)
            build.commit(position=size)

        turn = 0
        while block := list(islice(adverts, BLOCK)):
            acts: list[tuple[int, Callable[[], object]]] = [(0, partial(add, block)), (1, partial(_bare, client, block))]
            for number, act in acts if turn % 2 else reversed(acts):
                spent[number] += _seconds(act)
            turn += 1
        spent[0] += _seconds(build.swap)
    rates = [size / seconds for seconds in spent]
    good = "yes" if rates[0] / rates[1] >= LEAST_RATE else "NO"
    print(
        f"build: {rates[0]:,.0f} adverts/s, {rates[0] / rates[1]:.2f}x a bare bulk loop ({rates[1]:,.0f}/s); at least {LEAST_RATE}x: {good}"
    )
    bare = client.indices.stats(index=BARE, metric=["store"])["_all"]["total"]["store"]["size_in_bytes"]
    written = ours.health().size
    print(f"size: {written / 1e6:,.0f} MB, {written / bare:.2f}x the bare one, {written / size:,.0f} bytes an advert")


def _mappings() -> dict[str, Any]:
    fields: dict[str, Any] = {name: {"type": "text", "analyzer": "whitespace"} for name in TEXTS}
    fields |= {name: {"type": "keyword"} for name in (*SINGLE, *SEVERAL)}
    fields |= {"risk": {"type": "double"}, "first_seen": {"type": "integer"}, "reach": {"type": "integer"}}
    return {"dynamic": "strict", "properties": {**fields, "record": {"type": "object", "enabled": False}}}


def _bare(client: Elasticsearch, block: list[Document]) -> None:
    helpers.bulk(client, (_action(advert) for advert in block))
    client.indices.refresh(index=BARE)


def _action(advert: Document) -> dict[str, Any]:
    source: dict[str, Any] = {name: " ".join(term.text for term in terms(getattr(advert, name))) for name in TEXTS}
    source |= {name: getattr(advert, name) for name in SINGLE}
    source |= {name: list(getattr(advert, name)) for name in SEVERAL}
    source |= {"risk": advert.risk, "first_seen": advert.first_seen_at.toordinal(), "reach": advert.reach}
    source["record"] = {"title": advert.title, "text": advert.text, "employer": advert.employer}
    return {"_index": BARE, "_id": advert.doc_id, "_source": source}


def _measure_queries(ours: ElasticIndex, rounds: int) -> None:
    times: list[float] = []
    print(f"{'query':<30}{'found':>10}{'median ms':>11}{'most ms':>9}")
    for name, query, _prepared in queries():
        each = [_seconds(partial(ours.search, query)) for _round in range(rounds + 1)]
        times.extend(each)
        print(f"{name:<30}{ours.count(query):>10,}{statistics.median(each) * 1e3:>11.2f}{max(each) * 1e3:>9.2f}")
    print(f"{'p95 of all':<40}{statistics.quantiles(times, n=20)[-1] * 1e3:>11.2f}")


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The index in Elasticsearch beside a bare bulk loop.")
    parser.add_argument("size", nargs="?", type=int, default=2_000)
    parser.add_argument("--adverts", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    main(given.size, given.adverts, given.rounds)
