"""What only the embedded index must do: survive kills, see damage, follow writers in other processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.base import DamagedIndexError, MissingIndexError, OutdatedIndexError
from index.embedded import EmbeddedIndex
from index.query import KeywordField, SearchQuery, Word
from index.rebuild import update
from nlp.segment import terms
from settings.env import ROOT
from tests.index.making import NOW, MemoryLedger, doc_id, document, fill, found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def embedded(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, cut=terms)


Script = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def running(folder: Path) -> Iterator[Script]:
    """Runs a script in a process of its own, with an index at ``folder`` ready as ``index``."""
    started: list[subprocess.Popen[str]] = []
    start = f"""
        from pathlib import Path
        from index.embedded import EmbeddedIndex
        from index.query import SearchQuery, Word
        from index.base import SearchIndexError
        from nlp.segment import terms
        from tests.index.making import NOW, document
        index = EmbeddedIndex(Path({str(folder)!r}), cut=terms)
    """

    def run(script: str) -> subprocess.Popen[str]:
        code = textwrap.dedent(start) + textwrap.dedent(script)
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, cwd=ROOT)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def lines(process: subprocess.Popen[str], number: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(number)]


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def test_a_build_killed_midway_leaves_the_index_as_it_was(embedded: EmbeddedIndex, folder: Path, running: Script) -> None:
    before = fill(embedded, [document(n, "nurse") for n in range(10)], position=10)
    process = running("""
        with index.building(now=NOW) as build:
            for number in range(10**6):
                build.add([document(number, "cook")])
                if number % 500 == 0:
                    build.commit(position=number)
                    print(number, flush=True)
    """)
    assert lines(process, 3) == ["0", "500", "1000"]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(versions(folder)) == 2
    assert (found(embedded, "nurse"), found(embedded, "cook"), embedded.position()) == (set(range(10)), set(), 10)
    fresh = EmbeddedIndex(folder, cut=terms)
    assert fresh.health(thorough=True).problems == ()
    assert fresh.health().version == before
    after = fill(fresh, [document(1, "sailor")], position=11)
    assert (versions(folder), found(embedded, "sailor")) == ([after], {1})


def test_an_update_killed_anywhere_loses_nothing(embedded: EmbeddedIndex, running: Script) -> None:
    fill(embedded, [])
    ledger = MemoryLedger(document(n, "nurse") for n in range(3_000))
    process = running("""
        for start in range(0, 3_000, 50):
            with index.writing() as writing:
                for number in range(start, start + 50):
                    writing.add([document(number, "nurse", stamp=f"p{number + 1}", position=number + 1)])
                writing.commit(position=start + 50)
                writing.add([document(10**6, "never committed")])
            print(start, flush=True)
    """)
    lines(process, 5)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    reached = embedded.position()
    assert 250 <= reached < 3_000
    assert embedded.count(SearchQuery(Word("nurse"))) == reached
    assert embedded.count(SearchQuery(Word("never"))) == 0
    counts = update(embedded, ledger, progress=lambda _done, _total: None)
    assert (counts.indexed, counts.deleted, embedded.position()) == (3_000 - reached, 0, 3_000)
    assert embedded.count(SearchQuery(Word("nurse"))) == 3_000


def test_a_reader_in_another_process_sees_no_fault_while_versions_are_swapped(embedded: EmbeddedIndex, running: Script) -> None:
    fill(embedded, [document(n, "nurse", source="0") for n in range(20)])
    process = running("""
        import sys, threading
        stop = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
        index.search(SearchQuery())
        print("ready", flush=True)
        faults, seen = [], set()
        while not stop.is_set():
            try:
                page = index.search(SearchQuery(Word("nurse"), size=50))
            except SearchIndexError as error:
                faults.append(str(error))
                continue
            sources = {hit.document.source for hit in page.hits}
            seen |= sources
            if len(page.hits) != 20 or len(sources) != 1:
                faults.append(f"{len(page.hits)} hits of {sources}")
        print(len(seen), faults[:3], flush=True)
    """)
    assert lines(process, 1) == ["ready"]
    for number in range(1, 31):
        fill(embedded, [document(n, "nurse", source=str(number)) for n in range(20)])
    output, _errors = process.communicate("stop\n", timeout=60)
    seen, faults = output.strip().split(" ", 1)
    assert faults == "[]"
    assert int(seen) > 2


FILES = ["store", "idx", "term", "fast", "pos", "fieldnorm"]


def _segment_file(folder: Path, suffix: str) -> Path:
    return next(path for path in sorted(folder.rglob(f"*.{suffix}")))


@pytest.mark.parametrize("suffix", FILES)
@pytest.mark.parametrize("harm", ["cut short", "emptied", "removed", "overwritten"])
def test_a_damaged_file_is_seen_and_said(embedded: EmbeddedIndex, folder: Path, suffix: str, harm: str) -> None:
    fill(embedded, [document(n, "registration fee", title="Nurse", country="QA") for n in range(50)])
    path = _segment_file(folder, suffix)
    content = path.read_bytes()
    embedded.close()
    match harm:
        case "cut short":
            path.write_bytes(content[: len(content) // 2])
        case "emptied":
            path.write_bytes(b"")
        case "removed":
            path.unlink()
        case _:
            path.write_bytes(bytes(len(content)))
    with pytest.raises(DamagedIndexError, match="reindex --full"):
        embedded.search(SearchQuery(Word("registration fee"), facets=(KeywordField.COUNTRY,)))
    if (suffix, harm) != ("pos", "removed"):
        assert "reindex --full" in embedded.health().problems[0]
    fill(embedded, [document(1)])
    assert embedded.health(thorough=True).problems == ()


@pytest.mark.parametrize("suffix", FILES)
def test_a_flipped_bit_is_seen_by_a_thorough_look(embedded: EmbeddedIndex, folder: Path, suffix: str) -> None:
    fill(embedded, [document(n, "registration fee", country="QA") for n in range(50)])
    assert embedded.health(thorough=True).problems == ()
    path = _segment_file(folder, suffix)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    problems = embedded.health(thorough=True).problems
    assert len(problems) == 1
    assert path.name in problems[0]


@pytest.mark.parametrize("name", ["meta.json", "manifest.json", ""])
def test_a_lost_list_or_folder_is_damage(embedded: EmbeddedIndex, folder: Path, name: str) -> None:
    version = fill(embedded, [document(1)])
    embedded.close()
    if name:
        (folder / version / name).write_text("{")
    else:
        for path in (folder / version).iterdir():
            path.unlink()
        (folder / version).rmdir()
    for ask in (lambda: embedded.count(SearchQuery()), lambda: embedded.writing().__enter__()):
        with pytest.raises(DamagedIndexError, match="reindex --full"):
            ask()
    assert embedded.health().problems


def test_an_index_for_other_fields_or_words_is_refused(embedded: EmbeddedIndex, folder: Path) -> None:
    version = fill(embedded, [document(1)])
    embedded.close()
    manifest = folder / version / "manifest.json"
    fields = json.loads(manifest.read_text())
    for changed in ({"mapping": 0}, {"cutting": "other"}):
        manifest.write_text(json.dumps({**fields, **changed}))
        with pytest.raises(OutdatedIndexError, match="reindex --full"):
            embedded.count(SearchQuery())
        with pytest.raises(OutdatedIndexError), embedded.writing():
            pass
        assert "reindex --full" in embedded.health().problems[0]
    fill(embedded, [document(2)])
    assert found(embedded, "") == {2}


def test_an_index_removed_under_a_reader_is_missing_not_wrong(embedded: EmbeddedIndex, folder: Path) -> None:
    fill(embedded, [document(1)])
    assert found(embedded, "") == {1}
    (folder / "current").unlink()
    with pytest.raises(MissingIndexError):
        embedded.count(SearchQuery())


def test_health_counts_what_was_deleted_but_still_lies_on_disk(embedded: EmbeddedIndex) -> None:
    fill(embedded, [document(n) for n in range(200)], position=200)
    with embedded.writing() as writing:
        writing.delete([doc_id(n) for n in range(50)])
        writing.commit(position=201)
    health = embedded.health()
    assert (health.documents, health.position, health.built_at) == (150, 201, NOW)
    assert health.deleted >= 50
    assert health.size > 1_000
    fill(embedded, [document(n) for n in range(50, 200)])
    assert embedded.health().deleted == 0
