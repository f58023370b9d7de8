"""Addresses of notices: the public pages, and the desk behind the sign-in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from notices import public, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.index, name="notices-public"),
    path("feed.atom", public.feed, name="notices-feed"),
    path("corrections/", public.corrections, name="notices-corrections"),
    path("desk/", views.index, name="notices"),
    path("desk/new/", views.new, name="notices-new"),
    path("desk/<int:pk>/", views.detail, name="notices-detail"),
    path("desk/<int:pk>/edit/", views.edit, name="notices-edit"),
    path("desk/<int:pk>/approve/", views.approve, name="notices-approve"),
    path("desk/<int:pk>/do/<slug:what>/", views.act, name="notices-act"),
    path("<slug:slug>/<slug:language>/", public.page, name="notice-public"),
]
