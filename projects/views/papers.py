"""Papers as PDF, made from files and lists when they are asked for. Who may open the file may print its papers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import head_of
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Action, Forbidden, Refused
from projects.access import (
    ActingRequest,
    acceptance_or_404,
    appraisal_or_404,
    file_or_404,
    plan_or_404,
    whole_list_or_403,
)
from projects.holding import holders_of
from projects.models import ListAct
from projects.papers.from_files.acceptance import acceptance_printable
from projects.papers.from_files.appraisal import appraisal_printable
from projects.papers.from_files.decision import decision_draft, decision_printable
from projects.papers.from_files.plan import plan_printable
from projects.papers.from_files.printable import Printable
from projects.papers.from_files.project import project_printable
from projects.papers.from_files.registration import registration_draft, registration_printable
from projects.services.drafts import find_draft, list_key
from projects.tasks import open_files
from projects.workflow import routes_of, rows_of

PRINTED: dict[str, Callable[[ListAct], Printable]] = {
    "register": registration_printable,
    "propose": decision_printable,
    "approve": decision_printable,
}
"""The paper that a list is printed as, by its act."""


@require_safe
def project_pdf(request: ActingRequest, code: str) -> HttpResponse:
    """The project with its estimate: as it was sent, or a draft of what is being written."""
    return _answer(project_printable(file_or_404(request, code)))


@require_safe
def appraisal_pdf(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(appraisal_printable(appraisal_or_404(request, pk)))


@require_safe
def acceptance_pdf(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(acceptance_printable(acceptance_or_404(request, pk)))


@require_safe
def plan_pdf(request: ActingRequest, pk: int) -> HttpResponse:
    """The plan of implementation of a group project (Mẫu 11)."""
    return _answer(plan_printable(plan_or_404(request, pk)))


@require_safe
def list_pdf(request: ActingRequest, pk: int) -> HttpResponse:
    """The report of a registration, the draft that a submission carries, the decision that was taken."""
    list_act = whole_list_or_403(request, pk)
    if list_act.action not in PRINTED:
        raise Http404
    return _answer(PRINTED[list_act.action](list_act))


@require_safe
def list_draft_pdf(request: ActingRequest, action: str, programme: str, year: int) -> HttpResponse:
    """What would be printed if all files that wait for the list act were on it: for its body's people."""
    row = _row(action, programme.upper())
    by = request.acting
    if all(by.organisation.kind != who.organisation for who in row.who):
        raise Forbidden(f"Dự thảo này của {' hoặc '.join(who.label for who in row.who)} và người giúp việc.")
    signer = (
        by if holders_of(row, by) else head_of(by.organisation) or by
    )  # an officer prepares what the head signs
    files = [
        file
        for route in routes_of(programme.upper())
        for each in route.rows(action)
        for file in open_files(each, route.name, signer, today()).filter(year=year)
    ]
    if action == "register":
        kept = find_draft(list_key(action, programme.lower(), year), by=by).data
        return _answer(registration_draft(by.organisation, year, files, at=timezone.now(), texts=kept))
    if not files:
        raise Refused(
            f"Chưa có hồ sơ nào chờ “{row.label}” trong kế hoạch năm {year}, nên chưa có gì để in dự thảo."
        )
    return _answer(decision_draft(by.organisation, programme.upper(), year, files, on=today()))


def _row(action: str, programme: str) -> Action:
    """The row whose paper can be printed before the act. Raises Http404 for every other."""
    rows = rows_of(action, programme)
    if not rows or action not in {"register", "propose"}:
        raise Http404
    return rows[0]


def _answer(printable: Printable) -> HttpResponse:
    return HttpResponse(
        printable.pdf(),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{printable.file_name}"'},
    )
