"""Leases: one holder an item, ended ones are free again, and only who still holds one may write. On any database."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as Case

from adverts import assess, holders, intake, leases
from adverts.leases import LASTING, HeldElsewhereError, LostLeaseError
from adverts.models import Advert, Assessment, Lease
from adverts.records import Band
from nlp import contacts
from tests.conftest import NOW

LATER = NOW + LASTING + timedelta(seconds=1)
ITEMS = ["a", "b", "c"]

pytestmark = pytest.mark.django_db


def take(items: list[str], holder: str, now: datetime = NOW) -> list[str]:
    return leases.take("x", items, holder=holder, now=now)


def test_an_item_has_one_holder_and_order_is_kept() -> None:
    assert take(["c", "a"], "one") == ["c", "a"]
    assert take(ITEMS, "two") == ["b"]
    assert take(ITEMS, "one") == ["a", "c"]


def test_stages_do_not_meet() -> None:
    take(ITEMS, "one")
    assert leases.take("y", ITEMS, holder="two", now=NOW) == ITEMS


@pytest.mark.parametrize(("passed", "free"), [(timedelta(), False), (LASTING - timedelta(seconds=1), False), (LASTING, True)])
def test_a_lease_ends_with_time(passed: timedelta, free: bool) -> None:
    take(ITEMS, "one")
    assert take(ITEMS, "two", NOW + passed) == (ITEMS if free else [])


def test_a_lease_of_a_dead_process_is_free_at_once() -> None:
    parts = holders.me().split(" ")
    take(["a"], " ".join([*parts[:2], "999999999", *parts[3:]]))
    take(["b"], holders.me())
    assert leases.held("x", now=NOW) == 1
    assert take(["a", "b"], "two") == ["a"]


def test_a_renewed_lease_lasts_and_a_lost_one_cannot_be_renewed() -> None:
    take(ITEMS, "one")
    leases.renew("x", ITEMS, holder="one", now=NOW + LASTING / 2)
    assert take(ITEMS, "two", LATER) == []
    assert take(ITEMS, "two", NOW + 2 * LASTING) == ITEMS
    with pytest.raises(LostLeaseError, match="3 of 3"):
        leases.renew("x", ITEMS, holder="one", now=NOW + 2 * LASTING)


def test_only_what_is_still_ours_is_given_back() -> None:
    take(ITEMS, "one")
    take(["b"], "two", LATER)
    assert leases.give_back("x", ITEMS, holder="one") == ["a", "c"]
    assert list(Lease.objects.values_list("item", "holder")) == [("b", "two")]
    assert leases.give_back("x", ITEMS, holder="one") == []


ACTS = st.sampled_from(["take", "renew", "back", "wait"])


class TestHistories(Case):
    @settings(max_examples=60)
    @given(st.lists(st.tuples(ACTS, st.sampled_from(["p", "q", "r"]), st.sets(st.sampled_from(ITEMS), min_size=1)), max_size=25))
    def test_nobody_writes_what_another_holds(self, history: list[tuple[str, str, set[str]]]) -> None:
        """Against a model: item -> (holder, end)."""
        now, model = NOW, dict[str, tuple[str, datetime]]()
        for act, who, chosen in history:
            items = sorted(chosen)
            if act == "wait":
                now += LASTING / 3
            elif act == "take":
                free = [item for item in items if item not in model or model[item][1] <= now]
                mine = [item for item in items if item in model and model[item][0] == who]
                assert leases.take("x", items, holder=who, now=now) == [item for item in items if item in {*free, *mine}]
                model.update(dict.fromkeys(free, (who, now + LASTING)))
            elif act == "renew" and all(model.get(item, ("",))[0] == who for item in items):
                leases.renew("x", items, holder=who, now=now)
                model.update(dict.fromkeys(items, (who, now + LASTING)))
            elif act == "back":
                mine = [item for item in items if model.get(item, ("",))[0] == who]
                assert leases.give_back("x", items, holder=who) == mine
                for item in mine:
                    del model[item]
            assert dict(Lease.objects.values_list("item", "holder")) == {item: holder for item, (holder, _) in model.items()}


def fixed() -> datetime:
    return NOW


def test_alone_refuses_a_second_and_says_who() -> None:
    with leases.alone("link", clock=fixed) as keep:
        keep()
        with pytest.raises(HeldElsewhereError, match=r"link: process \d+ on .* is at it, and has until 2026-05-01 08:02:00 UTC"):
            leases.alone("link", clock=fixed).__enter__()
    with leases.alone("link", clock=fixed):
        pass
    assert not Lease.objects.exists()


def test_alone_waits_where_it_may_and_says_so_once() -> None:
    said: list[str] = []
    times = itertools.accumulate(itertools.repeat(LASTING / 4), initial=NOW)
    leases.take("link", [leases.WHOLE], holder="other", now=NOW)
    pauses: list[float] = []
    with leases.alone("link", clock=times.__next__, pause=pauses.append, say=said.append):
        assert len(pauses) == 4
    assert len(said) == 1


def test_a_lost_lease_stops_the_work_and_is_not_given_back() -> None:
    now = [NOW]
    with leases.alone("link", clock=lambda: now[0]) as keep:
        now[0] = LATER
        leases.take("link", [leases.WHOLE], holder="other", now=LATER)
        with pytest.raises(LostLeaseError):
            keep()
    assert Lease.objects.get().holder == "other"


# assessing under leases


@pytest.fixture
def adverts(landing: Callable[..., Path], line: Callable[..., dict[str, Any]]) -> list[str]:
    lines = [line(url=f"https://board.example/jobs/{n}", text=f"Cook number {n}, a registration fee is asked.") for n in range(7)]
    intake.ingest(landing(*lines), contacts=contacts, now=NOW)
    return sorted(Advert.objects.values_list("advert_id", flat=True))


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assess, "BATCH", 3)


def test_adverts_are_taken_once_in_order_of_id(adverts: list[str]) -> None:
    first = leases.take_adverts("assess", assess.waiting(), size=3, holder="one", now=NOW)
    second = leases.take_adverts("assess", assess.waiting(), size=9, holder="two", now=NOW)
    assert [row.advert_id for row in [*first, *second]] == adverts
    assert leases.take_adverts("assess", assess.waiting(), size=9, holder="three", now=NOW) == []
    assert len(leases.take_adverts("assess", assess.waiting(), size=9, holder="three", now=LATER)) == 7


def test_what_another_has_in_hand_is_left_to_it(adverts: list[str]) -> None:
    leases.take_adverts("assess", assess.waiting(), size=2, holder="other", now=NOW)
    counts = assess.assess(now=NOW)
    assert counts.assessed == 5
    assert sorted(assess.waiting().values_list("advert_id", flat=True)) == adverts[:2]


def test_what_a_dead_process_had_in_hand_is_waited_for_and_done(adverts: list[str]) -> None:
    leases.take_adverts("assess", assess.waiting(), size=2, holder="other", now=NOW)
    now = [NOW]

    def pause(seconds: float) -> None:
        now[0] += timedelta(seconds=20 * seconds)

    counts = assess.assess(now=NOW, clock=lambda: now[0], pause=pause)
    assert (counts.assessed, counts.lost, sum(counts.by_band.values())) == (7, 0, 7)
    assert LATER - timedelta(seconds=1) <= now[0] <= LATER + timedelta(seconds=40)
    assert not Lease.objects.exists()


def test_a_batch_that_takes_long_is_renewed(adverts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now, judge = [NOW], assess.judge_row

    def slow(advert: Advert, *, now: datetime) -> Any:
        clock[0] += LASTING * 0.6
        assert leases.take("assess", [advert.advert_id], holder="thief", now=clock[0]) == []
        return judge(advert, now=now)

    clock = now
    monkeypatch.setattr(assess, "judge_row", slow)
    assert assess.assess(now=NOW, clock=lambda: clock[0]).assessed == 7


@pytest.mark.parametrize("asleep_in", [0, 2])
def test_a_worker_that_slept_past_its_lease_writes_nothing(adverts: list[str], monkeypatch: pytest.MonkeyPatch, asleep_in: int) -> None:
    clock, judge, seen = [NOW], assess.judge_row, Counter[str]()

    def sleepy(advert: Advert, *, now: datetime) -> Any:
        seen[advert.advert_id] += 1
        if len(seen) == asleep_in + 1 and seen.total() == asleep_in + 1:
            clock[0] = LATER
            other = assess.assess(now=LATER, clock=lambda: LATER)  # another worker, while this one sleeps
            assert other.assessed == 7
        return judge(advert, now=now)

    monkeypatch.setattr(assess, "judge_row", sleepy)
    counts = assess.assess(now=NOW, clock=lambda: clock[0])
    assert counts.assessed == 0
    assert counts.lost == 3
    assert Assessment.objects.count() == 7
    assert set(Assessment.objects.values_list("made_at", flat=True)) == {LATER}


def test_an_interrupted_batch_is_free_at_once(adverts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(advert: Advert, *, now: datetime) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(assess, "judge_row", interrupted)
    with pytest.raises(KeyboardInterrupt):
        assess.assess(now=NOW)
    assert not Lease.objects.exists()


def test_progress_gets_each_batch(adverts: list[str]) -> None:
    seen: list[Counter[str]] = []
    counts = assess.assess(now=NOW, progress=seen.append)
    assert [piece.total() for piece in seen] == [3, 3, 1]
    assert sum(seen, Counter()) == Counter(counts.by_band)
    assert set(counts.by_band) <= {band.value for band in Band}
