"""What looks like an advert, the little markup, the languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.languages import CODES, DETECTED, choices, direction, own_name
from notices.lures import lures
from notices.markup import Block, HelpLine, blocks, help_lines
from notices.wording import CORE, FOLDER, codes, day, full_codes, full_wording, read, wording
from tests.notices.scenes import TODAY

LURES = [
    ("Pickers in Poland: 2,500 EUR a month", "x"),
    ("Earn $900 weekly", "x"),
    ("Work", "3 000 zł net, housing free\nmore"),
    ("Work", "AED 1500 for drivers"),
    ("عمل", "راتب ١٥٠٠ درهم"),
    ("Farm work", "Long text.\nApply now!"),
    ("Send your CV", "x"),
    ("Farm work", "We are hiring pickers"),
    ("Farm work", "Urgently needed: cooks"),
    ("Farm work", "Join our team, limited places"),
    ("Trabajo", "¡Postúlate ya!"),
    ("Trabajo", "Se necesita personal de limpieza"),
    ("Travail", "Postulez maintenant, envoyez votre CV"),
    ("Praca", "Aplikuj teraz"),
    ("Muncă", "Aplică acum"),
    ("Робота", "Терміново потрібні збиральники"),
    ("Работа", "Срочно требуются рабочие"),
    ("عمل", "قدِّم الآن"),
    ("काम", "अभी आवेदन करें"),
    ("काम", "तुरुन्त आवेदन दिनुहोस्"),
    ("কাজ", "এখনই আবেদন করুন"),
    ("Trabaho", "Mag-apply na!"),
    ("Kerja", "Lamar sekarang juga"),
    ("Việc làm", "Ứng tuyển ngay hôm nay"),
    ("Darbas", "Skubiai ieškome darbuotojų"),
    ("İş", "Hemen başvurun"),
    ("งาน", "รับสมัครด่วน"),
    ("Kazi", "Omba sasa"),
    ("ሥራ", "አሁኑኑ ያመልክቱ"),
    ("工作", "急招工人，立即报名"),
    ("Vagas", "Candidate-se agora"),
    ("Kerja di Qatar 5 juta rupiah", "x"),
    ("งานเกาหลี 50,000 บาท", "x"),
    ("出国打工 30000元", "x"),
    ("ሥራ 20,000 ብር", "x"),
    ("চাকরি ৫০,০০০ টাকা", "x"),
]
HONEST = [
    ("Before you accept farm work", "You do not pay for the job."),
    ("What the law says about pay", "First ask.\nThe lowest pay allowed is 31 PLN an hour."),
    ("Work in Poland 2026", "Call 112 now if you are in danger."),
    ("Why “apply now” is a warning sign", 'Adverts that say «postúlate ya» or "send your CV" hide the employer.'),
    ("How to apply for a permit", "You can apply at the office; apply in time."),
    ("Your passport", "Nobody may keep it. Ask within 30 days."),
    ("Euro 2026 workers", "Stadium work needs a contract."),
    ("Antes de aceptar", "Busque ayuda. Se busca informar a los trabajadores."),
    ("Trabajo en el campo", "Si le piden dinero, pregunte a la inspección."),
    ("قبل أن تقبل العمل", "اسأل الآن من يدفع."),
    ("Zanim przyjmiesz pracę", "Zadzwoń, jeśli ktoś zabrał ci paszport."),
    ("Перед тем как согласиться", "Не платите за трудоустройство."),
    ("काम से पहले", "पासपोर्ट अपने पास रखें।"),
    ("कामअघि", "कसलाई पैसा तिर्ने सोध्नुहोस्।"),
    ("কাজের আগে", "আবেদন করার আগে লাইসেন্স দেখুন।"),
    ("Bago tumanggap ng trabaho", "Huwag magbayad kahit kanino."),
    ("Sebelum menerima kerja", "Tanyakan nomor izin sekarang."),
    ("Trước khi nhận việc", "Hãy hỏi ngay ai trả tiền."),
    ("Prieš priimant darbą", "Klauskite dabar, kas moka."),
    ("İşi kabul etmeden önce", "Hemen yardım isteyin: 112."),
    ("ก่อนรับงาน", "โทร 1300 ได้ทันที"),
    ("Kabla ya kukubali kazi", "Omba msaada kwa ubalozi."),
    ("ሥራ ከመቀበልዎ በፊት", "አሁን እርዳታ ይጠይቁ።"),
    ("接受工作之前", "报名之前先问许可证号码。"),
    ("Antes de aceitar", "Peça ajuda agora."),
]


@pytest.mark.parametrize(("title", "body"), LURES)
def test_what_looks_like_an_advert_is_refused_with_the_reason(title: str, body: str) -> None:
    reasons = lures(title, body)
    assert reasons
    assert all("“" in reason and reason.endswith(".") for reason in reasons)


@pytest.mark.parametrize(("title", "body"), HONEST)
def test_what_informs_is_not_refused(title: str, body: str) -> None:
    assert lures(title, body) == ()


@given(st.text(max_size=300), st.text(max_size=2000))
def test_any_text_can_be_judged(title: str, body: str) -> None:
    assert isinstance(lures(title, body), tuple)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["1 ", "1,", "“", "$ ", "send your ", "9" * 50 + " "])
def test_long_texts_are_judged_quickly(piece: str) -> None:
    lures(piece * (160 // len(piece)), piece * (20_000 // len(piece)))


def test_blocks() -> None:
    found = blocks("One\ntwo\n\n## Head\ntext\n- a\n* b\n\n- c\n\n\n### not ours\n##none")
    assert found == (
        Block("paragraph", ("One", "two")),
        Block("heading", ("Head",)),
        Block("paragraph", ("text",)),
        Block("list", ("a", "b")),
        Block("list", ("c",)),
        Block("paragraph", ("### not ours", "##none")),
    )
    assert blocks("") == blocks("\r\n \r\n") == ()


@given(st.text(max_size=300))
def test_no_words_are_lost(text: str) -> None:
    shown = "".join(line for block in blocks(text) for line in block.lines)
    assert [char for char in shown if char.isalnum()] == [char for char in text if char.isalnum()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Inspectorate | +1 555 010 0199", HelpLine("Inspectorate", "+1 555 010 0199", "+15550100199")),
        ("Emergency | 112 / 999", HelpLine("Emergency", "112 / 999", "112")),
        ("الطوارئ | ١١٢", HelpLine("الطوارئ", "١١٢", "112")),
        ("Website only", HelpLine("Website only", "", "")),
        ("Office | room B", HelpLine("Office", "room B", "")),
    ],
)
def test_help_lines(line: str, expected: HelpLine) -> None:
    assert help_lines(f"\n{line}\n") == (expected,)


def test_languages_have_names_and_directions() -> None:
    assert [code for code in CODES if direction(code) == "rtl"] == ["ar", "fa", "ur"]
    assert all(own_name(code) != code for code in CODES)
    assert len(choices()) == len(set(CODES)) == len(CODES)
    assert (own_name("tlh"), direction("tlh")) == ("tlh", "ltr")


@pytest.mark.parametrize("code", codes())
def test_every_language_has_all_words(code: str) -> None:
    english, found = read(CORE, "en"), read(CORE, code)
    assert found.keys() == english.keys()
    for group in ("types", "work", "questions"):
        assert found[group].keys() == english[group].keys()
    assert code == "en" or [key for key in english if english[key] == found[key]] == []
    assert found["check_long"].format(count=9) != found["check_long"]
    assert found["noted_on"].format(date="x") != found["noted_on"]
    assert day(TODAY, code)


@pytest.mark.parametrize("code", full_codes())
def test_the_words_around_a_notice_are_whole_where_they_exist(code: str) -> None:
    english, found = read(FOLDER, "en"), read(FOLDER, code)
    assert found.keys() == english.keys()
    assert [len(row) for row in found["quiz"]] == [4, 4, 4]
    assert found["who"].keys() == english["who"].keys()
    assert found["outcomes"].keys() == english["outcomes"].keys()
    assert code == "en" or [key for key in english if english[key] == found[key]] == []


def test_the_pages_of_the_site_exist_in_the_languages_of_the_catalogue() -> None:
    assert set(codes()) == set(DETECTED)
    assert set(full_codes()) == set(DETECTED)


@pytest.mark.parametrize("code", ["bg", "xx", "../en", ""])
def test_a_language_without_words_gets_english_ones_marked_as_such(code: str) -> None:
    assert wording(code).language == "en"


def test_where_words_around_a_notice_are_missing_all_of_them_are_english() -> None:
    assert full_wording("ne").language == "ne"
    assert full_wording("bg").language == "en"
