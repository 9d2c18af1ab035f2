"""GET and POST /projects/, GET and PATCH /projects/{code}/."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Position, Province, Tenant
from accounts.queries import provinces_on
from budgets.models import Programme
from khuyencong.lib.dates import today
from khuyencong.lib.wire import StrictRow, StrictSerializer
from projects.access import file_or_404
from projects.api.answers import ConflictShape, listed
from projects.api.asking import IDEMPOTENCY, acting, done_once, known_parameters, page_of
from projects.api.shapes import (
    FIXED,
    BegunYearShape,
    FilePatchShape,
    FileShape,
    ListedFileShape,
    ReadFileShape,
    file_json,
    file_with_route,
    quantity_text,
)
from projects.conflicts import Conflict
from projects.filters import FileFilter
from projects.models import Establishment
from projects.queries import files_visible_to
from projects.services.files import CONTENT_FIELDS
from projects.services.whole_files import Parts, save_file, write_file
from projects.services.years import begin_year
from projects.states import State

FILTERS = [
    OpenApiParameter("year", int, description="Năm ngân sách"),
    OpenApiParameter("programme", str, enum=Programme.values, description="Chương trình"),
    OpenApiParameter("province", str, description="Định danh tỉnh, thành phố: hai-phong"),
    OpenApiParameter("state", str, enum=State.values, description="Trạng thái"),
    OpenApiParameter("activity", str, description="Loại hoạt động: T1 đến T32"),
    OpenApiParameter("q", str, description="Từ cần tìm trong mã, tên, tỉnh, loại hoạt động; không cần dấu"),
]


class FilesView(APIView):
    @extend_schema(
        operation_id="list_projects",
        summary="Danh sách hồ sơ",
        description=(
            "Hồ sơ mà chức vụ đang dùng được xem, 50 dòng một trang. Việc làm được, quá trình, tiến độ và lý do trả "
            "lại có ở từng hồ sơ."
        ),
        parameters=FILTERS,
        responses=listed(ListedFileShape),
    )
    def get(self, request: Request) -> Response:
        names = [parameter.name for parameter in FILTERS]
        known_parameters(request, names)
        words = FileFilter.of({name: request.query_params.get(name, "") for name in names})
        rows = words.apply(files_visible_to(acting(request).acting)).order_by("-year", "-pk")
        paginator, page = page_of(request, rows.prefetch_related("shares", "estimate"))
        return paginator.get_paginated_response([file_json(year) for year in page])

    @extend_schema(
        operation_id="create_project",
        summary="Lập hồ sơ",
        description=(
            "Một hồ sơ mới ở trạng thái đang soạn, của đơn vị mà chức vụ đang dùng thuộc về. provinces: các tỉnh thực "
            "hiện; không ghi là tỉnh của đơn vị. Nhiều tỉnh, hoặc trung tâm vùng: hồ sơ gửi thẳng về Cục; cơ sở thụ "
            "hưởng lấy vào hồ sơ theo mã số thuế từ danh bạ các tỉnh đó."
        ),
        parameters=[IDEMPOTENCY],
        request=FileShape,
        responses={201: ReadFileShape},
    )
    def post(self, request: Request) -> Response:
        code = done_once(request, lambda: _write(request))
        found = file_or_404(acting(request), code)
        return Response(file_with_route(found, acting(request).acting), status=201)


def _write(request: Request) -> str:
    """A new file as the body says; its code."""
    by = acting(request).acting
    values = _values(FileShape(data=request.data))
    _refuse_other(values, {"implementer": by.organisation.slug})
    year = write_file(
        by=by,
        provinces=_provinces(values.get("provinces", [])),
        programme=values["programme"],
        year=values["year"],
        kind=values.get("kind", "PROJECT"),
        nature=values.get("nature", "ORDINARY"),
        title=values["title"],
        activity=values["activity"],
        parts=_parts(values, by),
    )
    return year.address


class FileView(APIView):
    @extend_schema(
        operation_id="read_project",
        summary="Một hồ sơ",
        description=(
            "Hồ sơ với việc làm được, quá trình, các đề nghị điều chỉnh (amendments) và thay đổi giữa các lần gửi "
            "(sendings): trước, sau như trang hiện ra."
        ),
        responses=ReadFileShape,
    )
    def get(self, request: Request, code: str) -> Response:
        return _answer(request, code)

    @extend_schema(
        operation_id="change_project",
        summary="Sửa hồ sơ",
        description=(
            "Chỉ đơn vị thực hiện, khi hồ sơ đang soạn hoặc bị trả lại (khi đó chỉ mục nêu trong lý do). Gửi kèm "
            "version đã đọc; nếu nơi khác vừa lưu khác đi thì trả lời 409 kèm cả hai giá trị."
        ),
        request=FilePatchShape,
        responses={200: ReadFileShape, 409: ConflictShape},
    )
    def patch(self, request: Request, code: str) -> Response:
        year = file_or_404(acting(request), code)
        by = acting(request).acting
        shape = FilePatchShape(data=request.data)
        values = _values(shape)
        _refuse_other(values, file_json(year))
        parts = _parts(values, by)
        try:
            save_file(year, by=by, version=values["version"], parts=parts)
        except Conflict as conflict:
            return Response(_conflict(conflict, parts), status=409)
        return _answer(request, code)


class YearsView(APIView):
    @extend_schema(
        operation_id="begin_project_year",
        summary="Lập phần kinh phí của năm tiếp theo",
        description=(
            "Đề án nhiều năm đã được duyệt: lập hồ sơ của năm ngân sách tiếp theo, lấy dự toán, tiến độ, cơ sở thụ "
            "hưởng và giấy tờ của năm trước. Trả lời hồ sơ vừa lập; file là địa chỉ của nó."
        ),
        parameters=[IDEMPOTENCY],
        request=BegunYearShape,
        responses={201: ReadFileShape},
    )
    def post(self, request: Request, code: str) -> Response:
        by = acting(request).acting
        year = file_or_404(acting(request), code)
        values = _values(BegunYearShape(data=request.data))
        address = done_once(request, lambda: begin_year(year, values["year"], by=by).address)
        found = file_or_404(acting(request), address)
        return Response(file_with_route(found, by), status=201)


def _answer(request: Request, code: str) -> Response:
    year = file_or_404(acting(request), code)
    return Response(file_with_route(year, acting(request).acting))


def _values(shape: StrictRow | StrictSerializer) -> dict[str, Any]:
    shape.is_valid(raise_exception=True)
    values: dict[str, Any] = shape.validated_data
    return values


def _provinces(slugs: list[str]) -> list[Province]:
    """The provinces of today that are named. Raises ValidationError for a slug that names none."""
    found = {province.slug: province for province in provinces_on(today()).filter(slug__in=slugs)}
    if unknown := [slug for slug in slugs if slug not in found]:
        raise ValidationError(
            {"provinces": f"Hiện không có tỉnh, thành phố nào mang định danh {', '.join(unknown)}."}
        )
    return list(found.values())


def _refuse_other(values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raise ValidationError for a fixed field that says something else than is known."""
    other = {
        name: known[name]
        for name in FIXED
        if name in values and name in known and values[name] != known[name]
    }
    if other:
        raise ValidationError(
            {name: f"Không đổi được; giá trị đúng là {value}." for name, value in other.items()}
        )


def _parts(values: Mapping[str, Any], by: Position) -> Parts:
    """What was sent, as the services take it; establishments out of the register of ``by``, in one query."""
    content = {name: values[name] for name in CONTENT_FIELDS if name in values}
    shares = values.get("beneficiaries")
    if shares is not None:
        keys = [share.get("establishment") for share in shares]
        own = Q(tenant=by.organisation.tenant) | Q(tenant__kind=Tenant.Kind.CONSORTIUM)
        known = Establishment.objects.filter(own).in_bulk([key for key in keys if key is not None])
        errors = {
            str(place): {"establishment": "Không có cơ sở này trong danh bạ."}
            for place, key in enumerate(keys)
            if key is not None and key not in known
        }
        if errors:
            raise ValidationError({"beneficiaries": errors})
        shares = [share | {"establishment": known.get(key)} for key, share in zip(keys, shares, strict=True)]
    return Parts(
        content=content,
        estimate=values.get("estimate"),
        shares=shares,
        schedule=values.get("schedule"),
        years=values.get("years"),
        activities=values.get("other_activities"),
    )


_SENT = {"estimate": "estimate", "beneficiaries": "shares", "schedule": "schedule", "years": "years"}


def _conflict(conflict: Conflict, parts: Parts) -> dict[str, Any]:
    """Both values of each field that was saved otherwise in between."""
    content = parts.content or {}
    return {
        "detail": str(conflict),
        "version": conflict.version,
        "conflicts": [
            {
                "field": name,
                "label": label,
                "saved": _plain(saved),
                "sent": _plain(getattr(parts, _SENT[name]) if name in _SENT else content[name]),
            }
            for name, (label, saved) in conflict.theirs.items()
        ],
    }


def _plain(value: Any) -> Any:
    """A value of a form as the API writes it: activities by code, establishments by id, quantities as text."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, models.Model):
        return getattr(value, "code", value.pk)
    return quantity_text(value) if isinstance(value, Decimal) else value
