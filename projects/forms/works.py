"""Forms of the work: contract or task, monthly progress, inspection, acceptance share by share."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms

from accounts.models import Organisation, OrganisationKind
from accounts.queries import head_of, names_on
from budgets.queries import balance
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, Earlier, MoneyField
from khuyencong.lib.money import dong
from khuyencong.lib.numbers import decimal_text
from projects.bodies import accepted_by_site, acceptors
from projects.forms.base import ActForm, long_text
from projects.models import Indicator, LineKind, Nature, ProgressReport, ShareState
from projects.queries import contract_of, earlier_contract, returned_reports, standing_reports
from projects.unfunded import what_has_no_source
from projects.work_guards import invested
from projects.years import over_years

EACH_SITE = "Sở Công Thương của từng địa điểm"


class ContractForm(ActForm):
    amount = MoneyField(label="Kinh phí hợp đồng", min_value=1)
    starts_on = DateField(label="Có hiệu lực từ ngày")
    ends_on = DateField(label="Đến ngày")
    signed_b = forms.CharField(label="Đại diện bên B", max_length=160)
    accepting_body = forms.ModelChoiceField(
        label="Đơn vị nghiệm thu cơ sở", queryset=Organisation.objects.none(), empty_label=None
    )
    stages = forms.CharField(label="Các giai đoạn thực hiện", required=False, widget=long_text())
    sites = forms.CharField(label="Địa điểm", required=False, max_length=300)
    invoices_agency = forms.BooleanField(label="Bên B xuất hóa đơn cho bên A", required=False)
    part_payments = forms.CharField(
        label="Chuyển tiền theo từng phần đã nghiệm thu: điều khoản, quyết định", required=False, max_length=240,
        help_text="Chỉ ghi khi hợp đồng quy định (Thông tư 36/2013/TT-BCT, điều 16.1); để trống: phần còn lại chuyển "
        "sau khi nghiệm thu toàn bộ.",
    )  # fmt: skip

    by_annex = forms.BooleanField(label="Ký phụ lục hợp đồng của các năm trước", required=False)

    def prepare(self) -> None:
        year = self.year
        sums = balance(year.pk)
        if self.row.name == "assign_task":
            self.fields["amount"].label = "Kinh phí giao"
            self.fields["signed_b"].label = "Đại diện đơn vị nhận nhiệm vụ"
        earlier = earlier_contract(year) if self.row.name == "contract" else None
        if earlier is None:
            del self.fields["by_annex"]
        else:
            self.fields[
                "by_annex"
            ].help_text = f"Phụ lục của {earlier.paper}. Không chọn: hợp đồng riêng cho năm."
            self.suggest(by_annex=True)
        if missing := what_has_no_source(year):
            self.warnings["amount"] = missing
        head = head_of(year.project.implementer)
        last_day = dt.date(year.year, 12, 31)
        ends_on = last_day if over_years(year.project) else year.project.ends_on
        shares = year.shares.select_related("establishment")
        if shares.count() < 2 and year.project.nature != Nature.GROUP:
            del self.fields["part_payments"]
        self.suggest(
            amount=sums.allocated - sums.contracted,
            starts_on=today(),
            ends_on=ends_on if ends_on and ends_on > today() else last_day,
            accepting_body=self._bodies(),
            signed_b=f"{head.person}, {head.title}" if head else None,
            stages="\n".join(item.work for item in year.schedule.all()),
            sites="; ".join(share.place or share.establishment.address for share in shares)[:300],
        )

    def _bodies(self) -> Organisation | None:
        """Offer who may accept (T36 article 21.1); answers the department of the place, of several provinces nobody:
        each department accepts its own site."""
        found = acceptors(self.year)
        choice = self.fields["accepting_body"]
        assert isinstance(choice, forms.ModelChoiceField)
        several = accepted_by_site(self.year)
        if several:
            choice.required, choice.empty_label = False, EACH_SITE
        choice.queryset = found.order_by("-province_id", "pk")
        names = names_on(today(), {body.pk for body in found})
        choice.label_from_instance = lambda body: names[body.pk].name  # type: ignore[method-assign,assignment]
        if several:
            return None
        departments = found.filter(kind=OrganisationKind.DEPARTMENT)
        return departments.first() or found.first()


class ProgressForm(ActForm):
    month = forms.DateField(
        label="Tháng", input_formats=["%m/%Y"], widget=forms.DateInput(format="%m/%Y"), help_text="Ví dụ 11/2026",
        error_messages={"invalid": "Ghi tháng theo dạng tháng/năm, ví dụ 11/2026."},
    )  # fmt: skip
    percent = forms.IntegerField(
        label="Khối lượng hoàn thành (%)",
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "kc-w-number num"}),
    )
    value_done = MoneyField(label="Giá trị đã thực hiện")
    done = forms.CharField(label="Công việc đã làm trong tháng", widget=long_text())
    difficulties = forms.CharField(label="Khó khăn, đề xuất", required=False, widget=long_text())

    def prepare(self) -> None:
        month = today().replace(day=1)
        reports = standing_reports(self.year)
        last = reports.order_by("-month").first()
        given_back = returned_reports(self.year)
        self.suggest(month=given_back[0].month if given_back else month)
        whole = dong(invested(self.year))
        self.fields["value_done"].help_text = f"Từ đầu, mọi nguồn: hợp đồng và đối ứng là {whole}."
        if last is not None:
            self.suggest(percent=last.percent, value_done=last.value_done)
            self.earlier = _written(last)
        if not given_back and reports.filter(month=month).exists():
            self.warnings["month"] = f"Tháng {month:%m/%Y} đã có báo cáo; hãy ghi tháng còn thiếu."


def _written(report: ProgressReport) -> dict[str, Earlier]:
    """What the report of an earlier month says, beside the fields of the next."""
    texts = {
        "percent": f"{report.percent}%",
        "value_done": dong(report.value_done),
        "done": report.done,
        "difficulties": report.difficulties,
    }
    return {name: Earlier(f"Tháng {report.month:%m/%Y}", text) for name, text in texts.items() if text}


class ReturnProgressForm(ActForm):
    month = forms.TypedChoiceField(label="Tháng", coerce=dt.date.fromisoformat, widget=forms.RadioSelect)

    def prepare(self) -> None:
        waiting = standing_reports(self.year).filter(confirmed_on__isnull=True)
        months = [(report.month.isoformat(), f"Tháng {report.month:%m/%Y}") for report in waiting]
        cast("forms.ChoiceField", self.fields["month"]).choices = months
        if len(months) == 1:
            self.suggest(month=months[0][0])


class InspectForm(ActForm):
    planned = forms.BooleanField(label="Theo kế hoạch kiểm tra", required=False, initial=True)
    summary = forms.CharField(label="Kết quả kiểm tra", widget=long_text())
    finding = forms.CharField(
        label="Kiến nghị", required=False, widget=long_text(),
        help_text="Có kiến nghị thì nghiệm thu và thanh toán dừng lại đến khi khắc phục.",
    )  # fmt: skip
    fix_by = DateField(label="Hạn khắc phục", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("finding") and "fix_by" not in self.errors and not values.get("fix_by"):
            self.add_error("fix_by", "Có kiến nghị thì cần hạn khắc phục.")
        if not values.get("finding"):
            values["fix_by"] = None
        return values


class AcceptForm(ActForm):
    """Acceptance share by share with the outputs that the type of activity suggests."""

    fields_template = "projects/acts/accept_fields.html"

    form = forms.ChoiceField(
        label="Mẫu biên bản",
        choices=[("5a", "Mẫu 5a"), ("5b", "Mẫu 5b (bên B xuất hóa đơn)")],
    )  # fmt: skip
    works = forms.CharField(label="Khối lượng, chất lượng công việc", widget=long_text(4))
    beneficiary_representative = forms.CharField(
        label="Đại diện cơ sở thụ hưởng", required=False, max_length=160
    )
    commune_representative = forms.CharField(label="Đại diện UBND cấp xã", required=False, max_length=160)
    conclusion = forms.CharField(label="Kết luận", required=False, widget=long_text(2))

    def prepare(self) -> None:
        year = self.year
        contract = contract_of(year)
        sums = balance(year.pk)
        room = sums.contracted - sums.accepted
        left = year.shares.exclude(state=ShareState.ACCEPTED).select_related("establishment").order_by("pk")
        if contract is not None and contract.accepting_body_id is None:
            left = left.filter(establishment__province=self.by.organisation.province_id)
        self.shares = list(left)
        agency = self.by.organisation.kind == OrganisationKind.AGENCY
        asked = year.project.activity.advance_after_form
        if agency:
            cast("forms.ChoiceField", self.fields["form"]).choices = [("5c", "Mẫu 5c (Cục nghiệm thu)")]
        lines = year.estimate.filter(line_kind=LineKind.COST, amount__gt=0)
        self.suggest(
            form="5c" if agency else asked or ("5b" if contract and contract.invoices_agency else "5a"),
            works="\n".join(
                f"{line.item}: {decimal_text(line.quantity)} {line.unit}".strip() for line in lines
            ),
            beneficiary_representative="; ".join(share.establishment.representative for share in self.shares)[
                :160
            ],
        )
        for share in self.shares:
            support = min(share.support, room)
            room -= support
            self._share_fields(str(share.pk), support, share.counterpart)
        if not self.shares and not year.shares.exists():
            self._share_fields("all", room, year.counterpart)
        for indicator in self._indicators():
            self.fields[f"output-{indicator.code}"] = forms.IntegerField(
                label=f"{indicator.name} ({indicator.unit})",
                required=False,
                min_value=0,
                max_value=10**9,
                widget=forms.NumberInput(attrs={"class": "kc-w-number num"}),
            )

    def _share_fields(self, key: str, support: int, counterpart: int) -> None:
        if key != "all":
            self.fields[f"take-{key}"] = forms.BooleanField(label="Nghiệm thu lần này", required=False)
            self.suggest(**{f"take-{key}": True})
        self.fields[f"support-{key}"] = MoneyField(label="Hỗ trợ được nghiệm thu", required=key == "all")
        self.fields[f"counterpart-{key}"] = MoneyField(label="Đối ứng đã thực hiện", required=key == "all")
        self.suggest(**{f"support-{key}": support, f"counterpart-{key}": counterpart})

    def _indicators(self) -> list[Indicator]:
        """Outputs counted for this activity, in the order of the report."""
        return list(
            Indicator.objects.filter(
                activities=self.year.project.activity_id, valid_to__isnull=True
            ).order_by("order", "pk")
        )

    def share_rows(self) -> list[tuple[str, list[Any]]]:
        """Name of a share and its bound fields, for the page."""
        rows = [(share.establishment.name, str(share.pk)) for share in self.shares]
        return [
            (
                name,
                [
                    self[f"{part}-{key}"]
                    for part in ("take", "support", "counterpart")
                    if f"{part}-{key}" in self.fields
                ],
            )
            for name, key in rows or [("Toàn bộ hồ sơ", "all")]
        ]

    def outputs(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("output-")]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        taken = [share for share in self.shares if values.get(f"take-{share.pk}")]
        if not taken and "support-all" not in self.fields:
            raise forms.ValidationError("Chưa chọn cơ sở nào để nghiệm thu.")
        for share in taken:
            for part in ("support", "counterpart"):
                name = f"{part}-{share.pk}"
                if name not in self.errors and values.get(name) is None:
                    self.add_error(name, "Hãy ghi số tiền, có thể là 0.")
        return values

    def details(self) -> dict[str, Any]:
        values = self.cleaned_data
        keys = [str(share.pk) for share in self.shares if values.get(f"take-{share.pk}")] or ["all"]
        names = ("form", "works", "beneficiary_representative", "commune_representative", "conclusion")
        return (
            self.paper()
            | {name: values[name] for name in names}
            | {
                "shares": [
                    {
                        "share": None if key == "all" else int(key),
                        "support": values[f"support-{key}"],
                        "counterpart": values[f"counterpart-{key}"],
                    }
                    for key in keys
                ],
                "outputs": {
                    name.removeprefix("output-"): value
                    for name, value in values.items()
                    if name.startswith("output-") and value
                },
            }
        )
