"""The second look: what it drops, what it never touches, and what it learns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.records import Match
from models import second, train_second
from models.second import Candidate, SecondLook, Surroundings
from models.train_second import Seen

SEVERITIES = {"document-retention": "critical", "deposit-or-bond": "high", "unnamed-employer": "medium", "vague-job": "low", "new": "high"}
SHORT, LONG = Surroundings(frozenset({"messenger"}), 150), Surroundings(frozenset({"insurance", "named", "experience"}), 4000)


def candidate(name: str, *, strength: float = 0.7, key: str = "abc") -> Candidate:
    return Candidate(Match(name, 0, 10, "0123456789", strength, "why", "rule 1"), key, -1.0)


LOOK = SecondLook(
    {"longer:3": -9.0, "others:critical:1": 6.0}, 1.0, frozenset(SEVERITIES) - {"new"}, {"critical": 0.2, "high": 0.4, "medium": 0.4}
)


@pytest.mark.parametrize(
    ("names", "around", "left"),
    [
        (["deposit-or-bond"], SHORT, ["deposit-or-bond"]),
        (["deposit-or-bond"], LONG, []),
        (["vague-job"], LONG, ["vague-job"]),  # low ones are shown as they are
        (["new"], LONG, ["new"]),  # newer than the measurement
        (["unknown"], LONG, ["unknown"]),
        (["deposit-or-bond", "document-retention"], LONG, ["deposit-or-bond"]),  # one that has company is believed sooner
        ([], SHORT, []),
    ],
)
def test_what_is_believed(names: list[str], around: Surroundings, left: list[str]) -> None:
    found = LOOK.believed([candidate(name) for name in names], around, SEVERITIES)
    assert [match.id for match in found] == left


@given(st.lists(st.sampled_from(sorted(SEVERITIES)), max_size=6), st.integers(0, 60_000), st.floats(0, 1))
def test_it_only_ever_drops(names: list[str], length: int, strength: float) -> None:
    candidates = [candidate(name, strength=strength) for name in names]
    around = Surroundings(frozenset({"fee", "insurance"}), length)
    found = LOOK.believed(candidates, around, SEVERITIES)
    assert [one.match for one in candidates if one.match in found] == found
    assert all(0.0 <= LOOK.probability(one, candidates, around, SEVERITIES) <= 1.0 for one in candidates)


def corpus() -> list[Seen]:
    right = [Seen(f"g{n % 8}", (candidate("deposit-or-bond"),), SHORT, frozenset({"deposit-or-bond"})) for n in range(40)]
    wrong = [Seen(f"ordinary-{n % 8}", (candidate("deposit-or-bond"),), LONG, frozenset(), ordinary=True) for n in range(40)]
    return [*right, *wrong]


def test_it_learns_where_a_finding_is_right() -> None:
    made = train_second.fit(corpus(), SEVERITIES, weight=1.0)
    look = SecondLook(made["weights"], made["bias"], frozenset(made["indicators"]), made["least"])
    one = candidate("deposit-or-bond")
    assert look.believed([one], SHORT, SEVERITIES) == [one.match]
    assert look.believed([one], LONG, SEVERITIES) == []


def test_the_same_adverts_give_the_same_numbers() -> None:
    assert train_second.fit(corpus(), SEVERITIES, weight=0.5) == train_second.fit(corpus(), SEVERITIES, weight=0.5)


def test_the_one_in_use_was_measured() -> None:
    look = second.current()
    assert look is not None
    assert set(look.least) == {"critical", "high", "medium"}


def test_what_a_reader_judged_right_in_an_ordinary_advert_is_learned() -> None:
    one = candidate("deposit-or-bond", key="sale")

    def likely(right: frozenset[str]) -> float:
        judged = [Seen(f"ordinary-{number % 8}", (one,), LONG, right, ordinary=True) for number in range(40)]
        made = train_second.fit([*corpus(), *judged], SEVERITIES, weight=1.0)
        return SecondLook(made["weights"], made["bias"], frozenset(SEVERITIES), made["least"]).probability(one, (one,), LONG, SEVERITIES)

    assert likely(frozenset({"deposit-or-bond"})) > 2 * likely(frozenset())
