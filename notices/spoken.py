"""A notice for the ear: a script to read aloud, on the radio or in a meeting, and the same as SSML 1.1 for a voice.

Order: who says it, whether it still holds, help numbers, what, until when. Whoever listens cannot look back, so help comes before all else.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from lxml import etree

from adverts.access import public
from notices import fates, frame, speech, subjects
from notices.content import Text
from notices.markup import blocks, help_lines
from notices.public import in_language
from notices.reading import Public, public_notices
from notices.wording import Wording, day, full_wording

FORMS = {"txt": "text/plain; charset=utf-8", "ssml": "application/ssml+xml; charset=utf-8"}

NAMESPACE = "http://www.w3.org/2001/10/synthesis"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together, in one language; a longer pause follows."""

    lines: tuple[str, ...]
    language: str
    slow: bool = False
    """Whether it is a number, written down while it is heard; it follows the part before at once."""


@public
@require_safe
def page(request: HttpRequest, slug: str, language: str, form: str) -> HttpResponseBase:
    """One notice in one language to be read aloud: ``txt`` or ``ssml``."""
    found = in_language(public_notices(today=frame.today()), slug, language)
    if found is None or form not in FORMS:
        raise Http404
    parts = script(*found)
    response = frame.answer(request, plain(parts) if form == "txt" else ssml(parts, language=language), FORMS[form])
    response["Content-Language"] = language
    response["Content-Disposition"] = f'inline; filename="{slug}-{language}-spoken.{form}"'
    return response


def script(notice: Public, text: Text) -> tuple[Part, ...]:
    """All that is said, in order. Words of ours are in our language where we have none in that of the text."""
    words = full_wording(text.language)
    own, ours = _manner(text, words, text.language), _manner(text, words, words.language)
    said = [_part(_whose(notice, words), ours), _part(_fate(notice, words), ours), _part((words.texts["speech"]["help"],), ours)]
    for line in help_lines(text.help_lines):
        number = speech.number(line.number, own)
        said += [_part((line.name,), own), Part((number,) if number else (), text.language, slow=True)]
    said.append(_part((text.title,), own))
    said += [_part(block.lines, own) for block in blocks(text.body)]
    said.append(_part((*_until(notice, words), words.texts["speech"]["end"]), ours))
    return tuple(part for part in said if part.lines)


def plain(parts: tuple[Part, ...]) -> str:
    """The script as text: a line for each sentence, an empty line where the reader takes a breath."""
    return "".join(("" if part.slow else "\n") + "".join(f"{line}\n" for line in part.lines) for part in parts).lstrip("\n")


def ssml(parts: tuple[Part, ...], *, language: str) -> str:
    """The script as SSML 1.1: paragraphs and sentences, each with its language; numbers slowly."""
    root = etree.Element(f"{{{NAMESPACE}}}speak", {"version": "1.1", _LANG: language}, nsmap={None: NAMESPACE})
    root.text = "\n"
    for part in parts:
        paragraph = etree.SubElement(root, f"{{{NAMESPACE}}}p", {_LANG: part.language})
        paragraph.tail = "\n"
        for line in part.lines:
            sentence = etree.SubElement(paragraph, f"{{{NAMESPACE}}}s")
            holder = etree.SubElement(sentence, f"{{{NAMESPACE}}}prosody", rate="slow") if part.slow else sentence
            holder.text = line.replace("\u2066", "").replace("\u2069", "")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written.decode()


def _manner(text: Text, words: Wording, language: str) -> speech.Manner:
    said, same = words.texts["speech"], language == words.language
    numbers = (speech.only_digits(line.number) for line in help_lines(text.help_lines))
    known = frozenset({"112"}).union(*numbers)
    return speech.Manner(language, said["plus"] if same else "+", said["or"] if same else "", said["address"], known)


def _part(lines: tuple[str, ...], manner: speech.Manner) -> Part:
    return Part(tuple(each for line in lines for each in speech.lines(line, manner)), manner.language)


def _whose(notice: Public, words: Wording) -> tuple[str, ...]:
    found, texts = notice.content, words.texts
    ends = (("choose_from", found.from_country), ("choose_to", found.to_country))
    where = tuple(f"{texts[name]}: {subjects.country_name(code, words.language)}" for name, code in ends if code)
    work = (f"{texts['choose_work']}: {texts['work'][found.occupation]}",) if found.occupation else ()
    return (texts["speech"]["from"], texts["types"][found.type], *where, *work)


def _fate(notice: Public, words: Wording) -> tuple[str, ...]:
    return tuple(line for banner in fates.banners(notice, words) for line in (banner.head, banner.text) if line)


def _until(notice: Public, words: Wording) -> tuple[str, ...]:
    """Its last day; where it does not hold, that once more."""
    until = notice.content.valid_until
    if not notice.holds:
        return tuple(banner.text for banner in fates.banners(notice, words) if banner.text)[:1]
    return (words.texts["speech"]["until"].format(date=day(until, words.language)),) if until else ()
