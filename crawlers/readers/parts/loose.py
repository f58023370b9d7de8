"""JSON as pages really hold it: strict where it can be, otherwise read like a browser's script literal, and cut-off data up to the cut.

Accepts comments, trailing commas, single quotes, bare names, ``undefined``, raw line ends and stray quotes in strings, text around the
data, and functions that only return a literal (Nuxt). Never raises; bounded in depth, size and steps.
"""

from __future__ import annotations

import contextlib
import html
import json
import re
from typing import Any

MAX_LENGTH = 4_000_000
"""Longest data read, in characters."""
MAX_DEPTH = 80
MAX_STEPS = 400_000
"""Values read by the tolerant parser before it stops: some two seconds."""

_SPACE = re.compile(r"(?:[\s\ufeff;]|//[^\n]*(?:\n|$)|/\*.{0,100000}?\*/|<!--|-->|<!\[CDATA\[|\]\]>)*", re.S)
_BLANK = re.compile(r"\s*")
_STRINGS = {quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*", re.S) for quote in "\"'`"}
_NUMBER = re.compile(r"[-+]?(?:0x[0-9a-f]{1,16}|(?:\d{1,30}(?:\.\d{0,40})?|\.\d{1,40})(?:e[-+]?\d{1,4})?)", re.I)
_NAME = re.compile(r"[\w$.\-]{1,200}")
_KEY = re.compile(r"\"[\w@$-]{1,60}\"\s*:")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.S)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": "", "\r\n": ""}
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None, "void": None}
_FUNCTION = re.compile(r"\(?\s*function\s*\w{0,40}\(([\w$,\s]{0,20000})\)\s*\{\s*(?=return|[\w$]+[.\[])")
_SETS = re.compile(r"[\s;,]*([\w$]{1,40})(?:\.([\w$]{1,100})|\[(?:\"([^\"]{1,100})\"|(\d{1,6}))\])\s*=(?!=)")
_RETURN = re.compile(r"[\s;]*return\b\s*")
_WRAPPED = re.compile(r"^\s*(?:/\*\*/)?\s*[\w$.]{1,80}\s*\(\s*(?=[\[{])")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class _Cut(Exception):
    """The data ended, or the bounds were reached."""


def load(text: str) -> Any:
    """The data in a text that should be JSON, None where there is none."""
    data = text[:MAX_LENGTH].lstrip("\ufeff \t\r\n")
    if data.startswith((")]}'", "while(1);", "for(;;);")):
        data = data.split("\n", 1)[-1] if "\n" in data[:40] else data[re.search(r"[;']", data).end() :].lstrip(",;")  # type: ignore[union-attr]
    wrapped = _WRAPPED.match(data)
    if wrapped:
        data = data[wrapped.end() :]
    strict = _strict(data)
    if strict is not None:
        return strict
    if "&quot;" in data[:2000]:
        strict = _strict(html.unescape(data))
        if strict is not None:
            return strict
    return literal(data)


def literal(text: str, start: int = 0) -> Any:
    """The object, list or returning function that begins at or after ``start``, as far as it can be read."""
    function = _FUNCTION.match(text, start)
    if function:
        return _returned(text, function)
    opening = re.compile(r"[\[{]").search(text, start)
    if not opening:
        return None
    return _Reader(text[opening.start() : opening.start() + MAX_LENGTH]).document()


def value_at(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at ``start`` and where it ends; None and ``start`` where there is none."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        reader = _Reader(text[start : start + MAX_LENGTH])
        value = reader.document()
        return value, start + reader.at


def _strict(data: str) -> Any:
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def string_at(text: str, start: int) -> str:
    """The string literal whose opening quote is at ``start``, without its escapes."""
    found = _STRINGS[text[start]].match(text, start + 1)
    return unescaped(found.group()) if found else ""


def _returned(text: str, function: re.Match[str]) -> Any:
    """What ``(function(a,b){a.x=1;return {...}}(y,2))`` gives: the literal with the arguments, and what is set on them, put in."""
    body = _Reader(text[function.end() : function.end() + MAX_LENGTH], keep_names=True)
    settings: list[tuple[str, str, Any]] = []
    while (found := _SETS.match(body.text, body.at)) and len(settings) < MAX_STEPS:
        body.at = found.end()
        settings.append((found.group(1), found.group(2) or found.group(3) or found.group(4), body.document()))
    start = _RETURN.match(body.text, body.at)
    if not start:
        return None
    body.at = start.end()
    value = body.document()
    tail = re.compile(r"[;\s}]*\)?\s*\(").match(body.text, body.at)
    arguments = _Reader("[" + body.text[tail.end() :]).document() if tail else []
    given = arguments if isinstance(arguments, list) else []
    names: dict[str, Any] = dict(zip([name.strip() for name in function.group(1).split(",")], given, strict=False))
    for name, key, item in settings:
        holder = names.get(name)
        if isinstance(holder, dict):
            holder[key] = _filled(item, names, 0)
        elif isinstance(holder, list) and key.isdigit() and len(holder) < MAX_STEPS:
            holder.append(_filled(item, names, 0))
    return _filled(value, names, 0)


def _filled(value: Any, names: dict[str, Any], depth: int) -> Any:
    if isinstance(value, _Name):
        return names.get(value)
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {key: _filled(item, names, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, names, depth + 1) for item in value]
    return value


class _Name(str):
    """A bare name that stands for an argument."""

    __slots__ = ()


class _Reader:
    """A recursive-descent reader of script literals over one text."""

    def __init__(self, text: str, *, keep_names: bool = False) -> None:
        self.text = text
        self.at = 0
        self._keep_names = keep_names
        self._steps = 0

    def document(self) -> Any:
        """The first value, or as much of it as there is."""
        holder: list[Any] = []
        with contextlib.suppress(_Cut):
            self._value(0, holder)
        return holder[0] if holder else None

    def _skip(self) -> str:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        if self.at >= len(self.text):
            raise _Cut
        return self.text[self.at]

    def _value(self, depth: int, into: list[Any]) -> None:
        """Reads one value and appends it; containers are appended before they are filled, so that a cut keeps what was read."""
        self._steps += 1
        if self._steps > MAX_STEPS or depth > MAX_DEPTH:
            raise _Cut
        char = self._skip()
        if char == "{":
            made: dict[str, Any] = {}
            into.append(made)
            self._object(depth, made)
        elif char == "[":
            items: list[Any] = []
            into.append(items)
            self._list(depth, items)
        elif char in _STRINGS:
            into.append(self._string(char))
        else:
            into.append(self._word())

    def _object(self, depth: int, made: dict[str, Any]) -> None:
        self.at += 1
        while True:
            char = self._skip()
            if char == "}":
                self.at += 1
                return
            if char == ",":
                self.at += 1
                continue
            key = self._string(char) if char in _STRINGS else self._bare_key()
            if self._skip() != ":":
                continue
            self.at += 1
            held: list[Any] = []
            try:
                self._value(depth + 1, held)
            finally:
                if held:
                    made[key] = held[0]

    def _list(self, depth: int, items: list[Any]) -> None:
        self.at += 1
        while True:
            char = self._skip()
            if char == "]":
                self.at += 1
                return
            if char in ",:":
                self.at += 1
            elif char == "}":  # a brace too many: the list was never closed
                return
            else:
                self._value(depth + 1, items)

    def _bare_key(self) -> str:
        found = _NAME.match(self.text, self.at)
        self.at = found.end() if found else self.at + 1
        return found.group() if found else ""

    def _string(self, quote: str) -> str:
        parts: list[str] = []
        self.at += 1
        for _ in range(200):
            found = _STRINGS[quote].match(self.text, self.at)
            end = found.end() if found else len(self.text)
            parts.append(self.text[self.at : end])
            self.at = end + 1
            if end >= len(self.text) or self._closes():
                break
            parts.append(quote)  # a quote inside the string that nobody escaped
        return unescaped("".join(parts))

    def _closes(self) -> bool:
        """Whether what follows a quote can follow a string."""
        found = _BLANK.match(self.text, self.at)
        following = self.text[found.end() : found.end() + 1] if found else ""
        return following in {"", ",", ":", "}", "]", ")", "+", ";", "/"} or bool(found and _KEY.match(self.text, found.end()))

    def _word(self) -> Any:
        number = _NUMBER.match(self.text, self.at)
        name = _NAME.match(self.text, self.at)
        if number and (not name or number.end() >= name.end()):
            self.at = number.end()
            return _number(number.group())
        if self.text.startswith("!", self.at):
            self.at += 1
            return not self._word()
        if not name:
            self.at += 1
            return None
        self.at = name.end()
        word = name.group()
        if word == "void":
            self._word_after_void()
        if word in _WORDS:
            return _WORDS[word]
        self._arguments()
        return _Name(word) if self._keep_names else None

    def _word_after_void(self) -> None:
        number = re.compile(r"\s*\d+").match(self.text, self.at)
        self.at = number.end() if number else self.at

    def _arguments(self) -> None:
        """Passes over the arguments of a call such as ``new Date(0)``."""
        call = re.compile(r"\s*[\w$.]*\s*\([^()]{0,2000}\)").match(self.text, self.at)
        self.at = call.end() if call else self.at


def _number(text: str) -> int | float | None:
    try:
        return int(text, 16) if "x" in text.lower() else float(text) if re.search(r"[.e]", text, re.I) else int(text)
    except (ValueError, OverflowError):
        return None


def unescaped(text: str) -> str:
    """A script string without its backslashes."""
    if "\\" not in text:
        return text
    return _SURROGATES.sub(_paired, _ESCAPE.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2) or found.group(3)
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "�"
    return _SIMPLE.get(found.group(4), found.group(4))


def _paired(found: re.Match[str]) -> str:
    return found.group().encode("utf-16", "surrogatepass").decode("utf-16", "replace")
