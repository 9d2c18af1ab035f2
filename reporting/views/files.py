"""Files that workers make: how far a job is, its file, and the file of an issued report."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from projects.access import ActingRequest
from reporting.access import find_issued, find_job
from reporting.making import PDF, stored_bytes
from reporting.models import IssuedReport, Job, JobKind, JobState

STOP_POLLING = 286  # htmx: take the answer and ask no more


@dataclass(frozen=True)
class ShownJob:
    """A job as templates/components/job.html shows it."""

    pk: int
    message: str
    done: int
    total: int
    is_finished: bool
    is_failed: bool
    poll_url: str
    result_url: str
    result_label: str


@require_safe
def show_job(request: ActingRequest, pk: int) -> HttpResponse:
    """The page of a job, or for htmx only its progress; without script a link asks again."""
    job = find_job(request.acting, pk)
    shown = _shown(job)
    if request.headers.get("HX-Request"):
        status = STOP_POLLING if shown.is_finished else 200
        return render(request, "components/job.html", {"job": shown}, status=status)
    issues = job.kind == JobKind.ISSUE
    context = {
        "job": shown,
        "title": "Ban hành báo cáo" if issues else "Lập tệp báo cáo",
        "report": job.report,
        "retry": issues and shown.is_failed,
    }
    return render(request, "reporting/job.html", context)


@require_safe
def job_file(request: ActingRequest, pk: int) -> HttpResponse:
    """The file that a job made."""
    job = find_job(request.acting, pk)
    if job.state != JobState.DONE or not job.file:
        raise Http404(str(pk))
    return _attachment(job)


@require_safe
def issued_file(request: ActingRequest, pk: int) -> HttpResponse:
    """The file of an issued report, byte for byte as it was stored."""
    return _attachment(find_issued(request.acting, pk))


def _attachment(upload: IssuedReport | Job) -> HttpResponse:
    response = HttpResponse(stored_bytes(upload), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{upload.file_name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _shown(job: Job) -> ShownJob:
    result = ""
    if job.state == JobState.DONE:
        result = (
            reverse("issued_file", args=[job.issued_id])
            if job.issued_id
            else reverse("report_job_file", args=[job.pk])
        )
    return ShownJob(
        pk=job.pk,
        message=job.message,
        done=job.done,
        total=job.total,
        is_finished=job.state in (JobState.DONE, JobState.FAILED),
        is_failed=job.state == JobState.FAILED,
        poll_url=reverse("report_job", args=[job.pk]),
        result_url=result,
        result_label="Mở tệp PDF",
    )
