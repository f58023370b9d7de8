"""PDFs whose text can be read again: each run of text carries its letters as ``ActualText``.

Without it a reader gets the glyphs in the order in which they are drawn: Bengali, Devanagari, Burmese or Khmer come out scrambled.
Right-to-left runs are left alone: readers take ``ActualText`` for drawn order there, and get those right from the glyphs.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint import Document

VARIANT = "pdf/ua-1"


def write(document: Document) -> bytes:
    """The document as tagged PDF/UA-1."""
    for page in document.pages:
        _say_words(page)
    return bytes(document.write_pdf(pdf_variant=VARIANT))


def _say_words(page: Any) -> None:
    """Make this one page add the words of each marked run once it has been painted; WeasyPrint has no option for it (70.0)."""
    paint = page.paint

    def painted(stream: Any, *args: Any, **options: Any) -> None:
        paint(stream, *args, **options)
        said = {mark["mcid"]: box.text for box, mark in stream._tags.items() if mark["tag"] == "Span"}
        for piece in stream.stream:
            if isinstance(piece, pydyf.Dictionary) and (words := said.get(piece.get("MCID"))) and not _is_rtl(words):
                piece["ActualText"] = pydyf.String(words)

    page.paint = painted


def _is_rtl(words: str) -> bool:
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in words)
