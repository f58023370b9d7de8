"""Adverts from files other people keep (CSV, JSON lines, XLSX; gzip too) into landing lines."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

import charset_normalizer

from adverts.records import FairwatchError

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
LARGEST = 2_000_000_000
"""Bytes a file may unpack to."""


class ImportFileError(FairwatchError):
    """The whole file cannot be used."""


@dataclass(slots=True)
class Counts:
    """What one import did."""

    landing: str
    rows: int = 0
    landed: int = 0
    faults: list[str] = field(default_factory=list)
    """``file:row: what is wrong; what to do`` for each row that could not be used."""


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
    path: Path, landing: Path, *, mapping: Mapping[str, str], source: str, now: datetime, progress: Callable[[int], None] | None = None
) -> Counts:
    """Write the rows of ``path`` to a landing file named after its content, so that a repeat lands nothing twice."""
    name = _slug(source or path.name.split(".")[0])
    target = landing / f"import-{name}" / f"{_digest(path, mapping)}.jsonl"
    counts = Counts(target.relative_to(landing).as_posix())
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    checked = False
    with part.open("w", encoding="utf-8") as out:
        for number, row in enumerate(_rows(path), 1):
            counts.rows += 1
            if isinstance(row, str):
                counts.faults.append(f"{path.name}:{number}: {row}")
                continue
            if not checked:
                _check_columns(row, mapping, path)
                checked = True
            out.write(json.dumps(_line(row, mapping, source=name, now=now), ensure_ascii=False, default=str) + "\n")
            counts.landed += 1
            if progress and number % 500 == 0:
                progress(500)
    if not target.exists():
        part.rename(target)  # only now: intake never sees half a file
    part.unlink(missing_ok=True)
    return counts


def _digest(path: Path, mapping: Mapping[str, str]) -> str:
    """Names the landing file: the same file read by another mapping is another import."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(repr(sorted(mapping.items())).encode())
    return digest.hexdigest()[:24]


def _check_columns(row: Mapping[str, Any], mapping: Mapping[str, str], path: Path) -> None:
    """Raises ``ImportFileError`` where the first row shows that text or a mapped column is missing."""
    columns = {key.strip().lower() for key in row}
    lost = [f"{name}={column}" for name, column in mapping.items() if column.lower() not in columns]
    has_text = any((mapping[name],) if name in mapping else columns.intersection(NAMES[name]) for name in ("text", "title"))
    if lost or not has_text:
        what = f"--map {', '.join(lost)}: no such column" if lost else "no column for the text of adverts"
        raise ImportFileError(f"{path.name}: {what}; there are {', '.join(sorted(row))[:300]}; name it with --map text=COLUMN")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "file"


def _rows(path: Path) -> Iterator[dict[str, Any] | str]:
    """The rows of a file as mappings; a text where a row cannot be read."""
    kinds: dict[str, Callable[[Path], Iterator[dict[str, Any] | str]]] = {
        ".csv": _csv,
        ".tsv": _csv,
        ".jsonl": _jsonl,
        ".ndjson": _jsonl,
        ".xlsx": _xlsx,
    }
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in kinds:
        raise ImportFileError(f"{path.name}: {suffix or 'no ending'} is not understood; use .csv, .jsonl or .xlsx (or with .gz)")
    yield from kinds[suffix](path)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _jsonl(path: Path) -> Iterator[dict[str, Any] | str]:
    taken = 0
    with _open(path) as file:
        for raw in file:
            taken += len(raw)
            if taken > LARGEST:
                raise ImportFileError(f"{path.name}: unpacks to more than {LARGEST} bytes; split it")
            if not raw.strip():
                continue
            try:
                row = json.loads(raw)
            except (ValueError, RecursionError) as error:
                yield f"not JSON ({str(error)[:80]}); write one object a line"
                continue
            yield row if isinstance(row, dict) else "not a JSON object; write one object a line"


def _csv(path: Path) -> Iterator[dict[str, Any] | str]:
    csv.field_size_limit(10_000_000)
    with _open(path) as raw:
        text = io.TextIOWrapper(raw, encoding=_encoding(path), errors="replace", newline="")
        head = text.readline()
        delimiter = max(",;\t", key=head.count)
        reader = csv.DictReader(text, fieldnames=next(csv.reader([head], delimiter=delimiter)), delimiter=delimiter)
        try:
            for row in reader:
                yield {key: value for key, value in row.items() if key}
        except csv.Error as error:
            yield f"not readable as CSV ({error}); check quotes"


def _encoding(path: Path) -> str:
    """UTF-8 where the beginning of a file is; else what its bytes look most like (spreadsheets save CSV in the system's own)."""
    with _open(path) as file:
        sample = file.read(200_000)
    try:
        sample[: sample.rfind(b"\n") + 1 or len(sample)].decode("utf-8")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(sample).best()
        return best.encoding if best else "cp1252"
    return "utf-8-sig"


def _xlsx(path: Path) -> Iterator[dict[str, Any] | str]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, openpyxl.utils.exceptions.InvalidFileException) as error:
        raise ImportFileError(f"{path.name}: not a workbook ({error}); save it as .xlsx") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    head = [str(cell or "") for cell in next(rows, ())]
    for row in rows:
        yield {name: value for name, value in zip(head, row, strict=False) if name and value is not None}


def _line(row: Mapping[str, Any], mapping: Mapping[str, str], *, source: str, now: datetime) -> dict[str, Any]:
    by_name = {key.strip().lower(): value for key, value in row.items()}
    line: dict[str, Any] = {}
    for name in FIELDS:
        columns = (mapping[name],) if name in mapping else NAMES.get(name, ())
        value = next((by_name[column.lower()] for column in columns if by_name.get(column.lower()) not in (None, "")), None)
        if value is not None:
            line[name] = value
    line["source"] = _slug(str(line.get("source") or source))
    line["seen_at"] = str(line.get("seen_at") or now.astimezone(UTC).isoformat())
    line["languages"] = _languages(line.get("languages"))
    line["country"] = str(line.get("country", "")) if re.fullmatch(r"[A-Za-z]{2}", str(line.get("country", ""))) else ""
    for name in ("posted_on", "valid_until"):
        line[name] = _day(line.get(name))
    if not str(line.get("url", "")).startswith(("http://", "https://")):
        line["url"] = ""
        line.setdefault("source_id", hashlib.sha256(str(line.get("text", "")).encode("utf-8", "replace")).hexdigest()[:24])
    _with_title(line)
    line["raw"] = {}
    return line


def _with_title(line: dict[str, Any]) -> None:
    title, text = str(line.get("title") or "").strip(), line.get("text")
    if isinstance(text, str) and title and not text.strip().lower().startswith(title.lower()[:60]):
        line["text"] = f"{title}\n\n{text}"
    elif not text and title:
        line["text"] = title


def _languages(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else re.split(r"[/,; ]+", str(value or ""))
    return [part.lower() for part in parts if isinstance(part, str) and re.fullmatch(r"[A-Za-z]{2,3}", part)][:5]


def _day(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    found = re.match(r"\d{4}-\d{2}-\d{2}", str(value or ""))
    return found.group() if found else ""
