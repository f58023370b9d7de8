"""Search: one port, the query as data, documents derived from the ledger."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.base import SearchIndex
from index.cutting import Cut
from settings.env import current


def open_index() -> SearchIndex:
    """The index of this installation, one object a process; cheap to call, and there need not be an index yet."""
    return _embedded(current().index_dir)


def default_cut() -> Cut:
    """The way indexes and queries cut texts into words."""
    from nlp.segment import terms

    return terms


@cache
def _embedded(folder: Path) -> SearchIndex:
    # imported here: the engine and ICU take long to load, and most commands never search
    from index.embedded import EmbeddedIndex

    return EmbeddedIndex(folder, cut=default_cut())
