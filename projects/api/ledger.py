"""GET /ledger/ and GET /balances/: entries, and their sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from budgets.models import EntryKind, LedgerEntry, Programme, Source
from budgets.queries import balance_of
from projects.api.answers import listed
from projects.api.asking import acting, known_parameters, page_of
from projects.ledger import entries_visible_to, sums_of

FILTERS = [
    OpenApiParameter("project", str, description="Mã hồ sơ"),
    OpenApiParameter("year", int, description="Năm ngân sách"),
    OpenApiParameter("programme", str, enum=Programme.values, description="Chương trình"),
    OpenApiParameter("province", str, description="Định danh tỉnh, thành phố"),
    OpenApiParameter("source", str, enum=Source.values, description="Nguồn"),
    OpenApiParameter("kind", str, enum=EntryKind.values, description="Loại bút toán"),
]
_LOOKUPS = {
    "project": "project_year__project__code",
    "year": "year",
    "programme": "programme",
    "province": "province__slug",
    "source": "source",
    "kind": "kind",
}
_CHOICES: dict[str, Callable[[str], bool]] = {
    "year": lambda word: word.isascii() and word.isdecimal() and len(word) == 4,
    "programme": Programme.values.__contains__,
    "source": Source.values.__contains__,
    "kind": EntryKind.values.__contains__,
}


class EntryShape(serializers.Serializer[Any]):
    """One booked amount, đồng. ``project`` is null for an assigned estimate."""

    id = serializers.IntegerField()
    project = serializers.CharField(allow_null=True)
    year = serializers.IntegerField()
    programme = serializers.ChoiceField(choices=Programme.choices)
    province = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]  # not Field.source
    level = serializers.CharField()
    amount = serializers.IntegerField()
    instalment = serializers.CharField()
    paper = serializers.CharField()
    effective_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    beneficiary = serializers.IntegerField(allow_null=True)
    holder = serializers.CharField(allow_null=True)
    by = serializers.CharField()
    organisation = serializers.CharField()
    corrects = serializers.IntegerField(allow_null=True)


class SumShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]  # not Field.source
    amount = serializers.IntegerField()


class FiguresShape(serializers.Serializer[Any]):
    """Figures of the programme's reports, State sources, đồng: plan in force (approved and adjusted), allocated,
    executed (accepted), disbursed (advanced and paid, less refunded), advances outstanding."""

    planned = serializers.IntegerField()
    allocated = serializers.IntegerField()
    contracted = serializers.IntegerField()
    executed = serializers.IntegerField()
    disbursed = serializers.IntegerField()
    advance_outstanding = serializers.IntegerField()
    settled = serializers.IntegerField()


class BalancesShape(serializers.Serializer[Any]):
    sums = SumShape(many=True)
    figures = FiguresShape()


class LedgerView(APIView):
    @extend_schema(
        operation_id="list_ledger",
        summary="Sổ kinh phí",
        description="Bút toán theo thứ tự ghi sổ, 50 dòng một trang, đơn vị đồng.",
        parameters=FILTERS,
        responses=listed(EntryShape),
    )
    def get(self, request: Request) -> Response:
        rows = _filtered(request).select_related(
            "project_year__project", "province", "share", "holder", "person", "position__organisation"
        )
        paginator, page = page_of(request, rows.order_by("pk"))
        return paginator.get_paginated_response([_entry(entry) for entry in page])


class BalancesView(APIView):
    @extend_schema(
        operation_id="read_balances",
        summary="Số dư, số cộng của sổ kinh phí",
        description="Tổng theo loại bút toán và nguồn, cùng các chỉ tiêu của báo cáo; đơn vị đồng.",
        parameters=FILTERS,
        responses=BalancesShape,
    )
    def get(self, request: Request) -> Response:
        entries = _filtered(request)
        sums = balance_of(entries)
        return Response(
            {
                "sums": [
                    {"kind": kind, "source": source, "amount": amount}
                    for kind, source, amount in sums_of(entries)
                ],
                "figures": {
                    "planned": sums.planned,
                    "allocated": sums.allocated,
                    "contracted": sums.contracted,
                    "executed": sums.accepted,
                    "disbursed": sums.disbursed,
                    "advance_outstanding": sums.advance_outstanding,
                    "settled": sums.settled,
                },
            }
        )


def _filtered(request: Request) -> QuerySet[LedgerEntry]:
    known_parameters(request, _LOOKUPS)
    words = {name: word for name in _LOOKUPS if (word := request.query_params.get(name, ""))}
    wrong = [name for name, fits in _CHOICES.items() if name in words and not fits(words[name])]
    if wrong:
        raise ValidationError({name: f"Không có giá trị “{words[name][:40]}”." for name in wrong})
    rows = entries_visible_to(acting(request).acting)
    return rows.filter(**{_LOOKUPS[name]: word for name, word in words.items()})


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "project": entry.project_year.project.code if entry.project_year else None,
        "year": entry.year,
        "programme": entry.programme,
        "province": entry.province.slug if entry.province else None,
        "kind": entry.kind,
        "source": entry.source,
        "level": entry.level,
        "amount": entry.amount,
        "instalment": entry.instalment,
        "paper": entry.paper,
        "effective_on": entry.effective_on,
        "recorded_at": entry.recorded_at,
        "beneficiary": entry.share.establishment_id if entry.share else None,
        "holder": entry.holder.slug if entry.holder else None,
        "by": entry.person.full_name,
        "organisation": entry.position.organisation.slug,
        "corrects": entry.corrects_id,
    }
