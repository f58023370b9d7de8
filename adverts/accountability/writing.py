"""A report in the four forms it is read in: JSON, CSV, one page of HTML, tagged PDF. Equal reports give equal bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from notices import readable

TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
KEPT_BACK = "kept back"
COLUMNS = ("section", "name", "label", "number", "share", "low", "high", "unit", "of", "note")

Body = Mapping[str, Any]
"""``Report.plain()``, as it is or as it was read back from JSON."""


def write(body: Body, form: str) -> bytes:
    """The report in one form of ``TYPES``."""
    match form:
        case "json":
            return as_json(body)
        case "csv":
            return as_csv(body)
        case "html":
            return standing(body).encode()
        case _:
            return as_pdf(body)


def as_json(body: Body) -> bytes:
    """Keys in order, so that equal reports are equal bytes."""
    return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def digest(body: Body) -> str:
    """SHA-256 of the JSON file."""
    return hashlib.sha256(as_json(body)).hexdigest()


def as_csv(body: Body) -> bytes:
    """One line a number; ``number`` empty and ``note`` saying so where it is kept back."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(value) for value in line] for line in _lines(body))
    return out.getvalue().encode()


def _lines(body: Body) -> Iterator[tuple[Any, ...]]:
    yield "report", "quarter", body["quarter"], "", "", "", "", "", "", f"{body['begin']} to {body['end']}, UTC; made {body['made_at']}"
    for table in body["tables"]:
        for row in table["rows"]:
            note = KEPT_BACK if row["number"] is None else ""
            yield table["name"], row["name"], row["label"], row["number"], row["share"], "", "", "count", "", note
        if table["whole"]:
            note = "rows are kept back altogether" if table["withheld"] else ""
            yield table["name"], "total", "Total", table["total"], "", "", "", "count", "", note
    for one in body["figures"]:
        yield "figures", one["name"], one["title"], one["value"], "", one["low"], one["high"], one["unit"], one["of"], one["note"]
    for source in body["sources"]:
        yield "watched", source["name"], source["title"], "", "", "", "", "", "", f"{source['legal_basis']} {source['purpose']}".strip()
    for kind in ("rules_versions", "model_versions"):
        yield from ((kind, version, "", "", "", "", "", "", "", "") for version in body[kind])


def harmless(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def standing(body: Body) -> str:
    """A page that needs nothing else: its style is in it. What is served has the same words without it."""
    return render_to_string("accountability/print.html", {"report": for_page(body)})


def as_pdf(body: Body) -> bytes:
    """Tagged PDF/UA-1. The page holds nothing from outside."""
    document = HTML(string=standing(body), url_fetcher=URLFetcher(allowed_protocols=("data",))).render(pdf_variant=readable.VARIANT)
    return readable.write(document)


def for_page(body: Body) -> dict[str, Any]:
    """The report with its figures in words."""
    return {**body, "figures": [{**one, "words": _words(one)} for one in body["figures"]], "tables": list(_percent(body["tables"]))}


def _percent(tables: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for table in tables:
        rows = [{**row, "percent": "" if row["share"] is None else f"{100 * row['share']:.1f} %"} for row in table["rows"]]
        yield {**table, "rows": rows}


def _words(one: Mapping[str, Any]) -> str:
    """A figure with its interval, as people read it."""
    form = {"share": _share, "kappa": _kappa, "hours": _hours}[one["unit"]]
    if one["value"] is None and one["low"] is None:
        return f"Not told: {one['note']}."
    of = f", of {one['of']}" if one["of"] else ""
    if one["value"] is None:
        return f"{form(one['low'])} to {form(one['high'])}{of}. {one['note'].capitalize()}."
    return f"{form(one['value'])} (95 % interval {form(one['low'])} to {form(one['high'])}){of}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _kappa(value: float) -> str:
    return f"{value:.2f}"


def _hours(value: float) -> str:
    return f"{value:.0f} hours"
