#!/usr/bin/env python3
"""Checks an evidence capsule by itself: needs this one file, Python 3.9 or later, and nothing else.

    python3 verify.py [CAPSULE.zip | FOLDER] [--expect FINGERPRINT]

Without a path it checks the folder it lies in. It says what is not as it was, and where, and ends with 0 (all is as it was),
1 (something is not) or 2 (there is no capsule). Use a copy of this file from elsewhere if you do not trust the one inside.

A capsule that somebody changed and then numbered anew agrees with itself. Against that helps only what lies outside: the
fingerprint (SHA-256 of tagmanifest-sha256.txt), which the office wrote into its audit log when the capsule was made: ask for it
and give it with --expect.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Files = dict[str, bytes]

MAX_UNPACKED = 64 * 1024 * 1024
MOST_ENTRIES = 1000
NEEDED = ("sheet.html", "sheet.txt", "sheet.pdf", "advert.json", "findings.json", "collection-log.jsonl", "audit.jsonl")


class MissingError(Exception):
    """There is no capsule to check."""


def members(content: bytes, limit: int = MAX_UNPACKED) -> Iterator[tuple[int, int, bytes]]:
    """Start, end and unpacked bytes of each gzip member. Raises ValueError where one is damaged, cut short or too large."""
    at = 0
    while at < len(content):
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            record = unpacker.decompress(content[at:], limit)
        except zlib.error as error:
            raise ValueError(f"byte {at}: does not unpack ({error})") from error
        if not unpacker.eof:
            raise ValueError(f"byte {at}: is cut short, or unpacks to more than {limit} bytes")
        end = len(content) - len(unpacker.unused_data)
        yield at, end, record
        at = end


def warc_fields(record: bytes) -> tuple[dict[str, str] | None, bytes]:
    """The header fields of a WARC record by lower-case name, and its block; (None, b"") where it is none."""
    head, found, block = record.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    if not found or not lines[0].startswith("WARC/"):
        return None, b""
    pairs = (line.partition(":") for line in lines[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}, block[:-4]


def is_block_whole(fields: dict[str, str], block: bytes) -> bool:
    """Whether a record's block has the SHA-256 the record gives, if it gives one."""
    said = fields.get("warc-block-digest", "")
    return not said.startswith("sha256:") or said == "sha256:" + hashlib.sha256(block).hexdigest()


def read_zip(path: Path) -> tuple[Files, list[str]]:
    """Name -> content of a ZIP, without the folder all lies in; and what is wrong with the ZIP itself."""
    files: Files = {}
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                return files, [f"{path.name}: holds {len(archive.infolist())} entries, a capsule has far fewer"]
            faults = packing_faults(path, archive)
            for entry in archive.infolist():
                fault = entry_fault(entry)
                faults += [fault] if fault else []
                if entry.is_dir() or "outside" in fault or "larger" in fault:
                    continue
                try:
                    files[entry.filename.partition("/")[2]] = archive.read(entry)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                    faults.append(f"{entry.filename}: was changed in the ZIP ({error})")
            if not faults and path.read_bytes() != packed(archive, files):
                faults.append(f"{path.name}: bytes of the ZIP outside its files were changed")
            return files, faults
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        return files, [f"{path.name}: is no whole ZIP any more ({error})"]


def packed(archive: zipfile.ZipFile, files: Files) -> bytes:
    """The ZIP as every capsule is packed: files in order, as they are, with nothing else."""
    body, directory, day = b"", b"", 0x21
    for entry in archive.infolist():
        name, content = entry.filename.encode(), files.get(entry.filename.partition("/")[2], b"")
        common = struct.pack("<HHHHHLLLHH", 20, 0, 0, 0, day, zlib.crc32(content), len(content), len(content), len(name), 0)
        directory += b"PK\x01\x02\x14\x03" + common + struct.pack("<HHHLL", 0, 0, 0, 0o644 << 16, len(body)) + name
        body += b"PK\x03\x04" + common + name + content
    number = len(archive.infolist())
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, number, number, len(directory), len(body), 0)


def packing_faults(path: Path, archive: zipfile.ZipFile) -> list[str]:
    """What is wrong with the ZIP as such."""
    faults: list[str] = []
    names = [entry.filename for entry in archive.infolist()]
    with path.open("rb") as stream:
        first = stream.read(4)
        stream.seek(max(0, path.stat().st_size - 22))
        last = stream.read(4)
    if archive.comment:
        faults.append(f"{path.name}: a comment was added to the ZIP")
    elif first != b"PK\x03\x04" or last != b"PK\x05\x06":
        faults.append(f"{path.name}: bytes were added before or after the ZIP")
    faults += [f"{name}: stands twice in the ZIP" for name in sorted({name for name in names if names.count(name) > 1})]
    if len({name.split("/")[0] for name in names}) != 1:
        faults.append(f"{path.name}: holds more than one folder")
    return faults


def entry_fault(entry: zipfile.ZipInfo) -> str:
    """What is wrong with an entry of a ZIP before it is read; empty where nothing is."""
    if entry.filename.startswith("/") or ".." in entry.filename.split("/") or "\\" in entry.filename:
        return f"{entry.filename}: points outside the capsule"
    if entry.file_size > 4 * MAX_UNPACKED:
        return f"{entry.filename}: is larger than any file of a capsule"
    if entry.extra or entry.comment or entry.date_time != (1980, 1, 1, 0, 0, 0):
        return f"{entry.filename}: was packed again: capsules give no times of files"
    return ""


def read_folder(root: Path) -> tuple[Files, list[str]]:
    """Name -> content of an unpacked capsule."""
    faults: list[str] = []
    files: Files = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            faults.append(f"{name}: is a link, not a file")
        elif path.is_file() and "__pycache__" not in name:
            files[name] = path.read_bytes()
    return files, faults


def manifest(files: Files, name: str, faults: list[str]) -> dict[str, str]:
    """Path -> SHA-256 of a manifest."""
    found: dict[str, str] = {}
    for number, line in enumerate(files.get(name, b"").decode("utf-8", "replace").splitlines(), 1):
        match = re.fullmatch(r"([0-9a-f]{64})\s+\*?(\S.*)", line)
        if match is None:
            faults.append(f"{name}, line {number}: is no line of a manifest")
        elif match[2] in found:
            faults.append(f"{name}, line {number}: names {match[2]} again")
        else:
            found[match[2]] = match[1]
    return found


def check_bag(files: Files) -> list[str]:
    """The files against the manifests, and the tags of the bag."""
    faults: list[str] = []
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "verify.py"):
        if name not in files:
            faults.append(f"{name}: is missing")
    if files.get("bagit.txt", b"").split() != b"BagIt-Version: 0.97 Tag-File-Character-Encoding: UTF-8".split() and "bagit.txt" in files:
        faults.append("bagit.txt: is not what every capsule has")
    payload = manifest(files, "manifest-sha256.txt", faults)
    tags = manifest(files, "tagmanifest-sha256.txt", faults)
    for name, digest in sorted({**payload, **tags}.items()):
        if name not in files:
            faults.append(f"{name}: is missing")
        elif hashlib.sha256(files[name]).hexdigest() != digest:
            faults.append(f"{name}: was changed: its SHA-256 is another")
    for name in sorted(set(files) - set(payload) - set(tags) - {"tagmanifest-sha256.txt"}):
        faults.append(f"{name}: was added, or its line in the manifest was removed")
    for name in NEEDED:
        if "data/" + name not in payload:
            faults.append(f"data/{name}: is in no line of the manifest")
    said = info_of(files).get("payload-oxum")
    oxum = f"{sum(len(content) for name, content in files.items() if name.startswith('data/'))}.{len(payload)}"
    if "bag-info.txt" in files and said != oxum:
        faults.append(f"bag-info.txt: says the payload is {said}, it is {oxum}")
    return faults


def info_of(files: Files) -> dict[str, str]:
    """The fields of bag-info.txt by lower-case name."""
    lines = files.get("bag-info.txt", b"").decode("utf-8", "replace").splitlines()
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def rows(files: Files, name: str, faults: list[str]) -> list[dict[str, Any]]:
    """The objects of a file with one JSON object a line."""
    found: list[dict[str, Any]] = []
    for number, line in enumerate(files.get(name, b"").decode("utf-8", "replace").splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if isinstance(row, dict):
            found.append(row)
        else:
            faults.append(f"{name}, line {number}: is no JSON object")
    return found


def check_captures(files: Files) -> list[str]:
    """The WARC records against what they say of themselves, the collection log, and the lines of the capture chain."""
    faults: list[str] = []
    log = rows(files, "data/collection-log.jsonl", faults)
    content = files.get("data/captures.warc.gz", b"")
    try:
        for start, _, record in members(content):
            fields, block = warc_fields(record)
            if fields is None:
                faults.append(f"data/captures.warc.gz, byte {start}: is no WARC record")
            elif not is_block_whole(fields, block):
                kind, url = fields.get("warc-type"), fields.get("warc-target-uri", "")
                faults.append(f"data/captures.warc.gz, byte {start}: the {kind} record of {url} is not as it was")
    except ValueError as error:
        faults.append(f"data/captures.warc.gz, {error}")
    at = 0
    for number, row in enumerate(log, 1):
        here, length = row.get("offset_here"), row.get("length")
        if not isinstance(here, int) or not isinstance(length, int):
            continue
        piece = content[here : here + length]
        if here != at or hashlib.sha256(piece).hexdigest() != row.get("sha256"):
            faults.append(f"data/collection-log.jsonl, line {number}: the record of {row.get('url')} is another than the log says")
        at = here + length
    if at != len(content):
        faults.append(f"data/captures.warc.gz: holds {len(content)} bytes, the log tells of {at}")
    return faults + check_chain(files, log)


def check_chain(files: Files, log: list[dict[str, Any]]) -> list[str]:
    """The lines of the capture chain that name these records."""
    faults: list[str] = []
    by_place = {(row.get("file"), row.get("offset")): row for row in log}
    for number, line in enumerate(files.get("data/capture-chain.jsonl", b"").splitlines(), 1):
        head, found, _ = line.rpartition(b',"link":"')
        try:
            row = json.loads(line)
        except ValueError:
            row = {}
        if not found or hashlib.sha256(head).hexdigest() != row.get("link"):
            faults.append(f"data/capture-chain.jsonl, line {number}: was changed: its hash is another")
            continue
        logged = by_place.get((row.get("file"), row.get("offset")))
        if logged is None or logged.get("sha256") != row.get("bytes"):
            faults.append(f"data/capture-chain.jsonl, line {number}: names bytes that are not here")
    return faults


def check_findings(files: Files) -> list[str]:
    """The findings against the words of the advert."""
    faults: list[str] = []
    try:
        advert, findings = (json.loads(files[f"data/{name}.json"].decode()) for name in ("advert", "findings"))
        text = advert["text"]
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != advert["text_sha256"]:
            faults.append("data/advert.json: the text is another than its SHA-256 says")
        if findings.get("assessed") and findings["text_sha256"] != advert["text_sha256"]:
            faults.append("data/findings.json: belong to another text")
        for match in findings["indicators"] + findings["signals"]:
            if match["end"] > match["start"] and text[match["start"] : match["end"]] != match["quote"]:
                faults.append("data/findings.json: the words of {} do not stand where it says".format(match["id"]))
    except (KeyError, ValueError, TypeError) as error:
        faults.append(f"data/advert.json or data/findings.json: cannot be read ({error})")
    return faults


def check_audit(files: Files) -> list[str]:
    """Each entry against its own hash, and the number of entries against the first line."""
    faults: list[str] = []
    entries = rows(files, "data/audit.jsonl", faults)
    if not entries or entries[0].get("log") != "fairwatch-audit":
        return [*faults, "data/audit.jsonl: does not begin with what it is"]
    head, last = entries[0], 0
    for entry in entries[1:]:
        fields = [entry.get(name) for name in ("number", "at", "actor", "action", "subject", "detail", "previous")]
        packed = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")
        if hashlib.sha256(packed).hexdigest() != entry.get("digest"):
            faults.append("data/audit.jsonl: entry {} was changed: its hash is another".format(entry.get("number")))
        if not isinstance(entry.get("number"), int) or entry["number"] <= last:
            faults.append("data/audit.jsonl: entry {} is out of order".format(entry.get("number")))
        else:
            last = entry["number"]
    if len(entries) - 1 != head.get("entries"):
        faults.append(f"data/audit.jsonl: holds {len(entries) - 1} entries, its first line says {head.get('entries')}")
    if last > head.get("head_number", 0):
        faults.append("data/audit.jsonl: has an entry after the head of the log")
    if last == head.get("head_number") and last and entries[-1].get("digest") != head.get("head_digest"):
        faults.append("data/audit.jsonl: the last entry is not the head that the first line names")
    return faults


def check(path: Path, expect: str = "") -> tuple[list[str], str]:
    """All faults of a capsule, and its fingerprint."""
    if path.is_dir():
        files, faults = read_folder(path)
    elif path.is_file():
        files, faults = read_zip(path)
    else:
        raise MissingError(f"{path}: there is no such file or folder")
    if path.is_dir() and "bagit.txt" not in files and "manifest-sha256.txt" not in files:
        raise MissingError(f"{path}: is no capsule: neither bagit.txt nor a manifest is in it")
    found = hashlib.sha256(files.get("tagmanifest-sha256.txt", b"")).hexdigest()
    if expect and found != expect.lower():
        faults.append(
            f"tagmanifest-sha256.txt: the fingerprint is {found}, {expect} was expected: this is another capsule, or a changed one"
        )
    if files:
        for part in (check_bag, check_captures, check_findings, check_audit):
            faults += part(files)
    return faults, found


def main(arguments: list[str]) -> int:
    """The command line."""
    expect = ""
    if "--expect" in arguments:
        place = arguments.index("--expect")
        expect = "".join(arguments[place + 1 : place + 2])
        arguments = arguments[:place] + arguments[place + 2 :]
        if not re.fullmatch("[0-9a-fA-F]{64}", expect):
            sys.stderr.write("--expect takes a fingerprint of 64 hex digits\n")
            return 2
    if len(arguments) > 1:
        sys.stderr.write(__doc__)
        return 2
    try:
        faults, found = check(Path(arguments[0]) if arguments else Path(__file__).resolve().parent, expect)
    except MissingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for fault in faults:
        sys.stdout.write("NOT AS IT WAS: {}\n".format("".join(c if c.isprintable() else "?" for c in fault)))
    sys.stdout.write(f"fingerprint {found}\n")
    if faults:
        sys.stdout.write(f"{len(faults)} faults: this capsule is not as it was made.\n")
        return 1
    said = " and as expected" if expect else "; compare the fingerprint with the office's audit log"
    sys.stdout.write(f"All is as it was{said}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
