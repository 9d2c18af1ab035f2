"""POST /projects/{code}/actions/{action}/: every act on one file, by the names of the chain.

What an act needs is said once, by its row (projects/workflow.py): ``body_of`` builds the body's shape out of what
the row takes and may take, and FIELDS says how each of these looks on the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation, OrganisationKind, Position
from accounts.queries import head_of
from budgets.models import Selection
from budgets.queries import balance
from khuyencong.lib.wire import MoneyField, StrictSerializer, WholeNumber, many
from khuyencong.lib.workflow import Action, Refused, Stale
from projects.access import file_or_404
from projects.api.answers import ConflictShape
from projects.api.asking import IDEMPOTENCY, acting, done_once
from projects.api.papers import SignedPaperShape, signed_paper_of
from projects.api.shapes import MAX_KEY, LineShape, ReadFileShape, ReasonShape, file_with_route
from projects.bodies import acceptors
from projects.chain import CHAIN, route_of
from projects.change_requests import OPENED
from projects.models import ChangeType, Indicator, Opinion, ProjectYear
from projects.queries import settlement_dossier
from projects.services.acts import act
from projects.states import State
from projects.workflow import ROUTES

Field = serializers.Field[Any, Any, Any, Any]


_LONG = 4000


class ContentsShape(StrictSerializer):
    """The five contents of an appraisal (T36 article 9)."""

    principles = serializers.CharField(max_length=_LONG)
    need_and_cost = serializers.CharField(max_length=_LONG)
    capacity = serializers.CharField(max_length=_LONG)
    combination = serializers.CharField(max_length=_LONG)
    completeness = serializers.CharField(max_length=_LONG)


class ContractItemShape(StrictSerializer):
    """What the contract gives to one file, đồng."""

    project = serializers.CharField(max_length=40)
    amount = MoneyField()


class AcceptedShareShape(StrictSerializer):
    """What is accepted of one beneficiary (``beneficiary``: its id in the register; null: the whole file), đồng."""

    beneficiary = WholeNumber(allow_null=True, min_value=1, max_value=MAX_KEY)
    support = MoneyField()
    counterpart = MoneyField()


class ChangedShareShape(StrictSerializer):
    """What changes of one beneficiary (``establishment``: its id in the register), đồng."""

    establishment = WholeNumber(min_value=1, max_value=MAX_KEY)
    support = MoneyField(required=False)
    counterpart = MoneyField(required=False)
    place = serializers.CharField(max_length=240, required=False, allow_blank=True)


class ChangedYearShape(StrictSerializer):
    """What changes of a coming budget year that was not begun yet, đồng."""

    year = WholeNumber(min_value=2012, max_value=2100)
    support = MoneyField(required=False)
    counterpart = MoneyField(required=False)
    stages = serializers.CharField(max_length=_LONG, required=False)
    results = serializers.CharField(max_length=_LONG, required=False)


class ChangesShape(StrictSerializer):
    """What a change of an approved file lays over it: of the file's fields those that the type opens, the whole new
    estimate, parts of beneficiaries, or ``beneficiary`` in the place of ``replaces`` (ids in the register)."""

    title = serializers.CharField(max_length=300, required=False)
    place = serializers.CharField(max_length=_LONG, required=False)
    partner = serializers.CharField(max_length=300, required=False, allow_blank=True)
    objectives = serializers.CharField(max_length=_LONG, required=False)
    scale = serializers.CharField(max_length=_LONG, required=False)
    content = serializers.CharField(max_length=_LONG, required=False)
    organisation_of_work = serializers.CharField(max_length=_LONG, required=False)
    effects = serializers.CharField(max_length=_LONG, required=False)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    estimate = many(LineShape, 500, required=False)
    beneficiaries = many(ChangedShareShape, 500, required=False)
    replaces = WholeNumber(min_value=1, max_value=MAX_KEY, required=False)
    beneficiary = WholeNumber(min_value=1, max_value=MAX_KEY, required=False)
    years = many(ChangedYearShape, 10, required=False)


class OutputsField(serializers.DictField):
    """How much of each indicator was reached, by the indicator's code."""

    child = WholeNumber(min_value=0, max_value=10**9)


class ComingField(serializers.DictField):
    """What is recommended for each coming year of a project over several: year → đồng."""

    child = MoneyField()


_text = partial(serializers.CharField, allow_blank=True)
_said = serializers.CharField
_day = serializers.DateField
_choice = serializers.ChoiceField

FIELDS: dict[str, Callable[..., Field]] = {
    "paper": SignedPaperShape,
    "reasons": partial(many, ReasonShape, 200),
    "answer_by": _day,
    "contents": ContentsShape,
    "recommended": MoneyField,
    "opinion": partial(_choice, choices=Opinion.choices),
    "council": partial(_text, max_length=240),
    "coming": ComingField,
    "priority_rank": partial(WholeNumber, min_value=1, max_value=999),
    "department_letter": partial(_text, max_length=120),
    "amount": MoneyField,
    "signed_b": partial(_said, max_length=160),
    "starts_on": _day,
    "ends_on": _day,
    "accepting_body": partial(serializers.SlugField, max_length=80, allow_null=True),
    "stages": partial(_text, max_length=_LONG),
    "sites": partial(_text, max_length=300),
    "invoices_agency": serializers.BooleanField,
    "part_payments": partial(_text, max_length=240),
    "method": partial(_choice, choices=Selection.choices),
    "partner": partial(_text, max_length=300),
    "content": partial(_said, max_length=_LONG),
    "organisation_of_work": partial(_said, max_length=_LONG),
    "specifications": partial(_text, max_length=_LONG),
    "decision_number": partial(_said, max_length=60),
    "decided_on": _day,
    "decided_by": partial(_said, max_length=160),
    "bidder": partial(_said, max_length=240),
    "price": MoneyField,
    "month": _day,
    "percent": partial(WholeNumber, min_value=0, max_value=100),
    "value_done": MoneyField,
    "done": partial(_said, max_length=_LONG),
    "difficulties": partial(_text, max_length=_LONG),
    "instalment": partial(_choice, choices=["FIRST", "NEXT", "PART", "REMAINDER"]),
    "planned": serializers.BooleanField,
    "summary": partial(_said, max_length=_LONG),
    "finding": partial(_text, max_length=_LONG),
    "fix_by": _day,
    "form": partial(_choice, choices=["5a", "5b", "5c"]),
    "shares": partial(many, AcceptedShareShape, 500),
    "works": partial(_said, max_length=_LONG),
    "outputs": OutputsField,
    "commune_representative": partial(_text, max_length=160),
    "beneficiary_representative": partial(_text, max_length=160),
    "conclusion": partial(_text, max_length=_LONG),
    "real_cost": MoneyField,
    "cleared": MoneyField,
    "paid": MoneyField,
    "settled": MoneyField,
    "place_of_originals": partial(_said, max_length=160),
    "type": partial(_choice, choices=[(kind.value, kind.label) for kind in ChangeType if kind in OPENED]),
    "changes": ChangesShape,
    "force_majeure": serializers.BooleanField,
    "checked": partial(_said, max_length=_LONG),
    "by_annex": serializers.BooleanField,
}
"""Each detail that a row of the chain takes, as the body carries it."""

CONTRACTS = frozenset({"contract", "assign_task"})
APPRAISALS = frozenset({"appraise_department", "appraise_agency"})
KNOWN = frozenset({"signed_b", "accepting_body", "form", "works", "real_cost", "planned"})
"""Details that the file itself knows when the body is silent (``_known``)."""


class ActBody(StrictSerializer):
    """What every act may carry: the state that the user saw, the day, a comment or reason."""

    expected_state = serializers.ChoiceField(choices=State.choices, required=False)
    effective_on = serializers.DateField(required=False)
    comment = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)


def body_of(row: Action) -> type[ActBody]:
    """The body of the act that ``row`` describes: what it takes is required unless the file knows it."""
    fields: dict[str, Any] = {}
    for name in (*row.takes, *row.may_take):
        fields[name] = FIELDS[name](required=name in row.takes and name not in KNOWN)
    if row.name in CONTRACTS:
        del fields["amount"]
        fields["items"] = many(ContractItemShape, 200)
    if row.name in APPRAISALS:
        fields["form"] = serializers.ChoiceField(choices=["4a", "4b"], required=False)
    if row.name == "advance":
        fields["instalment"] = FIELDS["instalment"](required=False)
    return type(_body_name(row), (ActBody,), fields | {"__doc__": row.label, "__module__": __name__})


def _body_name(row: Action) -> str:
    words = row.name.split("_") if row.name != "return" or row.takes else ["return", "to", "officer"]
    return "".join(word.capitalize() for word in words) + "Body"


def single_rows() -> list[Action]:
    """Rows that act on one file, each body once."""
    rows = {_body_name(row): row for route in ROUTES.values() for row in route.actions if not row.list_act}
    return list(rows.values())


class ActView(APIView):
    @extend_schema(
        operation_id="act_on_project",
        summary="Thực hiện một việc trên hồ sơ",
        description=(
            "Tên việc như trong available_actions của hồ sơ. Ngày của việc là ngày văn bản, hoặc effective_on, hoặc "
            "hôm nay. 409 khi hồ sơ không còn ở expected_state hoặc việc không còn mở."
        ),
        parameters=[
            OpenApiParameter("action", str, "path", enum=sorted({row.name for row in single_rows()})),
            IDEMPOTENCY,
        ],
        request=PolymorphicProxySerializer(
            component_name="ActBody",
            serializers=[body_of(row) for row in single_rows()],
            resource_type_field_name=None,
        ),
        responses={200: ReadFileShape, 409: ConflictShape},
    )
    def post(self, request: Request, code: str, action: str) -> Response:
        code = done_once(request, lambda: _act(request, code, action))
        return Response(file_with_route(file_or_404(acting(request), code), acting(request).acting))


def _act(request: Request, code: str, action: str) -> str:
    """The act on the file as the body says; its code."""
    by = acting(request).acting
    year = file_or_404(acting(request), code)
    row = _row(year, action, by, request.data)
    body = body_of(row)(data=request.data)
    body.is_valid(raise_exception=True)
    for file, details in _details(request, year, row, body.validated_data):
        act(
            file,
            action,
            by=by,
            expected_state=body.validated_data.get("expected_state") if file is year else None,
            on=body.validated_data.get("effective_on"),
            comment=body.validated_data.get("comment", ""),
            **details,
        )
    return code


def _row(year: ProjectYear, action: str, by: Position, data: Any) -> Action:
    """The open row of ``action``. Raises Http404 for no act of the chain, Stale when somebody was faster, Forbidden
    for a wrong position, Refused for an act on lists."""
    rows = route_of(year).rows(action)
    if not rows:
        raise Http404(action)
    if rows[0].list_act:
        raise Refused(f"Việc “{rows[0].label}” làm trên danh mục nhiều hồ sơ, không trên từng hồ sơ.")
    expected = data.get("expected_state") if isinstance(data, Mapping) else None
    if expected in State.values and expected != year.state:
        raise Stale(
            f"Hồ sơ đang ở trạng thái “{year.get_state_display()}”, không còn ở trạng thái đã đọc. "
            "Hãy đọc lại hồ sơ trước khi thực hiện."
        )
    return CHAIN.may(year, action, by)


def _details(
    request: Request, year: ProjectYear, row: Action, values: Mapping[str, Any]
) -> list[tuple[ProjectYear, dict[str, Any]]]:
    """Each file that the act moves, with the act's details as the row takes them."""
    by = acting(request).acting
    details = {name: values[name] for name in (*row.takes, *row.may_take) if name in values}
    if "paper" in details:
        details["paper"] = signed_paper_of(values, by, row, year)
    _check_form(year, row, values)
    if row.name == "advance":
        _check_instalment(year, values)
    if "month" in details:
        details["month"] = details["month"].replace(day=1)
    if "reasons" in details:
        _check_reasons(year, details["reasons"])
    if row.name == "accept":
        details["shares"] = _shares(year, details["shares"])
        _check_outputs(year, details.get("outputs", {}))
    if "accepting_body" in details:
        details["accepting_body"] = _accepting(year, details["accepting_body"])
    if row.name not in CONTRACTS:
        return [(year, _known(year, row, by, details) | details)]
    items = {item["project"]: item["amount"] for item in values["items"]}
    own = {year.address, year.project.code}
    if not own & set(items):
        raise ValidationError({"items": f"Hợp đồng phải có {year.address}."})
    files = {code: year if code in own else file_or_404(acting(request), code) for code in items}
    return [
        (file, _known(file, row, by, details) | details | {"amount": items[code]})
        for code, file in files.items()
    ]


def _known(year: ProjectYear, row: Action, by: Position, details: Mapping[str, Any]) -> dict[str, Any]:
    """What the file knows of the details that the body leaves out."""
    silent = (set(row.takes) & KNOWN) - set(details)
    found: dict[str, Any] = {}
    if "signed_b" in silent:
        head = head_of(year.project.implementer, details["paper"].dated)
        found["signed_b"] = f"{head.person}, {head.title}" if head else "Người đại diện theo pháp luật"
    if "accepting_body" in silent:
        found["accepting_body"] = _usual_acceptor(year)
    if "form" in silent:
        usual = year.project.activity.advance_after_form or "5a"
        found["form"] = "5c" if by.organisation.kind == OrganisationKind.AGENCY else usual
    if "works" in silent:
        found["works"] = f"Theo biên bản số {details['paper'].number}."
    if "planned" in silent:
        found["planned"] = True
    if "real_cost" in silent:
        asked = settlement_dossier(year)
        sums = balance(year.pk)
        found["real_cost"] = (
            asked.details["real_cost"] if asked else sums.accepted + sums.counterpart_accepted
        )
    return found


def _check_form(year: ProjectYear, row: Action, values: Mapping[str, Any]) -> None:
    """4b names its beneficiaries, 4a has none yet (T36 article 10.1a)."""
    right = "4b" if year.shares.exists() else "4a"
    if row.name in APPRAISALS and values.get("form", right) != right:
        raise ValidationError({"form": f"Hồ sơ này dùng mẫu {right}."})


def _check_instalment(year: ProjectYear, values: Mapping[str, Any]) -> None:
    asked = year.events.filter(action="request_advance").order_by("-pk").first()
    if asked and values.get("instalment", asked.details["instalment"]) != asked.details["instalment"]:
        raise ValidationError({"instalment": f"Đơn vị đã đề nghị {asked.details['instalment']}."})


def _check_reasons(year: ProjectYear, reasons: list[dict[str, Any]]) -> None:
    """A pin on a row that is not there would open nothing."""
    rows = {
        "estimate": {line.position for line in year.estimate.all()},
        "beneficiaries": {str(share.establishment_id) for share in year.shares.all()},
    }
    errors = {
        str(place): {"row": "Hồ sơ không có dòng này."}
        for place, reason in enumerate(reasons)
        if reason.get("row") and reason["row"] not in rows.get(reason["section"], {reason["row"]})
    }
    if errors:
        raise ValidationError({"reasons": errors})


def _shares(year: ProjectYear, shares: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Shares by their key in the file; the body names them by establishment."""
    keys = {share.establishment_id: share.pk for share in year.shares.all()}
    errors = {
        str(place): {"beneficiary": "Cơ sở này không thụ hưởng hồ sơ."}
        for place, share in enumerate(shares)
        if share["beneficiary"] is not None and share["beneficiary"] not in keys
    }
    if errors:
        raise ValidationError({"shares": errors})
    return [
        {
            "share": keys.get(share["beneficiary"]),
            "support": share["support"],
            "counterpart": share["counterpart"],
        }
        for share in shares
    ]


def _check_outputs(year: ProjectYear, outputs: Mapping[str, int]) -> None:
    known = set(
        Indicator.objects.filter(activities=year.project.activity_id, valid_to__isnull=True).values_list(
            "code", flat=True
        )
    )
    if unknown := set(outputs) - known:
        message = f"Loại hoạt động này có các chỉ tiêu: {', '.join(sorted(known))}."
        raise ValidationError({"outputs": dict.fromkeys(sorted(unknown), message)})


def _usual_acceptor(year: ProjectYear) -> Organisation | None:
    """The department of the place; of several places each its own (None), of the agency's own task the agency."""
    found = list(acceptors(year))
    departments = [body for body in found if body.kind == OrganisationKind.DEPARTMENT]
    if len(departments) == 1:
        return departments[0]
    if departments and year.shares.exists():
        return None
    return next((body for body in found if body.kind == OrganisationKind.AGENCY), None)


def _accepting(year: ProjectYear, slug: str | None) -> Organisation | None:
    """The body that ``slug`` names among those that may accept; null stands for the department of each site."""
    found = acceptors(year)
    if slug is None:
        return None
    for body in found:
        if body.slug == slug:
            return body
    slugs = " hoặc ".join(body.slug for body in found)
    raise ValidationError({"accepting_body": f"Nghiệm thu do {slugs} thực hiện."})
