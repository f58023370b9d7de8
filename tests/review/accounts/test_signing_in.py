"""Signing in: passwords, second factors, throttling, sessions, and what the log says of them."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from adverts.access import Role
from adverts.models import AuditEntry
from review.accounts import adapters, gate
from tests.review.accounts.signing import code, confirm, sign_in, with_app
from tests.review.pages import get
from tests.review.scenes import person

SET_UP = "/account/"


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_a_password_is_enough_for_an_inspector(client: Client, ina: User) -> None:
    assert sign_in(client, "ina")["Location"] == "/"
    assert client.get("/").status_code == 200
    assert actions() == ["account.sign-in"]


def test_nothing_but_the_set_up_page_without_a_second_factor(client: Client, cora: User) -> None:
    sign_in(client, "cora")
    for name in ("home", "search", "contacts", "change-password"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, SET_UP), name
    assert "Your role needs a second factor" in get(client, SET_UP).text
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    confirm(client, "cora")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert client.post(reverse("sign-out")).status_code == 302


def test_setting_up_the_app_opens_the_rest(client: Client, cora: User, django_capture_on_commit_callbacks: Any) -> None:
    sign_in(client, "cora")
    confirm(client, "cora")
    page = client.get(reverse("mfa_activate_totp"))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": code(page.context["form"].secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(answer["Location"]).context["unused_codes"]
    assert len(set(codes)) == 10
    assert client.get("/").status_code == 200
    assert actions() == ["account.sign-in", "account.factor-added", "account.factor-added"]


def test_a_wrong_code_sets_nothing_up(client: Client, cora: User) -> None:
    sign_in(client, "cora")
    confirm(client, "cora")
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    wrong = f"{(int(code(secret)) + 1) % 1_000_000:06d}"
    assert client.post(reverse("mfa_activate_totp"), {"code": wrong}).status_code == 200
    assert not Authenticator.objects.exists()


def test_a_password_alone_does_not_let_somebody_with_an_app_in(client: Client, cora: User) -> None:
    secret = with_app(cora)
    assert sign_in(client, "cora")["Location"] == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_recovery_code_lets_in_once(client: Client, cora: User) -> None:
    with_app(cora)
    one = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in(client, "cora")
    assert client.post(reverse("mfa_authenticate"), {"code": one})["Location"] == "/"
    client.post(reverse("sign-out"))
    sign_in(client, "cora")
    assert client.post(reverse("mfa_authenticate"), {"code": one}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_last_factor_of_a_custodian_stays_and_an_inspectors_goes(client: Client, cora: User, ina: User) -> None:
    for user, left in ((cora, True), (ina, False)):
        secret = with_app(user)
        sign_in(client, user.username)
        client.post(reverse("mfa_authenticate"), {"code": code(secret)})
        confirm(client, user.username)
        client.post(reverse("mfa_deactivate_totp"))
        assert gate.factors(user).exists() is left
        client.post(reverse("sign-out"))


def test_secrets_are_stored_encrypted_and_can_be_renewed(cora: User) -> None:
    secret = with_app(cora)
    before = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in before
    assert adapters.renew() == 2
    after = Authenticator.objects.get(type="totp").data["secret"]
    assert after != before
    assert adapters.SecondFactorAdapter().decrypt(after) == secret


def test_five_wrong_passwords_close_the_door_for_a_while(client: Client, ina: User) -> None:
    for _ in range(5):
        assert "do not belong together" in sign_in(client, "ina", "wrong").content.decode()
    answer = sign_in(client, "ina")
    assert "Wait five minutes" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_another_account_is_not_closed_with_it(client: Client, ina: User, cora: User) -> None:
    for _ in range(5):
        sign_in(client, "cora", "wrong")
    assert sign_in(client, "ina").status_code == 302


def test_signing_out_everywhere_else(client: Client, ina: User) -> None:
    other = Client()
    for one in (client, other):
        sign_in(one, "ina")
    client.post(reverse("sign-out-elsewhere"))
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_a_new_password_ends_other_sessions_and_is_told_by_mail(client: Client, ina: User) -> None:
    User.objects.filter(pk=ina.pk).update(email="ina@office.example")
    other = Client()
    for one in (client, other):
        sign_in(one, "ina")
    form = {"oldpassword": "ina", "password1": "amber lamp 72 river", "password2": "amber lamp 72 river"}
    assert client.post(reverse("change-password"), form)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert [message.to for message in mail.outbox] == [["ina@office.example"]]


@pytest.mark.parametrize("address", ["ina@office.example", "nobody@office.example"])
def test_a_forgotten_password_does_not_tell_who_has_an_account(client: Client, ina: User, address: str) -> None:
    User.objects.filter(pk=ina.pk).update(email="ina@office.example")
    answer = client.post(reverse("account_reset_password"), {"email": address})
    assert answer["Location"] == reverse("account_reset_password_done")
    assert len(mail.outbox) == (1 if address.startswith("ina") else 0)


def test_nobody_signs_up(client: Client, db: None) -> None:
    for path in ("/signup/", "/sign-up/", "/accounts/signup/"):
        assert client.get(path).status_code == 404


def test_a_switched_off_account_stays_outside(client: Client, ina: User) -> None:
    User.objects.filter(pk=ina.pk).update(is_active=False)
    sign_in(client, "ina")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", [
    "mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "account_reauthenticate", "mfa_reauthenticate", "change-password",
])  # fmt: skip
def test_own_pages_are_whole(client: Client, name: str, db: None) -> None:
    user = person("somebody", Role.INSPECTOR)
    sign_in(client, "somebody")
    if "recovery" in name or name == "mfa_reauthenticate":
        client.post(reverse("sign-out"))
        secret = with_app(user)
        sign_in(client, "somebody")
        client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    confirm(client, "somebody")
    get(client, reverse(name))


@pytest.mark.parametrize("name", ["sign-in", "account_reset_password", "account_reset_password_done", "account_inactive"])
def test_pages_before_signing_in_are_whole(client: Client, name: str, db: None) -> None:
    get(client, reverse(name))


def test_the_page_of_the_app_holds_its_key_and_a_picture(client: Client, ina: User) -> None:
    sign_in(client, "ina")
    confirm(client, "ina")
    answer = client.get(reverse("mfa_activate_totp"))
    html = answer.content.decode()
    assert answer.context["form"].secret in html
    assert 'src="data:image/svg+xml;base64,' in html
    assert "<script>" not in html


def test_the_chosen_language_stays_with_the_account(client: Client, ina: User) -> None:
    sign_in(client, "ina")
    assert client.post(reverse("language"), {"language": "ar", "back": "/account/"})["Location"] == "/account/"
    assert '<html lang="ar" dir="rtl">' in client.get("/account/", headers={"accept-language": "en"}).content.decode()
    other = Client()
    sign_in(other, "ina")
    assert '<html lang="ar" dir="rtl">' in other.get("/account/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(("language", "back", "to"), [("xx", "/account/", "/account/"), ("ar", "https://x.example/", "/")])
def test_an_unknown_language_or_a_foreign_way_back_is_passed_over(client: Client, db: None, language: str, back: str, to: str) -> None:
    answer = client.post(reverse("language"), {"language": language, "back": back})
    assert answer["Location"] == to
    assert ("django_language" in answer.cookies) is (language == "ar")
