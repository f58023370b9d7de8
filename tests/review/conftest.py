"""Fixtures for review.

Strategy: rules, marks and sums are tested without a database; queue and decisions on pytest-django's database with
adverts from ``scenes``; two people at once in a process of their own on a real SQLite file (``race``); pages through
Django's client, and once through a real browser. Nothing reads the clock: ``NOW`` is handed in, or the clock is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from adverts.access import Role
from tests.review import scenes


@pytest.fixture(autouse=True, scope="session")
def _static_folder() -> None:
    """The folder of collected static files, which WhiteNoise warns about where it is missing."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands at ``scenes.NOW``, for pages, which read it."""
    with time_machine.travel(scenes.NOW, tick=False):
        yield


@pytest.fixture
def anna(db: None) -> User:
    return scenes.person("anna", Role.INSPECTOR)


@pytest.fixture
def ben(db: None) -> User:
    return scenes.person("ben", Role.INSPECTOR)


@pytest.fixture
def hedda(db: None) -> User:
    return scenes.person("hedda", Role.HEAD)


@pytest.fixture
def at_desk(client: Client, anna: User, still: None) -> Client:
    """A browser in which Anna, an inspector, is signed in."""
    client.force_login(anna)
    return client
