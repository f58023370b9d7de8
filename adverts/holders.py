"""Who holds a lease: a process, named so that another on the same machine can tell whether it still runs."""

from __future__ import annotations

import os
import platform
import secrets
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process of one machine."""

    host: str
    namespace: str
    """Kernel and container, since two containers may bear one host name and know the same process numbers; empty where unknown."""
    pid: int
    started: str
    """When the process began, in ticks since the kernel's start; a number used again has another."""
    mark: str = ""
    """Tells apart two holders in one process."""

    def __str__(self) -> str:
        return f"{self.host} {self.namespace} {self.pid} {self.started} {self.mark}"


def me() -> str:
    """A name for this process as a holder, another one at each call."""
    pid = os.getpid()
    host = (platform.node() or "unknown").replace(" ", "-")[:100]
    return str(Process(host, _namespace(), pid, _started(pid), secrets.token_hex(6)))


def is_gone(holder: str) -> bool:
    """Whether ``holder`` was a process of this machine that has ended. False where that cannot be known: then time decides."""
    parts = holder.split(" ")
    if len(parts) != 5 or not parts[2].isdigit():
        return False
    there = Process(parts[0], parts[1], int(parts[2]), parts[3], parts[4])
    if not there.namespace or there.namespace != _namespace() or not there.started:
        return False
    return _started(there.pid) != there.started


def _namespace() -> str:
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Start time of a running process; empty where there is none, or only its remains that nobody has asked after yet."""
    try:
        # the second field, the command's name, may hold anything but ends with the last ")"
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]
