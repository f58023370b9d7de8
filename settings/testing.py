"""Django settings of the tests: keys that are no secret, a temporary folder, mail kept in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings.env import Env, use


class TestEnv(BaseSettings):
    """What the tests may be told: ``FAIRWATCH_TEST_DATABASE_URL=postgres://... make test`` runs them on PostgreSQL."""

    model_config = SettingsConfigDict(env_prefix="FAIRWATCH_TEST_")

    database_url: str = Field(default="", description="Server for the tests' databases; empty: SQLite in memory.")


use(
    Env(
        _env_file=None,
        secret_key=SecretStr("t" * 48),
        contact_key=SecretStr("c" * 48),
        vault_keys=SecretStr("dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q="),
        data_dir=Path(tempfile.mkdtemp(prefix="fairwatch-test-")),
        base_url="http://testserver",
        database_url=TestEnv().database_url,
    )
)

from settings.web import *  # noqa: E402, F403 (the settings above must be in place first)

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# the default hasher is slow on purpose; tests sign in hundreds of times
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# counting tries would make tests depend on each other, and second factors would stand before every page: tests of accounts switch both on
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
SECOND_FACTOR_ROLES = ()
