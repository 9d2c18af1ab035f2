"""A file as JSON (interface.md): what is read, as plain dictionaries, and what is written, as serializers."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from rest_framework import serializers

from accounts.models import Position
from budgets.models import Activity, Programme, Selection
from khuyencong.lib.dates import today
from khuyencong.lib.wire import MoneyField, StrictRow, StrictSerializer, WholeNumber, many
from projects.api.changes import AmendmentShape, SendingShape, amendments_json, sendings_json
from projects.chain import CHAIN
from projects.estimates import line_amount
from projects.groups import approval_of, sent_plan
from projects.models import (
    ENDED_SHARES,
    BeneficiaryShare,
    EstimateLine,
    Nature,
    Project,
    ProjectKind,
    ProjectYear,
    ScheduleItem,
    YearPlan,
)
from projects.models.establishments import tax_code_validator
from projects.queries import events_of, years_seen
from projects.states import State
from projects.years import MOST_YEARS, years_shown

TEXTS = (
    "place", "partner", "need", "objectives", "scale", "content", "organisation_of_work", "effects",
)  # fmt: skip
MAX_KEY = 2**63 - 1
FIXED = ("code", "programme", "year", "kind", "nature", "provinces", "implementer")
"""Said when a file is begun; a PATCH may repeat them, not change them."""


# -- what is read ------------------------------------------------------------------------------------


def file_json(year: ProjectYear) -> dict[str, Any]:
    """A file as it stands in a list, from rows that are loaded: no query."""
    project = year.project
    return {
        "code": project.code,
        "file": year.address,
        "programme": project.programme,
        "year": year.year,
        "kind": project.kind,
        "nature": project.nature,
        "selection_method": project.selection_method,
        "title": project.title,
        "activity": project.activity.code,
        "provinces": [province.slug for province in project.provinces],
        "implementer": project.implementer.slug,
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        **{name: getattr(project, name) for name in TEXTS},
        "counterpart_status": project.counterpart_status,
        "no_double_support": project.no_double_support,
        "beneficiaries": [share_json(share) for share in year.shares.all()],
        "estimate": [line_json(line) for line in year.estimate.all()],
        "state": year.state,
        "state_since": year.state_since,
        "submission": year.submission,
        "support": year.support,
        "counterpart": year.counterpart,
        "answer_by": year.answer_by,
        "years_planned": project.years_planned,
        "approved_total": project.approved_total,
        "version": project.version,
        "is_illustration": project.is_illustration,
    }


def share_json(share: BeneficiaryShare) -> dict[str, Any]:
    return {
        "establishment": share.establishment_id,
        "support": share.support,
        "counterpart": share.counterpart,
        "place": share.place,
        "state": share.state,
    }


def line_json(line: EstimateLine) -> dict[str, Any]:
    return {
        "position": line.position,
        "line_kind": line.line_kind,
        "item": line.item,
        "unit": line.unit,
        "quantity": quantity_text(line.quantity),
        "unit_price": line.unit_price,
        "amount": line.amount,
        "national": line.national,
        "local": line.local,
        "counterpart": line.counterpart,
        "other": line.other,
        "basis": line.basis,
        "note": line.note,
        "vat_included": line.vat_included,
    }


def quantity_text(quantity: Any) -> str:
    """ "1" for 1.000, "1.25" for 1.250."""
    return f"{quantity:f}".rstrip("0").rstrip(".") if "." in f"{quantity:f}" else f"{quantity:f}"


ENDED = Q(state__in=ENDED_SHARES)


def plan_json(year: ProjectYear) -> dict[str, Any] | None:
    """The plan of implementation of a group project that stands (Mẫu 11); None for other files."""
    plan = sent_plan(year) if year.project.nature == Nature.GROUP else None
    if plan is None:
        return None
    approval = approval_of(plan)
    return {
        "number": plan.paper.number,
        "dated": plan.paper.dated,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "partner": plan.partner,
        "content": plan.content,
        "organisation_of_work": plan.organisation_of_work,
        "specifications": plan.specifications,
        "approved_on": approval.effective_on if approval else None,
    }


def tender_json(year: ProjectYear) -> dict[str, Any] | None:
    """The result of the tender that stands; None where nothing is tendered."""
    if year.project.selection_method != Selection.TENDER:
        return None
    found = year.tender_results.last()
    names = ("decision_number", "decided_on", "decided_by", "bidder", "price")
    return {name: getattr(found, name) for name in names} if found else None


def years_json(year: ProjectYear, by: Position) -> list[dict[str, Any]]:
    """The budget years of a project over several; nothing for others."""
    shown = years_shown(year, years_seen(year, by))
    if shown is None:
        return []
    return [
        {
            "year": each.year,
            "file": each.file.address if each.file else None,
            "state": each.file.state if each.file else None,
            "support": each.part.support,
            "counterpart": each.part.counterpart,
            "approved": each.part.approved,
            "stages": each.part.stages,
            "results": each.part.results,
            **{name: getattr(each.sums, name) for name in YEAR_SUMS},
        }
        for each in shown.years
    ]


YEAR_SUMS = ("planned", "allocated", "contracted", "disbursed", "accepted", "settled")


def file_with_route(year: ProjectYear, by: Position) -> dict[str, Any]:
    """One file with its schedule, what ``by`` can do with it today, why it came back, and the way it has gone."""
    events = list(events_of(year))
    last_return = next((event for event in reversed(events) if event.action == "return"), None)
    open_reasons = last_return.reasons.all() if last_return and year.state == State.RETURNED else []
    return file_json(year) | {
        "ended_beneficiaries": [
            share_json(share) for share in BeneficiaryShare.every.filter(ENDED, project_year=year)
        ],
        "implementation_plan": plan_json(year),
        "tender_result": tender_json(year),
        "years": years_json(year, by),
        "other_activities": [
            each.activity.code for each in year.project.other_activities.select_related("activity")
        ]
        if year.project.nature == Nature.FLAGSHIP
        else [],
        "schedule": [
            {
                "position": item.position,
                "work": item.work,
                "responsible": item.responsible,
                "starts_on": item.starts_on,
                "ends_on": item.ends_on,
            }
            for item in year.schedule.all()
        ],
        "reasons": [
            {
                "section": reason.section,
                "row": reason.row or None,
                "field": reason.field or None,
                "comment": reason.comment,
            }
            for reason in open_reasons
        ],
        "available_actions": [
            {
                "action": offer.action.name,
                "label": offer.action.label,
                "allowed": offer.allowed,
                "reason": " ".join(offer.reasons) or None,
            }
            for offer in CHAIN.offers(year, by, today())
        ],
        "route": [
            {
                "state": event.to_state,
                "label": str(State(event.to_state).label),
                "at": event.effective_on,
                "by": event.person.full_name,
                "organisation": event.organisation.slug,
                "action": event.action,
            }
            for event in events
            if event.to_state != event.from_state or event.action == "create"
        ],
        "amendments": amendments_json(year),
        "sendings": sendings_json(year, by),
    }


# -- what is written ---------------------------------------------------------------------------------


class LineShape(StrictRow):
    """A line of the estimate. ``amount`` is computed; who sends it must have computed the same."""

    position = serializers.CharField(max_length=8, required=False, allow_blank=True)
    quantity = serializers.DecimalField(max_digits=12, decimal_places=3, min_value=0, required=False)
    amount = MoneyField(required=False)

    class Meta:
        model = EstimateLine
        fields = (
            "position", "line_kind", "item", "unit", "quantity", "unit_price", "amount", "national", "local",
            "counterpart", "other", "basis", "note", "vat_included",
        )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        amount = line_amount(attrs.get("quantity", 1), attrs.get("unit_price", 0))
        MoneyField().run_validation(amount)
        if attrs.pop("amount", amount) != amount:
            raise serializers.ValidationError(
                {"amount": f"Thành tiền phải bằng số lượng nhân đơn giá, làm tròn đến đồng: {amount}."}
            )
        return attrs


class ShareShape(StrictRow):
    """A beneficiary: ``establishment`` is its id in the register, or ``tax_code`` that under which the register of one
    of the file's provinces has it."""

    establishment = WholeNumber(min_value=1, max_value=MAX_KEY, required=False)
    tax_code = serializers.CharField(max_length=14, required=False, validators=[tax_code_validator])

    class Meta:
        model = BeneficiaryShare
        fields = ("establishment", "tax_code", "support", "counterpart", "place")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("establishment" in attrs) == ("tax_code" in attrs):
            raise serializers.ValidationError(
                {
                    "establishment": "Hãy ghi số của cơ sở trong danh bạ, hoặc mã số thuế của cơ sở (tax_code)."
                },
                code="required",
            )
        return attrs


class StepShape(StrictRow):
    """A step of the schedule."""

    position = WholeNumber(min_value=1, max_value=999)

    class Meta:
        model = ScheduleItem
        fields = ("position", "work", "responsible", "starts_on", "ends_on")


class YearShape(StrictRow):
    """What a project over several years does in one of them; the first row is the plan year, whose money follows its
    estimate."""

    class Meta:
        model = YearPlan
        fields = ("support", "counterpart", "stages", "results")


class BegunYearShape(StrictSerializer):
    """The next budget year of a project over several."""

    year = WholeNumber(min_value=2012, max_value=2100)


class FileShape(StrictRow):
    """What is written of a file. Rows are replaced as a whole."""

    year = WholeNumber(min_value=2012, max_value=2100)
    activity = serializers.SlugRelatedField(slug_field="code", queryset=Activity.objects.all())
    provinces = serializers.ListField(child=serializers.SlugField(), required=False, max_length=63)
    implementer = serializers.SlugField(required=False, max_length=80)
    nature = serializers.ChoiceField(choices=Nature.choices, required=False)
    beneficiaries = many(ShareShape, 500, required=False)
    estimate = many(LineShape, 500, required=False)
    schedule = many(StepShape, 500, required=False)
    years = many(YearShape, MOST_YEARS, required=False)
    other_activities = serializers.ListField(
        child=serializers.SlugRelatedField(slug_field="code", queryset=Activity.objects.all()),
        required=False,
        max_length=40,
    )

    class Meta:
        model = Project
        fields = (
            "programme", "year", "kind", "nature", "title", "activity", "provinces", "implementer", "starts_on",
            "ends_on", *TEXTS, "counterpart_status", "no_double_support", "beneficiaries", "estimate", "schedule",
            "years", "other_activities",
        )  # fmt: skip


class FilePatchShape(FileShape):
    """A change made from ``version`` of the file. Of the file's own fields none must be said; of a row that is said,
    all that a row needs (``partial`` would let rows have gaps, too)."""

    code = serializers.CharField(required=False, max_length=40)
    version = WholeNumber(min_value=1)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "version"
        return fields

    class Meta(FileShape.Meta):
        fields = ("version", "code", *FileShape.Meta.fields)  # type: ignore[assignment]  # two more


# -- the same, for the schema ------------------------------------------------------------------------


class OfferShape(serializers.Serializer[Any]):
    action = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not Field.label
    allowed = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)


class StopShape(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=State.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not Field.label
    at = serializers.DateField()
    by = serializers.CharField()
    organisation = serializers.CharField()
    action = serializers.CharField()


class ReasonShape(StrictSerializer):
    """Why a file comes back, pinned to what may be corrected. ``row``: an establishment's id, a position of the
    estimate, a paper's code, or null for the whole section."""

    section = serializers.ChoiceField(choices=["file", "beneficiaries", "estimate", "documents"])
    row = serializers.CharField(max_length=20, allow_null=True, allow_blank=True, required=False)
    field = serializers.CharField(max_length=40, allow_null=True, allow_blank=True, required=False)
    comment = serializers.CharField(max_length=600)


class ReadShareShape(serializers.Serializer[Any]):
    establishment = serializers.IntegerField()
    support = serializers.IntegerField()
    counterpart = serializers.IntegerField()
    place = serializers.CharField()
    state = serializers.CharField()


class PlanShape(serializers.Serializer[Any]):
    """The plan of implementation as it was submitted, and when it was approved."""

    number = serializers.CharField()
    dated = serializers.DateField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    partner = serializers.CharField(allow_blank=True)
    content = serializers.CharField()
    organisation_of_work = serializers.CharField()
    specifications = serializers.CharField(allow_blank=True)
    approved_on = serializers.DateField(allow_null=True)


class TenderShape(serializers.Serializer[Any]):
    decision_number = serializers.CharField()
    decided_on = serializers.DateField()
    decided_by = serializers.CharField()
    bidder = serializers.CharField()
    price = serializers.IntegerField()


class ReadYearShape(serializers.Serializer[Any]):
    """One budget year of a project over several; no file before it is begun, or where it is not the reader's to see."""

    year = serializers.IntegerField()
    file = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=State.choices, allow_null=True)
    support = serializers.IntegerField()
    counterpart = serializers.IntegerField()
    approved = serializers.IntegerField(allow_null=True)
    stages = serializers.CharField()
    results = serializers.CharField()
    planned = serializers.IntegerField()
    allocated = serializers.IntegerField()
    contracted = serializers.IntegerField()
    disbursed = serializers.IntegerField()
    accepted = serializers.IntegerField()
    settled = serializers.IntegerField()


class ListedFileShape(serializers.Serializer[Any]):
    """A file as it stands in a list."""

    code = serializers.CharField()
    file = serializers.CharField()
    programme = serializers.ChoiceField(choices=Programme.choices)
    year = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ProjectKind.choices)
    nature = serializers.ChoiceField(choices=Nature.choices)
    selection_method = serializers.ChoiceField(choices=Selection.choices)
    title = serializers.CharField()
    activity = serializers.CharField()
    provinces = serializers.ListField(child=serializers.CharField())
    implementer = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    place = serializers.CharField()
    partner = serializers.CharField()
    need = serializers.CharField()
    objectives = serializers.CharField()
    scale = serializers.CharField()
    content = serializers.CharField()
    organisation_of_work = serializers.CharField()
    effects = serializers.CharField()
    counterpart_status = serializers.CharField()
    no_double_support = serializers.BooleanField()
    beneficiaries = ReadShareShape(many=True)
    estimate = LineShape(many=True)
    state = serializers.ChoiceField(choices=State.choices)
    state_since = serializers.DateField()
    submission = serializers.IntegerField()
    support = serializers.IntegerField()
    counterpart = serializers.IntegerField()
    answer_by = serializers.DateField(allow_null=True)
    years_planned = serializers.IntegerField()
    approved_total = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    is_illustration = serializers.BooleanField()


class ReadFileShape(ListedFileShape):
    """One file, with what the position can do with it, the way it has gone and what changed on it."""

    ended_beneficiaries = ReadShareShape(many=True)
    implementation_plan = PlanShape(allow_null=True)
    tender_result = TenderShape(allow_null=True)
    years = ReadYearShape(many=True)
    other_activities = serializers.ListField(child=serializers.CharField())
    schedule = StepShape(many=True)
    reasons = ReasonShape(many=True)
    available_actions = OfferShape(many=True)
    route = StopShape(many=True)
    amendments = AmendmentShape(many=True)
    sendings = SendingShape(many=True)
