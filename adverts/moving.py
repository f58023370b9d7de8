"""Move the ledger to another database, table by table: copied in batches that can be resumed, then compared row for row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connections, transaction
from django.db.models import Model

from adverts.audit import first_break
from adverts.models import AuditEntry
from adverts.records import FairwatchError

SOURCE, TARGET = "default", "move-target"
BATCH = 1_000
"""Rows copied in one transaction: what a kill loses at most."""
MADE_BY_MIGRATE = frozenset({"django_content_type", "auth_permission"})
"""Tables that Django fills when it makes a database; their numbers must be those of the source."""


class MoveError(FairwatchError):
    """The ledger cannot be moved, or what arrived is not what was sent."""


@dataclass(frozen=True, slots=True)
class Table:
    """What became of one table."""

    name: str
    rows: int
    copied: int
    """Rows copied in this run; the others were there from a run before."""


def connect(entry: dict[str, Any]) -> None:
    """Make the database of Django's ``entry`` known as the target. Raises ``MoveError`` where it cannot be used."""
    made = connections.configure_settings({SOURCE: connections.settings[SOURCE], TARGET: entry})
    connections.settings[TARGET] = made[TARGET]
    if connections[TARGET].vendor != "postgresql":
        raise MoveError("--to: the target must be PostgreSQL; to copy a SQLite ledger use `VACUUM INTO` (docs/operations.md)")
    try:
        connections[TARGET].ensure_connection()
    except DatabaseError as error:
        raise MoveError(f"--to: the database does not answer: {str(error).strip()}") from error


def move(*, resume: bool, progress: Callable[[int], None]) -> list[Table]:
    """Copy every table and compare; ``progress`` gets the number of rows just copied.

    Nobody else can write to the source meanwhile. Raises ``MoveError`` where the target holds rows and ``resume`` is not asked for, where
    a value does not fit, and where source and target differ at the end.
    """
    models = in_order()
    with transaction.atomic(using=SOURCE):  # on SQLite this keeps writers out until all is copied
        _prepare(models, resume=resume)
        tables = [_copy(model, progress) for model in models]
        _reset_sequences(models)
        _compare(models)
    return tables


def in_order() -> list[type[Model]]:
    """All tables of the ledger, each after those it refers to."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy]
    sorter: TopologicalSorter[type[Model]] = TopologicalSorter()
    for model in sorted(models, key=_name):
        needed = [field.related_model for field in model._meta.local_concrete_fields if field.is_relation]
        sorter.add(model, *(other for other in models if other in needed and other is not model))
    return list(sorter.static_order())


def _name(model: type[Model]) -> str:
    return model._meta.db_table


def _count(model: type[Model], alias: str) -> int:
    return model._base_manager.using(alias).count()


def _prepare(models: Sequence[type[Model]], *, resume: bool) -> None:
    call_command("migrate", database=TARGET, verbosity=0, interactive=False)
    filled = [_name(model) for model in models if _name(model) not in MADE_BY_MIGRATE and _count(model, TARGET)]
    if filled and not resume:
        raise MoveError(
            f"the target is not empty ({', '.join(filled[:5])}): give an empty database, or --resume to go on with a move begun"
        )
    for model in models:
        rows, there = _count(model, SOURCE), _count(model, TARGET)
        if there > rows and _name(model) not in MADE_BY_MIGRATE:
            raise MoveError(f"{_name(model)}: the target has {there} rows, the source {rows}: it is another ledger, or was used since")
    # also in a move begun before: the call above has just filled them anew; what refers to them goes with them and is copied again
    quoted = ", ".join(connections[TARGET].ops.quote_name(name) for name in sorted(MADE_BY_MIGRATE))
    with connections[TARGET].cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted} CASCADE")


def _copy(model: type[Model], progress: Callable[[int], None]) -> Table:
    rows, there = _count(model, SOURCE), _count(model, TARGET)
    for batch in _batches(model, skip=there):
        _write(model, batch)
        progress(len(batch))
    return Table(_name(model), rows, rows - there)


def _batches(model: type[Model], *, skip: int) -> Iterator[list[Model]]:
    """The rows of the source in the order of their key, without the first ``skip``."""
    batch: list[Model] = []
    for number, row in enumerate(model._base_manager.using(SOURCE).order_by("pk").iterator(chunk_size=BATCH)):
        if number < skip:
            continue
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write(model: type[Model], batch: Sequence[Model]) -> None:
    target, fields = connections[TARGET], model._meta.local_concrete_fields
    columns = ", ".join(target.ops.quote_name(str(field.column)) for field in fields)
    statement = f"COPY {target.ops.quote_name(_name(model))} ({columns}) FROM STDIN"
    try:
        # COPY takes values as they are: a time of change stays the time of change
        with transaction.atomic(using=TARGET), target.cursor() as cursor, target.wrap_database_errors, cursor.copy(statement) as copy:
            for row in batch:
                copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection=target) for field in fields])
    except DatabaseError as error:
        where = f"{_name(model)}, keys {batch[0].pk} to {batch[-1].pk}"
        raise MoveError(f"{where}: PostgreSQL refuses a value: {str(error).strip()}; correct it in the source, then --resume") from error


def _reset_sequences(models: Sequence[type[Model]]) -> None:
    target = connections[TARGET]
    with target.cursor() as cursor:
        for statement in target.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _compare(models: Sequence[type[Model]]) -> None:
    different = [_name(model) for model in models if fingerprint(model, SOURCE) != fingerprint(model, TARGET)]
    if different:
        raise MoveError(f"source and target differ in {', '.join(different)}: empty the target and begin again")
    broken = first_break(AuditEntry.objects.using(TARGET).order_by("number").iterator(chunk_size=BATCH))
    if broken:
        raise MoveError(f"audit log, entry {broken.number}: {broken.reason}; see `manage.py verify_audit` on the source")


def fingerprint(model: type[Model], alias: str) -> tuple[int, int]:
    """Number of rows, and a sum over the hashes of all rows that does not depend on their order: databases sort text differently."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    count = total = 0
    for row in model._base_manager.using(alias).values_list(*names).iterator(chunk_size=BATCH):
        content = json.dumps([_plain(value) for value in row], sort_keys=True, ensure_ascii=True)
        total += int.from_bytes(hashlib.blake2b(content.encode("ascii"), digest_size=16).digest(), "big")
        count += 1
    return count, total % 2**128


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if value is None or isinstance(value, str | int | float | list | dict) else str(value)
