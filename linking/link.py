"""Link adverts by template and shared contact, and keep the clusters that follow. Repeating it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from adverts.models import Advert, AdvertContact, Cluster, ClusterLink, ClusterMember
from linking import signatures, wishes
from linking.clusters import components
from linking.models import Signature, SignatureBand

BATCH = 200
MOST_TEMPLATE_LINKS = 10
"""Links one advert gets to others of its template: enough to hold a cluster together."""
MOST_CANDIDATES = 200
"""Adverts of one band that are compared at most."""
COMMON = 60
"""A contact on more adverts than this belongs to a board, an agency's switchboard or a public office, and links nothing."""
FEWEST_OF_A_BOARD = 8
SHARE_OF_A_BOARD = 0.2
"""A contact on this share of a source's adverts, and on at least so many, is the board's own desk."""
LINKING_KINDS = ("phone", "email", "handle", "messenger")
WHY = {
    "phone": "the same phone number",
    "email": "the same e-mail address",
    "handle": "the same account name",
    "messenger": "the same messenger link",
}


@dataclass(slots=True)
class Counts:
    """What one run did."""

    adverts: int = 0
    links: int = 0
    clusters: int = 0


def link(*, progress: Callable[[int], None] | None = None, keep: Callable[[], None] | None = None) -> Counts:
    """Link every advert that is new or was written since it was linked, in order of ledger position.

    One process at a time: what an advert is linked to depends on those linked before it, so two would give another result than one.
    ``keep`` is called in each transaction and raises where that right was lost (``adverts.leases.alone``).
    """
    counts = Counts(clusters=follow_wishes(keep=keep))
    while batch := list(_waiting()[:BATCH]):
        with transaction.atomic():
            if keep:
                keep()
            affected = _link_batch(batch, counts)
            counts.clusters += _recluster(affected)
        counts.adverts += len(batch)
        if progress:
            progress(len(batch))
    return counts


def follow_wishes(*, keep: Callable[[], None] | None = None) -> int:
    """Bring links and clusters in step with what people said since; each wish is one transaction. Returns the clusters written."""
    written = 0
    for wish in wishes.pending():
        with transaction.atomic():
            if keep:
                keep()
            affected, keys = wishes.reach_of(wish)
            for key in sorted(keys):
                affected |= _contact_links(key)[0]
            for advert in wishes.alike(wish):
                affected |= {end for made in _template_links(advert) for end in (made.a_id, made.b_id)}
            written += _recluster(affected)
            wishes.mark_followed(wish)
    return written


def waiting_count() -> int:
    """How many adverts wait to be linked."""
    return _waiting().count()


def _waiting() -> QuerySet[Advert]:
    return Advert.objects.filter(Q(signature__isnull=True) | ~Q(signature__position=F("position"))).order_by("position")


def _link_batch(batch: Sequence[Advert], counts: Counts) -> set[str]:
    """Sign and link the adverts of a batch; returns the ids of all adverts whose cluster may change."""
    affected: set[str] = set()
    keys: set[str] = set()
    for advert in batch:
        affected.add(advert.advert_id)
        if _sign(advert):
            affected |= _drop_template_links(advert.advert_id)
            made = _template_links(advert.advert_id)
            affected |= {made_link.a_id for made_link in made} | {made_link.b_id for made_link in made}
            counts.links += len(made)
        keys |= set(ClusterLink.objects.filter(Q(a=advert) | Q(b=advert)).exclude(value="").values_list("value", flat=True))
        keys |= set(advert.contact_links.values_list("contact_id", flat=True))
    for key in sorted(keys):
        changed, made_count = _contact_links(key)
        affected |= changed
        counts.links += made_count
    return affected


def _sign(advert: Advert) -> bool:
    """Store the signature of the advert's present text; whether it differs from before."""
    old = Signature.objects.filter(advert_id=advert.advert_id).first()
    if old and old.text_hash == advert.text_hash and old.algorithm == signatures.ALGORITHM:
        Signature.objects.filter(pk=old.pk).update(position=advert.position)
        return False
    digest = signatures.signature(advert.text)
    row, _ = Signature.objects.update_or_create(
        advert_id=advert.advert_id,
        defaults={"position": advert.position, "text_hash": advert.text_hash, "algorithm": signatures.ALGORITHM, "digest": digest},
    )
    row.bands.all().delete()
    SignatureBand.objects.bulk_create(
        [SignatureBand(signature=row, number=number, value=value) for number, value in enumerate(signatures.bands(digest))]
    )
    return True


def _drop_template_links(advert_id: str) -> set[str]:
    rows = ClusterLink.objects.filter(Q(a_id=advert_id) | Q(b_id=advert_id), kind="template")
    others = {advert for pair in rows.values_list("a_id", "b_id") for advert in pair}
    rows.delete()
    return others


def _template_links(advert_id: str) -> list[ClusterLink]:
    own = Signature.objects.get(pk=advert_id)
    values = signatures.bands(bytes(own.digest))
    if not values:
        return []
    shared = (
        SignatureBand.objects.filter(value__in=values)
        .exclude(signature_id=advert_id)
        .values_list("signature_id")
        .annotate(times=Count("pk"))
    )
    candidates = [pk for pk, _ in shared.order_by("-times", "signature_id")[:MOST_CANDIDATES]]
    found = [
        (signatures.similarity(bytes(own.digest), bytes(other.digest)), other.pk) for other in Signature.objects.filter(pk__in=candidates)
    ]
    alike = sorted((pair for pair in found if pair[0] >= signatures.SIMILAR), key=_most_alike)[:MOST_TEMPLATE_LINKS]
    made = [_link(advert_id, other, "template", similarity, f"{similarity:.0%} of the wording is the same") for similarity, other in alike]
    ClusterLink.objects.bulk_create(made, ignore_conflicts=True)
    return made


def _most_alike(pair: tuple[float, str]) -> tuple[float, str]:
    return -pair[0], pair[1]


def _link(one: str, two: str, kind: str, strength: float, reason: str, value: str = "") -> ClusterLink:
    a, b = sorted((one, two))
    return ClusterLink(a_id=a, b_id=b, kind=kind, strength=strength, reason=reason, value=value)


def _contact_links(key: str) -> tuple[set[str], int]:
    """Link the earliest advert with a contact to each other one; returns the adverts touched and the number of links now."""
    old = ClusterLink.objects.filter(value=key)
    touched = {advert for pair in old.values_list("a_id", "b_id") for advert in pair}
    rows = AdvertContact.objects.filter(contact_id=key, contact__kind__in=LINKING_KINDS).order_by("advert__first_seen_at", "advert_id")
    adverts = list(rows.values_list("advert_id", "contact__kind", "contact__masked")[: COMMON + 1])
    wanted = {}
    if 2 <= len(adverts) <= COMMON and not _belongs_to_a_board(key) and not wishes.is_common(key):
        _, kind, masked = adverts[0]
        pairs = _anchored([advert for advert, _, _ in adverts])
        made = [_link(anchor, other, kind, 0.9, f"{WHY[kind]} {masked}", key) for anchor, other in pairs]
        wanted = {(row.a_id, row.b_id): row for row in made}
    present = set(old.values_list("a_id", "b_id"))
    for a, b in present - set(wanted):
        old.filter(a_id=a, b_id=b).delete()
    ClusterLink.objects.bulk_create([row for pair, row in wanted.items() if pair not in present], ignore_conflicts=True)
    return touched | {advert for pair in wanted for advert in pair}, len(set(wanted) - present)


def _anchored(adverts: Sequence[str]) -> list[tuple[str, str]]:
    """Each advert with the earliest one it was not set apart from."""
    apart = wishes.apart(adverts)
    anchors: list[str] = []
    pairs: list[tuple[str, str]] = []
    for advert in adverts:
        anchor = next((one for one in anchors if one not in apart.get(advert, ())), None)
        if anchor is None:
            anchors.append(advert)
        else:
            pairs.append((anchor, advert))
    return pairs


def _belongs_to_a_board(key: str) -> bool:
    """Whether a contact stands on so many adverts of one source that it must be the source's own desk."""
    by_source = AdvertContact.objects.filter(contact_id=key).values_list("advert__source").annotate(times=Count("pk"))
    for source, times in by_source.order_by():
        if times >= FEWEST_OF_A_BOARD and times >= SHARE_OF_A_BOARD * Advert.objects.filter(source=source).count():
            return True
    return False


def _recluster(affected: Iterable[str]) -> int:
    """Compute anew the clusters that hold the affected adverts or that their links reach; returns how many were written."""
    members = _reachable(set(affected))
    before = {row.advert_id: row.cluster_id for row in ClusterMember.objects.filter(advert_id__in=members)}
    first_seen = dict(Advert.objects.filter(pk__in=members).values_list("advert_id", "first_seen_at"))
    links = ClusterLink.objects.filter(a_id__in=members).order_by("-strength", "a_id", "b_id").values_list("a_id", "b_id")
    after = components(first_seen, links, apart=wishes.apart(members))
    for cluster_id in set(after.values()):
        inside = [advert for advert, cluster in after.items() if cluster == cluster_id]
        _write_cluster(cluster_id, inside, before)
    gone = set(before.values()) - set(after.values())
    Cluster.objects.filter(pk__in=gone).delete()
    return len(set(after.values()))


def _reachable(seeds: set[str]) -> set[str]:
    """All adverts in the clusters of ``seeds`` and everything linked to them."""
    members, frontier = set(seeds), set(seeds)
    while frontier:
        clusters = ClusterMember.objects.filter(advert_id__in=frontier).values_list("cluster_id", flat=True)
        together = set(ClusterMember.objects.filter(cluster_id__in=list(clusters)).values_list("advert_id", flat=True))
        pairs = ClusterLink.objects.filter(Q(a_id__in=frontier) | Q(b_id__in=frontier)).values_list("a_id", "b_id")
        frontier = (together | {advert for pair in pairs for advert in pair}) - members
        members |= frontier
    return members


def _write_cluster(cluster_id: str, inside: Sequence[str], before: dict[str, str]) -> None:
    rows = list(Advert.objects.filter(pk__in=inside).values_list("source", "country", "closed_at", "first_seen_at"))
    Cluster.objects.update_or_create(
        cluster_id=cluster_id,
        defaults={
            "size": len(rows),
            "boards": len({source for source, _, _, _ in rows}),
            "reach": sum(closed is None for _, _, closed, _ in rows),
            "countries": sorted({country for _, country, _, _ in rows if country}),
            "newest_at": max(seen for _, _, _, seen in rows),
        },
    )
    moved = [advert for advert in inside if before.get(advert) != cluster_id]
    ClusterMember.objects.filter(advert_id__in=moved).delete()
    ClusterMember.objects.bulk_create([ClusterMember(advert_id=advert, cluster_id=cluster_id) for advert in moved])
