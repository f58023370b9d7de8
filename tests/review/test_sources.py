"""The health of sources: the operator's page, and the figures for Prometheus."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from adverts.access import Role
from adverts.models import Run
from review import sources
from tests.review.pages import get
from tests.review.scenes import advert, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def crawled(now_of_pages: Any) -> None:
    common: dict[str, Any] = {"started_at": now_of_pages - timedelta(hours=1), "ended_at": now_of_pages - timedelta(minutes=50)}
    counts: dict[str, Any] = {"pages": 40, "adverts": 12, "unchanged": 3, "fill": {"title": 1.0, "pay": 0.5}, "by_kind": {"timeout": 2}}
    Run.objects.create(stage="crawl:quay", ok=True, counts={**counts, "alarms": []}, **common)
    Run.objects.create(stage="crawl:cove", ok=False, counts={"pages": 9, "alarms": ["reader: 9 pages <b>x</b>"]}, **common)
    Run.objects.create(stage="assess", ok=True, counts={}, **common)


@pytest.fixture
def now_of_pages() -> Any:
    from django.utils import timezone

    return timezone.now()


def figures(client: Client, **meta: str) -> dict[tuple[str, tuple[str, ...]], float]:
    answer = client.get(reverse("metrics"), **meta)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(sample.name, tuple(sorted(sample.labels.values()))): sample.value for family in families for sample in family.samples}


def test_the_operator_sees_each_source_those_in_trouble_first(client: Client, crawled: None) -> None:
    client.force_login(person("otto", Role.OPERATOR))
    page = get(client, reverse("sources"))
    assert "1 source needs a look." in page.text
    assert page.text.index("cove") < page.text.index("quay")
    for words in ("reader: 9 pages <b>x</b>", "40 15 –", "title 100 %, pay 50 %", "timeout 2", "never"):
        assert words in page.text


def test_without_a_crawl_the_page_says_what_to_do(client: Client) -> None:
    client.force_login(person("otto", Role.OPERATOR))
    assert "Start with manage.py crawl." in get(client, reverse("sources")).text


def test_prometheus_gets_the_figures_and_no_words(client: Client, crawled: None) -> None:
    advert(source="quay", title="A secret title", text="Call +44 7700 900123")
    found = figures(client)
    assert found["fairwatch_source_pages", ("quay",)] == 40
    assert found["fairwatch_source_adverts", ("quay",)] == 15
    assert found["fairwatch_source_fill_ratio", ("pay", "quay")] == 0.5
    assert found["fairwatch_source_errors", ("quay", "timeout")] == 2
    assert found["fairwatch_source_alarm", ("cove", "reader")] == 1
    assert found["fairwatch_source_alarm", ("quay", "reader")] == 0
    assert found["fairwatch_source_last_success_timestamp_seconds", ("cove",)] == 0
    assert ("fairwatch_stage_last_success_timestamp_seconds", ("assess",)) in found
    assert found["fairwatch_adverts", ("online",)] == 1
    text = client.get(reverse("metrics")).content.decode()
    assert not [word for word in ("secret", "7700", "pages <b>") if word in text]


@pytest.mark.parametrize(
    ("meta", "token", "may"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, "", True),
        ({"REMOTE_ADDR": "::1"}, "", True),
        ({"REMOTE_ADDR": "192.0.2.7"}, "", False),
        ({"REMOTE_ADDR": ""}, "", False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, "", False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.7"}, "", False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer abc"}, "abc", True),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer abd"}, "abc", False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer "}, "", False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer \udce4"}, "abc", False),
    ],
)
def test_who_may_read_them(meta: dict[str, str], token: str, may: bool) -> None:
    assert sources.may_read(meta, token=token) is may


def test_others_are_told_how(client: Client) -> None:
    answer = client.get(reverse("metrics"), REMOTE_ADDR="192.0.2.7")
    assert (answer.status_code, b"Bearer TOKEN" in answer.content) == (403, True)
