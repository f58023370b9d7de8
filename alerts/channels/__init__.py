"""One file a channel; each offers ``channel()``. To add one: add its file, nothing else.

A channel is named by its module: ``email`` is ``alerts.channels.email``.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from alerts.channels.base import Channel, PermanentError


def names() -> tuple[str, ...]:
    """The channels there are, sorted."""
    return tuple(sorted(found.name for found in iter_modules(__path__) if found.name != "base"))


def load(name: str) -> Channel:
    """A fresh channel by its name.

    Raises ``PermanentError`` for a name that has no file (any more).
    """
    if name not in names():
        raise PermanentError(f"channel {name!r}: there is none of that name; known are {', '.join(names())}")
    made: Channel = import_module(f"alerts.channels.{name}").channel()
    return made
