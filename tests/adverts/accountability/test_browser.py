"""The public pages of the accounts in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from adverts.accountability import publishing, quarters, report
from adverts.accountability.report import Counts, Watched
from tests.adverts.accountability.test_reports import LATER
from tests.alerts.browser import faults, needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _static_root() -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def publish() -> None:
    """A report with shown, hidden and missing numbers."""
    bands = {"urgent": 40, "priority": 3, "none": 600}
    counts = Counts(
        sources=(Watched("board-a", "Board A", "The inspectorate's mandate.", "Finding adverts that ask workers to pay."),),
        by_source={"board-a": 643}, by_band=bands, by_indicator={"recruitment-fee": 40, "minors-targeted": 2},
        rules_versions=("rules-0123456789ab",), model_versions=("risk-0123456789ab sentences-0123456789ab",),
    )  # fmt: skip
    found = report.report(counts, quarters.parse("2026Q4"), made_at=LATER)
    publishing.publish(found, now=LATER)
    publishing.publish(found, why="A source was missing.", now=LATER)


@pytest.mark.slow
def test_pages(live_server: Any) -> None:
    publish()
    addresses = [f"/accountability/{page}?lang={code}" for page in ("", "2026Q4/", "how-adverts-are-read/") for code in ("en", "ar")]
    assert faults(live_server.url, addresses) == []
    assert faults(live_server.url, ["/accountability/", "/accountability/2026Q4/"], dark=True) == []
