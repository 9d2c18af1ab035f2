"""The register of rural industrial establishments: find, read, add, correct."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import UNIT_KINDS, Province, Tenant
from khuyencong.lib import csv_files
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.paging import page_of
from khuyencong.lib.vietnamese import nfc
from khuyencong.lib.workflow import Forbidden, Refused
from projects.access import NO_REGISTER, ActingRequest, establishment_or_404, file_or_404
from projects.conflicts import Conflict
from projects.eligibility import eligibility, ineligible
from projects.forms.establishments import EstablishmentForm
from projects.forms.rows import mark_conflicts
from projects.models import Establishment, Industry, Project
from projects.queries import (
    establishments_visible_to,
    files_visible_to,
    may_read_register,
    search_establishments,
)
from projects.services.establishments import (
    may_register_establishments,
    save_establishment,
    writes_register_of,
)
from projects.views import saving

NOT_YOURS = "Chỉ cán bộ, Giám đốc trung tâm khuyến công của tỉnh ghi được danh bạ cơ sở."


@require_safe
def establishment_list(request: ActingRequest) -> HttpResponse:
    """Establishments that the position reads, by name."""
    by = request.acting
    if not may_read_register(by):
        raise Forbidden(NO_REGISTER)
    words = nfc(request.GET.get("q", "")).strip()[:80]
    industry = request.GET.get("industry", "")
    rows = search_establishments(establishments_visible_to(by), words)
    if by.organisation.province_id is not None:
        rows = rows.filter(copied_on__isnull=True)  # the register has the original
    if industry:
        rows = rows.filter(industry=industry)
    if csv_files.is_wanted(request):
        return _as_csv(rows)
    page = page_of(rows, request.GET.get("page"))
    context = {
        "page": page,
        "rows": eligibility(page, today()),
        "q": words,
        "industry": industry,
        "industries": {str(value): str(label) for value, label in Industry.choices},
        "may_write": writes_register_of(by, None),
        "many_provinces": by.organisation.province_id is None,
        "illustration": any(row.is_illustration for row in page),
    }
    return render(request, "projects/establishments/list.html", context)


def _as_csv(rows: QuerySet[Establishment]) -> HttpResponse:
    """All rows of the register as it is narrowed, with why somebody may not be supported today."""
    head = ["Cơ sở", "Loại hình", "Mã số thuế", "Xã, phường", "Tỉnh, thành phố", "Ngành nghề", "Sản phẩm"]
    head += ["Lao động", "Điều kiện"]
    found = (
        [
            row.name,
            row.get_legal_form_display(),
            row.tax_code,
            row.commune_name,
            row.province.name,
            row.get_industry_display(),
            row.products,
            row.employees,
            " ".join(faults) or "Đủ điều kiện",
        ]
        for row, faults in eligibility(list(rows[: csv_files.LONGEST + 1]), today())
    )
    return csv_files.answer("co-so", head, found)


@require_safe
def establishment(request: ActingRequest, pk: int) -> HttpResponse:
    """One establishment, whether it may be supported today, and the files that name it."""
    found = establishment_or_404(request, pk)
    context = {
        "establishment": found,
        "faults": ineligible(found, today()),
        "years": files_visible_to(request.acting)
        .filter(shares__establishment=found)
        .order_by("-year", "-pk"),
        "may_write": _may_write(request, found),
        "illustration": found.is_illustration,
    }
    return render(request, "projects/establishments/establishment.html", context)


def _may_write(request: ActingRequest, found: Establishment) -> bool:
    by = request.acting
    if not may_register_establishments(by):
        return False
    shared = by.organisation.kind in UNIT_KINDS  # behind the wall it sees its own files' alone
    return shared or found.tenant_id == by.organisation.tenant_id


@require_http_methods(["GET", "HEAD", "POST"])
def establishment_new(request: ActingRequest) -> HttpResponse:
    """Add an establishment; from a file one comes back to that file with it at hand."""
    by = request.acting
    code = request.GET.get("file", "")
    year = file_or_404(request, code) if code else None
    project = year.project if year else None
    if not writes_register_of(by, project):
        raise Forbidden(NOT_YOURS)
    form = EstablishmentForm(request.POST or None, establishment=None, provinces=_places(project))
    if request.method == "POST" and form.is_valid():
        try:
            made = save_establishment(None, by=by, version=None, values=form.cleaned_data, project=project)
        except Refused as refusal:
            form.add_error("tax_code", list(refusal.reasons))
        else:
            message_kept(request, f"Đã ghi {made.name} vào danh bạ.", "establishment-new")
            if year is None:
                return redirect("establishment", pk=made.pk)
            back = reverse("beneficiaries", args=[year.address])
            return redirect(f"{back}?{urlencode({'q': made.tax_code})}#them")
    context = {
        "form": form,
        "key": "establishment-new",
        "year": year,
        "project": project,
        "establishment": None,
    }
    return render(request, "projects/establishments/edit.html", context, status=400 if form.errors else 200)


def _places(project: Project | None) -> list[Province]:
    """Provinces between which one chooses: those of a file that is shared."""
    shared = project is not None and project.tenant.kind == Tenant.Kind.CONSORTIUM
    return project.provinces_now if project is not None and shared else []


@require_http_methods(["GET", "HEAD", "POST"])
def establishment_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Correct an establishment; the page saves itself while it is typed."""
    found = establishment_or_404(request, pk)
    if not _may_write(request, found):
        raise Forbidden(NOT_YOURS)
    form = EstablishmentForm(request.POST if request.method == "POST" else None, establishment=found)
    key, theirs = f"establishment-{pk}", {}
    if request.method == "POST" and form.is_valid():
        try:
            version = saving.version_of(request)
            save_establishment(found, by=request.acting, version=version, values=form.cleaned_data)
        except Conflict as conflict:
            found.version = conflict.version
            theirs = form.theirs(conflict.theirs)
            mark_conflicts([form], theirs)
        except Refused as refusal:
            form.add_error("tax_code", list(refusal.reasons))
        else:
            message_kept(request, "Đã lưu.", key)
            return redirect("establishment", pk=pk)
    context: dict[str, Any] = {
        "form": form,
        "key": key,
        "establishment": found,
        "theirs": saving.both(theirs, request.POST),
        "faults": ineligible(found, today()),
        "illustration": found.is_illustration,
    }
    status = 409 if theirs else 400 if form.errors else 200
    return render(request, "projects/establishments/edit.html", context, status=status)


@require_POST
def establishment_save(request: ActingRequest, pk: int) -> JsonResponse:
    """Save what is being typed; answers the JSON of a form that saves itself."""
    found = establishment_or_404(request, pk)
    if not _may_write(request, found):
        raise Forbidden(NOT_YOURS)
    form = EstablishmentForm(request.POST, establishment=found)
    form.is_valid()
    version = saving.version_of(request)

    def save() -> JsonResponse:
        values, errors = form.values(), form.problems()
        try:
            stored = save_establishment(found, by=request.acting, version=version, values=values)
        except Conflict:
            raise
        except (
            Refused
        ) as refusal:  # the tax code stands in the register already: the rest is saved without it
            del values["tax_code"]
            errors["tax_code"] = str(refusal)
            stored = save_establishment(found, by=request.acting, version=version, values=values)
        return saving.saved(stored.version, errors=errors, computed={"eligibility": _said(stored)})

    return saving.answer(save, lambda conflict: form.theirs(conflict.theirs))


def _said(found: Establishment) -> str:
    faults = ineligible(found, today())
    return f"Chưa đủ điều kiện: {' '.join(faults)}" if faults else "Đủ điều kiện được hỗ trợ."
