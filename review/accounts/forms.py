"""Forms of the people who give accounts out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from adverts.access import Role
from review import wording
from review.accounts.models import Tenant


def _roles() -> forms.TypedMultipleChoiceField:
    choices = [(role.value, wording.ROLES[role.value]) for role in Role]
    return forms.TypedMultipleChoiceField(label=_("Roles"), choices=choices, coerce=Role, widget=forms.CheckboxSelectMultiple)


class RolesForm(forms.Form):
    """Roles and body of one person."""

    roles = _roles()
    tenant = forms.ModelChoiceField(label=_("Body"), queryset=Tenant.objects.filter(closed_at=None).order_by("name"), required=False)


class BodyForm(forms.Form):
    """A body; whether it is that of people without one is asked once, where there is none yet."""

    name = forms.CharField(label=_("Name"), max_length=200)
    contact = forms.CharField(label=_("How other bodies reach it"), max_length=300, required=False)
    is_default = forms.BooleanField(
        label=_("Everybody without a body belongs to it, and so do all cases there were before"), required=False
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["is_default"]


class InviteForm(forms.Form):
    """A new account."""

    name = forms.CharField(label=_("User name"), max_length=150, validators=User._meta.get_field("username").validators)
    full_name = forms.CharField(label=_("Full name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    roles = _roles()
    tenant = forms.ModelChoiceField(label=_("Body"), queryset=Tenant.objects.filter(closed_at=None).order_by("name"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)
    field_order = ["name", "full_name", "email", "tenant", "roles", "language"]  # noqa: RUF012 (Django's own class attribute)
