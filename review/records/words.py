"""Whether some text holds the words of an advert, whatever markup, case, spaces or escapes stand between them.

Windows of letters and digits alone are compared, so that it works in every script and across tags.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = 24
"""Letters and digits in one window: long enough that chance does not repeat it."""
IN_A_ROW = 3
"""Windows one after another that are enough: some seventy characters of the advert."""
SHARE = 0.6
"""Share of the windows of a short advert that is enough."""

_TAG = re.compile(r"<[^<>]{0,2000}>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_OTHER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one advert, cut into windows."""

    windows: tuple[str, ...]

    def stand_in(self, text: str) -> bool:
        """Whether enough of them stand in ``text``."""
        return bool(self.windows) and self._found(_squeezed(text))

    def stand_in_page(self, body: bytes) -> bool:
        """The same for a page, feed or answer as it was captured, in the usual encodings."""
        if not self.windows:
            return False
        texts = [body.decode("utf-8", "replace")]
        if "\ufffd" in texts[0]:
            texts += [body.decode(name, "replace") for name in ("cp1251", "cp1252", "cp1256", "utf-16")]
        return any(self.stand_in(_plain(text)) for text in texts)

    def _found(self, text: str) -> bool:
        row = most = total = 0
        for window in self.windows:
            row = row + 1 if window in text else 0
            most, total = max(most, row), total + (row > 0)
        return most >= IN_A_ROW or total >= SHARE * len(self.windows)


def words_of(text: str, masks: Sequence[tuple[int, int]] = ()) -> Words:
    """The words of a text; what is masked in it is left out, since elsewhere the clear value stands there."""
    windows: list[str] = []
    at = 0
    for start, end in [*sorted(masks), (len(text), len(text))]:
        piece = _squeezed(text[at : max(at, start)])
        last = [piece[-WINDOW:]] if len(piece) > WINDOW and len(piece) % WINDOW else []
        windows += [piece[place : place + WINDOW] for place in range(0, len(piece) - WINDOW + 1, WINDOW)] + last
        at = max(at, end)
    whole = _squeezed(text)
    return Words(tuple(dict.fromkeys(windows)) or ((whole,) if len(whole) >= 8 else ()))


def _squeezed(text: str) -> str:
    return _OTHER.sub("", unicodedata.normalize("NFKC", text).casefold())


def _plain(text: str) -> str:
    unescaped = _ESCAPED.sub(_character, text.replace("\\/", "/").replace("\\n", " ").replace('\\"', '"'))
    return _TAG.sub("", html.unescape(_TAG.sub("", unescaped)))


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))
