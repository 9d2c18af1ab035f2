"""Reports for programs (interface.md): GET the figures, POST orders a file, and how far that job is.

Mounted under /api/v1/: ``reports/<code>/`` → ``ReportView``, ``jobs/<pk>/`` → ``JobView``. The same access functions
and services as the pages; refusals become answers in khuyencong/lib/api.py."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Position
from reporting.access import find_job, open_report
from reporting.as_json import report_json
from reporting.models import Job, JobState
from reporting.quarterly import quarterly
from reporting.services import order_file

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
        if job.state != JobState.DONE:
            return None
        if job.issued_id:
            return reverse("issued_file", args=[job.issued_id])
        return reverse("report_job_file", args=[job.pk])


class ReportView(APIView):
    """Figures of a report; POST orders its PDF."""

    @extend_schema(parameters=PARAMETERS, responses={200: dict[str, Any]})
    def get(self, request: Request, code: str) -> Response:
        parameters, scope = open_report(_acting(request), _words(request.query_params, code))
        return Response(report_json(quarterly(parameters, scope=scope)))

    @extend_schema(request=ReportWords, responses={202: JobSerializer})
    def post(self, request: Request, code: str) -> Response:
        parameters, _ = open_report(_acting(request), _words(request.data, code))
        job = order_file(parameters, by=_acting(request))
        return Response(JobSerializer(job).data, status=202)


class JobView(APIView):
    """How far a job is that the same position ordered."""

    @extend_schema(responses=JobSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(JobSerializer(find_job(_acting(request), pk)).data)


def _acting(request: Request) -> Position:
    position: Position = request._request.acting  # type: ignore[attr-defined]  # set by the tenancy middleware
    return position


def _words(given: Any, code: str) -> dict[str, Any]:
    words = ReportWords(data=given)
    words.is_valid(raise_exception=True)
    return {"code": code, **words.validated_data}
