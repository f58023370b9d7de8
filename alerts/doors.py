"""Pages reached by an unguessable link, without sign-in: confirm, unsubscribe, the private feed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from adverts.access import public
from alerts import links, subscriptions, tokens
from alerts.channels.feed import atom, json_feed
from alerts.models import Subscription
from alerts.permission import may_receive
from alerts.wording import wording


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST confirms: mail scanners follow links, and must not consent for anybody."""
    subscription = links.by_token(tokens.CONFIRM, token)
    if subscription is None or not subscription.address:
        return _dead_link(request)
    if request.method == "POST":
        subscriptions.confirm(token, now=timezone.now())
        return _door(request, subscription, "confirm", done=True)
    return _door(request, subscription, "confirm", done=subscription.confirmed_at is not None)


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST ends the subscription; mail programs POST here directly (RFC 8058).

    The link itself is the permission, so no sign-in and no CSRF token: there is no session to ride on.
    """
    subscription = links.by_token(tokens.UNSUBSCRIBE, token)
    if subscription is None:
        ended = Subscription.objects.filter(unsubscribe_hash=tokens.hashed(token)).first()
        return _door(request, ended, "unsubscribe", done=True) if ended is not None else _dead_link(request)
    if request.method == "POST":
        subscriptions.end(subscription, by=subscriptions.LINK, now=timezone.now())
        return _door(request, subscription, "unsubscribe", done=True)
    return _door(request, subscription, "unsubscribe", done=False)


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST says that a subscription is still wanted."""
    subscription = links.by_keep_token(token)
    if subscription is None:
        return _dead_link(request)
    if request.method == "POST":
        subscriptions.keep(subscription, by=subscriptions.LINK, now=timezone.now())
    return _door(request, subscription, "keep", done=request.method == "POST")


@public
@require_safe
def feed(request: HttpRequest, token: str, form: str = "atom") -> HttpResponseBase:
    """The private feed as ``atom`` or ``json``; 404 for an address that was revoked, and once its owner may not receive alerts any more."""
    subscription = links.by_token(tokens.FEED, token)
    if subscription is None or not may_receive(subscription.owner):
        raise Http404
    subscriptions.touch(subscription, now=timezone.now())
    made = json_feed(subscription) if form == "json" else atom(subscription)
    modified = int(made.updated.timestamp())
    response = get_conditional_response(request, etag=made.etag, last_modified=modified)
    if response is None:
        response = HttpResponse(made.body, content_type=made.kind)
    response["ETag"], response["Last-Modified"] = made.etag, http_date(modified)
    response["Cache-Control"], response["X-Robots-Tag"] = "private, no-cache", "noindex"
    return response


def _door(request: HttpRequest, subscription: Subscription, what: str, *, done: bool) -> HttpResponse:
    words = wording(subscription.language)
    context = {
        "language": words.language,
        "direction": words.direction,
        "heading": words.text(f"doors.{what}_title"),
        "text": words.text(f"doors.{what}_{'done' if done else 'ask'}", name=subscription.name),
        "button": "" if done else words.text(f"doors.{what}_button"),
    }
    return render(request, "alerts/door.html", context)


def _dead_link(request: HttpRequest) -> HttpResponse:
    words = wording(get_language() or "en")
    context = {
        "language": words.language,
        "direction": words.direction,
        "heading": words.text("doors.dead_title"),
        "text": words.text("doors.dead"),
        "button": "",
    }
    return render(request, "alerts/door.html", context, status=404)
