"""Which form each act on one file has (projects/workflow.py); those of a line or two stand here."""

from __future__ import annotations

from typing import Any

from django import forms

from budgets.models import Programme
from khuyencong.lib.workflow import Action
from projects.forms.appraisals import AppraisalForm
from projects.forms.base import ActForm
from projects.forms.change_requests import (
    ConfirmChangeForm,
    DecideChangeForm,
    RequestChangeForm,
    StopForm,
    UnspentForm,
)
from projects.forms.payments import (
    AdvanceForm,
    DrawForm,
    PayForm,
    RefundForm,
    RequestAdvanceForm,
    RequestPaymentForm,
    SettleForm,
)
from projects.forms.plans import PlanForm, SelectionForm, TenderForm
from projects.forms.returns import ReturnForm
from projects.forms.works import AcceptForm, ContractForm, InspectForm, ProgressForm, ReturnProgressForm
from projects.models import Event
from projects.states import State


class WithdrawForm(ActForm):
    department_letter = forms.CharField(
        label="Công văn đồng ý của Sở Công Thương (số, ngày)", required=False, max_length=120
    )

    def prepare(self) -> None:
        late = self.year.state in {State.REGISTERED, State.APPRAISED_AGENCY, State.PROPOSED}
        if late and self.year.project.programme == Programme.NATIONAL:
            self.fields["department_letter"].required = True  # T36 article 11
        else:
            del self.fields["department_letter"]


class CloseForm(ActForm):
    place_of_originals = forms.CharField(label="Nơi giữ bản gốc hồ sơ", max_length=160)

    def prepare(self) -> None:
        last = Event.objects.filter(action="close", organisation=self.by.organisation).order_by("-pk").first()
        self.suggest(place_of_originals=last.details.get("place_of_originals") if last else None)


class FindingForm(forms.Form):
    """What became of a finding: put right, or the work may go on for a reason."""

    PUT_RIGHT, WAIVED = "put_right", "waived"

    outcome = forms.ChoiceField(
        label="Kết quả",
        choices=[
            (PUT_RIGHT, "Đã khắc phục"),
            (WAIVED, "Chưa khắc phục, nhưng cho tiếp tục nghiệm thu, thanh toán"),
        ],
        widget=forms.RadioSelect,
        initial=PUT_RIGHT,
    )
    waiver = forms.CharField(
        label="Lý do cho tiếp tục",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Bắt buộc khi chưa khắc phục.",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("outcome") == self.PUT_RIGHT:
            values["waiver"] = ""
        elif "waiver" not in self.errors and not values.get("waiver"):
            self.add_error("waiver", "Hãy ghi lý do cho tiếp tục khi kiến nghị chưa được khắc phục.")
        return values


ACT_FORMS: dict[str, type[ActForm]] = {
    "appraise_department": AppraisalForm,
    "appraise_agency": AppraisalForm,
    "withdraw": WithdrawForm,
    "choose_selection_method": SelectionForm,
    "submit_implementation_plan": PlanForm,
    "record_tender_result": TenderForm,
    "contract": ContractForm,
    "assign_task": ContractForm,
    "report_progress": ProgressForm,
    "return_progress": ReturnProgressForm,
    "request_advance": RequestAdvanceForm,
    "advance": AdvanceForm,
    "inspect": InspectForm,
    "accept": AcceptForm,
    "request_payment": RequestPaymentForm,
    "pay": PayForm,
    "settle": SettleForm,
    "draw": DrawForm,
    "refund": RefundForm,
    "check_advance": AdvanceForm,
    "check_payment": PayForm,
    "check_settlement": SettleForm,
    "check_payment_request": RequestPaymentForm,
    "close": CloseForm,
    "request_change": RequestChangeForm,
    "confirm_change": ConfirmChangeForm,
    "decide_change": DecideChangeForm,
    "stop": StopForm,
    "carry_over": UnspentForm,
    "cancel_budget": UnspentForm,
}


def act_form(row: Action) -> type[ActForm]:
    """The form of a row. Without a form of its own an act takes its paper, if any, and a comment; so does a return
    that pins nothing."""
    if "reasons" in row.takes:
        return ReturnForm
    return ACT_FORMS.get(row.name, ActForm)
