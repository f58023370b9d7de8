"""Whether a page is an advert at all, by points for what adverts have and against what other pages have, and why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from crawlers import pay as money
from crawlers.readers.parts import elements, fields, schema, words
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.maintext import Main
from crawlers.readers.parts.text import element_text
from crawlers.reading import WALL
from crawlers.urls import path_words

ENOUGH = 4.0
"""Points from which a page is an advert."""
ENOUGH_UNTOLD = 7.0
"""The same for a page whose title names no occupation and that has hardly a label: "Join our team" is no advert yet."""
ENOUGH_NAMED_OTHERWISE = 8.0
"""The same for a page whose title names another kind of page: terms, a course, a guide."""
_LABELS = 3
_OTHER_TYPES = frozenset({
    "Article", "NewsArticle", "BlogPosting", "Product", "FAQPage", "QAPage", "HowTo", "Recipe", "Event", "Book", "Movie",
    "VideoObject", "LiveBlogPosting", "Report", "TechArticle",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Points, and the sentence that says why a page is no advert ("" where it is one)."""

    points: float
    reason: str


def judge(opened: Document, main: Main | None, said: fields.Labelled) -> Verdict:
    """The verdict on a page with the title and text found in it."""
    front = blocked(opened)
    if front:
        return Verdict(0.0, front)
    if main is None or not (main.text or main.title):
        return Verdict(
            0.0, "the page shows no words: a script would have to fill it" if len(opened.scripts) > 0 else "the page shows no words"
        )
    text = main.text
    if len(text) < 200 and words.bare(text.split("\n")[0][:40]) in words.entries("loading"):
        return Verdict(0.0, "the page is an empty shell that a script would fill")
    points = _for(opened, main, said) - _against(opened, main)
    if points >= _needed(opened, main, said):
        return Verdict(points, "")
    return Verdict(points, _why(opened, main))


def _needed(opened: Document, main: Main, said: fields.Labelled) -> float:
    """The points a page needs: more where its title names no job, most where it names another kind of page."""
    if _named_otherwise(opened, main):
        return ENOUGH_NAMED_OTHERWISE
    told = main.named or words.occupations(main.title) > 0 or said.count >= _LABELS
    return ENOUGH if told else ENOUGH_UNTOLD


def blocked(opened: Document) -> str:
    """Why the page is not the one asked for (a captcha, a log-in, a consent wall), "" where it is; found once for a document."""
    if "blocked" not in opened.memo:
        opened.memo["blocked"] = _blocked(opened)
    return str(opened.memo["blocked"])


def _blocked(opened: Document) -> str:
    tree = opened.tree
    if tree is None:
        return "the body has no mark-up that can be read"
    shown = element_text(tree, limit=4_000)
    if len(shown) < 1_500:
        low = f"{opened.title}\n{shown}".lower()
        if words.count("blocked", low) and not words.hiring(shown):
            return WALL
        if words.count("closed", low) and len(shown) < 800:
            return "the page says that the advert is gone"
    return ""


def _for(opened: Document, main: Main, said: fields.Labelled) -> float:
    lines = main.text.split("\n")
    points = min(5.0, 1.0 * said.count)
    points += min(4.0, 1.2 * len({words.bare(line) for line in lines[:400] if words.is_section(line.lstrip("- "))}))
    points += min(3.0, 1.0 * words.hiring(f"{main.title}\n{main.text}"))
    points += min(5.0, 0.45 * words.count("advert_words", f"{main.title}\n{main.text}"))
    points += 2.0 if words.occupations(main.title) else 0.0
    points += 1.5 if words.job_tokens(path_words(opened.url)) else 0.0
    points += 1.0 if words.job_text(opened.title) else 0.0
    points += 1.5 if main.named else 0.0
    points += 1.0 if any(words.employment_type(line.lstrip("- ")) for line in lines[:80]) else 0.0
    points += 1.0 if any(money.find_pay(line) for line in lines[:120] if len(line) <= 160) else 0.0
    return points + _structure(opened, main)


def _structure(opened: Document, main: Main) -> float:
    """Points for elements that only adverts have: a link to apply, an employer's and a place's element."""
    tree = opened.tree
    if tree is None or main.element is None:
        return 0.0
    links = [element for element, _ in zip(tree.iter("a", "button", "input"), range(1_500), strict=False)]
    applies = any(words.is_apply(element_text(element, limit=80) or element.get("value") or "") for element in links)
    roles = {role for piece in elements.pieces(main.element, limit=60) for role in piece.roles}
    return 1.5 * applies + 0.8 * ("employer" in roles) + 0.5 * ("place" in roles) + 0.5 * ("pay" in roles)


def _against(opened: Document, main: Main) -> float:
    title = words.bare(main.title)
    points = 4.0 if _named_otherwise(opened, main) else 0.0
    tokens = path_words(opened.url)
    other = [token for token in tokens if token in words.entries_of("not_advert", "url")]
    points += 2.5 if other and not words.job_tokens(tokens) else 1.0 if other else 0.0
    points += min(6.0, 1.2 * words.count("not_advert_body", main.text))
    points += max(0.0, 0.8 * (words.count("discourse", main.text) - 1))
    kinds = {kind for node in schema.json_ld(opened)[:200] for kind in schema.types(node)}
    points += 2.5 if kinds & _OTHER_TYPES else 0.0
    points += 2.0 if opened.metas.get("og:type", "").startswith(("article", "product", "book", "video")) else 0.0
    points += 2.5 if words.article_title(main.title) else 0.0
    points += 1.5 if len(title.split()) < 2 and not words.occupations(title) else 0.0
    points += 3.0 if words.count("seeker", f"{main.title}\n{main.text}") else 0.0
    points += 2.5 if words.count("many", main.title) and not words.occupations(main.title) else 0.0
    return points + (1.5 if words.occupations(main.title) == 0 and len(main.text) < 150 else 0.0)


def _named_otherwise(opened: Document, main: Main) -> bool:
    """Whether title or heading name a page of another kind: Terms and conditions, About us, 404."""
    names = words.entries_of("not_advert", "title")
    parts = [main.title, *re.split(r"\s+[|–—·»-]\s+", opened.title)]
    for part in parts:
        low = words.bare(part)
        if low in names or (len(low) <= 60 and (low.startswith(_longer_names()[0]) or low.endswith(_longer_names()[1]))):
            return True
    ends = tuple(f" {end}" for end in words.entries_of("not_advert", "title_end"))
    return words.bare(main.title).endswith(ends)


@cache
def _longer_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of other pages that have several words, as beginnings and as ends of a longer title."""
    names = [name for name in words.entries_of("not_advert", "title") if " " in name]
    return tuple(f"{name} " for name in names), tuple(f" {name}" for name in names)


def _why(opened: Document, main: Main) -> str:
    if _named_otherwise(opened, main):
        return f"the page is about something else: {(main.title or opened.title)[:80]}"
    if len(main.text) < 150:
        return "the page has too few words for an advert"
    return "the page has none of the marks of an advert"
