"""Errors of an engine become ours; others pass."""

from __future__ import annotations

from pathlib import Path

import pytest
import tantivy

from index.base import DamagedIndexError, RefusedQueryError
from index.faults import EngineFaults


@pytest.mark.parametrize("error", [ValueError("a"), OSError("b"), RuntimeError("c"), UnicodeEncodeError("utf-8", "", 0, 1, "d")])
def test_engine_errors_become_ours(error: Exception) -> None:
    with pytest.raises(DamagedIndexError, match="reindex --full") as caught, EngineFaults(Path("v1")):
        raise error
    assert caught.value.__cause__ is error


def test_panics_become_ours() -> None:
    schema = tantivy.SchemaBuilder().build()
    searcher = tantivy.Index(schema).searcher()
    with pytest.raises(DamagedIndexError, match="greater than 0"), EngineFaults(Path("v1")):
        searcher.search(tantivy.Query.all_query(), limit=0)


@pytest.mark.parametrize("error", [RefusedQueryError("a"), KeyError("b"), KeyboardInterrupt()])
def test_other_errors_pass(error: BaseException) -> None:
    with pytest.raises(type(error)), EngineFaults(Path("v1")):
        raise error
