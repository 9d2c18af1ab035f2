"""Lists decided line by line: a paper on top, a verdict, an amount and a reason for each file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Position
from accounts.queries import signer_of
from budgets.models import Programme
from budgets.queries import Balance, balances
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, MoneyField, PaperNumberField
from khuyencong.lib.numbers import whole
from khuyencong.lib.workflow import Action
from projects.chain import PaperData
from projects.forms.base import long_text, number_help
from projects.models import PaperKind, ProjectYear, RegistrationRound
from projects.models.route import AppraisalLevel
from projects.once import last_done
from projects.papers.registration import TEXTS
from projects.said import (
    Recommended,
    Said,
    asked_amounts,
    default_amounts,
    earlier_verdicts,
    recommendations,
)
from projects.services.lists import Line
from projects.services.slip_acts import Decided
from projects.states import UNDER_CONTRACT

ANNEX = "Đề án đã ký hợp đồng: giao thêm cần ghi số, ngày phụ lục hợp đồng."


@dataclass(frozen=True)
class Candidate:
    """A file on the list with what has been said of its money so far (đồng) and its bound fields.

    ``amount`` is what the default verdict means. ``annex``: more money for a contract needs the annex's number.
    ``said``: opinions and verdicts of earlier lists."""

    year: ProjectYear
    asked: int
    department: Recommended | None
    agency: Recommended | None
    said: list[Said]
    planned: int
    allocated: int
    left: int
    amount: int
    annex: bool
    fields: Mapping[str, Any]


COUNTING = {
    "register": "INCLUDE",
    "propose": "INCLUDE",
    "give_opinion": "AGREE AGREE_WITH",
    "approve": "APPROVE AMEND",
    "appraise_allocation": "AGREE",
    "allocate": "FULL PARTIAL",
}
"""Verdicts of each list act that stand for money."""


class ListForm(forms.Form):
    """Header and lines of one list act on ``years``. ``draft`` is kept text, field by field. ``unnumbered``: the list
    is prepared for a signature, and its paper has no number, day and signer yet (projects/slips.py)."""

    PARTS = ("take", "state", "seen", "verdict", "amount", "reason")

    number = PaperNumberField(label="Số, ký hiệu")
    dated = DateField(label="Ngày văn bản")
    comment = forms.CharField(label="Ghi chú, lý do chung", required=False, widget=long_text(2))

    def __init__(
        self,
        *args: Any,
        row: Action,
        years: list[ProjectYear],
        by: Position,
        draft: Mapping[str, str],
        unnumbered: bool = False,
        **kwargs: Any,
    ) -> None:
        self.row, self.years, self.by, self.unnumbered = row, years, by, unnumbered
        super().__init__(*args, **kwargs)
        if row.paper is None or unnumbered:
            del self.fields["number"], self.fields["dated"]
        if row.paper is None:
            self.fields["comment"].label = "Lý do"
            self.fields["comment"].required = True
        elif not unnumbered:
            self.fields["number"].label = f"{PaperKind(row.paper).label}: số, ký hiệu"
            self.fields["number"].help_text = number_help(row.paper, by.organisation, row.name)
            self.initial["dated"] = today()
        if row.name == "register":
            self.fields["registration_round"] = forms.ModelChoiceField(
                label="Đợt đăng ký", required=False, empty_label="Ngoài đợt (ghi lý do)",
                queryset=RegistrationRound.objects.filter(
                    tenant__isnull=True, programme=Programme.NATIONAL, year__in={year.year for year in years}
                ),
            )  # fmt: skip
            self.initial["registration_round"] = next((year.round_id for year in years), None)
            self._texts_of_registration(min((year.year for year in years), default=today().year + 1))
        self.seen = last_done(row.name, [year.pk for year in years])
        for year in years:
            self._line_fields(year)
        looked_at = {name: value for year in years for name, value in self.looked_at(year).items()}
        self.initial = {**self.initial, **draft, **looked_at}

    def _texts_of_registration(self, plan: int) -> None:
        """What the department writes in its report (T36 article 6.1a); the sums come from the ledger."""
        labels = (
            f"Đánh giá kết quả năm {plan - 2}",
            f"Đánh giá tình hình thực hiện năm {plan - 1}",
            f"Mục tiêu, định hướng năm {plan}",
        )
        for name, label in zip(TEXTS, labels, strict=True):
            self.fields[name] = forms.CharField(
                label=label, required=name == "aims", max_length=4000, widget=long_text(2)
            )

    def owns(self, name: str) -> bool:
        """Whether the input ``name`` is one of the form's."""
        return name in self.fields

    def texts(self) -> dict[str, str]:
        """What was written for the paper."""
        return {name: self.cleaned_data[name] for name in TEXTS if name in self.fields}

    def _line_fields(self, year: ProjectYear) -> None:
        key, code = year.pk, year.project.code
        self.fields[f"take-{key}"] = forms.BooleanField(label=f"Đưa {code} vào danh mục", required=False)
        self.initial[f"take-{key}"] = True
        for part in self.looked_at(year):
            self.fields[part] = forms.CharField(required=False, widget=forms.HiddenInput)
        if self.row.verdicts:
            self.fields[f"verdict-{key}"] = forms.ChoiceField(
                label=f"Kết luận về {code}",
                choices=[(verdict.name, verdict.label) for verdict in self.row.verdicts],
            )
        if any(verdict.with_amount for verdict in self.row.verdicts):
            self.fields[f"amount-{key}"] = MoneyField(
                label=f"Số tiền của {code}", required=False, min_value=1
            )
        self.fields[f"reason-{key}"] = forms.CharField(
            label=f"Lý do về {code}", required=False, max_length=400, widget=long_text(1)
        )

    def looked_at(self, year: ProjectYear) -> dict[str, str]:
        """What the page has seen of a file: its state and the last act of this kind."""
        return {f"state-{year.pk}": year.state, f"seen-{year.pk}": str(self.seen.get(year.pk, 0))}

    def _needs_annex(self, year: ProjectYear) -> bool:
        """Whether money for this line changes a contract."""
        return self.row.name == "allocate" and year.state in UNDER_CONTRACT

    def missing(self) -> list[int]:
        """Keys of files that were chosen on the page and wait for this act no longer."""
        there = {year.pk for year in self.years}
        names = [name.removeprefix("take-") for name in self.data if name.startswith("take-")]
        chosen = {key for name in names if (key := whole(name, 18)) is not None}
        return sorted(chosen - there)

    def renewed(self, data: QueryDict) -> QueryDict:
        """What was posted, now looking at the files as they are."""
        fresh = data.copy()
        for year in self.years:
            for name, value in self.looked_at(year).items():
                fresh[name] = value
        return fresh

    def candidates(self) -> list[Candidate]:
        """Lines for the page; the same few queries whatever their number."""
        amounts = default_amounts(self.row.name, self.years)
        asked = asked_amounts(self.years)
        levels = recommendations(self.years)
        said = earlier_verdicts(self.years)
        sums = balances(year.pk for year in self.years)
        found = []
        for year in self.years:
            money = sums.get(year.pk, Balance())
            names = {part: f"{part}-{year.pk}" for part in self.PARTS}
            found.append(
                Candidate(
                    year=year,
                    asked=asked[year.pk],
                    department=levels[year.pk].get(AppraisalLevel.DEPARTMENT),
                    agency=levels[year.pk].get(AppraisalLevel.AGENCY),
                    said=said[year.pk],
                    allocated=money.allocated,
                    planned=money.planned,
                    left=money.planned - money.allocated,
                    amount=amounts[year.pk],
                    annex=self._needs_annex(year),
                    fields={part: self[name] for part, name in names.items() if name in self.fields},
                )
            )
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not any(values.get(f"take-{year.pk}") for year in self.years):
            raise forms.ValidationError("Danh mục chưa có hồ sơ nào. Hãy chọn ít nhất một hồ sơ.")
        for year in self.years:
            chosen = values.get(f"verdict-{year.pk}")
            if not values.get(f"take-{year.pk}") or not chosen:
                continue
            verdict = self.row.verdict(chosen)
            amount, reason = f"amount-{year.pk}", f"reason-{year.pk}"
            annex = self._needs_annex(year) and verdict.name != "NONE"
            if annex and not values.get(reason):
                self.add_error(reason, ANNEX)
            elif verdict != self.row.verdicts[0] and not values.get(reason):
                self.add_error(reason, "Hãy ghi lý do của kết luận này.")
            if verdict.with_amount and amount not in self.errors and not values.get(amount):
                self.add_error(amount, f"Hãy ghi số tiền của “{verdict.label}”.")
        return values

    def lines(self) -> list[Line]:
        """What was decided, for ``act_on_list``; amounts only where the verdict has one."""
        values = self.cleaned_data
        found = []
        for year in self.years:
            key = year.pk
            if not values.get(f"take-{key}"):
                continue
            verdict = values.get(f"verdict-{key}")
            with_amount = verdict is not None and self.row.verdict(verdict).with_amount
            found.append(
                Line(
                    year=year,
                    verdict=verdict,
                    amount=values.get(f"amount-{key}") if with_amount else None,
                    reason=values[f"reason-{key}"],
                    expected_state=values[f"state-{key}"] or None,
                    seen=whole(values[f"seen-{key}"], 18),
                )
            )
        return found

    def details(self) -> dict[str, Any]:
        """What ``act_on_list`` takes beside paper and comment."""
        return {
            "lines": self.lines(),
            "registration_round": self.cleaned_data.get("registration_round"),
            "texts": self.texts(),
        }

    def header(self) -> list[forms.BoundField]:
        """What is asked of the list as a whole."""
        return [
            field
            for field in self.visible_fields()
            if not field.name.startswith(tuple(f"{part}-" for part in self.PARTS))
        ]

    def decided(self) -> dict[int, Decided]:
        """By the key of each file that was taken what the list decides of it, in words."""
        amounts = {item.year.pk: item.amount for item in self.candidates()}
        counts = COUNTING.get(self.row.name, "").split()
        found = {}
        for line in self.lines():
            verdict = self.row.verdict(line.verdict) if line.verdict else None
            counted = verdict is None or verdict.name in counts
            amount = line.amount if line.amount is not None else amounts[line.year.pk] if counted else None
            found[line.year.pk] = Decided(verdict.label if verdict else "", amount, line.reason)
        return found

    def blame(self, by_file: Mapping[int, tuple[str, ...]], *, needs_reason: bool = False) -> None:
        """Put the sentences of lines at fault beside what is to be corrected: the reason where only that is missing,
        otherwise the amount where one was typed, or the verdict."""
        for key, sentences in by_file.items():
            verdict = self.cleaned_data.get(f"verdict-{key}")
            field = "reason"
            if verdict and not needs_reason:
                field = "amount" if self.row.verdict(verdict).with_amount else "verdict"
            self.add_error(f"{field}-{key}", list(sentences))

    def paper(self) -> PaperData | None:
        if self.row.paper is None:
            return None
        data = self.cleaned_data
        return PaperData(data["number"], data["dated"], signer=signer_of(self.by, data["dated"]))
