"""One page for each act on a file: its form, what will follow, and the act itself."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.workflow import Action, Forbidden, NeedsReason, Refused, Stale
from projects.access import ActingRequest, file_or_404, inspection_or_404
from projects.chain import CHAIN
from projects.conflicts import Conflict
from projects.forms.acts import ActForm, act_form
from projects.models import ProjectYear
from projects.services.acts import act, resolve_finding
from projects.services.drafts import empty_draft, find_draft, save_draft


def draft_key(year: ProjectYear, action: str) -> str:
    """Name of the kept text of an act's form; the submission is part of it, so an old text never comes back."""
    return f"act-{year.project.code}-{action}-{year.submission}"


@require_http_methods(["GET", "POST"])
def act_page(request: ActingRequest, code: str, action: str) -> HttpResponse:
    """Show the act and what follows from it; on POST do it. Grey acts show why."""
    by = request.acting
    year = file_or_404(request, code)
    row = CHAIN.may(year, action, by)
    if row.list_act:
        return redirect("list_new", action=action, programme=year.project.programme.lower(), year=year.year)
    offer = next(offer for offer in CHAIN.offers(year, by, today()) if offer.action is row)
    key = draft_key(year, action)
    draft = find_draft(key, by=by)
    form = act_form(row)(
        request.POST or None, year=year, row=row, by=by, initial=draft.data if draft else {}, label_suffix=""
    )
    if request.method == "POST" and form.is_valid():
        try:
            act(
                year,
                action,
                by=by,
                expected_state=request.POST.get("expected_state") or None,
                comment=form.cleaned_data.get("comment", ""),
                **form.details(),
            )
        except NeedsReason as doubt:
            form.add_error("comment", list(doubt.reasons))
        except Stale as stale:
            return _page(request, year, row, form, offer.reasons, status=409, stale=stale)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            empty_draft(key, by=by)
            message_kept(request, f"Đã thực hiện: {row.label} – {year.project.code}.", key)
            return redirect("file", code=code)
    return _page(
        request,
        year,
        row,
        form,
        offer.reasons,
        status=400 if form.is_bound else 200,
        version=draft.version if draft else 0,
    )


def _page(
    request: ActingRequest,
    year: ProjectYear,
    row: Action,
    form: ActForm,
    unmet: tuple[str, ...],
    *,
    status: int,
    stale: Stale | None = None,
    version: int = 0,
) -> HttpResponse:
    warnings = [] if unmet else _warnings(year, row, form)
    context = {
        "year": year,
        "project": year.project,
        "row": row,
        "form": form,
        "unmet": unmet,
        "warnings": warnings,
        "follows": row.follows(),
        "target": dict(ProjectYear._meta.get_field("state").choices or ()).get(row.target),
        "stale": stale,
        "key": draft_key(year, row.name),
        "version": version,
        "save_url": reverse("act_draft", args=[year.project.code, row.name]),
        "illustration": year.project.is_illustration,
    }
    return render(request, "projects/acts/act.html", context, status=status)


def _warnings(year: ProjectYear, row: Action, form: ActForm) -> list[str]:
    """Doubts that can be told before anything is typed: round closed, above the norm, late."""
    from khuyencong.lib.workflow import Step

    step = Step(year, row, form.by, today())
    return [sentence for warning in row.warnings if (sentence := warning(step)) is not None]


@require_POST
def act_draft(request: ActingRequest, code: str, action: str) -> JsonResponse:
    """Keep what is typed in an act's form; answers version and time (templates/components/README.md)."""
    year = file_or_404(request, code)
    CHAIN.may(year, action, request.acting)
    data = {
        name: value
        for name, value in request.POST.items()
        if name not in {"csrfmiddlewaretoken", "version", "expected_state"}
    }
    try:
        version = int(request.POST.get("version") or 0)
        draft = save_draft(draft_key(year, action), data, by=request.acting, version=version)
    except Conflict as conflict:
        theirs = {name: {"label": label, "value": value} for name, (label, value) in conflict.theirs.items()}
        return JsonResponse({"version": conflict.version, "theirs": theirs}, status=409)
    saved = timezone.localtime(draft.saved_at)
    return JsonResponse({"version": draft.version, "saved_at": f"{saved:%H:%M}"})


@require_POST
def finding_resolve(request: ActingRequest, pk: int) -> HttpResponse:
    """A finding was put right, or the work may go on for a reason."""
    inspection = inspection_or_404(request, pk)
    resolve_finding(inspection, by=request.acting, waiver=request.POST.get("waiver", "").strip())
    code = inspection.project_year.project.code
    message_kept(request, "Đã ghi nhận kiến nghị.", f"finding-{pk}")
    return redirect("file", code=code)
