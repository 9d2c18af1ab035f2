"""What changed between a sending of a file and the one before it."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Position
from khuyencong.lib.dates import short_date
from projects.access import ActingRequest, file_or_404
from projects.changes_told import between, compared
from projects.models import ProjectYear
from projects.views.parts import part


def links(year: ProjectYear, by: Position) -> Mapping[int, str]:
    """Number of a sending → address of what changed in it."""
    code = year.address
    return {number: reverse("file_changes", args=[code, number]) for number in compared(year, by)}


@require_safe
def file_changes(request: ActingRequest, code: str, submission: int) -> HttpResponse:
    """Fields, estimate lines, beneficiaries and papers that changed since the sending before, old → new."""
    year = file_or_404(request, code)
    pair = compared(year, request.acting).get(submission)
    if pair is None:
        raise Http404(str(submission))
    before, after = pair
    context = {
        "changes": between(pair),
        "before": f"lần {before.submission}, {short_date(before.effective_on)}",
        "after": f"lần {after.submission}, {short_date(after.effective_on)}",
        "reasons": year.events.filter(action="return", submission=before.submission)
        .prefetch_related("reasons")
        .last(),
    }
    return part(request, year, "file_route", "projects/files/changes.html", context)
