"""The choice of readers for a page of unknown kind: structured data before plain text, and what each adds to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawlers.readers.parts import cards, document, record, verdict, words
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.maintext import Main
from crawlers.reading import Draft, Page, Reading, kinds, with_version

_LONG = 500
"""Characters of text beyond its cards that make a page an advert and not a list."""
_PANE = 300
"""Characters from which words beside a list are one of its adverts in full."""
_MANY = 120
"""Cards from which a page is a list whatever else it says."""
_SURE = 7.0
"""Points of the verdict from which it does."""


def read(page: Page) -> Reading:
    """The adverts of a page by the readers that fit its form."""
    opened = document.opened(page)
    for name in ("sitemap", "feed", "ats"):
        reader = kinds()[name]
        if reader.recognises(page) > 0:
            return with_version(reader.read(page), reader)
    if opened.form == "text":
        return with_version(kinds()["advert"].read(page), kinds()["advert"])
    return _html(page, opened)


def _html(page: Page, opened: Document) -> Reading:
    posted = kinds()["jobposting"].read(page)
    if posted.adverts:
        return with_version(_with_page(posted, page, opened), kinds()["jobposting"])
    if front := verdict.blocked(opened):
        return Reading(reader="advert", version=kinds()["advert"].VERSION, reason=front)
    return _unstructured(page, opened, posted.links)


def _with_page(posted: Reading, page: Page, opened: Document) -> Reading:
    """The one posting of a page with the page's own words where its data has none or only the beginning."""
    if len(posted.adverts) != 1:
        return replace(posted, next_pages=_listing(page).next_pages)
    only = posted.adverts[0]
    if len(only.text) >= 200 and only.employer and only.place:
        return posted
    shown, _ = _advert(opened, [])
    if shown is None or _other_title(shown.title, only.title):
        return posted
    return replace(posted, adverts=(_filled(only, shown, longer=len(only.text) < 200),))


def _other_title(first: str, second: str) -> bool:
    one, other = words.bare(first), words.bare(second)
    return one not in other and other not in one


def _filled(advert: Draft, other: Draft, *, longer: bool) -> Draft:
    """The advert with another reading's values where its own are empty, and with the longer text if asked for."""
    return replace(
        advert,
        text=other.text if longer and len(other.text) > len(advert.text) else advert.text,
        employer=advert.employer or other.employer,
        place=advert.place or other.place,
        country=advert.country or other.country,
        pay=advert.pay or other.pay,
        posted_on=advert.posted_on or other.posted_on,
        valid_until=advert.valid_until or other.valid_until,
        languages=advert.languages or other.languages,
        raw={**other.raw, **advert.raw},
    )


def _unstructured(page: Page, opened: Document, linked: tuple[str, ...]) -> Reading:
    groups = cards.find(opened)
    own = [group for group in groups if not group.related]
    state = kinds()["state"].read(page)
    plainly_listed = max((len(group.cards) for group in own), default=0) >= _MANY
    posts = kinds()["posts"].read(page) if not own else Reading()
    if len(posts.adverts) > 1:
        return with_version(posts, kinds()["posts"])
    advert, found = (None, verdict.Verdict(0.0, "")) if plainly_listed else _advert(opened, groups)
    if own and not _is_advert(opened, own, advert, found):
        listed = _listing(page)
        known = _joined(listed, state.adverts)
        return with_version(replace(_with_pane(known, opened), links=known.links or linked), kinds()["listing"])
    if advert:
        return with_version(Reading(adverts=(_with_state(advert, state.adverts),)), kinds()["advert"])
    if state.adverts:
        return with_version(state, kinds()["state"])
    if linked:
        return with_version(Reading(links=linked, reason="the page only links to adverts"), kinds()["jobposting"])
    return Reading(reader="advert", version=kinds()["advert"].VERSION, reason=found.reason)


def _advert(opened: Document, groups: Sequence[cards.Group]) -> tuple[Draft | None, verdict.Verdict]:
    """The page as one advert, without the cards of other adverts on it."""
    from crawlers.readers import advert

    others = [root for group in groups if len(group.cards) > 1 for card in group.cards for root in card.roots]
    return advert.judged(opened, without=others)


def _listing(page: Page) -> Reading:
    return kinds()["listing"].read(page)


def _is_advert(opened: Document, groups: list[cards.Group], advert: Draft | None, found: verdict.Verdict) -> bool:
    """Whether a page with cards is still one advert: a long text with the marks of one, under a title that is none of the cards'."""
    if advert is None:
        return False
    if max(len(group.cards) for group in groups) == 1:
        return True
    titles = {words.bare(card.title) for group in groups for card in group.cards}
    if words.bare(advert.title) in titles or _names_many(advert.title):
        return False
    if _names_many(opened.title.split(" | ")[0]) and not _names_many_beside(opened.title, advert.title):
        return False
    return found.points >= _SURE and len(advert.text) >= _LONG


def _names_many(title: str) -> bool:
    """Whether a title or heading stands over many adverts: "Jobs in Leeds", "Open positions"."""
    return words.count("many", title[:200]) > 0


def _names_many_beside(page_title: str, title: str) -> bool:
    """Whether the page's title names the advert's title as well, so that "jobs" in it is the site's name."""
    return words.bare(title) in words.bare(page_title)


def _joined(listed: Reading, known: Sequence[Draft]) -> Reading:
    """The cards with what the page's state says of the same postings: longer teaser, employer, place, pay."""
    by_title: dict[str, list[Draft]] = {}
    for entry in known:
        by_title.setdefault(words.bare(entry.title), []).append(entry)
    matched = []
    for advert in listed.adverts:
        same = by_title.get(words.bare(advert.title), [])
        fits = [entry for entry in same if len(same) == 1 or (entry.employer and entry.employer == advert.employer)]
        matched.append(_filled(advert, fits[0], longer=True) if fits and _consistent(advert, fits[0]) else advert)
    return replace(listed, adverts=tuple(matched))


def _consistent(advert: Draft, other: Draft) -> bool:
    return not (advert.employer and other.employer) or words.bare(advert.employer) == words.bare(other.employer)


def _with_pane(listed: Reading, opened: Document) -> Reading:
    """A list beside which one of its adverts stands in full: that one gets its text."""
    main: Main | None = opened.memo.get("main")
    if main is None:
        return listed
    lines = [main.title, *main.text.split("\n")[:400]]
    heads = {words.bare(line): number for number, line in reversed(list(enumerate(lines)))}
    for number, card in enumerate(listed.adverts):
        at = heads.get(words.bare(card.title))
        rest = "\n".join(lines[at + 1 :]) if at is not None else ""
        if len(rest) > max(_PANE, 2 * len(card.text)):
            adverts = list(listed.adverts)
            adverts[number] = record.filled(replace(card, text=rest), language=opened.language)
            return replace(listed, adverts=tuple(adverts))
    return listed


def _with_state(advert: Draft, known: Sequence[Draft]) -> Draft:
    """The page's advert with what its state says of the same posting."""
    same = [entry for entry in known if words.bare(entry.title) == words.bare(advert.title)]
    return _filled(advert, same[0], longer=len(advert.text) < 200) if same else advert
