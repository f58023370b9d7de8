"""Roles of people and what each may do; views declare a role, templates read the navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.models import AbstractUser, AnonymousUser, Group, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


class Role(StrEnum):
    """Names of the Django groups that Fairwatch knows."""

    INSPECTOR = "inspector"
    HEAD = "head"
    CUSTODIAN = "custodian"
    UNION = "union"
    CAMPAIGNER = "campaigner"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    DATA_PROTECTION = "data-protection"
    """Data-protection officer: holds, objections, erasure."""
    LANGUAGES = "language-reviewer"
    """Reviewer of languages: checks translations of notices."""


View = Callable[..., HttpResponseBase]

REVIEWERS = (Role.INSPECTOR, Role.HEAD, Role.AUDITOR, Role.CUSTODIAN)
"""Who may look at adverts and cases. Only inspector and head may decide."""


def roles_of(user: AbstractUser | AnonymousUser) -> frozenset[Role]:
    """The roles of a signed-in user; none for others. Unknown group names are passed over."""
    if not user.is_authenticated:
        return frozenset()
    cached: frozenset[Role] | None = user.__dict__.get("_fairwatch_roles")
    if cached is None:
        known = {role.value for role in Role}
        names = user.groups.values_list("name", flat=True)
        cached = user.__dict__["_fairwatch_roles"] = frozenset(Role(name) for name in names if name in known)
    return cached


def give(user: User, roles: Iterable[Role]) -> None:
    """Give a person these roles and no others; the caller writes the audit entry, in the same transaction."""
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])


def requires(*roles: Role) -> Callable[[View], View]:
    """Let a view be reached only by signed-in users with one of ``roles``; others get the sign-in page or 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if roles_of(request.user).isdisjoint(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.required_roles = roles  # type: ignore[attr-defined]
        return checked

    return decorate


def public(view: View) -> View:
    """Declare a view open to everybody; a test refuses views that declare nothing."""
    view.required_roles = ()  # type: ignore[attr-defined]
    return view


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: the roles of the person looking, for the navigation."""
    user = getattr(request, "user", None)
    return {"my_roles": roles_of(user) if user is not None else frozenset()}
