"""Django's database entry for the ledger's address, ``FAIRWATCH_DATABASE_URL``: SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from settings.env import SettingsError

POSTGRES_SCHEMES = frozenset({"postgres", "postgresql"})
LIBPQ = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name", "target_session_attrs", "passfile", "options"}
)
"""Words after ``?`` that go to the PostgreSQL client library as they are."""
POOL = frozenset({"pool_min", "pool_max"})
SSL_MODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})

# a scheduler whose machine vanished must not hold its lock for hours: the two ends ask each other after half a minute of silence
KEEPALIVE: Mapping[str, Any] = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "connect_timeout": 10}


def database(url: str) -> dict[str, Any]:
    """The entry for ``sqlite:///PATH`` (``sqlite:////PATH`` where absolute) or ``postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=...``.

    After ``?``: what is in ``LIBPQ``, ``host=/folder`` for a socket, ``pool_max=N`` (and ``pool_min``) for a pool of connections a
    process. Raises ``SettingsError`` that shows no password.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return _sqlite(unquote(urlsplit(url).path[1:]))
    if scheme in POSTGRES_SCHEMES:
        return _postgres(url)
    raise SettingsError(f"FAIRWATCH_DATABASE_URL: {scheme!r} is not supported; use sqlite:///PATH or postgres://USER:PASSWORD@HOST/NAME")


def _sqlite(path: str) -> dict[str, Any]:
    if not path:
        raise SettingsError("FAIRWATCH_DATABASE_URL: no file is named; write sqlite:///PATH, with four slashes for an absolute path")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # IMMEDIATE: two writers queue up instead of failing half way with "database is locked"
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError("FAIRWATCH_DATABASE_URL: host or port cannot be read; write postgres://USER:PASSWORD@HOST:5432/NAME") from error
    words = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = words.pop("host", "") or unquote(parts.hostname or "")
    name = unquote(parts.path[1:])
    if not name or "/" in name:
        raise SettingsError("FAIRWATCH_DATABASE_URL: no database is named; write postgres://USER:PASSWORD@HOST:5432/NAME")
    pool = _pool({word: words.pop(word) for word in POOL & set(words)})
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        # a pool keeps connections itself; without one each thread keeps its own for a minute
        "CONN_MAX_AGE": 0 if pool else 60,
        "CONN_HEALTH_CHECKS": not pool,
        "OPTIONS": {**KEEPALIVE, "application_name": "fairwatch", **_libpq(words), **pool},
    }


def _libpq(words: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(words) - LIBPQ)
    if unknown:
        known = ", ".join(sorted(LIBPQ | POOL | {"host"}))
        raise SettingsError(f"FAIRWATCH_DATABASE_URL: {', '.join(unknown)} after '?' is not known; possible are {known}")
    if words.get("sslmode", "prefer") not in SSL_MODES:
        raise SettingsError(f"FAIRWATCH_DATABASE_URL: sslmode {words['sslmode']!r} is none of {', '.join(sorted(SSL_MODES))}")
    return dict(words)


def _pool(words: Mapping[str, str]) -> dict[str, Any]:
    """Options of a connection pool; none where no ``pool_max`` is given."""
    if not words:
        return {}
    try:
        least, most = int(words.get("pool_min", "1")), int(words["pool_max"])
    except (KeyError, ValueError) as error:
        raise SettingsError("FAIRWATCH_DATABASE_URL: pool_min and pool_max are whole numbers, and pool_min needs pool_max") from error
    if not 0 <= least <= most or most < 1:
        raise SettingsError(f"FAIRWATCH_DATABASE_URL: pool_min {least} and pool_max {most} do not go together")
    return {"pool": {"min_size": least, "max_size": most, "timeout": 10}}
