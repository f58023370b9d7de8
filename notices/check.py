"""Check this advert: somebody pastes words and reads which of them to ask about. Nothing is stored or logged; nobody is accused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from adverts.access import public
from adverts.records import Assessment, Match
from adverts.store import cards
from notices import frame, glossary, ports, rate
from notices.helping import help_by_country
from notices.wording import Wording, wording

LONGEST = 8_000
"""Characters of a pasted text."""

LARGEST_BODY = 120_000
"""Bytes of a request: ``LONGEST`` characters of a script with three bytes each, percent-encoded, and the form around them."""

MOST_FOUND = 10
MOST_QUOTES = 3
LONGEST_QUOTE = 160

_GRAVITY = ("critical", "high", "medium", "low", "context")


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing to ask about: its name, and the words that carry it."""

    name: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What the page says of a text."""

    found: tuple[Seen, ...]
    good: tuple[Seen, ...]
    questions: tuple[str, ...]
    unsure: bool
    """Whether the language could not be told."""


@csrf_exempt  # a token would need a cookie, and nothing is changed here
@sensitive_post_parameters()
@sensitive_variables()
@public
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponseBase:
    """The form; after it, what was seen. Too long: 413. Too often: 429."""
    words = wording(request.GET.get("lang", ""))
    if request.method != "POST":
        return _page(request, words, {})
    if _too_large(request):
        return _page(request, words, {"fault": words.texts["check_long"].format(count=LONGEST)}, status=413)
    if not rate.CHECKS.allows(rate.address_of(request.META), now=timezone.now()):
        return _page(request, words, {"fault": words.texts["check_busy"]}, status=429)
    text = request.POST.get("text", "").replace("\x00", "").strip()
    if not text:
        return _page(request, words, {"fault": words.texts["check_empty"]})
    if len(text) > LONGEST:
        return _page(request, words, {"fault": words.texts["check_long"].format(count=LONGEST)}, status=413)
    made = ports.judge()(text, now=timezone.now())
    return _page(request, words, {"result": explained(made, words)})


def explained(made: Assessment, words: Wording) -> Result:
    """An assessment in the words of a page: the gravest first, each with the words that carry it, and what to ask."""
    questions = words.texts["questions"]
    return Result(
        found=_seen(made.findings.indicators, words.language),
        good=_seen(made.findings.signals, words.language),
        questions=tuple(questions[fact] for fact in made.findings.questions if fact in questions),
        unsure=made.findings.language == "und",
    )


def _seen(matches: Sequence[Match], language: str) -> tuple[Seen, ...]:
    quotes: dict[str, list[str]] = {}
    for match in matches:
        here = quotes.setdefault(match.id, [])
        quote = _shortened(match.quote)
        if quote not in here and len(here) < MOST_QUOTES:
            here.append(quote)
    names = glossary.names(language)
    ordered = sorted(quotes, key=_gravity)[:MOST_FOUND]
    return tuple(Seen(names.get(key, key.replace("-", " ")), tuple(quotes[key])) for key in ordered)


def _gravity(key: str) -> int:
    card = cards().get(key)
    return _GRAVITY.index(card.severity) if card and card.severity in _GRAVITY else len(_GRAVITY)


def _shortened(quote: str) -> str:
    plain = " ".join(quote.split())
    return plain if len(plain) <= LONGEST_QUOTE else f"{plain[: LONGEST_QUOTE - 1]}…"


def _too_large(request: HttpRequest) -> bool:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY
    except ValueError:
        return True


def _page(request: HttpRequest, words: Wording, context: dict[str, Any], *, status: int = 200) -> HttpResponseBase:
    frame_context = {
        "here": frame.site_url("notices-check", words.language),
        "longest": LONGEST,
        "help_by_country": help_by_country(words.language),
        "site_languages": frame.site_links("notices-check"),
        **context,
    }
    keep = request.method != "POST"
    response = frame.page(
        request, "notices/public_check.html", frame_context, words=words, title=words.texts["check"], status=status, keep=keep
    )
    if status == 429:
        response["Retry-After"] = str(int(rate.CHECKS.window.total_seconds()))
    return response
