"""Where the words of adverts lie in files: lines of landing files, and captures by pointer, address or words. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from adverts.erasing import ERASED
from adverts.landing import LineError, read_line
from adverts.models import Advert, AdvertVersion
from crawlers import erasing
from crawlers.erasing import Extent
from review.records.models import LegalHold
from review.records.words import Words, words_of

Place = tuple[str, int]
"""A capture file and a byte in it."""

IMPORTS = "import-"
"""What folders of imported landing files and captures begin with (``import_adverts``, ``import_pages``)."""
PICTURE_OF = "screenshot:"
"""What the address of a picture begins with; the page's own follows."""
REQUEST = "request"
"""Reason of an erasure that a person asked for; others are outcomes of ``settings.retention``."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files are."""

    captures: Path
    landing: Path
    outbox: Path


@dataclass(frozen=True, slots=True)
class Target:
    """An advert to be erased, and on what ground."""

    advert_id: str
    reason: str
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """One line of a landing file."""

    file: str
    number: int
    offset: int
    length: int
    """Bytes without the line end."""
    advert_id: str
    event: str
    capture: Place | None
    url: str


@dataclass(slots=True)
class _Sought:
    """What is known of an advert while its places are looked for."""

    target: Target
    words: Words
    pointed: set[Place]
    urls: set[str]
    lines: list[Landed] = field(default_factory=list)
    found: dict[Place, Extent] = field(default_factory=dict)


def find(source: str, wanted: Sequence[tuple[Target, Advert]], places: Places) -> Iterator[tuple[Target, dict[str, Any]]]:
    """The plan of each advert of one source, the source's files read once.

    A capture that shows another advert too stays while that one is held; where a mere period ended, while that one is kept.
    """
    sought = {target.advert_id: _sought(target, row) for target, row in wanted}
    for line in landed(places.landing, source=source):
        one = sought.get(line.advert_id)
        if one is not None:
            one.lines.append(line)
            one.pointed |= {line.capture} if line.capture else set()
            one.urls |= {line.url} if line.url else set()
    others = pointed_by_others(source, set(sought))
    _search(source, list(sought.values()), others, places.captures)
    held = set(LegalHold.objects.filter(released_at=None).values_list("advert_id", flat=True))
    for one in sought.values():
        yield one.target, _plan(source, one, others, held, places.captures)


def landed(landing: Path, *, source: str = "") -> Iterator[Landed]:
    """Every line of the landing files of a source, or of all, that names an advert; with a source, those of all imports too."""
    folders = [landing / source, *(sorted(landing.glob(f"{IMPORTS}*")) if source else ())]
    for path in (path for folder in folders for path in sorted(folder.rglob("*.jsonl"))):
        offset = 0
        with path.open("rb") as stream:
            for number, raw in enumerate(stream, 1):
                line = _line(raw, path.relative_to(landing).as_posix(), number, offset)
                offset += len(raw)
                if line is not None:
                    yield line


def masks_of(row: Advert) -> list[tuple[int, int]]:
    """What is masked in the title and text of an advert, put together as for ``words``."""
    shift = len(row.title) + 1
    return [(int(one["start"]) + shift, int(one["end"]) + shift) for one in row.contacts]


def words(row: Advert) -> Words:
    """The words of an advert's title and text."""
    return words_of(f"{row.title}\n{row.text}", masks_of(row))


def pointed_by_others(source: str, leaving: set[str]) -> dict[Place, set[str]]:
    """Captures of a source that other adverts were read from, which are neither erased nor among ``leaving``."""
    found: dict[Place, set[str]] = {}
    alive = Advert.objects.filter(source=source).exclude(reader=ERASED)
    for advert_id, file, offset in alive.values_list("pk", "capture_file", "capture_offset"):
        if file and offset is not None and advert_id not in leaving:
            found.setdefault((file, offset), set()).add(advert_id)
    versions = AdvertVersion.objects.filter(advert__source=source).exclude(advert__reader=ERASED)
    for advert_id, state in versions.values_list("advert_id", "state").iterator():
        if advert_id not in leaving:
            for place in _pointers(state):
                found.setdefault(place, set()).add(advert_id)
    return found


def _sought(target: Target, row: Advert) -> _Sought:
    pointed = {(row.capture_file, row.capture_offset)} if row.capture_file and row.capture_offset is not None else set()
    for state in AdvertVersion.objects.filter(advert=row).values_list("state", flat=True):
        pointed |= set(_pointers(state))
    return _Sought(target, words(row), pointed, {row.url} if row.url else set())


def _search(source: str, sought: Sequence[_Sought], others: Mapping[Place, set[str]], root: Path) -> None:
    """Look through the captures of a source for addresses, and for the words of those that people asked to erase."""
    by_url: dict[str, list[_Sought]] = {}
    for one in sought:
        for url in one.urls:
            by_url.setdefault(url, []).append(one)
    by_words = [one for one in sought if one.target.reason == REQUEST]
    for extent, block in chain(erasing.captures(root, source=source), erasing.captures(root, source=f"{IMPORTS}{source}")):
        place = extent.file, extent.offset
        for one in by_url.get(extent.url.removeprefix(PICTURE_OF), []):
            one.found[place] = extent
        if place not in others:
            for one in by_words:
                if place not in one.found and one.words.stand_in_page(block):
                    one.found[place] = extent


def _plan(source: str, one: _Sought, others: Mapping[Place, set[str]], held: set[str], root: Path) -> dict[str, Any]:
    for file, offset in one.pointed - set(one.found):
        extent = erasing.extent_at(root, file, offset)
        if extent is not None:
            one.found[file, offset] = extent
    kept, extents = 0, []
    for place, extent in sorted(one.found.items()):
        sharing = others.get(place, set())
        if sharing & held or (sharing and one.target.reason != REQUEST):
            kept += 1
        else:
            extents.append(asdict(replace(erasing.with_digest(root, extent), url="")))
    lines = [{"file": line.file, "offset": line.offset, "length": line.length, "line": line.number} for line in one.lines]
    return {"source": source, "extents": extents, "lines": lines, "kept": kept}


def _pointers(state: Mapping[str, Any]) -> Iterator[Place]:
    proof = state.get("evidence") or {}
    for file, offset in ((state.get("capture_file"), state.get("capture_offset")), (proof.get("file"), proof.get("offset"))):
        if file and isinstance(offset, int):
            yield str(file), offset


def _line(raw: bytes, file: str, number: int, offset: int) -> Landed | None:
    if not raw.endswith(b"\n") or not raw.strip():
        return None
    try:
        line = read_line(raw)
    except LineError:
        return None
    advert = line.advert
    place = (advert.capture.file, advert.capture.offset) if advert.capture else None
    return Landed(file, number, offset, len(raw) - 1, advert.advert_id, line.event, place, advert.url)
