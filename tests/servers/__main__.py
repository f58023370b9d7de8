"""Servers for tests by hand: ``python -m tests.servers`` starts them and prints what to export; ``fetch`` only gets what is missing.

A PostgreSQL and a three-node Elasticsearch on loopback, as an ordinary user; Ctrl-C, or the end of this process, ends and removes them.
"""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import ExitStack
from threading import Event

from tests.servers import elastic, elastic_zip, java, postgres


def fetch() -> int:
    """Get Elasticsearch, and a Java where there is none; 1 where that failed."""
    try:
        path = elastic_zip.fetch()
    except elastic_zip.UnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    runtime = java.found(fetch=True)
    if runtime is None:
        print(f"there is no Java {java.LEAST} or newer, and {java.WHEEL} could not be installed", file=sys.stderr)
        return 1
    print(f"{path}\nJava {runtime.version} in {runtime.home}")
    return 0


def serve(nodes: int) -> int:
    """Start what can be started and wait for the end; 1 where nothing could."""
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as stack:
        told = [_postgres(stack), _elastic(stack, nodes)]
        print("\n".join(line for line in told if line), flush=True)
        if not any(told):
            return 1
        print("ready; Ctrl-C ends them", file=sys.stderr, flush=True)
        ended.wait()
    return 0


def _postgres(stack: ExitStack) -> str:
    try:
        return f"export {postgres.VARIABLE}={stack.enter_context(postgres.running())}"
    except postgres.UnavailableError as error:
        print(error, file=sys.stderr)
        return ""


def _elastic(stack: ExitStack, nodes: int) -> str:
    try:
        elastic_zip.fetch()
        return f"export {elastic.VARIABLE}={','.join(stack.enter_context(elastic.running(nodes=nodes)).urls)}"
    except elastic_zip.UnavailableError as error:
        print(error, file=sys.stderr)
        return ""


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description="Servers for tests.")
    parser.add_argument("what", nargs="?", choices=("serve", "fetch"), default="serve")
    parser.add_argument("--nodes", type=int, default=3, help="nodes of Elasticsearch")
    given = parser.parse_args()
    return fetch() if given.what == "fetch" else serve(given.nodes)


if __name__ == "__main__":
    sys.exit(main())
