"""Keeps servers only as long as the process they are for: ``python -m tests.servers.guard SPEC.json``.

A process of its own, in its own session, so that servers end and their folder goes however the tests end, also by kill -9.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

POLL = 0.25
LOG = "guard.log"


@dataclass(frozen=True, slots=True)
class Spec:
    """What to start, for whom, and what to remove at the end."""

    watched: int
    """Process that the servers are for."""
    started: str
    """Its start time: a number used again has another."""
    folder: str
    """Removed at the end."""
    user: str
    """User to run as; empty for the present one."""
    commands: list[list[str]]
    environments: list[dict[str, str]]


def start_time(pid: int) -> str:
    """When a process began; empty where it does not run."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]


def start(spec: Spec) -> tuple[subprocess.Popen[bytes], list[int]]:
    """Start a guard and its servers; returns the guard and the process groups of the servers."""
    folder = Path(spec.folder)
    path, pids = folder / "spec.json", folder / "pids.json"
    path.write_text(json.dumps(asdict(spec)), encoding="utf-8")
    with (folder / LOG).open("wb") as log:
        command = [sys.executable, "-m", "tests.servers.guard", str(path)]
        guard = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    while not pids.exists():
        if guard.poll() is not None:
            raise OSError(f"the guard of the test servers ended: {(folder / LOG).read_text(encoding='utf-8')[-500:]}")
        time.sleep(0.02)
    return guard, list(json.loads(pids.read_text(encoding="utf-8")))


def main(path: Path) -> None:
    """Start the servers, wait for the end of whom they are for, stop and remove them."""
    spec = Spec(**json.loads(path.read_text(encoding="utf-8")))
    folder = Path(spec.folder)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    servers: list[subprocess.Popen[bytes]] = []
    try:
        for command, environment in zip(spec.commands, spec.environments, strict=True):
            with (folder / f"server-{len(servers)}.log").open("wb") as log:
                servers.append(
                    subprocess.Popen(
                        command,
                        cwd=folder,
                        env=environment,
                        user=spec.user or None,
                        extra_groups=[] if spec.user else None,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
        made = folder / "pids.next"
        made.write_text(json.dumps([server.pid for server in servers]), encoding="utf-8")
        made.replace(folder / "pids.json")
        while start_time(spec.watched) == spec.started:
            for server in servers:
                server.poll()
            time.sleep(POLL)
    except SystemExit:
        pass
    finally:
        for server in servers:
            _kill(server)
        shutil.rmtree(folder, ignore_errors=True)


def _stop(*_signal: object) -> None:
    raise SystemExit


def _kill(server: subprocess.Popen[bytes]) -> None:
    """End the whole group: a server may have children, and may be stopped."""
    try:
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    server.wait(30)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
