"""Writing a paper for somebody's signature: the form of the act without number and day, kept while it is typed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Position
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.workflow import Action, Forbidden, NeedsReason, Refused, Stale
from khuyencong.lib.workflow import Step as Act
from projects.access import ActingRequest, file_or_404, slip_or_404
from projects.chain import CHAIN, route_of
from projects.forms.base import ActForm
from projects.forms.slips import (
    PresentForm,
    prepared_form,
    typed_in,
    written_in,
)
from projects.guards import asked_counterpart, asked_support
from projects.models import FormDraft, ProjectYear, Slip
from projects.once import last_done
from projects.services.drafts import empty_draft, find_draft
from projects.services.slips import (
    open_slip,
    present_slip,
)
from projects.slip_holding import may_be_prepared, signers_for, stand_to_sign
from projects.slips import SLIPS
from projects.states import WRITABLE
from projects.views.acts import seen_in
from projects.views.drafts import keep
from projects.views.grounds import grounds_of

NOT_PREPARED = "Chức vụ đang dùng không soạn được văn bản của việc này để trình ký."


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
    year = file_or_404(request, slip.file_address)
    return _compose(request, year, _preparable(year, slip.action, request.acting), slip)


@require_POST
def draft(request: ActingRequest, code: str, action: str) -> JsonResponse:
    """Keep what is typed; answers version and time."""
    year = file_or_404(request, code)
    row = _preparable(year, action, request.acting)
    seen = last_done(action, [year.pk]).get(year.pk, 0)
    form = prepared_form(row, year, request.acting)
    return keep(request, draft_key(year, action, seen), form)


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


def since_in(request: ActingRequest) -> dt.datetime | None:
    """Of when the slip is that the page showed; None when the page did not say, or not legibly."""
    try:
        return dt.datetime.fromisoformat(request.POST.get("since", ""))
    except ValueError:
        return None


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
                seen=seen_in(request),
                slip=slip,
                since=since_in(request),
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
    unmet = CHAIN.unmet(step)
    if not unmet:
        form.doubt([doubt for warning in row.warnings if (doubt := warning(step)) is not None])
    context = file_shown(year, row) | {
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


def file_shown(year: ProjectYear, row: Action) -> dict[str, Any]:
    """What the pages of a slip show of its file."""
    writing = year.state in WRITABLE
    return {
        "year": year,
        "project": year.project,
        "row": row,
        "support": asked_support(year) if writing else year.support,
        "counterpart": asked_counterpart(year) if writing else year.counterpart,
        "illustration": year.project.is_illustration,
    }
