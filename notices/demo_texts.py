"""The notice that the demonstration publishes: general facts, no employer, in three languages."""

from __future__ import annotations

from datetime import date, timedelta

from notices.content import Claim, Content, Text

SLUG = "before-you-accept-work-abroad"

_EN = """A fair employer pays for recruitment. You should not pay anybody for a job, a form, a test or a place in a queue.

Your passport is yours. Nobody may keep it for you, not even "to be safe".

Ask for a written contract in a language you read, before you leave. Check that it names the employer, the place of work, the pay, the hours and the day of rest.

Ask for the recruiter's licence number and look it up with the labour office of your country.

Tell somebody you trust where you go, and keep a copy of your papers with them."""

_ES = """El empleador paga los costos de contratación. Nadie debe cobrarle por un empleo, un formulario, un examen o un lugar en la fila.

Su pasaporte es suyo. Nadie puede guardárselo, ni siquiera "por seguridad".

Pida un contrato escrito en un idioma que usted lea, antes de viajar. Revise que diga quién es el empleador, dónde se trabaja, cuánto se paga, cuántas horas y qué día se descansa.

Pida el número de licencia del reclutador y verifíquelo con la oficina de trabajo de su país.

Avise a una persona de confianza adónde va y déjele copia de sus documentos."""

_AR = """صاحب العمل العادل هو من يدفع تكاليف التوظيف. لا تدفع لأحد مقابل وظيفة أو استمارة أو فحص أو دور.

جواز سفرك ملك لك. لا يحق لأحد أن يحتفظ به، ولو بحجة "الأمان".

اطلب عقدا مكتوبا بلغة تقرؤها قبل السفر. تأكد من أنه يذكر صاحب العمل ومكان العمل والأجر والساعات ويوم الراحة.

اطلب رقم ترخيص مكتب التوظيف وتحقق منه لدى مكتب العمل في بلدك.

أخبر شخصا تثق به إلى أين تذهب، واترك عنده نسخة من أوراقك."""


def notice(*, today: date) -> Content:
    """The notice as it is drafted, valid for half a year from ``today``."""
    checked = today - timedelta(days=7)
    fees = Claim(
        text="Recruitment fees and related costs are not to be borne by workers.",
        source_title="ILO general principles and operational guidelines for fair recruitment, 2019",
        source_url="https://www.ilo.org/",
        checked_on=checked,
    )
    papers = Claim(
        text="Keeping a worker's identity documents is one of the ILO indicators of forced labour.",
        source_title="ILO indicators of forced labour, 2012, revised 2025",
        source_url="https://www.ilo.org/",
        checked_on=checked,
    )
    texts = (
        Text(
            "en",
            "Before you accept work abroad",
            "Your labour office, your embassy or a union can help. In danger: call the emergency number where you are.",
            _EN,
            "human-checked",
        ),
        Text(
            "es",
            "Antes de aceptar un trabajo en el extranjero",
            "Le pueden ayudar la oficina de trabajo, su embajada o un sindicato. En peligro: llame al número de emergencia.",
            _ES,
            "human-checked",
        ),
        Text(
            "ar",
            "قبل أن تقبل عملا في الخارج",
            "يمكن أن يساعدك مكتب العمل أو سفارتك أو نقابة. عند الخطر: اتصل برقم الطوارئ حيث أنت.",
            _AR,
            "human-checked",
        ),
    )
    return Content(
        slug=SLUG, type="safe-labour", valid_until=today + timedelta(days=180), supersedes="", texts=texts, claims=(fees, papers)
    )
