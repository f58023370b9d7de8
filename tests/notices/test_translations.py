"""The state machine of languages, the lock of the glossary, and the desk's buttons for both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.store import cards
from notices import glossary, reading, rules, translations, workflow
from notices.content import Content, Text
from notices.languages import DETECTED
from notices.models import Comment, Notice
from tests.notices.scenes import ARABIC, ENGLISH, NOW, TODAY, content, draft, go_out, somebody

SOURCE = replace(ENGLISH, state="human-checked")
FRESH = replace(ARABIC, state="human-checked", made_from=SOURCE.words)
TWO = content(texts=(SOURCE, FRESH), source_language="en")
CHANGED = replace(TWO, texts=(replace(SOURCE, body="The law has changed."), FRESH))


@pytest.mark.parametrize(
    ("state", "to", "allowed"),
    [
        ("draft", "human-checked", True),
        ("draft", "native-approved", False),
        ("machine-draft", "human-checked", True),
        ("machine-draft", "native-approved", False),
        ("human-checked", "native-approved", True),
        ("human-checked", "human-checked", False),
        ("native-approved", "human-checked", False),
        ("native-approved", "native-approved", False),
        ("draft", "draft", False),
        ("draft", "published", False),
    ],
)
def test_moves(state: str, to: str, allowed: bool) -> None:
    found = replace(TWO, texts=(SOURCE, replace(FRESH, state=state)))
    assert (translations.why_not_check(found, "ar", to=to, by="second", worded_by="writer") == "") is allowed
    assert translations.why_not_check(found, "ar", to=to, by="writer", worded_by="writer") != ""
    assert translations.why_not_check(found, "fr", to=to, by="second", worded_by="writer") != ""


def test_a_translation_waits_for_its_source() -> None:
    found = replace(TWO, texts=(replace(SOURCE, state="draft"), replace(FRESH, state="draft")))
    assert "begin there" in translations.why_not_check(found, "ar", to="human-checked", by="second", worded_by="writer")
    assert translations.why_not_check(found, "en", to="human-checked", by="second", worded_by="writer") == ""


def test_a_change_of_the_source_makes_translations_stale_and_hides_them() -> None:
    assert TWO.shown_texts == (SOURCE, FRESH)
    assert CHANGED.is_stale(FRESH)
    assert not CHANGED.is_stale(CHANGED.texts[0])
    assert translations.state_shown(CHANGED, FRESH) == "stale"
    assert CHANGED.shown_texts == (CHANGED.texts[0],)
    again = translations.checked(CHANGED, "ar", to="human-checked")
    assert len(again.shown_texts) == 2


def test_a_stale_text_is_first_compared() -> None:
    assert translations.why_not_check(CHANGED, "ar", to="native-approved", by="second", worded_by="writer") != ""
    assert translations.why_not_check(CHANGED, "ar", to="human-checked", by="second", worded_by="writer") == ""


_texts = st.lists(
    st.builds(
        Text,
        st.sampled_from(["en", "ar", "fr"]),
        st.sampled_from("ab"),
        st.just("help"),
        st.sampled_from("ab"),
        st.sampled_from(["draft", "machine-draft", "human-checked", "native-approved"]),
    ),
    max_size=3,
    unique_by=lambda text: text.language,
).map(tuple)


@given(st.none() | _texts, _texts, st.sampled_from(["en", ""]))
def test_nobody_can_claim_a_check_that_did_not_happen(old: tuple[Text, ...] | None, new: tuple[Text, ...], source: str) -> None:
    """Whatever states a form sends: a text counts as checked only where the same words were checked before."""
    before = content(texts=old, source_language=source) if old is not None else None
    settled = translations.settled(before, content(texts=new, source_language=source))
    known = {(text.language, text.words): text.state for text in old or ()}
    for text in settled.texts:
        assert not text.checked or known.get((text.language, text.words)) == text.state
    assert {text.words for text in settled.texts} == {text.words for text in new}


@given(_texts)
def test_saving_twice_changes_nothing(texts: tuple[Text, ...]) -> None:
    once = translations.settled(None, content(texts=texts, source_language="en"))
    assert translations.settled(once, once) == once


def test_old_approvals_stay_good() -> None:
    """The hash of a notice that uses nothing new is what it was before the new fields existed."""
    assert content(texts=(ENGLISH,), claims=()).digest() == "73375f56e289c9e86817951f04a1b4a12cd1b0a142eddadd3c3ee65c014969ef"
    assert content().digest() != content(from_country="NP").digest()
    assert content().digest() != content(texts=(replace(ENGLISH, short="x"), ARABIC)).digest()


@pytest.mark.parametrize("language", DETECTED)
def test_every_indicator_has_its_own_name_in_every_language(language: str) -> None:
    found = glossary.names(language)
    assert found.keys() == cards().keys() == glossary.ids()
    assert len(set(found.values())) == len(found)
    assert language == "en" or [key for key in found if found[key] == glossary.names("en")[key]] == []
    assert glossary.is_checked(language) is (language == "en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beware: [[recruitment-fee]].", "Beware: The worker is asked to pay for the job."),
        ("[[no-such-thing]] [[]] [recruitment-fee]", "[[no-such-thing]] [[]] [recruitment-fee]"),
        ("plain", "plain"),
    ],
)
def test_locked_names(text: str, expected: str) -> None:
    assert glossary.filled(text, "en") == expected


@pytest.mark.parametrize(
    ("body", "ar", "fault"),
    [
        ("[[recruitment-fee]]", "[[recruitment-fee]]", ""),
        ("none", "none", ""),
        ("[[recruitment-fee]]", "رسوم", "ar: names other indicators"),
        ("none", "[[document-retention]]", "ar: names other indicators"),
        ("[[recruitment-fees]]", "[[recruitment-fees]]", "en: [[recruitment-fees]] is no name"),
    ],
)
def test_translations_name_what_their_source_names(body: str, ar: str, fault: str) -> None:
    source = replace(SOURCE, body=body)
    found = content(texts=(source, replace(FRESH, body=ar, made_from=source.words)), source_language="en")
    faults = [each for each in rules.faults(found, today=TODAY) if "[[" in each]
    assert (faults == []) is (not fault)
    assert any(each.startswith(fault) for each in faults) or not fault


@pytest.mark.django_db
def test_from_machine_draft_to_native_approval_on_the_desk() -> None:
    made = draft(texts=(replace(ENGLISH, state="draft"),), source_language="en")
    found = content(texts=(ENGLISH, replace(ARABIC, state="machine-draft")), source_language="en")
    workflow.change(made, found, by=somebody("writer"), now=NOW)

    def check(code: str, to: str, by: str) -> None:
        text = next(text for text in reading.content(Notice.objects.get()).texts if text.language == code)
        workflow.check_text(made, code, to=to, by=somebody(by), seen=text.words, now=NOW)

    states = lambda: {text.language: text.state for text in reading.content(Notice.objects.get()).texts}  # noqa: E731
    assert states() == {"en": "draft", "ar": "machine-draft"}
    with pytest.raises(workflow.RefusedError, match="one step"):
        check("en", "native-approved", "second")
    check("en", "human-checked", "second")
    with pytest.raises(workflow.RefusedError, match="You wrote"):
        check("ar", "human-checked", "writer")
    check("ar", "human-checked", "second")
    check("ar", "native-approved", "third")
    assert states() == {"en": "human-checked", "ar": "native-approved"}
    with pytest.raises(workflow.RefusedError, match="read them again"):
        workflow.check_text(made, "en", to="native-approved", by=somebody("third"), seen="0" * 64, now=NOW)


@pytest.mark.django_db
def test_a_check_takes_the_approval_away() -> None:
    made = draft(texts=(replace(ENGLISH, state="human-checked"), replace(ARABIC, state="draft")))
    found = reading.content(Notice.objects.get())
    workflow.approve(made, by=somebody("second"), seen=found.digest(), now=NOW, today=TODAY)
    workflow.check_text(made, "ar", to="human-checked", by=somebody("second"), seen=ARABIC.words, now=NOW)
    assert Notice.objects.get().approved_hash == ""


@pytest.mark.django_db
def test_a_changed_source_hides_the_translation_until_it_is_compared() -> None:
    made = draft(texts=(replace(ENGLISH, state="draft"), replace(ARABIC, state="draft")), source_language="en")
    go_out(made, content(source_language="en"))
    new = workflow.start_update(made, type="safe-labour", slug="new", by=somebody("writer"), now=NOW)
    old: Content = reading.content(Notice.objects.get(pk=new.pk))
    changed = replace(old, texts=tuple(replace(text, body="New law.") if text.language == "en" else text for text in old.texts))
    workflow.change(new, changed, by=somebody("writer"), now=NOW)
    found = reading.content(Notice.objects.get(pk=new.pk))
    assert [text.language for text in found.texts if found.is_stale(text)] == ["ar"]


@pytest.mark.django_db
def test_comments_are_kept_with_the_content_they_speak_of() -> None:
    made = draft()
    with pytest.raises(workflow.RefusedError):
        workflow.comment(made, about="", body="  ", by=somebody("second"), now=NOW)
    workflow.comment(made, about="Workers pay", body="Which law?", by=somebody("second"), now=NOW)
    workflow.change(made, content(slug="renamed"), by=somebody("writer"), now=NOW)
    kept = Comment.objects.get()
    assert (kept.body, kept.content_hash) == ("Which law?", content().digest())
