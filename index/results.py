"""A result as it is shown: the advert with the words found marked; the same for every engine."""

from __future__ import annotations

from index.base import Hit
from index.cutting import Pieces
from index.documents import Document
from index.query import TextField
from index.snippets import Pattern, Span, parts, snippets, spans


def hit(document: Document, *, title: Pieces, text: Pieces, marked: tuple[Pattern, ...] | None, score: float | None) -> Hit:
    """The result for ``document``; ``marked`` are the words to mark, ``None`` where no snippets are wanted."""
    if marked is None:
        return Hit(document, score, parts(document.title, ()), ())
    in_title, in_text = _spans(title, TextField.TITLE, marked), _spans(text, TextField.TEXT, marked)
    return Hit(document, score, parts(document.title, in_title), snippets(document.text, in_text))


def _spans(pieces: Pieces, field: TextField, marked: tuple[Pattern, ...]) -> list[Span]:
    wanted = [pattern for pattern in marked if field in pattern.fields]
    return spans(pieces, wanted) if wanted and pieces.folded else []
