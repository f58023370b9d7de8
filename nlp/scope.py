"""What undoes a finding: negation before or after the words or inside them, another payer, a warning, a rule quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from nlp.lexicon import Tag
from nlp.segment import Sentence
from nlp.situations import GROUPS, Hit

BEFORE = 5.5
"""Words a negation reaches forward at most."""
AFTER = 4.5
"""Words a negation that follows its verb reaches back at most."""
PAYER = 9.0
"""Words from a cost within which its payer is named."""

_BREAK = re.compile(r"[.;:!?\n()|•]|,\s|\s-\s")
_HARD_BREAK = re.compile(r"[.;!?\n()|•]")
_EMPLOYER_PAYS = GROUPS["employer_pays"]
_WORKER_PAYS = GROUPS["worker_pays"]
_WARNS = ("warning", "scam", "report", "illegal")
_CAUTIONS = ("scam", "condition", "never", "no<", "no>", "no.fused", "report", "complaint")
"""With one of these a word of caution ("beware", "attention") is a warning; alone it may be a shout that hides an offer."""

Tags = Mapping[str, Sequence[Tag]]


def undone(hit: Hit, text: str, tags: Tags, *, letters_per_word: float) -> str:
    """Why ``hit`` does not count, as a note; empty where it does. ``tags`` are those of its sentence by name."""
    warns = any(tags.get(name) for name in _WARNS) or (tags.get("beware") and any(tags.get(name) for name in _CAUTIONS))
    if warns and hit.situation.negatable:
        return "the sentence warns of this or quotes a rule"
    if hit.situation.negatable and negated(hit, text, tags, letters_per_word=letters_per_word):
        return "negated"
    if hit.situation.worker_pays and employer_pays(hit, text, tags, letters_per_word=letters_per_word):
        return "another than the worker pays"
    return ""


_ADVISES = frozenset({"warning", "scam", "beware"})
_ADVISES_ON = frozenset({"warning", "scam", "report", "complaint", "illegal", "authority", "condition"})
_FEWEST_SIGNS = 3
_RECRUITS = frozenset({"messenger", "contact.messenger", "contact.handle", "details_private"})


def is_advice(tags: Sequence[Tag], title: Sequence[Sentence]) -> bool:
    """Whether a text is a warning from its first words on: it begins as one, goes on as one, and has no private way to apply."""
    end = title[0].end if title else 0
    first = takewhile(lambda tag: tag.start < end, tags)  # they are in order of place
    if not any(tag.name in _ADVISES for tag in first) or any(tag.name in _RECRUITS for tag in tags):
        return False
    return sum(tag.name in _ADVISES_ON for tag in tags) >= _FEWEST_SIGNS


_OWN = {"no<": BEFORE, "no>": AFTER, "no.fused": 1.5, "forbidden": 7.0}


def astray(hit: Hit, text: str, tags: Tags, *, letters_per_word: float) -> list[Tag]:
    """The negations of a situation that govern none of its other words: "contract, no smoking" is not "no contract"."""
    cues = [part for part in hit.parts if part.name in _OWN]
    others = [part for part in hit.parts if part.name not in _OWN]
    return [cue for cue in cues if not any(_governs(cue, cue.name, part, text, tags, _OWN[cue.name] * letters_per_word) for part in others)]


def negated(hit: Hit, text: str, tags: Tags, *, letters_per_word: float) -> bool:
    """Whether a negation governs one of the words of ``hit``."""
    idioms = tags.get("no.idioms", ())
    for name, reach in (("no<", BEFORE), ("no>", AFTER), ("no.fused", 1.5)):
        for cue in tags.get(name, ()):
            if any(idiom.start <= cue.start < idiom.end for idiom in idioms):
                continue
            if any(_governs(cue, name, part, text, tags, reach * letters_per_word) for part in hit.parts):
                return True
    return False


def _governs(cue: Tag, name: str, part: Tag, text: str, tags: Tags, reach: float) -> bool:
    if part.start <= cue.start and cue.end <= part.end:
        return False  # the term holds its own "no": "no children", "sans papiers"
    if cue.start < part.end and part.start < cue.end:
        return True
    if name == "no<":
        return 0 <= part.start - cue.end <= reach and not _parted(cue.end, part.start, text, tags)
    if name == "no>":
        return 0 <= cue.start - part.end <= reach and not _parted(part.end, cue.start, text, tags)
    gap = max(part.start - cue.end, cue.start - part.end)
    return gap <= reach and not _parted(min(cue.end, part.end), max(cue.start, part.start), text, tags)


def _parted(start: int, end: int, text: str, tags: Tags) -> bool:
    """Whether a clause ends between two places."""
    return bool(_BREAK.search(text, start, end)) or any(start <= tag.start and tag.end <= end for tag in tags.get("breaks", ()))


def employer_pays(hit: Hit, text: str, tags: Tags, *, letters_per_word: float) -> bool:
    """Whether the clause names somebody else than the worker as payer."""
    said = {name: [tag for tag in tags.get(name, ()) if not _denied(tag, text, tags, letters_per_word)] for name in _WORKER_PAYS}
    if _near(hit, _WORKER_PAYS, text, said, PAYER * letters_per_word):
        return False
    return _near(hit, _EMPLOYER_PAYS, text, tags, PAYER * letters_per_word)


def _denied(cue: Tag, text: str, tags: Tags, letters_per_word: float) -> bool:
    """Whether a cue that the worker pays is itself negated: "nothing is asked of the applicant"."""
    return any(
        _governs(no, name, cue, text, tags, _OWN[name] * letters_per_word)
        for name in ("no<", "no>", "no.fused")
        for no in tags.get(name, ())
    )


def _near(hit: Hit, names: Sequence[str], text: str, tags: Tags, reach: float) -> bool:
    for name in names:
        for tag in tags.get(name, ()):
            if tag.start < hit.end and hit.start < tag.end:
                return True
            gap = max(tag.start - hit.end, hit.start - tag.end)
            if gap <= reach and not _HARD_BREAK.search(text, min(hit.end, tag.end), max(hit.start, tag.start)):
                return True
    return False
