"""From bytes to text: unpacking within bounds, the charset that fits the bytes, and repair of text that was decoded wrongly before.

What HTTP or the page declares is a claim, not a fact: bytes that are valid UTF-8 are UTF-8 whatever was declared, and a declared
charset that gives implausible text is set aside. Undeclared bytes are weighed by charset-normalizer, then by alphabets.
"""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass

import ftfy
from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, resolve_encoding

from adverts.records import FairwatchError

MAX_UNPACKED = 10 * 1024 * 1024
"""Largest body after unpacking, in bytes."""

_GZIP = b"\x1f\x8b\x08"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 16_384
"""Bytes given to the detector: enough for certainty, and its time grows with them."""

_LATIN = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257")
_ALPHABETS = {
    "de": "äöüß", "fr": "àâæçèéêëîïôœùûüÿ", "es": "áéíñóúü", "pt": "àáâãçéêíóôõúü", "it": "àèéìîòóù", "nl": "éëïóöü",
    "sv": "åäöé", "da": "åæøé", "fi": "äöå", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű", "ro": "ăâîşţșț", "hr": "čćđšž", "tr": "çğıöşüâî", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "et": "äõöüšž",
}  # fmt: skip
"""Letters beyond a-z of the languages written in the charsets of ``_LATIN``."""

_BY_LANGUAGE = {
    "ru": ("cp1251", "koi8_r"), "uk": ("cp1251", "koi8_u"), "bg": ("cp1251",), "sr": ("cp1251", "cp1250"), "he": ("cp1255",),
    "ar": ("cp1256",), "fa": ("cp1256",), "ur": ("cp1256",), "th": ("cp874",), "el": ("cp1253",), "tr": ("cp1254",),
    "zh-tw": ("big5hkscs",), "zh-hk": ("big5hkscs",), "zh": ("gb18030",), "ja": ("cp932", "euc_jp"), "ko": ("cp949",),
    "pl": ("cp1250", "iso8859_2"), "cs": ("cp1250", "iso8859_2"), "hu": ("cp1250", "iso8859_2"), "vi": ("cp1258",),
}  # fmt: skip
_BY_COUNTRY = {
    "ru": "ru", "by": "ru", "kz": "ru", "ua": "uk", "bg": "bg", "rs": "sr", "il": "he", "sa": "ar", "ae": "ar", "eg": "ar", "ir": "fa",
    "pk": "ur", "th": "th", "gr": "el", "tr": "tr", "tw": "zh-tw", "hk": "zh-hk", "cn": "zh", "jp": "ja", "kr": "ko", "pl": "pl",
    "cz": "cs", "hu": "hu", "vn": "vi",
}  # fmt: skip
_DECLARED_LANGUAGE = re.compile(rb"""<html[^>]{0,300}?\blang\s*=\s*["']?([a-zA-Z-]{2,10})""", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOJIBAKE_HINT = re.compile(r"[ÃÂâÐÑØÙÎÏåæäèé¤¦§€‚ƒ„…†‡ˆ‰‹�][\x80-\xff\u0152-\u2122]")
_SIGN_IN_WORD = re.compile(r"(?<=[^\W\d_])[¡-©«-¹»-¿×÷](?=[^\W\d_])")
_TIDY_PIECE = 20_000


class BadBody(FairwatchError):
    """A packed body that is broken, or larger than allowed once unpacked."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the charset it was read with."""

    text: str
    charset: str


def unpack(body: bytes, *, limit: int = MAX_UNPACKED) -> bytes:
    """The body without its gzip wrapping (once or twice, as some servers do); other bodies as they are.

    Raises ``BadBody`` when it would grow beyond ``limit`` bytes or does not unpack at all; a cut-off tail is forgiven.
    """
    for _ in range(2):
        if not body.startswith(_GZIP):
            return body
        body = _gunzip(body, limit)
    return body


def decode(body: bytes, *, declared: str = "", tld: str = "") -> Decoded:
    """The text of a body. Never raises: bytes that fit no charset become U+FFFD.

    ``declared`` is the charset of the HTTP header, ``tld`` the last label of the host: a hint for short texts without declaration.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(name, "replace"), name)
    wide = _wide(body)
    if wide:
        return Decoded(body.decode(wide, "replace"), wide)
    if body.isascii() and b"\x1b$" not in body:
        return Decoded(body.decode("ascii"), "utf-8")
    if _is_utf8(body):
        return Decoded(body.decode("utf-8", "replace"), "utf-8")
    return _claimed(body, declared) or _detected(body, tld) or Decoded(body.decode("utf-8", "replace"), "utf-8")


def tidy(text: str) -> str:
    """Text that can be stored: wrongly decoded parts repaired by ftfy, control characters and lone surrogates gone, the rest untouched.

    Quotes, widths and look-alike letters stay as written: they are evidence.
    """
    if text.isascii() and text.isprintable():
        return text  # nothing to repair, and nearly every line is so
    clean = _SURROGATE.sub("�", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if not _MOJIBAKE_HINT.search(clean):
        return clean
    pieces = [clean[start : start + _TIDY_PIECE] for start in range(0, len(clean), _TIDY_PIECE)]
    return _CONTROL.sub("", "".join(ftfy.fix_encoding(piece) for piece in pieces))


def _gunzip(body: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        whole = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise BadBody(f"the body begins like gzip but does not unpack ({error}): fetch it again") from error
    if len(whole) > limit:
        raise BadBody(f"the body unpacks to more than {limit:,} bytes, which is refused")
    return whole


def _wide(body: bytes) -> str:
    """UTF-16 without a mark, told by every other byte of the beginning being NUL."""
    head = body[:400]
    if len(head) < 8 or b"\x00" not in head:
        return ""
    even, odd = head[0::2].count(0) / (len(head) / 2), head[1::2].count(0) / (len(head) / 2)
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def _is_utf8(body: bytes) -> bool:
    """Valid, or valid but for a cut tail or some stray bytes among many good sequences."""
    if b"\x1b$" in body:
        return False
    if _try(body, "utf-8") is not None:
        return True
    text = body.decode("utf-8", "replace")
    bad = text.count("�")
    good = sum(1 for char in text if ord(char) > 127) - bad
    return good > 0 and bad <= good / 20


def _claimed(body: bytes, declared: str) -> Decoded | None:
    """The text by the charset that HTTP or else the page declares, where it decodes and is plausible."""
    for claim in (declared, html_body_declared_encoding(body[:4096]) or ""):
        name = resolve_encoding(claim) if claim else None
        if not name or name in {"utf-8", "ascii"}:
            continue
        text = _try(body, name)
        if text is not None and _plausible(_sample(body).decode(name, "replace")):
            return Decoded(text, name)
    return None


def _detected(body: bytes, tld: str) -> Decoded | None:
    if b"\x1b$" in body:
        text = _try(body, "iso2022_jp")
        if text is not None:
            return Decoded(text, "iso2022_jp")
    sample = _sample(body)
    language = _DECLARED_LANGUAGE.search(body[:2000])
    hinted = language.group(1).decode().lower() if language else _BY_COUNTRY.get(tld.lower(), "")
    for name in _BY_LANGUAGE.get(hinted) or _BY_LANGUAGE.get(hinted.split("-")[0], ()):
        text = _try(sample, name)
        if text is not None and _plausible(text) and name not in _LATIN:
            return Decoded(body.decode(name, "replace"), name)
    best = from_bytes(sample).best()
    name = best.encoding if best else ""
    found = _try(sample, name) if name else None
    if found is None or not any(ord(char) > 0x24F and char.isalpha() for char in found):
        name = _latin(sample, name)
    return Decoded(body.decode(name, "replace"), name) if name else None


def _sample(body: bytes) -> bytes:
    """The beginning of the text without mark-up, preferring the lines with bytes beyond ASCII."""
    bare = re.sub(rb"<[^<>]{0,2000}>", b"\n", body[:400_000])
    lines = [line.strip() for line in bare.split(b"\n") if not line.isascii()]
    return b"\n".join(lines)[:_SAMPLE] or body[:_SAMPLE]


def _latin(sample: bytes, found: str) -> str:
    """Among charsets for Latin letters, the one whose letters are those of one language; ``found`` where none is better."""
    scored = [(_fit(text), -place, name) for place, name in enumerate(_LATIN) if (text := _try(sample, name)) is not None]
    return max(scored)[2] if scored else found


def _fit(text: str) -> float:
    """The share of letters beyond a-z that belong to the best-fitting alphabet, less what no text has."""
    beyond = [char.lower() for char in text if ord(char) > 127 and char.isalpha()]
    odd = sum(1 for char in text if "\x80" <= char <= "\x9f" or char in "¤¦¬¯±²³¶¸¹¼½¾×÷ˇ˘˙˛˝") / max(1, len(beyond))
    return max(sum(char in letters for char in beyond) for letters in _ALPHABETS.values()) / max(1, len(beyond)) - odd


def _plausible(text: str) -> bool:
    """False for C1 controls, words made of accented letters, or signs inside words: the marks of a wrong single-byte charset."""
    if any("\x80" <= char <= "\x9f" for char in text):
        return False
    letters = [char for char in text if char.isalpha()]
    accented = sum("\xa1" <= char <= "\u024f" for char in letters)
    return accented <= 0.35 * len(letters) and len(_SIGN_IN_WORD.findall(text)) <= 0.1 * (accented + 1)


def _try(body: bytes, name: str) -> str | None:
    """The text, or None where the bytes do not fit; a character cut off at the end is forgiven."""
    try:
        b" ".decode(name, "replace")  # refuses what Python calls a codec but is no charset: uuencode, base64, zip
        return codecs.getincrementaldecoder(name)("strict").decode(body, False)
    except (UnicodeError, LookupError):
        return None
