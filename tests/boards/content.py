"""The adverts of the sample boards, read strictly from ``adverts/<lang>.yml``.

An advert may be written out, or be a repost of another one (``repost_of`` with ``swap``: what stands there instead), so that
the data file shows at a glance how near-duplicates differ. Text and labels hold for the days before ``CHANGE_DAY``;
``changes`` says what is different from that day on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from adverts.records import FairwatchError

FOLDER = Path(__file__).parent / "adverts"
BOARDS = ("meadow", "harbour", "summit", "corner")
DAYS = (0, 1, 2)
CHANGE_DAY = 2
"""First day on which changed adverts show their new wording."""


class BoardDataError(FairwatchError):
    """A data file of the sample boards does not hold together."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One label: an indicator or signal id and the exact words of the advert that carry it."""

    id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Salary:
    """Pay as numbers, where the board has a form for it."""

    low: float
    high: float
    currency: str
    period: str
    """hour, day, week, month or year."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from ``CHANGE_DAY`` on; None or empty means as before."""

    place: str | None = None
    pay: str | None = None
    salary: Salary | None = None
    swap: tuple[tuple[str, str], ...] = ()
    labels: tuple[Mark, ...] = ()
    """Added to the labels that stand already."""
    risk: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """One advert of ours with its labels (format of the labelling guide)."""

    id: str
    lang: str
    langs: tuple[str, ...]
    board: str
    title: str
    employer: str
    place: str
    country: str
    pay: str
    salary: Salary | None
    text: str
    """Body without the title."""
    posted: date
    days: frozenset[int]
    gone: int
    """HTTP status of the page after it was online: 404 or 410."""
    private: bool
    """Lies where robots.txt forbids to go: must never be collected."""
    family: str
    """Id of the advert it reposts; its own id where others repost it; empty otherwise."""
    labels: tuple[Mark, ...]
    protective: tuple[Mark, ...]
    risk: str
    note: str
    changes: Changes | None

    @property
    def whole(self) -> str:
        """Title line and body, the text that the labels refer to."""
        return f"{self.title}\n\n{self.text}"

    def on(self, day: int) -> Written:
        """The advert as it reads on ``day``."""
        if day < CHANGE_DAY or self.changes is None:
            return self
        new = self.changes
        return replace(
            self,
            place=self.place if new.place is None else new.place,
            pay=self.pay if new.pay is None else new.pay,
            salary=self.salary if new.salary is None else new.salary,
            text=_swapped(self.text, new.swap, where=self.id),
            labels=_moved(self.labels, new.swap) + new.labels,
            protective=_moved(self.protective, new.swap),
            risk=new.risk or self.risk,
        )


def path_of(advert: Written) -> str:
    """The path of the advert's own page."""
    if advert.private:
        return {"meadow": "/meadow/private/", "corner": "/corner/members/"}[advert.board] + advert.id
    pattern = {"meadow": "/meadow/jobs/{}", "harbour": "/harbour/vacancy/{}.html", "summit": "/summit/jobs/{}", "corner": "/corner/ad/{}"}
    return pattern[advert.board].format(advert.id)


@cache
def everything() -> tuple[Written, ...]:
    """All adverts, private ones too, in the order of the files."""
    raw = [(path.stem, row) for path in sorted(FOLDER.glob("*.yml")) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    roots = {str(row["id"]): row for _, row in raw if "repost_of" not in row}
    copied = {str(row["repost_of"]) for _, row in raw if "repost_of" in row}
    return tuple(_read(lang, _resolved(row, roots), copied=copied) for lang, row in raw)


def public() -> tuple[Written, ...]:
    """The adverts a well-behaved crawler may collect."""
    return tuple(advert for advert in everything() if not advert.private)


def labelled(*, day: int = 1) -> Iterator[dict[str, object]]:
    """The public adverts as lines of a labelled set (format of the labelling guide), as they read on ``day``."""
    for advert in (advert.on(day) for advert in public()):
        row: dict[str, object] = {
            "id": f"boards-{advert.id}",
            "lang": advert.lang,
            "langs": list(advert.langs),
            "provenance": "written",
            "text": advert.whole,
            "labels": [{"indicator": mark.id, "quote": mark.quote} for mark in advert.labels],
            "protective": [{"signal": mark.id, "quote": mark.quote} for mark in advert.protective],
            "risk": advert.risk,
        }
        yield row | ({"note": advert.note} if advert.note else {})


_INHERITED = ("employer", "place", "country", "pay", "salary", "text", "labels", "protective", "risk", "note", "langs")


def _resolved(row: dict[str, Any], roots: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The row with what a repost takes over from its root, words swapped in text and quotes alike."""
    own = dict(row)
    if "repost_of" not in own:
        return own
    root = roots[own["repost_of"]]
    swap = tuple(own.pop("swap").items())
    quotes = own.pop("quotes", {})
    taken = {key: root[key] for key in _INHERITED if key in root}
    if "pay" in own:
        taken.pop("salary", None)
    taken["text"] = _swapped(root["text"], swap, where=own["id"])
    for kind in ("labels", "protective"):
        taken[kind] = [mark | {"quote": quotes.get(mark["quote"], _plain_swap(mark["quote"], swap))} for mark in root.get(kind, [])]
    return taken | own


def _read(lang: str, row: dict[str, Any], *, copied: set[str]) -> Written:
    own_id = str(row.pop("id"))
    family = row.pop("repost_of", own_id if own_id in copied else "")
    advert = Written(
        id=own_id,
        lang=lang,
        langs=tuple(row.pop("langs", [lang])),
        board=row.pop("board"),
        title=row.pop("title"),
        employer=row.pop("employer"),
        place=row.pop("place"),
        country=row.pop("country"),
        pay=row.pop("pay"),
        salary=_salary(row.pop("salary", None)),
        text=row.pop("text").strip(),
        posted=row.pop("posted"),
        days=frozenset(row.pop("days", DAYS)),
        gone=row.pop("gone", 404),
        private=row.pop("private", False),
        family=family,
        labels=_marks(row.pop("labels", []), "indicator"),
        protective=_marks(row.pop("protective", []), "signal"),
        risk=row.pop("risk"),
        note=row.pop("note", ""),
        changes=_changes(row.pop("changes", None)),
    )
    if row:
        raise BoardDataError(f"{own_id}: unknown fields {sorted(row)} in {lang}.yml; correct their names or teach content.py to read them")
    return advert


def _changes(row: dict[str, Any] | None) -> Changes | None:
    if row is None:
        return None
    return Changes(
        place=row.get("place"),
        pay=row.get("pay"),
        salary=_salary(row.get("salary")),
        swap=tuple(row.get("text", {}).items()),
        labels=_marks(row.get("labels", []), "indicator"),
        risk=row.get("risk"),
    )


def _salary(row: dict[str, Any] | None) -> Salary | None:
    return None if row is None else Salary(**row)


def _marks(rows: list[dict[str, str]], key: str) -> tuple[Mark, ...]:
    return tuple(Mark(id=row[key], quote=row["quote"]) for row in rows)


def _moved(marks: tuple[Mark, ...], swap: tuple[tuple[str, str], ...]) -> tuple[Mark, ...]:
    return tuple(replace(mark, quote=_plain_swap(mark.quote, swap)) for mark in marks)


def _plain_swap(text: str, swap: tuple[tuple[str, str], ...]) -> str:
    for old, new in swap:
        text = text.replace(old, new)
    return text


def _swapped(text: str, swap: tuple[tuple[str, str], ...], *, where: str) -> str:
    for old, new in swap:
        if old not in text:
            raise BoardDataError(f"{where}: {old!r} does not stand in the text it should be swapped in; copy the words exactly")
        text = text.replace(old, new)
    return text
