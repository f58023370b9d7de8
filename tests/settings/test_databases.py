"""The ledger's address becomes Django's entry, or is refused with what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from settings.databases import database
from settings.env import Env, SettingsError


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://anna:s%40e%3Ac%2Fret@db:6432/ledger",
            {"USER": "anna", "PASSWORD": "s@e:c/ret", "HOST": "db", "PORT": "6432"},
        ),
        ("postgresql://anna@db.example/ledger", {"NAME": "ledger", "USER": "anna", "PASSWORD": "", "PORT": ""}),
        ("postgres:///ledger?host=/var/run/postgresql", {"NAME": "ledger", "USER": "", "HOST": "/var/run/postgresql"}),
        ("postgres://[::1]:5433/ledger", {"HOST": "::1", "PORT": "5433"}),
        ("postgres://h/ledger", {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}),
        ("postgres://h/ledger?pool_max=8", {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}),
        ("sqlite:////var/lib/x%20y/ledger.sqlite3", {"NAME": "/var/lib/x y/ledger.sqlite3"}),
        ("sqlite:///ledger.sqlite3", {"NAME": "ledger.sqlite3"}),
    ],
)
def test_addresses(url: str, expected: dict[str, Any]) -> None:
    entry = database(url)
    assert {name: entry[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("sslmode=verify-full&sslrootcert=/etc/ca.pem", {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}),
        ("connect_timeout=3", {"connect_timeout": "3"}),
        ("", {"connect_timeout": 10, "keepalives_idle": 30, "application_name": "fairwatch"}),
        ("pool_max=8", {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}),
        ("pool_min=2&pool_max=4", {"pool": {"min_size": 2, "max_size": 4, "timeout": 10}}),
    ],
)
def test_words_after_the_question_mark(words: str, expected: dict[str, Any]) -> None:
    options = database(f"postgres://anna:secret@h/ledger?{words}")["OPTIONS"]
    assert {name: options[name] for name in expected} == expected
    assert ("pool" in options) is ("pool" in expected)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://anna:hidden@h/x", "'mysql' is not supported"),
        ("/var/lib/ledger.sqlite3", "is not supported"),
        ("sqlite:///", "no file is named"),
        ("postgres://anna:hidden@h", "no database is named"),
        ("postgres://anna:hidden@h/", "no database is named"),
        ("postgres://anna:hidden@h/a/b", "no database is named"),
        ("postgres://anna:hidden@h:54x/ledger", "host or port cannot be read"),
        ("postgres://anna:hidden@h:99999/ledger", "host or port cannot be read"),
        ("postgres://anna:hidden@h/ledger?sslmode=on", "sslmode 'on' is none of"),
        ("postgres://anna:hidden@h/ledger?ssl=1", "ssl after '?' is not known"),
        ("postgres://anna:hidden@h/ledger?pool_max=many", "whole numbers"),
        ("postgres://anna:hidden@h/ledger?pool_min=2", "pool_min needs pool_max"),
        ("postgres://anna:hidden@h/ledger?pool_min=5&pool_max=2", "do not go together"),
        ("postgres://anna:hidden@h/ledger?pool_max=0", "do not go together"),
    ],
)
def test_what_cannot_be_is_refused_without_showing_the_password(url: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        database(url)
    assert said in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_password_in_the_address_does_not_show_when_printed() -> None:
    keys: dict[str, Any] = {"secret_key": "s" * 40, "contact_key": "c" * 40, "vault_keys": "k" * 44}
    assert "hidden" not in repr(Env(_env_file=None, database_url="postgres://anna:hidden@h/ledger", **keys))
