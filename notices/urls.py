"""Addresses of notices: the public pages, and the desk behind the sign-in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from notices import cap, check, feeds, guides, public, quiz, replying, sheets, spoken, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.index, name="notices-public"),
    path("feed.atom", feeds.atom, name="notices-feed"),
    path("feed.json", feeds.json_feed, name="notices-json"),
    path("sitemap.xml", feeds.sitemap, name="notices-sitemap"),
    path("corrections/", public.corrections, name="notices-corrections"),
    path("check/", check.page, name="notices-check"),
    path("fair-offer/", guides.fair_offer, name="notices-fair-offer"),
    path("licences/", guides.licences, name="notices-licences"),
    path("desk/", views.index, name="notices"),
    path("desk/replies/", replying.desk, name="notices-replies"),
    path("desk/replies/<int:pk>/answer/", replying.answer, name="notices-reply-answer"),
    path("desk/new/", views.new, name="notices-new"),
    path("desk/<int:pk>/", views.detail, name="notices-detail"),
    path("desk/<int:pk>/edit/", views.edit, name="notices-edit"),
    path("desk/<int:pk>/approve/", views.approve, name="notices-approve"),
    path("desk/<int:pk>/text/<slug:language>/check/", views.check_text, name="notices-check-text"),
    path("desk/<int:pk>/comment/", views.comment, name="notices-comment"),
    path("desk/<int:pk>/do/<slug:what>/", views.act, name="notices-act"),
    path("<slug:slug>/cap.xml", cap.page, name="notice-cap"),
    path("<slug:slug>/<slug:language>/", public.page, name="notice-public"),
    path("<slug:slug>/<slug:language>/reply/", replying.reply, name="notice-reply"),
    path("<slug:slug>/<slug:language>/answers/", quiz.answers, name="notice-answers"),
    path("<slug:slug>/<slug:language>/spoken.<slug:form>", spoken.page, name="notice-spoken"),
    path("<slug:slug>/<slug:language>/<slug:form>.pdf", sheets.page, name="notice-pdf"),
]
