"""Pages of people who hold subscriptions; each sees their own alone."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adverts.access import requires
from adverts.records import Band
from adverts.store import indicator
from alerts import bounces, links, page_words, subscriptions
from alerts.composing import not_relevant
from alerts.digest import Change, Item, Section
from alerts.facts import ClusterFacts
from alerts.forms import SNOOZE, AnswerForm, HandOverForm, SnoozeForm, SubscriptionForm, initial
from alerts.matching import Wanted
from alerts.models import Answer, Shown, Subscription
from alerts.permission import SUBSCRIBERS, visible
from alerts.phrases import entry
from alerts.preview import Preview, Rhythm, preview
from alerts.reading import clusters, clusters_now
from alerts.wanting import planned
from alerts.wording import wording

LOGGED = 20
"""Deliveries shown on a subscription's page."""


@requires(*SUBSCRIBERS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All subscriptions of the person looking."""
    subscriptions = Subscription.objects.filter(owner=request.user.pk, ended_at=None)
    return render(request, "alerts/list.html", {"subscriptions": subscriptions})


@requires(*SUBSCRIBERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A form for a new subscription; with the button "preview" it shows what would have been sent and saves nothing."""
    first = {"address": _person(request).email, **_profile(request)}
    form = SubscriptionForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid() and "preview" not in request.POST:
        made = subscriptions.create(form.wish(), owner=_person(request), now=timezone.now())
        messages.success(request, _saved(made))
        return redirect("alerts-detail", made.pk)
    return render(
        request, "alerts/form.html", {"form": form, "preview": _preview(form, _person(request)), "heading": gettext("New subscription")}
    )


@requires(*SUBSCRIBERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form for one there is."""
    subscription = mine(request, pk)
    form = SubscriptionForm(request.POST if request.method == "POST" else None, initial=initial(subscription))
    if form.is_bound and form.is_valid() and "preview" not in request.POST:
        subscriptions.change(subscription, form.wish(), by=request.user.get_username(), now=timezone.now())
        messages.success(request, _saved(subscription))
        return redirect("alerts-detail", subscription.pk)
    context = {
        "form": form,
        "preview": _preview(form, _person(request)),
        "heading": gettext("Change “%(name)s”") % {"name": subscription.name},
        "subscription": subscription,
    }
    return render(request, "alerts/form.html", context)


@requires(*SUBSCRIBERS)
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One subscription: its state, its feed's address, what was sent and what was told."""
    subscription = mine(request, pk)
    context = {
        "subscription": subscription,
        "band": page_words.BANDS.get(subscription.band, subscription.band),
        "feed_url": links.feed_url(subscription),
        "json_feed_url": links.json_feed_url(subscription),
        "hand_over": HandOverForm(),
        "deliveries": subscription.deliveries.order_by("-made_at", "-pk")[:LOGGED],
        "shown": _shown(subscription),
    }
    return render(request, "alerts/detail.html", context)


@requires(*SUBSCRIBERS)
@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Pause, resume, keep, hand over, end, or give the feed a new address."""
    subscription, by, now = mine(request, pk), request.user.get_username(), timezone.now()
    match what:
        case "pause":
            subscriptions.pause(subscription, by=by, now=now)
        case "resume":
            subscriptions.resume(subscription, by=by, now=now)
        case "keep":
            subscriptions.keep(subscription, by=by, now=now)
        case "try-address":
            bounces.try_again(subscription, by=by, now=now)
        case "hand-over":
            return _hand_over(request, subscription)
        case "revoke-feed":
            subscriptions.revoke_feed(subscription, by=by, now=now)
        case "end":
            subscriptions.end(subscription, by=by, now=now)
            messages.success(request, gettext("“%(name)s” has ended. Nothing more is sent.") % {"name": subscription.name})
            return redirect("alerts-list")
        case _:
            raise Http404
    return redirect("alerts-detail", subscription.pk)


@requires(*SUBSCRIBERS)
@require_GET
def item(request: HttpRequest, pk: int, cluster_id: str) -> HttpResponse:
    """One cluster that was told to one subscription, with what may be passed on and the buttons to answer."""
    subscription = mine(request, pk)
    shown, facts = told(subscription, cluster_id)
    words = wording(subscription.language)
    changed = tuple(Change(change) for change in shown.changes)
    listed = Item(facts, Section.CLOSED if facts.closed else Section.NEW, changed)
    url = links.item_url(subscription, facts.cluster_id)
    context = {
        "subscription": subscription,
        "entry": entry(listed, words=words, now=timezone.now(), zone=subscription.time_zone, url=url),
        "words": words.texts,
        "language": words.language,
        "direction": words.direction,
        "cards": [(indicator(each), page_words.indicator_title(each)) for each in sorted(facts.indicators)],
        "form": AnswerForm(),
        "snooze": SnoozeForm(),
        "answered": _answers(subscription, shown, facts).last(),
        "irrelevant": bool(not_relevant(subscription, {facts.cluster_id})),
        "cluster_id": facts.cluster_id,
    }
    return render(request, "alerts/item.html", context)


@requires(*SUBSCRIBERS)
@require_POST
def answer(request: HttpRequest, pk: int, cluster_id: str) -> HttpResponse:
    """Note "seen" or "not relevant because ...", from the item's page."""
    subscription = mine(request, pk)
    _, facts = told(subscription, cluster_id)
    said, form = request.POST.get("said", ""), AnswerForm(request.POST)
    if said == Answer.NOT_RELEVANT and not form.is_valid():
        messages.error(request, gettext("Choose a reason why it is not relevant."))
    elif said in {Answer.ACKNOWLEDGED, Answer.SNOOZED, Answer.NOT_RELEVANT}:
        now = timezone.now()
        subscriptions.answer(
            subscription,
            cluster_id=facts.cluster_id,
            advert_id=facts.advert_id,
            said=said,
            reason=form.cleaned_data["reason"] if said == Answer.NOT_RELEVANT else "",
            by=_person(request),
            now=now,
            until=now + _days(request) if said == Answer.SNOOZED else None,
        )
        messages.success(request, gettext("Noted. Thank you."))
    else:
        raise Http404
    return redirect("alerts-item", subscription.pk, facts.cluster_id)


def _hand_over(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    form = HandOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["name"][0]))
        return redirect("alerts-detail", subscription.pk)
    subscriptions.hand_over(subscription, form.cleaned_data["name"], by=request.user.get_username(), now=timezone.now())
    messages.success(request, gettext("“%(name)s” now belongs to your colleague.") % {"name": subscription.name})
    return redirect("alerts-list")


def _days(request: HttpRequest) -> timedelta:
    form = SnoozeForm(request.POST)
    return timedelta(days=form.cleaned_data["days"] if form.is_valid() else SNOOZE)


def _person(request: HttpRequest) -> User:
    """The person looking; the decorator has let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def mine(request: HttpRequest, pk: int) -> Subscription:
    """A living subscription of the person looking; 404 for anybody else's."""
    return get_object_or_404(Subscription, pk=pk, owner=request.user.pk, ended_at=None)


def _shown(subscription: Subscription) -> list[tuple[Shown, str]]:
    """What was told last, each with its title as it may be shown now."""
    rows = list(subscription.shown.filter(channel="feed").order_by("-at", "pk")[:LOGGED])
    now_in = clusters_now(row.advert_id for row in rows)
    facts = clusters(visible(subscription.owner, now_in.values()))
    found = [(row, facts.get(now_in.get(row.advert_id, ""))) for row in rows]
    return [(row, cluster.title) for row, cluster in found if cluster is not None]


def told(subscription: Subscription, cluster_id: str) -> tuple[Shown, ClusterFacts]:
    """What was told of a cluster, under the id of then or of now, and its facts now; 404 for one never told."""
    rows = Shown.objects.filter(subscription=subscription).order_by("-at", "pk")
    fellows = Q(cluster_id=cluster_id) | Q(advert__membership__cluster_id=cluster_id)
    shown = rows.filter(fellows).first()
    if shown is None:
        raise Http404
    now_in = clusters_now([shown.advert_id]).get(shown.advert_id, "")
    facts = clusters(visible(subscription.owner, [now_in])).get(now_in)
    if facts is None:
        raise Http404
    return shown, facts


def _answers(subscription: Subscription, shown: Shown, facts: ClusterFacts) -> QuerySet[Answer]:
    ids = {shown.cluster_id, facts.cluster_id}
    return Answer.objects.filter(Q(cluster_id__in=ids) | Q(advert_id=facts.advert_id), subscription=subscription)


def _profile(request: HttpRequest) -> dict[str, str]:
    profile = getattr(request.user, "profile", None)
    return {"language": profile.language, "time_zone": profile.time_zone} if profile is not None else {}


def _preview(form: SubscriptionForm, user: User) -> Preview | None:
    if not form.is_bound or not form.is_valid():
        return None
    wish = form.wish()
    wanted = Wanted(0, planned(wish.query) if wish.query else None, Band(wish.band))
    rhythm = Rhythm(wish.period, wish.weekday, wish.hour, wish.time_zone, wish.instant, wish.quiet_from, wish.quiet_until)
    return preview(wanted, rhythm, user=user, now=timezone.now())


def _saved(subscription: Subscription) -> str:
    if subscription.address and subscription.confirmed_at is None:
        said = gettext("Saved. We asked %(address)s for its consent; e-mail starts once the link in that message is followed.")
        return said % {"address": subscription.address}
    return gettext("Saved.")
