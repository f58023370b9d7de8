"""The page of a subscription's webhook: address, secret, test, and how to verify what comes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from adverts.access import requires
from alerts import hooks, outbox
from alerts.forms import HookForm
from alerts.models import Delivery, Hook, Subscription
from alerts.permission import SUBSCRIBERS
from alerts.views import mine


@requires(*SUBSCRIBERS)
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows it; POST with ``do`` connects, tests, changes the secret or disconnects."""
    subscription = mine(request, pk)
    hook = Hook.objects.filter(subscription=subscription).first()
    what = request.POST.get("do", "")
    form = HookForm(request.POST if what == "connect" else None, initial={"url": hook.url if hook else ""})
    if request.method == "POST" and _done(request, subscription, hook, form, what):
        return redirect("alerts-webhook", subscription.pk)
    now = timezone.now()
    context = {
        "subscription": subscription,
        "hook": hook,
        "form": form,
        "secret": hooks.secret(hook) if hook else "",
        "old_until": hook.previous_until if hook and len(hooks.secrets(hook, now=now)) > 1 else None,
        "deliveries": subscription.deliveries.filter(channel="webhook").order_by("-made_at", "-pk")[:20],
    }
    return render(request, "alerts/webhook.html", context)


def _done(request: HttpRequest, subscription: Subscription, hook: Hook | None, form: HookForm, what: str) -> bool:
    """Do what a button asks; False where the form has to be shown again."""
    by, now = request.user.get_username(), timezone.now()
    if what == "connect":
        if not form.is_valid():
            return False
        hooks.connect(subscription, form.cleaned_data["url"], by=by, now=now)
        messages.success(request, gettext("Saved. Send a test message to see whether it arrives."))
        return True
    if hook is None:
        raise Http404
    match what:
        case "test":
            _test(request, hook)
        case "change-secret":
            hooks.change_secret(hook, by=by, now=now)
            messages.success(request, gettext("The secret is new. For seven days messages carry both signatures."))
        case "disconnect":
            hooks.disconnect(hook, by=by, now=now)
            messages.success(request, gettext("Nothing more is sent there."))
        case _:
            raise Http404
    return True


def _test(request: HttpRequest, hook: Hook) -> None:
    now = timezone.now()
    ordered = hooks.order_test(hook, by=request.user.get_username(), now=now)
    if outbox.send_now(ordered, now=now) == Delivery.SENT:
        messages.success(request, gettext("The receiver took the test message."))
    else:
        ordered.refresh_from_db()
        if ordered.last_error:
            messages.error(request, gettext("The test message was not taken: %(error)s.") % {"error": ordered.last_error})
        else:
            messages.error(request, gettext("The test message was not taken: another one is still waiting."))
