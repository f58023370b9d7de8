#!/usr/bin/env python3
"""Checks an exported audit log of Fairwatch: needs this one file, Python 3.9 or later, and nothing else.

    python3 verify_audit.py LOG.jsonl [--head HASH] [--after NUMBER HASH] [--capsule AUDIT.jsonl]

It ends with 0 (the log is whole), 1 (it is not; the first break is named) or 2 (it cannot be read).
--head takes a hash noted earlier (from the page /audit/head/, a letter, a newspaper): it must be in the log. Without it nobody can
see that entries were cut off at the end, or that all of it was written anew. --after says from which entry on the log was exported.
--capsule checks that each entry of a capsule's audit.jsonl stands in the log as it is.

Each line is an entry. Its digest is the SHA-256 of [number, at, actor, action, subject, detail, previous] as JSON without spaces,
keys in order, in UTF-8; previous is the digest of the entry before, 64 zeros for the first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
FIELDS = ("number", "at", "actor", "action", "subject", "detail", "previous")


def digest(entry: dict[str, Any]) -> str:
    """The digest an entry should have."""
    packed = json.dumps([entry.get(name) for name in FIELDS], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()


def check(lines: Any, *, number: int = 0, previous: str = GENESIS) -> tuple[str, dict[str, int], int, str]:
    """The first break (empty where there is none), digest -> number of all entries, and the head."""
    known: dict[str, int] = {}
    for place, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict):
            return f"line {place}: is no entry", known, number, previous
        if entry.get("number") != number + 1:
            return (
                f"line {place}: is entry {entry.get('number')}, expected {number + 1}: one is missing or was put in",
                known,
                number,
                previous,
            )
        if entry.get("previous") != previous:
            return f"entry {number + 1}: does not follow the entry before it", known, number, previous
        if entry.get("digest") != digest(entry):
            return f"entry {number + 1}: its content was changed", known, number, previous
        number, previous = number + 1, entry["digest"]
        known[previous] = number
    return "", known, number, previous


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log")
    parser.add_argument("--head", default="", help="a hash noted earlier")
    parser.add_argument("--after", nargs=2, metavar=("NUMBER", "HASH"), default=("0", GENESIS))
    parser.add_argument("--capsule", default="", help="audit.jsonl of an evidence capsule")
    options = parser.parse_args(arguments)
    faults = []
    try:
        with Path(options.log).open(encoding="utf-8") as stream:
            broken, known, number, head = check(stream, number=int(options.after[0]), previous=options.after[1])
        faults += [broken] if broken else []
        if options.head and options.head not in known and options.head != options.after[1]:
            faults.append(f"no entry has the hash {options.head}: entries were cut off, or the log was written anew")
        if options.capsule:
            with Path(options.capsule).open(encoding="utf-8") as stream:
                entries = [json.loads(line) for line in stream][1:]
            faults += [
                f"entry {entry.get('number')} of the capsule is not in the log as it is there"
                for entry in entries
                if digest(entry) != entry.get("digest") or known.get(entry["digest"]) != entry.get("number")
            ]
    except (OSError, ValueError) as error:
        sys.stderr.write(f"cannot be read: {error}\n")
        return 2
    for fault in faults:
        sys.stdout.write(f"BROKEN: {fault}\n")
    sys.stdout.write(f"{len(known)} entries, head {number} {head}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
