"""Subscriptions as the matcher takes them: their queries read and planned by the index."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.utils.translation import gettext

from adverts.records import Band, FairwatchError
from alerts.matching import Cutter, Matcher, Subject, Wanted, wants
from alerts.models import Subscription
from alerts.reading import members, newest_of
from index import default_cut
from index.cutting import words
from index.plan import Plan, plan
from index.query import All, AnyOf, Has, Is, KeywordField, Node, Not, QueryError
from index.syntax import parse

log = logging.getLogger(__name__)

WITHHELD = frozenset({KeywordField.VERDICT, KeywordField.CONTACT})
"""What a subscription may not ask about: decisions and contacts are not told to subscribers, not even by what they would match."""


def planned(query: str) -> Plan | None:
    """A query in the index's text syntax, ready for matching; None stands for every advert.

    Raises ``FairwatchError`` for a query that cannot be read, or asks about what is withheld.
    """
    parsed = parse(query)
    for problem in parsed.problems:
        raise QueryError(problem.message)
    node = parsed.query.where
    for field in fields(node):
        if field in WITHHELD:
            raise QueryError(gettext("%(field)s: a subscription cannot ask about it; leave it out") % {"field": field})
    return plan(node, default_cut())


def fields(node: Node | None) -> set[KeywordField]:
    """The properties that a query asks about anywhere."""
    match node:
        case All(of) | AnyOf(of):
            return set().union(*(fields(part) for part in of))
        case Not(of):
            return fields(of)
        case Is(field) | Has(field) if isinstance(field, KeywordField):
            return {field}
        case _:
            return set()


def wanted(subscription: Subscription) -> Wanted | None:
    """What a subscription looks for; None, with a warning in the log, where its query can no longer be read."""
    try:
        found = planned(subscription.query) if subscription.query.strip() else None
    except FairwatchError as error:
        log.warning("subscription %s: its query cannot be read: %s", subscription.pk, error)
        return None
    return Wanted(subscription.pk, found, Band(subscription.band))


def matcher(subscriptions: Iterable[Subscription]) -> Matcher:
    """One matcher for all of them; those whose query cannot be read are passed over."""
    return Matcher((each for each in map(wanted, subscriptions) if each is not None), cutter=cutter())


def cutter() -> Cutter:
    """Cuts texts as the index does."""
    return _cut


def _cut(text: str) -> tuple[str, ...]:
    return words(default_cut(), text)


def matching_clusters(subscription: Subscription, cluster_ids: Iterable[str]) -> set[str]:
    """Which of these clusters have an advert that the subscription wants, as both are now."""
    mine = wanted(subscription)
    if mine is None:
        return set()
    groups = members(cluster_ids)
    adverts = newest_of([advert_id for ids in groups.values() for advert_id in ids])
    fitting = {advert_id for advert_id, facts in adverts.items() if wants(mine, Subject(facts, _cut))}
    return {cluster_id for cluster_id, ids in groups.items() if not fitting.isdisjoint(ids)}
