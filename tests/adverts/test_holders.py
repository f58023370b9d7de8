"""A holder's name tells whether its process still runs, or says nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adverts import holders


def test_a_name_is_that_of_this_process_and_never_given_twice() -> None:
    first, second = holders.me(), holders.me()
    assert first != second
    assert first.split(" ")[2] == str(os.getpid())
    assert len(first) <= 250


def test_whoever_runs_is_not_gone() -> None:
    assert not holders.is_gone(holders.me())


@pytest.mark.parametrize("kill", [False, True])
def test_whoever_ended_is_gone(kill: bool) -> None:
    code = "from adverts import holders; import sys; print(holders.me(), flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert not holders.is_gone(name)
        if kill:
            process.kill()
            while process.poll() is None and not holders.is_gone(name):
                pass
            assert holders.is_gone(name)
        else:
            process.stdin.close()
            process.wait()
    assert holders.is_gone(name)


@pytest.mark.parametrize(
    ("changes", "gone"),
    [({2: "999999999"}, True), ({3: "1"}, True), ({3: ""}, False), ({1: ""}, False), ({1: "another/pid:[1]"}, False), ({2: "x"}, False)],
)
def test_only_what_can_be_known_counts(changes: dict[int, str], gone: bool) -> None:
    parts = holders.me().split(" ")
    for place, value in changes.items():
        parts[place] = value
    assert holders.is_gone(" ".join(parts)) is gone


@pytest.mark.parametrize("name", ["", "somebody", "a b c d e f g"])
def test_other_names_are_never_gone(name: str) -> None:
    assert not holders.is_gone(name)


def test_without_proc_nobody_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = holders.me()
    monkeypatch.setattr(holders, "PROC", tmp_path)
    assert not holders.is_gone(name)
    assert not holders.is_gone(holders.me())
