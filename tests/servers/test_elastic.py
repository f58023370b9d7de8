"""The servers for tests themselves: found, verified, started, and gone however those who started them end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import elastic, elastic_zip, guard, java

RELEASE = 'JAVA_VERSION="{version}.0.1"\nMODULES="java.base jdk.incubator.vector"\n'


def _java(folder: Path, version: int) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/java").touch()
    (folder / "release").write_text(RELEASE.format(version=version), encoding="utf-8")
    return folder


pytestmark = pytest.mark.servers


@pytest.mark.parametrize(("version", "good"), [(17, False), (21, True), (25, True)])
def test_takes_a_java_that_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int, good: bool) -> None:
    monkeypatch.setenv("ES_JAVA_HOME", str(_java(tmp_path / "java", version)))
    found = java.found()
    assert (found is not None) is good
    assert found is None or (found.version, "jdk.incubator.vector" in found.modules) == (version, True)


def test_takes_the_newest_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ES_JAVA_HOME", raising=False)
    monkeypatch.setenv("JAVA_HOME", str(_java(tmp_path / "one", 22)))
    _java(tmp_path / "two", 24)
    monkeypatch.setattr(java, "INSTALLED", (f"{tmp_path}/*",))
    found = java.found()
    assert found is not None
    assert found.version == 24


def test_options_that_this_java_does_not_know_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    lines = "-XX:+UseG1GC\n20-:--add-modules=jdk.incubator.vector\n-Xlog:gc*:file=gc.log\n-XX:+HeapDumpOnOutOfMemoryError\n"
    (tmp_path / "config/jvm.options").write_text(lines, encoding="utf-8")
    assert elastic_zip.jvm_options(tmp_path, java.Java(tmp_path, 25, frozenset())) == "-XX:+UseG1GC\n"
    known = java.Java(tmp_path, 25, frozenset({"jdk.incubator.vector"}))
    assert "jdk.incubator.vector" in elastic_zip.jvm_options(tmp_path, known)


def test_refuses_another_file(tmp_path: Path) -> None:
    other = tmp_path / "elasticsearch.zip"
    other.write_bytes(b"PK something else")
    with pytest.raises(elastic_zip.UnavailableError, match="remove the file and fetch it again"):
        elastic_zip.verify(other)


@pytest.mark.parametrize("ask", [elastic.shared, elastic_zip.fetch])
def test_says_how_to_get_one(ask: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(elastic.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(elastic_zip.UnavailableError, match=r"tests\.servers fetch|package `maven`"):
        ask()


FOR_A_SERVER = """
import os, sys, time
from pathlib import Path
from tests.servers import guard
folder = Path(sys.argv[1])
command = [sys.executable, "-m", "http.server", sys.argv[2], "--bind", "127.0.0.1"]
guard.start(guard.Spec(os.getpid(), guard.start_time(os.getpid()), str(folder), "", [command], [{"PATH": os.environ["PATH"]}]))
print("started", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=str)
def test_servers_end_with_whom_they_are_for(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", FOR_A_SERVER, str(folder), str(port)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    _wait(lambda: _listens(port))
    process.send_signal(number)
    process.wait(10)
    process.stdout.close()
    _wait(lambda: not _listens(port) and not folder.exists())


def test_a_process_number_used_again_is_another_process() -> None:
    assert guard.start_time(os.getpid())
    assert guard.start_time(2**22 + 1) == ""


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)
