"""The pages: what they say, what they hide, what strangers' text cannot do to them."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts.access import Role
from adverts.models import Advert, AdvertVersion, AuditEntry, Cluster, Reject, Run
from adverts.records import Band
from review import deciding, queue
from review.models import Case, Verdict
from review.rules import Outcome, State
from tests.review.scenes import NOW, TEXT, advert, assess, cluster, join, match, person, rewrite, single, visible_id

pytestmark = pytest.mark.django_db

VOID = {"meta", "link", "input", "br", "img", "hr", "path"}


class Page(HTMLParser):
    """A page read strictly: tags must close in order; ids must be unique; nothing inline may run or style."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html, self.stack, self.ids, self.words, self.links = html, [], [], [], []
        self.fields: dict[str, str] = {}
        self.feed(html)
        self.close()
        assert self.stack == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not any(name == "style" or name.startswith("on") for name in given), attrs
        assert tag != "script" or given.get("src"), "inline script"
        assert tag != "style"
        for name in ("href", "src", "action"):
            assert not (given.get(name) or "").lower().startswith(("javascript:", "data:", "http")), attrs
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if given.get("href") else []
        if tag == "input" and given.get("type") in ("hidden", None):
            self.fields[str(given["name"])] = given.get("value") or ""
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.stack.pop() == tag, self.html[max(0, self.rawdata.find(tag)) :][:200]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def get(client: Client, address: str, *, status: int = 200) -> Page:
    answer = client.get(address)
    assert answer.status_code == status
    return Page(answer.content.decode())


def opened(group: Cluster, *, now_refresh: bool = True) -> Case:
    queue.refresh(now=NOW)
    return Case.objects.get(cluster_id=group.pk)


def advert_url(case: Case) -> str:
    return reverse("advert", args=[case.advert_id])


def form_of(client: Client, case: Case, **changes: str) -> dict[str, str]:
    """The decision form as the page holds it, filled in."""
    page = get(client, advert_url(case))
    names = ("round", "seen", "query", "page")
    return {**{name: page.fields[name] for name in names}, "outcome": "act", "reason": "", "note": "", **changes}


# ---- the queue ----


def test_the_queue_says_why_each_case_is_there(at_desk: Client) -> None:
    rows = [advert(source=source) for source in ("board-a", "board-b")]
    for row in rows:
        assess(row, Band.URGENT)
    opened(cluster(rows, cluster_id=visible_id("a")))
    page = get(at_desk, "/")
    assert "Urgent: document retention + deposit or bond; 2 copies on 2 boards; online now; new this week" in page.text
    assert "due in 1 day" in page.text
    assert advert_url(Case.objects.get()) in page.links


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("", "The queue is empty"),
        ("?view=mine", "You have no case at the moment"),
        ("?view=waiting", "No case waits for a fact"),
        ("?view=decided", "Nothing has been decided yet"),
        ("?language=xx", "No case fits these filters"),
    ],
)
def test_empty_queues_say_what_that_means(at_desk: Client, query: str, state: str) -> None:
    assert state in get(at_desk, f"/{query}").text


def test_a_claim_is_shown_to_others_and_taking_over_is_told(at_desk: Client, anna: User, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    deciding.claim(case.pk, user=ben, now=NOW)
    assert "ben is on it until 12:15" in get(at_desk, "/").text
    page = get(at_desk, advert_url(case))
    assert "ben is on it until 12:15" in page.text
    assert "If you take over, ben is told." in page.text
    assert reverse("decide", args=[case.pk]) not in page.html
    at_desk.post(reverse("claim", args=[case.pk]), {"take_over": "1"})
    assert "yours until 12:15" in get(at_desk, advert_url(case)).text
    at_desk.force_login(ben)
    assert "anna took over a case from you at 12:00" in get(at_desk, "/").text
    assert "took over" not in get(at_desk, "/").text


def test_claiming_what_somebody_holds_is_refused_in_words(at_desk: Client, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    deciding.claim(case.pk, user=ben, now=NOW)
    answer = at_desk.post(reverse("claim", args=[case.pk]), follow=True)
    assert "Somebody else is looking at this case at the moment." in Page(answer.content.decode()).text


def test_giving_back_leads_to_the_queue(at_desk: Client, anna: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    deciding.claim(case.pk, user=anna, now=NOW)
    assert at_desk.post(reverse("release", args=[case.pk]), {"query": "band=urgent"})["Location"] == "/?band=urgent"


# ---- the advert ----


def test_the_advert_page_shows_words_meaning_claims_questions_and_origin(at_desk: Client) -> None:
    text = TEXT + "\nCall *** *** 0100"
    start = text.index("***")
    row = advert(
        text, employer="Sunrise Farm", contacts=[{"kind": "phone", "start": start, "end": len(text), "masked": "*** *** 0100", "key": "k"}]
    )
    findings = [
        match(text, "deposit of 300 EUR", "deposit-or-bond"),
        match(text, "keep your passport", "document-retention", note="not negated"),
    ]
    assess(row, Band.URGENT, indicators=findings, signals=[match(text, "No placement fee", "no-fee-statement")], questions=["hours"])
    case = opened(cluster([row], cluster_id=visible_id("a")))
    page = get(at_desk, advert_url(case))
    for words in (
        *("Passport or identity documents will be kept", "Deposit, guarantee or bond demanded", "not negated", "rules-1", "clear wording"),
        *("What it means", "Does not count", "Source", "Claims: Says workers pay no fee", "Claims are not checked"),
        *("How many hours a day and days a week?", "phone: *** *** 0100", "board-a/1.warc.gz @ 512", "ab" * 32, row.url, "Sunrise Farm"),
    ):
        assert words in page.text, words
    assert '<mark class="critical" id="m1"' in page.html
    assert {"#m1", "#m2", "#m3", "#card-1", "#card-2", "#card-3"} <= set(page.links)
    assert {"m1", "m2", "m3", "card-1", "card-2", "card-3"} <= set(page.ids)


def test_versions_show_what_changed(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    AdvertVersion.objects.create(
        advert_id=case.advert_id, number=2, event="changed", at=NOW, changes={"pay_raw": ["1,900 EUR", "2,400 EUR <b>"]}
    )
    page = get(at_desk, advert_url(case))
    assert "<del>1,900</del><ins>2,400</ins> EUR<ins> &lt;b&gt;</ins>" in page.html.replace("\n", "")


def test_looking_is_logged(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    for name, ids in (("advert", case.advert_id), ("questions", case.advert_id), ("cluster", case.cluster_id)):
        get(at_desk, reverse(name, args=[ids]))
    viewed = AuditEntry.objects.filter(action="viewed").values_list("actor", "subject")
    assert list(viewed) == [("anna", f"advert:{case.advert_id}")] * 2 + [("anna", f"cluster:{case.cluster_id}")]
    get(at_desk, "/")
    assert AuditEntry.objects.filter(action="viewed").count() == 3


@pytest.mark.parametrize("name", ["advert", "questions", "cluster"])
def test_what_is_not_there_is_not_found(at_desk: Client, name: str) -> None:
    page = get(at_desk, reverse(name, args=["0" * 32]), status=404)
    assert "There is nothing at this address." in page.text
    assert not AuditEntry.objects.exists()


def test_an_advert_nobody_assessed_or_linked_can_be_read(at_desk: Client) -> None:
    page = get(at_desk, reverse("advert", args=[advert().pk]))
    assert "This text has not been assessed yet." in page.text
    assert "Your decision" not in page.text


def test_a_case_can_be_opened_by_hand(at_desk: Client) -> None:
    group = single(Band.NONE, cluster_id=visible_id("a"))
    page = get(at_desk, reverse("advert", args=[group.members.get().advert_id]))
    assert "Not in the queue" in page.text
    answer = at_desk.post(reverse("open-case", args=[group.pk]), follow=True)
    assert "Your decision" in answer.content.decode()
    assert at_desk.post(reverse("open-case", args=["0" * 32])).status_code == 404


def test_the_questions_have_a_sheet_of_their_own(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a"), questions=["licence", "housing-cost"]))
    page = get(at_desk, reverse("questions", args=[case.advert_id]))
    assert "Does the recruiter hold a licence" in page.text
    assert "Is housing provided" in page.text


# ---- the cluster ----


def test_the_cluster_page_shows_members_links_and_shared_text(at_desk: Client) -> None:
    rows = [
        advert(TEXT.replace("Packers", name), title=f"{name} wanted", source=source)
        for name, source in (("Packers", "board-a"), ("Pickers", "board-b"))
    ]
    for row in rows:
        assess(row, Band.URGENT)
    case = opened(cluster(rows, cluster_id=visible_id("a")))
    page = get(at_desk, reverse("cluster", args=[case.cluster_id]))
    for words in (
        "2 adverts that belong together",
        "Packers wanted",
        "Pickers wanted",
        "Nearly the same text",
        "template · 95 %",
        "document retention",
    ):
        assert words in page.text
    assert re.search(r'<span class="slot">P(ack|ick)ers</span> wanted', page.html)
    answer = at_desk.post(
        reverse("decide", args=[case.pk]), {**{name: page.fields[name] for name in ("round", "seen", "page")}, "outcome": "act"}
    )
    assert answer.status_code == 302
    assert Verdict.objects.get().verdict == "act"


# ---- deciding ----


def test_deciding_leads_to_the_next_case_with_a_way_back(at_desk: Client) -> None:
    first, second = (single(Band.URGENT, risk=risk, cluster_id=visible_id(name)) for risk, name in ((0.9, "a"), (0.5, "b")))
    case = opened(first)
    answer = at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case, outcome="fraud", note="told the bank"))
    verdict = Verdict.objects.get()
    following = Case.objects.get(cluster_id=second.pk)
    assert answer["Location"] == f"{advert_url(following)}?done={verdict.pk}"
    page = get(at_desk, answer["Location"])
    assert "Saved: Fraud, hand over." in page.text
    at_desk.post(reverse("undo", args=[case.pk]), {"verdict": str(verdict.pk)})
    case.refresh_from_db()
    assert case.state == State.REOPENED
    assert "Saved:" not in get(at_desk, answer["Location"]).text


def test_the_filters_come_along(at_desk: Client) -> None:
    for name in "abc":
        single(Band.URGENT if name != "b" else Band.PRIORITY, risk=0.9, cluster_id=visible_id(name), language="es" if name != "a" else "en")
    queue.refresh(now=NOW)
    case, following = Case.objects.get(band=Band.PRIORITY), Case.objects.get(language="es", band=Band.URGENT)
    answer = at_desk.post(reverse("decide", args=[case.pk]), {**form_of(at_desk, case), "query": "language=es&evil=//x.example"})
    assert answer["Location"] == f"{advert_url(following)}?language=es&done={Verdict.objects.get().pk}"


def test_the_last_case_leads_to_the_queue(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    answer = at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case))
    assert answer["Location"] == f"/?done={Verdict.objects.get().pk}"
    assert "Saved: Act on it." in get(at_desk, answer["Location"]).text


@pytest.mark.parametrize("done", ["x", "0", "99999999999999999999", "-1", "1 OR 1"])
def test_a_made_up_done_parameter_says_nothing(at_desk: Client, done: str) -> None:
    assert "Saved:" not in get(at_desk, f"/?done={done}").text


def test_nobody_is_offered_to_take_back_what_others_decided(at_desk: Client, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case))
    at_desk.force_login(ben)
    number = Verdict.objects.get().pk
    assert "Saved:" not in get(at_desk, f"/?done={number}").text
    assert "Take back" not in get(at_desk, advert_url(case)).text
    answer = at_desk.post(reverse("undo", args=[case.pk]), {"verdict": str(number)}, follow=True)
    assert "Your role does not allow this." in answer.content.decode()
    assert Verdict.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "told", "kept"),
    [
        ({"outcome": ""}, "Choose one of the five answers", "my note"),
        ({"outcome": "guilty"}, "Choose one of the five answers", "my note"),
        ({"reason": "benign:ordinary"}, "Choose a reason that belongs to your answer", "my note"),
        ({"reason": "act:guilty"}, "Choose a reason that belongs to your answer", "my note"),
        ({"reason": "act:other", "note": " "}, "Say in the note which other reason", ""),
        ({"note": "x" * 2_001}, "Shorten the note to 2,000 characters", "x" * 2_001),
        ({"round": "x"}, "The form was not complete", "my note"),
    ],
)
def test_an_incomplete_decision_is_not_saved_and_nothing_typed_is_lost(
    at_desk: Client, changes: dict[str, str], told: str, kept: str
) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    answer = at_desk.post(reverse("decide", args=[case.pk]), {**form_of(at_desk, case, note="my note"), **changes})
    page = Page(answer.content.decode())
    assert answer.status_code == 422
    assert told in page.text
    assert kept in page.text
    assert not Verdict.objects.exists()


def test_who_comes_second_is_told_and_loses_no_typing(at_desk: Client, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    typed = form_of(at_desk, case, outcome="benign", note="I phoned them")
    seen = typed["seen"]
    deciding.decide(case.pk, deciding.Decision(Outcome.FRAUD, "", "", 1, seen), user=ben, now=NOW)
    answer = at_desk.post(reverse("decide", args=[case.pk]), typed)
    page = Page(answer.content.decode())
    assert answer.status_code == 409
    for words in (
        "This case has been decided meanwhile.",
        "ben decided “Fraud, hand over” at 12:00.",
        "What you typed is still here.",
        "I phoned them",
    ):
        assert words in page.text
    assert Verdict.objects.get().who == ben


def test_a_text_that_changed_while_reading_is_told_and_can_be_decided_then(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    typed = form_of(at_desk, case, note="I phoned them")
    row = Advert.objects.get()
    rewrite(row, row.text + " Hurry!")
    assess(row, Band.URGENT)
    answer = at_desk.post(reverse("decide", args=[case.pk]), typed)
    page = Page(answer.content.decode())
    assert answer.status_code == 409
    assert "The case has changed since you opened it" in page.text
    assert "I phoned them" in page.text
    again = {**typed, "round": page.fields["round"], "seen": page.fields["seen"]}
    assert at_desk.post(reverse("decide", args=[case.pk]), again).status_code == 302


def test_a_merged_case_leads_to_the_one_that_goes_on(at_desk: Client) -> None:
    small, large = (single(Band.URGENT, cluster_id=visible_id(name)) for name in "ab")
    case = opened(small)
    typed = form_of(at_desk, case)
    small.members.update(cluster=large)
    small.delete()
    queue.refresh(now=NOW)
    answer = at_desk.post(reverse("decide", args=[case.pk]), typed)
    assert answer.status_code == 409
    assert "This case has become part of another one." in answer.content.decode()


# ---- read first ----


def test_findings_of_a_case_read_blind_come_after_the_decision(at_desk: Client) -> None:
    case = opened(
        single(Band.PRIORITY, cluster_id=visible_id("a", blind=True), signals=[match(TEXT, "No placement fee", "no-fee-statement")])
    )
    assert "Read first: read the advert first" in get(at_desk, "/").text
    for address in (advert_url(case), reverse("questions", args=[case.advert_id]), reverse("cluster", args=[case.cluster_id])):
        page = get(at_desk, address)
        for words in ("Deposit", "retention", "Priority", "no fee", "A deposit is asked for."):
            assert words not in page.text, (address, words)
        assert "<mark" not in page.html
    at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case))
    assert "Deposit, guarantee or bond demanded" in get(at_desk, advert_url(case)).text


def test_a_sampled_case_cannot_be_told_from_a_flagged_one(at_desk: Client) -> None:
    group, other = single(Band.NONE, cluster_id=visible_id("a", drawn=True)), single(Band.PRIORITY, cluster_id=visible_id("b", blind=True))
    pages = [get(at_desk, advert_url(opened(one))) for one in (group, other)]
    ids = re.compile(r"[0-9a-f]{16,64}|value=\"[^\"]{64}\"|/jobs/\d+|cases/\d+|rel=\"(next|prev)\"|Next|Previous|Save[ a-z]*")
    sampled, flagged = (ids.sub("", page.html) for page in pages)
    assert sampled == flagged


def test_those_who_do_not_decide_see_the_findings(client: Client, still: None) -> None:
    case = opened(single(Band.PRIORITY, cluster_id=visible_id("a", blind=True)))
    client.force_login(person("aud", Role.AUDITOR))
    assert "Deposit, guarantee or bond demanded" in get(client, advert_url(case)).text


# ---- strangers' text ----

HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "mark": "</mark></div></main><form action=https://x.example><input name=password>",
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//x.example>",
    "template": "{{ user.password }} {% load static %} {# #}",
    "bidi": "safe \u202egnp.exe\u2066\u2067 \u202dx\u202c",
    "null": "a\x00b\x1b[31m\x07\u0085",
    "zero width": "f\u200be\u200be\u2060 \ufeff" * 50,
    "tags": "hi\U000e0001\U000e0068\U000e0069",
    "zalgo": "Z" + "\u0335\u0321" * 500,
    "entities": "&lt;script&gt; &#60; &amp;amp;",
    "comment": "<!-- --!> --> ]]> <![CDATA[",
    "formula": '=HYPERLINK("https://x.example","pay")',
    "arabic": "نحتفظ بجواز السفر 😀👷🏽\u200d♀\ufe0f (visa)",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_in_every_field_is_harmless(at_desk: Client, kind: str) -> None:
    words = HOSTILE[kind]
    text = f"{words}\nPay a deposit\n{words}"
    finding = {**match(text, "Pay a deposit", "deposit-or-bond"), "start": 0, "end": len(text), "quote": text, "why": words, "note": words}
    rows = [advert(text, title=words, source=source, employer=words, place=words, pay_raw=words) for source in ("board-a", "board-b")]
    for row in rows:
        assess(row, Band.URGENT, indicators=[finding, match(text, "deposit", "recruitment-fee")])
    AdvertVersion.objects.create(
        advert=rows[1], number=2, event="changed", at=NOW, changes={"title": ["old", words], "text": [words, text]}
    )
    case = opened(cluster(rows, cluster_id=visible_id("a")))
    addresses = ["/", advert_url(case), reverse("cluster", args=[case.cluster_id]), reverse("questions", args=[case.advert_id])]
    for address in addresses:
        page = get(at_desk, address)
        assert not re.search(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]", page.html
        )
        assert "https://x.example" not in page.links
        assert not set(page.fields) & {"password"}


def test_a_note_is_escaped_too(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case, note="<script>x</script>\u202e"))
    page = get(at_desk, advert_url(case))
    assert "<script>x" in page.text
    assert "\u202e" not in page.html


def test_a_line_of_a_megabyte_is_shown_in_parts(at_desk: Client) -> None:
    text = "x" * 1_000_000 + " Pay a deposit"
    case = opened(single(Band.URGENT, text=text, cluster_id=visible_id("a"), indicators=[match(text, "deposit", "deposit-or-bond")]))
    page = get(at_desk, advert_url(case))
    assert "part 1 of 126" in page.text
    assert len(page.html) < 40_000
    assert "?part=126#m1" in page.links
    last = get(at_desk, advert_url(case) + "?part=126")
    assert '<mark class="high" id="m1"' in last.html
    for broken in ("x", "-1", "0", "99999999999", "1e9"):
        get(at_desk, advert_url(case) + f"?part={broken}")


# ---- weight ----


def weight(page: Page) -> int:
    assets = sum(Path(finders.find(name)).stat().st_size for name in ("fairwatch.css", "review.js", "fairwatch.svg"))
    return len(page.html.encode()) + assets


def test_pages_weigh_less_than_60_kilobytes(at_desk: Client) -> None:
    text = "የሥራ ማስታወቂያ ቅድሚያ ክፍያ " * 300
    findings = [
        {**match(text, "ክፍያ", name), "start": start, "end": start + 20, "quote": text[start : start + 20]}
        for number, name in enumerate(("deposit-or-bond", "document-retention", "recruitment-fee", "excessive-hours"))
        for start in range(number, 900, 180)
    ]
    rows = [advert(text, title="ቅድሚያ ክፍያ " * 10, source=f"board-{number}") for number in range(12)]
    for row in rows:
        assess(row, Band.URGENT, indicators=findings, language="am", questions=["employer", "hours", "pay", "licence"])
    case = opened(cluster(rows, cluster_id=visible_id("a")))
    for number in range(30):
        single(Band.PRIORITY, title="ቅድሚያ ክፍያ " * 8, cluster_id=visible_id(f"b{number:02d}"))
    queue.refresh(now=NOW)
    weights = {address: weight(get(at_desk, address)) for address in ("/", advert_url(case), reverse("cluster", args=[case.cluster_id]))}
    assert max(weights.values()) < 60_000, weights


@pytest.mark.parametrize("role", list(Role))
def test_the_number_of_queries_of_a_page_does_not_grow(client: Client, still: None, role: Role) -> None:
    client.force_login(person("somebody", role))
    group = single(Band.URGENT, cluster_id=visible_id("a"))
    case = opened(group)
    addresses = ["/", advert_url(case), reverse("cluster", args=[group.pk]), reverse("head"), reverse("operator"), reverse("audit")]

    def queries() -> list[int]:
        counted = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counted.append(len(asked))
        return counted

    few = queries()
    for number in range(30):
        copy = advert(source=f"board-{number}", contacts=[{"kind": "phone", "start": 0, "end": 3, "masked": "***", "key": "k"}] * number)
        assess(copy, Band.URGENT)
        join(group, copy)
        group.refresh_from_db()
        single(Band.PRIORITY, cluster_id=visible_id(f"b{number:02d}"), language="es")
        Run.objects.create(stage=f"stage-{number}", started_at=NOW)
        Reject.objects.create(file="f", line=number, field="text", value="x", reason="r", remedy="m", at=NOW)
    queue.refresh(now=NOW)
    assert queries() == few
    assert max(few) <= 30


# ---- the other pages ----


def test_the_head_sees_load_people_and_misses(client: Client, still: None, hedda: User, anna: User) -> None:
    groups = [single(Band.URGENT, cluster_id=visible_id("a")), single(Band.NONE, cluster_id=visible_id("b", drawn=True))]
    queue.refresh(now=NOW)
    for group in groups:
        case = Case.objects.get(cluster_id=group.pk)
        decision = deciding.Decision(Outcome.ACT, "", "", 1, deciding.digest(deciding.shown_now(case)))
        deciding.decide(case.pk, decision, user=anna, now=NOW)
    single(Band.PRIORITY, cluster_id=visible_id("c"))
    queue.refresh(now=NOW - timedelta(days=9))
    client.force_login(hedda)
    page = get(client, reverse("head"))
    assert "Priority 1 1 0 1 week, 2 days" in page.text
    assert "anna 2 2 0 0 0 0 0" in page.text
    assert "Urgent 1 0 0 0 0 1/1 (21 % – 100 %)" in page.text
    assert "Of 1 unflagged adverts read at random, 1 should have been flagged." in page.text


def test_the_operator_sees_runs_sources_and_rejects_without_values(client: Client, still: None) -> None:
    client.force_login(person("otto", Role.OPERATOR))
    page = get(client, reverse("operator"))
    for words in ("No stage has run yet.", "No source has delivered an advert yet.", "None: every line was taken."):
        assert words in page.text
    advert(source="board-z", closed_at=NOW)
    for number, ok in ((1, True), (2, False), (3, None)):
        ended = NOW - timedelta(minutes=5) if ok is not None else None
        Run.objects.create(stage=f"stage-{number}", started_at=NOW - timedelta(hours=1), ended_at=ended, ok=ok, counts={"new": 7})
    Reject.objects.create(file="f.jsonl", line=9, field="url", value="secret value", reason="no address", remedy="give one", at=NOW)
    page = get(client, reverse("operator"))
    for words in ("ended well", "failed", "running, or stopped half way", "new 7", "board-z 1 0", "f.jsonl:9", "no address", "give one"):
        assert words in page.text
    assert "secret value" not in page.text


def test_the_auditor_sees_the_log_and_whether_it_holds(client: Client, still: None) -> None:
    client.force_login(person("aud", Role.AUDITOR))
    assert "No entry" in get(client, reverse("audit")).text
    for number in range(60):
        single(Band.URGENT, cluster_id=visible_id(f"{number:02d}"))
    queue.refresh(now=NOW)
    page = get(client, reverse("audit"))
    assert "The chain holds: all 60 entries checked." in page.text
    assert page.html.count("<tr>") == 51
    assert "?before=11&actor=&action=&subject=" in page.links
    older = get(client, reverse("audit") + "?before=11&actor=&action=&subject=")
    assert older.html.count("<tr>") == 11
    assert get(client, reverse("audit") + "?subject=case:" + str(Case.objects.first().pk)).html.count("<tr>") == 2
    assert "No entry" in get(client, reverse("audit") + "?actor=nobody").text
    AuditEntry.objects.filter(number=30).update(actor="eve")
    page = get(client, reverse("audit"))
    assert "The chain is broken" in page.text
    assert "Entry 30: its content was changed." in page.text


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.OPERATOR, "how the stages run"), (Role.UNION, "what you are told about"), (Role.CAMPAIGNER, "safe-labour notices")],
)
def test_people_outside_review_are_shown_their_way(client: Client, db: None, role: Role, words: str) -> None:
    client.force_login(person("somebody", role))
    assert words in get(client, "/").text


def test_signing_in_and_out(client: Client, anna: User) -> None:
    page = get(client, reverse("sign-in") + "?next=/search/")
    answer = client.post(reverse("sign-in"), {"username": "anna", "password": "wrong", "next": page.fields["next"]})
    assert "That did not work" in answer.content.decode()
    answer = client.post(reverse("sign-in"), {"username": "anna", "password": "anna", "next": page.fields["next"]})
    assert answer["Location"] == "/search/"
    assert client.post(reverse("sign-out"))["Location"] == reverse("sign-in")
    answer = client.post(reverse("sign-in"), {"username": "anna", "password": "anna", "next": "https://x.example/"})
    assert answer["Location"] == "/"


def test_headers_forbid_everything_from_outside(at_desk: Client) -> None:
    answer = at_desk.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (answer["X-Frame-Options"], answer["Cache-Control"]) == ("DENY", "no-store")


def test_a_fault_of_ours_has_a_page(client: Client, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OSError("disk full")

    client.raise_request_exception = False
    client.force_login(anna)
    monkeypatch.setattr("review.listing.counts", fail)
    page = get(client, "/", status=500)
    assert "Something went wrong" in page.text
    assert "disk full" not in page.text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_pages_follow_the_direction_of_the_language(client: Client, db: None, language: str, direction: str) -> None:
    html = client.get(reverse("sign-in"), headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in html
