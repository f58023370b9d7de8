"""What goes over the wire to Elasticsearch and what comes of its answers: credentials, repeats, refusals. A false server answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from index.base import DamagedIndexError, MissingIndexError, OutdatedIndexError, RefusedQueryError, UnreachableIndexError
from index.circuit import FAILURES
from index.cutting import fingerprint
from index.documents import MAPPING_VERSION
from index.elastic import ElasticIndex
from index.elastic_bulk import Bulk, Operation, feed
from index.elastic_client import Access, ConflictError, Engine, GoneError, OverloadedError
from index.query import SearchQuery
from nlp.segment import terms
from tests.index.engines import clock

HEADERS = {"X-Elastic-Product": "Elasticsearch"}
VERSION = "fairwatch-v000001-abcdef"


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def still() -> Clock:
    """A clock for an engine whose waiting takes no time."""
    return Clock()


@pytest.fixture
def engine(httpserver: HTTPServer, still: Clock) -> Iterator[Engine]:
    """An engine that asks the false server."""
    made = Engine(Access((httpserver.url_for("").rstrip("/"),)), sleep=still.sleep, clock=still)
    yield made
    made.close()


def answer(code: int = 200, /, **body: Any) -> Response:
    """An answer as Elasticsearch gives it."""
    return Response(json.dumps(body), code, HEADERS, content_type="application/vnd.elasticsearch+json;compatible-with=9")


def error(status: int, kind: str = "some_exception", reason: str = "some reason") -> Response:
    """A refusal as Elasticsearch gives it."""
    return answer(status, error={"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}, status=status)


def in_turn(*answers: Response) -> Callable[[Request], Response]:
    """Give the answers one after another, the last one for ever."""
    left = list(answers)
    return lambda _request: left.pop(0) if len(left) > 1 else left[0]


def health(client: Any) -> Any:
    return client.cluster.health()


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ({"api_key": "aWQ6a2V5"}, "ApiKey aWQ6a2V5"),
        ({"user": "fair watch", "password": "pä:ss"}, "Basic " + base64.b64encode("fair watch:pä:ss".encode()).decode()),
        ({"api_key": "aWQ6a2V5", "user": "someone", "password": "x"}, "ApiKey aWQ6a2V5"),
        ({}, None),
        ({"password": "without a user"}, None),
    ],
)
def test_sends_its_credentials(httpserver: HTTPServer, access: dict[str, str], expected: str | None) -> None:
    httpserver.expect_request("/_cluster/health").respond_with_response(answer(status="green"))
    engine = Engine(Access((httpserver.url_for("").rstrip("/"),), **access))
    assert engine.ask(health) == {"status": "green"}
    (request, _answer), *others = httpserver.log
    assert others == [], "GET / must not be asked: not every server has it"
    assert request.headers.get("Authorization") == expected
    assert "compatible-with=9" in request.headers["Accept"]
    engine.close()


def test_secrets_are_not_shown() -> None:
    access = Access(("https://someone:secret@search.example:9200",), password="secret", api_key="secret")
    assert access.shown == "https://search.example:9200"


@pytest.mark.parametrize(
    ("status", "kind", "expected", "remedy"),
    [
        (400, "search_phase_execution_exception", RefusedQueryError, "ask for less"),
        (401, "security_exception", UnreachableIndexError, "FAIRWATCH_ELASTICSEARCH_USER"),
        (403, "security_exception", UnreachableIndexError, "FAIRWATCH_ELASTICSEARCH_USER"),
        (404, "index_not_found_exception", GoneError, "manage.py reindex"),
        (409, "version_conflict_engine_exception", ConflictError, "version_conflict"),
    ],
)
def test_refusals_are_told_with_a_remedy_and_not_repeated(
    httpserver: HTTPServer, engine: Engine, status: int, kind: str, expected: type[Exception], remedy: str
) -> None:
    httpserver.expect_request("/_cluster/health").respond_with_response(error(status, kind))
    with pytest.raises(expected, match=remedy):
        engine.ask(health)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_reading_repeats_a_little_when_the_server_is_overloaded(httpserver: HTTPServer, engine: Engine, still: Clock, status: int) -> None:
    httpserver.expect_request("/_cluster/health").respond_with_handler(in_turn(error(status), error(status), answer(status="green")))
    assert engine.ask(health) == {"status": "green"}
    assert len(still.slept) == 2
    assert sum(still.slept) < 1


def test_reading_gives_up_soon(httpserver: HTTPServer, engine: Engine, still: Clock) -> None:
    httpserver.expect_request("/_cluster/health").respond_with_response(error(503))
    with pytest.raises(OverloadedError, match="wait, or give the cluster more room"):
        engine.ask(health)
    assert len(httpserver.log) == 3


def test_writing_waits_longer_each_time(httpserver: HTTPServer, engine: Engine, still: Clock) -> None:
    busy = [error(429 if n % 2 else 503) for n in range(8)]
    httpserver.expect_request("/_cluster/health").respond_with_handler(in_turn(*busy, answer(status="green")))
    assert engine.order(health) == {"status": "green"}
    assert len(still.slept) == 8
    assert still.slept[-1] > still.slept[0]
    assert max(still.slept) <= 10


def test_writing_gives_up_in_the_end(httpserver: HTTPServer, engine: Engine, still: Clock) -> None:
    httpserver.expect_request("/_cluster/health").respond_with_response(error(503))
    with pytest.raises(OverloadedError):
        engine.order(health, patience=60)
    assert 60 <= still.now < 80


def test_another_server_is_refused(httpserver: HTTPServer, engine: Engine) -> None:
    httpserver.expect_request("/_cluster/health").respond_with_json({"status": "green"})
    with pytest.raises(UnreachableIndexError, match="is no Elasticsearch 9"):
        engine.ask(health)


def test_what_does_not_answer_is_soon_asked_no_more(still: Clock) -> None:
    engine = Engine(Access(("http://127.0.0.1:9",)), sleep=still.sleep, clock=still)
    for _ in range(FAILURES):
        with pytest.raises(UnreachableIndexError, match="no answer"):
            engine.ask(health)
    with pytest.raises(UnreachableIndexError, match="did not answer lately"):
        engine.ask(health)
    still.now += 11
    with pytest.raises(UnreachableIndexError, match="no answer"):
        engine.ask(health)
    engine.close()


def test_the_next_node_is_asked_where_one_does_not_answer(httpserver: HTTPServer, still: Clock) -> None:
    httpserver.expect_request("/_cluster/health").respond_with_response(answer(status="green"))
    engine = Engine(Access(("http://127.0.0.1:9", httpserver.url_for("").rstrip("/"))), sleep=still.sleep, clock=still)
    for _ in range(4):
        assert engine.ask(health) == {"status": "green"}
    engine.close()


# bulk


def item(status: int, *, kind: str = "", name: str = "index") -> dict[str, Any]:
    """One line of the answer to a bulk request."""
    return {name: {"status": status, **({"error": {"type": kind, "reason": "because"}} if kind else {})}}


def bulk_answer(*items: dict[str, Any]) -> Response:
    return answer(errors=any("error" in one for each in items for one in each.values()), items=list(items), took=1)


def sent(httpserver: HTTPServer) -> list[list[str]]:
    """Ids of each bulk request."""
    requests = [request for request, _answer in httpserver.log]
    heads = [[json.loads(line) for line in request.get_data().split(b"\n") if b'"_id"' in line] for request in requests]
    return [[next(iter(head.values()))["_id"] for head in each] for each in heads]


def operations(count: int) -> list[Operation]:
    return [Operation(str(number), b"{}") for number in range(count)]


def nothing() -> None:
    return None


def test_of_a_partial_failure_only_what_may_succeed_is_sent_again(httpserver: HTTPServer, engine: Engine, caplog: Any) -> None:
    busy, bad = item(429, kind="es_rejected_execution_exception"), item(400, kind="document_parsing_exception")
    httpserver.expect_request(f"/{VERSION}/_bulk").respond_with_handler(
        in_turn(bulk_answer(item(201), busy, bad, busy), bulk_answer(item(201), item(503, kind="unavailable")), bulk_answer(item(200)))
    )
    bulk = Bulk(engine, VERSION, keep=nothing)
    feed(bulk, operations(4))
    bulk.close()
    assert sent(httpserver) == [["0", "1", "2", "3"], ["1", "3"], ["3"]]
    assert bulk.refused == 1
    assert "advert 2: the search engine refuses it (document_parsing_exception: because)" in caplog.text


def test_a_whole_request_put_off_is_sent_again_in_smaller_ones(httpserver: HTTPServer, engine: Engine, still: Clock) -> None:
    calls: list[int] = []

    def respond(request: Request) -> Response:
        count = request.get_data().count(b'"_id"')
        calls.append(count)
        return error(429) if count > 150 else bulk_answer(*[item(201)] * count)

    httpserver.expect_request(f"/{VERSION}/_bulk").respond_with_handler(respond)
    bulk = Bulk(engine, VERSION, keep=nothing)
    feed(bulk, operations(500))
    bulk.close()
    assert calls[:3] == [500, 250, 125]
    assert sum(count for count in calls if count <= 150) == 500
    assert still.slept


def test_deleting_what_is_not_there_is_no_fault(httpserver: HTTPServer, engine: Engine) -> None:
    httpserver.expect_request(f"/{VERSION}/_bulk").respond_with_response(bulk_answer(item(404, name="delete")))
    bulk = Bulk(engine, VERSION, keep=nothing)
    feed(bulk, [Operation("1", None)])
    bulk.close()
    assert bulk.refused == 0
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(("status", "kind"), [(404, "index_not_found_exception"), (403, "cluster_block_exception")])
def test_what_may_not_be_written_stops_at_once(httpserver: HTTPServer, engine: Engine, status: int, kind: str) -> None:
    httpserver.expect_request(f"/{VERSION}/_bulk").respond_with_response(bulk_answer(item(status, kind=kind)))
    bulk = Bulk(engine, VERSION, keep=nothing)
    with pytest.raises(Exception, match=kind):
        feed(bulk, operations(1))
    bulk.close()
    assert len(httpserver.log) == 1


def test_gives_up_on_documents_that_are_put_off_for_ever(httpserver: HTTPServer, engine: Engine, still: Clock) -> None:
    httpserver.expect_request(f"/{VERSION}/_bulk").respond_with_response(bulk_answer(item(429, kind="es_rejected_execution_exception")))
    bulk = Bulk(engine, VERSION, keep=nothing)
    with pytest.raises(OverloadedError, match="were put off"):
        feed(bulk, operations(1))
    bulk.close()
    assert still.now >= 300


def test_the_last_of_several_states_is_sent(httpserver: HTTPServer, engine: Engine) -> None:
    httpserver.expect_request(f"/{VERSION}/_bulk").respond_with_response(bulk_answer(item(201), item(200, name="delete")))
    bulk = Bulk(engine, VERSION, keep=nothing)
    feed(bulk, [Operation("1", b'{"a":1}'), Operation("2", b"{}"), Operation("1", None)])
    bulk.close()
    assert sent(httpserver) == [["2", "1"]]


def test_nothing_is_sent_without_the_right_to_write(httpserver: HTTPServer, engine: Engine) -> None:
    def lost() -> None:
        raise PermissionError("lost")

    bulk = Bulk(engine, VERSION, keep=lost)
    with pytest.raises(PermissionError):
        feed(bulk, operations(1))
    bulk.close()
    assert httpserver.log == []


# the version in use


def index_of(engine: Engine) -> ElasticIndex:
    return ElasticIndex(engine, "fairwatch", cut=terms, clock=clock)


def meta(**changed: Any) -> dict[str, Any]:
    return {"mapping": MAPPING_VERSION, "cutting": fingerprint(terms), "built_at": "2026-01-01T00:00:00+00:00", **changed}


@pytest.mark.parametrize(
    ("versions", "expected", "said"),
    [
        ({}, MissingIndexError, "there is none yet"),
        ({VERSION: meta(mapping=0)}, OutdatedIndexError, "built for mapping 0"),
        ({VERSION: meta(cutting="old")}, OutdatedIndexError, "other rules"),
        ({VERSION: {}}, DamagedIndexError, "cannot be read"),
        ({"other-v1": meta()}, DamagedIndexError, "which is no version"),
        ({VERSION: meta(), "fairwatch-v000002-abcdef": meta()}, DamagedIndexError, "which is no version"),
    ],
)
def test_says_what_is_wrong_with_the_version_in_use(
    httpserver: HTTPServer, engine: Engine, versions: dict[str, Any], expected: type[Exception], said: str
) -> None:
    told = {version: {"mappings": {"_meta": content}} for version, content in versions.items()}
    httpserver.expect_request("/fairwatch").respond_with_response(answer(**told) if told else error(404, "index_not_found_exception"))
    with pytest.raises(expected, match=said):
        index_of(engine).search(SearchQuery())
    assert said in index_of(engine).health().problems[0]


def test_asks_the_next_version_where_one_is_swapped_away_in_between(httpserver: HTTPServer, engine: Engine) -> None:
    later = "fairwatch-v000002-abcdef"
    told = [answer(**{version: {"mappings": {"_meta": meta()}}}) for version in (VERSION, later)]
    httpserver.expect_request("/fairwatch").respond_with_handler(in_turn(*told))
    httpserver.expect_request(f"/{VERSION}/_count").respond_with_response(error(404, "index_not_found_exception"))
    httpserver.expect_request(f"/{later}/_count").respond_with_response(answer(count=3))
    assert index_of(engine).count(SearchQuery()) == 3


def test_an_incomplete_answer_is_none(httpserver: HTTPServer, engine: Engine) -> None:
    httpserver.expect_request("/fairwatch").respond_with_response(answer(**{VERSION: {"mappings": {"_meta": meta()}}}))
    httpserver.expect_request(f"/{VERSION}/_search").respond_with_response(answer(timed_out=True, hits={"hits": [], "total": {"value": 0}}))
    with pytest.raises(RefusedQueryError, match="narrow it"):
        index_of(engine).search(SearchQuery())
    request = httpserver.log[-1][0]
    assert request.args["allow_partial_search_results"] == "false"
