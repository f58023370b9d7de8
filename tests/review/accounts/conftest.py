"""Fixtures for accounts: second factors asked for and tries counted, as outside the tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from adverts.access import Role
from tests.review.scenes import person


@pytest.fixture(autouse=True)
def _as_installed(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "accounts"}}
    settings.SECOND_FACTOR_ROLES = ("custodian", "operator")
    cache.clear()


@pytest.fixture
def cora(db: None) -> User:
    """A custodian without a second factor."""
    return person("cora", Role.CUSTODIAN)


@pytest.fixture
def otto(db: None) -> User:
    """An operator without a second factor."""
    return person("otto", Role.OPERATOR)


@pytest.fixture
def ina(db: None) -> User:
    """An inspector, who needs none."""
    return person("ina", Role.INSPECTOR)
