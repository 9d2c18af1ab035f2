"""Forms of a change of an approved file: only what its type opens is asked, with what stands now beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from khuyencong.lib.dates import short_date, today
from khuyencong.lib.forms import DateField, MoneyField
from khuyencong.lib.money import dong
from projects.bodies import is_party_a
from projects.change_guards import unspent
from projects.change_requests import OPENED, asked_file, standing_file, waiting_change
from projects.changes import Changes, changes_between
from projects.changes_told import money_between
from projects.forms.base import ActForm, long_text
from projects.forms.estimate import estimate_rows
from projects.groups import named_by_plan
from projects.guards import label_of
from projects.models import ChangeType, Establishment, ShareState
from projects.queries import establishments_visible_to, search_establishments
from projects.unfunded import what_has_no_source
from projects.years import YEAR_FIELDS, coming_years

DAYS = frozenset({"starts_on", "ends_on"})
LINES = {"title": 300, "partner": 300}
"""Fields of one line, by their length; the others are written parts."""

YEAR_LABELS = {
    "support": "kinh phí hỗ trợ",
    "counterpart": "vốn đối ứng",
    "stages": "nội dung, giai đoạn thực hiện",
    "results": "kết quả dự kiến",
}

ESTIMATE = "estimate"
"""Prefix of the inputs of the table."""
HOW = {"added": "thêm mới", "removed": "bỏ", "changed": "sửa"}
OFFERED = 5
"""Establishments named when the words fit several."""


@dataclass(frozen=True)
class Difference:
    """A file as it stands and as it is asked to be, each the ``data`` of a sending."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def changes(self) -> Changes:
        return changes_between(self.before, self.after)

    @property
    def money(self) -> list[tuple[str, int, int]]:
        return money_between(self.before, self.after)


class RequestChangeForm(ActForm):
    """What the type opens, field by field; the estimate is a table of its own in it (projects/forms/estimate.py).

    The type is ``change_type``, or what was typed or kept in the input of that name."""

    fields_template = "projects/changes/fields.html"

    change_type = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, draft: Mapping[str, str], change_type: str = "", **kwargs: Any
    ) -> None:
        self.kind = ChangeType(change_type or (draft if data is None else data).get("change_type", ""))
        self.opened = OPENED[self.kind]
        super().__init__(data, draft=draft, **kwargs)
        typed = draft if data is None and f"{ESTIMATE}-TOTAL_FORMS" in draft else data
        self.rows = estimate_rows(self.year, typed) if self.opened.estimate else None
        self.missing = what_has_no_source(self.year) if self.opened.estimate else ""

    def prepare(self) -> None:
        self.suggest(change_type=self.kind.value)
        self.fields["comment"].help_text = "Nêu rõ lý do điều chỉnh, bổ sung hoặc ngừng thực hiện."
        if self.kind == ChangeType.STOP:
            self.fields["force_majeure"] = forms.BooleanField(
                label="Vì lý do bất khả kháng, đề nghị quyết toán khối lượng đã thực hiện", required=False
            )
        for name in self.opened.fields:
            self._text_field(name)
        shares = list(self.year.shares.select_related("establishment"))
        self.shares = [share for share in shares if share.state != ShareState.ACCEPTED]
        if self.opened.replaces:
            self._replacement_fields()
        if self.opened.years:
            self._year_fields()
        several = len(shares) > 1 or named_by_plan(self.year.project, today())
        if "place" in self.opened.shares or (self.opened.shares and several):
            for share in self.shares:
                for part in self.opened.shares:
                    self._share_field(share, part)

    def _text_field(self, name: str) -> None:
        now = getattr(self.year.project, name)
        if name in DAYS:
            self.fields[name] = DateField(label=label_of(name).capitalize())
            self.fields[name].help_text = f"Hiện nay: {short_date(now)}" if now else ""
        elif name in LINES:
            self.fields[name] = forms.CharField(
                label=label_of(name).capitalize(),
                max_length=LINES[name],
                required=name == "title",
                widget=long_text(2),
            )
        else:
            self.fields[name] = forms.CharField(label=label_of(name), widget=long_text(6))
        self.suggest(**{name: now})

    def _replacement_fields(self) -> None:
        self.fields["replaces"] = forms.TypedChoiceField(
            label="Cơ sở được thay",
            coerce=int,
            choices=[(share.establishment_id, share.establishment.name) for share in self.shares],
        )
        self.fields["new"] = forms.CharField(
            label="Cơ sở thụ hưởng mới", max_length=120,
            help_text="Tên hoặc mã số thuế trong danh bạ cơ sở của tỉnh; cơ sở chưa có thì thêm vào danh bạ trước.",
        )  # fmt: skip

    def _year_fields(self) -> None:
        """The parts of the years that have no file of their own yet."""
        begun = set(self.year.project.years.values_list("year", flat=True))
        self.parts = [part for part in coming_years(self.year) if part.year not in begun]
        for part in self.parts:
            for name in YEAR_FIELDS[1:]:
                label = f"Năm {part.year}: {YEAR_LABELS[name]}"
                self.fields[f"year-{part.year}-{name}"] = (
                    MoneyField(label=label)
                    if name in {"support", "counterpart"}
                    else forms.CharField(label=label, widget=long_text(3))
                )
                now = part.approved if name == "support" else getattr(part, name)
                self.suggest(**{f"year-{part.year}-{name}": now})

    def _share_field(self, share: Any, part: str) -> None:
        name = f"share-{share.establishment_id}-{part}"
        label = {"support": "hỗ trợ", "counterpart": "đối ứng", "place": "địa điểm"}[part]
        label = f"{share.establishment.name}: {label}"
        self.fields[name] = (
            forms.CharField(label=label, max_length=240, required=False)
            if part == "place"
            else MoneyField(label=label)
        )
        if part == "support":
            self.fields[name].help_text = "Cơ sở không tham gia nữa: ghi 0 ở cả hỗ trợ và đối ứng."
        self.suggest(**{name: getattr(share, part)})

    def owns(self, name: str) -> bool:
        return super().owns(name) or (self.rows is not None and name.startswith(f"{ESTIMATE}-"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.rows is not None and not self.rows.is_clean:
            self.add_error(None, list(dict.fromkeys(self.rows.problems().values())))
        return values

    def clean_new(self) -> Establishment:
        words: str = self.cleaned_data["new"]
        own = establishments_visible_to(self.by).filter(tenant_id=self.year.tenant_id)
        exact = list(own.filter(tax_code=words.strip())[:2])
        found = exact or list(
            search_establishments(own.exclude(shares__project_year=self.year), words)[: OFFERED + 1]
        )
        if not found:
            raise forms.ValidationError("Không có cơ sở nào như vậy trong danh bạ của tỉnh.")
        if len(found) > 1:
            named = "; ".join(f"{row.name} ({row.tax_code})" for row in found[:OFFERED])
            raise forms.ValidationError(f"Có nhiều cơ sở phù hợp: {named}. Hãy ghi mã số thuế.")
        return found[0]

    def own_fields(self) -> list[Any]:
        """What the type opens, for the page."""
        return [
            field
            for field in self.visible_fields()
            if field.name not in {"number", "dated", "signer", "comment"}
        ]

    def changes(self) -> dict[str, Any]:
        """What was typed, as projects/change_requests.py lays it over the file."""
        values = self.cleaned_data
        found: dict[str, Any] = {name: values[name] for name in self.opened.fields}
        if self.rows is not None:
            found["estimate"] = self.rows.rows()
        rows = [
            {"establishment": share.establishment_id}
            | {part: values[f"share-{share.establishment_id}-{part}"] for part in self.opened.shares}
            for share in self.shares
            if f"share-{share.establishment_id}-{next(iter(self.opened.shares), '')}" in values
        ]
        if rows:
            found["beneficiaries"] = rows
        if self.opened.years:
            found["years"] = [
                {"year": part.year} | {name: values[f"year-{part.year}-{name}"] for name in YEAR_FIELDS[1:]}
                for part in self.parts
            ]
        if self.opened.replaces:
            found |= {"replaces": values["replaces"], "beneficiary": values["new"].pk}
        return found

    def details(self) -> dict[str, Any]:
        return self.paper() | {
            "type": self.kind.value,
            "changes": self.changes(),
            "force_majeure": bool(self.cleaned_data.get("force_majeure")),
        }

    def asked(self) -> Difference:
        """What a valid form asks, laid over the file as it stands. Raises Refused for what cannot be."""
        before = standing_file(self.year)
        return Difference(before, asked_file(self.year, self.kind, self.changes(), before))

    def in_words(self) -> list[tuple[str, str]]:
        """The type, the reason, and what stands there now beside what is asked, for a slip."""
        asked = self.asked()
        found = [("Loại", str(self.kind.label)), ("Lý do", self.cleaned_data["comment"])]
        if self.cleaned_data.get("force_majeure"):
            found.append((str(self.fields["force_majeure"].label), "có"))
        changes = asked.changes
        found += [(label, f"{dong(old)} → {dong(new)}") for label, old, new in asked.money]
        found += [(each.label, f"Hiện nay: {each.before}\nĐề nghị: {each.after}") for each in changes.fields]
        for title, rows in changes.tables:
            for row in rows:
                lines = [f"{each.label}: {each.before} → {each.after}" for each in row.changes]
                found.append((f"{title}, {row.name}", "\n".join([HOW[row.how], *lines])))
        return found


class ConfirmChangeForm(ActForm):
    checked = forms.CharField(label="Kết quả kiểm tra lý do và thực địa", widget=long_text(4))


class DecideChangeForm(ActForm):
    by_annex = forms.BooleanField(
        label="Điều chỉnh bằng phụ lục hợp đồng (số, ngày ở trên là của phụ lục)", required=False
    )

    def prepare(self) -> None:
        if not is_party_a(self.year, self.by.organisation):
            del self.fields["by_annex"]  # T36 article 11.2b: party A's alone


class StopForm(ActForm):
    force_majeure = forms.BooleanField(
        label="Vì lý do bất khả kháng: nghiệm thu, quyết toán khối lượng đã thực hiện", required=False
    )

    def prepare(self) -> None:
        change = waiting_change(self.year)
        self.suggest(force_majeure=change.force_majeure if change else None)


class UnspentForm(ActForm):
    amount = MoneyField(label="Số tiền", min_value=1)

    def prepare(self) -> None:
        self.suggest(amount=unspent(self.year) or None)
