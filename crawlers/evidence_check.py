#!/usr/bin/env python3
"""Checks a folder of captures by itself: needs this one file, Python 3.9 or later, and nothing else.

    python3 evidence_check.py FOLDER [--head HASH ...]

It reads the hash chain (``FOLDER/chain/<day>.jsonl``) line by line and, for each line, the bytes of the capture that the line names.
It says which file, record and address is not as it was, and ends with 0 (all is as it was), 1 (something is not) or 2 (no such
folder). ``--head`` takes a hash noted earlier, from an audit log, a time stamp or a letter: it must still be in the chain.

What a line promises: ``link`` is the SHA-256 of the line up to the comma before "link"; ``previous`` is the link of the line before,
of the day before for the first line of a day, and 64 zeros at the very beginning; ``bytes`` is the SHA-256 of ``length`` bytes from
``offset`` on in ``file``; ``payload`` is the SHA-256 of the page's body in there. Each byte of each file belongs to exactly one line.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
MAX_UNPACKED = 64 * 1024 * 1024
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LINK = re.compile(rb',"link":"([0-9a-f]{64})"}\Z')
_NEEDED = {"n": int, "at": str, "kind": str, "id": str, "url": str, "payload": str, "file": str, "offset": int, "length": int}
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was."""

    file: str
    place: str
    """Line of a chain file, or byte of a capture file."""
    what: str
    url: str = ""
    record: str = ""

    def __str__(self) -> str:
        about = "".join([f" [{self.url}]" if self.url else "", f" record {self.record}" if self.record else ""])
        return f"{self.file}, {self.place}: {self.what}{about}"


@dataclass
class Result:
    """What a check found."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Nothing wrong, but worth knowing: captures being written, files deleted by rule."""
    lines: int = 0
    captures: int = 0
    links: dict[tuple[str, int], str] = field(default_factory=dict)
    """The link of the last line of each day, and of those asked for: (day, line) -> link."""


class Check:
    """One check of one captures folder."""

    def __init__(
        self, root: Path, *, day: str = "", source: str = "", progress: Callable[[int], None] | None = None,
        wanted: Iterable[tuple[str, int]] = (), expected: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """``day`` and ``source`` narrow which captures are read; ``wanted`` are lines whose links are given back in the result."""
        self._root, self._day, self._source = root, day, source
        self._progress = progress or (lambda _: None)
        self._wanted, self._expected = set(wanted), set(expected)
        self._end: dict[str, int] = {}
        self._withdrawn: set[str] = set()
        self._missing: dict[str, tuple[str, str]] = {}
        self._stones: dict[tuple[str, int], tuple[str, str, str]] = {}
        """Tombstones that no line of the chain has accounted for yet: digest, address, record."""
        self.result = Result()

    def run(self) -> Result:
        """Check everything asked for."""
        self._being_written = {path.name.removeprefix(".").removesuffix(".open") for path in self._root.glob("*/.*.warc.gz.open")}
        previous = GENESIS
        for path in chain_files(self._root):
            if not self._day:
                previous = self._chain_file(path, previous)
            elif path.stem == self._day:
                self._chain_file(path, self._last_before(path))
            elif path.stem > self._day:
                self._withdrawn |= _withdrawn(path)
                for said in _lines_of(path, "erased"):
                    self._erased(said)
        self._lost()
        for (file, offset), about in sorted(self._stones.items()):
            self._fault(file, f"byte {offset}", "a tombstone stands there, but no line of the chain says it was erased", *about[1:])
        if not self._day:
            self._uncovered()
        for name in sorted(self._expected):
            self._fault("chain", "whole", f"no line has the hash {name}, noted earlier: lines were removed or written anew")
        return self.result

    # --- the chain

    def _chain_file(self, path: Path, previous: str) -> str:
        """Check the lines of one day; the link the next day must follow."""
        name, number = path.relative_to(self._root).as_posix(), 0
        with path.open("rb") as stream:
            for number, raw in enumerate(stream, 1):
                if not raw.endswith(b"\n"):
                    self._cut_short(name, number, path)
                    number -= 1
                    break
                previous = self._line(raw[:-1], name, number, previous)
        self.result.links[path.stem, number] = previous
        return previous

    def _line(self, raw: bytes, name: str, number: int, previous: str) -> str:
        self.result.lines += 1
        found = _LINK.search(raw)
        said = _object(raw)
        where = f"line {number}"
        if not found or said is None:
            self._fault(name, where, "is no line of a chain any more: it was changed", _text(said, "url"), _text(said, "id"))
            return found[1].decode() if found else "?" * 64
        link = found[1].decode()
        if hashlib.sha256(raw[: found.start()]).hexdigest() != link:
            self._fault(name, where, "was changed: its hash is another", said["url"], said["id"])
        if said["previous"] != previous and previous != "?" * 64:
            self._fault(name, where, self._out_of_place(said["n"], number), said["url"], said["id"])
        self._expected.discard(link)
        if (name[6:16], said["n"]) in self._wanted:
            self.result.links[name[6:16], said["n"]] = link
        self._said(said, name, where)
        return link

    def _out_of_place(self, said: int, number: int) -> str:
        if said > number:
            return f"is line {said} of its day, so a line before it was removed, or it was moved"
        if said < number:
            return f"is line {said} of its day, so a line was put in before it, or it was moved"
        return "does not follow the line before it: that line, or the end of the day before, was changed, removed or put in"

    def _cut_short(self, name: str, number: int, path: Path) -> None:
        if self._being_written and path == chain_files(self._root)[-1]:
            self.result.notes.append(f"{name}, line {number}: was being written by a crawl that was killed; the next crawl mends it")
        else:
            self._fault(name, f"line {number}", "is cut short: the file was truncated or its end changed")

    def _last_before(self, path: Path) -> str:
        """The last link of the day before, read without checking that day."""
        earlier = [other for other in chain_files(self._root) if other < path]
        for other in reversed(earlier):
            last = other.read_bytes().rstrip(b"\n").rpartition(b"\n")[2]
            found = _LINK.search(last)
            if last:
                return found[1].decode() if found else "?" * 64
        return GENESIS

    # --- the captures

    def _said(self, said: dict[str, Any], name: str, where: str) -> None:
        """Check the bytes that a line names."""
        file, offset, length = said["file"], said["offset"], said["length"]
        if said["kind"] == "withdrawn":
            self._withdrawn.add(file)
            return
        if said["kind"] == "erased":
            self._erased(said)
            return
        if self._source and not file.startswith(f"{self._source}/"):
            return
        path = self._root / file
        if ".." in Path(file).parts or Path(file).is_absolute() or length < 1 or offset < 0:
            self._fault(name, where, f"names {file!r} from {offset}, {length} bytes, which is no capture", said["url"], said["id"])
            return
        expected = self._end.get(file, 0 if not self._day else offset)
        if offset != expected:
            what = "overlap those of an earlier line" if offset < expected else f"leave bytes {expected} to {offset} without a line"
            self._fault(file, f"byte {offset}", f"the bytes of {name}, {where} {what}", said["url"], said["id"])
        self._end[file] = max(expected, offset + length)
        self.result.captures += said["kind"] in {"capture", "adopted", "picture"}
        self._bytes(path, said)

    def _bytes(self, path: Path, said: dict[str, Any]) -> None:
        file, offset, place = said["file"], said["offset"], f"byte {said['offset']}"
        try:
            content = _read(path, offset, said["length"])
        except FileNotFoundError:
            self._missing.setdefault(file, (said["url"], said["id"]))
            return
        except OSError as error:
            self._fault(file, place, f"cannot be read ({error})", said["url"], said["id"])
            return
        self._progress(len(content))
        if len(content) < said["length"]:
            what = f"the file ends at byte {offset + len(content)}, {said['length'] - len(content)} bytes too early: it was truncated"
            self._fault(file, place, what, said["url"], said["id"])
        elif _is_tombstone(content):
            self._stones[file, offset] = (hashlib.sha256(content).hexdigest(), said["url"], said["id"])
        elif hashlib.sha256(content).hexdigest() != said["bytes"]:
            self._fault(file, place, f"bytes were changed: {_closer(content)}", said["url"], said["id"])
        elif said["kind"] != "torn" and not _body_is(content, said["payload"]):
            self._fault(file, place, "the body is another than the chain says", said["url"], said["id"])

    def _erased(self, said: dict[str, Any]) -> None:
        """A later line says that a capture was erased by rule: its tombstone must be the very one."""
        digest = self._stones.get((said["file"], said["offset"]), ("",))[0]
        if digest and digest == said["bytes"]:
            del self._stones[said["file"], said["offset"]]
            self.result.notes.append(f"{said['file']}, byte {said['offset']}: erased by rule ({_shown(said['url'])}), as the chain says")

    def _lost(self) -> None:
        for file in sorted(self._missing):
            if file in self._withdrawn:
                self.result.notes.append(f"{file}: deleted by rule, as the chain says")
            else:
                url, record = self._missing[file]
                what = f"is missing; the chain names {self._end[file]} bytes of it: restore it from a backup"
                self._fault(file, "whole file", what, url, record)

    def _uncovered(self) -> None:
        """Bytes that no line names."""
        for path in sorted(self._root.glob(f"{self._source or '*'}/*.warc.gz")):
            file, size = path.relative_to(self._root).as_posix(), path.stat().st_size
            end = self._end.get(file, 0)
            if size > end and path.name in self._being_written:
                self.result.notes.append(f"{file}: {size - end} bytes are not in the chain yet: being written, or left by a killed crawl")
            elif size > end:
                self._fault(file, f"byte {end}", f"{size - end} bytes are in no line of the chain: added, or their lines were removed")

    def _fault(self, file: str, place: str, what: str, url: str = "", record: str = "") -> None:
        self.result.faults.append(Fault(file, place, what, _shown(url), record))


def chain_files(root: Path) -> list[Path]:
    """The chain files of a captures folder, the earliest day first."""
    return sorted(path for path in (root / "chain").glob("*.jsonl") if _DAY.fullmatch(path.stem))


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not all(type(said.get(name)) is kind for name, kind in _NEEDED.items()):
        return None
    return said if isinstance(said.get("previous"), str) and isinstance(said.get("bytes"), str) else None


def _withdrawn(path: Path) -> set[str]:
    """Files that a day's chain says were deleted by rule."""
    with path.open("rb") as stream:
        found = [_object(line.rstrip(b"\n")) for line in stream if b'"kind":"withdrawn"' in line]
    return {said["file"] for said in found if said}


def _lines_of(path: Path, kind: str) -> list[dict[str, Any]]:
    """What the lines of one kind in a chain file say; lines that cannot be read are left to the check of their day."""
    with path.open("rb") as stream:
        found = [_object(line.rstrip(b"\n")) for line in stream if f'"kind":"{kind}"'.encode() in line]
    return [said for said in found if said is not None]


def _is_tombstone(content: bytes) -> bool:
    """Whether the bytes are the record that takes the place of an erased capture (``crawlers/erasing.py``)."""
    return content[:4] == b"\x1f\x8b\x08\x10" and content[10:26] == b"fairwatch-erased"


def _text(said: dict[str, Any] | None, name: str) -> str:
    return str(said.get(name, "")) if said else ""


def _shown(url: str) -> str:
    """An address that cannot write into a terminal."""
    return "".join(char if char.isprintable() else "?" for char in url[:300])


def _read(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(offset)
        return stream.read(length)


def _records(content: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    """Header fields and block of each record. Raises ``ValueError`` where one does not unpack or is no record."""
    while content:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            record = unpacker.decompress(content, MAX_UNPACKED)
        except zlib.error as error:
            raise ValueError(f"it does not unpack ({error})") from error
        if not unpacker.eof:
            raise ValueError("it ends too early")
        content = unpacker.unused_data
        head, _, block = record.partition(b"\r\n\r\n")
        first, *lines = head.decode("utf-8", "replace").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if not first.startswith("WARC/") or not block.endswith(b"\r\n\r\n"):
            raise ValueError("it is no WARC record")
        yield fields, block[:-4]


def _closer(content: bytes) -> str:
    """Which record it is that was changed, as near as can be told."""
    before = ""
    try:
        for fields, block in _records(content):
            before = fields.get("warc-type", "?")
            if f"sha256:{hashlib.sha256(block).hexdigest()}" != fields.get("warc-block-digest"):
                return f"the {before} record is not as it was"
    except ValueError as error:
        return f"the record after the {before} record is damaged: {error}" if before else f"the first record is damaged: {error}"
    return "a record's header or packing is not as it was; all bodies are"


def _body_is(content: bytes, payload: str) -> bool:
    """Whether the first record holds the body with this SHA-256; a revisit holds none and says which."""
    try:
        fields, block = next(_records(content))
    except (ValueError, StopIteration):
        return False
    kind = fields.get("warc-type")
    if kind == "revisit":
        return fields.get("warc-payload-digest") == f"sha256:{payload}"
    body = block.partition(b"\r\n\r\n")[2] if kind == "response" else block
    return not payload or hashlib.sha256(body).hexdigest() == payload


def main(arguments: list[str]) -> int:
    """The command line."""
    heads = [arguments[place + 1] for place, word in enumerate(arguments[:-1]) if word == "--head"]
    folders = [word for place, word in enumerate(arguments) if word != "--head" and (place == 0 or arguments[place - 1] != "--head")]
    if len(folders) != 1 or not (Path(folders[0]) / "chain").is_dir():
        sys.stderr.write("usage: evidence_check.py FOLDER [--head HASH ...]; FOLDER is a captures folder with a folder chain in it\n")
        return 2
    result = Check(Path(folders[0]), expected=heads).run()
    for note in result.notes:
        sys.stdout.write(f"note: {note}\n")
    for fault in result.faults:
        sys.stdout.write(f"NOT AS IT WAS: {fault}\n")
    days = sorted(result.links)
    sys.stdout.write(f"{result.lines} lines of the chain, {result.captures} captures, {len(result.faults)} faults\n")
    if days:
        sys.stdout.write(f"head {result.links[days[-1]]} (line {days[-1][1]} of {days[-1][0]})\n")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
