"""A crawl is measured by its own memory, not by that of whoever started it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawlers.site import ROOT, Bench, running

LARGE = 700 * 1024 * 1024
ASK = "from crawlers.memory import OwnMemory; print(OwnMemory.get_virtual_size(object.__new__(OwnMemory)))"
HELD = "import subprocess, sys; held = bytes(1) * {size}; sys.exit(subprocess.run([sys.executable, '-c', sys.argv[1]]).returncode)"


def peak(*, parent: int = 1, own: int = 1) -> int:
    """Peak said by a process that holds ``own`` bytes and was started by one that holds ``parent``."""
    words = [sys.executable, "-c", HELD.format(size=parent), f"held = bytearray(b'x' * {own}); {ASK}"]
    return int(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@pytest.mark.slow
def test_only_its_own_memory_counts() -> None:
    small = peak()
    assert abs(peak(parent=LARGE) - small) < 50 * 1024 * 1024
    assert peak(own=LARGE) - small > LARGE / 2


def test_a_crawl_over_its_limit_ends_and_says_so(tmp_path: Path) -> None:
    with running() as site:
        site.job(1)
        site.sitemap([1])
        bench = Bench(tmp_path, start=[{"kind": "sitemap", "url": f"{site.url}/sitemap.xml"}])
        assert bench.run(settings={"MEMUSAGE_LIMIT_MB": 10}).report.get("ended") != "finished"
        assert bench.run(settings={"MEMUSAGE_LIMIT_MB": 500}).report["ended"] == "finished"
