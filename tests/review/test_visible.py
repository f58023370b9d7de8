"""Hidden characters are shown, needed ones are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review import visible
from review.visible import STANDIN, Writer, plain


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\x00", "\x1b", "\u0085", "\ufeff", "\ud800", "\U000e0041", "\u00ad"])
def test_hidden_characters_are_named(hidden: str) -> None:
    html = Writer().html(f"a{hidden}b")
    assert hidden not in html
    assert "hidden character: " in html
    assert plain(f"a{hidden}b") == f"a{STANDIN}b"


@pytest.mark.parametrize(
    "needed", ["\n", "\t", "\r", "\u200c", "\u200d", "\u200e", "\u200f", "\u061c", "\ufe0f", "é", "👷🏽\u200d♀\ufe0f", "ㅤ"]
)
def test_needed_characters_stay(needed: str) -> None:
    assert Writer().html(f"a{needed}b") == f"a{needed}b" == plain(f"a{needed}b")


def test_markup_is_escaped() -> None:
    assert Writer().html("<script>\"&'") == "&lt;script&gt;&quot;&amp;&#x27;"


def test_a_run_is_one_box() -> None:
    assert Writer().html("\u200b" * 40).count("<span") == 2
    assert "× 40" in Writer().html("\u200b" * 40)


def test_a_text_of_hidden_characters_stays_small() -> None:
    writer = Writer()
    html = "".join(writer.html("\u200b\u2060" * 1_000) for _ in range(5))
    assert html.count('class="hidden-char"') == visible.MOST
    assert len(html) < 30_000


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_hidden_is_left_and_all_can_be_sent(text: str) -> None:
    html = Writer().html(text)
    assert not visible._HIDDEN.search(html)
    html.encode("utf-8")
