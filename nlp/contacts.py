"""Contacts in a text: phones in any national form, e-mail, messenger links, handles and web links, with their places and masked forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import phonenumbers

from nlp.normalise import fold

MOST = 50
"""Contacts read from one text at most: an advert with more is a list of something else."""


@dataclass(frozen=True, slots=True)
class Found:
    """A contact with its clear value; only intake and the vault may see one."""

    kind: str
    """phone, email, handle, messenger or link."""
    start: int
    end: int
    value: str
    """Normalised: E.164 where the country is known, lower case, no separators."""


_EMAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]|\sarroba\s|\schiocciola\s)\s?[\w-]{1,63}(?:\s?(?:\.|\(dot\)|\[dot\]|\spunto\s)\s?[\w-]{2,63}){1,4}",
    re.I,
)
_AT = re.compile(r"[@(\[ac](?:(?<=@)|(?<=\()at\)|(?<=\[)at\]|(?<=a)rroba|(?<=c)hiocciola)")
_WRITTEN_AT = ("@", "(at)", "[at]", "arroba", "chiocciola")
_NO_NAME = re.compile(r"[^\w.+-]")
_LONGEST_NAME = 70
"""Characters of an e-mail address before its @, and what may stand between, at most."""
_MESSENGER = re.compile(
    r"(?:https?://)?(?:wa\.me|api\.whatsapp\.com|chat\.whatsapp\.com|t\.me|telegram\.me|line\.me|viber\.click|zalo\.me|m\.me|signal\.me|imo\.im)/[^\s<>\"')\]]{1,200}",
    re.I,
)
_HOST = re.compile(r"[.](?:me|com|click|im)/")
_LINK = re.compile(r"\bhttps?://[^\s<>\"')\]]{3,500}|\bwww\.[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}[^\s<>\"')\]]{0,300}", re.I)
_HANDLE = re.compile(
    r"(?<![\w.@/])@[a-z][\w.]{2,40}\b|\b(?:telegram|tg|wechat|weixin|微信|line id|line|skype|instagram|insta|snap|snapchat|ig|viber|imo|zalo)(?: ?id)?\s?[:：]\s?@?(?P<name>[a-z][\w.-]{3,40})",
    re.I,
)
# digits with at most two separators between; never a date, an amount with decimals or a range of years
_DIGIT_RUN = re.compile(r"\d[\d\s.\-/()]{5,}")
_DIGITS = re.compile(r"(?<![\w+.,/*-])(?:\+|00|(?<![a-z])plus ?|(?<![a-z])o(?=\d))?(?:\(?\d\)?[\s.\-/()]{0,3}){6,14}\d(?![\w%]|[.,]\d)")
_NOT_PHONE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d|\d{1,3}(?:[., ]\d{3})+(?:\s?-\s?\d{1,3}(?:[., ]\d{3})+)?"
)
_PHONE_WORD = re.compile(
    r"(?:tel|phone|mobile|cell|call|text|txt|sms|ring|whats ?app|wa|viber|imo|zalo|line|contact|telf|cel|celular|llam\w*|telefon\w*|tlf|gsm|тел\w*|моб\w*|звон\w*|вайбер|"
    r"فون|هاتف|جوال|اتصل\w*|واتساب|फोन|मोबाइल|सम्पर्क|संपर्क|ফোন|মোবাইল|যোগাযোগ|โทร|ไลน์|电话|微信|手机|联系|simu|piga|ስልክ|hp|hubungi|dt|sdt|lien he)\W{0,12}$"
)
_MONEY_NEAR = re.compile(
    r"(?:[$€£₹₱฿₽₴₫]|\b(?:usd|eur|gbp|aed|sar|qar|inr|npr|bdt|php|idr|vnd|rs|rp|pln|rub|uah|ron|try|thb|kes|etb|cny)\.?)\s?$"
)


_HANDLE_WORDS = (
    "telegram", "tg", "wechat", "weixin", "微信", "line", "skype", "instagram", "insta", "snap", "snapchat", "ig", "viber", "imo", "zalo",
)  # fmt: skip


def find(text: str, *, regions: Iterable[str] = ()) -> list[Found]:
    """The contacts in ``text`` in order, none overlapping another, ``MOST`` at the most.

    ``regions`` are ISO 3166-1 alpha-2 codes in which national numbers are tried, likeliest first.
    """
    folded = fold(text)
    taken: list[tuple[int, int]] = []
    found: list[Found] = []
    for candidate in _candidates(folded.text, tuple(regions)):
        if len(found) == MOST or any(candidate.start < end and start < candidate.end for start, end in taken):
            continue
        taken.append((candidate.start, candidate.end))
        found.append(Found(candidate.kind, *folded.original(candidate.start, candidate.end), candidate.value))
    return sorted(found, key=_place)


def masked(kind: str, written: str) -> str:
    """``written`` with all but a hint of it replaced by ``*``, character by character, so that offsets after it stay right."""
    if kind == "link":
        return written
    head, tail = {"phone": (3, 2), "handle": (2, 0)}.get(kind, (1, 0))
    hidden = [place for place, char in enumerate(written) if char.isalnum()]
    if kind == "messenger":
        hidden = [place for place in hidden if place > written.rfind("/", 0, -1)]
    shown = {*hidden[:head], *(hidden[-tail:] if tail else ())}
    secret = set(hidden) - shown
    return "".join("*" if place in secret else char for place, char in enumerate(written))


def _place(found: Found) -> int:
    return found.start


def _candidates(text: str, regions: tuple[str, ...]) -> Iterator[Found]:
    for m in _emails(text):
        value = re.sub(r"\s?(?:\(at\)|\[at\]|\barroba\b|\bchiocciola\b)\s?", "@", m.group())
        value = re.sub(r"\s?(?:\(dot\)|\[dot\]|\bpunto\b)\s?", ".", value).replace(" ", "")
        yield Found("email", *m.span(), value)
    if "/" in text:
        for m in _MESSENGER.finditer(text) if _HOST.search(text) else ():
            yield Found("messenger", *m.span(), re.sub(r"^https?://", "", m.group()).rstrip("/.,"))
    for m in _LINK.finditer(text) if "://" in text or "www." in text else ():
        yield Found("link", m.start(), m.start() + len(m.group().rstrip(".,;:!?")), m.group().rstrip(".,;:!?"))
    for m in _HANDLE.finditer(text) if _may_hold_handle(text) else ():
        group = "name" if m.group("name") else 0
        yield Found("handle", m.start(group), m.end(group), m.group(group).lstrip("@"))
    for m in _digits(text):
        value = _phone(text, m, regions)
        if value:
            yield Found("phone", *m.span(), value)


def _emails(text: str) -> Iterator[re.Match[str]]:
    """The e-mail addresses, looked for around each @ alone."""
    done = 0
    for at in _AT.finditer(text) if any(written in text for written in _WRITTEN_AT) else ():
        before = text[max(done, at.start() - _LONGEST_NAME) : at.start()]
        name = before if not before[-1:].isspace() else before[:-1] if not before[-2:-1].isspace() else before[:-2]
        letters = min(64, len(_NO_NAME.split(name)[-1]))
        m = _EMAIL.match(text, at.start() - len(before) + len(name) - letters) if letters else None
        if m:
            done = m.end()
            yield m


def _may_hold_handle(text: str) -> bool:
    """Whether an @ or the name of a messenger before a colon makes it worth to look for handles."""
    if "@" in text:
        return True
    place = text.find(":")
    while place >= 0:
        before = text[max(0, place - 16) : place].rstrip()
        if before.endswith(_HANDLE_WORDS) or before.removesuffix("id").rstrip().endswith(_HANDLE_WORDS):
            return True
        place = text.find(":", place + 1)
    return False


def _digits(text: str) -> Iterator[re.Match[str]]:
    """What may be phone numbers, looked for where digits stand close together alone."""
    for run in _DIGIT_RUN.finditer(text):
        if sum(map(str.isdigit, run.group())) >= 7:
            yield from _DIGITS.finditer(text, max(0, run.start() - 6), run.end() + 2)


def _phone(text: str, m: re.Match[str], regions: tuple[str, ...]) -> str:
    """The normalised number, or nothing where the digits are no phone number."""
    written = m.group()
    before = text[max(0, m.start() - 25) : m.start()]
    if _NOT_PHONE.fullmatch(written.strip()) or _MONEY_NEAR.search(before):
        return ""
    written = "+" + written[4:].strip() if written.startswith("plus") else "0" + written[1:] if written.startswith("o") else written
    for region in (None, *regions) if written.startswith(("+", "00")) else regions:
        number = _parsed(("+" + written[2:]) if written.startswith("00") else written, region)
        if number:
            return number
    digits = re.sub(r"\D", "", written)
    likely = written.startswith(("+", "0")) and len(digits) >= 8
    return digits if likely or _PHONE_WORD.search(before) else ""


def _parsed(written: str, region: str | None) -> str:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
