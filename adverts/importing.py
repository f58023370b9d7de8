"""Adverts from files other people keep (CSV, JSON lines, XLSX; gzip too) into landing lines."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from adverts.landing import LineError, read_line
from adverts.tables import Form, ImportFileError, rows

__all__ = ["FIELDS", "Counts", "Form", "ImportFileError", "import_file", "mapping"]

FIELDS = (
    "source",
    "source_id",
    "url",
    "seen_at",
    "title",
    "text",
    "employer",
    "place",
    "country",
    "pay",
    "posted_on",
    "valid_until",
    "languages",
)
"""Fields of a landing line that a column can fill."""
NAMES: dict[str, tuple[str, ...]] = {
    "source_id": ("id", "source_id", "advert_id", "job_id", "reference"),
    "url": ("url", "link", "address"),
    "title": ("title", "job_title", "position", "occupation"),
    "text": ("text", "description", "body", "advert", "content"),
    "employer": ("employer", "company", "organisation", "organization", "hiring_organization"),
    "place": ("place", "location", "city", "worksite", "job_location"),
    "country": ("country", "country_code"),
    "pay": ("pay", "salary", "wage"),
    "posted_on": ("posted_on", "date", "date_posted", "posted", "published"),
    "valid_until": ("valid_until", "valid_through", "expires", "deadline"),
    "languages": ("languages", "lang", "language"),
    "source": ("source", "board"),
    "seen_at": ("seen_at", "collected_at"),
}
"""Column names that are understood without ``--map``, for each field the likeliest first."""


@dataclass(slots=True)
class Counts:
    """What one import did."""

    landing: str
    rows: int = 0
    landed: int = 0
    faults: list[str] = field(default_factory=list)
    """``file:row: what is wrong; what to do`` for each row that could not be used."""
    notes: list[str] = field(default_factory=list)
    """The same for each value that was left out of a row that could."""


def mapping(pairs: Iterable[str]) -> dict[str, str]:
    """``--map`` options as field -> column. Raises ``ImportFileError`` for a field that does not exist."""
    found = {}
    for pair in pairs:
        name, _, column = pair.partition("=")
        if name not in FIELDS or not column:
            raise ImportFileError(f"--map {pair}: write FIELD=COLUMN with one of {', '.join(FIELDS)}")
        found[name] = column
    return found


def import_file(
    path: Path, landing: Path, *, mapping: Mapping[str, str], source: str, now: datetime, form: Form | None = None,
    date_format: str = "", progress: Callable[[int], None] | None = None,
) -> Counts:  # fmt: skip
    """Write the rows of ``path`` to a landing file named after its content, so that a repeat lands nothing twice.

    ``date_format`` is as ``strptime`` has it (``%d/%m/%Y``). Raises ``ImportFileError`` where the file as a whole cannot be used.
    """
    name, form = _slug(source or path.name.split(".")[0]), form or Form()
    target = landing / f"import-{name}" / f"{_digest(path, mapping, form, date_format)}.jsonl"
    counts = Counts(target.relative_to(landing).as_posix())
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    checked = False
    try:
        with part.open("w", encoding="utf-8") as out:
            for number, row in rows(path, form):
                counts.rows += 1
                if isinstance(row, str):
                    counts.faults.append(f"{path.name}:{number}: {row}")
                    continue
                if not checked:
                    _check_columns(row, mapping, path)
                    checked = True
                notes: list[str] = []
                line = _line(row, mapping, source=name, now=now, date_format=date_format, notes=notes)
                _land(line, out, counts, place=f"{path.name}:{number}", notes=notes)
                if progress and number % 500 == 0:
                    progress(500)
        if not target.exists():
            part.rename(target)  # only now: intake never sees half a file
    finally:
        part.unlink(missing_ok=True)
    return counts


def _land(line: Mapping[str, Any], out: IO[str], counts: Counts, *, place: str, notes: list[str]) -> None:
    """Write a line that the intake will take; one that it would refuse is said at once, while its file is at hand."""
    written = json.dumps(line, ensure_ascii=False, default=str)
    try:
        read_line(written.encode("utf-8", "replace"))
    except LineError as error:
        counts.faults.append(f"{place}: {error}")
        return
    out.write(written.encode("utf-8", "replace").decode("utf-8") + "\n")
    counts.landed += 1
    counts.notes += [f"{place}: {note}" for note in notes]


def _digest(path: Path, mapping: Mapping[str, str], form: Form, date_format: str) -> str:
    """Names the landing file: the same file read by another mapping or in another form is another import."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(repr(sorted(mapping.items())).encode())
    if form != Form() or date_format:
        digest.update(repr((form, date_format)).encode())
    return digest.hexdigest()[:24]


def _check_columns(row: Mapping[str, Any], mapping: Mapping[str, str], path: Path) -> None:
    """Raises ``ImportFileError`` where the first row shows that text or a mapped column is missing."""
    columns = {key.strip().lower() for key in row}
    lost = [f"{name}={column}" for name, column in mapping.items() if column.strip().lower() not in columns]
    has_text = any((mapping[name],) if name in mapping else columns.intersection(NAMES[name]) for name in ("text", "title"))
    if lost or not has_text:
        what = f"--map {', '.join(lost)}: no such column" if lost else "no column for the text of adverts"
        raise ImportFileError(f"{path.name}: {what}; there are {', '.join(sorted(row))[:300]}; name it with --map text=COLUMN")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "file"


def _line(
    row: Mapping[str, Any], mapping: Mapping[str, str], *, source: str, now: datetime, date_format: str, notes: list[str]
) -> dict[str, Any]:
    """The landing line of a row; ``notes`` gets a sentence for each value that had to be left out, ``raw`` keeps such values."""
    by_name = {key.strip().lower(): value for key, value in row.items()}
    line: dict[str, Any] = {}
    for name in FIELDS:
        columns = (mapping[name],) if name in mapping else NAMES.get(name, ())
        value = next((found for column in columns if (found := by_name.get(column.strip().lower())) not in (None, "")), None)
        if value is not None:
            line[name] = value
    raw: dict[str, str] = {}
    line["source"] = _slug(str(line.get("source") or source))
    line["seen_at"] = _time(line.get("seen_at"), now=now, date_format=date_format)
    line["languages"] = _languages(line.get("languages"))
    _keep(line, "country", _country(line.get("country")), "is no two-letter country code", "use LV for Latvia", raw, notes)
    for name in ("posted_on", "valid_until"):
        day = _day(line.get(name), date_format)
        _keep(line, name, day, "is no date that can be read", "write 2026-05-01, or give --date-format %d/%m/%Y", raw, notes)
    url = str(line.get("url") or "").strip()
    _keep(line, "url", url if url.startswith(("http://", "https://")) else "", "is no web address", "begin it with https://", raw, notes)
    for name in ("title", "text", "employer", "place"):
        if name in line and not isinstance(line[name], str):
            line[name] = str(line[name])
    words = str(line.get("text") or line.get("title") or "")
    _with_title(line)
    if not line["url"]:
        line.setdefault("source_id", hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:24])
    line["raw"] = raw
    return line


def _keep(line: dict[str, Any], name: str, value: str, what: str, remedy: str, raw: dict[str, str], notes: list[str]) -> None:
    """Put the value in; where a written one could not be used, say so and keep it as it was written."""
    written = str(line.get(name) or "").strip()
    line[name] = value
    if written and not value:
        raw[name] = written[:200]
        notes.append(f"{name} {written[:60]!r} {what}, and was left out; {remedy}")


def _country(value: Any) -> str:
    code = str(value or "").strip()
    return code.upper() if re.fullmatch(r"[A-Za-z]{2}", code) else ""


def _with_title(line: dict[str, Any]) -> None:
    title, text = str(line.get("title") or "").strip(), line.get("text")
    if isinstance(text, str) and title and not text.strip().lower().startswith(title.lower()[:60]):
        line["text"] = f"{title}\n\n{text}"
    elif not text and title:
        line["text"] = title


def _languages(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else re.split(r"[/,; ]+", str(value or ""))
    return [part.lower() for part in parts if isinstance(part, str) and re.fullmatch(r"[A-Za-z]{2,3}", part)][:5]


def _day(value: Any, date_format: str) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    written = str(value or "").strip()
    if date_format:
        try:
            return datetime.strptime(written, date_format).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return ""
    try:
        return date.fromisoformat(written[:10]).isoformat()
    except ValueError:
        return ""


def _time(value: Any, *, now: datetime, date_format: str) -> str:
    """When a row was seen: as written, in UTC where it names no zone; now where it says nothing."""
    if value in (None, ""):
        return now.astimezone(UTC).isoformat()
    written = value.isoformat() if isinstance(value, datetime | date) else str(value).strip()
    try:
        seen = datetime.fromisoformat(written)
    except ValueError:
        day = _day(written, date_format) if date_format else ""
        return f"{day}T00:00:00+00:00" if day else written
    return (seen if seen.tzinfo else seen.replace(tzinfo=UTC)).isoformat()
