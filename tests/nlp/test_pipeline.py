from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin

from nlp import pipeline
from nlp.find import find

TEXT = "Registration fee $200. Your passport will be kept by the company. You get one day off per week."


def test_findings_are_spans_of_the_document() -> None:
    doc = pipeline.document(TEXT)
    assert {span.label_ for span in doc.spans["indicators"]} == {match.id for match in find(TEXT).indicators}
    assert all(span._.why and span._.origin.startswith("rule") and 0 < span._.strength <= 1 for span in doc.spans["indicators"])
    assert "passport" in next(span.text for span in doc.spans["indicators"] if span.label_ == "document-retention")


@settings(max_examples=60)
@given(st.text(max_size=120))
def test_the_document_gives_the_text_back(text: str) -> None:
    assert pipeline.pipeline().make_doc(text).text == text


@pytest.mark.parametrize("text", ["护照由公司保管", "ค่าบริการ 5000 บาท", "कोई शुल्क नहीं", "two  spaces\n\nand 🙂 lines"])
def test_words_of_every_script_are_tokens(text: str) -> None:
    doc = pipeline.pipeline().make_doc(text)
    assert doc.text == text
    assert len(doc) > 1


def test_documents_can_be_kept(tmp_path: Path) -> None:
    assert pipeline.write([pipeline.document(TEXT)], tmp_path / "kept.spacy") == 1
    (kept,) = DocBin().from_disk(tmp_path / "kept.spacy").get_docs(pipeline.pipeline().vocab)
    assert [span.label_ for span in kept.spans["indicators"]] == [match.id for match in find(TEXT).indicators]
