"""A person's own account: second factors, other sessions, language."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from adverts.access import Role, View, public, requires
from review.accounts import people
from review.accounts.events import note
from review.accounts.gate import LANGUAGE, before_second_factor
from review.accounts.models import Account
from review.views.panel import person

EVERYBODY = tuple(Role)


def _own(view: View) -> View:
    return before_second_factor(requires(*EVERYBODY)(view))


index = _own(mfa.IndexView.as_view(template_name="accounts/account.html"))
set_password = requires(*EVERYBODY)(account.PasswordSetView.as_view(template_name="review/change_password.html"))

app_on = _own(totp.ActivateTOTPView.as_view(template_name="accounts/app.html"))
app_off = _own(totp.DeactivateTOTPView.as_view(template_name="accounts/app_off.html"))
passkeys = _own(webauthn.ListWebAuthnView.as_view(template_name="accounts/passkeys.html"))
passkey_new = _own(webauthn.AddWebAuthnView.as_view(template_name="accounts/passkey_new.html"))
passkey_off = _own(webauthn.RemoveWebAuthnView.as_view(template_name="accounts/passkey_off.html"))
codes_seen = _own(codes.ViewRecoveryCodesView.as_view(template_name="accounts/codes.html"))
codes_new = _own(codes.GenerateRecoveryCodesView.as_view(template_name="accounts/codes_new.html"))

again = _own(account.ReauthenticateView.as_view(template_name="accounts/again.html"))
again_code = _own(mfa.ReauthenticateView.as_view(template_name="accounts/again_code.html"))
again_passkey = _own(webauthn.ReauthenticateWebAuthnView.as_view(template_name="accounts/again_passkey.html"))

# reached while signing in, before there is a signed-in person
check = public(mfa.AuthenticateView.as_view(template_name="accounts/check.html"))
inactive = public(account.AccountInactiveView.as_view(template_name="accounts/inactive.html"))
forgotten = public(account.PasswordResetView.as_view(template_name="accounts/forgotten.html"))
forgotten_done = public(account.PasswordResetDoneView.as_view(template_name="accounts/forgotten_done.html"))
first_password = public(account.PasswordResetFromKeyView.as_view(template_name="accounts/first_password.html"))
first_password_done = public(account.PasswordResetFromKeyDoneView.as_view(template_name="accounts/first_password_done.html"))


@before_second_factor
@requires(*EVERYBODY)
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End all other sessions of the person asking."""
    user = person(request)
    ended = people.end_sessions(user, but=request.session.session_key)
    note(user, "account.sessions-ended", count=ended)
    words = ngettext("%(count)s other session ended.", "%(count)s other sessions ended.", ended)
    messages.success(request, words % {"count": ended} if ended else _("There was no other session."))
    return redirect("second-factor")


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen: with the account, or in a cookie where nobody is signed in."""
    chosen, back = request.POST.get("language", ""), request.POST.get("back", "")
    answer = redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "home")
    if chosen not in dict(settings.LANGUAGES):
        return answer
    if request.user.is_authenticated:
        Account.objects.update_or_create(user=person(request), defaults={"language": chosen})
        request.session[LANGUAGE] = chosen
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer
