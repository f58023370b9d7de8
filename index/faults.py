"""Where an engine's errors become ours."""

from __future__ import annotations

from pathlib import Path

from index.base import REBUILD, DamagedIndexError

_ENGINE_ERRORS = (ValueError, OSError, RuntimeError)
_PANIC = "PanicException"


class EngineFaults:
    """Lets the errors of an embedded engine leave a block as ``DamagedIndexError``.

    Its panics too: they are no ``Exception``, cannot be imported, and would end a server's worker.
    """

    def __init__(self, version: Path) -> None:
        self._version = version

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if kind is not None and (issubclass(kind, _ENGINE_ERRORS) or kind.__name__ == _PANIC):
            raise DamagedIndexError(f"index {self._version}: {error}: see that the disk has room, then {REBUILD}") from error
