"""A crew: several processes of one stage on this machine, started, followed and ended together."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from settings.env import ROOT

MANAGE = (sys.executable, str(ROOT / "manage.py"))
PATIENCE = 20.0
"""Seconds a worker gets to end when it is told to; then it is killed, which harms nothing."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the workers ended."""

    counts: Counter[str]
    """What all of them counted, added up."""
    failed: tuple[int, ...]
    """Exit statuses other than 0; negative: the signal that ended the worker."""


def work(command: Sequence[str], *, workers: int, progress: Callable[[Counter[str]], None]) -> Ended:
    """Run ``manage.py <command>`` in ``workers`` processes to their end.

    Each prints, for each piece of its work, one JSON object of counts on standard output, which goes to ``progress`` and is added up.
    Whatever ends this call ends them too.
    """
    total: Counter[str] = Counter()
    lock = threading.Lock()

    def follow(child: subprocess.Popen[str]) -> None:
        for line in child.stdout or ():
            piece = Counter[str](json.loads(line))
            with lock:
                total.update(piece)
                progress(piece)

    with _started([*MANAGE, *command], workers) as children:
        threads = [threading.Thread(target=follow, args=(child,), daemon=True) for child in children]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = [child.wait() for child in children]
    return Ended(total, tuple(status for status in statuses if status))


@contextmanager
def _started(command: Sequence[str], workers: int) -> Iterator[list[subprocess.Popen[str]]]:
    children: list[subprocess.Popen[str]] = []
    try:
        for _ in range(workers):
            children.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True))  # noqa: S603
        yield children
    finally:
        for child in children:
            _end(child)


def _end(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdout:
        child.stdout.close()
