"""Forms between money and contract: the plan of implementation (Mẫu 11), the tender and the way it is chosen."""

from __future__ import annotations

from django import forms

from accounts.queries import names_on
from budgets.models import Selection
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, MoneyField
from projects.forms.base import ActForm, long_text
from projects.groups import group_type
from projects.models import BeneficiaryShare


class PlanForm(ActForm):
    """The plan beside the beneficiaries, which are written on their own page."""

    starts_on = DateField(label="Bắt đầu triển khai")
    ends_on = DateField(label="Kết thúc")
    partner = forms.CharField(label="Đơn vị phối hợp", required=False, max_length=300)
    content = forms.CharField(
        label="Nội dung, quy mô", widget=long_text(5),
        help_text="Theo dạng đề án: số lớp, số học viên, thời gian học; số gian hàng; số cơ sở được tư vấn; số máy …",
    )  # fmt: skip
    organisation_of_work = forms.CharField(label="Tổ chức thực hiện", widget=long_text(4))
    specifications = forms.CharField(
        label="Đặc tính kỹ thuật của máy móc, thiết bị", required=False, widget=long_text(4),
        help_text="Làm căn cứ ký hợp đồng.",
    )  # fmt: skip

    def prepare(self) -> None:
        project = self.year.project
        last = self.year.plans.last()
        source = last or project
        self.suggest(
            starts_on=source.starts_on,
            ends_on=source.ends_on,
            partner=source.partner,
            content=source.content,
            organisation_of_work=source.organisation_of_work,
        )
        found = group_type(project, today())
        if found is None or not found.named:
            del self.fields["specifications"]
            return
        self.fields["specifications"].required = True
        self.suggest(specifications=last.specifications if last else project.scale)

    def beneficiaries(self) -> list[BeneficiaryShare]:
        """Whom the plan names, for the page."""
        return list(self.year.shares.select_related("establishment__province"))


class TenderForm(ActForm):
    decision_number = forms.CharField(label="Quyết định phê duyệt kết quả: số, ký hiệu", max_length=60)
    decided_on = DateField(label="Ngày quyết định")
    decided_by = forms.CharField(label="Cấp phê duyệt kết quả", max_length=160)
    bidder = forms.CharField(label="Đơn vị trúng thầu", max_length=240)
    price = MoneyField(label="Giá trúng thầu", min_value=1)

    def prepare(self) -> None:
        body = self.by.organisation.superior or self.by.organisation
        self.suggest(decided_by=names_on(today(), {body.pk})[body.pk].name)


class SelectionForm(ActForm):
    method = forms.ChoiceField(
        label="Cách chọn đơn vị", choices=Selection.choices, widget=forms.RadioSelect,
        help_text="Theo loại hoạt động khi chưa có quyết định khác (Thông tư 36/2013/TT-BCT, điều 3).",
    )  # fmt: skip

    def prepare(self) -> None:
        other = next(each for each in Selection.values if each != self.year.project.selection_method)
        self.suggest(method=other)
