from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.normalise import fold
from nlp.runs import is_word, runs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("no fee", ["no", "fee"]),
        ("don't pay_me 24/7", ["don", "t", "pay", "me", "24", "7"]),
        ("जमानत राशि", ["जमानत", "राशि"]),
        ("плата 5", ["плата", "5"]),
        ("หนังสือ abc", ["abc"]),
        ("• sueldo • bono", ["sueldo", "bono"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert runs(text).words == words


@given(st.text(alphabet="ab 1'_.\néñкш\u093e\u0915\u0e01中👍", max_size=40))
def test_every_run_stands_where_it_says_and_nothing_of_a_word_is_left_out(text: str) -> None:
    folded = fold(text).text
    cut = runs(folded)
    covered = set()
    for word, start, end in zip(cut.words, cut.starts, cut.ends, strict=True):
        assert folded[start:end] == word
        covered.update(range(start, end))
    assert covered == {place for place, char in enumerate(folded) if is_word(char)}
    assert cut.joined == [folded[end:until] for end, until in zip(cut.ends, cut.ends[1:], strict=False)]
