"""Addresses of the accounts; all of them public."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from adverts.accountability import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="accountability"),
    path("how-adverts-are-read/", views.register_page, name="accountability-register"),
    path("how-adverts-are-read.json", views.register_json, name="accountability-register-json"),
    path("<slug:quarter>/", views.page, name="accountability-report"),
    path("<slug:quarter>/report.<slug:form>", views.file, name="accountability-file"),
]
