"""Escapes and quotation marks: what is written with them is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexing import Kind, Lexer, Problem, escaped, in_quotes, plain, split_plain

anything = st.text(st.characters(codec="utf-8") | st.sampled_from('"“”„«»()-*:\\,\t\x00'), min_size=1, max_size=30)


@given(anything)
def test_an_escaped_word_is_one_word(text: str) -> None:
    tokens = Lexer(escaped(text), fields=()).tokens()
    assert [token.kind for token in tokens] == [Kind.WORD, Kind.END]
    assert plain(tokens[0].text) == text
    assert split_plain(tokens[0].text, ",") == split_plain(tokens[0].text, "*") == [tokens[0].text]


@given(anything)
def test_a_quoted_phrase_is_one_phrase(text: str) -> None:
    lexer = Lexer(in_quotes(text), fields=())
    tokens = lexer.tokens()
    assert [(token.kind, token.text) for token in tokens] == [(Kind.PHRASE, text), (Kind.END, "")]
    assert lexer.problems == []


@pytest.mark.parametrize(
    ("raw", "parts"),
    [("a,b", ["a", "b"]), ("a\\,b", ["a\\,b"]), (",", ["", ""]), ("", [""]), ("a\\\\,b", ["a\\\\", "b"]), ("a\\", ["a\\"])],
)
def test_splits_at_signs_without_escape(raw: str, parts: list[str]) -> None:
    assert split_plain(raw, ",") == parts


def test_tokens_say_where_they_stand() -> None:
    text = 'a  -"b c"* title:x)'
    tokens = Lexer(text, fields=("title",)).tokens()
    assert [(token.kind, text[token.start : token.end]) for token in tokens] == [
        (Kind.WORD, "a"),
        (Kind.NOT, "-"),
        (Kind.PHRASE, '"b c"*'),
        (Kind.FIELD, "title:"),
        (Kind.WORD, "x"),
        (Kind.CLOSE, ")"),
        (Kind.END, ""),
    ]


def test_points_at_the_place_in_a_long_text() -> None:
    text = "a" * 100 + "\n\x1b[31m" + "b" * 100
    shown, marks = Problem(150, 153, "x").pointed(text).split("\n")
    assert shown.isprintable()
    assert len(marks) == 43
    assert marks.strip() == "^^^"


@pytest.mark.parametrize(("before", "pad"), [("ab ", 3), ("护照 ", 5), ("ค่า ", 3), ("🔥 ", 3), ("", 0)])
def test_points_at_the_place_whatever_the_script(before: str, pad: int) -> None:
    _shown, marks = Problem(len(before), len(before) + 2, "x").pointed(before + "护照").split("\n")
    assert marks == " " * pad + "^^^^"
