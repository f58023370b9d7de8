"""``manage.py search``: the index from the shell; results on standard output, all else on standard error."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adverts.records import FairwatchError
from index import open_index
from index.base import Hit, Page
from index.query import Node, QueryError, SearchQuery, Sort
from index.snippets import Parts
from index.syntax import parse
from index.values import filter_of

HELP = """Words, "exact phrases", beginnings*, -left out, a OR b, (groups); title: text: employer: place: before a word;
filters such as lang:ne country:QA band:urgent risk:>=0.5 seen:>2026-01-01 has:verdict; docs/index.md has them all."""


class Command(BaseCommand):
    help = f"Search the adverts. {HELP}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("query", nargs="?", default="", help="what to look for; all adverts where it is empty")
        parser.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE", help="the same as NAME:VALUE in the query")
        parser.add_argument("--sort", choices=[*map(str, Sort)], help="order of the results")
        parser.add_argument("--size", type=int, default=20, help="results a page")
        parser.add_argument("--cursor", default="", help="the next page, as named below the page before")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *, query: str, **options: Any) -> None:
        """Ask once and show one page."""
        parsed = parse(query)
        for problem in parsed.problems:
            self.stderr.write(f"{problem.pointed(query)}\n{problem.message}")
        try:
            asked = _asked(parsed.query, options)
            page = open_index().search(asked)
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2 if isinstance(error, QueryError) else 1) from error
        if options["json"]:
            for hit in page.hits:
                self.stdout.write(json.dumps(as_json(hit), ensure_ascii=False))
        else:
            console = Console()
            with console.capture() as shown:
                console.print(_table(page))
            self.stdout.write(shown.get())
        self.stderr.write(f"{len(page.hits)} of {page.total} adverts, by {asked.sort_in_force}")
        if page.next_cursor:
            self.stderr.write(f"next page: --cursor {page.next_cursor}")


def _asked(query: SearchQuery, options: dict[str, Any]) -> SearchQuery:
    filters: list[Node] = []
    for given in options["filter"]:
        name, sign, value = given.partition("=")
        if not sign:
            raise QueryError(f"--filter {given!r}: write NAME=VALUE, as in --filter country=QA")
        filters.append(filter_of(name, value))
    sort = Sort(options["sort"]) if options["sort"] else query.sort
    return replace(query.narrowed(*filters), sort=sort, size=options["size"], cursor=options["cursor"])


def as_json(hit: Hit) -> dict[str, Any]:
    """One result for machines: title and snippets are lists of ``[text, found]``; joined, the texts are the original."""
    document = hit.document
    return {
        "id": document.doc_id,
        "score": hit.score,
        "risk": document.risk,
        "band": document.band,
        "indicators": document.indicators,
        "signals": document.signals,
        "source": document.source,
        "employer": document.employer,
        "place": document.place,
        "country": document.country,
        "origins": document.origins,
        "sectors": document.sectors,
        "languages": document.languages,
        "cluster": document.cluster,
        "reach": document.reach,
        "verdict": document.verdict,
        "online": document.online,
        "posted_on": document.posted_on.isoformat() if document.posted_on else None,
        "first_seen_at": document.first_seen_at.isoformat(),
        "seen_at": document.seen_at.isoformat(),
        "title": hit.title,
        "snippets": hit.snippets,
    }


def _table(page: Page) -> Table:
    table = Table("risk", "band", "country", "advert", "first seen", "id", header_style="bold")
    for hit in page.hits:
        document = hit.document
        words = Text("\n").join([_marked(hit.title, "bold"), *(_marked(snippet, "") for snippet in hit.snippets)])
        seen = f"{document.first_seen_at:%Y-%m-%d}\n{document.source}"
        table.add_row(f"{document.risk:.2f}", document.band, document.country, words, Text(seen), document.doc_id)
    return table


def _marked(parts: Parts, style: str) -> Text:
    """Parts as text for a terminal: adverts are written by strangers, so nothing in them may steer it."""
    text = Text()
    for words, found in parts:
        safe = "".join(char if char.isprintable() else " " for char in words)
        text.append(safe, style="reverse" if found else style)
    return text
