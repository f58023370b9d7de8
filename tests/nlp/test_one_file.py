"""A language and an indicator are one file each: both are added to a copy of the tree and work there, with nothing else touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ADDED = Path(__file__).parent / "added"
FOLDERS = ("adverts", "alerts", "crawlers", "index", "linking", "models", "nlp", "notices", "review", "settings")
PLACES = {"it.yml": "nlp/languages", "tips-taken.yml": "nlp/indicators"}
TEXTS = [
    "Cerchiamo lavoratori per la raccolta. Il passaporto resta in cassaforte del titolare fino a fine stagione.",
    "Cercasi cameriere per il nostro ristorante. Le mance le trattiene il titolare, dopo ogni turno.",
    "We are looking for a waiter at the hotel. The owner keeps all tips.",
    "Cerchiamo un cuoco: portate il passaporto al colloquio, lo stipendio e le mance sono per i lavoratori.",
]


EXAMPLES = yaml.safe_load((ADDED / "tips-taken.yml").read_text(encoding="utf-8"))["examples"]


def found_in(tree: Path, *, added: bool) -> list[set[str]]:
    """What ``manage.py detect`` finds in the texts and examples, in a copy of the code with or without the two files."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__", "corpus"))
    shutil.copy(ROOT / "manage.py", tree)
    for name, place in PLACES.items():
        if added:
            shutil.copy(ADDED / name, tree / place / name)
    texts = [*TEXTS, *(example["text"] for kind in ("must", "must_not") for example in EXAMPLES[kind])]
    lines = "".join(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts))
    done = subprocess.run(
        [sys.executable, "manage.py", "detect"],
        cwd=tree,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "settings.testing"},
    )
    assert done.returncode == 0, done.stderr
    return [{finding["indicator"] for finding in json.loads(line)["findings"]} for line in done.stdout.splitlines()]


def test_a_language_and_an_indicator_are_one_file_each(tmp_path: Path) -> None:
    passport, tips, english, honest, *examples = found_in(tmp_path, added=True)
    assert "document-retention" in passport
    assert "tips-taken" in tips
    assert "tips-taken" in english
    assert not honest & {"document-retention", "tips-taken"}
    must = len(EXAMPLES["must"])
    assert ["tips-taken" in example for example in examples] == [True] * must + [False] * (len(examples) - must)


@pytest.mark.slow
def test_without_the_two_files_nothing_of_it_is_found(tmp_path: Path) -> None:
    passport, tips, english, *_ = found_in(tmp_path, added=False)
    assert "document-retention" not in passport
    assert "tips-taken" not in tips | english
