"""The URL table: each app by name, imported by none of ours."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("review.urls")),
    path("", include("review.records.urls")),
    path("", include("review.accounts.urls")),
    path("alerts/", include("alerts.urls")),
    path("notices/", include("notices.urls")),
    path("api/v1/", include("adverts.api.urls")),
    path("accountability/", include("adverts.accountability.urls")),
]
