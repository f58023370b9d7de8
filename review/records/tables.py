"""CSV that a spreadsheet opens without obeying it, and tables read with errors that say file, line, value and remedy."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adverts.records import FairwatchError
from review.visible import plain

_OBEYED = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""What a cell must not begin with: spreadsheets take it for a formula (OWASP, CSV injection)."""

MOST_BYTES = 2_000_000
LONGEST_CELL = 10_000
"""Characters: a longer cell is an open quotation mark that swallowed the lines behind it."""


class TableError(FairwatchError):
    """A table cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that cannot be taken."""

    file: str
    line: int
    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field} = {self.value!r}: {self.remedy}"


def cell(value: object) -> str:
    """A value as a cell: hidden characters visible, and an apostrophe before what a spreadsheet would take for a formula."""
    text = plain(str(value if value is not None else ""))
    return f"'{text}" if text.lstrip(" \n\u00a0").startswith(_OBEYED) else text


def uncell(text: str) -> str:
    """What ``cell`` was given, for tables of ours that come back."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" \n\u00a0").startswith(_OBEYED) else text


def write(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def read(content: bytes, *, file: str, header: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells of each row. Columns may come in any order.

    Raises ``TableError`` where the file is too large, no UTF-8, or lacks a column.
    """
    if len(content) > MOST_BYTES:
        raise TableError(f"{file}: {len(content):,} bytes are more than {MOST_BYTES:,}; split it into smaller files")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(f"{file}: byte {error.start} is not UTF-8; save it as CSV UTF-8") from error
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in header if name not in names]
        if missing:
            raise TableError(f"{file}:1: no column {', '.join(missing)}; the first line must name {', '.join(header)}")
        for values in rows:
            if any(len(value) > LONGEST_CELL for value in values):
                raise TableError(f"{file}:{rows.line_num}: a cell has more than {LONGEST_CELL:,} characters; check the quotation marks")
            if any(value.strip() for value in values):
                found = dict(zip(names, values, strict=False))
                yield rows.line_num, {name: uncell(found.get(name, "").strip()) for name in header}
    except csv.Error as error:
        raise TableError(f"{file}:{rows.line_num}: is no CSV ({error}); check the quotation marks") from error
