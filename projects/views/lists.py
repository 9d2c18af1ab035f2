"""Lists of files under one paper: what can be decided now, deciding it line by line, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import OrganisationName, Position
from accounts.queries import last_names, names_on
from budgets.models import Programme
from khuyencong.lib import csv_files
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.paging import page_of
from khuyencong.lib.vietnamese import in_a_sentence
from khuyencong.lib.workflow import Action, Facts, Forbidden, NeedsReason, Refused, Stale
from projects.access import ActingRequest, list_or_404, sees_whole_list
from projects.candidates import answered, waiting_for
from projects.forms.lists import ListForm
from projects.holding import holders_of, signs_as
from projects.matters import Matter
from projects.models import OPEN_SLIPS, FormDraft, ListAct, ListLine, PaperKind, ProjectYear, Slip
from projects.queries import PLACES, files_visible_to, lists_visible_to, meant_amounts
from projects.routes import PROGRAMME_OF
from projects.services.drafts import empty_draft, find_draft, list_key
from projects.services.lists import LinesRefused, act_on_list
from projects.services.slips import open_slip
from projects.slip_holding import PREPARERS, may_be_prepared, seats_that_sign
from projects.tasks import open_files
from projects.views.drafts import keep
from projects.views.list_lines import gone_from_list, lines_shown, renewed
from projects.views.papers import PRINTED
from projects.workflow import ROUTES, rows_of

Decided = tuple[ListAct, str, str, int, int | None]
"""A list, its name, its body, how many of its files the position sees, their sum in đồng."""
DRAFTED = frozenset({"register", "propose"})
"""List acts whose paper can be printed before the act."""


@dataclass(frozen=True)
class Open:
    """A list act that the position may do now: on how many files of which year, of so much support in đồng."""

    row: Action
    programme: Programme
    year: int
    files: int
    support: int

    def address(self, page: str) -> str:
        """Of one of the pages about the list."""
        return reverse(page, args=[self.row.name, self.programme.lower(), self.year])


def open_lists(*seats: Position) -> list[Open]:
    """List acts open today to one of ``seats`` of a body, one query for each row that one holds and one more; rows of
    one name are one list. The sum is what the default verdict means, as on the first page.

    Returning a plan is offered on the page of its approval."""
    found: dict[tuple[str, str, int], tuple[Action, dict[int, ProjectYear]]] = {}
    facts: Facts = {}
    for route in ROUTES.values():
        for row in route.actions:
            if not row.list_act or row.name == "return_plan":
                continue
            for seat in seats:
                if not holders_of(row, seat, facts):
                    continue
                for file in open_files(row, route.name, seat, today(), facts):
                    key = (row.name, PROGRAMME_OF[route.name], file.year)
                    found.setdefault(key, (row, {}))[1][file.pk] = file
    meant = meant_amounts(file for _, files in found.values() for file in files.values())
    lists = [
        Open(row, Programme(programme), year, len(files), sum(meant[pk] for pk in files))
        for (_, programme, year), (row, files) in found.items()
    ]
    return sorted(lists, key=lambda each: (each.programme, each.year))


@require_safe
def list_index(request: ActingRequest) -> HttpResponse:
    """What can be decided now, and the lists of the past with what the position sees of their lines."""
    by = request.acting
    lists = lists_visible_to(by).order_by("-pk")
    if csv_files.is_wanted(request):
        return _index_csv(_decided(list(lists[: csv_files.LONGEST + 1]), by))
    page = page_of(lists, request.GET.get("page"))
    context = {
        "open": [(each, each.address("list_new"), each.row.label) for each in open_lists(by)],
        "prepares": _to_prepare(by),
        "page": page,
        "rows": _decided(page.rows, by),
    }
    return render(request, "projects/lists/index.html", context)


def _to_prepare(by: Position) -> list[tuple[Open, str, str]]:
    """Lists that ``by`` may prepare for another's signature, each with the address of its page, or of its slip that is
    on its way, and what that is called."""
    if by.kind not in PREPARERS:
        return []
    lists = [each for each in open_lists(*seats_that_sign(by)) if may_be_prepared(each.row)]
    slips = Slip.objects.filter(organisation=by.organisation_id, code="", state__in=OPEN_SLIPS)
    there = {(slip.action, slip.programme, slip.year): slip for slip in slips}
    found = []
    for each in lists:
        slip = there.get((each.row.name, each.programme, each.year))
        if slip is None:
            found.append((each, each.address("slip_list_new"), f"Soạn, trình ký: {each.row.label}"))
        else:
            said = f"{each.row.label}: {in_a_sentence(slip.get_state_display())}"
            found.append((each, reverse("slip", args=[slip.pk]), said))
    return found


def _decided(lists: list[ListAct], by: Position) -> list[Decided]:
    """Each list with its name, its body, and of the lines that the position sees their number and sum; two
    queries."""
    names = last_names({row.organisation_id for row in lists})
    labels = {row.name: row.label for route in ROUTES.values() for row in route.actions}
    seen = ListLine.objects.filter(
        list_act__in=[row.pk for row in lists], project_year__in=files_visible_to(by)
    )
    sums = {
        key: (files, total)
        for key, files, total in seen.order_by().values_list("list_act").annotate(Count("pk"), Sum("amount"))
    }
    return [(row, labels[row.action], _name(names, row), *sums.get(row.pk, (0, None))) for row in lists]


def _index_csv(rows: list[Decided]) -> HttpResponse:
    head = ["Danh mục", "Số, ký hiệu", "Ngày", "Cơ quan", "Chương trình", "Năm", "Hồ sơ", "Kinh phí (đồng)"]
    found = (
        [
            label,
            each.paper.number if each.paper else "",
            each.paper.dated if each.paper else each.effective_on,
            organisation,
            each.get_programme_display(),
            each.year,
            files,
            total,
        ]
        for each, label, organisation, files, total in rows
    )
    return csv_files.answer("danh-muc", head, found)


@require_http_methods(["GET", "HEAD", "POST"])
def list_new(request: ActingRequest, action: str, programme: str, year: int) -> HttpResponse:
    """Decide a list act line by line; on POST do it, all lines or none.

    When a file has moved on in between, the page comes back with what was typed for the others (409)."""
    by = request.acting
    row, years = waiting_for(action, programme.upper(), year, by)
    draft = find_draft(list_key(action, programme, year), by=by)
    form = ListForm(request.POST or None, row=row, years=years, by=by, draft=draft.data, label_suffix="")
    stale: Stale | None = None
    if request.method == "POST" and (gone := form.missing()):
        stale = gone_from_list(gone, by)
    elif request.method == "POST" and form.is_valid():
        lines = form.lines()
        try:
            done = act_on_list(
                action,
                lines,
                by=by,
                paper=form.paper(),
                comment=form.cleaned_data["comment"],
                registration_round=form.cleaned_data.get("registration_round"),
                answers=answered(action, [line.year for line in lines]),
                texts=form.texts(),
            )
        except LinesRefused as refusal:
            form.blame(refusal.by_file, needs_reason=isinstance(refusal, NeedsReason))
        except NeedsReason as doubt:
            form.add_error("comment", list(doubt.reasons))
        except Stale as error:
            stale = error
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            empty_draft(draft.key, by=by)
            message_kept(request, f"Đã thực hiện: {row.label}, {len(lines)} hồ sơ.", draft.key)
            return redirect("list", pk=done.pk)
    if stale is not None:
        _, years = waiting_for(action, programme.upper(), year, by)
        form = renewed(form, years, request.POST)
    return _page(request, form, Programme(programme.upper()), year, draft, stale)


def _page(
    request: ActingRequest,
    form: ListForm,
    programme: Programme,
    year: int,
    draft: FormDraft,
    stale: Stale | None,
) -> HttpResponse:
    by, row = request.acting, form.row
    arguments = [row.name, programme.lower(), year]
    context = lines_shown(form, programme, year, by) | {
        "signs_as": signs_as(row, form.years[0], by) if form.years else "",
        "paper_label": in_a_sentence(str(PaperKind(row.paper).label)) if row.paper else "",
        "key": draft.key,
        "version": draft.version,
        "save_url": reverse("list_draft", args=arguments),
        "draft_pdf": reverse("list_draft_pdf", args=arguments) if row.name in DRAFTED and form.years else "",
        "return_url": _return_url(row, programme, year, by) if form.years else "",
        "stale": stale,
        "slip": open_slip(Matter(row, tuple(form.years), on_list=True), by) if form.years else None,
    }
    status = 409 if stale else 400 if form.is_bound else 200
    return render(request, "projects/lists/new.html", context, status=status)


@require_POST
def list_draft(request: ActingRequest, action: str, programme: str, year: int) -> JsonResponse:
    """Keep what is typed on a list that is not decided yet."""
    by = request.acting
    row, years = waiting_for(action, programme.upper(), year, by)
    return keep(request, list_key(action, programme, year), ListForm(row=row, years=years, by=by, draft={}))


def _return_url(row: Action, programme: Programme, year: int, by: Position) -> str:
    """Where who approves a plan may send it back instead."""
    rows = rows_of("return_plan", programme) if row.name == "approve" else ()
    may = any(holders_of(each, by) for each in rows)
    return reverse("list_new", args=["return_plan", programme.lower(), year]) if may else ""


@require_safe
def list_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """One list as it was decided, its lines as far as the position may open their files."""
    by = request.acting
    found = list_or_404(request, pk)
    rows = rows_of(found.action, found.programme)
    verdicts = {verdict.name: verdict.label for row in rows for verdict in row.verdicts}
    lines = (
        found.lines.filter(project_year__in=files_visible_to(by))
        .select_related("project_year__project__province", "project_year__project__tenant__consortium")
        .prefetch_related(f"project_year__{PLACES}")
    )
    shown = [(line, verdicts.get(line.verdict, "")) for line in lines.order_by("pk")]
    if csv_files.is_wanted(request):
        return _lines_csv(found, shown)
    names = names_on(found.effective_on, {found.organisation_id})
    context = {
        "list": found,
        "label": rows[0].label,
        "lines": shown,
        "has_verdicts": bool(rows[0].verdicts),
        "given": sum(line.amount is not None for line, _ in shown),
        "total": sum(line.amount or 0 for line, _ in shown),
        "organisation": _name(names, found),
        "prints": found.action in PRINTED and sees_whole_list(by, found),
        "answers": lists_visible_to(by).filter(pk=found.answers_id).first() if found.answers_id else None,
        "illustration": any(line.project_year.project.is_illustration for line, _ in shown),
    }
    return render(request, "projects/lists/list.html", context)


def _lines_csv(found: ListAct, lines: list[tuple[ListLine, str]]) -> HttpResponse:
    head = ["Mã", "Đề án", "Tỉnh, thành phố", "Kết luận", "Kinh phí (đồng)", "Lý do"]
    rows = (
        [
            line.project_year.project.code,
            line.project_year.project.title,
            line.project_year.project.place_name,
            verdict,
            line.amount,
            line.reason,
        ]
        for line, verdict in lines
    )
    return csv_files.answer(f"danh-muc-{found.pk}", head, rows)


def _name(names: Mapping[int, OrganisationName], row: ListAct) -> str:
    """What the body is called; one that has ended bears no name today."""
    name = names.get(row.organisation_id)
    return name.name if name else row.organisation.slug
