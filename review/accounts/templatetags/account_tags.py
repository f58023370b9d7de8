"""What the templates of accounts need beyond Django's own."""

from __future__ import annotations

import json
from typing import Any

from django import template

from review.accounts import gate

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """``value`` as JSON for a data attribute; still to be escaped, as any attribute is."""
    return json.dumps(value, separators=(",", ":"))


@register.simple_tag
def lacks_factor(user: Any) -> bool:
    """Whether a person must have a second factor and has none yet."""
    return gate.must_have(user) and not gate.factors(user).exists()
