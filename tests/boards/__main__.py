"""Serve the sample boards, or print their adverts as a labelled set: ``python -m tests.boards --day 1``."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from tests.boards.content import DAYS, labelled
from tests.boards.server import serve


def main() -> int:
    """Run until SIGTERM or Ctrl-C; the first line of output is the address."""
    parser = argparse.ArgumentParser(prog="python -m tests.boards", description=__doc__)
    parser.add_argument("--day", type=int, choices=DAYS, default=1, help="0 the evening before, 1 the first day, 2 the next")
    parser.add_argument("--port", type=int, default=8099, help="0 takes a free port")
    parser.add_argument("--labelled", action="store_true", help="print the adverts of that day with their labels as JSON lines, and end")
    args = parser.parse_args()
    if args.labelled:
        for row in labelled(day=args.day):
            print(json.dumps(row, ensure_ascii=False))
        return 0
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with serve(day=args.day, port=args.port) as base:
        print(base, flush=True)
        ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
