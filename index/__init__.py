"""Search: one port, the query as data, documents derived from the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from index.base import SearchIndex
from index.cutting import Cut
from index.elastic_client import Access
from settings.env import Env, current


def open_index() -> SearchIndex:
    """The index of this installation, one object a process; cheap to call, and there need not be an index yet."""
    env = current()
    return _elastic() if env.index_backend == "elastic" else _embedded(env.index_dir)


def default_cut() -> Cut:
    """The way indexes and queries cut texts into words."""
    from nlp.segment import terms

    return terms


@cache
def _embedded(folder: Path) -> SearchIndex:
    # imported here: the engine and ICU take long to load, and most commands never search
    from index.embedded import EmbeddedIndex

    return EmbeddedIndex(folder, cut=default_cut())


@cache
def _elastic() -> SearchIndex:
    from index.elastic import ElasticIndex
    from index.elastic_client import Engine

    env = current()
    return ElasticIndex(
        Engine(access(env)),
        env.elasticsearch_index,
        cut=default_cut(),
        clock=_now,
        shards=env.elasticsearch_shards,
        replicas=env.elasticsearch_replicas,
    )


def access(env: Env) -> Access:
    """Where the cluster is and as whom it is asked, by the settings."""
    return Access(
        tuple(url.strip() for url in env.elasticsearch_url.split(",") if url.strip()),
        user=env.elasticsearch_user,
        password=env.elasticsearch_password.get_secret_value(),
        api_key=env.elasticsearch_api_key.get_secret_value(),
        authority=Path(env.elasticsearch_ca) if env.elasticsearch_ca else None,
    )


def _now() -> datetime:
    return datetime.now(UTC)
