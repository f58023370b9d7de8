"""Packs a folder of files into a capsule, in a process of its own: ``python -m review.records.packing FOLDER TARGET``.

A process of its own because it renders strangers' words into a PDF and because the BagIt library changes the working folder:
whatever happens here, the pages go on, and a time limit can end it. Needs neither the ledger nor any key.

``FOLDER`` holds ``job.json`` (name, made_at, language, tags) and ``data/`` with the payload. ``TARGET`` appears whole or not at all.
The same folder gives the same bytes: entries in order, no times, nothing packed anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any, NoReturn

import bagit
from weasyprint import HTML
from weasyprint.urls import URLFetchingError

MOST_MEMORY = 3 * 1024**3
MOST_SECONDS = 120
_TAGS = re.compile(r"(<style>.*?</style>|<[^>]*>|&[#\w]+;)", re.DOTALL)
_ENDLESS = re.compile(r"\S{60}(?=\S)")
VERIFY = Path(__file__).with_name("verify.py")


def refuse(url: str, *args: Any, **kwargs: Any) -> NoReturn:
    """Refuse every address: a sheet needs none, and one it names was slipped in."""
    raise URLFetchingError(f"{url[:80]}: sheets load nothing")


def pdf(html: str, *, language: str) -> bytes:
    """A sheet as tagged PDF/UA; nothing is loaded from files or from the net."""
    document = HTML(string=_breakable(html), base_url=None, url_fetcher=refuse)
    identifier = hashlib.sha256(html.encode("utf-8", "replace")).digest()[:16]
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier, full_fonts=False))


def pack(folder: Path, target: Path) -> dict[str, object]:
    """Make the capsule; its size, SHA-256 and fingerprint."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    bag = folder / job["name"]
    shutil.copytree(folder / "data", bag, dirs_exist_ok=True)
    (bag / "sheet.pdf").write_bytes(pdf((bag / "sheet.html").read_text(encoding="utf-8"), language=job["language"]))
    made = bagit.make_bag(str(bag), bag_info=job["tags"], checksums=["sha256"], processes=1)
    shutil.copyfile(VERIFY, bag / "verify.py")
    made.save()
    part = target.with_name(f".{target.name}.part")
    _zip(bag, part)
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = part.stat().st_size
    part.rename(target)
    fingerprint = hashlib.sha256((bag / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    return {"sha256": digest, "fingerprint": fingerprint, "size": size}


def _breakable(html: str) -> str:
    """The sheet with places to break in endless words, on which the layout would otherwise spend minutes."""
    parts = _TAGS.split(html)
    parts[::2] = [_ENDLESS.sub("\\g<0>\u200b", part) for part in parts[::2]]
    return "".join(parts)


def _zip(bag: Path, target: Path) -> None:
    # stored, not deflated: most is packed already, and packers differ between machines
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in bag.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{bag.name}/{path.relative_to(bag).as_posix()}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            with archive.open(entry, "w") as out, path.open("rb") as stream:
                shutil.copyfileobj(stream, out, 1024 * 1024)


def main(arguments: list[str]) -> int:
    """The command line: prints what ``pack`` gives as JSON."""
    folder, target = map(Path, arguments)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    os.umask(0o077)
    sys.stdout.write(json.dumps(pack(folder, target)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
