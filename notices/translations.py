"""The state machine of each language of a notice, pure: draft, machine draft, checked by a person, approved by a native speaker; and stale.

Words decide: whoever changes a text's words takes its check away, whoever changes the source makes the others stale.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext

from notices.content import Content, Text

DRAFT, MACHINE, CHECKED, NATIVE = "draft", "machine-draft", "human-checked", "native-approved"

MOVES: dict[str, frozenset[str]] = {
    DRAFT: frozenset({CHECKED}),
    MACHINE: frozenset({CHECKED}),
    CHECKED: frozenset({NATIVE}),
    NATIVE: frozenset(),
}
"""What a person's check can make of each state. No machine draft becomes native-approved in one step; only new words lead back."""


def settled(old: Content | None, new: Content) -> Content:
    """``new`` with the state each text has by right: as before where its words stand, else a (machine) draft again.

    The source has no source of its own; a text with new words counts as made from the source as it now stands.
    """
    before = {text.language: text for text in old.texts} if old else {}
    source = new.source
    return replace(new, texts=tuple(_settled(before.get(text.language), text, source) for text in new.texts))


def checked(content: Content, language: str, *, to: str) -> Content:
    """The content after the check of one text; it counts as compared with the source as it stands."""
    source = content.source
    compared = source.words if source is not None and source.language != language else ""
    texts = (replace(text, state=to, made_from=compared) if text.language == language else text for text in content.texts)
    return replace(content, texts=tuple(texts))


def why_not_check(content: Content, language: str, *, to: str, by: str, worded_by: str) -> str:
    """Why ``by`` may not move a text on; empty where they may."""
    text = next((text for text in content.texts if text.language == language), None)
    if text is None:
        return gettext("There is no text in this language.")
    if by == worded_by:
        return gettext("You wrote these words: another person must check them.")
    if content.is_stale(text):
        return "" if to == CHECKED else gettext("The source has changed: first check the text against it.")
    if to not in MOVES[text.state]:
        return gettext("A text that is %(state)s cannot become %(to)s in one step.") % {"state": text.state, "to": to}
    source = content.source
    if source is not None and source.language != language and not source.checked:
        return gettext("Its source has not been checked yet: begin there.")
    return ""


def state_shown(content: Content, text: Text) -> str:
    """The state of a text in one word, ``stale`` before all others."""
    return "stale" if content.is_stale(text) else text.state


def _settled(before: Text | None, text: Text, source: Text | None) -> Text:
    if before is not None and before.words == text.words:
        return replace(text, state=before.state, made_from=_made_from(text, source) and (before.made_from or _made_from(text, source)))
    return replace(text, state=MACHINE if text.state == MACHINE else DRAFT, made_from=_made_from(text, source))


def _made_from(text: Text, source: Text | None) -> str:
    return source.words if source is not None and source.language != text.language else ""
