"""The text people type: what it means, what is wrong with it and where, and that it can be written back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adverts.records import Band
from index.lexing import cells
from index.query import (
    All,
    AnyOf,
    DayField,
    DayRange,
    Has,
    Is,
    KeywordField,
    Node,
    Not,
    Phrase,
    Prefix,
    RiskRange,
    SearchQuery,
    Sort,
    TextField,
    Word,
)
from index.syntax import DEEPEST, LONGEST, MOST_PARTS, parse, to_text

A, B, C = Word("a"), Word("b"), Word("c")
QATAR, EMIRATES = Is(KeywordField.COUNTRY, "QA"), Is(KeywordField.COUNTRY, "AE")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", None),
        ("  \t\n ", None),
        ("a", A),
        ("a b", All((A, B))),
        ("a AND b", All((A, B))),
        ("a OR b", AnyOf((A, B))),
        ("a b OR c", All((A, AnyOf((B, C))))),
        ("a OR b c", All((AnyOf((A, B)), C))),
        ("a OR b OR c", AnyOf((A, B, C))),
        ("(a b) OR c", AnyOf((All((A, B)), C))),
        ("(a b) c", All((All((A, B)), C))),
        ("((a))", A),
        ("( )", None),
        ("a ( ) b", All((A, B))),
        ("-a", Not(A)),
        ("NOT a", Not(A)),
        ("--a", Not(Not(A))),
        ("-(a OR b)", Not(AnyOf((A, B)))),
        ("a-b", Word("a-b")),
        ("or and not", All((Word("or"), Word("and"), Word("not")))),
        ("ORa", Word("ORa")),
        ('"a b"', Phrase("a b")),
        ("“a b”", Phrase("a b")),
        ("„a b“", Phrase("a b")),
        ("«a b»", Phrase("a b")),
        ('«a "b"»', Phrase('a "b"')),
        ('"a""b"', All((Phrase("a"), Phrase("b")))),
        ('-"a b"', Not(Phrase("a b"))),
        ('a"b', Word('a"b')),
        ("visa*", Prefix("visa")),
        ('"registration fe"*', Prefix("registration fe")),
        ("a\\*", Word("a*")),
        ("\\OR", Word("OR")),
        ("\\-a", Word("-a")),
        ("a\\ b", Word("a b")),
        ("a\\", Word("a\\")),
        ("title:a", Word("a", TextField.TITLE)),
        ('TITLE:"a b"', Phrase("a b", TextField.TITLE)),
        ("-place:a*", Not(Prefix("a", TextField.PLACE))),
        ("title:(a OR -b)", AnyOf((Word("a", TextField.TITLE), Not(Word("b", TextField.TITLE))))),
        ("title:(text:a b)", All((Word("a", TextField.TEXT), Word("b", TextField.TITLE)))),
        ("title:-a", Word("-a", TextField.TITLE)),
        ("country:qa", QATAR),
        ("country:QA,AE", AnyOf((QATAR, EMIRATES))),
        ("country:(QA OR AE)", AnyOf((QATAR, EMIRATES))),
        ("-country:(QA AE)", Not(All((QATAR, EMIRATES)))),
        ('source:"my board"', Is(KeywordField.SOURCE, "my board")),
        ("source:a:b", Is(KeywordField.SOURCE, "a:b")),
        ("source:a\\,b", Is(KeywordField.SOURCE, "a,b")),
        ("http://a.example", Word("http://a.example")),
        ("10:30", Word("10:30")),
        ("has:verdict", Has(KeywordField.VERDICT)),
        ("-has:posted", Not(Has(DayField.POSTED))),
        ("risk:>=0.5", RiskRange(low=0.5)),
        ("seen:>2026-01-01", DayRange(DayField.SEEN, since=date(2026, 1, 2))),
        ("费用 ค่า*", All((Word("费用"), Prefix("ค่า")))),
    ],
)
def test_means(text: str, node: Node | None) -> None:
    parsed = parse(text)
    assert (parsed.query.where, parsed.problems) == (node, ())


def test_the_query_of_the_manual() -> None:
    text = (
        '"registration fee" -refund lang:ne country:QA indicator:document-retention band:urgent '
        "seen:>2026-01-01 risk:>=0.5 title:nurse visa*  a OR b  ( ) sort:newest"
    )
    parsed = parse(text)
    assert parsed.problems == ()
    assert parsed.query == SearchQuery(
        All(
            (
                Phrase("registration fee"),
                Not(Word("refund")),
                Is(KeywordField.LANGUAGE, "ne"),
                QATAR,
                Is(KeywordField.INDICATOR, "document-retention"),
                Is(KeywordField.BAND, "urgent"),
                DayRange(DayField.SEEN, since=date(2026, 1, 2)),
                RiskRange(low=0.5),
                Word("nurse", TextField.TITLE),
                Prefix("visa"),
                AnyOf((A, B)),
            )
        ),
        sort=Sort.NEWEST,
    )


@pytest.mark.parametrize(
    ("text", "wrong", "says", "node"),
    [
        ('a "b', '"', "not closed", All((A, Phrase("b")))),
        ("a OR", "OR", "both sides", A),
        ("OR a", "OR", "both sides", A),
        ("a OR OR b", "OR", "both sides", AnyOf((A, B))),
        ("a (b OR) c", "OR", "both sides", All((A, B, C))),
        ("a (b", "(", "not closed", All((A, B))),
        ("a) b", ")", "closes nothing", All((A, B))),
        ("a NOT", "NOT", "nothing follows", A),
        ("a -(b OR -)", "-", "no letters or digits", All((A, Not(B)))),
        ("a - b", "-", "no letters or digits", All((A, B))),
        ("a !!! b", "!!!", "no letters or digits", All((A, B))),
        ("a 🔥", "🔥", "no letters or digits", A),
        ("*", "*", "no letters or digits", None),
        ("a*b c", "a*b", "end of a word only", All((Word("a*b"), C))),
        ("colour:a b", "colour", "no field 'colour'", All((Word("colour:a"), B))),
        ("title: a", "title:", "nothing stands behind", A),
        ("(title:) a", "title:", "nothing stands behind", A),
        ("band:bad a", "bad", "is none of urgent, priority", A),
        ("band:bad,watch a", "bad,watch", "'bad': is none of", All((Is(KeywordField.BAND, "watch"), A))),
        ("risk:2 a", "2", "number from 0 to 1", A),
        ("risk:high a", "high", "number from 0 to 1", A),
        ("seen:2026-02-30 a", "2026-02-30", "give a day as in", A),
        ("seen:yesterday a", "yesterday", "give a day as in", A),
        ("seen:>9999-12-31 a", ">9999-12-31", "no such day", A),
        ("has:luck a", "luck", "give one of", A),
        ("sort:luck a", "luck", "is none of relevance", A),
        ("online:maybe a", "maybe", "is none of yes, no", A),
    ],
)
def test_says_what_is_wrong_and_searches_the_rest(text: str, wrong: str, says: str, node: Node | None) -> None:
    parsed = parse(text)
    assert parsed.query.where == node
    problem = parsed.problems[0]
    assert says in problem.message
    assert text[problem.start : problem.end] == wrong
    shown, marks = problem.pointed(text).split("\n")
    assert (shown, marks) == (text, " " * problem.start + "^" * cells(wrong))


def test_reads_so_much_and_no_more() -> None:
    long = parse("a " * LONGEST)
    assert [problem.start for problem in long.problems][-1] == LONGEST
    many = parse(" ".join(["a"] * (MOST_PARTS + 50)))
    assert isinstance(many.query.where, All)
    assert len(many.query.where.of) == MOST_PARTS
    assert len(many.problems) == 1
    deep = parse("(" * (DEEPEST + 5) + "a" + ")" * (DEEPEST + 5) + " b")
    assert "brackets within one another" in deep.problems[0].message
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST).problems == ()
    assert "brackets within one another" in parse("-" * 500 + "a").problems[0].message


@given(st.text(max_size=300) | st.text(st.sampled_from('ab"“”()-*:\\,. \t\nOR AND NOT title risk seen has >=<0192'), max_size=120))
@settings(max_examples=400, deadline=None)
def test_reads_any_text(text: str) -> None:
    parsed = parse(text)
    for problem in parsed.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message
        assert len(problem.pointed(text).split("\n")) == 2
    again = parse(to_text(parsed.query))
    assert (again.query, again.problems) == (parsed.query, ()) or len(to_text(parsed.query)) > LONGEST


searchable = st.text(st.characters(codec="utf-8") | st.sampled_from('ab"“”„«»()-*:\\,<> \t\x00OR'), min_size=1, max_size=12).filter(
    lambda text: any(char.isalnum() for char in text)
)
some_field = st.none() | st.sampled_from(TextField)
fraction = st.floats(0, 1).map(lambda value: value + 0.0)
some_value = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
free_field = st.sampled_from(
    [field for field in KeywordField if field not in {KeywordField.BAND, KeywordField.ONLINE, KeywordField.SECTOR}]
)


def _risk_range(low: float | None, high: float | None, low_open: bool, high_open: bool) -> RiskRange:
    return RiskRange(low, high, low_open and low is not None, high_open and high is not None)


leaf = st.one_of(
    st.builds(Word, searchable, some_field),
    st.builds(Phrase, searchable, some_field),
    st.builds(Prefix, searchable, some_field),
    st.builds(Is, free_field, some_value),
    st.builds(Is, st.just(KeywordField.BAND), st.sampled_from(Band)),
    st.builds(Is, st.just(KeywordField.SECTOR), st.sampled_from(["care", "cleaning", "health"])),
    st.builds(Is, st.just(KeywordField.ONLINE), st.sampled_from(["yes", "no"])),
    st.builds(Has, st.sampled_from([*KeywordField, *DayField])),
    st.builds(_risk_range, fraction, st.none() | fraction, st.booleans(), st.booleans()),
    st.builds(_risk_range, st.none(), fraction, st.just(False), st.booleans()),
    st.builds(DayRange, st.sampled_from(DayField), st.dates(), st.none() | st.dates()),
    st.builds(DayRange, st.sampled_from(DayField), st.none(), st.dates()),
)
group = st.recursive(
    leaf,
    lambda part: st.one_of(
        st.builds(Not, part),
        st.builds(All, st.lists(part, min_size=2, max_size=4).map(tuple)),
        st.builds(AnyOf, st.lists(part, min_size=2, max_size=4).map(tuple)),
    ),
    max_leaves=15,
)


@given(st.builds(SearchQuery, st.none() | group, sort=st.sampled_from(Sort)))
@settings(max_examples=400, deadline=None)
def test_what_is_written_is_read_back(query: SearchQuery) -> None:
    parsed = parse(to_text(query))
    assert parsed.problems == ()
    assert parsed.query == query
