"""Addresses of records."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from review.records.views import capsules, contacts, published, referrals, rights

urlpatterns: list[URLPattern | URLResolver] = [
    path("adverts/<str:advert_id>/capsule/", capsules.page, name="capsule"),
    path("adverts/<str:advert_id>/capsule/make/", capsules.make, name="capsule-make"),
    path("adverts/<str:advert_id>/hold/", rights.hold, name="hold"),
    path("adverts/<str:advert_id>/contacts/<str:contact_id>/", contacts.ask, name="contact-ask"),
    path("contacts/", contacts.index, name="contacts"),
    path("contacts/<int:pk>/", contacts.detail, name="contact"),
    path("contacts/<int:pk>/decide/", contacts.decide, name="contact-decide"),
    path("contacts/<int:pk>/show/", contacts.show, name="contact-show"),
    path("contacts/<int:pk>/end/", contacts.end, name="contact-end"),
    path("referrals/", referrals.index, name="referrals"),
    path("cases/<int:case_id>/refer/", referrals.new, name="referral-new"),
    path("referrals/<int:pk>/", referrals.detail, name="referral"),
    path("referrals/<int:pk>/step/", referrals.step, name="referral-step"),
    re_path(r"^referrals/(?P<pk>[0-9]{1,18})/htcds\.(?P<form>json|csv)$", referrals.export, name="referral-export"),
    path("bodies/", referrals.directory, name="bodies"),
    path("bodies/bodies.csv", referrals.directory_export, name="bodies-export"),
    path("bodies/import/", referrals.directory_import, name="bodies-import"),
    path("requests/", rights.index, name="requests"),
    path("requests/new/", rights.new, name="request-new"),
    path("requests/<int:pk>/", rights.detail, name="request"),
    path("requests/<int:pk>/decide/", rights.decide, name="request-decide"),
    path("requests/<int:pk>/extend/", rights.extend, name="request-extend"),
    path("retention/", rights.retention, name="retention"),
    path("holds/<int:pk>/release/", rights.release, name="hold-release"),
    path("help/", published.help_page, name="help"),
    path("audit/head/", published.audit_head, name="audit-head"),
]
