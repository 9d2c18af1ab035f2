"""Forms of the acts on one file. Each knows its file, offers what the State already knows, and answers ``details``
as the row of the chain takes them (projects/workflow.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms

from accounts.models import Organisation, OrganisationKind, Position, PositionKind
from accounts.queries import names_on
from budgets.models import Programme
from budgets.queries import balance
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, MoneyField
from khuyencong.lib.workflow import Action
from projects.chain import PaperData
from projects.effects import CONTENTS
from projects.guards import asked_support, first_advance_percent, label_of
from projects.models import Appraisal, Indicator, Opinion, PaperKind, ProjectYear, ShareState

LONG = forms.Textarea(attrs={"rows": 3})


class ActForm(forms.Form):
    """What every act has: its paper (number, day), when it rests on one, and a comment."""

    sections: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    number = forms.CharField(label="Số, ký hiệu", max_length=60, help_text="Ví dụ: 125/CV-TTKC")
    dated = DateField(label="Ngày văn bản")
    comment = forms.CharField(
        label="Ghi chú, lý do", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, year: ProjectYear, row: Action, by: Position, **kwargs: Any) -> None:
        self.year, self.row, self.by = year, row, by
        super().__init__(*args, **kwargs)
        self.order_fields(
            ["number", "dated", *[name for name in self.fields if name != "comment"], "comment"]
        )
        if row.paper is None:
            del self.fields["number"], self.fields["dated"]
        else:
            self.fields["number"].label = f"{PaperKind(row.paper).label}: số, ký hiệu"
            self.fields["dated"].initial = today()
        self.prepare()

    def prepare(self) -> None:
        """Fill in what is already known; default: nothing."""

    def details(self) -> dict[str, Any]:
        """The act's details out of cleaned data; the paper with it where there is one."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"number", "dated", "comment"}
        }
        return values | self.paper()

    def paper(self) -> dict[str, PaperData]:
        if self.row.paper is None:
            return {}
        return {
            "paper": PaperData(self.cleaned_data["number"], self.cleaned_data["dated"], signer=self.signer())
        }

    def signer(self) -> Position | None:
        """Who signs the paper: the head of the body that acts, when he holds office that day."""
        heads = {
            PositionKind.DIRECTOR,
            PositionKind.DIRECTOR_GENERAL,
            PositionKind.CHAIR,
            PositionKind.MINISTER,
        }
        if self.by.kind in heads:
            return self.by
        return self.by.organisation.positions.filter(kind__in=heads, valid_to__isnull=True).first()


class SubmitForm(ActForm):
    """The unit's letter that sends the file."""


class ReturnForm(ActForm):
    """Reasons pinned to fields and rows: a sentence beside each thing that must be put right."""

    answer_by = DateField(label="Hạn bổ sung, gửi lại")

    def prepare(self) -> None:
        self.fields["answer_by"].initial = today() + dt.timedelta(days=10)
        self.targets: list[tuple[str, list[tuple[str, str]]]] = []
        for title, targets in pin_targets(self.year):
            names = []
            for section, row, field, label, shown in targets:
                name = f"pin|{section}|{row}|{field}"
                self.fields[name] = forms.CharField(
                    label=label, required=False, max_length=600, help_text=shown,
                    widget=forms.Textarea(attrs={"rows": 1}),
                )  # fmt: skip
                names.append((name, label))
            self.targets.append((title, names))

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Title of a part of the file and its bound fields, for the page."""
        return [(title, [self[name] for name, _ in names]) for title, names in self.targets]

    def details(self) -> dict[str, Any]:
        reasons = []
        for name, value in self.cleaned_data.items():
            if name.startswith("pin|") and value.strip():
                _, section, row, field = name.split("|")
                reasons.append(
                    {"section": section, "row": row or None, "field": field or None, "comment": value}
                )
        return {"reasons": reasons, "answer_by": self.cleaned_data["answer_by"]}


def pin_targets(year: ProjectYear) -> list[tuple[str, list[tuple[str, str, str, str, str]]]]:
    """All that a reason can be pinned to: (part, [(section, row, field, label, what stands there)])."""
    from projects.requirements import requirements
    from projects.services.files import CONTENT_FIELDS

    project = year.project
    content = [
        (
            "file",
            "",
            name,
            label_of(name),
            str(getattr(project, name) or "–")[:160],
        )
        for name in CONTENT_FIELDS
        if name != "activity"
    ]
    shares = [
        (
            "beneficiaries",
            str(share.establishment_id),
            "",
            share.establishment.name,
            f"hỗ trợ {share.support:,} đồng".replace(",", "."),
        )
        for share in year.shares.select_related("establishment")
    ] + [("beneficiaries", "", "", "Cả danh sách cơ sở thụ hưởng", "")]
    lines = [
        (
            "estimate",
            line.position,
            "",
            f"Dòng {line.position}. {line.item}",
            f"{line.amount:,} đồng".replace(",", "."),
        )
        for line in year.estimate.all()
    ] + [("estimate", "", "", "Cả bảng dự toán", "")]
    papers = [
        ("documents", paper.code, "", f"{paper.code} {paper.name}", "đã có" if paper.met else "chưa có")
        for paper in requirements(year, today())
        if paper.stage == "submit"
    ]
    return [("Nội dung", content), ("Cơ sở thụ hưởng", shares), ("Dự toán", lines), ("Tài liệu", papers)]


class AppraisalForm(ActForm):
    """The five contents of T36 article 9, in our own layout; a form 4a or 4b is printed from it."""

    principles = forms.CharField(
        label="1. Phù hợp với nguyên tắc, nội dung, ngành nghề, đối tượng ưu tiên", widget=LONG
    )
    need_and_cost = forms.CharField(
        label="2. Mục tiêu, sự cần thiết, hiệu quả; tính hợp lý của dự toán", widget=LONG
    )
    capacity = forms.CharField(label="3. Năng lực của đơn vị thực hiện, phối hợp và thụ hưởng", widget=LONG)
    combination = forms.CharField(
        label="4. Khả năng kết hợp, lồng ghép với chương trình, dự án khác", widget=LONG
    )
    completeness = forms.CharField(label="5. Tính đầy đủ, hợp lệ của hồ sơ", widget=LONG)
    opinion = forms.ChoiceField(label="Kết luận", choices=Opinion.choices, widget=forms.RadioSelect)
    recommended = MoneyField(label="Mức đề nghị hỗ trợ")
    council = forms.CharField(
        label="Hội đồng thẩm định (nếu có)",
        required=False,
        max_length=240,
        help_text="Số, ngày quyết định thành lập",
    )

    def prepare(self) -> None:
        asked = asked_support(self.year)
        self.fields["recommended"].initial = asked
        self.fields["opinion"].initial = Opinion.RECOMMENDED
        if "priority_rank" in self.row.may_take:
            self.fields["priority_rank"] = forms.IntegerField(
                label="Thứ tự ưu tiên", required=False, min_value=1, max_value=999,
                help_text="Theo Thông tư 36/2013/TT-BCT, điều 7: địa bàn trước, ngành nghề sau.",
            )  # fmt: skip
        # After a return the department may adopt its earlier form (chain.md §3.1): its words are offered again.
        earlier = (
            Appraisal.objects.filter(project_year=self.year, event__action=self.row.name)
            .order_by("-pk")
            .first()
        )
        if earlier is not None:
            for name in CONTENTS:
                self.fields[name].initial = getattr(earlier, name)
            self.fields["recommended"].initial = min(earlier.recommended, asked)

    def details(self) -> dict[str, Any]:
        values = super().details()
        details: dict[str, Any] = {"contents": {name: values.pop(name) for name in CONTENTS}}
        return (
            details
            | {name: value for name, value in values.items() if value not in (None, "")}
            | {"recommended": values["recommended"]}
        )


class CommentForm(ActForm):
    """An act that only says why (or nothing)."""


class WithdrawForm(ActForm):
    department_letter = forms.CharField(
        label="Công văn đồng ý của Sở Công Thương (số, ngày)", required=False, max_length=120,
        help_text="Bắt buộc khi hồ sơ đã đăng ký về Cục.",
    )  # fmt: skip


class ContractForm(ActForm):
    amount = MoneyField(label="Kinh phí hợp đồng", min_value=1)
    starts_on = DateField(label="Có hiệu lực từ ngày")
    ends_on = DateField(label="Đến ngày")
    signed_b = forms.CharField(label="Đại diện bên B", max_length=160)
    accepting_body = forms.ModelChoiceField(
        label="Đơn vị nghiệm thu cơ sở", queryset=Organisation.objects.none()
    )
    stages = forms.CharField(label="Các giai đoạn thực hiện", required=False, widget=LONG)
    sites = forms.CharField(label="Địa điểm", required=False, max_length=300)
    invoices_agency = forms.BooleanField(label="Bên B xuất hóa đơn cho bên A", required=False)

    def prepare(self) -> None:
        year = self.year
        sums = balance(year.pk)
        bodies = Organisation.objects.filter(valid_to__isnull=True).filter(
            kind=OrganisationKind.DEPARTMENT, province_id=year.project.province_id
        )
        if year.project.programme == Programme.NATIONAL:
            bodies = bodies | Organisation.objects.filter(valid_to__isnull=True, kind=OrganisationKind.AGENCY)
        choice = self.fields["accepting_body"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = bodies
        names = names_on(today(), {body.pk for body in bodies})
        choice.label_from_instance = lambda body: names[body.pk].name  # type: ignore[method-assign,assignment]
        department = bodies.filter(kind=OrganisationKind.DEPARTMENT).first()
        head = year.project.implementer.positions.filter(
            kind=PositionKind.DIRECTOR, valid_to__isnull=True
        ).first()
        self.initial = {
            **self.initial,
            "amount": sums.allocated - sums.contracted,
            "starts_on": today(),
            "ends_on": year.project.ends_on,
            "accepting_body": department,
            "signed_b": f"{head.person}, {head.title}" if head else "",
            "stages": "\n".join(item.work for item in year.schedule.all()),
            "sites": "; ".join(
                share.place or share.establishment.address
                for share in year.shares.select_related("establishment")
            ),
        }


class ProgressForm(ActForm):
    month = forms.DateField(
        label="Tháng", input_formats=["%m/%Y"], widget=forms.DateInput(format="%m/%Y"), help_text="Ví dụ 11/2026",
        error_messages={"invalid": "Ghi tháng theo dạng tháng/năm, ví dụ 11/2026."},
    )  # fmt: skip
    percent = forms.IntegerField(label="Khối lượng hoàn thành (%)", min_value=0, max_value=100)
    value_done = MoneyField(label="Giá trị đã thực hiện")
    done = forms.CharField(label="Công việc đã làm trong tháng", widget=LONG)
    difficulties = forms.CharField(label="Khó khăn, đề xuất", required=False, widget=LONG)

    def prepare(self) -> None:
        last = self.year.progress_reports.order_by("-month").first()
        self.initial = {**self.initial, "month": today().replace(day=1)}
        if last is not None:
            self.initial = {**self.initial, "percent": last.percent, "value_done": last.value_done}
            self.fields["percent"].help_text = f"Tháng {last.month:%m/%Y}: {last.percent}%"


class RequestAdvanceForm(ActForm):
    instalment = forms.ChoiceField(
        label="Lần tạm ứng", choices=[("FIRST", "Lần một"), ("REMAINDER", "Phần còn lại, sau nghiệm thu")],
        widget=forms.RadioSelect, initial="FIRST",
    )  # fmt: skip
    amount = MoneyField(label="Số tiền đề nghị", min_value=1)

    def prepare(self) -> None:
        sums, percent = balance(self.year.pk), first_advance_percent(self.year)
        if self.year.state == "accepted":
            self.initial = {
                **self.initial,
                "instalment": "REMAINDER",
                "amount": max(sums.accepted - sums.advanced - sums.paid, 0),
            }
        elif percent is not None:
            self.initial["amount"] = max(sums.contracted * percent // 100 - sums.advanced, 0)
            self.fields["amount"].help_text = f"Lần một tối đa {percent}% giá trị hợp đồng."
        papers = self.year.project.activity.first_advance_papers
        if papers:
            self.fields["instalment"].help_text = f"Giấy tờ lần một: {papers}"


class AdvanceForm(ActForm):
    amount = MoneyField(label="Số tiền chuyển", min_value=1)

    def prepare(self) -> None:
        asked = self.year.events.filter(action="request_advance").order_by("-pk").first()
        if asked is not None:
            self.initial["amount"] = asked.details["amount"]


class InspectForm(ActForm):
    planned = forms.BooleanField(label="Theo kế hoạch kiểm tra", required=False, initial=True)
    summary = forms.CharField(label="Kết quả kiểm tra", widget=LONG)
    finding = forms.CharField(
        label="Kiến nghị", required=False, widget=LONG,
        help_text="Có kiến nghị thì nghiệm thu và thanh toán dừng lại đến khi khắc phục.",
    )  # fmt: skip
    fix_by = DateField(label="Hạn khắc phục", required=False)


class AcceptForm(ActForm):
    """Acceptance share by share with the outputs that the type of activity suggests."""

    form = forms.ChoiceField(
        label="Mẫu biên bản",
        choices=[("5a", "Mẫu 5a"), ("5b", "Mẫu 5b (bên B xuất hóa đơn)"), ("5c", "Mẫu 5c (Cục nghiệm thu)")],
    )  # fmt: skip
    works = forms.CharField(label="Khối lượng, chất lượng công việc", widget=LONG)
    beneficiary_representative = forms.CharField(
        label="Đại diện cơ sở thụ hưởng", required=False, max_length=160
    )
    commune_representative = forms.CharField(label="Đại diện UBND cấp xã", required=False, max_length=160)
    conclusion = forms.CharField(label="Kết luận", required=False, widget=LONG)

    def prepare(self) -> None:
        item = self.year.contract_items.select_related("contract").order_by("-pk").first()
        left = balance(self.year.pk)
        room = left.contracted - left.accepted
        self.shares = list(
            self.year.shares.exclude(state=ShareState.ACCEPTED).select_related("establishment").order_by("pk")
        )
        self.initial["form"] = "5b" if item and item.contract.invoices_agency else "5a"
        for share in self.shares:
            support = min(share.support, room)
            room -= support
            self._share_fields(str(share.pk), support, share.counterpart)
        if not self.shares:
            self._share_fields("all", room, self.year.counterpart)
        for indicator in self.indicators():
            self.fields[f"output|{indicator.code}"] = forms.IntegerField(
                label=f"{indicator.name} ({indicator.unit})", required=False, min_value=0
            )

    def _share_fields(self, key: str, support: int, counterpart: int) -> None:
        if key != "all":
            self.fields[f"take|{key}"] = forms.BooleanField(
                label="Nghiệm thu lần này", required=False, initial=True
            )
        self.fields[f"support|{key}"] = MoneyField(label="Hỗ trợ được nghiệm thu", initial=support)
        self.fields[f"counterpart|{key}"] = MoneyField(label="Đối ứng đã thực hiện", initial=counterpart)

    def indicators(self) -> list[Indicator]:
        """Outputs counted for this activity, in the order of the report."""
        return list(
            Indicator.objects.filter(
                activities=self.year.project.activity_id, valid_to__isnull=True
            ).order_by("order", "pk")
        )

    def share_rows(self) -> list[tuple[str, list[Any]]]:
        """Name of a share and its bound fields, for the page."""
        rows = [(share.establishment.name, str(share.pk)) for share in self.shares] or [
            ("Toàn bộ hồ sơ", "all")
        ]
        return [
            (
                name,
                [
                    self[f"{part}|{key}"]
                    for part in ("take", "support", "counterpart")
                    if f"{part}|{key}" in self.fields
                ],
            )
            for name, key in rows
        ]

    def outputs(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("output|")]

    def details(self) -> dict[str, Any]:
        values = self.cleaned_data
        keys = (
            [str(share.pk) for share in self.shares if values.get(f"take|{share.pk}")]
            if self.shares
            else ["all"]
        )
        return self.paper() | {
            "form": values["form"],
            "works": values["works"],
            "shares": [
                {
                    "share": None if key == "all" else int(key),
                    "support": values[f"support|{key}"],
                    "counterpart": values[f"counterpart|{key}"],
                }
                for key in keys
            ],
            "outputs": {
                name.split("|")[1]: value
                for name, value in values.items()
                if name.startswith("output|") and value
            },
            "beneficiary_representative": values["beneficiary_representative"],
            "commune_representative": values["commune_representative"],
            "conclusion": values["conclusion"],
        }


class RequestPaymentForm(ActForm):
    amount = MoneyField(label="Kinh phí đề nghị quyết toán", min_value=1)
    real_cost = MoneyField(label="Tổng chi phí hợp lệ thực tế (kể cả đối ứng)", min_value=1)

    def prepare(self) -> None:
        sums = balance(self.year.pk)
        self.initial = {
            **self.initial,
            "amount": sums.accepted,
            "real_cost": sums.accepted + sums.counterpart_accepted,
        }


class PayForm(ActForm):
    cleared = MoneyField(label="Thanh toán tạm ứng (chuyển tạm ứng thành thực chi)")
    paid = MoneyField(label="Chi mới lần này")

    def prepare(self) -> None:
        sums = balance(self.year.pk)
        cleared = max(min(sums.advance_outstanding, sums.accepted - sums.cleared - sums.paid), 0)
        self.initial = {
            **self.initial,
            "cleared": cleared,
            "paid": max(sums.accepted - sums.cleared - sums.paid - cleared, 0),
        }


class SettleForm(ActForm):
    settled = MoneyField(label="Số quyết toán")
    real_cost = MoneyField(label="Tổng chi phí hợp lệ thực tế", min_value=1)

    def prepare(self) -> None:
        asked = self.year.events.filter(action="request_payment").order_by("-pk").first()
        details = asked.details if asked else {}
        self.initial = {
            **self.initial,
            "settled": balance(self.year.pk).accepted,
            "real_cost": details.get("real_cost"),
        }


class RefundForm(ActForm):
    amount = MoneyField(label="Số hoàn trả", min_value=1)

    def prepare(self) -> None:
        self.initial["amount"] = balance(self.year.pk).refund_due


class CloseForm(ActForm):
    place_of_originals = forms.CharField(label="Nơi giữ bản gốc hồ sơ", max_length=160)


ACT_FORMS: dict[str, type[ActForm]] = {
    "submit": SubmitForm,
    "return": ReturnForm,
    "appraise_department": AppraisalForm,
    "appraise_agency": AppraisalForm,
    "decline": CommentForm,
    "withdraw": WithdrawForm,
    "contract": ContractForm,
    "assign_task": ContractForm,
    "start": CommentForm,
    "report_progress": ProgressForm,
    "confirm_progress": CommentForm,
    "request_advance": RequestAdvanceForm,
    "advance": AdvanceForm,
    "inspect": InspectForm,
    "accept": AcceptForm,
    "request_payment": RequestPaymentForm,
    "confirm_settlement": CommentForm,
    "pay": PayForm,
    "settle": SettleForm,
    "refund": RefundForm,
    "close": CloseForm,
    "stop": CommentForm,
}


def act_form(row: Action) -> type[ActForm]:
    """The form of a row; a return that pins nothing only asks for its reason."""
    return ACT_FORMS[row.name] if "reasons" in row.takes or row.name != "return" else CommentForm
