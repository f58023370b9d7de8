"""Whether an advert names its employer: a legal form, a name in quotation marks, a name said to be a firm, a domain of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.lexicon import Tag
from nlp.normalise import Folded
from nlp.runs import runs

_LEGAL_FORM = re.compile(
    r"(?<![\w.])(?:"
    r"ltd\.? ?sti|ltd|llc|l\.l\.c|inc|plc|llp|lllp|corp|gmbh|ag|kg|bv|b\.v|nv|n\.v|oy|ab|a/s|aps|kft|spa|s\.p\.a|srl|s\.r\.l|s\.r\.o|d\.o\.o|sarl|s\.a\.r\.l|sas|s\.a\.s|eurl|"
    r"s\.a|s\.a\.u|s\.l|s\.l\.u|slu|s\. ?de r\. ?l|ltda|eireli|lda|s/a|sp\.? ?z\.? ?o\.? ?o|s\.c|sp\. ?[kj]|uab|mb|sia|"
    r"a\.s|san\.? ?(?:ve )?tic|cong ty (?:tnhh|cp|co phan)|pvt|p\.? ?ltd|pte|sdn\.? ?bhd|bhd|fze|fzco|fz-?llc|wll|w\.l\.l|ksc|qsc|jsc|"
    r"pt|tbk|ооо|оао|зао|пао|ао|тов|прат|пат|тоо|фгуп|гку|мбоу|мку"
    r")(?![\w])"
)
_LEGAL_WORDS = frozenset({
    "ltd", "ltdsti", "llc", "l", "inc", "plc", "llp", "lllp", "corp", "cong", "gmbh", "ag", "kg", "bv", "b", "nv", "n", "oy", "ab", "a", "aps",
    "kft", "spa", "s", "srl", "d", "sarl", "sas", "eurl", "slu", "ltda", "eireli", "lda", "sp", "spz", "spzo", "spzoo", "uab", "mb",
    "sia", "san", "santic", "sanve", "pvt", "p", "pltd", "pte", "sdn", "sdnbhd", "bhd", "fze", "fzco", "fz", "fzllc", "wll", "w", "ksc",
    "qsc", "jsc", "pt", "tbk", "ооо", "оао", "зао", "пао", "ао", "тов", "прат", "пат", "тоо", "фгуп", "гку", "мбоу", "мку",
})  # fmt: skip
"""The words with which a legal form can begin."""
_OTHER_FORM = re.compile(
    r"প্রা\. ?লি|प्रा\.? ?लि|प्राइवेट लिमिटेड|লিমিটেড|公司|有限|集团|บริษัท.{1,40}จำกัด|شركة .{2,30}ذ\.م\.م|(?<!\w)ፒ\.?ኤል\.?ሲ|ሀ/የተ"
)
_OTHER_BEGINS = re.compile("[পप公有集บলশشፒሀ]")
_VAGUE_CHINESE = re.compile(r"(?:某|大型|知名|国外|外国|海外|境外)[\w]{0,8}(?:公司|集团)")

_NAME = r"[A-ZÀ-ÞА-ЯІЇЄĄĆĘŁŃÓŚŹŻŞĞÇÖÜ][\w&.'’-]+"
_IS = (
    r"(?:, (?:an?|the|una?|empresa|compañía|société|firma|компания)\b"
    r"| (?:is|are) (?:an?|the|one of|currently|looking|seeking|hiring|recruiting)\b"
    r"| (?:es|busca|incorpora|selecciona|recherche|recrute|szuka|poszukuje|ищет|шукає|приглашает|caută)\b)"
)
_NAME_SAID = re.compile(_NAME + _IS)
_SAID_TO_BE = re.compile(
    rf"(?:(?<=[.!?\n] )|(?<=\n)|^|\b(?:[Aa]t|[Ee]n|[Ww]|[Вв]|[Cc]hez|[Nn]a|[Ll]a)\s)(?:The |{_NAME} ){{0,3}}{_NAME}{_IS}"
)
_NO_NAMES = frozenset(
    [
        "we",
        "you",
        "our",
        "the",
        "this",
        "it",
        "he",
        "she",
        "they",
        "there",
        "here",
        "job",
        "company",
        "client",
        "wanted",
        "urgent",
        "nuestro",
        "nuestra",
        "su",
        "una",
        "un",
        "la",
        "el",
        "los",
        "se",
    ]
)
_QUOTED = re.compile(r"[«“\"„][^\s«»“”\"„][^«»“”\"„\n]{1,40}[»”\"“]")
_FIRM_BEFORE = re.compile(
    r"(?:company|firm|hotel|restaurant|group|factory|school|clinic|фирма|компани\w+|предприяти\w+|завод\w*|ресторан\w*|сеть|сети|магазин\w*|кафе|готель|компанія|"
    r"empresa|hotel|grupo|société|entreprise|firma|firmy|sklep|piekarnia|zakład)\s$",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?:@|https?://(?:www\.)?|www\.)([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
_ANYBODYS = re.compile(
    r"(?:^|\.)(?:gmail|googlemail|hotmail|outlook|live|yahoo|ymail|icloud|aol|gmx|web|proton(?:mail)?|mail|yandex|ya|bk|inbox|list|rambler|ukr|i|wp|o2|onet|interia|op|seznam|zoho|tutanota"
    r"|qq|163|126|t|wa|bit|goo|forms|facebook|fb|instagram|tiktok|telegram|viber|line|zalo|linktr|tinyurl|whatsapp|docs|drive|youtube)\.",
    re.IGNORECASE,
)


def tags(folded: Folded, text: str) -> Iterator[Tag]:
    """Places of ``text`` (the original that ``folded`` was made of) that name an employer, as tags over the folded text."""
    for start, end in _legal_forms(folded.text):
        yield Tag("named", start, end)
    for start, end in _named(text):
        yield Tag("named", *folded.folded(start, end))


def _legal_forms(text: str) -> Iterator[tuple[int, int]]:
    """Where a legal form stands in folded ``text``: looked for at the words that can begin one alone."""
    cut = runs(text)
    done = 0
    for place in [place for place, word in enumerate(cut.words) if word in _LEGAL_WORDS]:
        if cut.starts[place] >= done and (form := _LEGAL_FORM.match(text, cut.starts[place])):
            done = form.end()
            yield form.span()
    if text.isascii() or not _OTHER_BEGINS.search(text):
        return
    vague = [found.span() for found in _VAGUE_CHINESE.finditer(text)]
    for form in _OTHER_FORM.finditer(text):
        if not any(start <= form.start() < end for start, end in vague):
            yield form.span()


def _named(text: str) -> Iterator[tuple[int, int]]:
    for found in _SAID_TO_BE.finditer(text) if _NAME_SAID.search(text) else ():
        words = found.group().split()
        if not _NO_NAMES.intersection(word.lower().strip(",") for word in words[:-2] or words[:1]):
            yield found.span()
    for found in _QUOTED.finditer(text):
        if _FIRM_BEFORE.search(text, max(0, found.start() - 24), found.start()):
            yield found.span()
    for found in _DOMAIN.finditer(text) if "@" in text or "://" in text or "www." in text.lower() else ():
        if not _ANYBODYS.search(found.group(1) + "."):
            yield found.span()
