"""The form of a subscription: what people type, checked and turned into a ``Wish``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import dates
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adverts.records import BAND_ORDER, Band, FairwatchError
from alerts import page_words, slots
from alerts.hooks import checked
from alerts.masking import one_line
from alerts.models import Answer, Subscription
from alerts.permission import may_receive
from alerts.subscriptions import Wish
from alerts.wanting import planned
from alerts.wording import languages

BANDS = [(band.value, page_words.BANDS[band.value]) for band in BAND_ORDER if band is not Band.NONE]
WEEKDAYS = list(dates.WEEKDAYS.items())
FIELDS = (
    "name",
    "query",
    "band",
    "period",
    "weekday",
    "hour",
    "time_zone",
    "language",
    "address",
    "instant",
    "quiet_from",
    "quiet_until",
    "monthly",
)
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
NO_HOURS = [("", _("none")), *HOURS]
SNOOZE = 7
"""Days of a snooze where none are chosen."""


class SubscriptionForm(forms.Form):
    """What one person wants to hear, how often and where."""

    name = forms.CharField(max_length=120, label=_("Name"), help_text=_("Stands in the subject of every message. No names of workers."))
    query = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Search words"),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("As in the search page, for example: country:PL indicator:document-retention. Empty: every advert."),
    )
    band = forms.ChoiceField(choices=BANDS, label=_("Tell me from this band upwards"), initial=Band.PRIORITY.value)
    period = forms.ChoiceField(choices=Subscription.PERIODS, label=_("How often"), widget=forms.RadioSelect, initial=Subscription.DAILY)
    weekday = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int, label=_("Day of the week, for weekly messages"), initial=0)
    hour = forms.TypedChoiceField(choices=HOURS, coerce=int, label=_("Hour"), initial=7)
    instant = forms.BooleanField(
        required=False, label=_("Tell me of urgent adverts at once"), help_text=_("Beside the digest, within a quarter of an hour.")
    )
    quiet_from = forms.TypedChoiceField(
        choices=NO_HOURS,
        coerce=int,
        empty_value=None,
        required=False,
        label=_("Quiet hours from"),
        help_text=_("Urgent adverts wait until they end."),
    )
    quiet_until = forms.TypedChoiceField(choices=NO_HOURS, coerce=int, empty_value=None, required=False, label=_("Quiet hours until"))
    time_zone = forms.CharField(
        max_length=60, label=_("Time zone"), initial="UTC", help_text=_("For example Europe/Warsaw or Asia/Kathmandu.")
    )
    language = forms.ChoiceField(choices=lambda: list(languages().items()), label=_("Language of the messages"), initial="en")
    address = forms.EmailField(
        required=False,
        label=_("E-mail address"),
        help_text=_("We first ask this address for its consent. Empty: only the private feed."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    monthly = forms.BooleanField(
        required=False,
        label=_("Send me a report on the first of each month"),
        help_text=_("What was told and what became of it, counts only. By e-mail; to a webhook where no e-mail goes."),
    )

    def clean_name(self) -> str:
        """One line without control signs: it stands in a mail's subject."""
        return one_line(self.cleaned_data["name"])

    def clean_query(self) -> str:
        """A query the index can read."""
        query = str(self.cleaned_data["query"]).strip()
        if query:
            try:
                planned(query)
            except FairwatchError as error:
                raise forms.ValidationError(str(error)) from error
        return query

    def clean_time_zone(self) -> str:
        """An IANA name."""
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone not in slots.zones():
            raise forms.ValidationError(gettext("This is no time zone name we know. Write it as Region/City, for example Europe/Warsaw."))
        return zone

    def clean(self) -> None:
        """Quiet hours have a beginning and an end."""
        since, until = self.cleaned_data.get("quiet_from"), self.cleaned_data.get("quiet_until")
        if (since is None) != (until is None):
            self.add_error("quiet_from" if since is None else "quiet_until", gettext("Choose both hours, or neither."))
        elif since is not None and since == until:
            self.add_error("quiet_until", gettext("Choose two different hours."))

    def wish(self) -> Wish:
        """The checked answers."""
        return Wish(**{name: self.cleaned_data[name] for name in FIELDS})


class HookForm(forms.Form):
    """Where a webhook goes."""

    url = forms.CharField(
        max_length=500,
        label=_("Address of your program"),
        help_text=_("For example https://union.example/fairwatch. It must answer 200 within ten seconds."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )

    def clean_url(self) -> str:
        """An address that a webhook may have."""
        try:
            return checked(str(self.cleaned_data["url"]))
        except FairwatchError as error:
            raise forms.ValidationError(str(error)) from error


class AnswerForm(forms.Form):
    """Why a cluster is not relevant."""

    reason = forms.ChoiceField(choices=Answer.REASONS, label=_("Why is it not relevant?"), widget=forms.RadioSelect)


class SnoozeForm(forms.Form):
    """For how long a cluster is not told."""

    days = forms.TypedChoiceField(
        choices=[(7, _("one week")), (30, _("one month")), (90, _("three months"))],
        coerce=int,
        label=_("Not now, but again after"),
        initial=SNOOZE,
    )


class HandOverForm(forms.Form):
    """The colleague who takes a subscription over."""

    name = forms.CharField(max_length=150, label=_("User name of the colleague"), widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_name(self) -> User:
        """Somebody who may hold subscriptions."""
        found = User.objects.filter(username=self.cleaned_data["name"]).first()
        if found is None or not may_receive(found):
            raise forms.ValidationError(gettext("Nobody of that name may hold subscriptions."))
        return found


def initial(subscription: Subscription) -> dict[str, Any]:
    """A subscription's present answers, for the form."""
    return {name: getattr(subscription, name) for name in FIELDS}
