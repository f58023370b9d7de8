"""What is configured, reachable and missing in this installation."""

from __future__ import annotations

import os
import shutil
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from pydantic import SecretStr

from adverts.models import Advert, Reject, Run
from adverts.records import FairwatchError
from adverts.sources import all_sources
from settings.env import Env, current

LEAST_SPACE = 2 * 10**9
"""Bytes that should be free in the data folder."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    said: str


def examine() -> list[Finding]:
    """Everything worth knowing, settings first. Secrets are masked; nothing is changed."""
    env = current()
    return [*_settings(env), *_folders(env), *_ledger(), *_rules(), *_index(), *_mail(env), *_stages(), *_sources(datetime.now(UTC))]


def _settings(env: Env) -> Iterator[Finding]:
    for name in type(env).model_fields:
        value = getattr(env, name)
        said = f"set, {len(value.get_secret_value())} characters" if isinstance(value, SecretStr) else _masked(str(value))
        yield Finding(f"FAIRWATCH_{name.upper()}", True, said or "(empty)")
    if env.debug and not env.base_url.startswith("http://127.0.0.1"):
        yield Finding("debug", False, "debug pages are on while the pages have a public address; set FAIRWATCH_DEBUG=false")
    if not env.operator_contact:
        yield Finding("operator contact", False, "boards cannot reach you; set FAIRWATCH_OPERATOR_CONTACT before crawling real boards")


def _masked(value: str) -> str:
    """An address without the password in it."""
    parts = urlsplit(value)
    return value.replace(f":{parts.password}@", ":***@") if parts.password else value


def _folders(env: Env) -> Iterator[Finding]:
    free = shutil.disk_usage(env.data_dir).free
    yield Finding("data folder", os.access(env.data_dir, os.W_OK), f"{env.data_dir}, {free / 1e9:.1f} GB free")
    if free < LEAST_SPACE:
        yield Finding("disk space", False, f"less than {LEAST_SPACE / 1e9:.0f} GB free: captures will soon fail")


def _ledger() -> Iterator[Finding]:
    try:
        plan = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
        if plan:
            yield Finding("ledger", False, f"{len(plan)} migrations are waiting: run `manage.py migrate`")
            return
        yield Finding("ledger", True, f"{connection.vendor}, {Advert.objects.count()} adverts, {Reject.objects.count()} rejected lines")
    except DatabaseError as error:
        yield Finding("ledger", False, f"cannot be opened ({error}); check FAIRWATCH_DATABASE_URL")


def _rules() -> Iterator[Finding]:
    from models import artefacts
    from nlp import catalogue, lexicon

    try:
        yield Finding(
            "rules", True, f"{catalogue.version()}: {len(catalogue.indicators())} indicators and signals, {len(lexicon.codes())} languages"
        )
        yield Finding("model", True, artefacts.current().version)
    except FairwatchError as error:
        yield Finding("rules and model", False, str(error))


def _index() -> Iterator[Finding]:
    from index import open_index

    health = open_index().health()
    said = f"{health.backend}, {health.documents} documents, up to position {health.position}"
    yield Finding("index", not health.problems, "; ".join(health.problems) or said)


def _mail(env: Env) -> Iterator[Finding]:
    parts = urlsplit(env.email_url)
    if parts.scheme not in {"smtp", "smtps"}:
        yield Finding("mail", True, f"kept here ({parts.scheme}:), not sent")
        return
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(parts.hostname or "localhost", parts.port or 25, timeout=5) as server:
            server.noop()
        yield Finding("mail", True, f"{parts.hostname} answers")
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("mail", False, f"{parts.hostname} does not answer ({error}); check FAIRWATCH_EMAIL_URL")


def _stages() -> Iterator[Finding]:
    try:
        stages = sorted(set(Run.objects.values_list("stage", flat=True)))
        for stage in stages:
            last = Run.objects.filter(stage=stage).order_by("-started_at").first()
            if last is not None:
                state = "running" if last.ok is None else "well" if last.ok else "failed"
                yield Finding(f"stage {stage}", last.ok is not False, f"last {last.started_at:%Y-%m-%d %H:%M} UTC, {state}")
    except DatabaseError:
        return


def _sources(now: datetime) -> Iterator[Finding]:
    """Each source that was crawled, with its alarms; and those that are switched on and never were."""
    from crawlers import source

    try:
        found = all_sources(now=now)
        wanted = {path.stem for path in source.enabled()}
    except (DatabaseError, FairwatchError) as error:
        yield Finding("sources", False, str(error))
        return
    for one in found:
        last = f"last success {one.last_success:%Y-%m-%d %H:%M} UTC" if one.last_success else "never a success"
        yield Finding(f"source {one.name}", not one.alarms, "; ".join([*one.alarms, f"{one.adverts} adverts, {last}"]))
    for name in sorted(wanted - {one.name for one in found}):
        yield Finding(f"source {name}", False, f"is switched on and was never crawled; run `manage.py crawl {name}`")
