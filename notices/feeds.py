"""Notices for machines: Atom with tombstones (RFC 4287, 6721), JSON Feed 1.1, a sitemap with languages. Nothing that is not out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from adverts.access import public
from notices import fates, frame
from notices.content import Text
from notices.markup import blocks, help_lines
from notices.reading import Public, Tombstone, public_notices, tombstones
from notices.wording import codes, day, full_codes, full_wording, wording

Group = tuple[list[tuple[str, str]], datetime | None]
"""One page in all its languages, code and address each, and when it last changed."""

SITE_PAGES = (
    ("notices-public", codes),
    ("notices-check", codes),
    ("notices-fair-offer", codes),
    ("notices-licences", codes),
    ("notices-corrections", full_codes),
)
"""Pages of the site and the languages each exists in."""


@public
@require_safe
def atom(request: HttpRequest) -> HttpResponseBase:
    """Every text of every notice as Atom, with tombstones for what was taken back."""
    notices = public_notices(today=frame.today())
    stones = tombstones(notices)
    moments = [each.updated_at for each in notices] + [each.withdrawn_at for each in stones]
    context = {
        "entries": [_entry(notice, text) for notice in notices for text in notice.content.shown_texts],
        "stones": [stone for each in stones for stone in _stones(each)],
        "tag": f"tag:{frame.host()},2026:notices",
        "updated": max(moments, default=datetime(2026, 1, 1, tzinfo=UTC)).astimezone(UTC),
        "self_url": frame.absolute("notices-feed"),
        "site_url": frame.absolute("notices-public"),
        "title": wording("en").texts["site"],
    }
    return frame.answer(request, render_to_string("notices/feed.xml", context), "application/atom+xml; charset=utf-8")


@public
@require_safe
def json_feed(request: HttpRequest) -> HttpResponseBase:
    """The same as JSON Feed 1.1; tombstones stand in ``_fairwatch.withdrawn``, for the format has none."""
    notices = public_notices(today=frame.today())
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": wording("en").texts["site"],
        "home_page_url": frame.absolute("notices-public"),
        "feed_url": frame.absolute("notices-json"),
        "items": [_item(_entry(notice, text)) for notice in notices for text in notice.content.shown_texts],
        "_fairwatch": {
            "about": frame.absolute("notices-public"),
            "withdrawn": [
                {"id": stone["tag"], "date_withdrawn": stone["when"].isoformat(), "reason": stone["reason"]}
                for each in tombstones(notices)
                for stone in _stones(each)
            ],
        },
    }
    return frame.answer(request, json.dumps(made, ensure_ascii=False, indent=1), "application/feed+json; charset=utf-8")


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """Every public address with its other languages (sitemaps.org, xhtml:link)."""
    notices = public_notices(today=frame.today())
    groups: list[Group] = [([(code, f"{frame.absolute(name)}?lang={code}") for code in spoken()], None) for name, spoken in SITE_PAGES]
    groups += [
        ([(text.language, frame.absolute("notice-public", each.slug, text.language)) for text in each.content.shown_texts], each.updated_at)
        for each in notices
    ]
    pages = [{"url": url, "all": group, "changed": changed} for group, changed in groups for _, url in group]
    return frame.answer(request, render_to_string("notices/sitemap.xml", {"pages": pages}), "application/xml; charset=utf-8")


def _entry(notice: Public, text: Text) -> dict[str, Any]:
    words = full_wording(text.language)
    until = notice.content.valid_until
    return {
        "tag": frame.tag(notice.slug, text.language),
        "url": frame.absolute("notice-public", notice.slug, text.language),
        "cap_url": frame.absolute("notice-cap", notice.slug),
        "language": text.language,
        "title": text.title,
        "marks": fates.marks(notice, words),
        "published": notice.published_at.astimezone(UTC),
        "updated": notice.updated_at.astimezone(UTC),
        "valid_until": f"{words.texts['valid_until']}: {day(until, text.language)}" if until else "",
        "help": help_lines(text.help_lines),
        "blocks": blocks(text.body),
        "type": words.texts["types"][notice.content.type],
    }


def _item(entry: dict[str, Any]) -> dict[str, Any]:
    lines = [f"{line.name} {line.number}".strip() for line in entry["help"]]
    for block in entry["blocks"]:
        lines += ["", *(f"- {line}" if block.kind == "list" else line for line in block.lines)]
    return {
        "id": entry["tag"],
        "url": entry["url"],
        "title": "".join(f"[{mark}] " for mark in entry["marks"]) + entry["title"],
        "content_text": "\n".join([*lines, "", entry["valid_until"]]).strip(),
        "date_published": entry["published"].isoformat(),
        "date_modified": entry["updated"].isoformat(),
        "language": entry["language"],
        "tags": [entry["type"]],
    }


def _stones(stone: Tombstone) -> list[dict[str, Any]]:
    when = stone.withdrawn_at.astimezone(UTC)
    return [{"tag": frame.tag(stone.slug, code), "when": when, "reason": stone.reason} for code in stone.languages]
