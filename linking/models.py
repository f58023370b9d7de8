"""Tables of linking; written by this folder alone."""

from __future__ import annotations
