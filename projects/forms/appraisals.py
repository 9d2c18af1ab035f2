"""The appraisal by five contents (T36 article 9), in our own layout; a form 4a or 4b is printed from it."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.lib.forms import MoneyField
from khuyencong.lib.money import dong
from projects.effects import CONTENTS
from projects.forms.base import ActForm, long_text
from projects.guards import asked_support
from projects.models import Appraisal, AppraisalLevel, Opinion
from projects.years import coming_years, first_of_several


class AppraisalForm(ActForm):
    principles = forms.CharField(
        label="1. Phù hợp với nguyên tắc, nội dung, ngành nghề, đối tượng ưu tiên", widget=long_text()
    )
    need_and_cost = forms.CharField(
        label="2. Mục tiêu, sự cần thiết, hiệu quả; tính hợp lý của dự toán", widget=long_text()
    )
    capacity = forms.CharField(
        label="3. Năng lực của đơn vị thực hiện, phối hợp và thụ hưởng", widget=long_text()
    )
    combination = forms.CharField(
        label="4. Khả năng kết hợp, lồng ghép với chương trình, dự án khác", widget=long_text()
    )
    completeness = forms.CharField(label="5. Tính đầy đủ, hợp lệ của hồ sơ", widget=long_text())
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
        department = self._of_department()
        self.suggest(
            opinion=Opinion.RECOMMENDED,
            recommended=asked if department is None else min(department.recommended, asked),
        )
        self._say("recommended", asked, department.recommended if department else None)
        self.coming = coming_years(self.year) if first_of_several(self.year) else []
        for part in self.coming:
            name = f"coming-{part.year}"
            self.fields[name] = MoneyField(label=f"Mức đề nghị hỗ trợ năm {part.year}", required=False)
            before: int | None = department.coming.get(str(part.year)) if department else None
            self._say(name, part.support, before, "; các năm được duyệt chung")
            self.suggest(**{name: part.support if before is None else min(before, part.support)})
        if self.coming:
            self.fields["recommended"].label = f"Mức đề nghị hỗ trợ năm {self.year.year}"
        if "priority_rank" in self.row.may_take:
            self.fields["priority_rank"] = forms.IntegerField(
                label="Thứ tự ưu tiên", required=False, min_value=1, max_value=999,
                help_text="Theo Thông tư 36/2013/TT-BCT, điều 7: địa bàn trước, ngành nghề sau.",
            )  # fmt: skip
            self.suggest(priority_rank=self.year.priority_rank)
        # After a return the department may adopt its earlier form unchanged (chain.md §3.1): it is offered again.
        earlier = Appraisal.objects.filter(project_year=self.year, event__action=self.row.name).last()
        if earlier is not None:
            self.suggest(
                **{name: getattr(earlier, name) for name in CONTENTS},
                opinion=earlier.opinion,
                recommended=min(earlier.recommended, asked),
                council=earlier.council,
                **{
                    f"coming-{part.year}": min(earlier.coming.get(str(part.year), part.support), part.support)
                    for part in self.coming
                },
            )

    def _of_department(self) -> Appraisal | None:
        """The form of the department that recommends what was sent last, for who appraises after it."""
        if self.row.name != "appraise_agency":
            return None
        return Appraisal.objects.filter(
            project_year=self.year,
            submission=self.year.submission,
            level=AppraisalLevel.DEPARTMENT,
            opinion=Opinion.RECOMMENDED,
        ).last()

    def _say(self, name: str, asked: int, department: int | None, more: str = "") -> None:
        """Beside a field what each level before said, in đồng."""
        by_department = "" if department is None else f"; thẩm định cấp cơ sở đề nghị {dong(department)}"
        self.fields[name].help_text = f"Đơn vị đề nghị {dong(asked)}{by_department}{more}."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("opinion") == Opinion.RECOMMENDED and values.get("recommended") == 0:
            self.add_error("recommended", "Kết luận đề nghị hỗ trợ thì mức đề nghị phải lớn hơn 0.")
        return values

    def details(self) -> dict[str, Any]:
        values = super().details()
        contents = {name: values.pop(name) for name in CONTENTS}
        said = {part.year: values.pop(f"coming-{part.year}") for part in self.coming}
        coming = {str(year): amount for year, amount in said.items() if amount is not None}
        if coming and values["opinion"] == Opinion.RECOMMENDED:
            values["coming"] = coming
        if values["opinion"] == Opinion.NOT_RECOMMENDED:
            values["recommended"] = 0
        return {"contents": contents} | {
            name: value for name, value in values.items() if value not in (None, "")
        }
