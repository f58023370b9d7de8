"""Bringing an index in step with a ledger: what changed, what is gone, what was missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import rebuild as rebuilding
from index.base import SearchIndex
from index.documents import Document
from index.query import SearchQuery
from index.rebuild import Counts, rebuild, update
from tests.index.making import NOW, MemoryLedger, doc_id, document, found


def quiet(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def agree(index: SearchIndex, ledger: MemoryLedger) -> bool:
    """Whether the index holds exactly what the ledger holds."""
    hits = index.search(SearchQuery(size=1000, snippets=False)).hits
    return {hit.document.doc_id: hit.document for hit in hits} == ledger.rows and index.stamps("") == ledger.stamps("")


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger(document(n, "nurse") for n in range(20))


def test_builds_anew(index: SearchIndex, ledger: MemoryLedger) -> None:
    seen: list[tuple[int, int]] = []
    counts = rebuild(index, ledger, now=NOW, progress=lambda done, total: seen.append((done, total)))
    assert counts == Counts(20, 0, 20, full=True)
    assert (agree(index, ledger), index.position(), seen[-1]) == (True, 20, (20, 20))


def test_takes_what_was_written_and_removes_what_is_gone(index: SearchIndex, ledger: MemoryLedger) -> None:
    rebuild(index, ledger, now=NOW, progress=quiet)
    assert update(index, ledger, progress=quiet) == Counts(0, 0, 20, full=False)
    ledger.write(document(3, "cook"))
    ledger.write(document(77, "cook"))
    del ledger.rows[doc_id(5)]
    assert update(index, ledger, progress=quiet) == Counts(2, 1, 22, full=False)
    assert agree(index, ledger)
    assert update(index, ledger, progress=quiet) == Counts(0, 0, 22, full=False)


def test_takes_changes_that_raise_no_position(index: SearchIndex, ledger: MemoryLedger) -> None:
    rebuild(index, ledger, now=NOW, progress=quiet)
    ledger.restamp(doc_id(4), "judged", verdict="act", band="urgent", risk=0.9)
    assert update(index, ledger, progress=quiet) == Counts(1, 0, 20, full=False)
    assert found(index, "verdict:act") == {ledger.rows[doc_id(4)].position}
    assert agree(index, ledger)


def test_a_full_build_during_writes_is_caught_up(index: SearchIndex) -> None:
    class Busy(MemoryLedger):
        """Is written to while it is read."""

        def documents(self, advert_ids: Sequence[str]) -> Iterator[Document]:
            rows = list(super().documents(advert_ids))
            if doc_id(500) not in self.rows:
                self.write(document(500, "new"))
                self.write(document(1, "changed"))
                del self.rows[doc_id(2)]
            yield from rows

    ledger = Busy(document(n) for n in range(10))
    rebuild(index, ledger, now=NOW, progress=quiet)
    assert index.position() == 10
    update(index, ledger, progress=quiet)
    assert agree(index, ledger)


def test_works_in_portions(index: SearchIndex, ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "_PORTION", 2)
    monkeypatch.setattr(rebuilding, "BATCH", 3)
    monkeypatch.setattr(rebuilding, "COMMIT", 4)
    rebuild(index, ledger, now=NOW, progress=quiet)
    assert agree(index, ledger)
    for number in range(10, 40):
        ledger.write(document(number, "cook"))
    for number in range(5):
        del ledger.rows[doc_id(number)]
        ledger.restamp(doc_id(number + 5), f"again{number}")
    assert update(index, ledger, progress=quiet) == Counts(35, 5, 50, full=False)
    assert agree(index, ledger)


def test_what_was_committed_before_a_failure_stays(index: SearchIndex, ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild(index, ledger, now=NOW, progress=quiet)
    monkeypatch.setattr(rebuilding, "COMMIT", 5)
    for number in range(100, 120):
        ledger.write(document(number, "cook"))

    def stop(done: int, _total: int) -> None:
        if done == 15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(index, ledger, progress=stop)
    assert (index.position(), index.count(SearchQuery())) == (30, 30)
    assert update(index, ledger, progress=quiet).indexed == 10
    assert agree(index, ledger)


def _stopped(index: SearchIndex, backend: str, monkeypatch: pytest.MonkeyPatch, ledger: MemoryLedger, *, after: int) -> None:
    """A build that ends after so many adverts and leaves its version behind, as one that is killed does."""
    versions = index._versions  # type: ignore[attr-defined]
    monkeypatch.setattr(rebuilding, "KEPT", 5)
    monkeypatch.setattr(rebuilding, "BATCH", 5)

    def stop(done: int, _total: int) -> None:
        if done >= after:
            monkeypatch.setattr(type(versions), "sweep", lambda _self, **_options: 0)
            raise ConnectionAbortedError

    with monkeypatch.context(), pytest.raises(ConnectionAbortedError):
        rebuild(index, ledger, now=NOW, progress=stop)


@pytest.mark.parametrize("before", [False, True], ids=["first build", "beside one in use"])
def test_a_build_that_was_stopped_is_continued(
    index: SearchIndex, backend: str, ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    if before:
        rebuild(index, MemoryLedger([document(1)]), now=NOW, progress=quiet)
    with monkeypatch.context() as patched:
        _stopped(index, backend, patched, ledger, after=15)
    first, second, *_ = sorted(ledger.rows)
    del ledger.rows[first]
    ledger.restamp(second, "changed", title="changed")
    ledger.write(document(50, "new"))
    counts = rebuild(index, ledger, now=NOW, progress=quiet, resume=True)
    assert counts.indexed in range(7, 13), "what was committed is not indexed again"
    assert agree(index, ledger)


def test_a_full_build_does_not_continue_unless_it_is_told_to(
    index: SearchIndex, backend: str, ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        _stopped(index, backend, patched, ledger, after=15)
    assert rebuild(index, ledger, now=NOW, progress=quiet).indexed == 20
    assert agree(index, ledger)
    assert index.health().deleted == 0


def test_there_is_nothing_to_continue_after_an_error(index: SearchIndex, ledger: MemoryLedger) -> None:
    def fail(_done: int, _total: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rebuild(index, ledger, now=NOW, progress=fail)
    assert rebuild(index, ledger, now=NOW, progress=quiet, resume=True).indexed == 20
    assert agree(index, ledger)


changes = st.lists(st.tuples(st.sampled_from(["write", "restamp", "delete", "update", "rebuild"]), st.integers(0, 8)), max_size=25)


@given(changes)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_ends_in_agreement(index: SearchIndex, history: list[tuple[str, int]]) -> None:
    ledger = MemoryLedger()
    rebuild(index, ledger, now=NOW, progress=quiet)
    for step, (act, number) in enumerate(history):
        if act == "write":
            ledger.write(document(number, f"version {step}"))
        elif act == "update":
            update(index, ledger, progress=quiet)
        elif act == "rebuild":
            rebuild(index, ledger, now=NOW, progress=quiet)
        elif doc_id(number) in ledger.rows and act == "delete":
            del ledger.rows[doc_id(number)]
        elif doc_id(number) in ledger.rows:
            ledger.restamp(doc_id(number), f"s{step}", verdict=f"v{step}")
    update(index, ledger, progress=quiet)
    assert agree(index, ledger)
