"""Fixtures for records.

Strategy: rules without a database; acts on pytest-django's database with the time handed in; capsules with real captures in a data
folder of their own, packed by a real process; pages through Django's client and once through a real browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from adverts.access import Role
from settings.env import Env, current, use
from tests.review.conftest import anna as anna
from tests.review.conftest import ben as ben
from tests.review.conftest import hedda as hedda
from tests.review.conftest import still as still
from tests.review.scenes import person


@pytest.fixture(autouse=True)
def world(tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own for each test."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    before = current()
    use(Env(_env_file=None, **{**before.model_dump(), "data_dir": tmp_path / "data"}))
    yield tmp_path / "data"
    use(before)


@pytest.fixture
def cust(db: None) -> User:
    return person("cust", Role.CUSTODIAN)


@pytest.fixture
def dora(db: None) -> User:
    return person("dora", Role.DATA_PROTECTION)
