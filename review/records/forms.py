"""Forms of records."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adverts.models import Advert
from review.records import rules, wording
from review.records.models import Body
from review.visible import plain

LONGEST_NOTE = 2_000
MOST_ADVERTS = 200
_ADVERT_ID = re.compile(r"[0-9a-f]{32}")


def _is_yes(value: str) -> bool:
    return value == "yes"


def _note(label: Any, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))


class AskForm(forms.Form):
    """Why somebody needs to see a contact."""

    reason = forms.ChoiceField(label=_("What it is needed for"), choices=list(wording.UNMASK_REASONS.items()))
    note = _note(_("Note to the custodian"))


class GrantForm(forms.Form):
    """The custodian's answer: so many minutes, or no."""

    minutes = forms.TypedChoiceField(
        label=_("Show it for"),
        coerce=int,
        required=False,
        empty_value=None,
        initial=int(rules.GRANT.total_seconds() // 60),
        choices=[*((number, f"{number} min") for number in rules.GRANTS), ("", _("Do not show it"))],
    )
    answer = _note(_("Answer (needed where you refuse)"))


class ReferForm(forms.Form):
    """A new referral."""

    body = forms.ModelChoiceField(label=_("Body"), queryset=Body.objects.none())
    reason = forms.ChoiceField(label=_("What they are asked for"), choices=list(wording.REFERRAL_REASONS.items()))
    personal = forms.BooleanField(label=_("It holds personal data (a second person checks it first)"), required=False, initial=True)
    note = _note(_("Note for your own office; it is not sent"))

    def __init__(self, *args: Any, bodies: list[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Body.objects.filter(pk__in=[body.pk for body in bodies])
            field.choices = [("", "---------"), *((body.pk, f"{body.country}: {plain(body.name)}") for body in bodies)]


class StepForm(forms.Form):
    """The next step of a referral; ``after`` is the number of the last event that was on the page."""

    to = forms.ChoiceField(choices=[(step.value, step.value) for step in rules.Step])
    after = forms.IntegerField(min_value=1, max_value=10_000)
    note = _note(_("Note"))


class DirectoryForm(forms.Form):
    """A file of bodies."""

    file = forms.FileField(label=_("CSV file"), max_length=200)


class RequestForm(forms.Form):
    """A request as it is entered: the number of the letter, never its words."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=list(wording.REQUEST_KINDS.items()))
    reference = forms.CharField(label=_("Number of the letter in your files"), max_length=100)
    received_on = forms.DateField(label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"}))
    adverts = forms.CharField(label=_("Advert ids, one a line"), widget=forms.Textarea(attrs={"rows": 4}), max_length=40 * MOST_ADVERTS)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_received_on(self) -> date:
        """A letter cannot have come tomorrow."""
        day: date = self.cleaned_data["received_on"]
        if day > self._today:
            raise forms.ValidationError(_("This day is in the future"))
        return day

    def clean_adverts(self) -> list[str]:
        """The ids, each of an advert there is."""
        ids = list(dict.fromkeys(self.cleaned_data["adverts"].split()))
        known = set(Advert.objects.filter(pk__in=ids[:MOST_ADVERTS]).values_list("pk", flat=True))
        wrong = [one for one in ids if not _ADVERT_ID.fullmatch(one) or one not in known]
        if wrong or not ids:
            raise forms.ValidationError(_("No advert has the id %(id)s"), params={"id": (wrong or ["-"])[0][:40]})
        return ids


class AnswerForm(forms.Form):
    """Grant or refuse, and why."""

    grant = forms.TypedChoiceField(
        label=_("Answer"), choices=[("yes", _("Grant")), ("no", _("Refuse"))], coerce=_is_yes
    )  # fmt: skip
    answer = _note(_("Reason"), required=True)


class HoldForm(forms.Form):
    """Why an advert is kept."""

    reason = forms.CharField(label=_("Reason, such as the number of the court file"), max_length=300)
