"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import views

from adverts.access import Role, public, requires

EVERYBODY = tuple(Role)

sign_in = public(views.LoginView.as_view(template_name="review/sign_in.html", redirect_authenticated_user=True))
sign_out = public(views.LogoutView.as_view())
change_password = requires(*EVERYBODY)(views.PasswordChangeView.as_view(template_name="review/change_password.html", success_url="/"))
