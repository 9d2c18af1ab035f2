"""Papers on their way to a signature: look at, endorse, sign, return, number and issue, withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Position
from budgets.models import Programme
from khuyencong.lib.dates import ZONE, short_date, today
from khuyencong.lib.paging import page_of
from khuyencong.lib.workflow import Facts, Forbidden, Refused, Stale
from projects.access import ActingRequest, slip_or_404
from projects.candidates import list_row
from projects.forms.slips import (
    AnswerForm,
    IssueForm,
    next_number,
    read_again,
)
from projects.holding import capacity_in_words
from projects.matters import Matter
from projects.models import OPEN_SLIPS, ListAct, Project, Slip, SlipFile, SlipState, SlipStep
from projects.outgoing import last_paper
from projects.papers.from_files.printable import Printable
from projects.papers.from_files.slip import DRAFTED, slip_printable
from projects.queries import lists_visible_to
from projects.services.slips import (
    answer_slip,
    issue_slip,
    misfit,
    next_of,
    steps_of,
    would_be,
)
from projects.slip_holding import slips_of, stand_to_sign
from projects.slip_tasks import on_desk_of
from projects.slips import SLIPS, changed_since, is_open, matter_of
from projects.views.documents import upload_answer
from projects.views.grounds import grounds_of
from projects.views.list_lines import limit_of
from projects.views.slip_texts import file_shown, since_in


@require_safe
def index(request: ActingRequest) -> HttpResponse:
    """What waits for me, then every slip of the body, those on their way first."""
    by = request.acting
    first = Case(When(state__in=OPEN_SLIPS, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = slips_of(by).order_by(first, "-pk")
    waiting = on_desk_of(by).select_related("prepared_by__person", "signer__person")[:100]
    page = page_of(rows, request.GET.get("page"))
    invented = _files_of(slip.pk for slip in (*waiting, *page)).filter(is_illustration=True)
    context = {"waiting": waiting, "page": page, "illustration": invented.exists()}
    return render(request, "projects/slips/index.html", context)


@require_safe
def detail(request: ActingRequest, pk: int) -> HttpResponse:
    """What was written, where it is, what the reader may do with it."""
    return _detail(request, slip_or_404(request, pk))


def _detail(
    request: ActingRequest,
    slip: Slip,
    *,
    answer: AnswerForm | None = None,
    number: IssueForm | None = None,
    status: int = 200,
) -> HttpResponse:
    by = request.acting
    facts: Facts = {}
    offers = {offer.action.name: offer for offer in SLIPS.offers(slip, by, today(), facts)}
    fault = misfit(slip, facts)
    matter: Matter | None = facts.get("matter")
    issuing = offers.get("issue")
    grounds = []
    projects = {project.code: project for project in _files_of([slip.pk]).select_related("activity")}
    context: dict[str, Any] = {
        "slip": slip,
        "project": projects.get(slip.code),
        "illustration": any(project.is_illustration for project in projects.values()),
    }
    if slip.on_list:
        context |= _lines_of(slip, projects, by)
    may_edit = "present" in offers and offers["present"].allowed
    if fault:  # what is done or gone can only be taken back
        may_edit = may_edit and matter is not None and is_open(slip, matter)
    if not fault and slip.state in OPEN_SLIPS and matter is not None:
        if not slip.on_list:
            grounds = grounds_of(matter.file, matter.row, by)
            context |= file_shown(matter.file, matter.row)
        if slip.state == SlipState.SIGNING and any(name in offers for name in ("sign", "issue")):
            signs = stand_to_sign(matter, by, slip.prepared_by)
            context["signs_as"] = (
                capacity_in_words(by, signs.capacity, slip.kind) if signs and signs.capacity else ""
            )
    if issuing is not None and issuing.allowed and number is None:
        number = _issue_form(slip, by)
    steps = steps_of(slip)
    context |= {
        "steps": steps,
        "came_back": _why_it_came_back(slip, steps),
        "fault": fault,
        "offers": offers,
        "reasons": [reason for offer in offers.values() if not offer.allowed for reason in offer.reasons],
        "answers": [
            (ANSWERS[name], reverse(f"slip_{name}", args=[slip.pk]), name)
            for name in ANSWERS
            if name in offers and offers[name].allowed
        ],
        "drafted": slip.action in DRAFTED and slip.state in OPEN_SLIPS and not fault,
        "may_edit": may_edit,
        "answer": answer or AnswerForm(label_suffix=""),
        "number": number if issuing is not None and issuing.allowed else None,
        "issue_label": issuing.action.label if issuing else "",
        "waits_for": [f"{seat.person}, {seat.title}" for seat in next_of(slip)]
        if slip.state in OPEN_SLIPS
        else [],
        "grounds": grounds,
    }
    return render(request, "projects/slips/slip.html", context, status=status)


def _files_of(slips: Iterable[int]) -> QuerySet[Project]:
    """Projects that slips of these keys were ever presented about."""
    return Project.objects.filter(code__in=SlipFile.objects.filter(slip__in=list(slips)).values("code"))


def _lines_of(slip: Slip, projects: Mapping[str, Project], by: Position) -> dict[str, Any]:
    """The lines of a list with their projects, what they come to, the money that it is measured by, the list that was
    issued."""
    lines = list(slip.files_now())
    total = sum(line.amount or 0 for line in lines)
    programme = Programme(slip.programme)
    open_row = list_row(slip.action, programme) if slip.state in OPEN_SLIPS else None
    return {
        "lines": [(line, projects.get(line.code)) for line in lines],
        "has_verdicts": any(line.said for line in lines),
        "total": total,
        "limit": limit_of(open_row, programme, slip.year, by, total) if open_row else None,
        "done": _issued_list(slip, by),
    }


def _issued_list(slip: Slip, by: Position) -> ListAct | None:
    if slip.dated is None:
        return None
    issued = lists_visible_to(by).filter(action=slip.action, paper__issuer=slip.issuer)
    return issued.filter(paper__number=slip.number, paper__dated=slip.dated).first()


def _why_it_came_back(slip: Slip, steps: Sequence[SlipStep]) -> str:
    if slip.state != SlipState.RETURNED:
        return ""
    last = next(step for step in reversed(steps) if step.action == "return")
    day = short_date(last.at.astimezone(ZONE).date())
    return f"{last.person} ({last.position.title}) trả lại ngày {day}: {last.comment}"


ANSWERS = {"endorse": "Ký nháy", "sign": "Ký", "return": "Trả lại người soạn", "withdraw": "Rút phiếu trình"}
"""Answers that need no more than a word."""


def _issue_form(slip: Slip, by: Position, data: Any = None) -> IssueForm:
    """Number and day: of the body whose paper it is; before it is signed, in whose name the signer would sign."""
    issuer = slip.issuer
    if issuer is None:
        issuer = SLIPS.held(slip, "issue", by)[1].body
    return IssueForm(issuer, slip.kind, data)


@require_POST
def endorse(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, "endorse", "Đã ký nháy.")


@require_POST
def sign(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, "sign", "Đã ký, chuyển văn thư ghi số.")


@require_POST
def give_back(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, "return", "Đã trả lại người soạn.")


@require_POST
def withdraw(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, "withdraw", "Đã rút phiếu trình.")


def _answer(request: ActingRequest, pk: int, action: str, said: str) -> HttpResponse:
    slip = slip_or_404(request, pk)
    form = AnswerForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            answer_slip(
                slip,
                action,
                by=request.acting,
                expected_state=request.POST.get("expected_state") or None,
                since=since_in(request),
                comment=form.cleaned_data["comment"],
            )
        except Forbidden:
            raise
        except Stale as stale:
            form.add_error(None, list(stale.reasons))
            return _detail(request, slip_or_404(request, pk), answer=form, status=409)
        except Refused as refusal:
            form.add_error("comment", list(refusal.reasons))
        else:
            messages.success(request, said)
            return redirect("slip", pk=pk)
    return _detail(request, slip, answer=form, status=400)


@require_POST
def issue(request: ActingRequest, pk: int) -> HttpResponse:
    """Number and day, and with them the act on the file."""
    slip = slip_or_404(request, pk)
    by = request.acting
    expected = request.POST.get("expected_state") or None
    try:
        SLIPS.expect(slip, expected)
        SLIPS.may(slip, "issue", by)
    except Stale as stale:
        answer = AnswerForm(request.POST, label_suffix="")
        answer.add_error(None, list(stale.reasons))
        return _detail(request, slip, answer=answer, status=409)
    form = _issue_form(slip, by, request.POST)
    if form.is_valid():
        try:
            done = issue_slip(
                slip,
                read_again(slip),
                number=form.cleaned_data["number"],
                dated=form.cleaned_data["dated"],
                by=by,
                expected_state=expected,
                since=since_in(request),
            )
        except Forbidden:
            raise
        except Stale as stale:
            answer = AnswerForm(request.POST, label_suffix="")
            answer.add_error(None, list(stale.reasons))
            return _detail(request, slip_or_404(request, pk), answer=answer, status=409)
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            messages.success(
                request, f"Đã ban hành {done.get_kind_display()} số {done.number}: {done.label}."
            )
            return redirect("slip", pk=pk)
    return _detail(request, slip, number=form, status=400)


@require_safe
def upload(request: ActingRequest, pk: int) -> FileResponse:
    """The draft that was sent along."""
    slip = slip_or_404(request, pk)
    if not slip.file:
        raise Http404(str(pk))
    return upload_answer(slip)


@require_safe
def draft_pdf(request: ActingRequest, pk: int) -> HttpResponse:
    """The paper itself as it would be issued today, marked as a draft: made from what was written, never stored."""
    slip = slip_or_404(request, pk)
    if slip.action not in DRAFTED or slip.state not in OPEN_SLIPS:
        raise Http404(str(pk))
    if (fault := changed_since(slip, matter_of(slip))) is not None:
        raise Refused(fault)
    body = slip.issuer or slip.organisation
    number = next_number(body, slip.kind, last_paper(body, slip.kind, today().year))
    return _pdf(would_be(slip, read_again(slip), number, DRAFTED[slip.action]))


@require_safe
def pdf(request: ActingRequest, pk: int) -> HttpResponse:
    """The slip to be signed by hand: what was written, who has put what to it."""
    return _pdf(slip_printable(slip_or_404(request, pk)))


def _pdf(printable: Printable) -> HttpResponse:
    return HttpResponse(
        printable.pdf(),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{printable.file_name}"'},
    )
