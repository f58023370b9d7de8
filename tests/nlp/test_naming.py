"""Named employers: legal forms as they look once folded, and words that only look like one."""

from __future__ import annotations

import pytest

from nlp import naming
from nlp.normalise import fold


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Harbour Foods Ltd hires packers", "ltd"),
        ("Deniz Gıda A.Ş. eleman arıyor", "a.s"),
        ("Kıyı Tekstil Ltd. Şti. eleman arıyor", "ltd. sti"),
        ("Công ty TNHH Bến Xanh tuyển", "cong ty tnhh"),
        ("Công ty cổ phần Bến Xanh tuyển", "cong ty co phan"),
        ("ሐይቅ ኃ/የተ የግል ማህበር", "ሀ/የተ"),
        ("海港有限公司招聘", "有限"),
        ("as a cleaner you work", ""),
        ("công ty nước ngoài tuyển gấp", ""),
        ("a company in the harbour", ""),
        ("某公司招聘", ""),
        ("ltdx and xltd", ""),
    ],
)
def test_legal_forms(text: str, named: str) -> None:
    folded = fold(text)
    tags = list(naming.tags(folded, text))
    assert [folded.text[tag.start : tag.end] for tag in tags][:1] == ([named] if named else [])
