"""Terms found by the trees against the same terms as one regular expression each."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import trees
from nlp.lexicon import Language, parse
from nlp.normalise import fold
from nlp.runs import WORD

WORDS = ["pay", "pays", "payment", "a", "fee", "fees", "the", "no", "in", "hand", "over"]
PIECES = [*WORDS, "pay*", "fee*", "*ment", "hand*", "don't"]


def language(terms: list[str]) -> Language:
    return parse({"code": "xx", "name": "Test", "concepts": {"fee": terms}}, name="xx.yml")


def pattern(term: str) -> re.Pattern[str]:
    """What a term means: words one after the other, open where a star stands, up to three words in place of dots."""
    out, fixed = "", True
    for place, word in enumerate(term.split()):
        if word == "...":
            out += rf"(?:\W{{1,3}}(?:{WORD}){{1,24}}){{0,3}}?"
            fixed = False
            continue
        if place:
            out += " " if fixed and not word.startswith("*") else r"\W{1,3}"
        out += rf"(?:{WORD})*" * word.startswith("*") + re.escape(word.strip("*")) + rf"(?:{WORD})*" * word.endswith("*")
        fixed = fixed and not word.endswith("*") and not (place and word.startswith("*"))
    return re.compile(rf"(?<![a-z0-9])(?={out}(?![a-z0-9]))({out})(?![a-z0-9])")


def spans(terms: list[str], text: str) -> set[tuple[int, int]]:
    return {(tag.start, tag.end) for tag in language(terms).tags(text)}


plain = st.lists(st.sampled_from(WORDS), max_size=12).flatmap(
    lambda words: st.lists(st.sampled_from([" ", " ", " ", ", ", ". ", "\n", "'"]), min_size=len(words), max_size=len(words)).map(
        lambda gaps: "".join(word + gap for word, gap in zip(words, gaps, strict=True))
    )
)
written = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join)
gapped = st.tuples(st.sampled_from(PIECES), st.sampled_from(WORDS)).map(" ... ".join)


@given(st.lists(written, min_size=1, max_size=6), plain)
def test_terms_without_gaps_are_found_as_a_pattern_finds_them(terms: list[str], text: str) -> None:
    expected = {match.span(1) for term in terms for match in pattern(term).finditer(text)}
    found = spans(terms, text)
    # a pattern passes over what it has read, the trees look at every word
    assert expected <= found
    assert all(any(pattern(term).fullmatch(text, start, end) for term in terms) for start, end in found)


@given(gapped, plain)
def test_terms_with_a_gap_end_at_the_nearest_word(term: str, text: str) -> None:
    for start, end in spans([term], text):
        assert pattern(term).fullmatch(text, start, end)
        ends = [place for place in range(start + 1, end) if not text[place].isalnum()]
        assert not any(pattern(term).fullmatch(text, start, nearer) for nearer in ends)


def test_what_is_remembered_of_words_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST_STEPS", 3)
    lang = language(["fee*", "no fee", "pay ... over"])
    text = fold("No fees. Pay it over, no fee. " + " ".join(f"word{n}" for n in range(20)) + " no fee").text
    first = lang.tags(text)
    assert [text[tag.start : tag.end] for tag in first] == ["fees", "pay it over", "no fee", "fee", "no fee", "fee"]
    assert lang.tags(text) == first


def test_signs_and_scripts_without_spaces_are_found_by_the_automaton() -> None:
    assert spans(["/day", "%"], "500 usd /day 5 %") == {(8, 12), (15, 16)}
    thai = parse({"code": "th", "name": "Test", "spaces": "false", "concepts": {"fee": ["ค่า"]}}, name="th.yml")
    assert [(tag.start, tag.end) for tag in thai.tags("มีค่าสมัคร")] == [(2, 5)]


@pytest.mark.parametrize("text", ["", "...", "•", " \n "])
def test_a_text_without_words_holds_no_terms(text: str) -> None:
    assert spans(["fee", "no ... fee*"], text) == set()
