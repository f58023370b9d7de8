"""Addresses of alerts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from alerts import card_views, dead_views, doors, hook_views, monthly_views, replay_views, restricted_views, trend_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="alerts-list"),
    path("", views.index, name="subscriptions"),  # the name that the navigation looks for
    path("new/", views.new, name="alerts-new"),
    path("<int:pk>/", views.detail, name="alerts-detail"),
    path("<int:pk>/edit/", views.edit, name="alerts-edit"),
    path("<int:pk>/do/<slug:what>/", views.act, name="alerts-act"),
    path("<int:pk>/items/<slug:cluster_id>/", views.item, name="alerts-item"),
    path("<int:pk>/items/<slug:cluster_id>/card/", card_views.card, name="alerts-card"),
    path("<int:pk>/items/<slug:cluster_id>/answer/", views.answer, name="alerts-answer"),
    path("<int:pk>/again/", replay_views.again, name="alerts-again"),
    path("<int:pk>/month/", monthly_views.month, name="alerts-month"),
    path("restricted/", restricted_views.index, name="alerts-restricted"),
    path("restricted/<int:pk>/lift/", restricted_views.lift, name="alerts-restricted-lift"),
    path("trends/", trend_views.index, name="alerts-trends"),
    path("given-up/", dead_views.dead, name="alerts-dead"),
    path("given-up/<int:pk>/retry/", dead_views.retry, name="alerts-retry"),
    path("confirm/<str:token>/", doors.confirm, name="alerts-confirm"),
    path("unsubscribe/<str:token>/", doors.unsubscribe, name="alerts-unsubscribe"),
    path("keep/<str:token>/", doors.keep, name="alerts-keep"),
    path("feed/<str:token>.atom", doors.feed, name="alerts-feed"),
    path("feed/<str:token>.json", doors.feed, {"form": "json"}, name="alerts-json-feed"),
    path("<int:pk>/webhook/", hook_views.webhook, name="alerts-webhook"),
]
