"""What the public pages need of other folders, by name: ``settings/web.py`` says which function answers (it composes, we do not import)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from adverts.records import Assessment


class Judge(Protocol):
    """Judges one text exactly as ``manage.py detect`` does."""

    def __call__(self, text: str, *, languages: Sequence[str] = ..., now: datetime) -> Assessment: ...


class Line(Protocol):
    """One help line."""

    @property
    def country(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def verified_on(self) -> date | None: ...


class HelpLines(Protocol):
    """All help lines; ``own`` is the installation's file, which may be missing."""

    def __call__(self, own: Path | None = None) -> Sequence[Line]: ...


def judge() -> Judge:
    """The judge of ``NOTICES_JUDGE``."""
    return cast(Judge, import_string(settings.NOTICES_JUDGE))


def help_lines() -> HelpLines:
    """The source of help lines of ``NOTICES_HELP_LINES``."""
    return cast(HelpLines, import_string(settings.NOTICES_HELP_LINES))
