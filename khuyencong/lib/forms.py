"""How every form of the house looks and speaks (FORM_RENDERER), and the fields that speak Vietnamese.

A form may carry four things that Django does not know; the templates in templates/forms/ show them:

- ``form.warnings``: field name → sentence; does not stop anything.
- ``form.earlier``: field name → ``Earlier``, what was written here the time before.
- ``form.reasons``: field name → why the file was returned for this field; marks what is to be corrected.
- ``form.locked_reason``: why the fields that are disabled cannot be edited (set by ``lock``).
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict

from khuyencong.lib.money import MAX_AMOUNT, parse_money
from khuyencong.lib.numbers import decimal_text, grouped, parse_decimal, whole
from khuyencong.lib.paper import paper_number
from khuyencong.lib.workflow import Refused

LOCKED = "Chỉ các mục được mở mới sửa được."
KEPT_TAG = "kept:"
SHORT = 80
"""Letters of an earlier text that stand below a field; a longer one opens when asked for."""

_NUMERIC = {"inputmode": "decimal", "autocomplete": "off"}
_CHOICE_LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True)
class Earlier:
    """What was written in a field the time before: ``when`` ("Lần gửi 1", "Quý II năm 2026") and the text."""

    when: str
    text: str

    @property
    def is_long(self) -> bool:
        """Too long to stand below the field unasked."""
        return len(self.text) > SHORT or "\n" in self.text


class BoundField(DjangoBoundField):
    """A field as the templates see it: Bootstrap classes, warning, reason of a return, unit, tied by aria."""

    @property
    def warning(self) -> str:
        return self._of_form("warnings")

    @property
    def reason(self) -> str:
        return self._of_form("reasons")

    @property
    def earlier(self) -> Earlier | None:
        found: Earlier | None = getattr(self.form, "earlier", {}).get(self.name)
        return found

    @property
    def is_locked(self) -> bool:
        return self.field.disabled

    @property
    def unit(self) -> str:
        """Unit shown behind the input, for example ``đồng``; empty when there is none."""
        return getattr(self.field, "unit", "")

    @property
    def anchor(self) -> str:
        """Id that the error summary links to: the input, or the group when there are several inputs."""
        return self.id_for_label or f"{self.auto_id}_field"

    @property
    def is_choice_list(self) -> bool:
        return isinstance(self.field.widget, _CHOICE_LISTS)

    @property
    def is_single_check(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_wide(self) -> bool:
        """Whether a row's field takes the whole width of its card on the phone."""
        return not isinstance(
            self.field.widget, (MoneyInput, forms.DateInput, forms.CheckboxInput)
        ) and not isinstance(self.field, QuantityField)

    @property
    def is_file(self) -> bool:
        return isinstance(self.field.widget, forms.FileInput)

    @property
    def aria_describedby(self) -> str | None:
        if self.field.widget.attrs.get("aria-describedby"):
            return None
        if not self.auto_id or self.is_hidden:
            return ""
        parts = {
            "reason": self.reason,
            "helptext": self.help_text,
            "earlier": self.earlier and not self.earlier.is_long,
            "error": self.errors,
            "warning": self.warning,
        }
        return " ".join(f"{self.auto_id}_{part}" for part, shown in parts.items() if shown)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.is_hidden:
            return built
        classes = [str(widget.attrs.get("class", "")), _bootstrap_class(widget)]
        classes += ["is-invalid"] if self.errors else []
        classes += ["is-warned"] if self.warning else []
        classes += ["is-opened"] if self.reason else []
        built["class"] = " ".join(filter(None, classes))
        if isinstance(widget, forms.DateInput):
            built |= {"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "autocomplete": "off"}
        return built

    def _of_form(self, kind: str) -> str:
        return str(getattr(self.form, kind, {}).get(self.name, ""))


def _bootstrap_class(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.CheckboxInput, *_CHOICE_LISTS)):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    if isinstance(widget, forms.DateInput):
        return "form-control kc-w-date"
    return "form-control"


class FormRenderer(TemplatesSetting):
    """The project's FORM_RENDERER: templates of templates/forms/, our bound field."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = BoundField


class MoneyInput(forms.TextInput):
    """Text input that groups digits while typing (static/kc/app.js); shows 1505000000 as 1.505.000.000."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({**_NUMERIC, "data-money": True, "class": "kc-w-money num"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        return grouped(value) if isinstance(value, int) else super().format_value(value)


class MoneyField(forms.IntegerField):
    """Whole đồng as officers type them: "1.505.000.000", "1.505 triệu"; refuses what is ambiguous."""

    widget = MoneyInput
    unit = "đồng"
    default_error_messages = {"min_value": "Số tiền phải từ %(limit_value)s đồng trở lên."}

    def __init__(self, *, min_value: int | None = 0, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, **{"max_value": MAX_AMOUNT, **kwargs})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(_parsed(parse_money, value))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # min and max mean nothing on a text input


class CountInput(MoneyInput):
    """As MoneyInput: digits are grouped while typing; narrower."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "class": "kc-w-number num"} | (attrs or {}))


class CountField(forms.IntegerField):
    """A count of people or things: "12", "1.250"; no amounts ("5 triệu"), no fractions."""

    widget = CountInput
    default_error_messages = {
        "whole": "Ghi số nguyên, không có phần lẻ, ví dụ 12 hoặc 1.250.",
        "min_value": "Số phải từ %(limit_value)s trở lên.",
        "max_value": "Số không quá %(limit_value)s.",
    }

    def __init__(self, *, min_value: int | None = 0, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            number = parse_decimal(value)
        except ValueError:
            number = None
        if number is None or number != int(number):
            raise ValidationError(self.error_messages["whole"], code="whole")
        return super().to_python(int(number))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # as in MoneyField


class QuantityField(forms.DecimalField):
    """A quantity with at most three decimals after a comma: "2", "1.250", "1,5"."""

    widget = forms.TextInput(attrs={**_NUMERIC, "class": "kc-w-number num"})

    def __init__(self, *, max_digits: int = 15, decimal_places: int = 3, **kwargs: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as DecimalField itself
        return super().to_python(_parsed(parse_decimal, value))

    def prepare_value(self, value: Any) -> Any:
        return decimal_text(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # as in MoneyField


class DateField(forms.DateField):
    """A day typed as dd/mm/yyyy (also with dashes, dots or without anything between)."""

    widget = forms.DateInput(format="%d/%m/%Y")
    default_error_messages = {"invalid": "Ghi ngày theo dạng dd/mm/yyyy, ví dụ 05/03/2027."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y", "%Y-%m-%d"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        try:
            return super().to_python(value.strip() if isinstance(value, str) else value)
        except ValidationError:
            if sentence := _no_such_day(str(value)):
                raise ValidationError(sentence, code="invalid") from None
            raise


_DAY_MONTH_YEAR = re.compile(r"\s*(\d{1,2})([/.-]?)(\d{1,2})\2(\d{4})\s*")


def _no_such_day(typed: str) -> str:
    """Why a day that was written as days are written does not exist; "" when it was not."""
    read = _DAY_MONTH_YEAR.fullmatch(typed)
    if read is None:
        return ""
    day, month, year = (int(read[part]) for part in (1, 3, 4))
    if not 1 <= month <= 12:
        return f"Không có tháng {month}. Ghi ngày trước, tháng sau, ví dụ 05/03/2027."
    if year and not 1 <= day <= monthrange(year, month)[1]:
        return f"Tháng {month} năm {year} không có ngày {day}."
    return ""


class PaperNumberField(forms.CharField):
    """Number and symbol of a paper, kept in one spelling (khuyencong/lib/paper.py); ``with_symbol`` False for papers
    of others, which number as they like."""

    with_symbol = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return paper_number(text, with_symbol=self.with_symbol)
        except Refused as refusal:
            raise ValidationError(list(refusal.reasons), code="invalid") from None


def _parsed(parse: Callable[[str], int | Decimal], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return parse(value)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error


def lock(form: forms.BaseForm, *, opened: Collection[str] = (), reason: str = LOCKED) -> None:
    """Disable every field of ``form`` but ``opened``; Django then ignores what is posted for them.

    ``reason`` is shown once above the form and is what a screen reader hears on a locked field.
    """
    for name, field in form.fields.items():
        field.disabled = name not in opened
    form.locked_reason = reason  # type: ignore[attr-defined]  # read by forms/form.html


def add_row(data: QueryDict, prefix: str) -> QueryDict:
    """The posted formset ``prefix`` with one empty row more: the button "Thêm dòng" without script. One that does not
    say how many rows it has stays as it is, for its form to refuse."""
    total = f"{prefix}-TOTAL_FORMS"
    rows = whole(data.get(total) or "0", 4)
    if rows is None:
        return data
    grown = data.copy()
    grown[total] = str(rows + 1)
    return grown


def message_kept(request: HttpRequest, text: str, key: str) -> None:
    """Success message for the next page that also lets the browser forget what it kept for form ``key``."""
    messages.success(request, text, extra_tags=f"{KEPT_TAG}{key}")


def kept_key(extra_tags: str) -> str:
    """The ``key`` given to ``message_kept``, out of a message's tags; empty when there is none."""
    return next((tag.removeprefix(KEPT_TAG) for tag in extra_tags.split() if tag.startswith(KEPT_TAG)), "")
