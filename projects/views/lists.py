"""Lists of files under one paper: what can be decided now, deciding it line by line, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Position
from accounts.queries import names_on
from budgets.models import Programme, Source
from budgets.queries import Envelope, envelope
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.paging import page_of
from khuyencong.lib.workflow import Action, Forbidden, NeedsReason, Refused, Stale
from projects.access import ActingRequest, sees_whole_list
from projects.forms.lists import ListForm
from projects.models import ListAct, ProjectYear
from projects.queries import files_visible_to, lists_visible_to
from projects.services.lists import act_on_list
from projects.tasks import holders_of, open_files
from projects.workflow import ROUTES

LONGEST = 300
"""Lines on one list; longer plans are decided in parts."""


@dataclass(frozen=True)
class Open:
    """A list act that the position may do now: on how many files of which year."""

    row: Action
    programme: str
    year: int
    files: int
    support: int


def open_lists(position: Position) -> list[Open]:
    """List acts open to ``position`` today, one query for each row it holds. Support in đồng."""
    found = []
    for route in ROUTES.values():
        for row in route.actions:
            if not row.list_act or not holders_of(row, position):
                continue
            groups = (
                open_files(row, route.name, position, today())
                .order_by()
                .values("year")
                .annotate(files=Count("pk"), total=Sum("support"))
                .order_by("year")
            )
            found += [
                Open(row, route.name, group["year"], group["files"], group["total"] or 0) for group in groups
            ]
    return found


@require_safe
def list_index(request: ActingRequest) -> HttpResponse:
    """What can be decided now, and the lists of the past."""
    past = lists_visible_to(request.acting).annotate(
        files=Count("lines", distinct=True), total=Sum("lines__amount")
    )
    page = page_of(past.order_by("-pk"), request.GET.get("page"))
    names = names_on(today(), {row.organisation_id for row in page})
    labels = {row.name: row.label for route in ROUTES.values() for row in route.actions}
    rows = [(row, labels[row.action], names[row.organisation_id].name) for row in page]
    return render(
        request, "projects/lists/index.html", {"open": open_lists(request.acting), "page": page, "rows": rows}
    )


@require_http_methods(["GET", "POST"])
def list_new(request: ActingRequest, action: str, programme: str, year: int) -> HttpResponse:
    """Decide a list act line by line; on POST do it, all lines or none."""
    by = request.acting
    row, years = _candidates(action, programme.upper(), year, by)
    key = f"list-{action}-{programme}-{year}"
    form = ListForm(request.POST or None, row=row, years=years, label_suffix="")
    stale: Stale | None = None
    if request.method == "POST" and form.is_valid():
        lines = form.lines()
        try:
            done = act_on_list(
                action,
                lines,
                by=by,
                paper=form.paper(by),
                comment=form.cleaned_data["comment"],
                registration_round=form.cleaned_data.get("registration_round"),
                answers=_answered(action, [line.year for line in lines]),
            )
        except NeedsReason as doubt:
            form.add_error("comment", list(doubt.reasons))
        except Stale as error:
            stale = error
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            message_kept(request, f"Đã thực hiện: {row.label}, {len(lines)} hồ sơ.", key)
            return redirect("list", pk=done.pk)
    context = {
        "row": row,
        "form": form,
        "candidates": form.candidates(),
        "programme": Programme(programme.upper()),
        "year": year,
        "money": _money(row, programme.upper(), year, by),
        "key": key,
        "stale": stale,
        "follows": [(verdict, row.follows(verdict)) for verdict in row.verdicts],
    }
    return render(
        request, "projects/lists/new.html", context, status=409 if stale else 400 if form.is_bound else 200
    )


def _candidates(action: str, programme: str, year: int, by: Position) -> tuple[Action, list[ProjectYear]]:
    """The row with its open files; several rows of one name (allocate) are decided on one list."""
    route = ROUTES.get(programme)
    rows = [row for row in route.rows(action) if row.list_act] if route else []
    if not rows:
        raise Http404
    if not holders_of(rows[0], by):
        holders = " hoặc ".join(who.label for who in rows[0].who)
        raise Forbidden(f"Việc “{rows[0].label}” thuộc thẩm quyền của {holders}.")
    years: list[ProjectYear] = []
    for row in rows:
        years += open_files(row, programme, by, today()).filter(year=year)[:LONGEST]
    return rows[0], years


def _answered(action: str, years: list[ProjectYear]) -> ListAct | None:
    """The submission that a decision or a return answers: the latest that holds these files."""
    if action not in {"approve", "return_plan"}:
        return None
    return ListAct.objects.filter(action="propose", lines__project_year__in=years).order_by("-pk").first()


def _money(row: Action, programme: str, year: int, by: Position) -> Envelope | None:
    if row.name not in {"propose", "allocate"}:
        return None
    return envelope(by.organisation, year, Source.NATIONAL if programme == "NATIONAL" else Source.LOCAL)


@require_safe
def list_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """One list as it was decided, its lines as far as the position may open their files."""
    found = get_object_or_404(lists_visible_to(request.acting), pk=pk)
    rows = ROUTES[found.programme].rows(found.action)
    verdicts = {verdict.name: verdict.label for row in rows for verdict in row.verdicts}
    lines = found.lines.filter(project_year__in=files_visible_to(request.acting)).select_related(
        "project_year__project__implementer",
        "project_year__project__activity",
        "project_year__project__province",
    )
    shown = [(line, verdicts.get(line.verdict, "")) for line in lines.order_by("pk")]
    names = names_on(found.effective_on, {found.organisation_id})
    context = {
        "list": found,
        "label": rows[0].label,
        "lines": shown,
        "total": sum(line.amount or 0 for line, _ in shown),
        "organisation": names[found.organisation_id].name,
        "printable": sees_whole_list(request.acting, found),
    }
    return render(request, "projects/lists/list.html", context)
