"""Addresses of accounts. Names with an underscore are those by which allauth finds its own pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from review.accounts.views import bodies, own, people
from review.views import account

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", account.sign_in, name="account_login"),
    path("sign-out/", account.sign_out, name="account_logout"),
    path("password/", account.change_password, name="account_change_password"),
    path("password/set/", own.set_password, name="account_set_password"),
    path("password/forgotten/", own.forgotten, name="account_reset_password"),
    path("password/forgotten/sent/", own.forgotten_done, name="account_reset_password_done"),
    path("password/new/done/", own.first_password_done, name="account_reset_password_from_key_done"),
    re_path(r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", own.first_password, name="account_reset_password_from_key"),
    path("sign-in/off/", own.inactive, name="account_inactive"),
    path("sign-in/second/", own.check, name="mfa_authenticate"),
    path("account/", own.index, name="mfa_index"),
    path("account/", own.index, name="second-factor"),
    path("account/again/", own.again, name="account_reauthenticate"),
    path("account/again/code/", own.again_code, name="mfa_reauthenticate"),
    path("account/again/passkey/", own.again_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/app/", own.app_on, name="mfa_activate_totp"),
    path("account/app/off/", own.app_off, name="mfa_deactivate_totp"),
    path("account/passkeys/", own.passkeys, name="mfa_list_webauthn"),
    path("account/passkeys/new/", own.passkey_new, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", own.passkey_off, name="mfa_remove_webauthn"),
    path("account/codes/", own.codes_seen, name="mfa_view_recovery_codes"),
    path("account/codes/new/", own.codes_new, name="mfa_generate_recovery_codes"),
    path("account/sign-out-elsewhere/", own.sign_out_elsewhere, name="sign-out-elsewhere"),
    path("language/", own.language, name="language"),
    path("people/", people.index, name="people"),
    path("people/new/", people.new, name="person-new"),
    path("people/bodies/", bodies.index, name="tenants"),
    path("people/bodies/new/", bodies.new, name="tenant-new"),
    path("people/bodies/<int:pk>/", bodies.detail, name="tenant"),
    path("people/<int:pk>/", people.detail, name="person"),
    path("people/<int:pk>/roles/", people.roles, name="person-roles"),
    path("people/<int:pk>/do/<slug:what>/", people.act, name="person-act"),
]
