"""Who gets what: choosing establishments from the register and typing their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Position, Tenant
from budgets.queries import balance
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Forbidden, Refused
from projects.access import ActingRequest, file_or_404
from projects.conflicts import Conflict
from projects.eligibility import eligibility
from projects.forms.beneficiaries import ChoiceOfEstablishment, ShareRows, TaxCodeForm, share_rows
from projects.forms.rows import mark_conflicts
from projects.groups import named_by_plan, writes_plan
from projects.guards import asked_counterpart, asked_support
from projects.models import BeneficiaryShare, Establishment, ProjectYear
from projects.openings import NOTHING, Opening, opening_of
from projects.queries import establishments_visible_to, search_establishments
from projects.services.establishments import take_establishment
from projects.services.files import may_write, save_shares
from projects.states import WRITABLE
from projects.views import saving
from projects.views.parts import part
from projects.views.shares import reading

SHOWN = 8
"""Establishments offered at once; more words narrow them."""


def _opening(year: ProjectYear, by: Position) -> Opening:
    """What of the beneficiaries ``by`` writes now: as the file is open, or all for a group project's plan. Until then
    such a project names none; those that were written before it became one can only be taken out."""
    if writes_plan(year, by, today()):
        return Opening(everything=True)
    names_none = named_by_plan(year.project, today()) and not year.shares.exists()
    return opening_of(year) if may_write(year, by) and not names_none else NOTHING


def _require_open(year: ProjectYear, by: Position) -> Opening:
    """What is open. Raises Forbidden when nothing is."""
    opening = _opening(year, by)
    if not opening.touches("beneficiaries"):
        raise Forbidden(
            f"Hồ sơ đang ở trạng thái “{year.get_state_display()}”: cơ sở thụ hưởng hiện không sửa được; hãy tải lại "
            "trang để xem."
        )
    return opening


def _rows_of(year: ProjectYear, opening: Opening, data: Any = None) -> ShareRows:
    rows = share_rows(year, data)
    if not opening.everything:
        rows.open_only(opening, "beneficiaries", lambda row: str(row["establishment"]))
    return rows


def _offered(year: ProjectYear, by: Position) -> QuerySet[Establishment]:
    """Establishments of the own register that are not in the file yet."""
    own = establishments_visible_to(by).filter(tenant_id=year.tenant_id)
    return own.exclude(shares__project_year=year)


def _found(year: ProjectYear, by: Position, words: str) -> list[tuple[Establishment, list[str]]]:
    """The first establishments that match, each with the reasons why it may not be supported."""
    rows = search_establishments(_offered(year, by), words)[:SHOWN]
    return eligibility(rows, today())


def key_of(year: ProjectYear) -> str:
    """Name of the text that the browser keeps; a new submission starts afresh."""
    return f"shares-{year.address}-{year.submission}"


@require_http_methods(["GET", "HEAD", "POST"])
def beneficiaries(request: ActingRequest, code: str) -> HttpResponse:
    """The beneficiaries of a file: to write for its unit while it is open, to read for all others."""
    year = file_or_404(request, code)
    opening = _opening(year, request.acting)
    if not opening.touches("beneficiaries"):
        saving.refuse_post(request)
        return part(request, year, "beneficiaries", "projects/files/beneficiaries_read.html", reading(year))
    rows = _rows_of(year, opening, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, year, rows)
    theirs: Mapping[str, Mapping[str, Any]] = {}
    refused: tuple[str, ...] = ()
    if rows.is_clean:
        try:
            save_shares(year, by=request.acting, version=saving.version_of(request), shares=rows.rows())
        except Conflict as conflict:
            year.project.version = conflict.version
            theirs = rows.theirs(conflict.theirs["beneficiaries"][1])
            mark_conflicts(rows.forms, theirs)
        except Refused as refusal:
            refused = refusal.reasons
        else:
            message_kept(request, f"Đã lưu cơ sở thụ hưởng của {code}.", key_of(year))
            if "next" in request.POST and (said := _difference(year, list(year.shares.all()))):
                messages.warning(request, said)
            return redirect("documents" if "next" in request.POST else "beneficiaries", code=code)
    return _page(request, year, rows, theirs=theirs, refused=refused, status=409 if theirs else 400)


def _page(
    request: ActingRequest,
    year: ProjectYear,
    rows: ShareRows,
    *,
    theirs: Mapping[str, Mapping[str, Any]] | None = None,
    refused: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:80]
    context = {
        "rows": rows,
        "q": words,
        "found": [] if rows.fixed_rows else _found(year, request.acting, words),
        "sums": _sums(year),
        "key": key_of(year),
        "theirs": saving.both(theirs or {}, request.POST),
        "refused": refused,
        "shared": year.project.tenant.kind == Tenant.Kind.CONSORTIUM,
        "plan": writes_plan(year, request.acting, today()),
    }
    return part(request, year, "beneficiaries", "projects/files/beneficiaries.html", context, status=status)


def _difference(year: ProjectYear, shares: Sequence[BeneficiaryShare]) -> str:
    """By how much the shares miss the estimate (G9), those of a group project the allocation; "" when they do not."""
    if year.state not in WRITABLE:
        have, allocated = sum(share.support for share in shares), balance(year.pk).allocated
        if have == allocated:
            return ""
        return (
            f"Tổng hỗ trợ {'chưa dùng hết' if have < allocated else 'vượt'} {dong(abs(allocated - have))} so với kinh "
            f"phí được giao ({dong(allocated)})."
        )
    sums = (
        ("hỗ trợ", sum(share.support for share in shares), asked_support(year)),
        ("đối ứng", sum(share.counterpart for share in shares), asked_counterpart(year)),
    )
    return " ".join(
        f"Tổng {name} {'còn thiếu' if have < planned else 'vượt'} {dong(abs(planned - have))} so với dự toán "
        f"({dong(planned)})."
        for name, have, planned in sums
        if have != planned
    )


def _sums(year: ProjectYear) -> dict[str, str]:
    """What the shares add up to, and how it compares with the estimate."""
    shares = list(year.shares.all())
    support, counterpart = sum(share.support for share in shares), sum(share.counterpart for share in shares)
    writing = year.state in WRITABLE
    matched = (
        "Tổng hỗ trợ và đối ứng khớp với dự toán." if writing else "Tổng hỗ trợ bằng kinh phí được giao."
    )
    return {
        "shares_support": dong(support),
        "shares_counterpart": dong(counterpart),
        "shares_difference": _difference(year, shares) or (matched if support or counterpart else ""),
    }


@require_POST
def beneficiaries_save(request: ActingRequest, code: str) -> JsonResponse:
    """Save what is being typed; answers the JSON of a form that saves itself."""
    year = file_or_404(request, code)
    rows = _rows_of(year, _require_open(year, request.acting), request.POST)

    def save() -> JsonResponse:
        version = save_shares(year, by=request.acting, version=saving.version_of(request), shares=rows.rows())
        return saving.saved(version, errors=rows.problems(), computed=_sums(year))

    return saving.answer(save, lambda conflict: rows.theirs(conflict.theirs["beneficiaries"][1]))


@require_safe
def establishment_search(request: ActingRequest, code: str) -> HttpResponse:
    """What the register offers for the words typed so far: a piece of the page of beneficiaries."""
    year = file_or_404(request, code)
    _require_open(year, request.acting)
    words = request.GET.get("q", "").strip()[:80]
    context: dict[str, Any] = {
        "year": year,
        "project": year.project,
        "found": _found(year, request.acting, words),
        "q": words,
    }
    context["opens_register"] = True
    return render(request, "projects/files/offered.html", context)


def _rest(year: ProjectYear) -> dict[str, int]:
    """What the estimate asks for and no share has yet: the first guess for a new one, in đồng."""
    shares, lines = list(year.shares.all()), list(year.estimate.all())
    own = sum(line.counterpart for line in lines) - sum(share.counterpart for share in shares)
    whole = asked_support(year) if year.state in WRITABLE else balance(year.pk).allocated
    support = whole - sum(share.support for share in shares)
    return {"support": max(support, 0), "counterpart": max(own, 0)}


@require_POST
def beneficiary_take(request: ActingRequest, code: str) -> HttpResponse:
    """Take an establishment by its tax code out of the register of one of the file's provinces, and into the file."""
    year = file_or_404(request, code)
    saving.require_open(year, request.acting)
    form = TaxCodeForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["tax_code"].as_data()[0].messages[0]))
        return redirect("beneficiaries", code=code)
    tax_code = form.cleaned_data["tax_code"]
    taken = take_establishment(year.project, tax_code, by=request.acting)
    if taken is None:
        messages.warning(
            request,
            f"Danh bạ của {year.project.place_name} không có cơ sở nào mang mã số thuế {tax_code}. "
            "Hãy kiểm tra lại mã số, hoặc bấm “Thêm cơ sở mới”.",
        )
        return redirect("beneficiaries", code=code)
    if not _offered(year, request.acting).filter(pk=taken.pk).exists():
        messages.warning(request, f"{taken.name} đã có trong danh sách.")
        return redirect("beneficiaries", code=code)
    return _add(request, year, taken)


@require_POST
def beneficiary_add(request: ActingRequest, code: str) -> HttpResponse:
    """Take one establishment of the register into the file; its amounts are typed afterwards."""
    year = file_or_404(request, code)
    _require_open(year, request.acting)
    form = ChoiceOfEstablishment(request.POST, offered=_offered(year, request.acting))
    if not form.is_valid():
        messages.warning(request, "Cơ sở này đã có trong danh sách, hoặc không có trong danh bạ của tỉnh.")
        return redirect("beneficiaries", code=code)
    return _add(request, year, form.cleaned_data["establishment"])


def _add(request: ActingRequest, year: ProjectYear, chosen: Establishment) -> HttpResponse:
    rows = [
        *share_rows(year).stored_rows(),
        {"establishment": chosen, **_rest(year), "place": chosen.address},
    ]
    save_shares(year, by=request.acting, version=year.project.version, shares=rows)
    messages.success(request, f"Đã đưa {chosen.name} vào danh sách. Mời kiểm tra địa điểm và số tiền.")
    return redirect("beneficiaries", code=year.address)
