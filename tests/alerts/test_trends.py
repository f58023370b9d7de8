"""Weekly counts: intervals, small cells, peaks, and the page with its chart and table."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from adverts.access import Role
from adverts.models import Assessment
from adverts.records import Band
from adverts.store import indicator
from alerts import permission
from alerts.chart import HEIGHT, WIDTH, marks
from alerts.trends import SMALL, interval, monday, trend, trends, usual, weeks_before
from tests.alerts.scenes import advert, person

TODAY = date(2026, 11, 25)
WEEKS = weeks_before(TODAY)


def test_weeks_are_full_ones() -> None:
    assert len(WEEKS) == 12
    assert WEEKS[-1] == date(2026, 11, 16)
    assert all(week.weekday() == 0 for week in WEEKS)
    assert weeks_before(date(2026, 11, 23))[-1] == date(2026, 11, 16)
    assert weeks_before(date(2026, 11, 22))[-1] == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("number", "low", "high"),
    [(0, 0.0, 3.689), (11, 5.491, 19.682), (20, 12.217, 30.889), (50, 37.111, 65.919), (100, 81.364, 121.627), (400, 361.76, 441.18)],
)
def test_intervals_are_those_of_the_tables(number: int, low: float, high: float) -> None:
    """Exact (Garwood) limits."""
    assert interval(number) == pytest.approx((low, high), rel=0.01, abs=0.06)


def test_intervals_hold_the_mean_as_often_as_they_say() -> None:
    draw, held = random.Random(36), 0
    for _ in range(2000):
        number = sum(draw.random() < 0.03 for _ in range(1000))  # about Poisson with mean 30
        low, high = interval(number)
        held += low <= 30 <= high
    assert 0.93 < held / 2000 < 0.98


@pytest.mark.parametrize(
    ("numbers", "peak"),
    [
        ([20, 22, 19, 21, 20, 18, 22, 20, 60], True),
        ([0, 0, 0, 0, 0, 0, 0, 0, 11], True),
        ([0, 0, 0, 0, 0, 0, 0, 0, 10], False),
        ([20, 22, 19, 21, 20, 18, 22, 20, 30], False),
        ([5, 60, 5, 60, 5, 60, 5, 60, 90], False),
        ([60, 60, 60, 60, 60, 60, 60, 60, 20], False),
        ([20, 22, 19, 21, 20, 18, 22, 60], False),
        ([100, 100, 100, 20, 22, 19, 21, 20, 18, 22, 20, 60], True),
    ],
)
def test_peaks(numbers: list[int], peak: bool) -> None:
    assert (usual(numbers) is not None) is peak


def test_chance_alone_seldom_makes_a_peak() -> None:
    draw = random.Random(36)
    weeks = [[sum(draw.random() < 0.03 for _ in range(1000)) for _ in range(9)] for _ in range(1000)]
    assert sum(usual(numbers) is not None for numbers in weeks) <= 5


@pytest.mark.parametrize("number", range(SMALL + 3))
def test_small_cells_are_not_shown(number: int) -> None:
    made = trend("x", [number], weeks=[WEEKS[0]])
    assert made.counts[0].number == (None if 0 < number < SMALL else number)
    if 0 < number < SMALL:
        assert (made.counts[0].low, made.counts[0].high) == (0.0, 0.0)
        assert marks(made) == marks(trend("x", [1], weeks=[WEEKS[0]]))


def test_names_that_are_small_everywhere_are_left_out() -> None:
    day = WEEKS[0]
    assert trends([(day, ["a"])] * (SMALL - 1), weeks=WEEKS) == ()
    (only,) = trends([(day, ["a", "a"])] * SMALL + [(day, ["b"])] * (SMALL - 1) + [(TODAY, ["b"])] * 30, weeks=WEEKS)
    assert (only.name, only.counts[0].number, only.counts[1].number) == ("a", SMALL, 0)


def test_marks_stay_in_the_picture() -> None:
    draw = random.Random(1)
    for _ in range(50):
        each = trend("x", [draw.choice([0, 5, draw.randrange(2000)]) for _ in WEEKS], weeks=WEEKS)
        for mark in marks(each):
            assert mark.x >= 0
            assert mark.x + mark.wide <= WIDTH
            assert 0 <= mark.high <= mark.y <= mark.low <= HEIGHT
            assert mark.tall >= 0


def seen(count: int, *, weeks_ago: int = 1, **fields: object) -> list[object]:
    at = timezone.now() - timedelta(days=7 * weeks_ago)
    return [advert(at=at, **fields) for _ in range(count)]  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by", "label"),
    [
        ("country", "Poland"),
        ("indicator", escape(indicator("document-retention").title)),
        ("sector", "Agriculture"),
        ("corridor", "Nepal to Poland"),
    ],
)
def test_the_page(client: Client, by: str, label: str) -> None:
    client.force_login(person())
    seen(SMALL + 2, country="PL", languages=["ne"], title="Farm workers wanted")
    seen(SMALL - 1, country="DE", languages=["lo"], title="Hotel cooks wanted", indicators=["no-rest-day"])
    for row in Assessment.objects.all():
        row.language = "und"
        row.save()
    seen(SMALL, country="RO", band=Band.NONE)
    page = client.get(reverse("alerts-trends"), {"by": by}).content.decode()
    assert f"<h2>{label}</h2>" in page
    assert page.count("<svg class") == 2  # the brand and one chart
    assert page.count(f"<td>{SMALL + 2}</td>") == 1
    for other in ("Germany", "Romania", "Laos", "Hospitality"):
        assert other not in page
    assert "style=" not in page


@pytest.mark.django_db
def test_restricted_adverts_are_not_counted(client: Client) -> None:
    head, now = person("head", Role.HEAD), timezone.now()
    rows = seen(SMALL, country="PL")
    client.force_login(person("uma", Role.UNION))
    assert "Poland" in client.get(reverse("alerts-trends"), {"by": "country"}).content.decode()
    permission.restrict(rows[0].pk, roles=[Role.INSPECTOR], reason="open case", by=head, now=now)  # type: ignore[attr-defined]
    assert "Poland" not in client.get(reverse("alerts-trends"), {"by": "country"}).content.decode()
    client.force_login(person("ines", Role.INSPECTOR))
    assert "Poland" in client.get(reverse("alerts-trends"), {"by": "country"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_who_sees_it(client: Client, role: Role) -> None:
    client.force_login(person("x", role))
    allowed = {Role.UNION, Role.INSPECTOR, Role.HEAD}
    assert client.get(reverse("alerts-trends")).status_code == (200 if role in allowed else 403)
    assert client.get(reverse("alerts-trends"), {"by": "'nonsense"}).status_code == (200 if role in allowed else 403)


def test_mondays() -> None:
    assert monday(date(2026, 11, 22)) == date(2026, 11, 16)
    assert monday(date(2026, 11, 23)) == date(2026, 11, 23)
