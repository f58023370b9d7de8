"""Giving out accounts: invite, change roles, switch off and on; each act with its entry in the audit log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from adverts import audit
from adverts.access import Role, give
from adverts.models import Profile
from adverts.records import FairwatchError
from review.accounts.models import Account, Tenant
from review.deciding import release_elsewhere
from review.tenancy import forget_body, number_of


class AccountError(FairwatchError):
    """An act on an account is refused; the message says why and what to do."""


def invite(
    *, name: str, email: str, full_name: str, roles: Collection[Role], tenant: Tenant | None, language: str, by: User, now: datetime
) -> User:
    """Make an account without a password and mail a link by which the person sets one.

    The mail leaves after the transaction: an account without its mail can be invited again, a mail without its account cannot be used.
    """
    if User.objects.filter(username__iexact=name).exists():
        raise AccountError(_("The user name “%(name)s” is taken. Choose another one.") % {"name": name})
    with transaction.atomic():
        first, _space, last = full_name.strip().partition(" ")
        user = User.objects.create_user(name, email, first_name=first, last_name=last)
        Account.objects.create(user=user, tenant=tenant, language=language, invited_by=by, invited_at=now)
        Profile.objects.get_or_create(user=user, defaults={"organisation": tenant.name if tenant else ""})
        give(user, roles)
        _note("account.invited", user, by=by, now=now, roles=sorted(roles), tenant=tenant.pk if tenant else None)
        transaction.on_commit(lambda: send_link(user))
    return user


def send_link(user: User) -> None:
    """Mail the link by which a person sets a password; it can be used once, within Django's ``PASSWORD_RESET_TIMEOUT``."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    account = Account.objects.filter(user=user).first()
    with translation.override((account and account.language) or settings.LANGUAGE_CODE):
        body = render_to_string(
            "accounts/mail_invited.txt",
            {"address": settings.BASE_URL + path, "user": user, "days": settings.PASSWORD_RESET_TIMEOUT // 86_400},
        )
        send_mail(_("Your account for Fairwatch"), body, None, [user.email])


def change(user: User, *, roles: Collection[Role], tenant: Tenant | None, by: User, now: datetime) -> None:
    """Give a person these roles and this body, no others. Who goes to another body loses all claims in the one before."""
    _not_oneself(user, by)
    with transaction.atomic():
        before = sorted(user.groups.values_list("name", flat=True))
        account, _made = Account.objects.select_related("tenant").get_or_create(user=user)
        left, account.tenant = number_of(account.tenant), tenant
        account.save(update_fields=["tenant"])
        if left != number_of(tenant):
            lost = release_elsewhere(user, tenant=number_of(tenant), by=by, now=now)
            _note("account.moved", user, by=by, now=now, before=left, tenant=number_of(tenant), claims=lost)
            forget_body(user)
        give(user, roles)
        _note("account.roles", user, by=by, now=now, roles=sorted(roles), before=before, tenant=tenant.pk if tenant else None)


def save_body(tenant: Tenant, *, name: str, contact: str, is_default: bool, by: User, now: datetime) -> Tenant:
    """Enter a body, or change its name and contact; only the first of all to be so marked is that of people without one, and stays it."""
    if Tenant.objects.filter(name__iexact=name).exclude(pk=tenant.pk).exists():
        raise AccountError(_("There is a body named “%(name)s” already.") % {"name": name})
    with transaction.atomic():
        new = tenant.pk is None
        if new and is_default and not Tenant.objects.filter(is_default=True).exists():
            tenant.is_default = True
        tenant.name, tenant.contact = name, contact
        tenant.save()
        detail = {"default": tenant.is_default}
        action = "body.entered" if new else "body.changed"
        audit.record(actor=by.get_username(), action=action, subject=f"body:{tenant.pk}", at=now, detail=detail)
    return tenant


def switch(user: User, *, on: bool, by: User, now: datetime) -> None:
    """Switch an account off, which ends its sessions at once, or on again."""
    _not_oneself(user, by)
    with transaction.atomic():
        user.is_active = on
        user.save(update_fields=["is_active"])
        if not on:
            end_sessions(user)
        _note("account.on" if on else "account.off", user, by=by, now=now)


def forget_factors(user: User, *, by: User, now: datetime) -> None:
    """Remove all second factors of somebody who lost them; they set up new ones when they sign in next."""
    _not_oneself(user, by)
    with transaction.atomic():
        kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
        _note("account.factors-forgotten", user, by=by, now=now, kinds=kinds)


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Sign a person out everywhere, except in the session with the key ``but``; returns how many sessions ended."""
    rows = [row for row in UserSession.objects.filter(user=user) if row.session_key != but]
    for row in rows:
        row.end()
    return len(rows)


def _not_oneself(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise AccountError(_("Nobody changes their own account here. Ask another operator."))


def _note(action: str, user: User, *, by: User, now: datetime, **detail: Any) -> None:
    audit.record(actor=by.get_username(), action=action, subject=f"user:{user.get_username()}", at=now, detail=detail)
