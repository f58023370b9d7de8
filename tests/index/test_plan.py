"""The words of a query, cut the same way for every engine."""

from __future__ import annotations

import pytest

from index.plan import ALL_FIELDS, AllOf, NoneOf, Nothing, OneOf, Plan, patterns, plan
from index.query import All, AnyOf, Has, Is, KeywordField, Node, Not, Phrase, Prefix, RiskRange, TextField, Word
from index.snippets import Pattern
from nlp.segment import terms

FEE = Pattern(("fee",), False, ALL_FIELDS)
QATAR = Is(KeywordField.COUNTRY, "QA")


@pytest.mark.parametrize(
    ("node", "planned"),
    [
        (None, None),
        (Word("Fée"), FEE),
        (Word("part-time"), Pattern(("part", "time"), False, ALL_FIELDS)),
        (Phrase("手续费"), Pattern(("手", "续", "费"), False, ALL_FIELDS)),
        (Prefix("visa fe", TextField.TITLE), Pattern(("visa", "fe"), True, (TextField.TITLE,))),
        (Not(Word("fee")), NoneOf(FEE)),
        (All((Word("fee"), QATAR)), AllOf((FEE, QATAR))),
        (AnyOf((Word("fee"), RiskRange(low=0.5))), OneOf((FEE, RiskRange(low=0.5)))),
        (Has(KeywordField.BAND), Has(KeywordField.BAND)),
        # words without letters or digits ask for nothing; alone they find nothing
        (Word("!!"), Nothing()),
        (Not(Word("!!")), Nothing()),
        (All((Word("!!"), Not(Word("!!")))), Nothing()),
        (All((Word("!!"), Word("fee"))), FEE),
        (AnyOf((Word("!!"), QATAR, Not(Phrase("?")))), QATAR),
    ],
)
def test_plans(node: Node | None, planned: Plan | None) -> None:
    assert plan(node, terms) == planned


def test_words_to_mark_are_those_not_left_out() -> None:
    node = All((Word("fee"), Not(Word("visa")), AnyOf((QATAR, Prefix("pass")))))
    assert patterns(plan(node, terms)) == (FEE, Pattern(("pass",), True, ALL_FIELDS))
    assert patterns(None) == ()
