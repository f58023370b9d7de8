"""HTML into what a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.readers.parts.text import clean, html_text, one_line


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<ul><li><p>a</p></li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n- c"),
        ("<table><tr><td>Pay:</td><td>5 &euro;</td></tr><tr><td>x</td><td>y</td></tr></table>", "Pay: 5 €\nx | y"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("&lt;p&gt;A &amp;amp; B&lt;/p&gt;&lt;ul&gt;&lt;li&gt;c&lt;/li&gt;", "A & B\n- c"),
        ("plain & simple < text", "plain & simple < text"),
        ("first\n\n\n\nsecond", "first\n\nsecond"),
        ("• one\n• two", "- one\n- two"),
        ("<p>Hello&nbsp;<b>y</b>ou</p>", "Hello you"),
        ("<p>no<span>thing</span> parts <em>words</em></p>", "nothing parts words"),
        ("<span class='company'>Acme</span><span class='location'>Leeds</span>", "Acme\nLeeds"),
        ("<span class='x'>Acme</span><span class='y'>Leeds</span>", "Acme Leeds"),
        ("shown<script>hidden()</script><style>p{}</style><!-- note --><div hidden>h</div><p style='display: none'>h</p>", "shown"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_markup(markup: str, text: str) -> None:
    assert html_text(markup) == text


def test_limits() -> None:
    assert len(html_text("<p>" + "word " * 100_000, limit=1_000)) <= 1_000
    assert html_text("<div>" * 5_000 + "deep") in {"deep", ""}


@pytest.mark.parametrize(
    ("text", "line"), [("<b>Cook</b>\n &amp; Cleaner", "Cook & Cleaner"), ("  a \n b ", "a b"), ("x" * 900, "x" * 300)]
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text(max_size=400))
def test_clean_text_stays_clean(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(line != line.strip() for line in once.split("\n"))
