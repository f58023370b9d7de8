"""How much memory this program has used, without what the one that started it had."""

from __future__ import annotations

from pathlib import Path

STATUS = Path("/proc/self/status")
"""Where Linux says how much memory a process has used (``VmHWM``, its peak, in kB)."""


def peak() -> int:
    """Peak memory of this program in bytes; 0 where the system does not say."""
    # getrusage tells a peak that Linux keeps over exec: a large parent would count as this program's own
    try:
        lines = STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
