from __future__ import annotations

import pytest

from nlp import lexicon
from nlp.lexicon import LexiconError, parse
from nlp.normalise import fold


def language(**parts: object) -> lexicon.Language:
    return parse({"code": "xx", "name": "Test", **parts}, name="xx.yml")


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("fee", "a fee of 5", "fee"),
        ("fee", "coffee", ""),
        ("fee*", "fees", "fees"),
        ("*port", "passport", "passport"),
        ("*ass*", "passports", "passports"),
        ("hand* over", "handing over", "handing over"),
        ("hand* ... over", "hand your passport over", "hand your passport over"),
        ("hand* ... over", "hand in the very old brown passport over", ""),
        ("(my|our) safe", "in our safe", "our safe"),
        ("(my|our) safe", "in his safe", ""),
        ("(my|our (old|big)) safe", "in our big safe", "our big safe"),
        ("(my|our (old|big)) safe", "in our safe", ""),
        ("(the (red|old (tin|iron)) box|safe) key", "the old iron box key", "the old iron box key"),
        ("(the (red|old (tin|iron)) box|safe) key", "the old box key", ""),
        ("pago*", "Págole", "pagole"),
        ("चार्ज", "सर्विस चार्ज नहीं", "चार्ज"),
        ("चार", "चार्ज", ""),
    ],
)
def test_terms(term: str, text: str, found: str) -> None:
    folded = fold(text).text
    tags = language(concepts={"fee": [term]}).tags(folded)
    assert [folded[tag.start : tag.end] for tag in tags] == ([found] if found else [])


def test_without_spaces_terms_match_anywhere() -> None:
    tags = language(spaces="false", concepts={"passport": ["护照"], "keep": ["由 ... 保管"]}).tags("您的护照由公司保管")
    assert [tag.name for tag in tags] == ["passport", "keep"]


def test_accents_must_agree_where_a_text_writes_them() -> None:
    viet = language(marks="kept", concepts={"fee": ["phí"]})
    written = "không thu phi hành đoàn, cần tuyển tiếp viên"
    assert viet.tags(fold(written).text, written) == []
    assert [tag.name for tag in viet.tags("khong thu phi", "khong thu phi")] == ["fee"]


def test_concepts_inside_a_decoy_do_not_count() -> None:
    bank = language(concepts={"deposit": ["deposit*"]}, decoys=["direct deposit*"])
    assert lexicon.without_decoys(bank.tags("pay by direct deposit")) == []
    assert [tag.name for tag in lexicon.without_decoys(bank.tags("pay a deposit"))] == ["deposit"]


def test_a_negation_inside_an_idiom_does_not_count() -> None:
    idiom = language(negation={"before": ["not"], "idioms": ["not only"]})
    assert [tag.name for tag in lexicon.without_decoys(idiom.tags("not only this"))] == ["no.idioms"]
    assert [tag.name for tag in lexicon.without_decoys(idiom.tags("not this"))] == ["no<"]


@pytest.mark.parametrize(
    ("parts", "message"),
    [({"concepts": {"no-such": ["x"]}}, "no such concept"), ({"concepts": {"fee": ["... fee"]}}, "take the dots away")],
)
def test_wrong_files_say_what_to_do(parts: dict[str, object], message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        language(**parts)


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(LexiconError, match="known are"):
        lexicon.language("zz")


def test_the_word_no_stays_a_word() -> None:
    assert any(tag.name == "no<" for tag in lexicon.language("en").tags("no fee"))
