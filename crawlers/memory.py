"""The memory limit of a crawl, measured on the crawl itself."""

from __future__ import annotations

from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

STATUS = Path("/proc/self/status")
"""Where Linux says how much memory a process has used (``VmHWM``, its peak, in kB)."""


class OwnMemory(MemoryUsage):
    """Scrapy's limit (``MEMUSAGE_LIMIT_MB``), without what the process that started the crawl had used."""

    def get_virtual_size(self) -> int:
        """Peak memory of this program in bytes."""
        # Scrapy asks getrusage, whose peak Linux keeps over exec: a large parent would end a small crawl at once
        try:
            lines = STATUS.read_text(encoding="ascii").splitlines()
        except OSError:
            return super().get_virtual_size()  # other systems
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
