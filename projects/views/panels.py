"""Parts of a file that are only read: appraisals, money, the way it has gone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import last_names
from budgets.models import LedgerEntry, Source
from budgets.queries import Balance, balance_of, entries_of
from khuyencong.lib.numbers import grouped
from projects.access import ActingRequest, file_or_404
from projects.models import Appraisal
from projects.queries import appraisals_of
from projects.routelog import route_log
from projects.views.changes import links
from projects.views.parts import part
from projects.views.steps import shown_steps

SHORT = {
    Source.NATIONAL: "KCQG",
    Source.LOCAL: "KCĐP",
    Source.COUNTERPART: "Đối ứng",
    Source.SPONSOR: "Tài trợ",
    Source.OTHER: "Nguồn khác",
}
CONTENTS = ("principles", "need_and_cost", "capacity", "combination", "completeness")


@require_safe
def file_appraisals(request: ActingRequest, code: str) -> HttpResponse:
    """Appraisals of both levels, also those that a return made void."""
    year = file_or_404(request, code)
    found = appraisals_of(year)
    names = last_names({row.event.position.organisation_id for row, _ in found})
    appraisals = [
        {
            "row": row,
            "holds": holds,
            "organisation": names[row.event.position.organisation_id].name,
            "contents": [(_label(name), getattr(row, name)) for name in CONTENTS],
        }
        for row, holds in found
    ]
    return part(
        request, year, "file_appraisals", "projects/files/appraisals.html", {"appraisals": appraisals}
    )


def _label(name: str) -> str:
    return str(Appraisal._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


@require_safe
def file_money(request: ActingRequest, code: str) -> HttpResponse:
    """The ledger of a file and what it adds up to."""
    year = file_or_404(request, code)
    entries = entries_of([year.pk])
    sums = balance_of(entries.order_by())
    rows = [(entry, SHORT[Source(entry.source)], _paper(entry)) for entry in entries]
    context = {"rows": rows, "figures": _figures(sums), "stats": _stats(sums)}
    return part(request, year, "file_money", "projects/files/money.html", context)


def _paper(entry: LedgerEntry) -> str:
    """The paper's kind and number; its day stands in a column of its own."""
    return entry.paper.removesuffix(f" ngày {entry.effective_on:%d/%m/%Y}")


def _figures(sums: Balance) -> list[tuple[str, int, int | None]]:
    """(step, State support, counterpart) along the legal chain, in đồng; None where a step has no counterpart."""
    return [
        ("Đăng ký", sums.registered, None),
        ("Thẩm định cấp cơ sở", sums.appraised_department, None),
        ("Thẩm định cấp Bộ", sums.appraised_agency, None),
        *_plan(sums),
        ("Được giao", sums.allocated, None),
        ("Hợp đồng, giao nhiệm vụ", sums.contracted, sums.counterpart_contracted),
        ("Tạm ứng", sums.advanced, None),
        ("Nghiệm thu", sums.accepted, sums.counterpart_accepted),
        ("Thanh toán tạm ứng", sums.cleared, None),
        ("Thanh toán", sums.paid, None),
        ("Quyết toán", sums.settled, None),
        ("Hoàn trả", sums.refunded, None),
        ("Hủy dự toán", sums.cancelled, None),
    ]


def _plan(sums: Balance) -> list[tuple[str, int, int | None]]:
    """The plan in force; once changed, what was approved and the changes stand before it."""
    planned = ("Kế hoạch được duyệt", sums.planned, sums.counterpart_planned)
    if not sums.adjusted and not sums.counterpart_adjusted:
        return [planned]
    return [
        ("Phê duyệt ban đầu", sums.approved, sums.counterpart_approved),
        ("Điều chỉnh", sums.adjusted, sums.counterpart_adjusted),
        planned,
    ]


def _stats(sums: Balance) -> list[dict[str, Any]]:
    stats = [
        {"label": "Kế hoạch được duyệt", "value": grouped(sums.planned), "unit": "đồng"},
        {"label": "Chưa giao", "value": grouped(sums.planned - sums.allocated), "unit": "đồng"},
        {"label": "Đã giải ngân", "value": grouped(sums.disbursed), "unit": "đồng"},
        {"label": "Dư tạm ứng", "value": grouped(sums.advance_outstanding), "unit": "đồng"},
    ]
    if sums.payment_due:
        stats.append({"label": "Còn phải chi", "value": grouped(sums.payment_due), "unit": "đồng"})
    return stats


@require_safe
def file_route(request: ActingRequest, code: str) -> HttpResponse:
    """The whole way: what has passed with names and papers, where it stands, what is to come."""
    year = file_or_404(request, code)
    stops = route_log(year)
    names = last_names({stop.organisation_id for stop in stops if stop.organisation_id})
    steps = shown_steps(
        stops, year, {pk: name.name for pk, name in names.items()}, links(year, request.acting)
    )
    return part(request, year, "file_route", "projects/files/route.html", {"steps": steps})
