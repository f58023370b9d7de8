from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts import intake
from adverts.models import Advert, AdvertContact, Cluster, ClusterLink, ClusterMember
from linking import link as linking
from linking.clusters import components
from linking.signatures import bands, signature, similarity
from nlp import contacts
from tests.conftest import NOW

TEXT = (
    "Waiters wanted for the big hotel at the lake, rooms are shared, food is given, come with your papers and good shoes on Monday, call {}"
)


def test_only_numbers_and_contacts_differ_is_the_same_template() -> None:
    assert similarity(signature(TEXT.format("0770 111 222")), signature(TEXT.format("+48 512 333 444"))) == 1.0


@pytest.mark.parametrize(
    "other",
    [
        "Driver for a dairy in Poland, night shifts, own room, pay every Friday, ask for the foreman at the gate of the plant",
        "招聘服务员 " * 20,
    ],
)
def test_other_adverts_are_not_alike(other: str) -> None:
    assert similarity(signature(TEXT), signature(other)) < 0.2


@pytest.mark.parametrize("short", ["Waiter wanted", "", "招聘"])
def test_short_texts_have_no_signature(short: str) -> None:
    assert signature(short) == b""
    assert bands(signature(short)) == []
    assert similarity(signature(short), signature(TEXT)) == 0.0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12), st.randoms())
def test_clusters_do_not_depend_on_the_order_of_links(pairs: list[tuple[int, int]], chance: Any) -> None:
    members = {str(n): NOW + timedelta(hours=n % 3) for n in range(10)}
    links = [(str(a), str(b)) for a, b in pairs]
    shuffled = [(b, a) for a, b in links]
    chance.shuffle(shuffled)
    assert components(members, links) == components(members, shuffled)
    found = components(members, links)
    assert all(found[found[advert]] == found[advert] for advert in members)


Write = Callable[..., Path]
Line = Callable[..., dict[str, Any]]


def advert(line: Line, number: int, text: str, **fields: Any) -> dict[str, Any]:
    return line(url=f"https://board.example/jobs/{number}", text=text, **fields)


def take(folder: Path) -> None:
    intake.ingest(folder, contacts=contacts, now=NOW)
    linking.link()


def together() -> list[set[str]]:
    groups: dict[str, set[str]] = {}
    for member in ClusterMember.objects.select_related("advert"):
        groups.setdefault(member.cluster_id, set()).add(member.advert.url.rsplit("/", 1)[1])
    return sorted((group for group in groups.values()), key=sorted)


@pytest.mark.django_db
def test_template_and_contact_make_one_cluster(landing: Write, line: Line) -> None:
    take(
        landing(
            advert(line, 1, TEXT.format("+48 512 000 001"), employer="Amber"),
            advert(line, 2, TEXT.format("+48 512 000 002"), employer="Topaz", source="other-board"),
            advert(line, 3, "Maid for a villa near the sea, ring +48 512 000 002 in the evening", country="PL"),
            advert(line, 4, "Nurse in Riga, ring +48 512 000 009"),
        )
    )
    assert together() == [{"1", "2", "3"}, {"4"}]
    cluster = Cluster.objects.get(size=3)
    assert (cluster.boards, cluster.reach, cluster.countries) == (2, 3, ["LV", "PL"])
    assert {row.kind for row in ClusterLink.objects.all()} == {"template", "phone"}
    assert all("512" not in row.reason.replace("+48 5**", "") for row in ClusterLink.objects.all())


@pytest.mark.django_db
def test_a_repeat_changes_nothing(landing: Write, line: Line) -> None:
    take(landing(*(advert(line, n, TEXT.format("")) for n in range(5))))
    before = list(ClusterLink.objects.order_by("pk").values()), list(ClusterMember.objects.order_by("advert_id").values())
    assert linking.link().adverts == 0
    assert (list(ClusterLink.objects.order_by("pk").values()), list(ClusterMember.objects.order_by("advert_id").values())) == before


@pytest.mark.django_db
def test_a_changed_text_leaves_its_cluster(landing: Write, line: Line, now: datetime) -> None:
    later = (now + timedelta(days=1)).isoformat()
    take(landing(advert(line, 1, TEXT.format("")), advert(line, 2, TEXT.format(""))))
    assert together() == [{"1", "2"}]
    take(
        landing(
            advert(
                line,
                2,
                "Teacher of maths in a small school by the river, mornings only, paid by the month, long summer holidays",
                seen_at=later,
            )
        )
    )
    assert together() == [{"1"}, {"2"}]
    assert Cluster.objects.count() == 2


@pytest.mark.django_db
def test_a_closed_advert_no_longer_counts_as_reach(landing: Write, line: Line, now: datetime) -> None:
    take(landing(advert(line, 1, TEXT.format("")), advert(line, 2, TEXT.format(""))))
    take(landing(line(url="https://board.example/jobs/2", event="gone", status=404, seen_at=(now + timedelta(days=1)).isoformat())))
    assert Cluster.objects.get().reach == 1


@pytest.mark.django_db
def test_a_switchboard_links_nothing(landing: Write, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "COMMON", 3)
    words = ["cook", "maid", "driver", "nurse"]
    take(landing(*(advert(line, n, f"{word.capitalize()} needed, ring +48 512 000 001") for n, word in enumerate(words))))
    assert AdvertContact.objects.count() == 4
    assert len(together()) == 4


@pytest.mark.django_db
def test_the_order_of_arrival_does_not_matter(landing: Write, line: Line) -> None:
    texts = [TEXT.format("+48 512 000 001"), TEXT.format("+48 512 000 002"), "Maid, ring +48 512 000 002", "Cook, ring +48 512 000 003"]
    seen = set()
    for number, order in enumerate(itertools.islice(itertools.permutations(range(4)), 0, 24, 5)):
        Advert.objects.all().delete()
        Cluster.objects.all().delete()
        for place in order:
            take(landing(advert(line, place, texts[place]), name=f"20260501T08000{number}Z-{place}.jsonl"))
        seen.add(repr(sorted(map(sorted, together()))))
    assert len(seen) == 1
