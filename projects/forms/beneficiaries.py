"""What each establishment gets and brings: one row for each, chosen from the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from khuyencong.lib.dates import today
from khuyencong.lib.forms import MoneyField
from projects.eligibility import eligibility
from projects.forms.establishments import TaxCodeField
from projects.forms.rows import Row, RowForm, RowFormSet, table_of
from projects.models import BeneficiaryShare, Establishment, ProjectYear
from projects.models.establishments import tax_code_validator

GONE = "Cơ sở này vừa được gỡ khỏi danh sách ở nơi khác nên dòng này không lưu."


class ShareRow(RowForm):
    """One establishment's part; amounts in đồng. The establishment itself is chosen by a button, not typed."""

    defaults = {"place": "", "support": 0, "counterpart": 0}

    establishment = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = forms.CharField(label="Địa điểm thực hiện", max_length=240, required=False)
    support = MoneyField(label="Hỗ trợ", required=False)
    counterpart = MoneyField(label="Đối ứng", required=False)

    share: BeneficiaryShare | None = None
    faults: Sequence[str] = ()
    """Why the establishment may not be supported today; empty when it may."""

    @property
    def is_blank(self) -> bool:
        return self.share is None


class ShareRows(RowFormSet):
    """The shares of a file. Rows are never dropped by silence: only a row marked for deletion goes."""

    key = "establishment"

    def __init__(self, *args: Any, shares: Sequence[BeneficiaryShare], **kwargs: Any) -> None:
        self.shares = {share.establishment_id: share for share in shares}
        self.faults = {
            row.pk: faults for row, faults in eligibility((each.establishment for each in shares), today())
        }
        stored = [_row(share) for share in shares]
        super().__init__(*args, stored=stored, **kwargs)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        if i < len(self.shares) or self.is_bound:
            given = form["establishment"].value()
            form.share = self.shares.get(int(given)) if str(given or "").isdecimal() else None
            form.faults = self.faults[form.share.establishment_id] if form.share else ()
        return form

    def stored_rows(self) -> list[Row]:
        """The shares as they are stored."""
        return [{**_row(share), "establishment": share.establishment} for share in self.shares.values()]

    def rows(self) -> list[Row]:
        typed = {form.share.establishment_id: form for form in self.forms if form.share}
        found = []
        for pk, share in self.shares.items():
            form = typed.get(pk)
            if form is None or not form.is_deleted:
                values = form.row() if form else _row(share)
                found.append({**values, "establishment": share.establishment})
        return found

    def problems(self) -> dict[str, str]:
        gone = [form for form in self.forms if form.share is None and not form.is_deleted]
        return super().problems() | {form["place"].html_name: GONE for form in gone}

    def theirs(self, saved: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        known = {form.share.establishment_id for form in self.forms if form.share}
        rows = [{**row, "establishment": row["establishment"].pk} for row in saved]
        return super().theirs([row for row in rows if row["establishment"] in known])


def _row(share: BeneficiaryShare) -> Row:
    return {
        "establishment": share.establishment_id,
        "place": share.place,
        "support": share.support,
        "counterpart": share.counterpart,
    }


def share_rows(year: ProjectYear, data: Any = None) -> ShareRows:
    """The shares as a table; rows are added by choosing from the register."""
    shares = year.shares.select_related("establishment__province")
    return table_of(ShareRow, ShareRows, data, prefix="shares", shares=list(shares))


class ChoiceOfEstablishment(forms.Form):
    """The establishment to take into the file, out of those that the register offers."""

    establishment = forms.ModelChoiceField(Establishment.objects.none())

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["establishment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = offered


class TaxCodeForm(forms.Form):
    """The tax code of an establishment that stands in the register of one of the file's provinces."""

    tax_code = TaxCodeField(
        label="Mã số thuế",
        validators=[tax_code_validator],
        error_messages={"required": "Hãy ghi mã số thuế của cơ sở cần lấy."},
    )
