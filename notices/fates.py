"""What readers must know before they read a notice: expired, cancelled, corrected, updated."""

from __future__ import annotations

from dataclasses import dataclass

from notices.reading import Public
from notices.rules import State
from notices.wording import Wording

SPOKEN = {"correction": "corrected", "cancellation": "cancelled"}
"""Type of the newer notice -> our word for what happened; anything else is an update."""


@dataclass(frozen=True, slots=True)
class Banner:
    """One banner above a notice, as large as its title."""

    head: str
    text: str
    by: Public | None
    """The newer notice, where there is one."""


def word_for(newer: Public) -> str:
    """Our word for what a newer notice does to the older one."""
    return SPOKEN.get(newer.content.type, "updated")


def banners(notice: Public, words: Wording) -> tuple[Banner, ...]:
    """All banners of a notice, the gravest first."""
    texts = words.texts
    found = [Banner(texts["expired"], texts["expired_text"], None)] if notice.state is State.EXPIRED else []
    for newer in notice.newer:
        word = word_for(newer)
        found.append(Banner(texts[word], texts["cancelled_text"] if word == "cancelled" else "", newer))
    return tuple(sorted(found, key=lambda banner: not banner.text))


def marks(notice: Public, words: Wording) -> tuple[str, ...]:
    """The same in few words, for lists and feeds."""
    return tuple(dict.fromkeys(banner.head for banner in banners(notice, words)))
