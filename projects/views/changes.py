"""What changed between a sending of a file and the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import OrganisationKind, Position
from khuyencong.lib.dates import short_date
from projects.access import ActingRequest, file_or_404
from projects.changes import changes_between
from projects.models import Event, ProjectYear
from projects.papers.from_files.contents import contents_of
from projects.routes import DIRECT, route_name
from projects.states import SENDINGS
from projects.views.parts import part

REACHES = {
    OrganisationKind.FINANCE_DEPARTMENT: {"appraise_department"},
    OrganisationKind.PEOPLES_COMMITTEE: {"appraise_department"},
    OrganisationKind.AGENCY: {"register", "appraise_agency"},
    OrganisationKind.MINISTRY: {"register", "appraise_agency"},
    OrganisationKind.MINISTRY_FINANCE: {"register", "appraise_agency"},
    OrganisationKind.AUDIT: {"register", "appraise_agency"},
}
"""Acts by which a sending comes before a body; the unit and its department see each of them anyway."""


def compared(year: ProjectYear, by: Position) -> dict[int, tuple[Event, Event]]:
    """Number of a sending → the sending before it and itself, where ``by`` may read both; two queries."""
    sent = {event.submission: event for event in year.events.filter(action__in=SENDINGS).order_by("pk")}
    reaches = REACHES.get(OrganisationKind(by.organisation.kind))
    if (
        reaches is not None and route_name(year.project) != DIRECT
    ):  # a direct file is sent to the agency itself
        reached = set(year.events.filter(action__in=reaches).values_list("submission", flat=True))
        sent = {number: event for number, event in sent.items() if number in reached}
    return {number: (sent[earlier], sent[number]) for earlier, number in pairwise(sorted(sent))}


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
    contents = contents_of(pair)
    context = {
        "changes": changes_between(contents[before.pk].data, contents[after.pk].data),
        "before": f"lần {before.submission}, {short_date(before.effective_on)}",
        "after": f"lần {after.submission}, {short_date(after.effective_on)}",
        "reasons": year.events.filter(action="return", submission=before.submission)
        .prefetch_related("reasons")
        .last(),
    }
    return part(request, year, "file_route", "projects/files/changes.html", context)
