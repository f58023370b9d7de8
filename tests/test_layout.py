"""Our folders have names that others use too: each must resolve to this checkout."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("adverts", "alerts", "crawlers", "index", "linking", "models", "nlp", "notices", "review", "settings")


@pytest.mark.parametrize("name", FOLDERS)
def test_folder_resolves_here(name: str) -> None:
    module = importlib.import_module(name)
    assert Path(str(module.__file__)).resolve() == ROOT / name / "__init__.py"


def test_no_folder_is_missing_from_the_list() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages == set(FOLDERS)
