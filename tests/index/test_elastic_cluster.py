"""Real clusters of their own: TLS with users, a node killed and a node cut off while adverts are written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread, Timer

import pytest

from adverts.management.commands.check_index import drift
from index.base import SearchIndexError, UnreachableIndexError
from index.elastic import ElasticIndex
from index.elastic_client import Access, Engine
from index.query import SearchQuery, Word
from index.rebuild import rebuild, update
from nlp.segment import terms
from tests.index.engines import asked, clock, elastic_index
from tests.index.making import NOW, MemoryLedger, document, fill, found
from tests.servers import certificates, elastic

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[elastic.Cluster, elastic.Secured]]:
    """One node with TLS and a user in its file realm."""
    authority, certificate, key = certificates.made(tmp_path_factory.mktemp("tls"))
    access = elastic.Secured(authority, certificate, key, "fairwatch", "a-long-päss-word")
    try:
        with elastic.running(secured=access) as cluster:
            yield cluster, access
    except elastic.UnavailableError as error:
        pytest.skip(str(error))


def _opened(cluster: elastic.Cluster, **options: object) -> ElasticIndex:
    return ElasticIndex(Engine(Access(cluster.urls, **options)), "secure", cut=terms, clock=clock)  # type: ignore[arg-type]


def test_works_over_tls_with_a_user(secured: tuple[elastic.Cluster, elastic.Secured]) -> None:
    cluster, access = secured
    index = _opened(cluster, user=access.user, password=access.password, authority=access.authority)
    _until_ready(index)
    fill(index, [document(1, "nurse"), document(2, "cook")], position=2)
    assert (found(index, "nurse"), index.position(), index.health().problems) == ({1}, 2, ())
    index.close()


def _until_ready(index: ElasticIndex) -> None:
    """The file realm answers a moment after the port does."""
    until = time.monotonic() + elastic.PATIENCE
    while "there is none yet" not in "".join(index.health().problems):
        assert time.monotonic() < until, index.health()
        time.sleep(0.5)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "another"}, "FAIRWATCH_ELASTICSEARCH_USER"),
        ({"user": "", "password": ""}, "FAIRWATCH_ELASTICSEARCH_USER"),
        ({"user": "nobody"}, "FAIRWATCH_ELASTICSEARCH_USER"),
        ({"authority": None}, "(?i)certificate"),
    ],
    ids=["wrong password", "no user", "wrong user", "unknown authority"],
)
def test_is_refused_without_the_right_to(secured: tuple[elastic.Cluster, elastic.Secured], changed: dict[str, object], said: str) -> None:
    cluster, access = secured
    given = {"user": access.user, "password": access.password, "authority": access.authority, **changed}
    index = _opened(cluster, **given)
    with pytest.raises(UnreachableIndexError, match=said):
        index.count(SearchQuery())
    assert access.password not in str(index.health())
    index.close()


@pytest.fixture
def three() -> Iterator[elastic.Cluster]:
    """Three nodes."""
    try:
        with elastic.running(nodes=3) as cluster:
            yield cluster
    except elastic.UnavailableError as error:
        pytest.skip(str(error))


def test_no_advert_is_lost_with_a_node(three: elastic.Cluster) -> None:
    """A node cut off during an update and one killed during a build: afterwards ledger and index agree to the advert."""
    ledger = MemoryLedger(document(number, f"nurse {number} wanted") for number in range(2_000))
    index = elastic_index(three.urls, "three", shards=3, replicas=1)
    _wait_for(three.urls[0], "yellow")
    rebuild(index, ledger, now=NOW, progress=_silent)
    _wait_for(three.urls[0], "green")
    stop, answers, faults = Event(), list[int](), list[str]()
    searching = Thread(target=_search, args=(three.urls, stop, answers, faults))
    searching.start()
    try:
        _update_with_a_node_cut_off(three, index, ledger)
        _wait_for(three.urls[0], "green")
        killed = _rebuild_with_a_node_killed(three, index, ledger)
    finally:
        stop.set()
        searching.join()
    assert killed
    assert not drift(index, ledger, sample=300).any
    update(index, ledger, progress=_silent)
    assert not drift(index, ledger, sample=300).any
    assert index.count(SearchQuery()) == ledger.size() == 13_990
    assert answers, "nothing was found while nodes were lost"
    assert min(answers) > 0
    print(f"{len(answers)} searches answered meanwhile, {len(faults)} failed: {sorted(set(faults))[:3]}")
    index.close()


def _update_with_a_node_cut_off(three: elastic.Cluster, index: ElasticIndex, ledger: MemoryLedger) -> None:
    for number in range(2_000, 14_000):
        # all at once: ``write`` would look for the highest position each time
        position = number + 1
        ledger.rows |= {(made := document(number, f"nurse {number}", stamp=f"p{position}", position=position)).doc_id: made}
    for number in range(10):
        ledger.rows.pop(document(number).doc_id)
    cut = Event()

    def at(done: int, _total: int) -> None:
        if done > 5_500 and not cut.is_set():
            cut.set()
            three.freeze(2)
            Timer(15, three.thaw, [2]).start()

    update(index, ledger, progress=at)
    assert cut.is_set()
    assert not drift(index, ledger, sample=100).any


def _rebuild_with_a_node_killed(three: elastic.Cluster, index: ElasticIndex, ledger: MemoryLedger) -> bool:
    killed = Event()

    def at(done: int, _total: int) -> None:
        if done > 4_000 and not killed.is_set():
            killed.set()
            three.kill(1)

    some = next(iter(ledger.rows))
    ledger.rows[some] = replace(ledger.rows[some], text="changed", stamp="changed")
    rebuild(index, ledger, now=NOW, progress=at)
    return killed.is_set()


def _search(urls: tuple[str, ...], stop: Event, answers: list[int], faults: list[str]) -> None:
    reader = elastic_index(urls, "three", shards=3, replicas=1)
    while not stop.is_set():
        try:
            answers.append(reader.count(SearchQuery(Word("nurse"))))
        except SearchIndexError as error:
            faults.append(str(error)[:200])
            time.sleep(0.2)
    reader.close()


def _wait_for(url: str, status: str) -> None:
    until = time.monotonic() + 180
    while asked(url, "GET", "/_cluster/health")["status"] not in {status, "green"}:
        assert time.monotonic() < until, asked(url, "GET", "/_cluster/health")
        time.sleep(0.5)


def _silent(_done: int, _total: int) -> None:
    return None
