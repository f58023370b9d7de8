"""The detect command's format: JSON lines in, JSON lines out (design, section 6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adverts import judging
from adverts.records import Assessment, Match

LONGEST_LINE = 8_000_000
"""Characters of an input line at most."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One output line, and whether the input line could be used."""

    line: str
    ok: bool


def answers(lines: Iterable[bytes], *, now: datetime, seen: Callable[[str, Assessment], None] | None = None) -> Iterator[Answer]:
    """One answer for each input line, in order; an empty line gets an error like any other bad one.

    ``seen`` is called with each text and its assessment.
    """
    for number, raw in enumerate(lines, 1):
        advert_id: object = None
        try:
            data = _read(raw)
            advert_id = data.get("id")
            text, language = _text(data), data.get("lang")
        except ValueError as error:
            yield Answer(_json({"id": advert_id, "error": f"line {number}: {error}"}), False)
            continue
        declared = (language,) if isinstance(language, str) and language else ()
        made = judging.judge(text, languages=declared, now=now)
        if seen:
            seen(text, made)
        yield Answer(_json(_answer(advert_id, made)), True)


def _read(raw: bytes) -> dict[str, Any]:
    if len(raw) > LONGEST_LINE:
        raise ValueError(f"{len(raw)} bytes are too long; {LONGEST_LINE} at most")
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start}); write the file in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({str(error)[:100]}); write one object a line") from error
    if not isinstance(data, dict):
        raise ValueError(f"{str(data)[:40]!r} is no JSON object; write {{'id': ..., 'text': ...}}")
    return data


def _text(data: dict[str, Any]) -> str:
    text = data.get("text")
    if not isinstance(text, str):
        raise ValueError(f"text = {str(text)[:40]!r}: the advert's words are missing; give them as a JSON string")
    return text


def _answer(advert_id: object, made: Assessment) -> dict[str, Any]:
    return {
        "id": advert_id,
        "lang": made.findings.language,
        "findings": [_finding(match) for match in made.findings.indicators],
        "protective": [{"signal": m.id, "start": m.start, "end": m.end, "quote": m.quote, "why": m.why} for m in made.findings.signals],
        "band": made.band.value,
        "risk": made.risk,
        "reasons": list(made.reasons),
        "questions": list(made.findings.questions),
        "notes": list(made.findings.notes),
    }


def _finding(match: Match) -> dict[str, Any]:
    return {
        "indicator": match.id,
        "start": match.start,
        "end": match.end,
        "quote": match.quote,
        "strength": round(match.strength, 3),
        "why": match.why,
        "origin": match.origin,
        **({"note": match.note} if match.note else {}),
    }


def _json(data: dict[str, Any]) -> str:
    # a lone surrogate cannot be written as UTF-8: it is shown as its escape, which JSON readers take back
    line = json.dumps(data, ensure_ascii=False)
    return line if _encodable(line) else json.dumps(data)


def _encodable(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
