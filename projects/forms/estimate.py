"""The estimate of a file (Mẫu 1, papers.md §5.1), typed like a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from budgets.models import Programme
from khuyencong.lib.forms import Earlier, MoneyField, MoneyInput, QuantityField
from khuyencong.lib.money import MAX_AMOUNT, dong
from projects.changes import line_name, line_texts, pair_lines
from projects.estimates import line_amount
from projects.forms.rows import Row, RowForm, RowFormSet, table_of
from projects.models import EstimateLine, Event, LineKind, ProjectYear
from projects.norms import Norm, line_doubt
from projects.services.files import LINE_FIELDS

CHOSEN = frozenset({"line_kind", "vat_included"})
"""Cells that always say something: what they said before is told only where they say another thing now."""
SOURCES = ("national", "local", "counterpart", "other")


class SheetMoneyInput(MoneyInput):
    """Nothing instead of 0, as in a sheet."""

    def format_value(self, value: Any) -> str | None:
        return "" if value == 0 else super().format_value(value)


class SheetQuantityField(QuantityField):
    def prepare_value(self, value: Any) -> Any:
        return "" if isinstance(value, Decimal) and not value else super().prepare_value(value)


def _money(label: str) -> MoneyField:
    return MoneyField(label=label, required=False, widget=SheetMoneyInput())


class EstimateRow(RowForm):
    """One line of the estimate; amounts in đồng."""

    needed = ("item",)
    defaults = {
        "position": "", "item": "", "unit": "", "basis": "", "note": "", "quantity": Decimal(0), "unit_price": 0,
        "national": 0, "local": 0, "counterpart": 0, "other": 0, "line_kind": LineKind.COST, "vat_included": False,
    }  # fmt: skip

    position = forms.CharField(label="STT", max_length=8, required=False)
    item = forms.CharField(
        label="Nội dung chi", max_length=240, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    unit = forms.CharField(label="Đơn vị tính", max_length=30, required=False)
    quantity = SheetQuantityField(label="Số lượng", max_digits=12, min_value=0, required=False)
    unit_price = _money("Đơn giá")
    national = _money("KCQG")
    local = _money("KCĐP")
    counterpart = _money("Đối ứng")
    other = _money("Nguồn khác")
    basis = forms.CharField(
        label="Căn cứ",
        max_length=240,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Căn cứ: báo giá, định mức …"}),
    )
    line_kind = forms.ChoiceField(label="Loại chi", choices=LineKind.choices, required=False)
    vat_included = forms.BooleanField(label="đã gồm thuế GTGT", required=False, initial=True)
    note = forms.CharField(
        label="Ghi chú",
        max_length=240,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Ghi chú"}),
    )

    def clean(self) -> Row:
        cleaned = super().clean()
        if cleaned.get("national") and cleaned.get("local"):
            self.add_error(
                "local",
                "Một dòng chỉ nhận một nguồn khuyến công, KCQG hoặc KCĐP "
                "(Thông tư liên tịch 26/2014/TTLT-BTC-BCT, điều 7.4). Hãy tách dòng.",
            )
        if _amount(cleaned) > MAX_AMOUNT:
            self.add_error("unit_price", "Thành tiền quá lớn; hãy xem lại số lượng và đơn giá.")
        return cleaned

    def row(self) -> Row:
        values = super().row()
        if values["national"] and values["local"]:
            values["local"] = 0
        return values


def _amount(values: Row) -> int:
    return line_amount(values.get("quantity") or Decimal(0), values.get("unit_price") or 0)


def _difference(row: Row) -> str:
    """By how much the sources of a line miss its amount; "" when they do not."""
    amount = _amount(row)
    difference = amount - sum(row[source] for source in SOURCES)
    if not difference:
        return ""
    how = "còn thiếu" if difference > 0 else "vượt"
    return f"các nguồn {how} {dong(abs(difference))} so với thành tiền {dong(amount)}"


class EstimateRows(RowFormSet):
    """The lines, with what is doubtful about each."""

    key = "position"
    template_name = "forms/estimate.html"
    gone: Sequence[str] = ()
    """Lines of the sending ``gone_since`` that are no longer there."""
    gone_since = ""

    def doubt(self, year: ProjectYear, norms: Sequence[Norm]) -> None:
        """Put warnings beside rows: sources that miss the amount, a number given twice, support above the norm."""
        rows = [(form, form.row() if self.is_bound else form.initial) for form in self._shown()]
        twice = {
            number
            for number, count in Counter(row["position"] for _, row in rows).items()
            if count > 1 and number
        }
        column = "national" if year.project.programme == Programme.NATIONAL else "local"
        for form, row in rows:
            amount = _amount(row)
            if sentence := _difference(row):
                form.warnings["item"] = f"{sentence}."
            if row["position"] in twice:
                form.warnings["position"] = "số này đã dùng ở dòng khác; khi trả lại, Sở gọi dòng theo STT."
            if row["line_kind"] == LineKind.COST and (doubt := line_doubt(norms, amount, row[column])):
                form.warnings[column] = doubt

    def show_sent(self, sent: Event) -> None:
        """Beside each cell that is open, what it said when the file was sent; a line that came since says so, and those
        that are gone are named."""
        when = f"Lần gửi {sent.submission}"
        before = (sent.snapshot or {}).get("estimate", [])
        shown = [form for form in self.forms if form.initial]
        twins, gone = pair_lines([form.initial for form in shown], before)
        for form, twin in zip(shown, twins, strict=True):
            if twin is None:
                form.new_since = when
                continue
            old, now = line_texts(twin), line_texts(form.initial)
            form.earlier = {
                name: Earlier(when, old[name])
                for name, field in form.fields.items()
                if name in old
                and not field.disabled
                and (old[name] != now[name] or (name not in CHOSEN and twin[name] not in (None, "", 0)))
            }
        self.gone_since, self.gone = when, [line_name(row) for row in gone]

    def differences(self) -> list[tuple[str, str]]:
        """Lines whose sources miss the amount: number, and by how much."""
        rows = [(str(order), form.row()) for order, form in enumerate(self.kept, start=1)]
        return [(row["position"] or order, said) for order, row in rows if (said := _difference(row))]

    def _shown(self) -> list[Any]:
        return self.kept if self.is_bound else [form for form in self.forms if form.initial]


def estimate_of(year: ProjectYear) -> list[Row]:
    """Stored lines."""
    return list(EstimateLine.objects.filter(project_year=year).values(*LINE_FIELDS))


def estimate_rows(year: ProjectYear, data: Any = None) -> EstimateRows:
    """The estimate as a sheet; three empty lines when there is nothing yet."""
    stored = estimate_of(year)
    return table_of(
        EstimateRow, EstimateRows, data, prefix="estimate", extra=0 if stored else 3, stored=stored
    )
