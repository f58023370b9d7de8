"""A partner's file of noised counts, read as hostile: size, form, schema, then every pair of corridor and indicator exactly once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from adverts.records import FairwatchError

SCHEMA = Path(__file__).with_name("exchange.schema.json")
MAX_BYTES = 20_000_000
MOST_FAULTS = 20
"""Faults told of one file."""


class ExchangeFileError(FairwatchError):
    """A file of counts cannot be used; each line names file, place, value and remedy."""


def read(path: Path) -> dict[str, Any]:
    """The content of a file that is right in every respect. Raises ``ExchangeFileError``."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ExchangeFileError(f"{path}: longer than {MAX_BYTES:,} bytes; ask the partner for one period a file")
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ExchangeFileError(f"{path}: cannot be read ({error}); give the path of a UTF-8 JSON file") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise ExchangeFileError(f"{path}: is not JSON ({error}); ask the partner to send it again") from error
    faults = list(_faults(body))
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        raise ExchangeFileError("\n".join([f"{path}: {fault}" for fault in faults[:MOST_FAULTS]] + more))
    found: dict[str, Any] = body
    return found


def _faults(body: Any) -> Iterator[str]:
    wrong = False
    for fault in sorted(_validator().iter_errors(body), key=_place):
        wrong = True
        said = fault.message if len(fault.message) <= 200 else fault.message[:200] + "…"
        yield f"{'/'.join(map(str, fault.absolute_path)) or 'whole file'}: {said}; see exchange.schema.json"
    if not wrong:
        yield from _crossed(body)


def _crossed(body: dict[str, Any]) -> Iterator[str]:
    """What a schema cannot say."""
    period, mechanism = body["period"], body["mechanism"]
    if date.fromisoformat(period["begin"]) >= date.fromisoformat(period["end"]):
        yield f"period: begin {period['begin']} is not before end {period['end']}; the end is the first day after it"
    if mechanism["sensitivity"] < mechanism["cells_each"]:
        said = f"{mechanism['sensitivity']} is less than cells_each {mechanism['cells_each']}"
        yield f"mechanism/sensitivity: {said}; the noise would be too small"
    if float(mechanism["epsilon"]) <= 0:
        yield f"mechanism/epsilon: {mechanism['epsilon']} is not above nought; no noise of this kind has it"
    pairs = Counter((row["corridor"], row["indicator"]) for row in body["counts"])
    wanted = {(corridor, indicator) for corridor in body["corridors"] for indicator in body["indicators"]}
    for pair, number in sorted(pairs.items()):
        if pair not in wanted:
            yield f"counts: {pair[0]} {pair[1]} is not among the corridors and indicators named; add it there, or leave it out"
        elif number > 1:
            yield f"counts: {pair[0]} {pair[1]} is there {number} times; keep one"
    for pair in sorted(wanted - set(pairs)):
        yield f"counts: {pair[0]} {pair[1]} is missing; every pair is told, or what is missing would say something"


def _place(fault: Any) -> list[str]:
    return [str(part) for part in fault.absolute_path]


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER)
