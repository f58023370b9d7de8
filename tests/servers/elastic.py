"""An Elasticsearch for tests: the one that ``FAIRWATCH_TEST_ELASTICSEARCH_URL`` names, or else one started here.

Those started here are the bare server of ``elastic_zip``, run as an ordinary user (it refuses root) on free loopback ports, with a folder
of its own for each node. They end with the context or with the process that they are for, whichever ends first.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from tests.servers import elastic_zip, guard, java
from tests.servers.elastic_zip import UnavailableError

VARIABLE = "FAIRWATCH_TEST_ELASTICSEARCH_URL"
HOW = f"`python -m tests.servers fetch` gets one (Maven and Java {java.LEAST} or newer), or name a server: {VARIABLE}=http://127.0.0.1:9200"
PATIENCE = 180.0
"""Seconds a cluster gets to answer: on a busy machine three nodes need a minute."""
HEAP = "700m"
ORDINARY = "nobody"
"""Who runs it where the tests run as root."""

_GUARDS: list[subprocess.Popen[bytes] | None] = []


@dataclass(frozen=True, slots=True)
class Secured:
    """TLS and a user for a cluster: PEM files and what goes into the file realm."""

    authority: Path
    certificate: Path
    key: Path
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster."""

    urls: tuple[str, ...]
    groups: tuple[int, ...] = ()
    """Process group of each node, in the order of ``urls``; empty where it was not started here."""
    guard: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def kill(self, node: int) -> None:
        """End a node without warning, as a loss of power does."""
        os.killpg(self.groups[node], signal.SIGKILL)

    def freeze(self, node: int) -> None:
        """Stop a node in its tracks: connections to it stay open and nothing answers, as when its network is cut."""
        os.killpg(self.groups[node], signal.SIGSTOP)

    def thaw(self, node: int) -> None:
        """Let a frozen node go on."""
        os.killpg(self.groups[node], signal.SIGCONT)


@contextmanager
def running(*, nodes: int = 1, secured: Secured | None = None) -> Iterator[Cluster]:
    """A cluster of its own for this context. Raises ``UnavailableError``."""
    _runtime()
    folder = Path(tempfile.mkdtemp(prefix="fairwatch-elastic-"))
    cluster = start(nodes=nodes, secured=secured, watched=os.getpid(), folder=folder)
    try:
        yield cluster
    finally:
        stop(cluster)


def stop(cluster: Cluster) -> None:
    """End a cluster started here."""
    if cluster.guard is not None:
        cluster.guard.terminate()
        cluster.guard.wait(60)


def named() -> tuple[str, ...]:
    """Addresses of the server that the environment names; empty where it names none."""
    return tuple(filter(None, os.environ.get(VARIABLE, "").split(",")))


def shared() -> tuple[str, ...]:
    """Addresses of one server for all tests of this run, started by whoever asks first. Raises ``UnavailableError``.

    What was fetched before is started; nothing is fetched here, since tests must not wait for 132 MB.
    """
    if urls := named():
        wait_for(urls)
        return urls
    _runtime()
    # the workers of pytest-xdist are children of the process that the server is for
    watched = os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()
    folder = Path(tempfile.gettempdir()) / f"fairwatch-elastic-{os.getuid()}-{watched}-{guard.start_time(watched)}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise UnavailableError(f"{folder} belongs to another user: remove it")
    told = folder / "told.json"
    with FileLock(folder / "start.lock", timeout=PATIENCE):
        if not told.exists():
            told.write_text(json.dumps(_first(folder, watched)), encoding="utf-8")
    answer: dict[str, str] = json.loads(told.read_text(encoding="utf-8"))
    if "error" in answer:
        raise UnavailableError(answer["error"])
    return (answer["url"],)


def _runtime() -> java.Java:
    """What to run it with. Raises ``UnavailableError`` where that, or the server, has not been fetched."""
    runtime = java.found()
    if elastic_zip.fetched() is None or runtime is None:
        raise UnavailableError(f"Elasticsearch is not there: {HOW}")
    return runtime


def _first(folder: Path, watched: int) -> dict[str, str]:
    try:
        cluster = start(nodes=1, secured=None, watched=watched, folder=folder)
        # its guard outlives this process, and must not be thrown away as one that was forgotten
        _GUARDS.append(cluster.guard)
        return {"url": cluster.urls[0]}
    except UnavailableError as error:
        return {"error": str(error)}


def start(*, nodes: int, secured: Secured | None, watched: int, folder: Path) -> Cluster:
    """Start nodes that live as long as the process ``watched``; ``folder`` is removed with them."""
    runtime = _runtime()
    folder.chmod(0o755)
    user = _user()
    home = elastic_zip.unpack(folder)
    ports = _free_ports(2 * nodes)
    http, transport = ports[:nodes], ports[nodes:]
    environments = []
    for number in range(nodes):
        made = _node(folder / f"node-{number}", home, runtime, _settings(number, http, transport, secured), secured)
        environments.append(_environment(made, runtime))
        if user:
            for path in (made, *made.rglob("*")):
                shutil.chown(path, user)
    command = [str(home / "bin/elasticsearch")]
    spec = guard.Spec(watched, guard.start_time(watched), str(folder), user, [command] * nodes, environments)
    process, groups = guard.start(spec)
    scheme = "https" if secured else "http"
    cluster = Cluster(tuple(f"{scheme}://127.0.0.1:{port}" for port in http), tuple(groups), process)
    try:
        wait_for(cluster.urls, process=process, folder=folder, any_answer=secured is not None)
    except UnavailableError:
        stop(cluster)
        raise
    return cluster


def _node(folder: Path, home: Path, runtime: java.Java, settings: str, secured: Secured | None) -> Path:
    """The folder of one node: its settings, data, logs and temporary files."""
    for name in ("config", "data", "logs", "tmp"):
        (folder / name).mkdir(parents=True)
    config = folder / "config"
    for source in (home / "config").iterdir():
        if source.is_file():
            shutil.copyfile(source, config / source.name)
    (config / "jvm.options").write_text(elastic_zip.jvm_options(home, runtime), encoding="utf-8")
    paths = f"path.data: {folder}/data\npath.logs: {folder}/logs\n"
    (config / "elasticsearch.yml").write_text(settings + paths, encoding="utf-8")
    if secured:
        for name, source in (("ca.pem", secured.authority), ("node.pem", secured.certificate), ("node.key", secured.key)):
            shutil.copyfile(source, config / name)
        environment = _environment(folder, runtime)
        arguments = ["useradd", secured.user, "-p", secured.password, "-r", "superuser"]
        subprocess.run([home / "bin/elasticsearch-users", *arguments], env=environment, check=True, capture_output=True, timeout=120)
    return folder


def _environment(node: Path, runtime: java.Java) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "ES_JAVA_HOME": str(runtime.home),
        "ES_PATH_CONF": str(node / "config"),
        "ES_TMPDIR": str(node / "tmp"),
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
    }


def _settings(number: int, http: list[int], transport: list[int], secured: Secured | None) -> str:
    names = [f"node-{each}" for each in range(len(http))]
    settings: dict[str, object] = {
        "cluster.name": f"fairwatch-test-{transport[0]}",
        "node.name": names[number],
        "network.host": "127.0.0.1",
        "http.port": http[number],
        "transport.port": transport[number],
        "cluster.routing.allocation.disk.threshold_enabled": False,
        "action.auto_create_index": False,
        "xpack.security.enabled": secured is not None,
    }
    if len(http) == 1:
        settings["discovery.type"] = "single-node"
    else:
        settings["discovery.seed_hosts"] = [f"127.0.0.1:{port}" for port in transport]
        settings["cluster.initial_master_nodes"] = names
        # a lost node is noticed in seconds, so that tests need not wait for half a minute
        for check in ("follower_check", "leader_check"):
            settings[f"cluster.fault_detection.{check}.timeout"] = "2s"
            settings[f"cluster.fault_detection.{check}.retry_count"] = 2
    if secured:
        for layer in ("http", "transport"):
            settings[f"xpack.security.{layer}.ssl.enabled"] = True
            settings[f"xpack.security.{layer}.ssl.certificate"] = "node.pem"
            settings[f"xpack.security.{layer}.ssl.key"] = "node.key"
            settings[f"xpack.security.{layer}.ssl.certificate_authorities"] = ["ca.pem"]
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in settings.items())


def wait_for(
    urls: tuple[str, ...],
    *,
    process: subprocess.Popen[bytes] | None = None,
    folder: Path | None = None,
    any_answer: bool = False,
) -> None:
    """Wait until every node answers and knows of all others; ``any_answer``: until it answers at all."""
    until = time.monotonic() + PATIENCE
    for url in urls:
        while not _answers(url, len(urls), any_answer=any_answer):
            if time.monotonic() > until or (process is not None and process.poll() is not None):
                raise UnavailableError(f"Elasticsearch at {url} does not answer: {_last_words(folder)}")
            time.sleep(0.2)


def _answers(url: str, nodes: int, *, any_answer: bool) -> bool:
    if any_answer:
        port = int(url.rpartition(":")[2])
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", port)) == 0
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health?timeout=1s", timeout=5) as answer:  # noqa: S310 (our own address)
            return int(json.load(answer)["number_of_nodes"]) >= nodes
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _last_words(folder: Path | None) -> str:
    if folder is None:
        return HOW
    logs = [path.read_text(encoding="utf-8", errors="replace")[-600:] for path in sorted(folder.glob("server-*.log"))]
    return "\n".join(logs)


def _user() -> str:
    """The user to run as; empty for the present one."""
    if os.geteuid() != 0:
        return ""
    try:
        return pwd.getpwnam(ORDINARY).pw_name
    except KeyError as error:
        raise UnavailableError(f"Elasticsearch refuses to run as root and there is no user `{ORDINARY}`: {HOW}") from error


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports
