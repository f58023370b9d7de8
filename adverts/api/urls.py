"""Addresses of the API; each endpoint declares for itself which token it needs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from adverts.access import public
from adverts.api.routes import api

app_name = "api-1"
urlpatterns: list[URLPattern | URLResolver] = list(api.urls[0])
for pattern in urlpatterns:
    if isinstance(pattern, URLPattern):
        public(pattern.callback)  # sign-in and roles are for people; here tokens count
