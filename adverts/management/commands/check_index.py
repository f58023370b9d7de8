"""``manage.py check_index``: does the index hold what the ledger holds?"""

from __future__ import annotations

import random
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.management.commands.reindex import LedgerAdverts
from adverts.records import FairwatchError
from index import open_index
from index.base import SearchIndex
from index.documents import Document
from index.query import Is, KeywordField, SearchQuery
from index.rebuild import Ledger

SHOWN = 20
"""Differences that are printed one by one."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Where index and ledger differ."""

    adverts: int
    documents: int
    missing: tuple[str, ...]
    """Adverts that cannot be found."""
    stale: tuple[str, ...]
    """Adverts that are found in an older state."""
    gone: tuple[str, ...]
    """Documents of adverts that the ledger has no more."""
    differing: tuple[str, ...]
    """Sentences on adverts of the sample whose document says other things than the ledger."""

    @property
    def any(self) -> bool:
        """Whether there is a difference."""
        return bool(self.missing or self.stale or self.gone or self.differing or self.adverts != self.documents)


def drift(index: SearchIndex, ledger: Ledger, *, sample: int, seed: int = 0) -> Drift:
    """Compare all stamps, and of ``sample`` adverts drawn by ``seed`` every field."""
    wanted, there = ledger.stamps(""), index.stamps("")
    ids = random.Random(seed).sample(sorted(wanted), min(sample, len(wanted)))  # noqa: S311 (no secret)
    stale = {advert_id for advert_id in wanted.keys() & there.keys() if wanted[advert_id] != there[advert_id]}
    return Drift(
        adverts=len(wanted),
        documents=index.count(SearchQuery()),
        missing=tuple(sorted(wanted.keys() - there.keys())),
        stale=tuple(sorted(stale)),
        gone=tuple(sorted(there.keys() - wanted.keys())),
        differing=tuple(_differences(index, ledger, [advert_id for advert_id in ids if advert_id in there and advert_id not in stale])),
    )


def _differences(index: SearchIndex, ledger: Ledger, ids: Sequence[str]) -> Iterator[str]:
    for document in ledger.documents(ids):
        hits = index.search(SearchQuery(Is(KeywordField.ADVERT, document.doc_id), snippets=False)).hits
        if len(hits) != 1:
            yield f"advert {document.doc_id}: {len(hits)} documents"
            continue
        names = _differing_fields(document, hits[0].document)
        if names:
            yield f"advert {document.doc_id}: differs in {', '.join(names)}"


def _differing_fields(one: Document, other: Document) -> list[str]:
    return [field.name for field in fields(Document) if getattr(one, field.name) != getattr(other, field.name)]


class Command(BaseCommand):
    help = "Compare the search index with the ledger; exit status 1 where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--sample", type=int, default=200, help="adverts compared field by field")
        parser.add_argument("--thorough", action="store_true", help="also read every file and compare checksums")

    def handle(self, *, sample: int, thorough: bool, **_options: Any) -> None:
        """Compare once."""
        index = open_index()
        health = index.health(thorough=thorough)
        if not health.version:
            raise CommandError("\n".join(health.problems))
        for problem in health.problems:
            self.stderr.write(problem)
        try:
            found = drift(index, LedgerAdverts(), sample=sample)
        except FairwatchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"index {health.version}: {health.documents} documents, {health.size / 1e6:.1f} MB, at ledger position {health.position}"
        )
        self.stdout.write(
            f"{health.deleted} deleted or replaced documents not yet cleared from disk (`manage.py reindex --full` clears them)"
        )
        self.stdout.write(f"ledger: {found.adverts} adverts")
        for what, ids in (
            ("missing from the index", found.missing),
            ("older in the index", found.stale),
            ("gone from the ledger", found.gone),
        ):
            self.stdout.write(f"{len(ids)} {what}{': ' + ', '.join(ids[:SHOWN]) if ids else ''}")
        for sentence in found.differing[:SHOWN]:
            self.stdout.write(sentence)
        if health.problems:
            raise CommandError("the index is not in order: see above")
        if found.any:
            raise CommandError("index and ledger differ: run `manage.py reindex`; if they still differ then, `manage.py reindex --full`")
        self.stdout.write("index and ledger agree")
