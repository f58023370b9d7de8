"""Addresses of review."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from review import sources
from review.views import account, adverts, belonging, cases, corridors, oversight, queue, search, second, together, training

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.home, name="home"),
    path("keys/", queue.keys, name="keys"),
    path("views/", queue.save_view, name="save-view"),
    path("views/<int:view_id>/drop/", queue.drop_view, name="drop-view"),
    path("sign-in/", account.sign_in, name="sign-in"),
    path("sign-out/", account.sign_out, name="sign-out"),
    path("password/", account.change_password, name="change-password"),
    path("adverts/<str:advert_id>/", adverts.advert, name="advert"),
    path("adverts/<str:advert_id>/questions/", adverts.questions, name="questions"),
    path("adverts/<str:advert_id>/not-the-same/", belonging.not_the_same, name="not-the-same"),
    path("adverts/<str:advert_id>/set-apart/", belonging.set_apart, name="set-apart"),
    path("adverts/<str:advert_id>/common-contact/", belonging.name_common, name="name-common"),
    path("partings/<int:parting_id>/put-back/", belonging.put_back, name="put-back"),
    path("common-contacts/", belonging.common_contacts, name="common-contacts"),
    path("common-contacts/<int:common_id>/unname/", belonging.unname_common, name="unname-common"),
    path("corridors/", corridors.index, name="corridors"),
    path("corridors/write/", corridors.write, name="note-corridor"),
    path("corridors/notes/<int:note_id>/change/", corridors.change, name="change-note"),
    path("corridors/notes/<int:note_id>/withdraw/", corridors.withdraw, name="withdraw-note"),
    path("clusters/<str:cluster_id>/", adverts.cluster, name="cluster"),
    path("clusters/<str:cluster_id>/open/", adverts.open_case, name="open-case"),
    path("cases/<int:case_id>/claim/", cases.claim, name="claim"),
    path("cases/<int:case_id>/release/", cases.release, name="release"),
    path("cases/<int:case_id>/decide/", cases.decide, name="decide"),
    path("cases/<int:case_id>/undo/", cases.undo, name="undo"),
    path("cases/together/", together.choose, name="together"),
    path("cases/together/decide/", together.decide, name="decide-together"),
    path("cases/together/<int:batch_id>/", together.batch, name="batch"),
    path("cases/together/<int:batch_id>/undo/", together.undo, name="undo-batch"),
    path("second-opinion/", second.second_opinion, name="second-opinion"),
    path("second-opinion/<int:reading_id>/", second.answer_again, name="answer-again"),
    path("differing/", second.differing, name="differing"),
    path("training/", training.practice, name="training"),
    path("training/answer/", training.answer, name="practise"),
    path("training/cases/", training.cases, name="training-cases"),
    path("training/cases/answer/", training.answer_case, name="practise-case"),
    path("search/", search.search, name="search"),
    path("head/", oversight.head, name="head"),
    path("operator/", oversight.operator, name="operator"),
    path("audit/", oversight.audit, name="audit"),
    path("operator/sources/", sources.sources, name="sources"),
    path("metrics", sources.metrics, name="metrics"),
]
