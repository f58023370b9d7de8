"""The memory limit of a crawl, measured on the crawl itself."""

from __future__ import annotations

from scrapy.extensions.memusage import MemoryUsage

from crawlers.footprint import peak


class OwnMemory(MemoryUsage):
    """Scrapy's limit (``MEMUSAGE_LIMIT_MB``), without what the process that started the crawl had used."""

    def get_virtual_size(self) -> int:
        """Peak memory of this program in bytes."""
        return peak() or super().get_virtual_size()
