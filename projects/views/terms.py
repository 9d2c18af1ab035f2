"""The words of the programme and what they mean, for whoever is new at his desk."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from khuyencong import data
from khuyencong.lib.vietnamese import fold, sort_key


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """All words in Vietnamese order."""
    return render(request, "projects/terms.html", {"terms": _terms()})


@cache
def _terms() -> list[dict[str, str]]:
    """Each word with its meaning, article of law and the anchor by which a link leads to it."""
    rows = sorted(data.rows("terms"), key=lambda row: sort_key(row["term"]))
    return [row | {"anchor": slugify(fold(row["term"]))} for row in rows]
