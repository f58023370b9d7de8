"""Labelled adverts as the evaluation guide defines them, read line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from adverts.records import FairwatchError


class LabelledError(FairwatchError):
    """A labelled file has a line that cannot be used."""


@dataclass(frozen=True, slots=True)
class LabelledAdvert:
    """One advert with what a labeller found in it."""

    id: str
    text: str
    language: str
    risk: str
    labels: tuple[tuple[str, str], ...]
    """Indicator id and quote."""
    protective: tuple[tuple[str, str], ...]
    register: str = ""


def read_labelled(files: Iterable[Path]) -> Iterator[LabelledAdvert]:
    """The adverts of the files in order. Raises ``LabelledError`` naming file, line, field and remedy."""
    for path in files:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _advert(line, f"{path.name}:{number}")


def _advert(line: str, where: str) -> LabelledAdvert:
    try:
        data = json.loads(line)
        return LabelledAdvert(
            id=str(data["id"]),
            text=str(data["text"]),
            language=str(data["lang"]),
            risk=str(data["risk"]),
            labels=tuple((str(label["indicator"]), str(label["quote"])) for label in data["labels"]),
            protective=tuple((str(label["signal"]), str(label["quote"])) for label in data["protective"]),
            register=str(data.get("register", data.get("provenance", ""))),
        )
    except ValueError as error:
        raise LabelledError(f"{where}: not JSON ({error}); write one object a line") from error
    except (KeyError, TypeError) as error:
        raise LabelledError(f"{where}: {error} is missing or of the wrong kind; see the evaluation guide for the fields") from error
