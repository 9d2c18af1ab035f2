"""A finding of an inspection: what was found, and saying that it was put right or that the work may go on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.queries import organisation_name
from khuyencong.lib.forms import message_kept
from khuyencong.lib.workflow import Refused, Stale
from projects.access import ActingRequest, inspection_or_404
from projects.chain import CHAIN
from projects.forms.acts import FindingForm
from projects.models import ProjectYear
from projects.services.acts import resolve_finding


@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: ActingRequest, pk: int) -> HttpResponse:
    """Show a finding to all who see the file; heads of the bodies that inspect close it."""
    inspection = inspection_or_404(request, pk)
    year = inspection.project_year
    key = f"finding-{pk}"
    form = FindingForm(request.POST or None, label_suffix="")
    stale = None
    if request.method == "POST":
        CHAIN.may(year, "inspect", request.acting)
        if form.is_valid():
            try:
                resolve_finding(inspection, by=request.acting, waiver=form.cleaned_data["waiver"])
            except Stale as refusal:
                stale = refusal
            else:
                message_kept(request, f"Đã ghi nhận kiến nghị của {year.shown_code}.", key)
                return redirect("file", code=year.address)
    context = {
        "inspection": inspection,
        "year": year,
        "project": year.project,
        "form": form,
        "closes": inspection.finding
        and not inspection.resolved_on
        and not stale
        and _may_close(request, year),
        "inspector": organisation_name(inspection.event.organisation, inspection.on),
        "stale": stale,
        "key": key,
        "illustration": year.project.is_illustration,
    }
    status = 409 if stale else 400 if form.is_bound else 200
    return render(request, "projects/acts/finding.html", context, status=status)


def _may_close(request: ActingRequest, year: ProjectYear) -> bool:
    try:
        CHAIN.may(year, "inspect", request.acting)
    except Refused:
        return False
    return True
