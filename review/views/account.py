"""Signing in and out, and a new password; everything else on accounts is in ``review.accounts``."""

from __future__ import annotations

from allauth.account.views import LoginView, PasswordChangeView
from django.contrib.auth.views import LogoutView

from adverts.access import Role, public, requires

EVERYBODY = tuple(Role)

sign_in = public(LoginView.as_view(template_name="review/sign_in.html"))
sign_out = public(LogoutView.as_view())
change_password = requires(*EVERYBODY)(PasswordChangeView.as_view(template_name="review/change_password.html"))
