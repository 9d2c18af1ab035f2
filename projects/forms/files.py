"""Starting a file."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from accounts.models import OrganisationKind, Position, Province, valid_on
from accounts.queries import provinces_on
from budgets.models import Activity, Programme
from khuyencong.lib.dates import today
from projects.models import GroupType, Nature, Project, ProjectKind
from projects.services.files import nature_fault


class NewFileForm(forms.Form):
    """What must be known before a file has a code: programme, plan year, kind, activity, title."""

    programme = forms.ChoiceField(
        label="Chương trình",
        choices=Programme.choices,
        widget=forms.RadioSelect,
        initial=Programme.NATIONAL,
        help_text="Quốc gia: Sở Công Thương đăng ký về Cục, Bộ Công Thương phê duyệt. "
        "Địa phương: Chủ tịch Ủy ban nhân dân tỉnh phê duyệt.",
    )
    year = forms.TypedChoiceField(label="Năm kế hoạch", coerce=int)
    kind = forms.ChoiceField(
        label="Hình thức",
        choices=ProjectKind.choices,
        widget=forms.RadioSelect,
        initial=ProjectKind.PROJECT,
        help_text="Đề án có cơ sở thụ hưởng; nhiệm vụ không cần nêu cơ sở; dự toán riêng không cần 8 nội dung.",
    )
    nature = forms.ChoiceField(
        label="Tính chất",
        choices=Nature.choices,
        widget=forms.RadioSelect,
        initial=Nature.ORDINARY,
        required=False,
        help_text="Đề án nhóm được phê duyệt trước; địa điểm, cơ sở thụ hưởng, đơn vị phối hợp nêu sau, trong kế hoạch "
        "triển khai (Mẫu 11). Đề án nhóm máy móc nêu cơ sở ngay. Đề án điểm: chương trình quốc gia, nhiều nội dung và "
        "nhiều năm. Đề án thường cũng thực hiện được nhiều năm: phân kỳ ở phần Các năm.",
    )
    activity = forms.ModelChoiceField(
        Activity.objects.order_by("pk"),
        label="Nội dung hoạt động khuyến công",
        empty_label="Chọn nội dung",
        help_text="Quyết định giấy tờ phải có, định mức hỗ trợ và tỷ lệ tạm ứng.",
    )
    title = forms.CharField(
        label="Tên đề án",
        max_length=Project._meta.get_field("title").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ví dụ: Hỗ trợ ứng dụng máy cắt CNC trong sản xuất đồ gỗ mỹ nghệ. Còn sửa được sau.",
    )

    provinces = forms.ModelMultipleChoiceField(
        Province.objects.none(),
        label="Tỉnh, thành phố thực hiện",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, by: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_places(by)
        year = today().year
        years = self.fields["year"]
        assert isinstance(years, forms.ChoiceField)
        years.choices = [(each, str(each)) for each in (year, year + 1, year + 2)]
        years.initial = year + 1

    def clean_nature(self) -> str:
        return self.cleaned_data["nature"] or Nature.ORDINARY

    def _offer_places(self, by: Position) -> None:
        """What the unit is asked about place and programme: only a centre writes for both; the agency writes its own
        tasks, which lie in no province."""
        own = by.organisation.province
        places = cast("forms.ModelMultipleChoiceField[Province]", self.fields["provinces"])
        places.queryset = provinces_on(today())
        if own is None:
            del self.fields["programme"]
        if by.organisation.kind == OrganisationKind.AGENCY:
            del self.fields["provinces"]
            kind = cast("forms.ChoiceField", self.fields["kind"])
            kind.choices = [choice for choice in ProjectKind.choices if choice[0] != ProjectKind.PROJECT]
            kind.initial, kind.help_text = (
                ProjectKind.TASK,
                "Cục tự thực hiện, giao nhiệm vụ theo quyết định.",
            )
        elif own is not None:
            places.initial = [own.pk]
            places.help_text = (
                "Đề án quốc gia làm ở nhiều tỉnh: chọn thêm tỉnh, hồ sơ gửi thẳng về Cục và các Sở cùng xem."
            )
        else:
            places.required = True
            places.help_text = (
                "Sở Công Thương các tỉnh được chọn cùng xem hồ sơ sau khi gửi. Không đổi được sau khi lập."
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values.setdefault("programme", Programme.NATIONAL)
        values["provinces"] = list(values.get("provinces") or [])
        activity = values.get("activity")
        kind = values.get("kind") or ProjectKind.PROJECT
        if fault := nature_fault(values["programme"], kind, values.get("nature", "")):
            self.add_error("nature", fault)
        if values.get("nature") != Nature.GROUP or fault:
            return values
        if activity and not GroupType.objects.filter(valid_on(today()), activity=activity).exists():
            self.add_error("nature", f"Hoạt động “{activity.name}” không thuộc các dạng được lập đề án nhóm.")
        return values

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())
