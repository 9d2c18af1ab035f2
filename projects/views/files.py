"""The list of files, a new one, and the first page of one: where it stands and what is to be done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import IMPLEMENTING_KINDS, OrganisationKind, Position
from accounts.models import OrganisationName as Name
from accounts.queries import provinces_on
from accounts.tenancy import readable_tenants
from budgets.models import Programme
from khuyencong.lib import csv_files
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.paging import page_of
from khuyencong.lib.vietnamese import sort_key
from khuyencong.lib.workflow import Forbidden, Refused
from projects.access import ActingRequest, file_or_404
from projects.columns import COLUMNS, Column, cell, shown_columns, with_amounts
from projects.filters import FileFilter, activity_labels, state_labels, with_asked
from projects.forms.files import NewFileForm
from projects.models import ProjectYear
from projects.once import once
from projects.queries import files_visible_to
from projects.services.copies import copy_file, may_copy
from projects.services.files import create_project, may_create, require_author
from projects.services.list_habits import choose_columns, forget_filter, habits_of, save_filter
from projects.states import FINAL
from projects.views.overview import overview
from projects.views.parts import part

NEW_KEY = "new-file"


@require_safe
def file_list(request: ActingRequest) -> HttpResponse:
    """Files that the position sees, narrowed by the words of the address."""
    by = request.acting
    chosen = FileFilter.of(request.GET.dict())
    rows = chosen.apply(with_asked(files_visible_to(by))).order_by("-year", "-pk")
    options, names = _options(by)
    units = options.get("implementer", {})
    habits = habits_of(by)
    columns = shown_columns(habits.columns, shows_units=bool(units))
    rows = with_amounts(rows, columns)
    if csv_files.is_wanted(request):
        return _as_csv(rows, names if units else {}, columns)
    page = page_of(rows, request.GET.get("page"), [column.name for column in columns if column.amount])
    unit_of = {year.pk: names.get(year.project.implementer_id, "") for year in page}
    context = {
        "page": page,
        "chosen": chosen,
        "options": options,
        "chips": [(label, f"?{_without(request.GET, name)}") for name, label in chosen.labels(options)],
        "columns": columns,
        "rows": [
            (year, [(column, cell(year, column, unit_of[year.pk])) for column in columns]) for year in page
        ],
        "totals": [(column, page.totals.get(column.name)) for column in columns],
        "column_choices": [
            (column, column in columns) for column in COLUMNS if units or column.name != "unit"
        ],
        "many_provinces": "province" in options,
        "saved": [(name, f"?{urlencode(words)}") for name, words in habits.filters.items()],
        "may_create": may_create(by),
        "illustration": any(year.project.is_illustration for year in page),
    }
    return render(request, "projects/files/list.html", context)


def _as_csv(rows: QuerySet[Any, Any], units: Mapping[int, str], columns: Sequence[Column]) -> HttpResponse:
    """All rows of the list with what every list has and the columns that the page shows besides; ``units`` names
    implementers, where the page does."""
    more = [column for column in columns if not column.usual]
    head = ["Mã", "Tên", "Năm", "Chương trình", "Nội dung hoạt động", "Tỉnh, thành phố"]
    head += ["Đơn vị thực hiện"] if units else []
    head += ["Trạng thái", "Từ ngày", "Kinh phí hỗ trợ (đồng)", "Vốn đối ứng (đồng)"]
    head += [f"{column.label} (đồng)" if column.amount else column.label for column in more]
    found = (
        [
            year.project.code,
            year.project.title,
            year.year,
            year.project.get_programme_display(),
            str(year.project.activity),
            year.project.place_name,
            *([units.get(year.project.implementer_id, "")] if units else []),
            year.get_state_display(),
            year.state_since,
            year.asked,
            year.own,
            *(cell(year, column, "") for column in more),
        ]
        for year in rows[: csv_files.LONGEST + 1]
    )
    return csv_files.answer("de-an", head, found)


def _options(by: Position) -> tuple[dict[str, dict[str, str]], dict[int, str]]:
    """What each choice of the filter offers this position (parameter → value → label), and what every unit is or was
    last called whose files it may see."""
    this_year = today().year
    options = {
        "year": {str(year): str(year) for year in range(this_year + 1, this_year - 6, -1)},
        "programme": {str(value): str(label) for value, label in Programme.choices},
        "state": state_labels(),
        "activity": activity_labels(),
    }
    kind = by.organisation.kind
    names: dict[int, str] = {}
    if kind not in IMPLEMENTING_KINDS:
        units = Name.objects.filter(organisation__kind__in=IMPLEMENTING_KINDS)
        if by.organisation.province_id is not None:
            units = units.filter(
                Q(organisation__tenant__in=readable_tenants(by))
                | Q(organisation__consortia__provinces=by.organisation.province_id)
            ).distinct()
        elif kind == OrganisationKind.AGENCY:
            units = units | Name.objects.filter(organisation_id=by.organisation_id)
        held = list(
            units.filter(valid_from__lte=today()).order_by("valid_from").select_related("organisation")
        )
        names = {row.organisation_id: row.name for row in held}
        present = [row for row in held if row.valid_to is None or row.valid_to >= today()]
        if len(present) > 1:
            in_order = sorted(present, key=lambda row: sort_key(row.name))
            options["implementer"] = {row.organisation.slug: row.name for row in in_order}
    if by.organisation.province_id is None and by.scope_province_id is None:
        options["province"] = dict(provinces_on(today()).values_list("slug", "name"))
    return options, names


def _without(parameters: QueryDict, name: str) -> str:
    """The address without one word of the filter, back on the first page."""
    left = parameters.copy()
    for each in (name, "page"):
        left.pop(each, None)
    return left.urlencode()


@require_POST
def keep_filter(request: ActingRequest) -> HttpResponse:
    """Give the filter that is on a name, or forget the one that is named; back to the list as it was."""
    chosen = FileFilter.of(request.POST.dict())
    forgotten = request.POST.get("forget", "")
    try:
        if forgotten:
            forget_filter(forgotten, by=request.acting)
            messages.success(request, f"Đã bỏ bộ lọc “{forgotten}”.")
        else:
            name = save_filter(request.POST.get("name", ""), chosen, by=request.acting)
            messages.success(request, f"Đã lưu bộ lọc “{name}”.")
    except Refused as refused:
        messages.error(request, str(refused))
    return _to_list(chosen)


@require_POST
def keep_columns(request: ActingRequest) -> HttpResponse:
    """Show the ticked columns from now on, or (``usual``) those of one who never chose; back to the list."""
    usual = "usual" in request.POST
    choose_columns(None if usual else request.POST.getlist("column"), by=request.acting)
    return _to_list(FileFilter.of(request.POST.dict()))


def _to_list(chosen: FileFilter) -> HttpResponse:
    """The list, narrowed as it was."""
    return redirect(f"{reverse('file_list')}?{urlencode(chosen.words())}")


@require_http_methods(["GET", "HEAD", "POST"])
def new_file(request: ActingRequest) -> HttpResponse:
    """Start a draft, empty or from an earlier file (``from``: its code), and go on to its content."""
    by = request.acting
    require_author(by)
    source = _source(request)
    form = NewFileForm(request.POST or None, by=by, initial=_asked_for(request, source))
    if request.method == "POST" and form.is_valid():
        try:
            code = _start_once(request, form.cleaned_data, source)
        except Refused as refusal:
            form.add_error("title", list(refusal.reasons))
        else:
            message_kept(request, f"Đã lập hồ sơ {code}. Mời ghi nội dung đề án.", NEW_KEY)
            return redirect("content", code=code)
    context: dict[str, Any] = {
        "form": form,
        "key": NEW_KEY,
        "once": request.POST.get("once") or get_random_string(32),
        "source": source,
    }
    return render(request, "projects/files/new.html", context, status=400 if form.errors else 200)


def _source(request: ActingRequest) -> ProjectYear | None:
    """The file from which the new one is written; a file of another unit raises Forbidden."""
    code = request.GET.get("from")
    if not code:
        return None
    source = file_or_404(request, code)
    if not may_copy(source, request.acting):
        raise Forbidden("Chỉ lập được hồ sơ mới từ hồ sơ của chính đơn vị.")
    return source


def _start_once(request: ActingRequest, values: Mapping[str, Any], source: ProjectYear | None) -> str:
    """The code of the draft that this page starts: the button twice starts one, another text on the same page
    another."""
    typed = json.dumps([values, source and source.pk], sort_keys=True, default=str)
    page = request.POST.get("once", "")[:32]
    key = (
        f"{page}-{hashlib.sha256(typed.encode()).hexdigest()[:40]}"
        if page.isalnum() and page.isascii()
        else ""
    )
    return once(request.acting, key, typed, partial(_start, values, source, by=request.acting))


def _start(values: Mapping[str, Any], source: ProjectYear | None, *, by: Position) -> str:
    """Start the draft. Raises Refused when the unit has an open file of this title: the page was sent once more."""
    same = {f"project__{name}": values[name] for name in ("title", "programme", "year")}
    twins = ProjectYear.objects.filter(project__implementer=by.organisation, **same).exclude(state__in=FINAL)
    if twin := twins.select_related("project").first():
        raise Refused(
            f"Năm {twin.year} đơn vị đã có hồ sơ {twin.project.code} cùng tên. Hãy mở hồ sơ đó, hoặc ghi tên khác."
        )
    if source is None:
        return create_project(by=by, **values).code
    return copy_file(source, by=by, **values).project.code


def _asked_for(request: HttpRequest, source: ProjectYear | None) -> dict[str, Any]:
    """What is filled in already: by the earlier file, by a link to this page (programme and year)."""
    known: dict[str, Any] = {}
    if source is not None:
        project = source.project
        known = {
            name: getattr(project, name)
            for name in ("title", "programme", "kind", "nature", "activity", "provinces")
        }
    return known | {name: request.GET[name] for name in ("programme", "year") if name in request.GET}


@require_safe
def file(request: ActingRequest, code: str) -> HttpResponse:
    """Where the file stands, what is to be done, by whom, and what is missing."""
    year = file_or_404(request, code)
    return part(
        request, year, "file", "projects/files/overview.html", {"view": overview(year, request.acting)}
    )
