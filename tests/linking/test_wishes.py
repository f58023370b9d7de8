"""What people say against links: adverts set apart, contacts that belong to many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from adverts import leases
from adverts.models import Advert, AuditEntry, ClusterMember, Contact
from adverts.records import FairwatchError
from linking import desk
from linking import link as linking
from linking.clusters import components
from tests.conftest import NOW
from tests.linking.test_linking import TEXT, Line, Write, advert, take, together

ANOTHER = "a process elsewhere"
NAMES = st.integers(0, 9).map(str)


@given(st.lists(st.tuples(NAMES, NAMES), max_size=20), st.dictionaries(NAMES, st.sets(NAMES, max_size=3), max_size=3))
def test_those_set_apart_are_never_together(links: list[tuple[str, str]], wished: dict[str, set[str]]) -> None:
    apart: dict[str, set[str]] = {}
    for one, others in wished.items():
        for other in others - {one}:
            apart.setdefault(one, set()).add(other)
            apart.setdefault(other, set()).add(one)
    members = {str(number): NOW + timedelta(hours=number) for number in range(10)}
    found = components(members, links, apart=apart)
    assert all(found[one] != found[other] for one, others in apart.items() for other in others)
    free = components(members, links)
    assert all(free[one] == free[found[one]] for one in members)


def number(name: str) -> str:
    return Advert.objects.get(url__endswith=f"/{name}").pk


def part(name: str, **given: Any) -> Any:
    return desk.set_apart(number(name), why="another firm", by="anna", at=NOW, **given)


@pytest.fixture
def four(landing: Write, line: Line, db: None) -> None:
    """Three of one template, of which 1 shares its number with 4."""
    take(
        landing(
            *(advert(line, n, TEXT.format("+48 512 000 001" if n == 1 else "")) for n in (1, 2, 3)),
            advert(line, 4, "Maid for a villa near the sea, ring +48 512 000 001 in the evening"),
        )
    )


@pytest.mark.parametrize(
    ("name", "groups"),
    [("1", [{"1"}, {"2", "3"}, {"4"}]), ("2", [{"1", "3", "4"}, {"2"}]), ("4", [{"1", "2", "3"}, {"4"}])],
)
def test_an_advert_is_set_apart_and_put_back(four: None, name: str, groups: list[set[str]]) -> None:
    assert together() == [{"1", "2", "3", "4"}]
    parting = part(name)
    assert together() == [{"1", "2", "3", "4"}]
    assert desk.follow()
    assert together() == groups
    assert linking.link().adverts == 0
    assert together() == groups
    assert desk.put_back(parting.pk, by="ben", at=NOW) is not None
    assert desk.put_back(parting.pk, by="ben", at=NOW) is None
    assert desk.follow()
    assert together() == [{"1", "2", "3", "4"}]
    assert list(AuditEntry.objects.values_list("actor", "action")) == [("anna", "set-apart"), ("ben", "put-back")]


def test_a_new_copy_joins_one_side_and_joins_nothing_together(four: None, landing: Write, line: Line) -> None:
    part("2")
    desk.follow()
    take(landing(advert(line, 5, TEXT.format(""))))
    groups = together()
    assert sum("5" in group for group in groups) == 1
    assert not any({"1", "2"} <= group for group in groups)


def test_one_that_stands_alone_cannot_be_set_apart(landing: Write, line: Line, db: None) -> None:
    take(landing(advert(line, 1, TEXT.format(""))))
    with pytest.raises(FairwatchError, match="stands alone"):
        part("1")


def test_while_a_linking_run_is_under_way_the_wish_waits_for_the_next(four: None) -> None:
    part("4")
    assert leases.take("link", [leases.WHOLE], holder=ANOTHER, now=timezone.now())
    assert desk.follow() is False
    assert together() == [{"1", "2", "3", "4"}]
    leases.give_back("link", [leases.WHOLE], holder=ANOTHER)
    linking.link()
    assert together() == [{"1", "2", "3"}, {"4"}]


def test_a_switchboard_named_by_a_person_links_nothing(four: None) -> None:
    key = Contact.objects.get().pk
    common = desk.name_common(key, why="a job centre", by="anna", at=NOW)
    assert common is not None
    desk.follow()
    assert together() == [{"1", "2", "3"}, {"4"}]
    assert [row.masked for row in desk.common_contacts()] == [Contact.objects.get().masked]
    assert desk.unname_common(common.pk, by="anna", at=NOW)
    assert desk.unname_common(common.pk, by="anna", at=NOW) is None
    desk.follow()
    assert together() == [{"1", "2", "3", "4"}]
    assert desk.common_contacts() == []
    assert desk.name_common("no such", why="", by="anna", at=NOW) is None


def test_partings_are_told_on_both_sides(four: None) -> None:
    parting = part("4")
    desk.follow()
    for name in ("1", "4"):
        cluster = ClusterMember.objects.get(advert_id=number(name)).cluster_id
        assert [row.pk for row in desk.partings_of(cluster)] == [parting.pk]
