"""The sentence that says why a case stands where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.records import Band
from adverts.store import cards, indicator
from review import rules
from review.rules import READ, VULNERABLE, Facts
from review.why import indicator_words, why_here
from tests.review.scenes import NOW
from tests.review.test_rules import DAY, PLAIN

DEPOSIT, PAPERS = indicator("deposit-or-bond").title, indicator("document-retention").title


@pytest.mark.parametrize(
    ("change", "reopened", "sentence"),
    [
        (
            {"band": Band.URGENT, "indicators": ("document-retention", "deposit-or-bond"), "copies": 14, "boards": 3},
            "",
            f"Urgent: {PAPERS} + {DEPOSIT}; 14 copies on 3 boards; online now",
        ),
        ({"online": 0}, "", f"Priority: {DEPOSIT}; 1 copy on 1 board; no longer online"),
        (
            {"countries": 2, "first_at": NOW - DAY, "here": True},
            "new-copy",
            f"Priority: {DEPOSIT}; 1 copy on 1 board for 2 countries; online now; new this week; work in our country; "
            "back because a new copy appeared",
        ),
        (
            {"newest_at": NOW - DAY, "here": False},
            "",
            f"Priority: {DEPOSIT}; 1 copy on 1 board; online now, the newest copy under 3 days old; work in another country",
        ),
        (
            {"indicators": ("minors-targeted",)},
            "",
            f"Priority: {indicator('minors-targeted').title}; 1 copy on 1 board; online now; minors are addressed",
        ),
        ({"indicators": ("a", "b", "c", "d", "e")}, "", "Priority: A + B + C and 2 more; 1 copy on 1 board; online now"),
        ({"indicators": ()}, "", "Priority: no single indicator; 1 copy on 1 board; online now"),
        ({"band": READ}, "", "Read first: read the advert first, findings follow your decision; 1 copy on 1 board; online now"),
    ],
)
def test_why_here(change: dict[str, object], reopened: str, sentence: str) -> None:
    assert why_here(replace(PLAIN, **change), now=NOW, reopened=reopened) == sentence


@pytest.mark.parametrize("name", sorted(cards()))
def test_no_code_of_an_indicator_is_read_as_its_name(name: str) -> None:
    assert indicator_words(name) == indicator(name).title != name.replace("-", " ")


facts = st.builds(
    Facts,
    band=st.sampled_from([Band.URGENT, Band.PRIORITY]),
    risk=st.just(0.5),
    indicators=st.lists(st.sampled_from([*VULNERABLE, "deposit-or-bond"]), unique=True, max_size=3).map(tuple),
    copies=st.integers(1, 3),
    boards=st.integers(1, 2),
    countries=st.integers(1, 2),
    online=st.integers(0, 1),
    first_at=st.integers(0, 9).map(lambda days: NOW - days * DAY),
    newest_at=st.integers(0, 9).map(lambda days: NOW - days * DAY),
    here=st.sampled_from([None, True, False]),
)


@given(facts, facts)
def test_the_same_sentence_means_the_same_place(one: Facts, other: Facts) -> None:
    if why_here(one, now=NOW) == why_here(other, now=NOW):
        assert rules.sort_key(one, now=NOW) == rules.sort_key(other, now=NOW)
