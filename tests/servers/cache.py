"""Where what is fetched for test servers is kept between runs: the user's cache folder, never the checkout."""

from __future__ import annotations

import os
from pathlib import Path


def cache() -> Path:
    """The folder, made where it is missing."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "fairwatch-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
