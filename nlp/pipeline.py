"""spaCy documents of adverts: words cut by ICU in every script, findings as span groups, for whoever builds on them.

``doc.spans["indicators"]`` and ``doc.spans["signals"]`` hold what was found, each span labelled with its id and carrying
``span._.why``, ``span._.strength`` and ``span._.origin``. Reading adverts by the thousand does not need the document: the finder works on
tags, since making a spaCy document costs more than finding does (``benchmarks/detect.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from icu4py.breakers import WordBreaker
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from adverts.records import Findings, Match
from nlp.find import find
from nlp.segment import in_characters

GROUPS = ("indicators", "signals")
for _name in ("why", "strength", "origin"):
    Span.set_extension(_name, default=None, force=True)


class IcuTokenizer:
    """Cuts a text at ICU's word boundaries; white space goes with the word before it, so that the document gives the text back."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The document of ``text``; ``doc.text == text`` for every text."""
        words: list[str] = []
        spaces: list[bool] = []
        for start, end in in_characters(text, WordBreaker(text, "en").segments()) if text else []:
            piece = text[start:end]
            if piece == " " and words and not spaces[-1] and words[-1] != " ":
                spaces[-1] = True
            else:
                words.append(piece)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


@cache
def pipeline() -> Language:
    """A blank pipeline for all languages with our tokenizer and the finder as its one component."""
    nlp = spacy.blank("xx")
    nlp.tokenizer = IcuTokenizer(nlp.vocab)
    nlp.add_pipe("fairwatch_findings")
    return nlp


@Language.component("fairwatch_findings")
def _with_findings(doc: Doc) -> Doc:
    return annotated(doc, find(doc.text))


def document(text: str, *, findings: Findings | None = None) -> Doc:
    """The document of a text with its findings: those given, or what the rules find."""
    if findings is None:
        found: Doc = pipeline()(text)
        return found
    return annotated(pipeline().make_doc(text), findings)


def annotated(doc: Doc, findings: Findings) -> Doc:
    """``doc`` with findings as span groups; a span is widened to whole words where it cuts one."""
    doc.spans["indicators"] = [_span(doc, match) for match in findings.indicators]
    doc.spans["signals"] = [_span(doc, match) for match in findings.signals]
    return doc


def _span(doc: Doc, match: Match) -> Any:
    span: Any = doc.char_span(match.start, match.end, label=match.id, alignment_mode="expand")
    span._.why, span._.strength, span._.origin = match.why, match.strength, match.origin
    return span


def write(docs: Iterable[Doc], path: Path, *, attributes: Sequence[str] = ("ORTH", "SPACY")) -> int:
    """Write documents with their spans as a ``.spacy`` file, as annotation and training tools take them; returns how many."""
    kept = DocBin(attrs=list(attributes), store_user_data=True)
    for doc in docs:
        kept.add(doc)
    kept.to_disk(path)
    return len(kept)
