"""The help box: whom somebody in danger can call. Fairwatch takes in nobody's story; it shows a number and stops.

The numbers are in ``data/helplines.csv`` with source and date; an installation adds its own in ``helplines.csv`` of its data folder,
where a line of the same country and name replaces ours. A line nobody of this office has checked says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from review.records import tables

SHIPPED = Path(__file__).with_name("data") / "helplines.csv"
HEADER: tuple[str, ...] = ("country", "name", "number", "for", "source", "entered_on", "verified_on")


@dataclass(frozen=True, slots=True)
class Helpline:
    """One number."""

    country: str
    """ISO 3166-1 alpha-2, or ``EU``."""
    name: str
    number: str
    about: str
    source: str
    entered_on: date
    verified_on: date | None
    """When somebody of this office made sure of it; empty: nobody has."""


def helplines(own: Path | None = None) -> list[Helpline]:
    """All numbers by country; ``own`` is the installation's file, which may be missing.

    Raises ``tables.TableError`` naming file, line, value and remedy where the installation's file cannot be read.
    """
    found = {(line.country, line.name): line for line in _read(SHIPPED)}
    if own is not None and own.is_file():
        found |= {(line.country, line.name): line for line in _read(own)}
    return [found[key] for key in sorted(found)]


def nearest(lines: Sequence[Helpline], country: str) -> list[Helpline]:
    """The numbers with those of a country first, then that of the Union."""

    def order(line: Helpline) -> tuple[bool, bool, str, str]:
        return line.country != country, line.country != "EU", line.country, line.name

    return sorted(lines, key=order)


def _read(path: Path) -> list[Helpline]:
    return [_line(path.name, number, cells) for number, cells in tables.read(path.read_bytes(), file=path.name, header=HEADER)]


def _line(file: str, number: int, cells: dict[str, str]) -> Helpline:
    try:
        entered = date.fromisoformat(cells["entered_on"])
        verified = date.fromisoformat(cells["verified_on"]) if cells["verified_on"] else None
    except ValueError as error:
        raise tables.TableError(f"{file}:{number}: entered_on or verified_on: {error}; write days like 2026-05-01") from error
    if not (len(cells["country"]) == 2 and cells["name"] and cells["number"]):
        raise tables.TableError(f"{file}:{number}: country, name or number is missing; give all three")
    return Helpline(cells["country"], cells["name"], cells["number"], cells["for"], cells["source"], entered, verified)
