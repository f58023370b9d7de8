"""Rows of tables other people keep: CSV, JSON lines, XLSX; a row that cannot be read says why, and the others go on."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

import charset_normalizer

from adverts.records import FairwatchError

LARGEST = 2_000_000_000
"""Bytes a file may unpack to."""
LARGEST_BOOK = 500_000_000
"""Bytes a workbook may unpack to: its words are all held in memory."""
LONGEST_CELL = 1_000_000
"""Characters of one cell: no advert's text is longer, a missing quote makes one that is."""
MOST_COLUMNS = 1_000

Row = dict[str, Any] | str
"""A row by column name, or what is wrong with it and what to do."""


class ImportFileError(FairwatchError):
    """The whole file cannot be used."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the caller knows of a file; what is empty is found out from the file."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    """Name of a workbook's sheet; the first where none is named."""


def rows(path: Path, form: Form) -> Iterator[tuple[int, Row]]:
    """Each row with its number in the file (line, or row of the sheet). Raises ``ImportFileError`` where the file is none of ours."""
    kinds: dict[str, Callable[[Path, Form], Iterator[tuple[int, Row]]]] = {
        ".csv": _csv, ".tsv": _csv, ".txt": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl, ".xlsx": _xlsx,
    }  # fmt: skip
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in kinds:
        also = "; saved pages and WARC files are for import_pages" if suffix in {".warc", ".html", ".htm", ".json", ".xml"} else ""
        raise ImportFileError(f"{path.name}: {suffix or 'no ending'} is not understood; use .csv, .jsonl or .xlsx (or with .gz){also}")
    yield from kinds[suffix](path, form)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _jsonl(path: Path, form: Form) -> Iterator[tuple[int, Row]]:
    taken = 0
    with _open(path) as file:
        for number, raw in enumerate(file, 1):
            taken += len(raw)
            if taken > LARGEST:
                raise ImportFileError(f"{path.name}: unpacks to more than {LARGEST} bytes; split it")
            if not raw.strip():
                continue
            try:
                row = json.loads(raw.decode(form.encoding or "utf-8-sig"))
            except (ValueError, RecursionError, LookupError) as error:
                yield number, f"not JSON ({str(error)[:80]}); write one object a line, in UTF-8"
                continue
            yield number, row if isinstance(row, dict) else "not a JSON object; write one object a line"


# --- CSV


def _csv(path: Path, form: Form) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(LONGEST_CELL)
    encoding = form.encoding or _encoding(path)
    with _open(path) as raw:
        try:
            text = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")
        except LookupError as error:
            raise ImportFileError(f"--encoding {form.encoding}: is no encoding; use utf-8, cp1252, cp1251, ...") from error
        delimiter = form.delimiter or _delimiter(text.read(20_000))
        text.seek(0)
        reader = csv.reader(_lines(text, path), delimiter=delimiter, strict=True)
        try:
            head = [name.strip() for name in next(reader, [])]
        except csv.Error as error:
            raise ImportFileError(f"{path.name}: its first row cannot be read ({error}); give names of columns there") from error
        _check_head(head, path)
        yield from _csv_rows(reader, head)


def _csv_rows(reader: Any, head: list[str]) -> Iterator[tuple[int, Row]]:
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield begins, f"not readable as CSV ({error}); check its quotes and --delimiter"
            continue
        if not any(cells):
            continue
        if len(cells) > len(head):
            yield begins, f"has {len(cells)} cells, its first row {len(head)}; put cells that hold the delimiter in quotes"
            continue
        yield begins, {name: cell for name, cell in zip(head, cells, strict=False) if name}


def _lines(text: IO[str], path: Path) -> Iterator[str]:
    taken = 0
    for line in text:
        taken += len(line)
        if taken > LARGEST:
            raise ImportFileError(f"{path.name}: unpacks to more than {LARGEST} bytes; split it")
        yield line.replace("\0", "")


def _delimiter(sample: str) -> str:
    """The one by which the first rows have the same number of cells, most of all; a comma where nothing tells."""
    best, delimiter = (0.0, 0), ","
    for candidate in ",;\t|":
        widths = []
        try:
            for cells, _ in zip(csv.reader(io.StringIO(sample, newline=""), delimiter=candidate), range(20), strict=False):
                widths.append(len(cells))
        except csv.Error:
            pass
        if widths and widths[0] > 1:
            alike = sum(width == widths[0] for width in widths[:-1] or widths) / len(widths[:-1] or widths)
            if (alike, widths[0]) > best:
                best, delimiter = (alike, widths[0]), candidate
    return delimiter


def _encoding(path: Path) -> str:
    """UTF-8 where the beginning of a file is; else what its bytes look most like (spreadsheets save CSV in the system's own)."""
    with _open(path) as file:
        sample = file.read(200_000)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        sample[: sample.rfind(b"\n") + 1 or len(sample)].decode("utf-8")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(sample).best()
        return best.encoding if best else "cp1252"
    return "utf-8-sig"


def _check_head(head: list[str], path: Path) -> None:
    if len(head) > MOST_COLUMNS or not any(head):
        raise ImportFileError(f"{path.name}: its first row holds {len(head)} names of columns; give 1 to {MOST_COLUMNS} there")
    lowered = [name.lower() for name in head if name]
    twice = sorted({name for name in lowered if lowered.count(name) > 1})
    if twice:
        raise ImportFileError(f"{path.name}: columns {', '.join(twice)[:200]} are there twice; rename one of each")


# --- XLSX


def _xlsx(path: Path, form: Form) -> Iterator[tuple[int, Row]]:
    values, formulas = _sheet(path, form, data_only=True), _sheet(path, form, data_only=False)
    head: list[str] = []
    for number, (cells, written) in enumerate(zip(values, formulas, strict=False), 1):
        if not any(cell is not None for cell in written):
            continue
        if not head:
            head = [str(cell if cell is not None else "").strip() for cell in cells]
            _check_head(head, path)
            continue
        # a formula that no spreadsheet program has computed has no value to take
        bare = [name for name, cell, formula in zip(head, cells, written, strict=False) if name and cell is None and _is_formula(formula)]
        if bare:
            yield number, f"column {bare[0]} holds a formula without a value; open the file in a spreadsheet program and save it again"
            continue
        yield number, {name: _plain(cell) for name, cell in zip(head, cells, strict=False) if name and cell is not None}


def _sheet(path: Path, form: Form, *, data_only: bool) -> Iterator[tuple[Any, ...]]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > LARGEST_BOOK:
            raise ImportFileError(f"{path.name}: unpacks to {size:,} bytes, more than {LARGEST_BOOK:,}; split it, or save it as .csv")
        book = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, openpyxl.utils.exceptions.InvalidFileException) as error:
        raise ImportFileError(f"{path.name}: not a workbook ({error}); save it as .xlsx") from error
    if form.sheet and form.sheet not in book.sheetnames:
        raise ImportFileError(f"--sheet {form.sheet}: there is none in {path.name}; it has {', '.join(book.sheetnames)[:300]}")
    if not book.worksheets:
        raise ImportFileError(f"{path.name}: has no sheet with cells; save the table as .csv")
    sheet = book[form.sheet] if form.sheet else book.worksheets[0]
    try:
        yield from sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
    finally:
        book.close()


def _is_formula(cell: Any) -> bool:
    return (isinstance(cell, str) and cell.startswith("=")) or type(cell).__name__ in {"ArrayFormula", "DataTableFormula"}


def _plain(cell: Any) -> Any:
    """A cell as JSON has it; whole numbers without a point, as people wrote them."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, str | int | float | datetime | date) else cell.isoformat() if isinstance(cell, time) else str(cell)
