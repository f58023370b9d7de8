"""What is restricted is in no digest, feed, webhook, count, page, card, preview or trend, whatever changes between queue and send."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from adverts.access import Role
from alerts import hooks, links, outbox, permission
from alerts.channels.webhook import WebhookChannel
from alerts.models import Restriction
from tests.alerts.scenes import advert, person, subscription

ROLES = [Role.UNION, Role.INSPECTOR, Role.HEAD, Role.CAMPAIGNER]
ACTS = st.sampled_from(["restrict-one", "restrict-all", "lift", "change-role", "deactivate", "nothing", "leave-all"])


class NothingRestrictedGetsOut(TestCase):
    """One ledger of six clusters, one subscriber; permission changes before the match, after the queue and after the send."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        role=st.sampled_from(ROLES),
        acts=st.lists(st.tuples(ACTS, st.integers(0, 5), st.sets(st.sampled_from(ROLES), max_size=2)), min_size=3, max_size=3),
    )
    def test_at_every_moment(self, role: Role, acts: list[tuple[str, int, set[Role]]]) -> None:
        now = timezone.now()
        user, head = person("reader", role), person("head", Role.HEAD)
        mine = subscription(user, at=now - timedelta(days=3), address="reader@union.example", instant=True)
        adverts = [
            advert(title=f"Secret{number}x", at=now - timedelta(days=2), cluster=f"{number:032}", country="PL") for number in range(6)
        ]
        posted: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WebhookChannel, "send", lambda self, message: posted.append(message.payload))
            hooks.connect(mine, "https://union.example/hook", by="reader", now=now)
            self._change(acts[0], user, head, adverts, now)
            outbox.match_new()
            outbox.queue_due(now=now)
            self._change(acts[1], user, head, adverts, now)
            hidden = self._hidden(user)
            mail.outbox.clear()
            outbox.send_due(now=now)
            for text in [*posted, *(str(each.body) + str(each.alternatives) + each.subject for each in mail.outbox)]:
                self._clean(text, hidden)
                self._counted(text, hidden)
        self._change(acts[2], user, head, adverts, now)
        self._pages(mine, user, self._hidden(user))

    def _change(self, act: tuple[str, int, set[Role]], user: Any, head: Any, adverts: list[Any], now: Any) -> None:
        what, number, roles = act
        match what:
            case "restrict-one":
                permission.restrict(adverts[number].pk, roles=roles, reason="open case", by=head, now=now)
            case "restrict-all":
                for each in adverts:
                    permission.restrict(each.pk, roles=roles, reason="open case", by=head, now=now)
            case "lift":
                for each in Restriction.objects.filter(advert=adverts[number]):
                    permission.lift(each, by="head", now=now)
            case "change-role":
                user.groups.set(person(f"like{number}{now.timestamp()}{what}{len(roles)}{id(act)}", *(roles or {Role.UNION})).groups.all())
            case "leave-all":
                user.groups.clear()
            case "deactivate":
                user.is_active = False
                user.save()
        user.__dict__.pop("_fairwatch_roles", None)

    def _hidden(self, user: Any) -> set[int]:
        """Told apart from the code under test: by the rows of the ledger alone."""
        names = set(user.groups.values_list("name", flat=True))
        if not user.is_active or names.isdisjoint({"union", "inspector", "head"}):
            return set(range(6))
        rows = Restriction.objects.filter(lifted_at=None)
        return {int(row.advert.membership.cluster_id) for row in rows if names.isdisjoint(row.roles)}

    def _clean(self, text: str, hidden: set[int]) -> None:
        for number in hidden:
            assert f"Secret{number}x" not in text
            assert f"{number:032}" not in text

    def _counted(self, text: str, hidden: set[int]) -> None:
        for number in range(7 - len(hidden), 7):
            assert f"{number} new" not in text

    def _pages(self, mine: Any, user: Any, hidden: set[int]) -> None:
        client = Client()
        client.force_login(user)
        addresses = [
            links.feed_url(mine),
            links.json_feed_url(mine),
            reverse("alerts-detail", args=[mine.pk]),
            reverse("alerts-list"),
            *(reverse(name, args=[mine.pk, f"{number:032}"]) for name in ("alerts-item", "alerts-card") for number in hidden),
        ]
        for address in addresses:
            got = client.get(address.removeprefix("http://testserver"))
            if got.status_code == 200:
                self._clean(got.content.decode(), hidden)
        for number in hidden:
            assert client.get(reverse("alerts-item", args=[mine.pk, f"{number:032}"])).status_code in {302, 403, 404}
        form = {
            "name": "x",
            "query": "",
            "band": "watch",
            "period": "daily",
            "weekday": "0",
            "hour": "7",
            "time_zone": "UTC",
            "language": "en",
        }
        seen = client.post(reverse("alerts-new"), {**form, "preview": ""})
        if seen.status_code == 200:
            self._clean(seen.content.decode(), hidden)
            assert seen.context["preview"].items <= 6 - len(hidden)
        else:
            assert len(hidden) == 6 or seen.status_code == 302


@pytest.mark.django_db
def test_what_is_not_restricted_does_get_out() -> None:
    now = timezone.now()
    head = person("head", Role.HEAD)
    subscription(person("reader", Role.UNION), at=now - timedelta(days=3))
    shut, open_ = (advert(title=title, at=now - timedelta(days=2)) for title in ("Shut one", "Open one"))
    permission.restrict(shut.pk, roles=[Role.INSPECTOR], reason="open case", by=head, now=now)
    outbox.run(now=now)
    (sent,) = mail.outbox
    assert "Open one" in sent.body
    assert "Shut one" not in sent.body
    assert permission.hidden(person("ines", Role.INSPECTOR)) == set()
    assert open_.membership.cluster_id not in permission.hidden(person("uma", Role.UNION))
