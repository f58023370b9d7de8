"""A worker with the simple reader of ``tests.crawlers.site``: ``python -m tests.crawlers.simple_worker``."""

from __future__ import annotations

from crawlers.worker import main
from tests.crawlers.site import read

if __name__ == "__main__":
    main(read)
