"""Middleware: who must have a second factor reaches nothing else before it is there; pages speak the chosen language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from adverts.access import Role, View, roles_of

LANGUAGE = "language"
"""Key of the chosen language in the session."""
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor: recovery codes alone do not."""


def before_second_factor(view: View) -> View:
    """Let a view be reached by people whose second factor is still missing."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def factors(user: Any) -> Any:
    """The second factors of a person, as a queryset."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS)


def must_have(user: Any) -> bool:
    """Whether a role of this person asks for a second factor (setting ``FAIRWATCH_SECOND_FACTOR``)."""
    return not roles_of(user).isdisjoint({Role(name) for name in settings.SECOND_FACTOR_ROLES})


class SecondFactor:
    """Sends people whose role needs a second factor, and who have none, to the page where they set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Decide before the view runs. Views open to everybody stay open: they show nothing that a stranger does not see."""
        if getattr(view, "before_second_factor", False) or not getattr(view, "required_roles", True):
            return None
        user = request.user
        if not user.is_authenticated or not must_have(user) or factors(user).exists():
            return None
        return redirect("second-factor")


class ChosenLanguage:
    """Pages of somebody who chose a language speak it, whatever the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Switch the language where a session says so; public pages without a session cookie stay free of it."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            chosen = request.session.get(LANGUAGE, "")
            if chosen in dict(settings.LANGUAGES):
                translation.activate(chosen)
                request.LANGUAGE_CODE = chosen
        return self.get_response(request)
