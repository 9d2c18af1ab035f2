"""What the forms of all acts share: the paper on which an act rests, what the State already knows, kept text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef

from accounts.models import Organisation, Position
from accounts.queries import signer_of
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, PaperNumberField
from khuyencong.lib.workflow import Action
from projects.chain import PaperData
from projects.guards import comment_given
from projects.holding import deputies_who_sign
from projects.models import Event, Paper, PaperKind, ProjectYear

ABBREVIATED = {
    PaperKind.LETTER: "CV",
    PaperKind.SUBMISSION: "TTr",
    PaperKind.DECISION: "QĐ",
    PaperKind.NOTICE: "TB",
    PaperKind.REPORT: "BC",
    PaperKind.FORM: "PTĐ",
    PaperKind.MINUTES: "BB",
    PaperKind.CONTRACT: "HĐ",
    PaperKind.ANNEX: "PLHĐ",
    PaperKind.VOUCHER: "UNC",
}
"""As Decree 30/2020, annex III, writes them in the symbol of a paper; forms and vouchers as offices do."""


def long_text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def number_help(kind: str, issuer: Organisation, action: str = "") -> str:
    """The last number that the body gave to this kind of paper, or how one looks. With ``action`` the last one with the
    symbol of that act's papers: minutes of acceptance and of liquidation are both minutes, each counted by itself."""
    papers = Paper.objects.filter(kind=kind, issuer=issuer).order_by("-pk")
    last = papers.first()
    if action and last is not None:
        last = papers.filter(Exists(Event.objects.filter(paper=OuterRef("pk"), action=action))).first()
        if last is not None and (symbol := last.number.partition("/")[2]):
            last = papers.filter(number__iendswith=f"/{symbol}").first()
    if last is not None:
        return f"Gần nhất: {last.number} ngày {last.dated:%d/%m/%Y}"
    return f"Ví dụ: 125/{ABBREVIATED[PaperKind(kind)]}-…"


class ActForm(forms.Form):
    """Number and day of the paper, where the act rests on one; the act's own fields; a comment.

    ``draft`` is kept text, field by field; it goes before what the State would suggest. ``unnumbered``: the act is
    prepared for a signature, and its paper has no number, day and signer yet (projects/slips.py)."""

    fields_template = "projects/acts/fields.html"
    """How its fields are laid out."""

    number = PaperNumberField()
    dated = DateField(label="Ngày văn bản")
    signer = forms.ChoiceField(label="Người ký", required=False)
    comment = forms.CharField(label="Ghi chú", required=False, widget=long_text(2))

    def __init__(
        self,
        *args: Any,
        year: ProjectYear,
        row: Action,
        by: Position,
        draft: Mapping[str, str],
        unnumbered: bool = False,
        **kwargs: Any,
    ) -> None:
        self.year, self.row, self.by, self.unnumbered = year, row, by, unnumbered
        self.warnings: dict[str, str] = {}
        super().__init__(*args, **kwargs)
        self._own_fields_before_comment()
        if row.paper is None or unnumbered:
            del self.fields["number"], self.fields["dated"]
        else:
            number = cast("PaperNumberField", self.fields["number"])
            number.with_symbol = row.paper != PaperKind.VOUCHER
            number.label = f"{PaperKind(row.paper).label}: số, ký hiệu"
            number.help_text = number_help(row.paper, by.organisation, row.name)
            self.suggest(dated=today())
        self._offer_signers()
        if comment_given in row.checks:
            self.fields["comment"].label = "Lý do"
            self.fields["comment"].required = True
        self.prepare()
        self._own_fields_before_comment()
        self.initial = {**self.initial, **draft}

    def owns(self, name: str) -> bool:
        """Whether the input ``name`` is one of the form's, or of a table in it."""
        return name in self.fields

    def prepare(self) -> None:
        """Fill in what is already known; default: nothing."""

    def suggest(self, **values: Any) -> None:
        """What the State knows, for the user to confirm or correct; None says nothing."""
        self.initial.update((name, value) for name, value in values.items() if value is not None)

    def details(self) -> dict[str, Any]:
        """The act's details out of cleaned data; the paper with it where there is one."""
        own = {
            name: self.cleaned_data[name]
            for name in self.fields
            if name not in {"number", "dated", "signer", "comment"}
        }
        return own | self.paper()

    def paper(self) -> dict[str, PaperData]:
        if self.row.paper is None:
            return {}
        if self.unnumbered:
            return {"paper": PaperData("", today())}
        data = self.cleaned_data
        signer = self.deputies.get(data.get("signer", "")) or signer_of(self.by, data["dated"])
        return {"paper": PaperData(data["number"], data["dated"], signer=signer)}

    def _offer_signers(self) -> None:
        """Who records a paper says who signed it, where somebody beside the head may have."""
        deputies = [] if self.unnumbered else deputies_who_sign(self.row, self.year, self.by, today())
        self.deputies = {str(deputy.pk): deputy for deputy in deputies}
        if not deputies:
            del self.fields["signer"]
            return
        field = cast("forms.ChoiceField", self.fields["signer"])
        field.choices = [
            ("", "Người đứng đầu cơ quan"),
            *((key, f"KT. {deputy.person}, {deputy.title}") for key, deputy in self.deputies.items()),
        ]

    def doubt(self, sentences: list[str]) -> None:
        """Show what will ask for a reason, at the field that takes it."""
        if sentences and "comment" not in self.errors:
            self.fields["comment"].label = "Lý do vẫn thực hiện"
            self.warnings["comment"] = " ".join(sentences)

    def _own_fields_before_comment(self) -> None:
        self.order_fields(
            ["number", "dated", "signer", *(name for name in self.fields if name != "comment"), "comment"]
        )
