"""A PostgreSQL for tests: the one that ``FAIRWATCH_TEST_POSTGRES_URL`` names, or else one started here from Debian's package.

The one started here listens on a socket in a temporary folder alone, runs as an ordinary user (PostgreSQL refuses root) and is gone,
with all its data, when its context or this process ends, however it ends. Each test gets a database of its own.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.servers import guard

VARIABLE = "FAIRWATCH_TEST_POSTGRES_URL"
HOW = (
    f"install Debian's package `postgresql`, or name a server on which databases may be made: {VARIABLE}=postgres://user@host:5432/postgres"
)
PATIENCE = 60.0
"""Seconds a server gets to answer."""
OPTIONS = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "60", "listen_addresses": "",
    "dynamic_shared_memory_type": "mmap",
}  # fmt: skip
"""Its data need not outlive it."""


class UnavailableError(Exception):
    """There is no PostgreSQL here; the message says what to do."""


@contextmanager
def running() -> Iterator[str]:
    """The address of a database on a server where others may be made. Raises ``UnavailableError`` where there is none."""
    named = os.environ.get(VARIABLE, "")
    if named:
        _wait_for(named)
        yield named
        return
    programs = _programs()
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="fairwatch-postgres-"))
    try:
        if user:
            shutil.chown(folder, user)
        _run([programs / "initdb", "-D", folder / "data", "-U", "fairwatch", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], folder, user)
        with _served(programs, folder, user):
            yield f"postgres://fairwatch@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server: str, *, like: str = "") -> Iterator[str]:
    """The address of a new database, a copy of ``like`` where given, dropped in the end with whatever is connected to it."""
    name = f"fairwatch_test_{secrets.token_hex(6)}"
    made = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if like:
        made += sql.SQL(" TEMPLATE {}").format(sql.Identifier(urlsplit(like).path[1:]))
    execute(server, made)
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def execute(url: str, statement: sql.Composable | str, *values: object) -> list[tuple[object, ...]]:
    """Run one statement; its rows, where it has any."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(statement, values)  # type: ignore[arg-type]
        return found.fetchall() if found.description else []


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
    if not found:
        raise UnavailableError(f"PostgreSQL is not there: {HOW}")
    return found[-1].parent


def _version(path: Path) -> float:
    return float(path.parent.parent.name)


def _user() -> str:
    """The user to run as; empty for the present one."""
    if os.geteuid() != 0:
        return ""
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError as error:
        raise UnavailableError(f"PostgreSQL refuses to run as root and there is no user `postgres`: {HOW}") from error


def _run(command: list[str | Path], folder: Path, user: str) -> None:
    done = subprocess.run(command, cwd=folder, user=user or None, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done.returncode:
        raise UnavailableError(f"{command[0]} failed: {done.stderr.strip()[-500:]}")


@contextmanager
def _served(programs: Path, folder: Path, user: str) -> Iterator[None]:
    options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
    command = [str(word) for word in (programs / "postgres", "-D", folder / "data", "-k", folder, *options)]
    me = os.getpid()
    process, (server,) = guard.start(guard.Spec(me, guard.start_time(me), str(folder), user, [command], [{"PATH": os.defpath}]))
    try:
        _wait_for(f"postgres://fairwatch@/postgres?host={folder}", process)
        yield
    finally:
        _end(server)
        process.terminate()
        process.wait(PATIENCE)


def _end(server: int) -> None:
    """Let the server end by itself, connections cut, so that it gives its shared memory back; the guard kills what is left."""
    until = time.monotonic() + PATIENCE
    with suppress(ProcessLookupError):
        os.kill(server, signal.SIGINT)
    while guard.start_time(server) and time.monotonic() < until:
        time.sleep(0.05)


def _wait_for(url: str, server: subprocess.Popen[bytes] | None = None) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > until or (server and server.poll() is not None):
                raise UnavailableError(f"PostgreSQL does not answer ({str(error).strip()}): {HOW}") from error
            time.sleep(0.05)
