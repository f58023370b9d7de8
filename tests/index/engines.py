"""Every engine as the tests open it: an index belongs to a folder, also where it lies in a server."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.base import SearchIndex
from index.elastic import ElasticIndex
from index.elastic_client import Access, Engine
from index.embedded import EmbeddedIndex
from nlp.segment import terms
from tests.servers import elastic


def _embedded(folder: Path) -> SearchIndex:
    return EmbeddedIndex(folder, cut=terms)


def _elastic(folder: Path) -> SearchIndex:
    return elastic_index(elastic.shared(), name_of(folder))


BACKENDS: dict[str, Callable[[Path], SearchIndex]] = {"embedded": _embedded, "elastic": _elastic}


def elastic_index(urls: tuple[str, ...], name: str, **options: Any) -> ElasticIndex:
    """The index ``name`` in the cluster at ``urls``."""
    return ElasticIndex(Engine(Access(urls)), name, cut=terms, clock=clock, **options)


def clock() -> datetime:
    """The time of day: locks are kept by it."""
    return datetime.now(UTC)


def name_of(folder: Path) -> str:
    """The name in a server of the index that belongs to a folder."""
    return "test-" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def versions(backend: str, folder: Path) -> list[str]:
    """All versions of an index that exist, used or not."""
    if backend == "embedded":
        return sorted(path.parent.name for path in folder.rglob("*") if path.name == "meta.json")
    return sorted(asked(elastic.shared()[0], "GET", f"/{name_of(folder)}-v*?features=aliases&expand_wildcards=all"))


def forget(backend: str, folder: Path) -> None:
    """Remove an index from the server, so that the next tests find it empty and small."""
    if backend == "elastic":
        server = elastic.shared()[0]
        names = asked(server, "GET", f"/{name_of(folder)}-*?features=aliases&expand_wildcards=all")
        if names:
            asked(server, "DELETE", "/" + ",".join(names) + "?ignore_unavailable=true")
        if any("-v" in name for name in names):
            asked(server, "DELETE", f"/_index_template/{name_of(folder)}*")


def asked(server: str, method: str, path: str, body: Any = None) -> Any:
    """One plain request, past all our code."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server + path, data=data, method=method, headers={"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (our own server)
        return json.load(answer)
