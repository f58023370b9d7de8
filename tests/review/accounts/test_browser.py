"""A passkey in Debian's chromium (its own virtual key), and the new pages measured by axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page

from adverts.access import Role
from tests.review.bodies import belongs, body
from tests.review.scenes import person
from tests.review.test_browser import _async_unsafe, browser, faults, listening, pytestmark, sign_in  # noqa: F401

KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture
def page(browser: Browser, live_server: Any, settings: Any, transactional_db: None) -> Iterator[Page]:  # noqa: F811
    """A custodian's browser with a key of its own, signed in by password."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    person("cora", Role.CUSTODIAN)
    context = browser.new_context()
    opened = sign_in(context, live_server.url.replace("127.0.0.1", "localhost"), "cora")
    session = context.new_cdp_session(opened)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, "automaticPresenceSimulation": True}})
    yield opened
    context.close()


def test_a_passkey_is_added_and_lets_in(page: Page) -> None:
    heard = listening(page)
    assert page.url.endswith("/account/")
    page.click("text=Add a passkey")
    page.fill("#id_password", "cora")
    page.click("main button")
    page.click("main form[data-passkey] button")
    page.wait_for_url("**/account/codes/")
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    page.click(".sign-out button")
    page.fill("#id_username", "cora")
    page.fill("#id_password", "cora")
    page.click("main button")
    page.wait_for_url("**/sign-in/second/")
    page.click("text=Use a passkey")
    page.wait_for_url("**localhost:*/")
    assert page.locator("h1").count() == 1
    assert heard == []


def test_a_device_that_does_not_confirm_changes_nothing(page: Page) -> None:
    page.click("text=Add a passkey")
    page.fill("#id_password", "cora")
    page.click("main button")
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('refused')); }")
    page.click("main form[data-passkey] button")
    page.wait_for_selector("text=Your device did not confirm")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("how", [
    {"viewport": {"width": 390, "height": 800}, "locale": "ar"},
    *(pytest.param(how, marks=pytest.mark.slow) for how in (
        {"viewport": {"width": 390, "height": 800}}, {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    )),
])  # fmt: skip
def test_axe_finds_nothing(browser: Browser, live_server: Any, transactional_db: None, settings: Any, how: dict[str, Any]) -> None:  # noqa: F811
    settings.SECOND_FACTOR_ROLES = ()
    otto, ina = person("otto", Role.OPERATOR), person("ina", Role.INSPECTOR)
    assert otto.pk != ina.pk
    coast = body()
    belongs(person("bea", Role.INSPECTOR), coast)
    pages = {
        "account": "ina/account/",
        "again": "ina/account/again/",
        "passkeys": "ina/account/passkeys/",
        "sign-in": "-/sign-in/",
        "forgotten": "-/password/forgotten/",
        "forgotten, sent": "-/password/forgotten/sent/",
        "link too old": "-/password/new/1-abc-def/",
        "people": "otto/people/",
        "bodies": "otto/people/bodies/",
        "body": "otto/people/bodies/new/",
        "body, one there": f"otto/people/bodies/{coast.pk}/",
        "invite": "otto/people/new/",
        "person": f"otto/people/{ina.pk}/",
    }
    assert faults(browser, live_server.url, pages, **how) == []
