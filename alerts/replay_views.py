"""The page that sends the messages of a chosen period again: days first, then what would be sent, then the button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from adverts.access import requires
from alerts.models import Subscription
from alerts.permission import SUBSCRIBERS
from alerts.replay import LONGEST, Period, PeriodError, days, replay, sent_in
from alerts.views import mine


class PeriodForm(forms.Form):
    """The first and the last day."""

    first = forms.DateField(label=_("From this day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To this day, included"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Mapping[str, Any] | None, *, zone: str) -> None:
        super().__init__(data)
        self._zone = zone

    def clean(self) -> None:
        """Days in order and not too many."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first is not None and last is not None:
            try:
                self.cleaned_data["period"] = days(first, last, zone=self._zone)
            except PeriodError as error:
                raise forms.ValidationError(str(error)) from error

    def period(self) -> Period:
        """The checked period."""
        found: Period = self.cleaned_data["period"]
        return found


@requires(*SUBSCRIBERS)
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what a period holds, POST sends it again. Pressing twice queues nothing twice."""
    subscription = mine(request, pk)
    given = request.POST if request.method == "POST" else request.GET or None
    form = PeriodForm(given, zone=subscription.time_zone)
    if request.method == "POST" and form.is_valid():
        return _queued(request, subscription, form.period())
    found = sent_in(subscription, form.period()) if form.is_bound and form.is_valid() else None
    context = {"subscription": subscription, "form": form, "found": found, "longest": LONGEST.days}
    return render(request, "alerts/again.html", context)


def _queued(request: HttpRequest, subscription: Subscription, period: Period) -> HttpResponse:
    count = replay(subscription, period, by=request.user.get_username(), now=timezone.now())
    if count:
        said = ngettext(
            "%(n)s message will be sent again within a quarter of an hour.",
            "%(n)s messages will be sent again within a quarter of an hour.",
            count,
        )
        messages.success(request, said % {"n": count})
    else:
        messages.info(request, gettext("Nothing was queued: nothing was sent in that time, or its repeat waits already."))
    return redirect("alerts-detail", subscription.pk)
