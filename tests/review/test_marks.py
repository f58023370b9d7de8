"""Marked text: whole, well formed, nothing unmasked, whatever the findings and the text."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review import marks
from review.marks import Mask, Span, masked_text, quote, render

TEXT = "Pay a deposit of 300 EUR now"


def span(start: int, end: int, number: int = 1, grade: str = "high") -> Span:
    return Span(number, number, start, end, grade, f"finding {number}")


class Reader(HTMLParser):
    """Reads marked text back: plain characters, what each mark covers, and that tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.covered, self.stack = "", [], []
        self.skipping = False
        self.feed(html)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.stack.append((tag, dict(attrs), len(self.text)))
        self.skipping = tag == "a" or "vh" in (dict(attrs).get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        opened, attrs, start = self.stack.pop()
        assert opened == tag
        self.skipping = False
        if tag == "mark":
            self.covered.append((attrs["title"], start, len(self.text)))

    def handle_data(self, data: str) -> None:
        self.text += "" if self.skipping else data


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        ([], "Pay a deposit of 300 EUR now"),
        (
            [span(6, 24)],
            'Pay a <mark class="high" id="m1" title="finding 1">deposit of 300 EUR</mark>'
            '<a class="ref high" href="#card-1" aria-label="finding 1">1</a> now',
        ),
        (
            [span(0, 28), span(6, 13, 2, "low")],
            '<mark class="high" id="m1" title="finding 1">Pay a <mark class="low" id="m2" title="finding 2">deposit</mark>'
            '<a class="ref low" href="#card-2" aria-label="finding 2">2</a> of 300 EUR now</mark>'
            '<a class="ref high" href="#card-1" aria-label="finding 1">1</a>',
        ),
        (
            [span(0, 13), span(6, 24, 2, "low")],
            '<mark class="high" id="m1" title="finding 1">Pay a <mark class="low" id="m2" title="finding 2">deposit</mark></mark>'
            '<a class="ref high" href="#card-1" aria-label="finding 1">1</a>'
            '<mark class="low" title="finding 2"> of 300 EUR</mark><a class="ref low" href="#card-2" aria-label="finding 2">2</a> now',
        ),
        ([span(5, 5), span(40, 50)], "Pay a deposit of 300 EUR now"),
    ],
)
def test_marks(spans: list[Span], html: str) -> None:
    assert render(TEXT, spans=spans) == html


def test_a_finding_may_not_break_out() -> None:
    html = render("</mark><script>", spans=[Span(1, 1, 0, 7, "high", '"><script>')])
    assert "<script" not in html
    assert Reader(html).text == "</mark><script>"


def test_a_window_cuts_marks_at_its_edges() -> None:
    html = render(TEXT, spans=[span(0, 28)], start=6, end=13)
    assert Reader(html).covered == [("finding 1", 0, 7)]
    assert Reader(html).text == "deposit"


def test_too_many_findings_leave_the_text_whole() -> None:
    spans = [span(place % 20, place % 20 + 5, place + 1) for place in range(2_000)]
    html = render(TEXT, spans=spans)
    assert Reader(html).text == TEXT
    assert html.count('id="m') == marks.MOST_MARKS


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Span], int, int]:
    text = draw(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), max_size=60))
    ends = st.tuples(st.integers(-3, len(text) + 3), st.integers(-3, len(text) + 3))
    pairs = draw(st.lists(ends, max_size=12))
    spans = [span(max(0, low), high, number) for number, (low, high) in enumerate(pairs, 1)]
    start = draw(st.integers(0, len(text)))
    return text, spans, start, draw(st.integers(start, len(text)))


@given(marked())
def test_text_is_whole_and_each_mark_covers_its_words(case: tuple[str, list[Span], int, int]) -> None:
    text, spans, start, end = case
    read = Reader(render(text, spans=spans, start=start, end=end))
    assert read.text == text[start:end].replace("\r", "\r")
    for one in spans:
        low, high = max(one.start, start), min(one.end, end)
        pieces = sorted((first, last) for title, first, last in read.covered if title == one.label)
        if low < high and one.start < one.end:
            assert pieces[0][0] == low - start
            assert pieces[-1][1] == high - start
            assert all(before[1] == after[0] for before, after in pairwise(pieces))
        else:
            assert pieces == []


PHONE = "Call +1 555 0100 or write"
MASK = Mask(5, 16, "+1 *** **00")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, len(PHONE), "Call +1 *** **00 or write"),
        (0, 10, "Call +1 *** **00"),
        (8, 12, "+1 *** **00"),
        (9, 25, "+1 *** **00 or write"),
        (17, 25, "or write"),
        (0, 4, "Call"),
    ],
)
def test_a_quote_never_shows_a_contact(start: int, end: int, words: str) -> None:
    assert quote(PHONE, start, end, masks=[MASK]) == words


@given(st.integers(0, 25), st.integers(0, 25), st.integers(0, 25), st.integers(0, 25))
def test_no_window_and_no_mark_shows_a_contact(start: int, end: int, low: int, high: int) -> None:
    read = Reader(render(PHONE, spans=[span(low, high)], masks=[MASK], start=start, end=max(start, end)))
    assert "555" not in read.text
    assert read.text.count("***") <= 1


def test_contacts_that_overlap_are_covered_together() -> None:
    masks = [Mask(5, 12, "[a]"), Mask(8, 16, "[b]"), Mask(30, 40, "[c]"), Mask(7, 7, "[d]")]
    assert masked_text(PHONE, masks) == "Call [a] or write"


def test_a_long_quote_is_cut() -> None:
    assert len(quote("x" * 1_000, 0, 1_000)) == 240
