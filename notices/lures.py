"""Does a draft look like a job advert? Warnings that did drew people who wanted the job (field research, section 0, finding 8).

Words in quotation marks are passed over: a warning may quote what a bad advert says.
"""

from __future__ import annotations

import re
import unicodedata

_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"\n]*\"|‘[^’\n]*’|「[^」]*」")

_MONEY = (
    r"(?:[$€£¥₹₱₴₦₽]|\b(?:usd|eur|gbp|aed|sar|qar|kwd|omr|bhd|pln|zl|ron|lei|inr|npr|bdt|php|idr|thb|myr|uah|rub|euros?|dollars?|dolares|rupees"
    r"|dirhams?|riyals?|dinars?)\b|درهم|ريال|دينار|دولار|يورو|грн|руб|रुपये|रुपए)"
)
# bounded, or a row of digits takes quadratic time; three digits at least, so that "2 euros" of a bus fare passes
_AMOUNT = r"(?<![\d.,])\d[\d.,' ]{0,12}\d{2}"
_PAY = re.compile(rf"{_MONEY} ?(?!20[2-9]\d\b)\d[\d.,' ]{{0,12}}\d{{2}}|{_AMOUNT} ?{_MONEY}")

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
    r"|قدم الان|ارسل سيرتك|مطلوب فورا|للتوظيف الفوري|अभी आवेदन|\bmag-apply na\b"
)


def lures(title: str, body: str) -> tuple[str, ...]:
    """Why a text looks like an advert, each as a sentence with its remedy; empty where it does not.

    Pay counts in the title and the first line alone: a wage floor in the middle of a text is information.
    """
    head = _folded(f"{title}\n{body.strip().splitlines()[0] if body.strip() else ''}")
    whole = _folded(f"{title}\n{body}")
    reasons = []
    if pay := _PAY.search(head):
        reasons.append(f"“{pay.group().strip()}” in the title or first line reads like an offer of pay: move the amount further down.")
    if call := _APPLY.search(whole):
        reasons.append(f"“{call.group().strip()}” calls on people to apply: leave it out, or put it in quotation marks if you warn of it.")
    return tuple(reasons)


def _folded(text: str) -> str:
    """Without quoted words, case and accents, with Arabic letters that are often mixed up made one."""
    plain = unicodedata.normalize("NFKD", _QUOTED.sub(" ", text).casefold())
    kept = "".join(char for char in plain if not _is_mark(char))
    return unicodedata.normalize("NFC", kept).replace("أ", "ا").replace("إ", "ا").replace("آ", "ا").replace("ł", "l")


def _is_mark(char: str) -> bool:
    # marks of Indic scripts are letters in their own right: only accents and Arabic vowel points go
    return unicodedata.combining(char) != 0 and (char < "\u0900" or char > "\u0dff")
