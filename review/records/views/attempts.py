"""What the pages of records share: refused acts told to the person, one page of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from adverts.records import FairwatchError
from review.records import wording
from review.records.acting import RefusedActError

PAGE = 50


def attempt(request: HttpRequest, done: object, act: Callable[[], Any], *, to: str, args: list[Any] | None = None) -> HttpResponse:
    """Do an act and go to a page, with a word on how it went."""
    try:
        act()
        messages.success(request, str(done))
    except RefusedActError as refused:
        messages.error(request, str(wording.REFUSALS[refused.refusal]))
    except FairwatchError as error:
        messages.error(request, str(error))
    return redirect(to, *(args or []))


def number(request: HttpRequest, name: str) -> int:
    """A whole number in the address; 0 where there is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
