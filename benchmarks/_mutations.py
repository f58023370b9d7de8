"""Pages as hostile or broken as they come, made from good ones: each kind of damage is one function of the page and a source of chance."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Sequence

Damage = Callable[[bytes, random.Random, Sequence[bytes]], bytes]

LONGEST = 20_000_000
"""Bytes of the largest page made."""
_TAGS = ("div", "ul><li", "table><tr><td", "b", "a href=x", "h2", "span class=company", "section", "font", "form", "article", "svg", "p")
_CHARSETS = ("cp1251", "gb18030", "utf-16", "cp1252", "utf-7", "euc-kr", "cp037", "utf-32", "koi8-r", "shift_jis")
_PIECES = (
    b"<script", b"<script>", b"window.a={", b'"data:',
    b"<!--", b"<![CDATA[", b"&nbsp;", b"&#x1f600;", b'JSON.parse("', b'<a href="data:x">',
    b"function(a){return ", b'=[{"title":"job"', b"<!DOCTYPE [", b'self.__next_f.push([1,"', b"\xff\xfe", b"\x1b$B", b"<p style='", b"a:",
    b"Salary: ", b"1,", b"https://x.example/", b"()", b"//", b"/*", b"<?xml ", b"\xe2\x80\x8b", b" \n", b"<br>", b"&", b"&amp;amp;", b"- ",
)  # fmt: skip
_ROWS = (
    b"<li class=job><a href=/job/%d>Driver %d</a><span class=company>Acme %d</span></li>", b"<tr><td><a href=/j/%d>Cook %d</a><td>%d</tr>",
    b"<p>%d<b>%d</b>%d", b"<h2>Nurse %d</h2><p>%d %d</p>", b"<a href=/%d>%d<b>%d</b></a>", b"Location: %d\nPay: %d EUR\n%d\n",
    b"<item><title>Cook %d</title><link>https://x.example/%d</link><description>d %d</description></item>",
)  # fmt: skip


def truncated(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """Cut anywhere."""
    return page[: chance.randrange(len(page) + 1)]


def flipped(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """Some bytes, or single bits of them, are others."""
    changed = bytearray(page)
    for _number in range(chance.randrange(1, 200) if changed else 0):
        place = chance.randrange(len(changed))
        changed[place] = chance.choice((chance.randrange(256), changed[place] ^ 1 << chance.randrange(8)))
    return bytes(changed)


def charset(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """In another charset than the page says."""
    return page[:3_000_000].decode("utf-8", "replace").encode(chance.choice(_CHARSETS), "replace")


def nested(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """Elements, brackets or braces in one another, some thousands deep."""
    number = chance.choice((100, 1_000, 20_000, 200_000))
    if chance.random() < 0.4:
        opened = chance.choice((b"[", b'{"jobs":', b'{"a":[', b'[{"title":"x","items":', b"(", b"<x>"))
        return opened * number + (b"]" * number if chance.random() < 0.5 else b"")
    opened = f"<{chance.choice(_TAGS)}>".encode() * number
    at = chance.randrange(len(page) + 1)
    return page[:at] + opened + page[at:]


def broken_json(page: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A posting as data with the signs of JSON missing or wrong; in a page or alone."""
    words = b'x"y \\u12 ' * chance.randrange(1, 3_000)
    data = (
        b'{"@context":"https://schema.org","@type":"JobPosting","title":"Cook","description":"%b","hiringOrganization":{"name":"A"}}'
        % words
    )
    data = _replaced(data if chance.random() < 0.6 else page, chance)
    if chance.random() < 0.5:
        data = flipped(data, chance, others)
    if chance.random() < 0.3:
        return data
    return b'<html><script type="application/ld+json">' + data + b"</script>" + page[: chance.randrange(5_000)]


def entities(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """Entities that multiply, name files, or refer to themselves."""
    lines = [b'<!ENTITY a "aaaaaaaaaa">', b'<!ENTITY x SYSTEM "file:///etc/hostname">', b'<!ENTITY r "&r;">']
    lines += [b'<!ENTITY b%d "%b">' % (n, (b"&b%d;" % (n - 1) if n else b"&a;") * 10) for n in range(12)]
    used = chance.choice((b"&b11;", b"&x;", b"&r;", b"&lt;" * 10_000))
    root = chance.choice((b"rss><channel><item", b"jobs><job", b"urlset><url", b"html><body"))
    head = b'<?xml version="1.0"?><!DOCTYPE r [' + b"".join(lines) + b"]>"
    return head + b"<%b><title>Cook %b</title><description>%b</description>" % (root, used, used) + page[:2_000]


def gzip_bomb(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """Packed, far larger unpacked, or broken while packed."""
    kind = chance.randrange(4)
    if kind == 0:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        block = bytes(1_000_000)
        return b"".join([*(packer.compress(block) for _number in range(chance.choice((9, 100, 400)))), packer.flush()])
    packed = gzip.compress(page, mtime=0)
    if kind == 1:
        return gzip.compress(packed, mtime=0)
    return packed[: chance.randrange(len(packed))] if kind == 2 else flipped(packed, chance, ())


def spliced(page: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """Parts of several pages one after another."""
    parts = [page, *(chance.choice(others) for _number in range(chance.randrange(1, 4)))]
    return b"".join(part[(start := chance.randrange(len(part) + 1)) : start + chance.randrange(60_000)] for part in parts)


def repeated(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """A part of it many times over."""
    start = chance.randrange(len(page) + 1)
    end = min(len(page), start + chance.randrange(20_000))
    times = min(chance.choice((2, 50, 2_000)), 3_000_000 // max(1, end - start))
    return page[:start] + page[start:end] * times + page[end:]


def many(_: bytes, chance: random.Random, __: Sequence[bytes]) -> bytes:
    """Thousands of rows that look like adverts."""
    row, number = chance.choice(_ROWS), chance.choice((100, 3_000, 60_000))
    head = chance.choice((b"<html><body>", b"<rss><channel><title>jobs</title>", b""))
    return head + b"".join(row % (n, n, n) for n in range(number))


def stuttered(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """The beginning of something, thousands of times, never ended."""
    piece = chance.choice(_PIECES)
    times = chance.choice((10, 5_000, 400_000 // len(piece), 2_000_000 // len(piece)))
    return b"<html>" * chance.randrange(2) + piece * times + page[: chance.randrange(3_000)]


def signs(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """Signs of mark-up gone or exchanged."""
    return _replaced(page, chance)


def huge(page: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """Up to 20 MB."""
    length = chance.choice((4_000_000, 9_900_000, LONGEST))
    return (page * (length // max(1, len(page)) + 1))[:length] if page else bytes(length)


def noise(_: bytes, chance: random.Random, __: Sequence[bytes]) -> bytes:
    """Chance alone."""
    return chance.randbytes(chance.choice((0, 1, 50, 5_000, 200_000)))


def _replaced(page: bytes, chance: random.Random) -> bytes:
    old = chance.choice((b'"', b">", b"}", b"]", b"<", b",", b":", b"</", b"</script>", b"'", b"="))
    new = chance.choice((b"", b'"', b"<", b"\\", b"{", b"\x00", b"\xc3", b"'"))
    return page.replace(old, new, chance.randrange(1, 50))


DAMAGE: dict[str, tuple[Damage, int]] = {
    "truncated": (truncated, 20), "flipped": (flipped, 20), "charset": (charset, 12), "nested": (nested, 10),
    "broken-json": (broken_json, 14),
    "entities": (entities, 8), "gzip-bomb": (gzip_bomb, 6), "spliced": (spliced, 14), "repeated": (repeated, 8), "many": (many, 4),
    "stuttered": (stuttered, 10), "signs": (signs, 14), "huge": (huge, 1), "noise": (noise, 5),
}  # fmt: skip
"""Every kind of damage by name, and how often it comes."""


def mutated(pages: Sequence[bytes], *, seed: int, number: int, kind: str = "") -> tuple[str, bytes]:
    """Page ``number`` of a seed, and the kind of damage done to it: always the same for the same pages, seed, number and kind."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311
    name = kind or chance.choices([*DAMAGE], [often for _, often in DAMAGE.values()])[0]
    return name, DAMAGE[name][0](chance.choice(pages), chance, pages)
