"""The rules of review as tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.access import Role
from adverts.records import Band
from review import rules
from review.rules import READ, Facts, Hold, Outcome, Refusal, Reopening, Snapshot, State
from tests.review.scenes import NOW

DAY = timedelta(days=1)
PLAIN = Facts(
    band=Band.PRIORITY,
    risk=0.5,
    indicators=("deposit-or-bond",),
    copies=1,
    boards=1,
    countries=0,
    online=1,
    first_at=NOW - 30 * DAY,
    newest_at=NOW - 30 * DAY,
)


@pytest.mark.parametrize(
    ("change", "comes_before"),
    [
        ({"band": Band.URGENT, "risk": 0.01, "online": 0}, True),
        ({"risk": 0.6}, True),
        ({"copies": 14, "boards": 3}, True),
        ({"countries": 3}, True),
        ({"newest_at": NOW - DAY}, True),
        ({"first_at": NOW - DAY, "newest_at": NOW - DAY}, True),
        ({"band": Band.LABOUR_LAW, "risk": 1.0, "copies": 500}, False),
        ({"risk": 0.4}, False),
        ({"online": 0}, False),
        ({"band": READ, "risk": 1.0}, False),
        ({"countries": 1}, False),
        ({"newest_at": NOW - 4 * DAY}, False),
        ({"first_at": NOW - 8 * DAY}, False),
        ({"indicators": ("deposit-or-bond", "recruitment-fee")}, False),
        ({"indicators": ("minors-targeted",)}, True),
        ({"here": True}, True),
        ({"here": False}, False),
        ({"here": True, "risk": 0.1}, False),
    ],
)
def test_order(change: dict[str, object], comes_before: bool) -> None:
    other = replace(PLAIN, **change)
    assert (rules.sort_key(other, now=NOW) > rules.sort_key(PLAIN, now=NOW)) is comes_before


facts = st.builds(
    Facts,
    band=st.sampled_from([*Band, READ]),
    risk=st.floats(0, 1),
    indicators=st.just(()),
    copies=st.integers(1, 5000),
    boards=st.integers(1, 50),
    countries=st.integers(0, 30),
    online=st.integers(0, 5000),
    first_at=st.integers(0, 400).map(lambda days: NOW - days * DAY),
    newest_at=st.integers(0, 400).map(lambda days: NOW - days * DAY),
)


@given(facts, facts)
def test_the_band_outweighs_everything(one: Facts, other: Facts) -> None:
    if rules.LEVEL[one.band] > rules.LEVEL[other.band]:
        assert rules.sort_key(one, now=NOW) > rules.sort_key(other, now=NOW)


@given(facts)
def test_the_key_fits_the_cursor_of_the_queue(one: Facts) -> None:
    assert 0 <= rules.sort_key(one, now=NOW) < 10**18


BEFORE = Snapshot(Band.PRIORITY, {"a": "t1", "b": "t2"}, frozenset({"deposit-or-bond"}))


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize(
    ("change", "why", "why_after_benign"),
    [
        ({}, None, None),
        ({"band": Band.URGENT}, Reopening.HIGHER_BAND, Reopening.HIGHER_BAND),
        ({"band": Band.LABOUR_LAW}, None, None),
        ({"band": Band.NONE}, None, None),
        ({"texts": {"a": "t1"}}, None, None),
        ({"texts": {"a": "t2", "b": "t1"}}, None, None),
        ({"texts": {"a": "t1", "b": "t3"}}, Reopening.CHANGED_TEXT, None),
        ({"texts": {"a": "t1", "b": "t2", "c": "t2"}}, Reopening.NEW_COPY, None),
        ({"texts": {"a": "t1", "b": "t3"}, "indicators": {"recruitment-fee"}}, Reopening.CHANGED_TEXT, Reopening.CHANGED_TEXT),
        ({"texts": {"a": "t1", "b": "t2", "c": "t4"}, "indicators": {"x"}}, Reopening.NEW_COPY, Reopening.NEW_COPY),
        ({"indicators": {"recruitment-fee"}}, None, None),
        ({"indicators": set()}, None, None),
    ],
)
def test_reopening(outcome: Outcome, change: dict[str, object], why: Reopening | None, why_after_benign: Reopening | None) -> None:
    now = Snapshot(
        str(change.get("band", BEFORE.band)), change.get("texts", BEFORE.texts), frozenset(change.get("indicators", BEFORE.indicators))
    )
    assert rules.reopens(outcome, before=BEFORE, now=now) == (why_after_benign if outcome == Outcome.BENIGN else why)


NOBODY, ME, OTHER, STALE = Hold(None, None), Hold(1, NOW + DAY), Hold(2, NOW + DAY), Hold(2, NOW)


@pytest.mark.parametrize(
    ("roles", "state", "hold", "refusal"),
    [
        ({Role.INSPECTOR}, State.OPEN, NOBODY, None),
        ({Role.HEAD}, State.REOPENED, ME, None),
        ({Role.INSPECTOR}, State.OPEN, STALE, None),
        ({Role.INSPECTOR, Role.UNION}, State.OPEN, NOBODY, None),
        (set(), State.OPEN, NOBODY, Refusal.NOT_ALLOWED),
        ({Role.AUDITOR, Role.CUSTODIAN, Role.OPERATOR, Role.UNION}, State.OPEN, NOBODY, Refusal.NOT_ALLOWED),
        ({Role.INSPECTOR}, State.DECIDED, NOBODY, Refusal.ALREADY_DECIDED),
        ({Role.INSPECTOR}, State.MERGED, NOBODY, Refusal.MERGED),
        ({Role.INSPECTOR}, State.CLOSED, NOBODY, Refusal.CLOSED),
        ({Role.HEAD}, State.OPEN, OTHER, Refusal.HELD),
        ({Role.AUDITOR}, State.DECIDED, OTHER, Refusal.NOT_ALLOWED),
    ],
)
def test_who_may_decide(roles: set[Role], state: State, hold: Hold, refusal: Refusal | None) -> None:
    assert rules.may_decide(roles=roles, state=state, hold=hold, user_id=1, now=NOW) == refusal


@pytest.mark.parametrize(
    ("roles", "state", "hold", "take_over", "refusal"),
    [
        ({Role.INSPECTOR}, State.OPEN, NOBODY, False, None),
        ({Role.INSPECTOR}, State.OPEN, ME, False, None),
        ({Role.INSPECTOR}, State.OPEN, OTHER, True, None),
        ({Role.INSPECTOR}, State.OPEN, OTHER, False, Refusal.HELD),
        ({Role.INSPECTOR}, State.DECIDED, OTHER, True, Refusal.ALREADY_DECIDED),
        ({Role.AUDITOR}, State.OPEN, OTHER, True, Refusal.NOT_ALLOWED),
    ],
)
def test_who_may_claim(roles: set[Role], state: State, hold: Hold, take_over: bool, refusal: Refusal | None) -> None:
    assert rules.may_claim(roles=roles, state=state, hold=hold, user_id=1, now=NOW, take_over=take_over) == refusal


@pytest.mark.parametrize(
    ("roles", "state", "decided_by", "refusal"),
    [
        ({Role.INSPECTOR}, State.DECIDED, 1, None),
        ({Role.HEAD}, State.DECIDED, 2, None),
        ({Role.INSPECTOR}, State.DECIDED, 2, Refusal.NOT_ALLOWED),
        ({Role.AUDITOR}, State.DECIDED, 1, Refusal.NOT_ALLOWED),
        ({Role.HEAD}, State.REOPENED, None, Refusal.NOT_DECIDED),
        ({Role.INSPECTOR}, State.MERGED, 1, Refusal.NOT_DECIDED),
    ],
)
def test_who_may_undo(roles: set[Role], state: State, decided_by: int | None, refusal: Refusal | None) -> None:
    assert rules.may_undo(roles=roles, state=state, decided_by=decided_by, user_id=1) == refusal


@pytest.mark.parametrize(
    ("band", "days"), [(Band.URGENT, 1), (Band.PRIORITY, 3), (Band.FRAUD, 3), (Band.LABOUR_LAW, 7), (READ, 7), (Band.WATCH, None)]
)
def test_due(band: str, days: int | None) -> None:
    assert rules.due_at(band, since=NOW) == (None if days is None else NOW + days * DAY)


@pytest.mark.parametrize(
    ("bands", "highest"),
    [
        (["none", "fraud", "priority"], Band.PRIORITY),
        (["watch", "labour-law"], Band.LABOUR_LAW),
        ([], Band.NONE),
        (["none", "none"], Band.NONE),
    ],
)
def test_highest(bands: list[str], highest: Band) -> None:
    assert rules.highest(bands) == highest


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("change", "reach"),
    [
        ({}, 0.5),
        ({"copies": 0, "boards": 0, "countries": 0}, 0.5),
        ({"copies": 2}, 0.55),
        ({"boards": 2}, 0.55),
        ({"countries": 2}, 0.55),
        ({"copies": 4, "boards": 2, "countries": 2}, 0.7),
        ({"copies": 16, "boards": 8, "countries": 8}, 1.0),
        ({"copies": 5000, "boards": 50, "countries": 30}, 1.0),
    ],
)
def test_reach(change: dict[str, int], reach: float) -> None:
    assert rules.reach(replace(PLAIN, **change)) == pytest.approx(reach)


@pytest.mark.parametrize(
    ("online", "age", "freshness"),
    [
        (1, 0 * HOUR, 1.0),
        (1, 72 * HOUR, 1.0),
        (1, 72 * HOUR + timedelta(seconds=1), 0.8),
        (9, 400 * DAY, 0.8),
        (0, 0 * HOUR, 0.4),
        (0, 400 * DAY, 0.4),
    ],
)
def test_freshness(online: int, age: timedelta, freshness: float) -> None:
    assert rules.freshness(replace(PLAIN, online=online, newest_at=NOW - age), now=NOW) == freshness


@pytest.mark.parametrize(("age", "novelty"), [(0 * DAY, 1.0), (7 * DAY, 1.0), (7 * DAY + timedelta(seconds=1), 0.8), (400 * DAY, 0.8)])
def test_novelty(age: timedelta, novelty: float) -> None:
    assert rules.novelty(replace(PLAIN, first_at=NOW - age), now=NOW) == novelty


@pytest.mark.parametrize(
    ("indicators", "vulnerability"),
    [
        ((), 0.85),
        (("deposit-or-bond", "recruitment-fee"), 0.85),
        *[((name,), 1.0) for name in ("minors-targeted", "crisis-or-debt-targeting", "tied-or-crowded-housing")],
        (("recruitment-fee", "minors-targeted"), 1.0),
    ],
)
def test_vulnerability(indicators: tuple[str, ...], vulnerability: float) -> None:
    assert rules.vulnerability(replace(PLAIN, indicators=indicators)) == vulnerability


@pytest.mark.parametrize(("here", "jurisdiction"), [(True, 1.0), (False, 0.8), (None, 0.9)])
def test_jurisdiction(here: bool | None, jurisdiction: float) -> None:
    assert rules.jurisdiction(replace(PLAIN, here=here)) == jurisdiction


@pytest.mark.parametrize(
    ("change", "key"),
    [
        # 999,999 x risk 0.5 x reach 0.5 x freshness 0.8 x novelty 0.8 x vulnerability 0.85 x jurisdiction 0.9
        ({}, 5_122_399),
        ({"band": Band.NONE}, 122_399),
        ({"band": Band.URGENT, "risk": 0.0}, 6_002_447),
        ({"band": READ, "risk": 7.0}, 4_244_799),
        (
            {
                "band": Band.URGENT,
                "risk": 1.0,
                "copies": 1024,
                "newest_at": NOW,
                "first_at": NOW,
                "indicators": ("minors-targeted",),
                "here": True,
            },
            6_999_999,
        ),
    ],
)
def test_the_key_is_the_product_that_is_documented(change: dict[str, object], key: int) -> None:
    assert rules.sort_key(replace(PLAIN, **change), now=NOW) == key


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band.URGENT, "Urgent"),
        (Band.PRIORITY, "Priority"),
        (Band.LABOUR_LAW, "Labour law"),
        (Band.FRAUD, "Fraud"),
        (Band.WATCH, "Watch"),
        (Band.NONE, "Not flagged"),
        (READ, "Read first"),
        ("a band of tomorrow", "a band of tomorrow"),
    ],
)
def test_names_of_bands(band: str, words: str) -> None:
    assert rules.band_words(band) == words


def test_every_band_has_its_place_and_time() -> None:
    shown = {*Band, READ}
    assert set(rules.LEVEL) == shown == set(rules.DUE)
