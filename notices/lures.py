"""Does a draft look like a job advert? Warnings that did drew people who wanted the job (field research, section 0, finding 8).

Words in quotation marks are passed over: a warning may quote what a bad advert says.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext

_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"\n]*\"|‘[^’\n]*’|「[^」]*」")

_MONEY = (
    r"(?:[$€£¥₹₱₴₦₽]|\b(?:usd|eur|gbp|aed|sar|qar|kwd|omr|bhd|pln|zl|ron|lei|inr|npr|bdt|php|idr|thb|myr|uah|rub|brl|vnd|cny|rmb|try|kes|tzs|etb|euros?|eurai|eurų|dollars?|dolares|dola|rupees"
    r"|dirhams?|riyals?|dinars?|reais|piso|rupiah|rp|baht|dong|shilingi|lira|birr|juta|ltl)\b"
    r"|درهم|ريال|دينار|دولار|يورو|грн|гривен|руб|долар|доллар|євро|евро|रुपये|रुपए|रुपैयाँ|टाका|টাকা|บาท|đong|trieu|ብር|元|人民币|美元)"
)
# bounded, or a row of digits takes quadratic time; three digits at least, so that "2 euros" of a bus fare passes
_AMOUNT = r"(?<![\d.,])\d[\d.,' ]{0,12}\d{2}"
_MILLIONS = r"(?<![\d.,])\d[\d.,]{0,8} ?(?:juta|ribu|trieu|lakh|लाख|লাখ|万)"
_PAY = re.compile(rf"{_MONEY} ?(?!20[2-9]\d\b)\d[\d.,' ]{{0,12}}\d{{2}}|{_AMOUNT} ?{_MONEY}|{_MILLIONS}")

_APPLY = re.compile(
    r"\bapply (?:now|today|here|at once)\b|\bsend (?:us )?your (?:cv|resume)\b|\bwe(?: a|')re hiring\b|\bnow hiring\b"
    r"|\burgent(?:ly)? (?:hiring|required|needed)\b"
    r"|\bjoin our team\b|\b(?:limited|few) (?:places|seats|vacancies|slots)\b|\bimmediate start\b"
    r"|\b(?:postula|postulate|aplica|inscribete) (?:ya|ahora|hoy)\b|\benvi[ae] (?:tu|su) (?:cv|curriculum|hoja de vida)\b"
    r"|\bestamos contratando\b"
    r"|\bse (?:necesitan?|buscan?|solicitan?) (?:personal|trabajador\w*|chicas|senoritas|emplead\w*)|\bcupos limitados\b"
    r"|\bpostulez (?:maintenant|vite|ici)\b|\benvoyez (?:votre|ton) cv\b|\bnous recrutons\b"
    r"|\bcandidate-se (?:ja|agora)\b|\benvie (?:o )?seu curriculo\b|\bvagas limitadas\b"
    r"|\baplica acum\b|\btrimite(?:ti)? cv\b|\bangajam\b|\baplikuj (?:teraz|juz)\b|\bwyslij cv\b|\bzatrudnimy\b"
    r"|надішліть резюме|терміново потрібн|набираємо|отправьте резюме|срочно требу|набираем\b|подай(?:те)? заявку (?:зараз|сейчас)"
    r"|قدم الان|ارسل سيرتك|مطلوب فورا|للتوظيف الفوري|अभी आवेदन|तुरंत आवेदन|\bmag-apply na\b|\bapply na\b|urgent hiring"
    r"|अहिले (?:नै )?आवेदन|तुरुन्त आवेदन|कामदार चाहियो|এখনই আবেদন|জরুরি নিয়োগ|লোক নিয়োগ"
    r"|\b(?:lamar|daftar) (?:sekarang|segera)\b|\bdibutuhkan segera\b|\blowongan terbatas\b|\bkirim cv\b"
    r"|\bung tuyen ngay\b|\btuyen gap\b|\bnop ho so ngay\b|\bkandidatuok(?:it|ites)? dabar\b|\bskubiai (?:reikia|ieskom)\w*|\bsiuskite cv\b"
    r"|\b(?:hemen|simdi) basvur\w*|\bacil (?:eleman|isci)\b|\bcv(?:'?nizi)? gonder\w*"
    r"|สมัคร(?:เลย|ด่วน|ทันที|ตอนนี้)|รับสมัครด่วน|ด่วน รับ"
    r"|\b(?:omba|tuma maombi) sasa\b|\bnafasi chache\b|\bwanahitajika haraka\b|(?:አሁኑኑ|አሁን) (?:ያመልክቱ|ይመዝገቡ)|በአስቸኳይ ይፈለጋሉ"
    r"|(?:立即|马上|火速)(?:报名|申请|应聘)|急招|急聘|名额有限|\btrimite(?:ti)? acum\b|\bподавай(?:те)? заявку"
)


def lures(title: str, body: str) -> tuple[str, ...]:
    """Why a text looks like an advert, each as a sentence with its remedy; empty where it does not.

    Pay counts in the title and the first line alone: a wage floor in the middle of a text is information.
    """
    head = _folded(f"{title}\n{body.strip().splitlines()[0] if body.strip() else ''}")
    whole = _folded(f"{title}\n{body}")
    reasons = []
    if pay := _PAY.search(head):
        said = gettext("“%(words)s” in the title or first line reads like an offer of pay: move the amount further down.")
        reasons.append(said % {"words": pay.group().strip()})
    if call := _APPLY.search(whole):
        said = gettext("“%(words)s” calls on people to apply: leave it out, or put it in quotation marks if you warn of it.")
        reasons.append(said % {"words": call.group().strip()})
    return tuple(reasons)


def _folded(text: str) -> str:
    """Without quoted words, case and accents, with Arabic letters that are often mixed up made one."""
    plain = unicodedata.normalize("NFKD", _QUOTED.sub(" ", text).casefold())
    kept = "".join(char for char in plain if not _is_mark(char))
    return unicodedata.normalize("NFC", kept).replace("أ", "ا").replace("إ", "ا").replace("آ", "ا").replace("ł", "l")


def _is_mark(char: str) -> bool:
    # marks of Indic and South-East Asian scripts are letters in their own right: only accents and Arabic vowel points go
    return unicodedata.combining(char) != 0 and (char < "\u0900" or char > "\u17ff")
