"""The rules of notices, as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.content import Claim, Content, Text
from notices.rules import (
    Standing,
    State,
    after_edit,
    faults,
    has_tombstone,
    is_public,
    state,
    why_not_approve,
    why_not_edit,
    why_not_publish,
    why_not_update,
    why_not_withdraw,
)
from tests.notices.scenes import ARABIC, CLAIM, ENGLISH, NOW, TODAY, content

GOOD = content()
DRAFT = Standing("writer", frozenset({"writer"}))
APPROVED = replace(DRAFT, approved_hash=GOOD.digest(), approver="second", approved_at=NOW)
PUBLISHED = replace(APPROVED, published_at=NOW)
WITHDRAWN = replace(PUBLISHED, withdrawn_at=NOW)
DISCARDED = replace(DRAFT, withdrawn_at=NOW)
OTHER = content(claims=(replace(CLAIM, text="Workers pay nothing."),))


@pytest.mark.parametrize(
    ("standing", "found", "today", "expected", "public"),
    [
        (DRAFT, GOOD, TODAY, State.DRAFT, False),
        (APPROVED, GOOD, TODAY, State.APPROVED, False),
        (APPROVED, OTHER, TODAY, State.DRAFT, False),
        (PUBLISHED, GOOD, TODAY, State.PUBLISHED, True),
        (PUBLISHED, GOOD, TODAY + timedelta(days=90), State.PUBLISHED, True),
        (PUBLISHED, GOOD, TODAY + timedelta(days=91), State.EXPIRED, True),
        (PUBLISHED, OTHER, TODAY, State.ALTERED, False),
        (replace(PUBLISHED, approved_hash=""), GOOD, TODAY, State.ALTERED, False),
        (WITHDRAWN, GOOD, TODAY, State.WITHDRAWN, False),
        (DISCARDED, GOOD, TODAY, State.WITHDRAWN, False),
    ],
)
def test_state(standing: Standing, found: Content, today: date, expected: State, public: bool) -> None:
    assert state(standing, found, today=today) is expected
    assert is_public(standing, found, today=today) is public


@pytest.mark.parametrize(
    ("standing", "by", "found", "seen", "allowed"),
    [
        (DRAFT, "second", GOOD, GOOD, True),
        (DRAFT, "writer", GOOD, GOOD, False),
        (replace(DRAFT, author="someone"), "writer", GOOD, GOOD, False),
        (DRAFT, "second", GOOD, OTHER, False),
        (APPROVED, "third", GOOD, GOOD, False),
        (PUBLISHED, "second", GOOD, GOOD, False),
        (WITHDRAWN, "second", GOOD, GOOD, False),
        (APPROVED, "third", OTHER, OTHER, True),
        (DRAFT, "second", content(valid_until=None), content(valid_until=None), False),
    ],
)
def test_who_may_approve(standing: Standing, by: str, found: Content, seen: Content, allowed: bool) -> None:
    reasons = why_not_approve(standing, found, by=by, seen=seen.digest(), today=TODAY)
    assert (reasons == ()) is allowed


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ""),
        ({"valid_until": None}, "until when"),
        ({"valid_until": TODAY}, ""),
        ({"valid_until": TODAY - timedelta(days=1)}, "has passed"),
        ({"valid_until": TODAY + timedelta(days=732)}, ""),
        ({"valid_until": TODAY + timedelta(days=733)}, "two years"),
        ({"texts": ()}, "checked by a person"),
        ({"texts": (replace(ENGLISH, state="machine-draft"),)}, "checked by a person"),
        ({"texts": (replace(ENGLISH, state="draft"), ARABIC)}, ""),
        ({"texts": (replace(ENGLISH, help_lines=" "),)}, "where to get help"),
        ({"claims": ()}, "List what it claims"),
        ({"claims": (replace(CLAIM, checked_on=TODAY),)}, ""),
        ({"claims": (replace(CLAIM, checked_on=TODAY + timedelta(days=1)),)}, "in the future"),
        ({"claims": (replace(CLAIM, checked_on=TODAY - timedelta(days=183)),)}, ""),
        ({"claims": (replace(CLAIM, checked_on=TODAY - timedelta(days=184)),)}, "look again"),
        ({"type": "correction"}, "must name the notice"),
        ({"type": "correction", "supersedes": "old"}, ""),
        ({"texts": (replace(ENGLISH, title="Pickers: apply now"),)}, "looks"),
        ({"texts": (replace(ENGLISH, title="Why “apply now” is a warning sign"),)}, ""),
    ],
)
def test_what_a_draft_lacks(given: dict[str, Any], words: str) -> None:
    found = faults(content(**given), today=TODAY)
    if words == "looks":
        assert any("apply now" in fault for fault in found)
    elif words:
        assert any(words in fault for fault in found)
    else:
        assert found == ()


@pytest.mark.parametrize(
    ("standing", "edit", "publish", "withdraw", "update"),
    [
        (DRAFT, True, False, True, False),
        (APPROVED, True, True, True, False),
        (PUBLISHED, False, False, True, True),
        (WITHDRAWN, False, False, False, True),
        (DISCARDED, False, False, False, False),
    ],
)
def test_what_may_be_done(standing: Standing, edit: bool, publish: bool, withdraw: bool, update: bool) -> None:
    assert (why_not_edit(standing) == "") is edit
    assert (why_not_publish(standing, GOOD, today=TODAY) == "") is publish
    assert (why_not_withdraw(standing, reason="wrong number") == "") is withdraw
    assert why_not_withdraw(standing, reason="  ") != ""
    assert (why_not_update(standing) == "") is update


def test_an_approval_runs_out_with_the_last_day() -> None:
    assert why_not_publish(APPROVED, GOOD, today=TODAY + timedelta(days=90)) == ""
    assert "last day" in why_not_publish(APPROVED, GOOD, today=TODAY + timedelta(days=91))


@pytest.mark.parametrize(("standing", "expected"), [(WITHDRAWN, True), (DISCARDED, False), (PUBLISHED, False), (DRAFT, False)])
def test_only_what_was_out_leaves_a_tombstone(standing: Standing, expected: bool) -> None:
    assert has_tombstone(standing) is expected


def test_an_edit_takes_the_approval_and_names_its_editor() -> None:
    after = after_edit(APPROVED, OTHER, by="third")
    assert (after.approved_hash, after.approver, after.approved_at) == ("", "", None)
    assert after.editors == {"writer", "third"}
    assert after_edit(APPROVED, GOOD, by="third").approved_hash == GOOD.digest()


def test_an_edit_keeps_all_else() -> None:
    assert after_edit(APPROVED, OTHER, by="third") == Standing("writer", frozenset({"writer", "third"}))
    kept = Standing("writer", frozenset({"writer", "third"}), GOOD.digest(), "second", NOW)
    assert after_edit(APPROVED, GOOD, by="third") == kept


WRITER, CHANGED = "You wrote or changed it: another person must approve it.", "It was changed after you opened it: read it again."
NO_DAY = "Say until when it holds: every notice has a last day."


@pytest.mark.parametrize(
    ("standing", "by", "found", "seen", "told"),
    [
        (DRAFT, "writer", GOOD, GOOD, (WRITER,)),
        (DRAFT, "second", GOOD, OTHER, (CHANGED,)),
        (DRAFT, "writer", GOOD, OTHER, (WRITER, CHANGED)),
        (DRAFT, "writer", content(valid_until=None), GOOD, (WRITER, CHANGED, NO_DAY)),
        (PUBLISHED, "writer", GOOD, OTHER, ("It is published: only a draft can be approved.",)),
        (WITHDRAWN, "second", GOOD, GOOD, ("It is withdrawn: only a draft can be approved.",)),
    ],
)
def test_what_is_told_who_may_not_approve(standing: Standing, by: str, found: Content, seen: Content, told: tuple[str, ...]) -> None:
    assert why_not_approve(standing, found, by=by, seen=seen.digest(), today=TODAY) == told


AFTER = TODAY + timedelta(days=91)


@pytest.mark.parametrize(
    ("act", "standing", "given", "words"),
    [
        (why_not_edit, WITHDRAWN, {}, "It was withdrawn."),
        (why_not_edit, PUBLISHED, {}, "It is published: readers have seen it. Make an update or a correction instead."),
        (
            why_not_publish,
            DRAFT,
            {"content": GOOD, "today": TODAY},
            "It is draft: only an approved notice can be published, exactly as it was approved.",
        ),
        (
            why_not_publish,
            APPROVED,
            {"content": GOOD, "today": AFTER},
            "Its last day has passed: give it a new one and have it approved again.",
        ),
        (why_not_withdraw, WITHDRAWN, {"reason": "wrong number"}, "It was withdrawn already."),
        (why_not_withdraw, PUBLISHED, {"reason": " "}, "Say why: the reason is shown where the notice was."),
        (why_not_update, DRAFT, {}, "It is not published: change the draft itself."),
    ],
)
def test_what_is_told_who_may_not(act: Callable[..., str], standing: Standing, given: dict[str, Any], words: str) -> None:
    assert act(standing, **given) == words


NOT_CHECKED = "The text in the source language has not been checked by a person yet."
LONG = replace(CLAIM, text="Forty letters are shown of this long one, no more of it.")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"valid_until": None}, [NO_DAY]),
        ({"valid_until": TODAY - timedelta(days=1)}, ["Its last day has passed: choose a later one."]),
        (
            {"valid_until": TODAY + timedelta(days=733)},
            ["Its last day is more than two years away: choose an earlier one and renew it then."],
        ),
        ({"texts": ()}, ["No text has been checked by a person yet: at least one must be."]),
        ({"texts": (), "source_language": "en"}, ["No text has been checked by a person yet: at least one must be.", NOT_CHECKED]),
        ({"source_language": "en"}, []),
        ({"source_language": "ar"}, []),
        ({"source_language": "ne"}, [NOT_CHECKED]),
        ({"source_language": "en", "texts": (replace(ENGLISH, state="draft"), ARABIC)}, [NOT_CHECKED]),
        ({"source_language": "ar", "texts": (replace(ENGLISH, state="draft"), ARABIC)}, []),
        ({"texts": (replace(ARABIC, help_lines=" "),)}, ["ar: say where to get help, it stands first on the page."]),
        ({"claims": ()}, ["List what it claims, each with its source: the second person checks claim by claim."]),
        (
            {"claims": (replace(LONG, checked_on=TODAY + timedelta(days=1)),)},
            ["“Forty letters are shown of this long one”: the source cannot have been checked in the future."],
        ),
        (
            {"claims": (replace(LONG, checked_on=TODAY - timedelta(days=184)),)},
            ["“Forty letters are shown of this long one”: its source was last checked more than six months ago, look again."],
        ),
        ({"type": "cancellation"}, ["A cancellation must name the notice it is about: start it from that notice's page."]),
        ({"type": "correction"}, ["A correction must name the notice it is about: start it from that notice's page."]),
    ],
)
def test_what_is_told_of_a_draft(given: dict[str, Any], told: list[str]) -> None:
    assert list(faults(content(**given), today=TODAY)) == told


_words = st.text(max_size=30)
_texts = st.builds(Text, st.sampled_from(["en", "ar"]), _words, _words, _words, st.sampled_from(["draft", "human-checked"]))
_claims = st.builds(Claim, _words, _words, _words, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
_contents = st.builds(
    Content,
    st.sampled_from(["a", "b"]),
    st.sampled_from(["safe-labour", "correction"]),
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sampled_from(["", "a"]),
    st.lists(_texts, max_size=3).map(tuple),
    st.lists(_claims, max_size=3).map(tuple),
)


@given(_contents, _contents)
def test_the_hash_is_of_the_whole_content(one: Content, two: Content) -> None:
    same = sorted(map(repr, one.texts)) == sorted(map(repr, two.texts)) and sorted(map(repr, one.claims)) == sorted(map(repr, two.claims))
    same = same and (one.slug, one.type, one.valid_until, one.supersedes) == (two.slug, two.type, two.valid_until, two.supersedes)
    assert (one.digest() == two.digest()) is same


@given(_contents, st.sampled_from(["writer", "editor", "second"]))
def test_nobody_approves_their_own_words(found: Content, by: str) -> None:
    standing = Standing("writer", frozenset({"editor"}))
    reasons = why_not_approve(standing, found, by=by, seen=found.digest(), today=TODAY)
    assert by == "second" or reasons
