"""Pages shown to a signed-in person are kept by no cache: the next person at the same desk must not find them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NoStore:
    """Middleware: pages of signed-in people say ``no-store`` unless they say something else themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then mark the answer."""
        response = self.get_response(request)
        # the session is looked at only where the page itself did: public pages stay free of cookies
        signed_in = getattr(request, "session", None) is not None and request.session.accessed and request.user.is_authenticated
        if signed_in and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response
