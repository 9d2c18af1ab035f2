"""Papers on their way to a signature: prepare, look at, endorse, sign, return, number and issue, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Position
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.paging import page_of
from khuyencong.lib.workflow import Action, Forbidden, NeedsReason, Refused, Stale
from khuyencong.lib.workflow import Step as Act
from projects.access import ActingRequest, file_or_404, slip_or_404
from projects.chain import CHAIN, route_of
from projects.forms.base import ActForm
from projects.forms.slips import (
    AnswerForm,
    IssueForm,
    PresentForm,
    next_number,
    prepared_form,
    read_again,
    typed_in,
    written_in,
)
from projects.guards import asked_counterpart, asked_support
from projects.holding import capacity_in_words
from projects.models import OPEN_SLIPS, FormDraft, Project, ProjectYear, Slip, SlipState
from projects.once import last_done
from projects.outgoing import last_number
from projects.papers.from_files.printable import Printable
from projects.papers.from_files.slip import DRAFTED, slip_printable
from projects.services.drafts import empty_draft, find_draft
from projects.services.slips import (
    endorse_slip,
    issue_slip,
    misfit,
    next_of,
    open_slip,
    present_slip,
    return_slip,
    sign_slip,
    steps_of,
    withdraw_slip,
    would_be,
)
from projects.slip_holding import may_be_prepared, signers_for, slips_of, stand_to_sign
from projects.slip_tasks import on_desk_of
from projects.slips import SLIPS, changed_since, file_of, row_of
from projects.states import WRITABLE
from projects.views.documents import upload_answer
from projects.views.drafts import keep
from projects.views.grounds import grounds_of

NOT_PREPARED = "Chức vụ đang dùng không soạn được văn bản của việc này để trình ký."


@require_safe
def index(request: ActingRequest) -> HttpResponse:
    """What waits for me, then every slip of the body, those on their way first."""
    by = request.acting
    first = Case(When(state__in=OPEN_SLIPS, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = slips_of(by).order_by(first, "-pk")
    context = {
        "waiting": on_desk_of(by).select_related("prepared_by__person", "signer__person")[:100],
        "page": page_of(rows, request.GET.get("page")),
    }
    return render(request, "projects/slips/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActingRequest, code: str, action: str) -> HttpResponse:
    """Write an act on a file for somebody's signature; one that is on its way already is shown instead."""
    year = file_or_404(request, code)
    row = _preparable(year, action, request.acting)
    there = open_slip(year, action, request.acting)
    if there is not None and request.method != "POST":
        return redirect("slip", pk=there.pk)
    return _compose(request, year, row, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Change what was written and present it anew."""
    slip = slip_or_404(request, pk)
    SLIPS.may(slip, "present", request.acting)
    year = file_or_404(request, slip.code)
    return _compose(request, year, _preparable(year, slip.action, request.acting), slip)


def _preparable(year: ProjectYear, action: str, by: Position) -> Action:
    """The open row that ``by`` may prepare. Raises Http404, Stale when it is not open, or Forbidden."""
    rows = route_of(year).rows(action)
    if not any(may_be_prepared(row) for row in rows):
        raise Http404(action)
    row = route_of(year).find(action, year.state)
    if row is None:
        raise Stale(
            f"Hồ sơ đang ở trạng thái “{year.get_state_display()}” nên việc “{rows[0].label}” không còn mở. "
            "Phiếu trình đang soạn dở (nếu có) vẫn đọc được ở trang Trình ký."
        )
    if not signers_for(row, year, by):
        raise Forbidden(NOT_PREPARED)
    return row


def draft_key(year: ProjectYear, action: str, seen: int) -> str:
    """Name of the kept text of what is prepared, as that of the act itself (projects/views/acts.py)."""
    return f"slip-{year.address}-{action}-{year.submission}-{seen}"


def _compose(request: ActingRequest, year: ProjectYear, row: Action, slip: Slip | None) -> HttpResponse:
    by = request.acting
    seen = last_done(row.name, [year.pk]).get(year.pk, 0)
    draft = find_draft(draft_key(year, row.name, seen), by=by)
    data = request.POST if request.method == "POST" else None
    kept = {**(typed_in(slip) if slip else {}), **draft.data}
    form = prepared_form(row, year, by, data=data, draft=kept)
    told = {"signer": str(slip.signer_id)} if slip else {}
    about = PresentForm(signers_for(row, year, by), data, request.FILES or None, initial=told)
    if data is not None and form.is_valid() & about.is_valid():
        posted = request.POST.get("seen", "")
        try:
            done = present_slip(
                year,
                row.name,
                written_in(form),
                by=by,
                signer=about.chosen,
                note=about.cleaned_data["note"],
                upload=about.sent,
                expected_state=request.POST.get("expected_state") or None,
                seen=int(posted) if posted.isascii() and posted.isdecimal() and len(posted) < 19 else None,
                slip=slip,
            )
        except NeedsReason as doubt:
            form.add_error("comment", list(doubt.reasons))
        except Stale as stale:
            there = open_slip(year, row.name, by)
            if slip is None and there is not None and there.prepared_by_id == by.pk:
                return redirect("slip", pk=there.pk)  # pressed twice
            form.add_error(None, list(stale.reasons))
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            empty_draft(draft.key, by=by)
            message_kept(request, f"Đã trình: {row.label} – {year.project.code}.", draft.key)
            return redirect("slip", pk=done.pk)
    return _compose_page(request, year, row, form, about, draft, seen, slip)


def _compose_page(
    request: ActingRequest,
    year: ProjectYear,
    row: Action,
    form: ActForm,
    about: PresentForm,
    draft: FormDraft,
    seen: int,
    slip: Slip | None,
) -> HttpResponse:
    signer = next(iter(about.signers.values()))
    signs = stand_to_sign(row, year, signer, request.acting)
    step = Act(year, row, signer, today(), capacity=signs.capacity if signs else None)
    unmet = [reason for guard in (*CHAIN.house_rules, *row.guards) if (reason := guard(step)) is not None]
    if not unmet:
        form.doubt([doubt for warning in row.warnings if (doubt := warning(step)) is not None])
    context = _shared(year, row) | {
        "slip": slip,
        "form": form,
        "about": about,
        "unmet": unmet,
        "grounds": grounds_of(year, row, request.acting),
        "version": draft.version,
        "seen": seen,
        "key": draft.key,
        "save_url": reverse("slip_draft", args=[year.address, row.name]),
    }
    return render(request, "projects/slips/compose.html", context, status=400 if form.is_bound else 200)


def _shared(year: ProjectYear, row: Action) -> dict[str, Any]:
    writing = year.state in WRITABLE
    return {
        "year": year,
        "project": year.project,
        "row": row,
        "support": asked_support(year) if writing else year.support,
        "counterpart": asked_counterpart(year) if writing else year.counterpart,
        "illustration": year.project.is_illustration,
    }


@require_POST
def draft(request: ActingRequest, code: str, action: str) -> JsonResponse:
    """Keep what is typed; answers version and time."""
    year = file_or_404(request, code)
    row = _preparable(year, action, request.acting)
    seen = last_done(action, [year.pk]).get(year.pk, 0)
    form = prepared_form(row, year, request.acting)
    return keep(request, draft_key(year, action, seen), form)


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
    fault = misfit(slip)
    offers = {offer.action.name: offer for offer in _offers(slip, by)}
    issuing = offers.get("issue")
    grounds = []
    project = Project.objects.select_related("activity").filter(code=slip.code).first()
    illustration = project is not None and project.is_illustration
    context: dict[str, Any] = {"slip": slip, "project": project, "illustration": illustration}
    if not fault and slip.state in OPEN_SLIPS:
        year = file_of(slip)
        row = row_of(slip, year)
        grounds = grounds_of(year, row, by)
        context |= _shared(year, row)
        if slip.state == SlipState.SIGNING and any(name in offers for name in ("sign", "issue")):
            signs = stand_to_sign(row, year, by, slip.prepared_by)
            context["signs_as"] = (
                capacity_in_words(by, signs.capacity, slip.kind) if signs and signs.capacity else ""
            )
    if issuing is not None and issuing.allowed and number is None:
        number = _issue_form(slip, by)
    context |= {
        "steps": steps_of(slip),
        "fault": fault,
        "offers": offers,
        "reasons": [reason for offer in offers.values() if not offer.allowed for reason in offer.reasons],
        "answers": [
            (ANSWERS[name], reverse(f"slip_{name}", args=[slip.pk]), name)
            for name in ANSWERS
            if name in offers and offers[name].allowed
        ],
        "drafted": slip.action in DRAFTED and slip.state in OPEN_SLIPS and not fault,
        "may_edit": "present" in offers and offers["present"].allowed,
        "answer": answer or AnswerForm(label_suffix=""),
        "number": number if issuing is not None and issuing.allowed else None,
        "issue_label": issuing.action.label if issuing else "",
        "waits_for": [f"{seat.person}, {seat.title}" for seat in next_of(slip)]
        if slip.state in OPEN_SLIPS
        else [],
        "grounds": grounds,
    }
    return render(request, "projects/slips/slip.html", context, status=status)


ANSWERS = {"endorse": "Ký nháy", "sign": "Ký", "return": "Trả lại người soạn", "withdraw": "Rút phiếu trình"}
"""Answers that need no more than a word."""


def _offers(slip: Slip, by: Position) -> list[Any]:
    try:
        return SLIPS.offers(slip, by, today())
    except Refused:  # the body no longer has the file: nothing is left but to read
        return []


def _issue_form(slip: Slip, by: Position, data: Any = None) -> IssueForm:
    """Number and day: of the body whose paper it is; before it is signed, in whose name the signer would sign."""
    issuer = slip.issuer
    if issuer is None:
        issuer = SLIPS.held(slip, "issue", by)[1].body
    return IssueForm(issuer, slip.kind, data)


@require_POST
def endorse(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, endorse_slip, "Đã ký nháy.")


@require_POST
def sign(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, sign_slip, "Đã ký, chuyển văn thư ghi số.")


@require_POST
def give_back(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, return_slip, "Đã trả lại người soạn.")


@require_POST
def withdraw(request: ActingRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, withdraw_slip, "Đã rút phiếu trình.")


def _answer(request: ActingRequest, pk: int, do: Callable[..., Slip], said: str) -> HttpResponse:
    slip = slip_or_404(request, pk)
    form = AnswerForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            do(
                slip,
                by=request.acting,
                expected_state=request.POST.get("expected_state") or None,
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
            year = file_of(slip)
            done = issue_slip(
                slip,
                read_again(slip, row_of(slip, year), year),
                number=form.cleaned_data["number"],
                dated=form.cleaned_data["dated"],
                by=by,
                expected_state=expected,
            )
        except Forbidden:
            raise
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
    year = file_of(slip)
    if (fault := changed_since(slip, year)) is not None:
        raise Refused(fault)
    body = slip.issuer or slip.organisation
    number = next_number(body, slip.kind, last_number(body, slip.kind, today().year))
    return _pdf(would_be(slip, read_again(slip, row_of(slip, year), year), number, DRAFTED[slip.action]))


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
