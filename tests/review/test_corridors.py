"""Notes for corridors: append-only, of one body, audited, shown where they belong, forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from adverts.access import Role
from adverts.audit import first_break
from adverts.models import AuditEntry
from adverts.records import Band
from review import corridors
from review.corridors import ChangedError, NoteError
from review.models import AppendOnlyError, CorridorNote
from review.records.words import words_of
from review.trail import disagreements
from review.wording import corridor_name
from settings.retention import REPLACED_NOTES
from tests.review.bodies import belongs, body
from tests.review.pages import Page, advert_url, get, opened
from tests.review.scenes import NOW, person, single, visible_id

pytestmark = pytest.mark.django_db

FEES = "Agencies may take no fee from the worker on this route since 2015. See the ministry's list."


@pytest.mark.parametrize(
    ("name", "is_one"), [("NP>QA", True), (">QA", True), ("NP>", False), ("np>qa", False), ("", False), ("NP>QA\n", False)]
)
def test_what_names_a_corridor(name: str, is_one: bool) -> None:
    assert corridors.is_corridor(name) is is_one


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (FEES, True),
        ("The fee cap is 10,000 NPR; a ticket costs about 1 500 000 IDR.", True),
        ("Law 2007-15 of 2007/08/20, section 0-4", True),
        ("x" * corridors.LONGEST, True),
        ("x" * (corridors.LONGEST + 1), False),
        ("", False),
        (" \x00\n ", False),
        ("Call +44 7700 900123", False),
        ("Ask 07700 900 123 first", False),
        ("(00)977 1 5550 100", False),
        ("Write to desk@office.example", False),
        ("On the messenger as @sunrise_jobs", False),
        # the same in other letters, and with signs between that nobody sees
        ("Call ＋44 7700 900123", False),
        ("اتصل ٠٧٧٠٠٩٠٠١٢٣", False),
        ("फोन ०७७००९००१२३", False),
        ("Call +44\u200b7700\u200b900123", False),
        ("Write to desk＠office.example", False),
        ("الرسم ١٠٬٠٠٠ ريال منذ ٢٠١٥", True),
    ],
)
def test_what_a_note_may_hold(anna: User, text: str, fits: bool) -> None:
    if fits:
        assert corridors.write("NP>QA", text, user=anna, now=NOW).text == text
    else:
        with pytest.raises(NoteError):
            corridors.write("NP>QA", text, user=anna, now=NOW)
    assert CorridorNote.objects.exists() is AuditEntry.objects.exists() is fits


def test_changing_appends_and_keeps_the_earlier_words(anna: User, ben: User) -> None:
    note = corridors.write("NP>QA", FEES, user=anna, now=NOW)
    second = corridors.change(note.pk, "No fee.", user=ben, now=NOW)
    third = corridors.change(second.pk, "No fee at all.", user=anna, now=NOW)
    assert list(corridors.in_force(0)) == [third]
    assert [row.text for row in corridors.earlier([third])[third.pk]] == ["No fee.", FEES]
    assert {corridors.newest_of(one.pk, tenant=0) for one in (note, second, third)} == {third}
    gone = corridors.withdraw(third.pk, user=ben, now=NOW)
    assert list(corridors.in_force(0)) == []
    assert corridors.newest_of(note.pk, tenant=0) is None
    assert CorridorNote.objects.count() == 4
    entries = AuditEntry.objects.order_by("number")
    assert [(one.actor, one.action, one.subject, one.detail["note"]) for one in entries] == [
        ("anna", "noted", "corridor:NP>QA", note.pk),
        ("ben", "changed-note", "corridor:NP>QA", second.pk),
        ("anna", "changed-note", "corridor:NP>QA", third.pk),
        ("ben", "withdrew-note", "corridor:NP>QA", gone.pk),
    ]
    assert not any(FEES[:10] in str(one.detail) for one in entries)
    assert first_break(entries) is None
    assert list(disagreements()) == []


def test_the_same_note_sent_twice_is_one(anna: User, ben: User) -> None:
    note = corridors.write("NP>QA", FEES, user=anna, now=NOW)
    assert corridors.write("NP>QA", f"{FEES} ", user=anna, now=NOW + timedelta(seconds=1)) == note
    others = [corridors.write("NP>QA", FEES, user=ben, now=NOW), corridors.write("IN>QA", FEES, user=anna, now=NOW)]
    corridors.withdraw(note.pk, user=anna, now=NOW)
    others.append(corridors.write("NP>QA", FEES, user=anna, now=NOW))
    assert list(corridors.in_force(0)) == others[::-1]
    assert list(disagreements()) == []


def test_of_two_who_change_a_note_one_wins_and_the_log_has_one(anna: User, ben: User) -> None:
    note = corridors.write("NP>QA", FEES, user=anna, now=NOW)
    corridors.change(note.pk, "No fee.", user=ben, now=NOW)
    for act in (lambda: corridors.change(note.pk, "A fee.", user=anna, now=NOW), lambda: corridors.withdraw(note.pk, user=anna, now=NOW)):
        with pytest.raises(ChangedError):
            act()
    assert [row.text for row in corridors.in_force(0)] == ["No fee."]
    assert AuditEntry.objects.count() == CorridorNote.objects.count() == 2


def test_what_is_withdrawn_cannot_be_changed(anna: User) -> None:
    gone = corridors.withdraw(corridors.write("NP>QA", FEES, user=anna, now=NOW).pk, user=anna, now=NOW)
    for act in (lambda: corridors.change(gone.pk, "A fee.", user=anna, now=NOW), lambda: corridors.withdraw(gone.pk, user=anna, now=NOW)):
        with pytest.raises(ChangedError):
            act()


def test_rows_are_never_changed_or_removed(anna: User) -> None:
    note = corridors.write("NP>QA", FEES, user=anna, now=NOW)
    for act in (note.save, note.delete):
        with pytest.raises(AppendOnlyError):
            act()


def test_a_row_changed_past_the_log_is_found(anna: User) -> None:
    note = corridors.write("NP>QA", FEES, user=anna, now=NOW)
    CorridorNote.objects.filter(pk=note.pk).update(text="Another fee.")
    assert list(disagreements()) == [f"corridor note {note.pk} differs from the log"]
    CorridorNote.objects.filter(pk=note.pk).delete()
    assert list(disagreements()) == [f"corridor note {note.pk} of the log is gone"]


def test_another_body_has_its_own_notes(anna: User) -> None:
    bea = belongs(person("bea", Role.INSPECTOR), body())
    note = corridors.write("NP>QA", FEES, user=anna, now=NOW)
    theirs = corridors.write("NP>QA", "coastsecret", user=bea, now=NOW)
    assert list(corridors.in_force(0)) == [note]
    assert list(corridors.in_force(theirs.tenant)) == [theirs]
    with pytest.raises(CorridorNote.DoesNotExist):
        corridors.change(note.pk, "Mine now.", user=bea, now=NOW)
    assert corridors.newest_of(note.pk, tenant=theirs.tenant) is None


# ---- where they are shown ----


@pytest.mark.parametrize(("language", "words"), [("en", "Nepal → Qatar"), ("ar", "نيبال ← قطر")])
def test_the_arrow_points_where_the_reader_reads(language: str, words: str) -> None:
    with override(language):
        assert corridor_name("NP>QA") == words


def test_a_note_stands_on_every_advert_and_cluster_of_its_corridor(at_desk: Client, anna: User) -> None:
    route = {"country": "QA", "languages": ["ne"]}
    case = opened(single(Band.URGENT, cluster_id=visible_id("a"), **route))
    elsewhere = opened(single(Band.URGENT, cluster_id=visible_id("b"), country="PT", languages=["ne"]))
    corridors.write("NP>QA", FEES, user=anna, now=NOW)
    corridors.write(">QA", "From anywhere.", user=anna, now=NOW)
    corridors.write("IN>QA", "From India.", user=anna, now=NOW)
    for address in (advert_url(case), reverse("cluster", args=[case.cluster_id])):
        text = get(at_desk, address).text
        assert FEES in text
        assert "From anywhere." in text
        assert "From India." not in text
        assert f"{reverse('corridors')}?corridor=NP%3EQA" in get(at_desk, address).links
    assert FEES not in get(at_desk, advert_url(elsewhere)).text


def test_what_is_withdrawn_or_replaced_no_longer_stands_there(at_desk: Client, anna: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a"), country="QA"))
    note = corridors.write(">QA", FEES, user=anna, now=NOW)
    note = corridors.change(note.pk, "No fee.", user=anna, now=NOW)
    text = get(at_desk, advert_url(case)).text
    assert (FEES in text, "No fee." in text) == (False, True)
    corridors.withdraw(note.pk, user=anna, now=NOW)
    assert "No fee." not in get(at_desk, advert_url(case)).text


def test_without_a_country_of_work_there_is_no_corridor(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    assert "Notes for this route" not in get(at_desk, advert_url(case)).text


def test_writing_changing_and_withdrawing_on_the_page(at_desk: Client) -> None:
    opened(single(Band.URGENT, cluster_id=visible_id("a"), country="QA", languages=["ne"]))
    assert "Nepal → Qatar" in get(at_desk, reverse("corridors")).text
    at_desk.post(reverse("note-corridor"), {"corridor": "NP>QA", "text": "<b>No</b> fee \u202e."})
    page = get(at_desk, reverse("corridors") + "?corridor=NP%3EQA")
    assert "&lt;b&gt;No&lt;/b&gt; fee" in page.html
    first = CorridorNote.objects.get()
    at_desk.post(reverse("change-note", args=[first.pk]), {"text": "No fee."})
    page = get(at_desk, reverse("corridors"))
    assert "Earlier words" in page.text
    at_desk.post(reverse("withdraw-note", args=[CorridorNote.objects.latest("pk").pk]))
    assert "Nobody has left a note yet." in get(at_desk, reverse("corridors")).text


def test_nothing_typed_is_lost(at_desk: Client, ben: User) -> None:
    at_desk.post(reverse("note-corridor"), {"corridor": "NP>QA", "text": FEES})
    answer = at_desk.post(reverse("note-corridor"), {"corridor": "NP>QA", "text": "Call +44 7700 900123"})
    assert answer.status_code == 422
    assert "Call +44 7700 900123" in answer.content.decode()
    first = CorridorNote.objects.get()
    newer = corridors.change(first.pk, "By Ben.", user=ben, now=NOW)
    answer = at_desk.post(reverse("change-note", args=[first.pk]), {"text": "By Anna, at length."})
    page = Page(answer.content.decode())
    assert answer.status_code == 409
    assert "Somebody changed or withdrew this note meanwhile." in page.text
    assert f'<textarea id="text-{newer.pk}"' in page.html
    assert page.text.count("By Anna, at length.") == 1
    corridors.withdraw(newer.pk, user=ben, now=NOW)
    answer = at_desk.post(reverse("change-note", args=[first.pk]), {"text": "By Anna, at length."})
    assert (answer.status_code, "By Anna, at length." in answer.content.decode()) == (409, True)


def test_what_was_typed_for_a_note_of_a_further_page_is_kept_too(at_desk: Client, anna: User) -> None:
    notes = [corridors.write("NP>QA", f"Note {number:02d}.", user=anna, now=NOW) for number in range(30)]
    answer = at_desk.post(reverse("change-note", args=[notes[0].pk]), {"text": "Call +44 7700 900123"})
    page = Page(answer.content.decode())
    assert answer.status_code == 422
    assert page.text.count("Call +44 7700 900123") == 1
    assert f'<textarea id="text-{notes[0].pk}"' in page.html
    assert f"#text-{notes[0].pk}" in page.links


@pytest.mark.parametrize(
    "query", ["?corridor=x", "?corridor=%00", "?before=x", "?before=99999999999999999999", "?corridor=NP%3EQA&before=1"]
)
def test_odd_addresses_show_a_page(at_desk: Client, query: str) -> None:
    assert "Notes for" in get(at_desk, reverse("corridors") + query).text


def test_older_notes_stand_on_further_pages(at_desk: Client, anna: User) -> None:
    for number in range(30):
        corridors.write("NP>QA", f"Note {number:02d}.", user=anna, now=NOW)
    page = get(at_desk, reverse("corridors") + "?corridor=NP%3EQA")
    assert ("Note 29." in page.text, "Note 04." in page.text) == (True, False)
    further = next(link for link in page.links if "before=" in link)
    page = get(at_desk, reverse("corridors") + further)
    assert ("Note 04." in page.text, "Note 05." in page.text) == (True, False)


# ---- erasing ----


def test_replaced_words_are_emptied_in_time_and_the_log_still_holds(anna: User) -> None:
    note = corridors.write("NP>QA", FEES, user=anna, now=NOW)
    corridors.change(note.pk, "No fee.", user=anna, now=NOW)
    assert corridors.forget(now=NOW + REPLACED_NOTES) == 0
    later = NOW + REPLACED_NOTES + timedelta(seconds=1)
    assert (corridors.forget(now=later, dry_run=True), CorridorNote.objects.filter(text="").count()) == (1, 0)
    assert corridors.forget(now=later) == 1
    assert list(CorridorNote.objects.order_by("pk").values_list("text", flat=True)) == ["", "No fee."]
    assert corridors.forget(now=later) == 0
    assert list(disagreements()) == []
    assert first_break(AuditEntry.objects.all()) is None


def test_words_of_an_erased_advert_go_from_the_notes_of_every_body(anna: User) -> None:
    bea = belongs(person("bea", Role.INSPECTOR), body())
    advert = "Sunrise takes three thousand before the visa and keeps the passport until the loan is repaid in full by the family."
    for user in (anna, bea):
        corridors.write("NP>QA", f"Seen often: {advert}", user=user, now=NOW)
    kept = corridors.write("NP>QA", FEES, user=anna, now=NOW)
    assert corridors.clear(words_of(advert), advert_id="a" * 32, now=NOW) == 2
    assert list(CorridorNote.objects.exclude(text="")) == [kept]
    assert list(disagreements()) == []


def test_a_note_whose_words_were_erased_is_empty_nowhere_and_can_be_written_anew(at_desk: Client, anna: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a"), country="QA"))
    advert = "Sunrise takes three thousand before the visa and keeps the passport until the loan is repaid in full by the family."
    note = corridors.write(">QA", advert, user=anna, now=NOW)
    corridors.clear(words_of(advert), advert_id="a" * 32, now=NOW)
    assert corridors.on_page([">QA"], tenant=0) == [(">QA", [])]
    assert "anna" not in get(at_desk, advert_url(case)).text.partition("Notes for this route")[2].partition("Leave a note")[0]
    assert "no longer kept" in get(at_desk, reverse("corridors")).text
    assert at_desk.post(reverse("change-note", args=[note.pk]), {"text": FEES}).status_code == 302
    assert FEES in get(at_desk, advert_url(case)).text
    assert list(disagreements()) == []
