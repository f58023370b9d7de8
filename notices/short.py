"""The short form of a notice: what people send on by messenger or read aloud, with its last day and its address."""

from __future__ import annotations

from notices.content import Text
from notices.frame import absolute
from notices.markup import help_lines
from notices.reading import Public
from notices.wording import Wording, day


def short_form(notice: Public, text: Text, words: Wording) -> str:
    """Plain lines: what it says, whom to call, until when it holds, where all of it stands. One that no longer holds says so first."""
    until = notice.content.valid_until
    lines = [] if notice.holds else [f"⚠ {words.texts['expired_text' if not notice.cancelled else 'cancelled_text']}"]
    lines.append(text.short.strip() or text.title)
    lines += [f"☎ {line.name} {line.number}".strip() for line in help_lines(text.help_lines)[:2]]
    if until:
        lines.append(f"{words.texts['valid_until']}: {day(until, words.language)}")
    return "\n".join([*lines, absolute("notice-public", notice.slug, text.language)])
