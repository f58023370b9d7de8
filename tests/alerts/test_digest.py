"""The rules that keep alerts few, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.catalogue import cards
from adverts.records import Band
from alerts.digest import Change, Item, Section, changes, digest
from alerts.facts import CRITICAL, ClusterFacts, Told, combined

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def facts(**given: object) -> ClusterFacts:
    base = ClusterFacts(
        cluster_id="c1",
        advert_id="a1",
        title="Packers wanted",
        band=Band.PRIORITY,
        size=2,
        online=2,
        boards=1,
        countries=frozenset({"PL"}),
        indicators=frozenset({"recruitment-fee"}),
        first_seen_at=NOW,
        newest_at=NOW,
        posted_on=None,
    )
    return replace(base, **given)  # type: ignore[arg-type]


def told(**given: object) -> Told:
    return replace(Told(Band.PRIORITY, 2, frozenset({"PL"}), frozenset({"recruitment-fee"})), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (None, facts(), (Change.FIRST,)),
        (None, facts(online=0), ()),
        (told(), facts(), ()),
        (told(), facts(band=Band.URGENT), (Change.BAND,)),
        (told(), facts(band=Band.WATCH), ()),
        (told(band=Band.FRAUD), facts(band=Band.LABOUR_LAW), (Change.BAND,)),
        (told(), facts(indicators=frozenset({"recruitment-fee", "document-retention"})), (Change.CRITICAL,)),
        (told(), facts(indicators=frozenset({"recruitment-fee", "vague-job"})), ()),
        (told(indicators=frozenset({"document-retention"})), facts(indicators=frozenset({"document-retention"})), ()),
        (told(), facts(indicators=frozenset()), ()),
        (told(), facts(countries=frozenset({"PL", "DE"})), (Change.COUNTRY,)),
        (told(), facts(countries=frozenset()), ()),
        (told(countries=frozenset({"PL", "DE"})), facts(countries=frozenset({"DE"})), ()),
        (told(), facts(size=5), ()),
        (told(), facts(size=6), (Change.GROWN,)),
        (told(size=1), facts(size=2), ()),
        (told(size=1), facts(size=3), (Change.GROWN,)),
        (told(), facts(size=1), ()),
        (told(), facts(online=0), (Change.CLOSED,)),
        (told(closed=True), facts(online=0), ()),
        (told(closed=True), facts(online=2), ()),
        (told(), facts(online=0, band=Band.URGENT), (Change.BAND, Change.CLOSED)),
    ],
)
def test_what_is_material(before: Told | None, now: ClusterFacts, expected: tuple[Change, ...]) -> None:
    assert changes(before, now) == expected


@pytest.mark.parametrize(
    ("before", "now", "section"),
    [
        (None, facts(), Section.NEW),
        (None, facts(posted_on=date(2026, 10, 21)), Section.NEW),
        (None, facts(posted_on=date(2026, 10, 20)), Section.LATE),
        (told(), facts(band=Band.URGENT), Section.CHANGED),
        (told(), facts(band=Band.URGENT, posted_on=date(2020, 1, 1)), Section.CHANGED),
        (told(), facts(online=0), Section.CLOSED),
        (told(), facts(online=0, size=9), Section.CLOSED),
    ],
)
def test_sections(before: Told | None, now: ClusterFacts, section: Section) -> None:
    assert [item.section for item in digest([(now, before)], today=TODAY).items] == [section]


def test_order_and_cap() -> None:
    many = [(facts(cluster_id=f"c{number:02}", online=number), None) for number in range(1, 31)]
    urgent = [(facts(cluster_id="u", band=Band.URGENT), None), (facts(cluster_id="x", online=0), told())]
    made = digest(many + urgent, today=TODAY, cap=15)
    assert [item.facts.cluster_id for item in made.items][:3] == ["u", "c30", "c29"]
    assert (len(made.items), made.more) == (15, 17)
    assert digest([], today=TODAY).more == 0


def test_of_equals_the_newest_stands_first_and_then_the_id() -> None:
    old, new = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    given = [facts(cluster_id="b", newest_at=old), facts(cluster_id="a", newest_at=old), facts(cluster_id="z", newest_at=new)]
    made = digest([(each, None) for each in given], today=TODAY)
    assert [item.facts.cluster_id for item in made.items] == ["z", "a", "b"]


def test_an_item_says_why_it_is_there() -> None:
    made = digest([(facts(), None), (facts(cluster_id="c2", online=0, band=Band.URGENT), told())], today=TODAY)
    assert [item.changes for item in made.items] == [(Change.FIRST,), (Change.BAND, Change.CLOSED)]


def test_sections_share_out_the_items() -> None:
    made = digest(
        [(facts(cluster_id="n"), None), (facts(cluster_id="c", band=Band.URGENT), told()), (facts(cluster_id="x", online=0), told())],
        today=TODAY,
    )
    found = {section: [item.facts.cluster_id for item in made.section(section)] for section in Section}
    assert found == {Section.NEW: ["n"], Section.CHANGED: ["c"], Section.CLOSED: ["x"], Section.LATE: []}


@pytest.mark.parametrize(("clusters", "something"), [([], False), ([(facts(), told())], False), ([(facts(), None)], True)])
def test_a_digest_is_true_when_it_tells_something(clusters: list[tuple[ClusterFacts, Told | None]], something: bool) -> None:
    assert bool(digest(clusters, today=TODAY)) is something


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        (None, facts(), told()),
        (None, facts(online=0), told(closed=True)),
        (told(band=Band.URGENT, size=9), facts(), told(band=Band.URGENT, size=9)),
        (told(), facts(band=Band.URGENT, size=9), told(band=Band.URGENT, size=9)),
        (told(), facts(countries=frozenset({"DE"})), told(countries=frozenset({"PL", "DE"}))),
        (told(), facts(indicators=frozenset({"vague-job"})), told(indicators=frozenset({"vague-job", "recruitment-fee"}))),
        (told(closed=True), facts(), told(closed=True)),
        (told(), facts(online=0), told(closed=True)),
    ],
)
def test_what_is_known_after_an_item_never_shrinks(before: Told | None, now: ClusterFacts, after: Told) -> None:
    known = Item(now, Section.NEW, (Change.FIRST,)).telling(before)
    assert known == after
    assert isinstance(known.closed, bool)


def test_a_cluster_given_twice_is_told_once() -> None:
    assert len(digest([(facts(), None), (facts(), None)], today=TODAY).items) == 1


def test_clusters_that_became_one_count_together() -> None:
    one, two = told(countries=frozenset({"PL"})), told(countries=frozenset({"DE"}), band=Band.URGENT, closed=True)
    assert combined([one, two]) == Told(Band.URGENT, 4, frozenset({"PL", "DE"}), one.indicators, closed=False)
    assert combined([]) is None


def test_critical_indicators_are_those_of_the_catalogue() -> None:
    known = {card.id for card in cards().values() if card.severity == "critical"}
    assert known <= CRITICAL


_facts = st.builds(
    facts,
    band=st.sampled_from(list(Band)),
    size=st.integers(1, 40),
    online=st.integers(0, 3),
    countries=st.frozensets(st.sampled_from(["PL", "DE", "AE"])),
    indicators=st.frozensets(st.sampled_from(["recruitment-fee", "document-retention", "minors-targeted"])),
)


@given(st.lists(_facts, max_size=12))
def test_nothing_is_told_twice(history: list[ClusterFacts]) -> None:
    """Whatever a cluster goes through: what was just told is not told again, and each reason is used up by telling it."""
    before: Told | None = None
    closings = 0
    for now in history:
        changed = changes(before, now)
        if changed:
            closings += Change.CLOSED in changed
            before = Item(now, Section.NEW, changed).telling(before)
            assert changes(before, now) == ()
    assert closings <= 1
