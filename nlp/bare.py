"""Sums that name no currency: "fee 65,000", "pay 25k", "two thousand". They count as sums beside a word of paying alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from nlp import money
from nlp.lexicon import Tag
from nlp.runs import runs

CLOSE = 18
"""Characters between a number and the word of paying, at most."""
LONGEST = 60
"""Characters of a term that may end beside a number."""
LONGEST_IN_THOUSANDS = 3
"""Digits before a multiplier, at most."""
MOST = 500
"""Numbers weighed in one text, at most."""
LEAST_IN_HAN = 100
"""Numbers in Chinese numerals from which one may be a sum."""
PAYING = frozenset(
    {
        "fee", "recruit_fee", "pay", "deposit", "deduct", "loan", "debt", "fine", "hand_over", "send_money", "refund", "give_back",
        "cost_item_visa", "cost_item_travel", "cost_item_medical", "cost_item_training", "cost_item_paper", "cost_item_gear", "rent",
    }
)  # fmt: skip
"""Concepts beside which a number is a sum. Wages are none of them: what a job pays is seldom a sign."""
_PLAINLY = PAYING & {"fee", "recruit_fee", "pay", "deposit", "hand_over", "send_money", "fine", "deduct", "refund"}
"""Those beside which digits without separators are a sum too: "certificate ISO 9001" is none."""
_DIGITS = re.compile(r"\d+")
"""The patterns for numbers are tried at the first of some digits alone."""
_OTHERS = r"[^\W_\u0e00-\u0e7f\u3040-\u9fff]"
"""Letters that may not stand beside a number: all but those of scripts without spaces."""
_NUMBER = re.compile(
    rf"(?:(?<!{_OTHERS})|(?<=\b[rn]))(?<![\d.,:/+#-])(?:\d{{1,3}}(?:[.,]\d{{3}}){{1,3}}|(?:\d{{1,3}}-)?\d{{1,3}}k|\d{{4,7}})(?!{_OTHERS})(?![.,:/-]?\d|\s?[%h])"
)
_IN_THOUSANDS = re.compile(
    r"(?<![^\W_\u0e00-\u0e7f])(?<![\d.,:/+#-])(?:\d{1,3}-)?\d{1,3}(?:[.,]\d)?\s?(?:(?:mil|lucas|contos?|bin|tys|тыс|тис|к|ngan|الاف|الف|cu(?=\s?[^\w\s]|\s?$|\s(?:tien|moi|cho|thoi|la|de|roi|nua)\b))"
    r"(?![^\W\d_])|พัน|หมื่น|แสน)"
)
"""Digits with a multiplier that is a word of other meaning as well: "50 lucas", "15 bin", "6 củ"."""
_COUNTED = re.compile(
    r"\.?\s?(?:de |of )?(?:pessoas|trabalhador|funcionari|vagas|clientes|usuario|seguidor|personas|trabajador|emplead|colaborador"
    r"|habitantes|familias|vacantes|metros|km|quilom|kilom"
    r"|bags?|m[ea]n\b|lorry|collection|kisi|calisan|uye|musteri|osob|pracownik|klient|ludzi|uzytkownik"
    r"|человек|сотрудник|клиент|подписчик|рабоч|людей|шагов|осіб|працівник|км|عامل|موظف|شخص|متابع)"
)
"""Behind one: things counted that are no money."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_THOUSANDS = frozenset(
    {
        "thousand", "mil", "lakh", "lakhs", "lac", "lacs", "crore", "libo", "libong", "elfu", "laki", "hazar", "hazaar", "hajar",
        "hajaar", "ribu", "juta", "trieu", "nghin", "milyon", "tysiecy", "tysiac", "tysiace", "тысяч", "тысяча", "тысячи",
        "тысячу", "тисяч", "тисяча", "тисячі", "тисячу", "الف", "الفا", "الاف", "हजार", "हज़ार", "लाख", "হাজার", "লাখ", "লক্ষ",
        "ሺ", "ሺህ",
    }
)  # fmt: skip
"""Words without which no sum is told in words."""
_IN_WORDS = re.compile(
    r"\b(?:(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|cuarenta|cincuenta"
    r"|dois|quatro|sete|oito|nove|dez|vinte|trinta|quarenta|cinquenta) mil"
    rf"|{'|'.join(sorted(_THOUSANDS - {'mil'}))})(?![^\W_])"
)
"""Thousands and more in words. The number itself is the word before ("two thousand") or the one behind ("elfu mbili")."""
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
    for start, end in islice(_places(text), MOST):
        if any(one.start < end and start < one.end for one in sums):
            continue
        around = paying[bisect_left(starts, start - LONGEST - CLOSE) : bisect_left(starts, end + CLOSE + 1)]
        plain = text[start:end].isdigit()
        if any(_beside(text, tag, start, end) for tag in around if not plain or tag.name in _PLAINLY):
            yield Tag("amount", start, end)


def _places(text: str) -> Iterator[tuple[int, int]]:
    done = 0
    for digits in _DIGITS.finditer(text):
        start = digits.start()
        if start < done:
            continue
        number = _NUMBER.match(text, start)
        if number is None and len(digits.group()) <= LONGEST_IN_THOUSANDS:
            number = _IN_THOUSANDS.match(text, start)
        if number is None or _YEAR.fullmatch(number.group()):
            continue
        done = number.end()
        if not _COUNTED.match(text, done) and not money.is_count(text, done):
            yield number.span()
    if not text.isascii():
        for start, end, _, high in money.han_numbers(text):
            if high >= LEAST_IN_HAN and not money.is_count(text, end):
                yield start, end
    if _THOUSANDS.isdisjoint(runs(text).words) and (text.isascii() or not _INDIC.search(text)):
        return
    for word in _IN_WORDS.finditer(text):
        before = _WORD_BEFORE.search(text, max(0, word.start() - 20), word.start())
        yield before.start() if before else word.start(), word.end()


def _beside(text: str, tag: Tag, start: int, end: int) -> bool:
    first, last = (tag.end, start) if tag.end <= start else (end, tag.start)
    return last - first <= CLOSE and (last <= first or not _APART.search(text, first, last))
