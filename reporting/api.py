"""Reports for programs (interface.md): GET the figures, POST orders a file, and how far that job is.

The same access functions and services as the pages; refusals become answers in khuyencong/lib/api.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Position
from reporting.access import find_job, open_report
from reporting.as_json import report_json
from reporting.making import PDF, stored_bytes
from reporting.models import Job, JobState
from reporting.parameters import CODES
from reporting.quarterly import quarterly
from reporting.scopes import BOUNDARIES
from reporting.services import order_file

CODE = OpenApiParameter("code", str, "path", enum=list(CODES), description="Mã báo cáo")
PARAMETERS = [
    OpenApiParameter(
        "scope", str, required=True, description="nation, north, central, south hoặc hai-phong …"
    ),
    OpenApiParameter("year", str, required=True, description="2027, hoặc 2014-2018 với kỳ m12"),
    OpenApiParameter("period", str, required=True, description="q1–q4, month1–month12, m1–m12"),
    OpenApiParameter("boundaries", str, enum=["then", "now"], description="Địa giới; mặc định then"),
    OpenApiParameter("as_of", str, description="Số liệu có hiệu lực đến ngày (ISO 8601); mặc định hôm nay"),
]


class ReportWords(serializers.Serializer[Any]):
    """What is asked of a report; meaning and words are checked by reporting/parameters.py."""

    scope = serializers.CharField()
    year = serializers.CharField()
    period = serializers.CharField()
    boundaries = serializers.CharField(required=False)
    as_of = serializers.CharField(required=False)


class JobSerializer(serializers.Serializer[Job]):
    """A job: how far it is and, when it is done, where its file is."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    state = serializers.CharField()
    message = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    file = serializers.SerializerMethodField()

    def get_file(self, job: Job) -> str | None:
        return reverse("api_job_file", args=[job.pk]) if job.state == JobState.DONE else None


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"type": "string"}], "description": "2027 hoặc 2014-2018"}
)
class YearField(serializers.Field[Any, Any, Any, Any]):
    """One year, or a range of them."""


class ReportShape(serializers.Serializer[Any]):
    """The JSON of a report (interface.md). Figures by name: đồng as integers, rates as text with two decimals, null for
    what cannot be computed."""

    report = serializers.CharField()
    scope = serializers.CharField()
    year = YearField()
    period = serializers.CharField()
    boundaries = serializers.ChoiceField(choices=BOUNDARIES)
    as_of = serializers.DateField()
    unit = serializers.ChoiceField(choices=["dong"])
    rows = serializers.ListField(child=serializers.DictField())
    by_programme = serializers.DictField(child=serializers.DictField())
    total = serializers.DictField()
    by_activity_group = serializers.ListField(child=serializers.DictField())
    sources = serializers.ListField(child=serializers.DictField())
    partial = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]  # not Field.partial
    published = serializers.ListField(child=serializers.DictField())


class ReportView(APIView):
    """Figures of a report; POST orders its PDF."""

    @extend_schema(
        operation_id="read_report",
        summary="Số liệu của một báo cáo",
        description="Cùng số liệu như trên trang và như lệnh manage.py report; đơn vị đồng.",
        parameters=[CODE, *PARAMETERS],
        responses=ReportShape,
    )
    def get(self, request: Request, code: str) -> Response:
        parameters, scope = open_report(_acting(request), _words(request.query_params, code))
        return Response(report_json(quarterly(parameters, scope=scope)))

    @extend_schema(
        operation_id="order_report",
        summary="Đặt in báo cáo ra tệp PDF",
        description="Trả lời ngay một lệnh in; xem lệnh làm đến đâu ở /jobs/{id}/, rồi tải tệp ở địa chỉ file.",
        parameters=[CODE],
        request=ReportWords,
        responses={202: JobSerializer},
    )
    def post(self, request: Request, code: str) -> Response:
        parameters, _ = open_report(_acting(request), _words(request.data, code))
        job = order_file(parameters, by=_acting(request))
        return Response(JobSerializer(job).data, status=202)


class JobView(APIView):
    """How far a job is that the same position ordered."""

    @extend_schema(operation_id="read_job", summary="Lệnh in làm đến đâu", responses=JobSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(JobSerializer(find_job(_acting(request), pk)).data)


class PdfOrRefusal(BaseContentNegotiation):
    """Who accepts PDF only is not turned away: no renderer of REST framework makes the file, and refusals are JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or ""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return next(iter(parsers), None)


class JobFileView(APIView):
    """The PDF that a job made."""

    content_negotiation_class = PdfOrRefusal

    @extend_schema(
        operation_id="read_job_file",
        summary="Tệp PDF mà lệnh in đã làm",
        description="404 khi lệnh chưa xong.",
        responses={(200, PDF): bytes},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        job = find_job(_acting(request), pk)
        if job.state != JobState.DONE:
            raise Http404(str(pk))
        return HttpResponse(stored_bytes(job.issued or job), content_type=PDF)


urlpatterns = [
    path("reports/<slug:code>/", ReportView.as_view(), name="api_report"),
    path("jobs/<int:pk>/", JobView.as_view(), name="api_job"),
    path("jobs/<int:pk>/file/", JobFileView.as_view(), name="api_job_file"),
]
"""For whoever mounts /api/v1/."""


def _acting(request: Request) -> Position:
    position: Position = request._request.acting  # type: ignore[attr-defined]  # set by the tenancy middleware
    return position


def _words(given: Any, code: str) -> dict[str, Any]:
    words = ReportWords(data=given)
    words.is_valid(raise_exception=True)
    return {"code": code, **words.validated_data}
