"""Errors of the API as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema

TYPE = "application/problem+json"


class ProblemAPI(NinjaAPI):
    """An API whose document says what it does: errors are problems, not plain JSON."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document, with the media type of errors put right."""
        made = super().get_openapi_schema(**options)
        for path in made["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["content"] = {TYPE: response["content"]["application/json"]}
        return made


class Problem(Schema):
    """What went wrong, and what to do."""

    status: int
    title: str
    detail: str


TITLES = {
    400: "The request cannot be read", 401: "A token is needed", 403: "The token does not open this", 404: "There is no such thing",
    413: "The text is too long", 422: "A value is wrong", 429: "Too many requests", 503: "Not ready",
}  # fmt: skip


def respond(request: HttpRequest, api: NinjaAPI, status: int, detail: str, headers: dict[str, str] | None = None) -> HttpResponse:
    """A response with a problem in it."""
    content = {"status": status, "title": TITLES.get(status, "Error"), "detail": detail}
    response = api.create_response(request, content, status=status)
    response["Content-Type"] = TYPE
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def install(api: NinjaAPI) -> None:
    """Answer every error of the framework as a problem."""

    def unknown(request: HttpRequest, error: Any) -> HttpResponse:
        said = "send a token: `Authorization: Bearer fw_...`; an operator makes one with `manage.py api_token make`"
        return respond(request, api, 401, said, {"WWW-Authenticate": "Bearer"})

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return respond(request, api, 403, "this token has not the scope that this address needs")

    def wrong(request: HttpRequest, error: Any) -> HttpResponse:
        places = (f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors[:10])
        return respond(request, api, 422, "; ".join(places))

    def throttled(request: HttpRequest, error: Any) -> HttpResponse:
        return respond(request, api, 429, "wait a little", {"Retry-After": str(int(error.wait or 60))})

    def other(request: HttpRequest, error: Any) -> HttpResponse:
        return respond(request, api, error.status_code, str(error))

    api.add_exception_handler(AuthenticationError, unknown)
    api.add_exception_handler(AuthorizationError, refused)
    api.add_exception_handler(ValidationError, wrong)
    api.add_exception_handler(Throttled, throttled)
    api.add_exception_handler(HttpError, other)
