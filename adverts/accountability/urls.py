"""Addresses of the accounts; all of them public."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from adverts.accountability import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="accountability"),
    path("<slug:quarter>/", views.page, name="accountability-report"),
    path("<slug:quarter>/report.<slug:form>", views.file, name="accountability-file"),
]
