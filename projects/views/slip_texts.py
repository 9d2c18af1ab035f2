"""Writing a paper for somebody's signature: the form of the act without number and day, kept while it is typed."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Position
from budgets.models import Programme
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.workflow import Action, Forbidden, NeedsReason, Refused, Stale
from khuyencong.lib.workflow import Step as Act
from projects.access import ActingRequest, file_or_404, slip_or_404
from projects.candidates import list_row, open_to
from projects.chain import CHAIN, route_of
from projects.change_requests import types_of
from projects.forms.base import ActForm
from projects.forms.change_requests import Difference, RequestChangeForm
from projects.forms.lists import ListForm
from projects.forms.slips import (
    PresentForm,
    prepared_form,
    typed_in,
    written_in,
)
from projects.guards import asked_counterpart, asked_support
from projects.holding import holders_of
from projects.matters import Matter
from projects.models import ProjectYear, Slip
from projects.once import last_done
from projects.services.drafts import empty_draft, find_draft, list_key
from projects.services.lists import LinesRefused
from projects.services.slips import (
    open_slip,
    present_slip,
)
from projects.slip_holding import PREPARERS, may_be_prepared, seats_that_sign, signers_for, stand_to_sign
from projects.slips import SLIPS
from projects.states import WRITABLE
from projects.views.acts import seen_in
from projects.views.change_requests import ACTION, choose_type, with_added_row
from projects.views.drafts import keep
from projects.views.grounds import grounds_of
from projects.views.list_lines import gone_from_list, lines_shown, renewed

NOT_PREPARED = "Chức vụ đang dùng không soạn được văn bản của việc này để trình ký."


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActingRequest, code: str, action: str) -> HttpResponse:
    """Write an act on a file for somebody's signature; one that is on its way already is shown instead."""
    matter = _on_file(file_or_404(request, code), action, request.acting)
    if action == ACTION and _kind(request) not in types_of(matter.file.project):
        there = open_slip(matter, request.acting)
        here = reverse("slip_new", args=[code, action])
        return redirect("slip", pk=there.pk) if there else choose_type(request, matter.file, here)
    return _new(request, matter)


@require_http_methods(["GET", "HEAD", "POST"])
def new_list(request: ActingRequest, action: str, programme: str, year: int) -> HttpResponse:
    """The same for an act on a list of files."""
    return _new(request, _on_list(action, programme.upper(), year, request.acting))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Change what was written and present it anew."""
    slip = slip_or_404(request, pk)
    by = request.acting
    SLIPS.may(slip, "present", by)
    matter = (
        _on_list(slip.action, slip.programme, slip.year, by)
        if slip.on_list
        else _on_file(file_or_404(request, slip.file_address), slip.action, by)
    )
    return _compose(request, matter, slip)


@require_POST
def draft(request: ActingRequest, code: str, action: str) -> JsonResponse:
    """Keep what is typed; answers version and time. Changes have a form for each type, which the browser keeps."""
    if action == ACTION:
        raise Http404(action)
    return _keep(request, _on_file(file_or_404(request, code), action, request.acting))


@require_POST
def list_draft(request: ActingRequest, action: str, programme: str, year: int) -> JsonResponse:
    """The same for an act on a list of files."""
    return _keep(request, _on_list(action, programme.upper(), year, request.acting))


def _kind(request: ActingRequest) -> str:
    """The type of the change that is written; "" for every other act."""
    return request.POST.get("change_type") or request.GET.get("loai", "")


def _new(request: ActingRequest, matter: Matter) -> HttpResponse:
    there = open_slip(matter, request.acting)
    if there is not None and request.method != "POST":
        return redirect("slip", pk=there.pk)
    return _compose(request, matter, None)


def _keep(request: ActingRequest, matter: Matter) -> JsonResponse:
    return keep(request, draft_key(matter, _seen(matter)), prepared_form(matter, request.acting))


def _on_file(year: ProjectYear, action: str, by: Position) -> Matter:
    """The act on the file by the row that is open. Raises Http404, Stale when it is not open, or Forbidden."""
    rows = route_of(year).rows(action)
    if not any(may_be_prepared(row) and not row.list_act for row in rows):
        raise Http404(action)
    row = route_of(year).find(action, year.state)
    if row is None:
        raise Stale(
            f"Hồ sơ đang ở trạng thái “{year.get_state_display()}” nên việc “{rows[0].label}” không còn mở. "
            "Phiếu trình đang soạn dở (nếu có) vẫn đọc được ở trang Trình ký."
        )
    return _require_signers(Matter(row, (year,)), by)


def _on_list(action: str, programme: str, year: int, by: Position) -> Matter:
    """The list act on the files that wait for it. Raises Http404, Stale when none does, or Forbidden."""
    row = list_row(action, programme)
    if row is None or not may_be_prepared(row):
        raise Http404(action)
    seats = [seat for seat in seats_that_sign(by) if holders_of(row, seat)]
    if not seats or by.kind not in PREPARERS:
        raise Forbidden(NOT_PREPARED)
    files = open_to(action, programme, year, seats)
    if not files:
        raise Stale(
            f"Không còn hồ sơ nào chờ việc “{row.label}” năm {year}. "
            "Phiếu trình đang soạn dở (nếu có) vẫn đọc được ở trang Trình ký."
        )
    return _require_signers(Matter(row, tuple(files), on_list=True), by)


def _require_signers(matter: Matter, by: Position) -> Matter:
    if not signers_for(matter, by):
        raise Forbidden(NOT_PREPARED)
    return matter


def since_in(request: ActingRequest) -> dt.datetime | None:
    """Of when the slip is that the page showed; None when the page did not say, or not legibly."""
    try:
        return dt.datetime.fromisoformat(request.POST.get("since", ""))
    except ValueError:
        return None


def _seen(matter: Matter) -> int:
    """The last event of the act on the one file; a list's lines carry theirs."""
    year = matter.file
    return 0 if matter.on_list else last_done(matter.row.name, [year.pk]).get(year.pk, 0)


def draft_key(matter: Matter, seen: int) -> str:
    """Name of the kept text of what is prepared, as that of the act itself (projects/views/acts.py, lists.py)."""
    year, action = matter.file, matter.row.name
    if matter.on_list:
        return f"slip-{list_key(action, matter.programme.lower(), year.year)}"
    return f"slip-{year.address}-{action}-{year.submission}-{seen}"


def _compose(request: ActingRequest, matter: Matter, slip: Slip | None) -> HttpResponse:
    by = request.acting
    seen = _seen(matter)
    draft = find_draft(draft_key(matter, seen), by=by)
    data = _posted(request, matter, slip)
    kept = {"change_type": _kind(request), **(typed_in(slip) if slip else {}), **draft.data}
    form = prepared_form(matter, by, data=data, draft=kept)
    told = {"signer": str(slip.signer_id)} if slip else {}
    about = PresentForm(signers_for(matter, by), data, request.FILES or None, initial=told)
    moved = False
    try:
        done = _presented(request, matter, form, about, slip) if data is not None else None
    except Stale as stale:
        there = open_slip(matter, by)
        if slip is None and there is not None and there.prepared_by_id == by.pk:
            return redirect("slip", pk=there.pk)  # pressed twice
        moved = True
        if isinstance(form, ListForm):
            matter = _on_list(matter.row.name, matter.programme, matter.file.year, by)
            form = renewed(form, list(matter.years), request.POST)
        form.add_error(None, list(stale.reasons))
    except LinesRefused as refusal:
        cast("ListForm", form).blame(refusal.by_file, needs_reason=isinstance(refusal, NeedsReason))
    except NeedsReason as doubt:
        form.add_error("comment", list(doubt.reasons))
    except Refused as refusal:
        form.add_error(None, list(refusal.reasons))
    else:
        if done is not None:
            empty_draft(draft.key, by=by)
            message_kept(request, f"Đã trình: {matter.row.label} – {done.about}.", draft.key)
            return redirect("slip", pk=done.pk)
    shared = {
        "slip": slip,
        "row": matter.row,
        "form": form,
        "about": about,
        "version": draft.version,
        "seen": seen,
        "key": draft.key,
    }
    if isinstance(form, ListForm):
        page, context = "projects/slips/compose_list.html", _list_shown(matter, form, by)
    else:
        asked = _asked(request, form)
        page, context = "projects/slips/compose.html", _act_shown(matter, form, about, by) | {"asked": asked}
    status = 409 if moved else 400 if form.errors or about.errors else 200
    return render(request, page, shared | context, status=status)


def _posted(request: ActingRequest, matter: Matter, slip: Slip | None) -> QueryDict | None:
    """What was posted, of the type of change that the page is about: a slip keeps the one that it has."""
    data = with_added_row(request.POST) if request.method == "POST" else None
    if data is not None and matter.row.name == ACTION:
        data = data.copy()
        data["change_type"] = typed_in(slip)["change_type"] if slip else _kind(request)
    return data


def _presented(
    request: ActingRequest, matter: Matter, form: ActForm | ListForm, about: PresentForm, slip: Slip | None
) -> Slip | None:
    """Present what was posted; None where something is to be put right, or another button was pressed."""
    if isinstance(form, ListForm) and (gone := form.missing()):
        raise gone_from_list(gone, request.acting)
    if {"add_row", "preview"} & request.POST.keys() or not form.is_valid() & about.is_valid():
        return None
    return present_slip(
        matter,
        written_in(form),
        by=request.acting,
        signer=about.chosen,
        note=about.cleaned_data["note"],
        upload=about.sent,
        expected_state=request.POST.get("expected_state") or None,
        seen=seen_in(request),
        slip=slip,
        since=since_in(request),
    )


def _asked(request: ActingRequest, form: ActForm) -> Difference | None:
    """Of a change that is to be looked at what it comes to; what it cannot be is said at the form."""
    if not isinstance(form, RequestChangeForm) or "preview" not in request.POST or not form.is_valid():
        return None
    try:
        return form.asked()
    except Refused as refusal:
        form.add_error(None, list(refusal.reasons))
        return None


def _act_shown(matter: Matter, form: ActForm, about: PresentForm, by: Position) -> dict[str, Any]:
    """What the page of an act on one file shows beside the form."""
    year, row = matter.file, matter.row
    signer = next(iter(about.signers.values()))
    signs = stand_to_sign(matter, signer, by)
    step = Act(year, row, signer, today(), capacity=signs.capacity if signs else None)
    unmet = CHAIN.unmet(step)
    if not unmet:
        form.doubt([doubt for warning in row.warnings if (doubt := warning(step)) is not None])
    return file_shown(year, row) | {
        "unmet": unmet,
        "grounds": grounds_of(year, row, by),
        "save_url": "" if row.name == ACTION else reverse("slip_draft", args=[year.address, row.name]),
    }


def _list_shown(matter: Matter, form: ListForm, by: Position) -> dict[str, Any]:
    programme, year = Programme(matter.programme), matter.file.year
    arguments = [matter.row.name, programme.lower(), year]
    return lines_shown(form, programme, year, by) | {
        "save_url": reverse("slip_list_draft", args=arguments),
    }


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
