"""Who may import what (design, section 3), read from the source files themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"adverts", "alerts", "crawlers", "index", "linking", "models", "nlp", "notices", "review", "settings"}

LEDGER = {
    "adverts.records",
    "adverts.store",
    "adverts.audit",
    "adverts.access",
    "adverts.vault",
    "adverts.models",
    "adverts.runs",
    "adverts.sources",
}
LEDGER |= {"adverts.turns", "adverts.leases", "adverts.holders", "adverts.erasing"}
# index cuts and folds text exactly as nlp does, or a search would miss what a finding shows: it may use these two alone
CUTTING = {"nlp.normalise", "nlp.segment"}

MAY_IMPORT: dict[str, set[str]] = {
    "settings": set(),
    "crawlers": {"adverts.records"},
    "nlp": {"adverts.records"},
    "models": {"adverts.records"},
    "linking": LEDGER,
    "index": LEDGER | CUTTING,
    # linking.desk: people set adverts apart there; nlp.bands: pages say what the combination rule itself would say;
    # nlp.catalogue: people practise on its examples
    "review": LEDGER | {"index", "linking.desk", "nlp.bands", "nlp.catalogue"},
    "alerts": LEDGER | {"index"},
    "notices": LEDGER | {"index"},
    "adverts": set(),
}
"""What each folder may import of ours beside itself and ``settings``."""

COMPOSERS = (
    "adverts/assess.py",
    "adverts/judging.py",
    "adverts/detecting.py",
    "adverts/demo.py",
    "adverts/training.py",
    "adverts/calibrating.py",
    "adverts/coverage.py",
    "adverts/hunting.py",
    "adverts/doctor.py",
    "adverts/due.py",
    "adverts/sealing.py",
    "adverts/forgetting.py",
    "adverts/erasing_places.py",
    "adverts/api/",
    "adverts/accountability/",
    "adverts/management/",
)
"""The only places that may import every folder."""

ONLY_IN: dict[str, tuple[str, ...]] = {
    "scrapy": ("crawlers/", "settings/crawling.py"),
    "extruct": ("crawlers/",),
    "warcio": ("crawlers/",),
    "feedparser": ("crawlers/",),
    "trafilatura": ("crawlers/",),
    "spacy": ("nlp/",),
    "icu4py": ("nlp/",),
    "tokenizers": ("nlp/",),
    "phonenumbers": ("nlp/",),
    "sklearn": ("models/",),
    "skops": ("models/",),
    "rensa": ("linking/",),
    "tantivy": ("index/embedded.py", "index/embedded_query.py"),
    "elasticsearch": ("index/elastic_client.py",),
    "elastic_transport": ("index/elastic_client.py",),
    "apscheduler": ("alerts/scheduler.py",),
    "bagit": ("review/records/packing.py",),
    "ninja": ("adverts/api/",),
    "standardwebhooks": ("alerts/channels/webhook.py",),
    "requests_hardened": ("alerts/channels/webhook.py",),
}
"""Third-party packages that one part of the tree alone may import."""


def sources() -> list[Path]:
    return sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.lineno, str(node.module)
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def forbidden(path: str, name: str) -> str | None:
    """Why ``path`` may not import ``name``, or None."""
    folder, top = path.split("/", 1)[0], name.split(".", 1)[0]
    if path == "adverts/records.py" and top in OURS:
        return "records import nothing of ours"
    if top in ONLY_IN and not path.startswith(ONLY_IN[top]):
        return f"{top} belongs to {' '.join(ONLY_IN[top])}"
    if top not in OURS or top in {folder, "settings"} or path.startswith(COMPOSERS):
        return None
    allowed = MAY_IMPORT[folder]
    ok = name in allowed or top in allowed or any(name.startswith(entry + ".") or entry.startswith(name + ".") for entry in allowed)
    return None if ok else f"{folder} may not import {name}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_table(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    faults = [f"{name}:{line}: {why}" for line, imported in imports(path) if (why := forbidden(name, imported))]
    assert faults == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_settings_reads_the_environment(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    readers = [node.lineno for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _reads_environ(node)]
    assert name == "settings/wsgi.py" or readers == []


def _reads_environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}


@pytest.mark.parametrize(
    ("path", "name", "allowed"),
    [
        ("models/score.py", "nlp.find", False),
        ("models/score.py", "adverts.records", True),
        ("crawlers/spider.py", "adverts.models", False),
        ("index/elastic.py", "tantivy", False),
        ("index/embedded.py", "tantivy", True),
        ("index/query.py", "nlp.segment", True),
        ("index/query.py", "nlp.find", False),
        ("review/views.py", "alerts.models", False),
        ("review/views.py", "linking.desk", True),
        ("review/views.py", "linking.link", False),
        ("adverts/assess.py", "nlp.find", True),
        ("adverts/intake.py", "nlp.contacts", False),
        ("adverts/records.py", "adverts.models", False),
    ],
)
def test_the_table_itself(path: str, name: str, allowed: bool) -> None:
    assert (forbidden(path, name) is None) is allowed
