"""An establishment in the register of a province."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Province
from khuyencong.lib.forms import CountField
from projects.forms.rows import as_input
from projects.models import Establishment
from projects.models.establishments import bare_commune, tax_code_validator

SECTIONS = (
    (
        "Cơ sở",
        ("name", "legal_form", "tax_code", "registration", "representative", "phone"),
    ),
    ("Sản xuất", ("industry", "products", "employees")),
    ("Nơi sản xuất", ("address", "commune", "commune_kind", "craft_village")),
    ("Điều kiện khác", ("cleaner_production", "cluster_investor", "women_owned", "ethnic_minority_owned")),
)
MOST_EMPLOYEES = 1_000_000
NAMES = tuple(name for _, names in SECTIONS for name in names)
HELP = {
    "tax_code": "10 số; 10 số và 3 số của đơn vị phụ thuộc (0201234567-001); hoặc 12 số định danh chủ hộ.",
    "address": "Ghi như trên giấy tờ, ví dụ: thôn Đông, xã Vĩnh Bảo.",
    "commune": "Tên đơn vị cấp xã hiện nay, không ghi “xã”, “phường”.",
    "commune_kind": "Phường của thành phố trực thuộc trung ương không thuộc địa bàn được hỗ trợ, trừ làng nghề.",
    "cleaner_production": "Được hỗ trợ ở mọi địa bàn.",
    "products": "Giúp tìm lại cơ sở theo sản phẩm.",
}


class EstablishmentForm(forms.Form):
    """All that the register holds; ``version`` of the establishment travels beside the form."""

    def __init__(
        self, data: Any = None, *, establishment: Establishment | None, provinces: Sequence[Province] = ()
    ) -> None:
        """``provinces``: those of a file that is shared, in one of which the establishment stands."""
        names = (*NAMES, "province") if provinces else NAMES
        stored = {name: getattr(establishment, name) for name in names} if establishment else {}
        super().__init__(data, initial=stored)
        self.warnings: dict[str, str] = {}
        for name in NAMES:
            self.fields[name] = _field(name)
        if provinces:
            self.fields["province"] = forms.ModelChoiceField(
                Province.objects.filter(pk__in=[each.pk for each in provinces]).order_by("name_sort"),
                label="Tỉnh, thành phố",
                empty_label="Chọn" if len(provinces) > 1 else None,
            )

    def sections(self) -> list[tuple[str, list[Any]]]:
        """Legend and bound fields of each section."""
        place = ("province",) if "province" in self.fields else ()
        return [
            (legend, [self[name] for name in (*names, *(place if "address" in names else ()))])
            for legend, names in SECTIONS
        ]

    def problems(self) -> dict[str, str]:
        """Input name → sentence, for fields that cannot be read."""
        return {
            name: " ".join(map(str, errors)) for name, errors in self.errors.items() if name in self.fields
        }

    def values(self) -> dict[str, Any]:
        """What can be stored: fields that could be read."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.errors}

    def theirs(self, found: dict[str, tuple[str, Any]]) -> dict[str, dict[str, Any]]:
        """What is stored where it differs from this form, as the inputs show it."""
        return {
            name: {"label": label, "value": as_input(self.fields[name], value)}
            for name, (label, value) in found.items()
        }


class TaxCodeField(forms.CharField):
    """A tax code as it is read out, with or without blanks and dots."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace(" ", "").replace(".", "")


class PhoneField(forms.CharField):
    """One telephone number or several with commas or slashes between; blanks, dots and a plus as they are written."""

    def clean(self, value: Any) -> str:
        text = " ".join(str(super().clean(value) or "").split())
        for number in re.split(r"\s*[,;/]\s*", text) if text else []:
            digits = re.sub(r"[ .()\-]", "", number)
            if not re.fullmatch(r"\+?\d{8,15}", digits, re.ASCII):
                raise forms.ValidationError(
                    f"“{number[:30]}” không phải số điện thoại. Số điện thoại có 8 đến 15 chữ số, ví dụ 0225 3842 123; "
                    "nhiều số cách nhau bằng dấu phẩy."
                )
        return text


class CommuneField(forms.CharField):
    """The commune's name without its kind, which is chosen in the next field."""

    def to_python(self, value: Any) -> str:
        return bare_commune(str(super().to_python(value) or ""))


def _field(name: str) -> forms.Field:
    if name == "employees":
        field: forms.Field = CountField(label="Số lao động", max_value=MOST_EMPLOYEES, initial=0)
        field.unit = "người"  # type: ignore[attr-defined]  # shown behind the input
        return field
    options: dict[str, Any] = {"help_text": HELP.get(name, "")}
    if name == "tax_code":
        options |= {"form_class": TaxCodeField, "validators": [tax_code_validator]}
    if name == "phone":
        options |= {"form_class": PhoneField}
    if name == "commune":
        options |= {"form_class": CommuneField}
    made = Establishment._meta.get_field(name).formfield(**options)  # type: ignore[union-attr]
    assert isinstance(made, forms.Field)
    if isinstance(made, forms.ChoiceField):
        made.choices = [("", "Chọn"), *(choice for choice in list(made.choices) if choice[0])]  # type: ignore[arg-type]
    return made
