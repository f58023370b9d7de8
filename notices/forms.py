"""The forms of a draft: the notice, its texts and its claims."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices import languages, subjects
from notices.content import Claim, Content, Text
from notices.lures import lures
from notices.models import Notice, NoticeText

RESERVED = frozenset({"desk", "corrections", "feed", "static", "check", "fair-offer", "licences", "sitemap"})
"""Slugs that are addresses of their own."""

_DATE = {"type": "date"}


class NoticeForm(forms.Form):
    """What kind of notice, its address and its last day."""

    slug = forms.SlugField(
        max_length=80, label=_("Short name in the address"), help_text=_("Small letters, digits and hyphens, for example farm-work-poland.")
    )
    type = forms.ChoiceField(choices=Notice.TYPES, label=_("Kind"))
    valid_until = forms.DateField(
        label=_("Valid until"), help_text=_("The last day on which it holds."), widget=forms.DateInput(attrs=_DATE)
    )
    from_country = forms.ChoiceField(choices=subjects.country_choices, required=False, label=_("For workers from"))
    to_country = forms.ChoiceField(choices=subjects.country_choices, required=False, label=_("Country of work"))
    occupation = forms.ChoiceField(
        choices=subjects.occupation_choices,
        required=False,
        label=_("Kind of work"),
    )
    source_language = forms.ChoiceField(
        choices=lambda: [("", _("Not said")), *languages.choices()],
        required=False,
        label=_("Written first in"),
        help_text=_("The other texts are translations: when this one changes, they are not shown until somebody compares them again."),
    )

    def clean_slug(self) -> str:
        """A new, unreserved address."""
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in RESERVED:
            raise forms.ValidationError(gettext("This short name is taken by a page of its own. Choose another one."))
        if slug != self.initial.get("slug") and Notice.objects.filter(slug=slug).exists():
            raise forms.ValidationError(gettext("There is a notice with this short name. Choose another one."))
        return slug


class TextForm(forms.Form):
    """The notice in one language; a text that looks like a job advert is refused."""

    language = forms.ChoiceField(choices=languages.choices, label=_("Language"))
    state = forms.ChoiceField(
        choices=[(NoticeText.DRAFT, _("A person")), (NoticeText.MACHINE, _("A machine"))],
        label=_("New words were written by"),
        initial=NoticeText.DRAFT,
        required=False,
        help_text=_("Words that stay as they are keep their check."),
    )
    title = forms.CharField(max_length=160, label=_("Title"), widget=forms.TextInput(attrs={"dir": "auto"}))
    help_lines = forms.CharField(
        max_length=2000,
        label=_("Where to get help"),
        help_text=_("One a line: name | number. Stands first on the page."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    body = forms.CharField(
        max_length=20_000,
        label=_("Text"),
        help_text=_("Paragraphs, lists with “- ”, headings with “## ”, indicators as [[recruitment-fee]]. Name no unverified employer."),
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
    )
    short = forms.CharField(
        max_length=500,
        required=False,
        label=_("Short text to send on"),
        help_text=_("For messengers. Empty: title, first number and address."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what looks like an advert, with the reason."""
        found = super().clean() or {}
        found["state"] = found.get("state") or NoticeText.DRAFT
        for reason in lures(found.get("title", ""), f"{found.get('body', '')}\n{found.get('short', '')}"):
            self.add_error("body", gettext("This looks like a job advert. %(reason)s") % {"reason": reason})
        return found


class ClaimForm(forms.Form):
    """One statement of fact with its source."""

    text = forms.CharField(max_length=1000, label=_("What the notice claims"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}))
    source_title = forms.CharField(max_length=200, label=_("Source"))
    source_url = forms.URLField(
        max_length=500,
        required=False,
        label=_("Address of the source"),
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    checked_on = forms.DateField(label=_("Looked at on"), widget=forms.DateInput(attrs=_DATE))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._today = today

    def clean_checked_on(self) -> date:
        """A day that has been."""
        day: date = self.cleaned_data["checked_on"]
        if day > self._today:
            raise forms.ValidationError(gettext("This day is still to come."))
        return day


class OncePerLanguage(forms.BaseFormSet):  # type: ignore[type-arg]
    """Texts of one notice."""

    def clean(self) -> None:
        """Each language at most once."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        seen = [row["language"] for row in rows if "language" in row]
        for code in {code for code in seen if seen.count(code) > 1}:
            raise forms.ValidationError(gettext("There are two texts in %(language)s: keep one.") % {"language": languages.own_name(code)})


TextForms = forms.formset_factory(TextForm, formset=OncePerLanguage, extra=1, can_delete=True, min_num=1, max_num=40, validate_min=True)
ClaimForms = forms.formset_factory(ClaimForm, extra=2, can_delete=True, max_num=60)


def filled(form_set: Any) -> list[dict[str, Any]]:
    """The answers of the rows that were filled in and not marked for removal."""
    return [form.cleaned_data for form in form_set.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]


def gathered(notice: NoticeForm, texts: Any, claims: Any, *, supersedes: str = "") -> Content:
    """The content that three valid forms describe."""
    head = notice.cleaned_data
    return Content(
        slug=head["slug"],
        type=head["type"],
        valid_until=head["valid_until"],
        supersedes=supersedes,
        texts=tuple(
            Text(row["language"], row["title"], row["help_lines"], row["body"], row["state"], row["short"]) for row in filled(texts)
        ),
        claims=tuple(Claim(row["text"], row["source_title"], row["source_url"], row["checked_on"]) for row in filled(claims)),
        from_country=head["from_country"],
        to_country=head["to_country"],
        occupation=head["occupation"],
        source_language=head["source_language"],
    )
