"""Lists of files under one paper: what can be decided now, deciding it line by line, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import OrganisationName, Position
from accounts.queries import last_names, names_on
from budgets.holders import holder_for
from budgets.models import Programme, Source
from budgets.queries import Envelope, envelope
from khuyencong.lib import csv_files
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.numbers import grouped
from khuyencong.lib.paging import page_of
from khuyencong.lib.vietnamese import in_a_sentence
from khuyencong.lib.workflow import Action, Facts, Forbidden, NeedsReason, Refused, Stale, Verdict
from projects.access import ActingRequest, list_or_404, sees_whole_list
from projects.candidates import answered, waiting_for
from projects.forms.lists import MONEY_ACTS, Candidate, ListForm
from projects.holding import holders_of, signs_as
from projects.models import FormDraft, ListAct, ListLine, PaperKind, ProjectYear
from projects.queries import PLACES, files_visible_to, lists_visible_to, meant_amounts
from projects.routes import PROGRAMME_OF
from projects.said import Recommended
from projects.services.drafts import empty_draft, find_draft, list_key
from projects.services.lists import PROPOSED_OR_IN_PLAN, LinesRefused, PlanMoney, act_on_list, plan_money
from projects.states import IN_PLAN, State
from projects.tasks import open_files
from projects.views.drafts import keep
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


def open_lists(position: Position) -> list[Open]:
    """List acts open to ``position`` today, one query for each row it holds and one more; rows of one name are one
    list. The sum is what the default verdict means, as on the first page.

    Returning a plan is offered on the page of its approval."""
    found: dict[tuple[str, str, int], tuple[Action, list[ProjectYear]]] = {}
    facts: Facts = {}
    for route in ROUTES.values():
        for row in route.actions:
            if not row.list_act or row.name == "return_plan" or not holders_of(row, position, facts):
                continue
            for file in open_files(row, route.name, position, today(), facts):
                key = (row.name, PROGRAMME_OF[route.name], file.year)
                found.setdefault(key, (row, []))[1].append(file)
    meant = meant_amounts(file for _, files in found.values() for file in files)
    lists = [
        Open(row, Programme(programme), year, len(files), sum(meant[file.pk] for file in files))
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
    context = {"open": open_lists(by), "page": page, "rows": _decided(page.rows, by)}
    return render(request, "projects/lists/index.html", context)


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
        stale = _gone(gone, by)
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
        row, years = waiting_for(action, programme.upper(), year, by)
        data = ListForm(row=row, years=years, by=by, draft={}).renewed(request.POST)
        form = ListForm(data, row=row, years=years, by=by, draft={}, label_suffix="")
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
    candidates = form.candidates()
    arguments = [row.name, programme.lower(), year]
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "signs_as": signs_as(row, form.years[0], by) if form.years else "",
        "candidates": candidates,
        "lines": [(item, _columns(row, programme, item)) for item in candidates],
        "of_plan": row.name in MONEY_ACTS,
        "paper_label": in_a_sentence(str(PaperKind(row.paper).label)) if row.paper else "",
        "counts": COUNTING.get(row.name, ""),
        "with_amount": " ".join(verdict.name for verdict in row.verdicts if verdict.with_amount),
        "programme": programme,
        "year": year,
        "limit": _limit(row, programme, year, by, candidates),
        "submissions": _submissions(row, form.years),
        "key": draft.key,
        "version": draft.version,
        "save_url": reverse("list_draft", args=arguments),
        "draft_pdf": reverse("list_draft_pdf", args=arguments) if row.name in DRAFTED and candidates else "",
        "return_url": _return_url(row, programme, year, by) if candidates else "",
        "stale": stale,
        "follows": [(verdict.label, _follows(row, verdict)) for verdict in row.verdicts],
        "illustration": any(each.project.is_illustration for each in form.years),
    }
    status = 409 if stale else 400 if form.is_bound else 200
    return render(request, "projects/lists/new.html", context, status=status)


def _follows(row: Action, verdict: Verdict) -> list[str]:
    """What a verdict means for its file, as sentences."""
    moves = f"chuyển sang “{State(verdict.target).label}”" if verdict.target else "giữ nguyên trạng thái"
    return [f"Hồ sơ {moves}.", *row.follows(verdict)]


@require_POST
def list_draft(request: ActingRequest, action: str, programme: str, year: int) -> JsonResponse:
    """Keep what is typed on a list that is not decided yet."""
    by = request.acting
    row, years = waiting_for(action, programme.upper(), year, by)
    return keep(request, list_key(action, programme, year), ListForm(row=row, years=years, by=by, draft={}))


def _gone(keys: list[int], by: Position) -> Stale:
    codes = files_visible_to(by).filter(pk__in=keys).values_list("project__code", "state")
    told = ", ".join(sorted(code for code, _ in codes)) or f"{len(keys)} hồ sơ"
    return Stale(
        f"Vừa được xử lý ở nơi khác và không còn chờ việc này: {told}. Chưa có dòng nào được ghi. "
        "Các dòng còn lại vẫn giữ nội dung ông, bà đã gõ; hãy xem lại rồi thực hiện."
    )


def _submissions(row: Action, years: list[ProjectYear]) -> list[ListAct]:
    """The submissions that wait for an answer."""
    if row.name not in {"approve", "return_plan"}:
        return []
    found = ListAct.objects.filter(action="propose", lines__project_year__in=years, lines__verdict="INCLUDE")
    return list(found.select_related("paper").distinct().order_by("-pk")[:6])


def _return_url(row: Action, programme: Programme, year: int, by: Position) -> str:
    """Where who approves a plan may send it back instead."""
    rows = rows_of("return_plan", programme) if row.name == "approve" else ()
    may = any(holders_of(each, by) for each in rows)
    return reverse("list_new", args=["return_plan", programme.lower(), year]) if may else ""


@dataclass(frozen=True)
class Limit:
    """The money that a list is measured by: what there is and what is taken already, in đồng."""

    facts: tuple[tuple[str, int], ...]
    left: int
    left_label: str
    chosen: int
    """What the default verdict on every line takes."""

    @property
    def after(self) -> int:
        return self.left - self.chosen


COUNTING = {
    "register": "INCLUDE",
    "propose": "INCLUDE",
    "give_opinion": "AGREE AGREE_WITH",
    "approve": "APPROVE AMEND",
    "appraise_allocation": "AGREE",
    "allocate": "FULL PARTIAL",
}
"""Verdicts of each list act that stand for money."""


def _limit(
    row: Action, programme: Programme, year: int, by: Position, candidates: list[Candidate]
) -> Limit | None:
    """What the holder of the money has, what its plan takes already, and what this list adds."""
    holder = holder_for(by, programme) if row.name in COUNTING and row.name != "register" else None
    if holder is None:
        return None
    if row.name in MONEY_ACTS:
        source = Source.NATIONAL if programme == Programme.NATIONAL else Source.LOCAL
        money: Envelope = envelope(holder, year, source)
        facts = (("Dự toán được giao", money.assigned), ("Đã giao cho đề án", money.allocated))
        left, after = money.left, "Còn sau lần giao này"
    else:
        # An approval answers what is proposed: only what was approved before stands beside it.
        states = IN_PLAN if row.name == "approve" else PROPOSED_OR_IN_PLAN
        plan: PlanMoney = plan_money(holder, programme, year, states=states)
        there = ("Dự toán được giao", plan.assigned)
        if plan.available > plan.assigned:
            so_far = f"mới được giao {grouped(plan.assigned)}" if plan.assigned else "chưa được giao"
            there = (f"Dự kiến ({so_far})", plan.available)
        taken = "Đã duyệt" if row.name == "approve" else "Đã trình, đã duyệt"
        facts = (there, (taken, plan.committed))
        left, after = plan.available - plan.committed, "Còn sau danh mục này"
    chosen = sum(each.amount for each in candidates)
    return Limit((*facts, ("Còn lại", left)), left, after, chosen)


Column = tuple[str, int | None, str]
"""Heading, amount in đồng (None: nobody has said one), a word beside it."""


def _columns(row: Action, programme: Programme, item: Candidate) -> list[Column]:
    """What was asked, recommended and decided of a line's money, as far as it comes before this act."""

    def level(label: str, said: Recommended | None) -> Column:
        return (label, said.amount if said else None, "không đề nghị" if said and said.against else "")

    found = [("Đề nghị", item.asked, ""), level("Sở thẩm định", item.department)]
    if programme == Programme.NATIONAL and row.name != "register":
        found.append(level("Cục thẩm định", item.agency))
    if row.name in MONEY_ACTS:
        found = [*found[:1], *found[-1:], ("Được duyệt", item.planned, ""), ("Chưa giao", item.left, "")]
    return found


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
