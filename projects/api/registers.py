"""GET /establishments/, /organisations/, /provinces/: who exists, and who is called how on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation, OrganisationKind, Region, UnitType, valid_on
from accounts.queries import full_names_on, names_on, provinces_on, regions_on
from khuyencong.lib.dates import today
from projects.api.answers import listed
from projects.api.asking import acting, known_parameters, page_of
from projects.models import CommuneKind, Establishment, Industry, LegalForm
from projects.queries import establishments_visible_to, search_establishments

ON = OpenApiParameter("on", dt.date, description="Ngày cần biết; mặc định hôm nay")
PROVINCE = OpenApiParameter("province", str, description="Định danh tỉnh, thành phố: hai-phong")


class EstablishmentShape(serializers.Serializer[Any]):
    """A rural industrial establishment; ``id`` is what a beneficiary of a file names."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    legal_form = serializers.ChoiceField(choices=LegalForm.choices)
    tax_code = serializers.CharField()
    representative = serializers.CharField()
    industry = serializers.ChoiceField(choices=Industry.choices)
    products = serializers.CharField()
    employees = serializers.IntegerField()
    address = serializers.CharField()
    commune = serializers.CharField()
    commune_kind = serializers.ChoiceField(choices=CommuneKind.choices)
    province = serializers.CharField()
    craft_village = serializers.BooleanField()
    cleaner_production = serializers.BooleanField()
    cluster_investor = serializers.BooleanField()
    is_illustration = serializers.BooleanField()


class OrganisationShape(serializers.Serializer[Any]):
    """A body on a day: names, symbol on its papers, where it stands."""

    slug = serializers.CharField()
    kind = serializers.ChoiceField(choices=OrganisationKind.choices)
    name = serializers.CharField(allow_null=True)
    symbol = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_null=True)
    province = serializers.CharField(allow_null=True)
    superior = serializers.CharField(allow_null=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class ProvinceShape(serializers.Serializer[Any]):
    """A provincial unit on a day. A code or slug may have meant another unit before: key on both slug and day."""

    slug = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    full_name = serializers.CharField(allow_null=True)
    type = serializers.ChoiceField(choices=UnitType.choices, allow_null=True)
    region = serializers.ChoiceField(choices=Region.choices, allow_null=True)
    successor = serializers.CharField(allow_null=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class EstablishmentsView(APIView):
    @extend_schema(
        operation_id="list_establishments",
        summary="Danh bạ cơ sở công nghiệp nông thôn",
        parameters=[
            OpenApiParameter("q", str, description="Từ cần tìm trong tên, mã số thuế, xã, tỉnh, sản phẩm"),
            OpenApiParameter("tax_code", str, description="Mã số thuế"),
            PROVINCE,
        ],
        responses=listed(EstablishmentShape),
    )
    def get(self, request: Request) -> Response:
        known_parameters(request, ["q", "tax_code", "province"])
        words = request.query_params
        rows = search_establishments(establishments_visible_to(acting(request).acting), words.get("q", ""))
        if tax_code := words.get("tax_code"):
            rows = rows.filter(tax_code=tax_code)
        if province := words.get("province"):
            rows = rows.filter(province__slug=province)
        paginator, page = page_of(request, rows.order_by("name_sort", "pk"))
        return paginator.get_paginated_response([_establishment(row) for row in page])


class OrganisationsView(APIView):
    @extend_schema(
        operation_id="list_organisations",
        summary="Danh bạ tổ chức vào một ngày",
        parameters=[
            ON,
            PROVINCE,
            OpenApiParameter("kind", str, enum=OrganisationKind.values, description="Loại tổ chức"),
        ],
        responses=listed(OrganisationShape),
    )
    def get(self, request: Request) -> Response:
        known_parameters(request, ["on", "province", "kind"])
        day = _day(request)
        rows = Organisation.objects.filter(valid_on(day)).select_related("province", "superior")
        if kind := request.query_params.get("kind"):
            if kind not in OrganisationKind.values:
                raise ValidationError({"kind": f"Không có giá trị “{kind[:40]}”."})
            rows = rows.filter(kind=kind)
        if province := request.query_params.get("province"):
            rows = rows.filter(province__slug=province)
        paginator, page = page_of(request, rows.order_by("slug", "pk"))
        names = names_on(day, page)
        return paginator.get_paginated_response(
            [
                {
                    "slug": row.slug,
                    "kind": row.kind,
                    "name": names[row.pk].name if row.pk in names else None,
                    "symbol": names[row.pk].symbol if row.pk in names else None,
                    "place": names[row.pk].place if row.pk in names else None,
                    "province": row.province.slug if row.province else None,
                    "superior": row.superior.slug if row.superior else None,
                    "valid_from": row.valid_from,
                    "valid_to": row.valid_to,
                }
                for row in page
            ]
        )


class ProvincesView(APIView):
    @extend_schema(
        operation_id="list_provinces",
        summary="Tỉnh, thành phố vào một ngày",
        parameters=[ON],
        responses=listed(ProvinceShape),
    )
    def get(self, request: Request) -> Response:
        known_parameters(request, ["on"])
        day = _day(request)
        paginator, page = page_of(request, provinces_on(day).select_related("successor"))
        names, regions = full_names_on(day), regions_on(day)
        return paginator.get_paginated_response(
            [
                {
                    "slug": row.slug,
                    "code": row.code,
                    "name": row.name,
                    "full_name": names[row.pk].full_name if row.pk in names else None,
                    "type": names[row.pk].unit_type if row.pk in names else None,
                    "region": regions.get(row.pk),
                    "successor": row.successor.slug if row.successor else None,
                    "valid_from": row.valid_from,
                    "valid_to": row.valid_to,
                }
                for row in page
            ]
        )


def _day(request: Request) -> dt.date:
    """The day asked for. Raises ValidationError for what is no ISO date."""
    text = request.query_params.get("on")
    if not text:
        return today()
    return serializers.DateField().run_validation(text)  # type: ignore[no-any-return]


def _establishment(row: Establishment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "legal_form": row.legal_form,
        "tax_code": row.tax_code,
        "representative": row.representative,
        "industry": row.industry,
        "products": row.products,
        "employees": row.employees,
        "address": row.address,
        "commune": row.commune,
        "commune_kind": row.commune_kind,
        "province": row.province.slug,
        "craft_village": row.craft_village,
        "cleaner_production": row.cleaner_production,
        "cluster_investor": row.cluster_investor,
        "is_illustration": row.is_illustration,
    }
