"""GET /slips/ and /slips/{id}/, POST /slips/{id}/actions/{action}/: papers on their way to a signature.

What is to be signed is written on the pages (projects/views/slip_texts.py); who has it on his desk may answer here."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Position
from budgets.models import Programme
from khuyencong.lib.dates import today
from khuyencong.lib.paper import paper_number
from khuyencong.lib.wire import StrictSerializer
from khuyencong.lib.workflow import Offer
from projects.access import slip_or_404
from projects.api.answers import ConflictShape, listed
from projects.api.asking import IDEMPOTENCY, acting, done_once, known_parameters, page_of
from projects.api.shapes import OfferShape
from projects.forms.slips import read_again
from projects.models import OPEN_SLIPS, PaperKind, Slip, SlipState
from projects.services.slips import ANSWERS, answer_slip, issue_slip, misfit, steps_of
from projects.slip_holding import slips_of
from projects.slip_tasks import on_desk_of
from projects.slips import SLIPS
from projects.states import State

ACTIONS = sorted([*ANSWERS, "issue"])
FILTERS = [
    OpenApiParameter("state", str, enum=SlipState.values, description="Tình trạng"),
    OpenApiParameter("project", str, description="Mã hồ sơ"),
    OpenApiParameter("waiting", str, enum=["true"], description="Chỉ phiếu đang chờ chức vụ này"),
]


class SlipShape(serializers.Serializer[Any]):
    """A paper on its way: for which act on which file (``project``) or list of files (``programme``), who has what to
    do with it."""

    id = serializers.IntegerField()
    project = serializers.CharField(allow_null=True)
    programme = serializers.ChoiceField(choices=Programme.choices, allow_null=True)
    year = serializers.IntegerField()
    action = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not Field.label
    kind = serializers.ChoiceField(choices=PaperKind.choices)
    state = serializers.ChoiceField(choices=SlipState.choices)
    since = serializers.DateTimeField()
    prepared_by = serializers.CharField()
    signer = serializers.CharField(help_text="Tên đăng nhập của người được trình, hoặc đã ký")
    number = serializers.CharField(allow_null=True)
    date = serializers.DateField(allow_null=True)


class ShownShape(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # as above
    text = serializers.CharField()


class SlipFileShape(serializers.Serializer[Any]):
    """A file of the slip as it was when it was presented; on a list what is decided of it."""

    project = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    decision = serializers.CharField(allow_blank=True)
    amount = serializers.IntegerField(allow_null=True, help_text="Đồng")
    reason = serializers.CharField(allow_blank=True)


class SlipStepShape(serializers.Serializer[Any]):
    """What somebody did with the slip."""

    action = serializers.CharField()
    by = serializers.CharField()
    title = serializers.CharField()
    at = serializers.DateTimeField()
    comment = serializers.CharField()


class ReadSlipShape(SlipShape):
    """One slip. ``changed``: why it no longer fits its files (null: it does); ``shown``: what was written, in words."""

    changed = serializers.CharField(allow_null=True)
    files = SlipFileShape(many=True)
    shown = ShownShape(many=True)
    steps = SlipStepShape(many=True)
    available_actions = OfferShape(many=True)


class SlipAnswerBody(StrictSerializer):
    """``comment`` is needed to return, ``number`` and ``date`` to issue."""

    expected_state = serializers.ChoiceField(choices=SlipState.choices, required=False)
    expected_since = serializers.DateTimeField(
        required=False, help_text="since của phiếu đã đọc; 409 nếu phiếu đã được trình lại"
    )
    comment = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    number = serializers.CharField(max_length=60, required=False, help_text="Số và ký hiệu: 125/CV-TTKC")
    date = serializers.DateField(required=False)


class SlipsView(APIView):
    @extend_schema(
        operation_id="list_slips",
        summary="Phiếu trình của cơ quan",
        description="Văn bản soạn sẵn chờ ký nháy, ký, ghi số; mới nhất trước.",
        parameters=FILTERS,
        responses={200: listed(SlipShape)},
    )
    def get(self, request: Request) -> Response:
        known_parameters(request, [parameter.name for parameter in FILTERS])
        paginator, page = page_of(request, _filtered(request, acting(request).acting))
        return paginator.get_paginated_response([_listed(slip) for slip in page])


def _filtered(request: Request, by: Position) -> QuerySet[Slip]:
    words = {name: request.query_params.get(name, "") for name in ("state", "project", "waiting")}
    if words["state"] and words["state"] not in SlipState.values:
        raise ValidationError({"state": f"Không có giá trị “{words['state'][:40]}”."})
    rows = slips_of(by).order_by("-pk")
    if words["state"]:
        rows = rows.filter(state=words["state"])
    if words["project"]:
        rows = rows.filter(files__code=words["project"]).distinct()
    if words["waiting"]:
        if words["waiting"] != "true":
            raise ValidationError({"waiting": "Ghi true, hoặc bỏ trống."})
        rows = rows.filter(pk__in=on_desk_of(by).values("pk"))
    return rows


class SlipView(APIView):
    @extend_schema(operation_id="read_slip", summary="Một phiếu trình", responses={200: ReadSlipShape})
    def get(self, request: Request, pk: int) -> Response:
        return Response(_read(slip_or_404(acting(request), pk), acting(request).acting))


class OnSlipView(APIView):
    @extend_schema(
        operation_id="act_on_slip",
        summary="Ký nháy, ký, trả lại, rút, ghi số và ban hành một phiếu trình",
        description=(
            "issue ghi số, ngày và thực hiện việc trên hồ sơ (mọi hồ sơ của danh mục) trong cùng giao dịch: "
            "văn thư làm sau khi đã ký; nơi không có văn thư thì người ký làm luôn. 409 khi phiếu không còn ở "
            "expected_state, hoặc đã trình lại sau expected_since."
        ),
        parameters=[OpenApiParameter("action", str, "path", enum=ACTIONS), IDEMPOTENCY],
        request=SlipAnswerBody,
        responses={200: ReadSlipShape, 409: ConflictShape},
    )
    def post(self, request: Request, pk: int, action: str) -> Response:
        done_once(request, lambda: _answer(request, pk, action))
        return Response(_read(slip_or_404(acting(request), pk), acting(request).acting))


def _answer(request: Request, pk: int, action: str) -> str:
    slip = slip_or_404(acting(request), pk)
    if action not in ACTIONS:
        raise ValidationError({"action": f"Các việc: {', '.join(ACTIONS)}."})
    body = SlipAnswerBody(data=request.data)
    body.is_valid(raise_exception=True)
    given = body.validated_data
    by, expected, since = acting(request).acting, given.get("expected_state"), given.get("expected_since")
    if action != "issue":
        answer_slip(
            slip, action, by=by, expected_state=expected, since=since, comment=given.get("comment", "")
        )
        return str(slip.pk)
    if missing := {"number", "date"} - given.keys():
        raise ValidationError(dict.fromkeys(sorted(missing), "Ban hành cần số và ngày văn bản."))
    SLIPS.expect(slip, expected)
    SLIPS.may(slip, "issue", by)
    issue_slip(
        slip,
        read_again(slip),
        number=paper_number(given["number"]),
        dated=given["date"],
        by=by,
        expected_state=expected,
        since=since,
    )
    return str(slip.pk)


def _listed(slip: Slip) -> dict[str, Any]:
    signer = slip.signed_by or slip.signer
    return {
        "id": slip.pk,
        "project": slip.code or None,
        "programme": slip.programme or None,
        "year": slip.year,
        "action": slip.action,
        "label": slip.label,
        "kind": slip.kind,
        "state": slip.state,
        "since": slip.state_since,
        "prepared_by": str(slip.prepared_by.person),
        "signer": signer.person.username if signer.person else "",
        "number": slip.number or None,
        "date": slip.dated,
    }


def _read(slip: Slip, by: Position) -> dict[str, Any]:
    return _listed(slip) | {
        "changed": misfit(slip) or None,
        "files": [
            {
                "project": held.code,
                "state": held.state,
                "decision": held.said,
                "amount": held.amount,
                "reason": held.reason,
            }
            for held in slip.files_now()
        ],
        "shown": [{"label": label, "text": text} for label, text in slip.shown],
        "steps": [
            {
                "action": step.action,
                "by": step.person.full_name,
                "title": step.position.title,
                "at": step.at,
                "comment": step.comment,
            }
            for step in steps_of(slip)
        ],
        "available_actions": [
            {
                "action": offer.action.name,
                "label": offer.action.label,
                "allowed": offer.allowed,
                "reason": " ".join(offer.reasons) or None,
            }
            for offer in _offers(slip, by)
            if offer.action.name in ACTIONS
        ],
    }


def _offers(slip: Slip, by: Position) -> list[Offer]:
    return SLIPS.offers(slip, by, today()) if slip.state in OPEN_SLIPS else []
