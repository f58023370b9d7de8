"""A follower gives the newest state, and opens as seldom as it can."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.base import DamagedIndexError, MissingIndexError
from index.following import Follower
from index.versions import Manifest, Versions

MANIFEST = Manifest(1, "cut", datetime(2026, 1, 1, tzinfo=UTC))
Opened = Callable[[Path, str | None], str]


def swap(versions: Versions, content: str = "one") -> Path:
    made = versions.create(MANIFEST)
    commit(made, content)
    versions.point_to(made)
    versions.sweep()
    return made


def commit(version: Path, content: str) -> None:
    (version / "list.next").write_text(content)
    (version / "list.next").replace(version / "list")


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path)


def test_opens_once_and_renews_after_commits(versions: Versions) -> None:
    calls: list[str | None] = []

    def opened(version: Path, before: str | None) -> str:
        calls.append(before)
        return (version / "list").read_text()

    follower = Follower(versions, opened=opened, listing="list")
    made = swap(versions)
    assert [follower.newest().reader for _ in range(3)] == ["one"] * 3
    commit(made, "two")
    assert follower.newest().reader == "two"
    other = swap(versions, "three")
    assert (follower.newest().reader, follower.newest().version) == ("three", other)
    assert calls == [None, "one", None]
    follower.close()
    assert follower.newest().reader == "three"
    assert len(calls) == 4


def test_a_version_swapped_away_while_it_is_opened_is_no_fault(versions: Versions) -> None:
    swap(versions, "one")

    def opened(version: Path, _before: str | None) -> str:
        content = (version / "list").read_text()
        if content == "one":
            swap(versions, "two")
            raise DamagedIndexError("its files are gone")
        return content

    assert Follower(versions, opened=opened, listing="list").newest().reader == "two"


def test_a_version_that_cannot_be_opened_is_one(versions: Versions) -> None:
    calls: list[Path] = []

    def opened(version: Path, _before: str | None) -> str:
        calls.append(version)
        raise DamagedIndexError("broken")

    swap(versions)
    with pytest.raises(DamagedIndexError, match="broken"):
        Follower(versions, opened=opened, listing="list").newest()
    assert len(calls) == 1


def test_gives_up_on_a_version_that_never_stays(versions: Versions) -> None:
    swap(versions)

    def opened(_version: Path, _before: str | None) -> str:
        swap(versions)
        raise DamagedIndexError("gone")

    with pytest.raises(DamagedIndexError, match="faster than it can be opened"):
        Follower(versions, opened=opened, listing="list").newest()


def test_without_an_index_there_is_nothing_to_follow(versions: Versions) -> None:
    with pytest.raises(MissingIndexError):
        Follower(versions, opened=lambda _version, _before: "", listing="list").newest()
