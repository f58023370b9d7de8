"""The sheets of a capsule: one page in plain words for the reader's language, as HTML and as text. Strangers' words stay words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from adverts import store
from adverts.models import AdvertVersion
from review import reading
from review.marks import Mask, Span, masked_text, quote, render
from review.records.contents import Contents
from review.visible import plain

MOST_TEXT = 40_000
"""Characters of the advert on the sheets: longer ones are cut there, never in ``advert.json``."""
MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One indicator or protective signal on a sheet."""

    number: int
    title: str
    definition: str
    severity: str
    source: str
    quotes: tuple[tuple[str, str], ...]
    """Words of the advert, and why they count."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A contact that is given in clear."""

    kind: str
    masked: str
    clear: str


def sheets(contents: Contents, *, language: str, shown: Sequence[Shown], by: str) -> dict[str, bytes]:
    """The sheets as ``sheet.html`` and ``sheet.txt``. ``shown`` are contacts given in clear, ``by`` is who made it."""
    with translation.override(language):
        values = {**_context(contents, language), "shown": shown, "by": by}
        return {
            "sheet.html": render_to_string("records/sheet.html", values).encode("utf-8", "replace"),
            "sheet.txt": _lines(render_to_string("records/sheet.txt", values)).encode("utf-8", "replace"),
        }


def _context(contents: Contents, language: str) -> dict[str, Any]:
    advert = contents.advert
    masks = tuple(Mask(int(row["start"]), int(row["end"]), str(row["masked"])) for row in advert.contacts)
    spans: list[Span] = []
    found = contents.assessment
    cards = _found(found.indicators if found else [], advert.text, masks, spans, language, first=1)
    claims = _found(found.signals if found else [], advert.text, masks, spans, language, first=len(cards) + 1)
    return {
        "advert": advert,
        "language": language,
        "rtl": translation.get_language_bidi(),
        "text_language": found.language if found and found.language != "und" else "",
        "text_direction": _direction(advert.text),
        "html": _marked(advert.text, spans, masks),
        "text": plain(masked_text(advert.text, masks))[:MOST_TEXT],
        "cut": len(advert.text) > MOST_TEXT,
        "assessment": found,
        "cards": cards,
        "claims": claims,
        "questions": [store.fact_question(fact, language) for fact in (found.questions if found else [])],
        "versions": [(row.number, row.event, row.at, _changed(row)) for row in contents.versions],
        "captures": contents.captures,
        "copied": sum(not one.missing for one in contents.captures),
        "chain": len(contents.chain),
        "grouped": len(contents.cluster),
        "entries": len(contents.entries),
        "head": contents.head,
        "made_at": contents.made_at,
    }


def _marked(text: str, spans: Sequence[Span], masks: Sequence[Mask]) -> SafeString:
    return render(text, spans=spans, masks=masks, start=0, end=MOST_TEXT)


def _direction(text: str) -> str:
    """Of the first letter that has one; said outright, since the PDF's layout does not find it by itself."""
    strong = (unicodedata.bidirectional(char) for char in text)
    return "rtl" if next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L" else "ltr"


def _found(
    matches: Sequence[Mapping[str, Any]], text: str, masks: Sequence[Mask], spans: list[Span], language: str, *, first: int
) -> list[Found]:
    by_id: dict[str, list[Mapping[str, Any]]] = {}
    for match in matches:
        by_id.setdefault(str(match["id"]), []).append(match)
    cards = []
    for number, (name, places) in enumerate(by_id.items(), first):
        card = store.indicator(name)
        title = card.titles.get(language, card.title)
        quotes: list[tuple[str, str]] = []
        for match in places[:MOST_PLACES]:
            start, end = int(match["start"]), int(match["end"])
            stands = 0 <= start < end <= len(text) and text[start:end] == match["quote"]
            if stands:
                spans.append(Span(number * 1000 + len(quotes), number, start, end, card.severity, title))
            quotes.append((quote(text, start, end, masks=masks) if stands else "", plain(str(match["why"]))))
        cards.append(Found(number, title, card.definition, card.severity, card.source, tuple(quotes)))
    return cards


def _changed(row: AdvertVersion) -> str:
    return ", ".join(reading.FIELD_WORDS.get(name, name.replace("_", " ")) for name in row.changes) or _("nothing")


def _lines(text: str) -> str:
    """At most one empty line in a row, none of the blanks that templates leave at line ends."""
    kept: list[str] = []
    for line in text.splitlines():
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line.rstrip())
    return "\n".join(kept).strip("\n") + "\n"
