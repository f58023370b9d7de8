"""The server that Elastic publishes for integration tests, fetched with Maven's own client.

It holds the server, transport and security alone: no Java, no `GET /`, no `_reindex`, no painless, no API keys, no language analysers.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from tests.servers import java
from tests.servers.cache import cache

VERSION = "9.5.2"
ARTEFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
NAME = f"elasticsearch-{VERSION}.zip"
SHA256 = "de3d9c88b5f993d9b1f937a1da8d7bfa3e881f83bf3a0dab3e49a8d557934618"
"""Of the zip: whatever a repository serves under this name, nothing else is run."""
PATIENCE = 600.0
"""Seconds for 132 MB."""
_BLOCK = 1 << 20


class UnavailableError(Exception):
    """There is no Elasticsearch here; the message says what to do."""


def fetched() -> Path | None:
    """The zip, where an earlier run has fetched it."""
    path = cache() / NAME
    return path if path.exists() else None


def fetch() -> Path:
    """The zip, from the cache or else from a Maven repository. Raises ``UnavailableError``."""
    if (there := fetched()) is not None:
        return there
    maven = shutil.which("mvn")
    if maven is None:
        raise UnavailableError("Maven is not there to fetch Elasticsearch with: install Debian's package `maven`")
    # the folder lies in the cache, so that the zip is moved and not copied; Maven's own repository would keep a second copy
    with tempfile.TemporaryDirectory(dir=cache(), prefix="maven-") as folder:
        wanted = ["dependency:copy", f"-Dartifact={ARTEFACT}", f"-DoutputDirectory={folder}", f"-Dmaven.repo.local={folder}/repository"]
        done = subprocess.run([maven, "-B", "-q", *wanted], capture_output=True, text=True, check=False, timeout=PATIENCE)
        made = Path(folder) / NAME
        if done.returncode or not made.exists():
            raise UnavailableError(f"Maven could not fetch {ARTEFACT}: {(done.stdout + done.stderr).strip()[-500:]}")
        verify(made)
        made.replace(cache() / NAME)
    return cache() / NAME


def verify(path: Path) -> None:
    """Raise ``UnavailableError`` where the file is not the one known here."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    if digest.hexdigest() != SHA256:
        raise UnavailableError(f"{path}: SHA-256 is {digest.hexdigest()}, expected {SHA256}: remove the file and fetch it again")


def unpack(folder: Path) -> Path:
    """The server's home in ``folder``, readable by every user. Raises ``UnavailableError``."""
    path = fetched()
    if path is None:
        raise UnavailableError("Elasticsearch has not been fetched")
    verify(path)
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    home = folder / f"elasticsearch-{VERSION}"
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    for inside in (home / "config").rglob("*"):
        inside.chmod(0o755 if inside.is_dir() else 0o644)
    (home / "config/jvm.options.d").chmod(0o755)
    return home


def jvm_options(home: Path, runtime: java.Java) -> str:
    """The server's own options for Java without those that write files or that this Java does not know."""
    lines = (home / "config/jvm.options").read_text(encoding="utf-8").splitlines()
    unwanted = ["-Xlog:", "HeapDump", "ErrorFile"]
    if "jdk.incubator.vector" not in runtime.modules:
        unwanted.append("jdk.incubator.vector")
    return "\n".join(line for line in lines if not any(sign in line for sign in unwanted)) + "\n"
