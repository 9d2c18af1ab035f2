"""One page for each act on a file: its form, what will follow, and the act itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.numbers import whole
from khuyencong.lib.vietnamese import in_a_sentence
from khuyencong.lib.workflow import Action, Forbidden, NeedsReason, Refused, Stale, Step
from projects.access import ActingRequest, file_or_404
from projects.chain import CHAIN, route_of
from projects.changes_told import waiting_told
from projects.forms.acts import act_form
from projects.forms.base import ActForm
from projects.guards import asked_counterpart, asked_support
from projects.holding import signs_as
from projects.matters import Matter
from projects.models import FormDraft, PaperKind, ProjectYear
from projects.once import last_done
from projects.services.acts import act
from projects.services.drafts import empty_draft, find_draft
from projects.services.slips import open_slip
from projects.states import WRITABLE, State
from projects.views.drafts import keep
from projects.views.grounds import grounds_of, open_findings

ON_CHANGES = frozenset(
    {
        "confirm_change",
        "propose_change",
        "decide_change",
        "return_change",
        "withdraw_change",
        "stop",
        "terminate",
    }
)
"""Acts that answer a request: its difference stands above the form."""

BOOKED = "Đã ghi vào sổ kinh phí thì không xóa được. Thực hiện?"
CONFIRM = {
    "contract": "Ký {paper}: kinh phí {amount} đồng.",
    "assign_task": "Giao nhiệm vụ theo {paper}: kinh phí {amount} đồng.",
    "request_advance": "Đề nghị tạm ứng {amount} đồng theo {paper}.",
    "advance": "Chuyển tạm ứng {amount} đồng theo {paper}.",
    "accept": "Nghiệm thu theo {paper}: hỗ trợ {support-*} đồng, đối ứng {counterpart-*} đồng.",
    "request_payment": "Đề nghị quyết toán {amount} đồng trên chi phí thực tế {real_cost} đồng, {paper}.",
    "pay": "Thanh toán theo {paper}: thanh toán tạm ứng {cleared} đồng, chi mới {paid} đồng.",
    "settle": "Thanh lý, quyết toán theo {paper}: {settled} đồng trên chi phí thực tế {real_cost} đồng.",
    "draw": "Ghi đã rút dự toán {amount} đồng theo {paper}.",
    "decide_change": "Điều chỉnh theo văn bản số {number} ngày {dated}.",
    "stop": "Ngừng thực hiện theo {paper}.",
    "terminate": "Ngừng thực hiện do vi phạm theo {paper}.",
    "carry_over": "Chuyển {amount} đồng sang năm sau theo {paper}.",
    "cancel_budget": "Hủy dự toán {amount} đồng theo {paper}.",
    "refund": "Hoàn trả {amount} đồng theo {paper}.",
}
"""What is asked once more before money moves: the browser puts what was typed into the braces (static/kc/app.js)."""


def _confirmation(row: Action, year: ProjectYear) -> str:
    """The sentence of the dialog; "" for acts that move no money."""
    sentence = CONFIRM.get(row.name)
    if sentence is None:
        return ""
    paper = in_a_sentence(str(PaperKind(str(row.paper)).label))
    sentence = sentence.replace("{paper}", f"{paper} số {{number}} ngày {{dated}}")
    booked = BOOKED if row.name not in {"request_advance", "request_payment"} else "Gửi?"
    return f"{year.address}, {year.project.title}.\n{sentence}\n{booked}"


def draft_key(year: ProjectYear, action: str, seen: int) -> str:
    """Name of the kept text of an act's form. The submission and the last act of the kind (``seen``) are part of it:
    a text meant for an act that has been done never comes back."""
    return f"act-{year.address}-{action}-{year.submission}-{seen}"


def _last(year: ProjectYear, action: str) -> int:
    return last_done(action, [year.pk]).get(year.pk, 0)


@require_http_methods(["GET", "HEAD", "POST"])
def act_page(request: ActingRequest, code: str, action: str) -> HttpResponse:
    """Show the act and what follows from it; on POST do it. Grey acts show why, late ones who was faster."""
    by = request.acting
    year = file_or_404(request, code)
    if not route_of(year).rows(action):
        raise Http404(action)
    try:
        row = CHAIN.may(year, action, by)
    except Stale as stale:
        return _too_late(request, year, action, stale)
    if row.list_act:
        return redirect("list_new", action=action, programme=year.project.programme.lower(), year=year.year)
    if action == "request_change":
        return redirect("ask_change", code=code)
    seen = _last(year, action)
    draft = find_draft(draft_key(year, action, seen), by=by)
    form = act_form(row)(request.POST or None, year=year, row=row, by=by, draft=draft.data, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            act(
                year,
                action,
                by=by,
                expected_state=request.POST.get("expected_state") or None,
                comment=form.cleaned_data["comment"],
                seen=seen_in(request),
                **form.details(),
            )
        except NeedsReason as doubt:
            form.add_error("comment", list(doubt.reasons))
        except Stale as stale:
            return _too_late(request, year, action, stale)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            empty_draft(draft.key, by=by)
            message_kept(request, f"Đã thực hiện: {row.label} – {code}.", draft.key)
            return redirect("file", code=code)
    return _page(request, year, row, form, draft, seen)


def seen_in(request: ActingRequest) -> int | None:
    """The last act of the kind that the page showed, as the form says; None when it says none that can be."""
    return whole(request.POST.get("seen", ""), 18)


def _page(
    request: ActingRequest, year: ProjectYear, row: Action, form: ActForm, draft: FormDraft, seen: int
) -> HttpResponse:
    step = Step(year, row, request.acting, today(), capacity=CHAIN.held(year, row.name, request.acting)[1])
    unmet = CHAIN.unmet(step)
    if not unmet:
        form.doubt([doubt for warning in row.warnings if (doubt := warning(step)) is not None])
    code = year.address
    grounds = grounds_of(year, row, request.acting)
    context = _shared(year, row) | {
        "form": form,
        "signs_as": signs_as(row, year, request.acting),
        "unmet": unmet,
        "confirm": _confirmation(row, year),
        "follows": row.follows(),
        "target": State(row.target).label if row.target else "",
        "in_parts": row.completes is not None,
        "above": [ground for ground in grounds if ground.decides],
        "beside": [ground for ground in grounds if not ground.decides],
        "findings": open_findings(year),
        "slip": open_slip(Matter(row, (year,)), request.acting),
        "change": waiting_told(year) if row.name in ON_CHANGES else None,
        "version": draft.version,
        "seen": seen,
        "key": draft.key,
        "save_url": reverse("act_draft", args=[code, row.name]),
    }
    return render(request, "projects/acts/act.html", context, status=400 if form.is_bound else 200)


def _shared(year: ProjectYear, row: Action) -> dict[str, Any]:
    return {
        "year": year,
        "project": year.project,
        "row": row,
        "support": asked_support(year) if year.state in WRITABLE else year.support,
        "counterpart": asked_counterpart(year) if year.state in WRITABLE else year.counterpart,
        "illustration": year.project.is_illustration,
    }


def _too_late(request: ActingRequest, year: ProjectYear, action: str, stale: Stale) -> HttpResponse:
    """The file has moved on: who did what, and all that was typed, to copy from. Only for who holds the act."""
    year = file_or_404(request, year.address)
    seen = request.POST.get("expected_state", "") if request.method == "POST" else ""
    row = route_of(year).find(action, seen) or route_of(year).rows(action)[0]
    if CHAIN.holds(row, year, request.acting, None, {}) is None:
        raise stale
    typed = []
    if request.method == "POST":
        form = act_form(row)(request.POST, year=year, row=row, by=request.acting, draft={}, label_suffix="")
        typed = [
            (str(field.label), text)
            for field in form.visible_fields()
            if (text := _typed(field)) not in ("", None)
        ]
    last = year.events.select_related("person", "position").order_by("-pk").first()
    labels = {each.name: each.label for each in route_of(year).actions}
    context = _shared(year, row) | {
        "stale": stale,
        "typed": typed,
        "last": last,
        "last_label": labels.get(last.action, "") if last else "",
    }
    return render(request, "projects/acts/late.html", context, status=409)


def _typed(field: forms.BoundField) -> Any:
    """What was typed, in words for a choice."""
    value = field.value()
    if isinstance(field.field, forms.ChoiceField):
        return dict(field.field.choices).get(value, value)  # type: ignore[arg-type]
    return "" if isinstance(value, bool) else value


@require_POST
def act_draft(request: ActingRequest, code: str, action: str) -> JsonResponse:
    """Keep what is typed in an act's form; answers version and time (templates/components/README.md)."""
    by = request.acting
    year = file_or_404(request, code)
    if not route_of(year).rows(action):
        raise Http404(action)
    row = CHAIN.may(year, action, by)
    form = act_form(row)(year=year, row=row, by=by, draft={})
    seen = seen_in(request)
    return keep(request, draft_key(year, action, _last(year, action) if seen is None else seen), form)
