"""Small ledgers for the tests of review: adverts, assessments, clusters and people, all invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any

from django.contrib.auth.models import Group, User

from adverts.access import Role
from adverts.models import Advert, AdvertVersion, Assessment, Cluster, ClusterLink, ClusterMember
from adverts.records import Band, advert_id, text_hash

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TEXT = "Packers wanted. Pay a deposit of 300 EUR to keep your seat. We keep your passport until the season ends. No placement fee."

_numbers = count(1)


def person(name: str, *roles: Role) -> User:
    """A user with these roles; the password is the name."""
    user = User.objects.create_user(name, password=name)
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    return user


def match(text: str, words: str, indicator: str, *, strength: float = 0.9, note: str = "") -> dict[str, Any]:
    """A finding on the first place where ``words`` stand."""
    start = text.index(words)
    return {
        "id": indicator,
        "start": start,
        "end": start + len(words),
        "quote": words,
        "strength": strength,
        "why": "The words ask the worker for it.",
        "origin": "rule/1",
        "note": note,
    }


def advert(text: str = TEXT, *, title: str = "Packers wanted", source: str = "board-a", at: datetime = NOW, **fields: Any) -> Advert:
    """An advert with its first version."""
    number = next(_numbers)
    row = Advert(
        advert_id=advert_id(source=source, own_id=f"{number}"),
        position=number,
        source=source,
        source_id=f"{number}",
        url=f"https://{source}.example/jobs/{number}",
        title=title,
        text=text,
        text_hash=text_hash(text),
        first_seen_at=at,
        seen_at=at,
        capture_file="board-a/1.warc.gz",
        capture_offset=512,
        capture_sha256="ab" * 32,
        **fields,
    )
    row.save()
    AdvertVersion.objects.create(advert=row, number=1, event=AdvertVersion.CREATED, at=at)
    return row


def assess(
    row: Advert,
    band: str = Band.URGENT,
    *,
    risk: float = 0.8,
    indicators: Sequence[dict[str, Any]] | None = None,
    signals: Sequence[dict[str, Any]] = (),
    language: str = "en",
    rules: str = "rules-1",
    questions: Sequence[str] = ("employer", "hours"),
) -> Assessment:
    """An assessment of the advert's present text; with findings on the usual words where they are there."""
    if indicators is None:
        wanted = [("deposit of 300 EUR", "deposit-or-bond"), ("keep your passport", "document-retention")] if band != Band.NONE else []
        indicators = [match(row.text, words, name) for words, name in wanted if words in row.text]
    return Assessment.objects.create(
        advert=row,
        text_hash=row.text_hash,
        language=language,
        indicators=list(indicators),
        signals=list(signals),
        questions=list(questions),
        risk=risk,
        band=band,
        reasons=["A deposit is asked for.", "Documents are kept."],
        rules_version=rules,
        model_version="model-1",
        made_at=row.seen_at,
    )


def cluster(members: Iterable[Advert], *, cluster_id: str = "") -> Cluster:
    """The adverts as one cluster, linked in a chain by their text."""
    rows = list(members)
    group = Cluster.objects.create(
        cluster_id=cluster_id or rows[0].advert_id,
        size=len(rows),
        boards=len({row.source for row in rows}),
        reach=sum(row.closed_at is None for row in rows),
        countries=sorted({row.country for row in rows if row.country}),
        newest_at=max(row.first_seen_at for row in rows),
    )
    ClusterMember.objects.bulk_create([ClusterMember(advert=row, cluster=group) for row in rows])
    pairs = pairwise(rows)
    ClusterLink.objects.bulk_create(
        [ClusterLink(a=a, b=b, kind="template", strength=0.95, reason="Nearly the same text") for a, b in pairs]
    )
    return group


def join(group: Cluster, row: Advert) -> None:
    """One more advert in a cluster."""
    ClusterMember.objects.create(advert=row, cluster=group)
    Cluster.objects.filter(pk=group.pk).update(size=group.size + 1)


def single(band: str = Band.URGENT, *, text: str = TEXT, cluster_id: str = "", **more: Any) -> Cluster:
    """A cluster of one assessed advert."""
    assessed = {name: more.pop(name) for name in ("risk", "indicators", "signals", "language", "rules", "questions") if name in more}
    row = advert(text, **more)
    assess(row, band, **assessed)
    return cluster([row], cluster_id=cluster_id)


def rewrite(row: Advert, text: str, *, at: datetime = NOW + timedelta(hours=1)) -> None:
    """Change the text of an advert as intake does."""
    number = AdvertVersion.objects.filter(advert=row).count() + 1
    AdvertVersion.objects.create(advert=row, number=number, event=AdvertVersion.CHANGED, at=at, changes={"text": [row.text, text]})
    row.text, row.text_hash, row.seen_at = text, text_hash(text), at
    row.save()


def visible_id(prefix: str, *, blind: bool = False, drawn: bool = False, twice: bool = False) -> str:
    """A cluster id of which the random draws say: read blind if flagged, drawn if not, its first decision read twice."""
    from review.sample import is_control, is_drawn, is_read_twice

    for number in count():
        name = f"{prefix}{number:0{32 - len(prefix)}d}"
        if (is_control(name), is_drawn(name), is_read_twice(name, 1)) == (blind, drawn, twice):
            return name
    raise AssertionError


def decided(case: Any, outcome: Any, *, by: User, at: datetime = NOW) -> Any:
    """The verdict of a person on a case as it stands."""
    from review import deciding

    answer = deciding.Decision(outcome, "", "a note", case.round, deciding.digest(deciding.shown_now(case)))
    return deciding.decide(case.pk, answer, user=by, now=at)


def read_again(cluster_id: str, *, first: User, second: User | None = None, answer: Any = None) -> Any:
    """A case decided as ``act`` that is drawn for a second opinion, and that opinion where somebody gives one."""
    from review import queue
    from review import second as opinions
    from review.models import Case, SecondReading
    from review.rules import Outcome

    single(Band.PRIORITY, cluster_id=cluster_id)
    queue.refresh(now=NOW)
    verdict = decided(Case.objects.get(cluster_id=cluster_id), Outcome.ACT, by=first)
    reading = SecondReading.objects.get(verdict=verdict)
    return reading if second is None else opinions.answer(reading.pk, outcome=answer, reason="", note="", user=second, now=NOW)
