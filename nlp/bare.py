"""Sums that name no currency: "fee 65,000", "pay 25k", "two thousand". They count as sums beside a word of paying alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from nlp.lexicon import Tag
from nlp.runs import runs

CLOSE = 18
"""Characters between a number and the word of paying, at most."""
LONGEST = 60
"""Characters of a term that may end beside a number."""
PAYING = frozenset(
    {
        "fee", "recruit_fee", "pay", "deposit", "deduct", "loan", "debt", "fine", "hand_over", "send_money", "refund", "give_back",
        "cost_item_visa", "cost_item_travel", "cost_item_medical", "cost_item_training", "cost_item_paper", "cost_item_gear", "rent",
    }
)  # fmt: skip
"""Concepts beside which a number is a sum. Wages are none of them: what a job pays is seldom a sign."""
_PLAINLY = PAYING & {"fee", "recruit_fee", "pay", "deposit", "hand_over", "send_money", "fine", "deduct", "refund"}
"""Those beside which digits without separators are a sum too: "certificate ISO 9001" is none."""
_NUMBER = re.compile(r"(?<![^\W_])(?<![\d.,:/+#-])(?:\d{1,3}(?:[.,]\d{3}){1,3}|\d{1,3}k|\d{4,7})(?![^\W_])(?![.,:/-]?\d|\s?[%h])")
_DIGITS = re.compile("[0-9]+")
"""Those of every script: folding leaves no others."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_THOUSANDS = frozenset(
    {
        "thousand", "lakh", "lakhs", "lac", "lacs", "crore", "libo", "libong", "elfu", "laki", "hazar", "hazaar", "hajar",
        "hajaar", "ribu", "juta", "trieu", "nghin", "milyon", "tysiecy", "tysiac", "tysiace", "тысяч", "тысяча", "тысячи",
        "тысячу", "тисяч", "тисяча", "тисячі", "тисячу", "الف", "الفا", "الاف", "हजार", "हज़ार", "लाख", "হাজার", "লাখ", "লক্ষ",
        "ሺ", "ሺህ",
    }
)  # fmt: skip
"""Thousands and more in words. The number itself is the word before ("two thousand") or the one behind ("elfu mbili")."""
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(_THOUSANDS))})(?![^\W_])")
_INDIC = re.compile("[\u0900-\u09ff]")
"""There one of these words may end before a vowel sign, inside a run of letters."""
_WORD_BEFORE = re.compile(r"[^\W\d_]+ $")
_APART = re.compile(r"[.;!?\n]")


def tags(text: str, found: Sequence[Tag], sums: Sequence[Tag]) -> Iterator[Tag]:
    """Tags ``amount`` over folded ``text``; ``found`` are its lexicon tags and ``sums`` its other sums, both in order of place."""
    paying = [tag for tag in found if tag.name in PAYING]
    if not paying:
        return
    starts = [tag.start for tag in paying]
    for start, end in _places(text):
        if any(one.start < end and start < one.end for one in sums):
            continue
        around = paying[bisect_left(starts, start - LONGEST - CLOSE) : bisect_left(starts, end + CLOSE + 1)]
        plain = text[start:end].isdigit()
        if any(_beside(text, tag, start, end) for tag in around if not plain or tag.name in _PLAINLY):
            yield Tag("amount", start, end)


def _places(text: str) -> Iterator[tuple[int, int]]:
    for digits in _DIGITS.finditer(text):  # what is tried at digits alone is tried seldom
        number = _NUMBER.match(text, digits.start())
        if number and not _YEAR.fullmatch(number.group()):
            yield number.span()
    if _THOUSANDS.isdisjoint(runs(text).words) and (text.isascii() or not _INDIC.search(text)):
        return
    for word in _IN_WORDS.finditer(text):
        before = _WORD_BEFORE.search(text, max(0, word.start() - 20), word.start())
        yield before.start() if before else word.start(), word.end()


def _beside(text: str, tag: Tag, start: int, end: int) -> bool:
    first, last = (tag.end, start) if tag.end <= start else (end, tag.start)
    return last - first <= CLOSE and (last <= first or not _APART.search(text, first, last))
