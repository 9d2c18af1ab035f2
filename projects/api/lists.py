"""GET /lists/ and /lists/{id}/: acts on many files under one paper, as far as the position sees them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Position
from budgets.models import Programme
from projects.access import sees_whole_list
from projects.api.asking import acting, known_parameters, page_of
from projects.api.papers import PaperShape
from projects.models import ListAct, ListLine, Nature, Paper, ProjectKind, RegistrationReport
from projects.queries import files_visible_to, lists_visible_to
from projects.rows.plan import PREREGISTER
from projects.states import State
from projects.workflow import ROUTES

LABELS = {row.name: row.label for route in ROUTES.values() for row in route.actions if row.list_act}
"""What each act on lists is called."""
ACTIONS = sorted([*LABELS, PREREGISTER.name])

FILTERS = [
    OpenApiParameter("year", int, description="Năm kế hoạch"),
    OpenApiParameter("programme", str, enum=Programme.values, description="Chương trình"),
    OpenApiParameter("action", str, enum=sorted(LABELS), description="Việc trên danh mục"),
]


class ListedActShape(serializers.Serializer[Any]):
    """A list as it stands among others. ``files`` and ``amount`` (đồng) count the lines that the position sees."""

    id = serializers.IntegerField()
    action = serializers.ChoiceField(choices=ACTIONS)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not Field.label
    programme = serializers.ChoiceField(choices=Programme.choices)
    year = serializers.IntegerField()
    organisation = serializers.CharField()
    by = serializers.CharField()
    paper = PaperShape(allow_null=True)
    effective_on = serializers.DateField()
    files = serializers.IntegerField()
    amount = serializers.IntegerField(allow_null=True, help_text="null: không dòng nào có số tiền")


class ListLineShape(serializers.Serializer[Any]):
    """What was decided on one file; ``amount`` in đồng where the verdict stands for money."""

    project = serializers.CharField()
    verdict = serializers.CharField(allow_null=True)
    amount = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    from_state = serializers.ChoiceField(choices=State.choices)
    to_state = serializers.ChoiceField(choices=State.choices)


class ReadListShape(ListedActShape):
    """One list. ``whole``: the position sees every line of it."""

    round = serializers.IntegerField(allow_null=True)
    answers = serializers.IntegerField(allow_null=True, help_text="Danh mục mà danh mục này trả lời")
    comment = serializers.CharField()
    texts = serializers.DictField(child=serializers.CharField())
    whole = serializers.BooleanField()
    items = ListLineShape(many=True)


class IntendedLineShape(serializers.Serializer[Any]):
    """A project that a department intends, đồng; ``project`` once its file was sent."""

    project = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=ProjectKind.choices)
    nature = serializers.ChoiceField(choices=Nature.choices)
    implementer = serializers.CharField()
    amount = serializers.IntegerField()


class ReadReportShape(serializers.Serializer[Any]):
    """A department's report of registration; no item: it registers nothing."""

    action = serializers.ChoiceField(choices=ACTIONS)
    label = serializers.CharField()  # type: ignore[assignment]  # the same
    year = serializers.IntegerField()
    round = serializers.IntegerField()
    organisation = serializers.CharField()
    by = serializers.CharField()
    paper = PaperShape()
    effective_on = serializers.DateField()
    comment = serializers.CharField()
    items = IntendedLineShape(many=True)


def listed_acts(request: Request) -> Response:
    """One page of the lists that the position may open, the newest first; four queries whatever their number."""
    names = [parameter.name for parameter in FILTERS]
    known_parameters(request, names)
    words = {name: word for name in names if (word := request.query_params.get(name, ""))}
    for parameter in FILTERS:
        word = words.get(parameter.name, "")
        if word and parameter.enum and word not in parameter.enum:
            raise ValidationError({parameter.name: f"Không có giá trị “{word[:40]}”."})
    if not (year := words.get("year", "2000")).isascii() or not year.isdecimal() or len(year) != 4:
        raise ValidationError({"year": f"Không có giá trị “{year[:40]}”."})
    by = acting(request).acting
    paginator, page = page_of(request, lists_visible_to(by).filter(**words).order_by("-pk"))
    seen = ListLine.objects.filter(
        list_act__in=[row.pk for row in page], project_year__in=files_visible_to(by)
    )
    sums = {
        key: (files, amount)
        for key, files, amount in seen.order_by().values_list("list_act").annotate(Count("pk"), Sum("amount"))
    }
    return paginator.get_paginated_response([_listed(row, *sums.get(row.pk, (0, None))) for row in page])


def _listed(row: ListAct, files: int, amount: int | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "action": row.action,
        "label": LABELS[row.action],
        "programme": row.programme,
        "year": row.year,
        "organisation": row.organisation.slug,
        "by": row.person.full_name,
        "paper": _paper(row.paper),
        "effective_on": row.effective_on,
        "files": files,
        "amount": amount,
    }


def list_json(found: ListAct, by: Position) -> dict[str, Any]:
    """One list as it was decided, its lines as far as ``by`` may open their files."""
    lines = list(
        found.lines.filter(project_year__in=files_visible_to(by))
        .select_related("project_year__project")
        .order_by("pk")
    )
    amounts = [line.amount for line in lines if line.amount is not None]
    known = found.answers_id and lists_visible_to(by).filter(pk=found.answers_id).exists()
    return _listed(found, len(lines), sum(amounts) if amounts else None) | {
        "round": found.round_id,
        "answers": found.answers_id if known else None,
        "comment": found.comment,
        "texts": found.texts,
        "whole": sees_whole_list(by, found),
        "items": [
            {
                "project": line.project_year.project.code,
                "verdict": line.verdict or None,
                "amount": line.amount,
                "reason": line.reason,
                "from_state": line.from_state,
                "to_state": line.to_state,
            }
            for line in lines
        ],
    }


def report_json(report: RegistrationReport) -> dict[str, Any]:
    """A department's report of registration."""
    lines = report.lines.select_related("project_year__project", "implementer").order_by("pk")
    assert report.reported_by.person is not None
    return {
        "action": PREREGISTER.name,
        "label": PREREGISTER.label,
        "year": report.round.year,
        "round": report.round_id,
        "organisation": report.organisation.slug,
        "by": report.reported_by.person.full_name,
        "paper": _paper(report.paper),
        "effective_on": report.effective_on,
        "comment": report.note,
        "items": [
            {
                "project": line.project_year.project.code if line.project_year else None,
                "title": line.title,
                "kind": line.kind,
                "nature": line.nature,
                "implementer": line.implementer.slug,
                "amount": line.asked,
            }
            for line in lines
        ],
    }


def _paper(paper: Paper | None) -> dict[str, Any] | None:
    return {"number": paper.number, "date": paper.dated} if paper else None
