"""Versions as folders, and the pointer that names the one in use."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.base import BusyIndexError, DamagedIndexError, MissingIndexError, OutdatedIndexError
from index.documents import MAPPING_VERSION
from index.versions import Manifest, Versions, check, mark, read_manifest, size_of

MANIFEST = Manifest(MAPPING_VERSION, "cut", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    (tmp_path / "index").mkdir()
    return Versions(tmp_path / "index")


def test_there_is_none_at_first(tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError, match="there is none yet"):
        Versions(tmp_path / "nowhere").current()


def test_the_pointer_names_the_version_in_use(versions: Versions) -> None:
    one, other = versions.create(MANIFEST), versions.create(MANIFEST)
    versions.point_to(one)
    assert versions.current() == one
    versions.point_to(other)
    assert versions.current() == other
    assert sorted(path.name for path in versions.folder.iterdir()) == sorted([one.name, other.name, "current"])


def test_names_are_never_used_again(versions: Versions) -> None:
    names = set()
    for _number in range(20):
        made = versions.create(MANIFEST)
        names.add(made.name)
        shutil.rmtree(made)
    assert len(names) == 20


def test_sweeping_leaves_the_version_in_use_and_what_is_no_version(versions: Versions) -> None:
    one, other = versions.create(MANIFEST), versions.create(MANIFEST)
    versions.point_to(one)
    (versions.folder / "notes").mkdir()
    assert versions.sweep() == 1
    assert (one.exists(), other.exists(), (versions.folder / "notes").exists()) == (True, False, True)
    assert versions.sweep() == 0


@pytest.mark.parametrize("content", [b"", b"../../etc", b"v1", b"v000001-zzzzzz", b"\xff\xfe", b"x" * 10_000])
def test_a_strange_pointer_is_damage(versions: Versions, content: bytes) -> None:
    left = versions.create(MANIFEST)
    versions.pointer.write_bytes(content)
    with pytest.raises(DamagedIndexError, match="reindex --full"):
        versions.current()
    assert versions.sweep() == 1
    assert not left.exists()


def test_one_writer(versions: Versions) -> None:
    with versions.lock(), pytest.raises(BusyIndexError, match="wait for it to end"), Versions(versions.folder).lock():
        pass
    with versions.lock():
        pass


def test_manifests_survive(versions: Versions) -> None:
    assert read_manifest(versions.create(MANIFEST)) == MANIFEST


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"mapping": "x", "cutting": "c", "built_at": "2026-01-01"}'])
def test_a_broken_manifest_is_damage(versions: Versions, content: str) -> None:
    made = versions.create(MANIFEST)
    (made / "manifest.json").write_text(content)
    with pytest.raises(DamagedIndexError, match="manifest"):
        read_manifest(made)


@pytest.mark.parametrize(
    ("manifest", "cutting", "says"),
    [
        (Manifest(MAPPING_VERSION + 1, "cut", MANIFEST.built_at), "cut", "built for mapping"),
        (Manifest(MAPPING_VERSION - 1, "cut", MANIFEST.built_at), "cut", "built for mapping"),
        (MANIFEST, "other", "other rules for cutting"),
    ],
)
def test_an_outdated_version_is_refused(tmp_path: Path, manifest: Manifest, cutting: str, says: str) -> None:
    with pytest.raises(OutdatedIndexError, match=says):
        check(manifest, cutting=cutting, folder=tmp_path)
    check(MANIFEST, cutting="cut", folder=tmp_path)


def test_marks_tell_changes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert mark(path) == (0, 0, 0)
    path.write_text("a")
    before = mark(path)
    assert before == mark(path)
    other = tmp_path / "other"
    other.write_text("b")
    other.replace(path)
    assert mark(path) != before


def test_sizes_are_summed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"123")
    assert size_of(tmp_path) == 8
