from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.records import BAND_ORDER, Band, Match
from nlp import catalogue
from nlp.bands import combine


@dataclass(frozen=True)
class Card:
    severity: str
    group: str
    title: str = "title"


CARDS = {
    "critical-b": Card("critical", "B"),
    "recruitment-fee": Card("high", "A"),
    "deposit-or-bond": Card("high", "A"),
    "high-c": Card("high", "C"),
    "medium-a": Card("medium", "A"),
    "medium-d": Card("medium", "D"),
    "medium-d2": Card("medium", "D"),
    "low-d": Card("low", "D"),
    "low-a": Card("low", "A"),
    "context-d": Card("context", "D"),
    "scam-compound-role": Card("medium", "F"),
    "minors-targeted": Card("critical", "E"),
    "money-mule-or-parcel": Card("high", "F"),
    "pay-to-earn-task": Card("medium", "F"),
    "unrealistic-pay": Card("medium", "D"),
    "anonymous-contact": Card("low", "D"),
    "debt": Card("critical", "A"),
}


def found(*ids: str) -> list[Match]:
    return [Match(name, 0, 1, "x", 0.8, "why", "rule r") for name in ids]


@pytest.mark.parametrize(
    ("ids", "band"),
    [
        ((), Band.NONE),
        (("critical-b",), Band.URGENT),
        (("recruitment-fee", "deposit-or-bond"), Band.URGENT),
        (("recruitment-fee", "recruitment-fee"), Band.LABOUR_LAW),  # one indicator counts once
        (("scam-compound-role", "medium-a"), Band.URGENT),
        (("scam-compound-role",), Band.NONE),
        (("scam-compound-role", "low-d"), Band.NONE),
        (("high-c", "medium-d"), Band.PRIORITY),
        (("high-c", "low-d"), Band.PRIORITY),
        (("recruitment-fee", "medium-a"), Band.LABOUR_LAW),  # the same group does not combine
        (("recruitment-fee", "low-d"), Band.PRIORITY),
        (("recruitment-fee",), Band.LABOUR_LAW),
        (("high-c",), Band.WATCH),
        (("high-c", "context-d"), Band.WATCH),
        (("medium-a", "medium-d", "medium-d2"), Band.PRIORITY),
        (("medium-a", "medium-d", "low-d"), Band.PRIORITY),
        (("medium-d", "medium-d2", "low-d"), Band.WATCH),
        (("medium-a", "medium-d"), Band.WATCH),
        (("medium-a",), Band.NONE),
        (("low-a", "low-d", "context-d"), Band.NONE),
        (("money-mule-or-parcel",), Band.FRAUD),
        (("money-mule-or-parcel", "unrealistic-pay", "anonymous-contact"), Band.FRAUD),
        (("pay-to-earn-task", "anonymous-contact"), Band.FRAUD),
        (("money-mule-or-parcel", "high-c"), Band.URGENT),
        (("pay-to-earn-task", "debt"), Band.URGENT),
        (("unrealistic-pay", "anonymous-contact"), Band.NONE),
    ],
)
def test_the_combination_rule(ids: tuple[str, ...], band: Band) -> None:
    assert combine(found(*ids), CARDS).band is band


def test_reasons_begin_with_the_weightiest() -> None:
    reasons = combine(found("low-d", "medium-a", "critical-b"), CARDS).reasons
    assert [reason.rsplit("(", 1)[1] for reason in reasons] == ["critical)", "medium)", "low)"]


@given(st.lists(st.sampled_from(sorted(CARDS)), max_size=6), st.sampled_from(["critical-b", "recruitment-fee", "high-c"]))
def test_another_serious_indicator_never_lowers_the_band(ids: list[str], more: str) -> None:
    before, after = combine(found(*ids), CARDS).band, combine(found(*ids, more), CARDS).band
    assert BAND_ORDER.index(after) <= BAND_ORDER.index(before) or before is Band.FRAUD


def test_every_indicator_of_the_catalogue_can_be_combined() -> None:
    flags = [rule.id for rule in catalogue.indicators() if not rule.is_signal]
    assert combine(found(*flags), catalogue.by_id()).band is Band.URGENT
    assert len(flags) == 41
