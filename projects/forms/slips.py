"""Forms of a slip: the act as it is prepared, for whom; the answer of who has it; number and day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from accounts.models import HEAD_OF, Organisation, Position, PositionKind
from accounts.queries import heading_of
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.forms import DateField, MoneyField, PaperNumberField
from khuyencong.lib.money import dong
from khuyencong.lib.uploads import ACCEPT
from khuyencong.lib.workflow import Refused
from projects.forms.acts import act_form
from projects.forms.base import ABBREVIATED, ActForm, long_text
from projects.forms.change_requests import RequestChangeForm
from projects.forms.lists import ListForm
from projects.matters import Matter
from projects.models import Paper, PaperKind, Slip
from projects.outgoing import NUMBER, last_paper
from projects.services.slip_acts import Written
from projects.slip_holding import performer_of
from projects.slips import matter_of


class PresentForm(forms.Form):
    """To whom the paper goes, and what goes with it."""

    signer = forms.ChoiceField(label="Trình người ký")
    upload = forms.FileField(
        label="Dự thảo văn bản (tệp)",
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text="Không bắt buộc: phiếu trình in được từ nội dung đã soạn. PDF, Word, Excel, ảnh.",
    )
    note = forms.CharField(label="Ý kiến trình", required=False, max_length=1000, widget=long_text(2))

    def __init__(self, signers: Sequence[Position], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.signers = {str(seat.pk): seat for seat in signers}
        choice = cast("forms.ChoiceField", self.fields["signer"])
        choice.choices = [(key, _who(seat)) for key, seat in self.signers.items()]
        self.initial.setdefault("signer", next(iter(self.signers), None))

    @property
    def chosen(self) -> Position:
        return self.signers[self.cleaned_data["signer"]]

    @property
    def sent(self) -> UploadedFile[bytes] | None:
        found: UploadedFile[bytes] | None = self.cleaned_data["upload"]
        return found


def _who(seat: Position) -> str:
    mark = "KT. " if seat.kind in HEAD_OF else "TL. " if seat.kind == PositionKind.DIVISION_HEAD else ""
    return f"{mark}{seat.person}, {seat.title}"


def prepared_form(
    matter: Matter,
    by: Position,
    *,
    data: Mapping[str, Any] | None = None,
    draft: Mapping[str, str] | None = None,
) -> ActForm | ListForm:
    """The form of the act as ``by`` prepares it: all but number, day and signer of the paper."""
    common: dict[str, Any] = {"row": matter.row, "by": by, "draft": draft or {}, "unnumbered": True}
    if matter.on_list:
        return ListForm(data, years=list(matter.years), label_suffix="", **common)
    return act_form(matter.row)(data, year=matter.file, label_suffix="", **common)


def written_in(form: ActForm | ListForm) -> Written:
    """What was typed in a valid form, for the slip."""
    data = cast("MultiValueDict[str, str]", form.data)
    return Written(
        inputs={name: data.getlist(name) for name in data if form.owns(name)},
        shown=_in_words(form),
        details=form.details(),
        comment=form.cleaned_data["comment"],
        lines=form.decided() if isinstance(form, ListForm) else {},
    )


def read_again(slip: Slip) -> Written:
    """What the slip holds, as the act takes it today. Raises Refused when the form no longer takes it."""
    matter = matter_of(slip)
    performer = performer_of(matter, slip.signed_by or slip.signer, slip.prepared_by)
    form = prepared_form(matter, performer, data=MultiValueDict(slip.inputs))
    if not form.is_valid():
        faults = "; ".join(
            f"{form.fields[name].label}: {' '.join(map(str, errors))}"
            if name in form.fields
            else " ".join(map(str, errors))
            for name, errors in form.errors.items()
        )
        raise Refused(
            f"Nội dung đã soạn không còn hợp lệ: {faults}. Hãy trả lại phiếu trình để người soạn xem lại."
        )
    return written_in(form)


def typed_in(slip: Slip) -> dict[str, str]:
    """What the slip holds, as the form of the act is filled in with; a box that was not ticked as ""."""
    typed = {name: values[-1] for name, values in slip.inputs.items() if values}
    lines = [name.removeprefix("state-") for name in typed if name.startswith("state-")]
    return {f"take-{key}": "" for key in lines} | typed


def _in_words(form: ActForm | ListForm) -> list[tuple[str, str]]:
    """Label and text of all that was filled in; parts of a beneficiary with its name. Of a list what is said of it as a
    whole, of a change of a file what it changes."""
    if isinstance(form, RequestChangeForm):
        return form.in_words()
    titles = {
        field.name: name
        for name, fields in (form.share_rows() if hasattr(form, "share_rows") else [])
        for field in fields
    }
    shown = []
    for field in form.header() if isinstance(form, ListForm) else form.visible_fields():
        text = _text(form, field)
        if text:
            title = titles.get(field.name)
            shown.append((f"{title}: {field.label}" if title else str(field.label), text))
    return shown


def _text(form: ActForm | ListForm, field: forms.BoundField) -> str:
    value = form.cleaned_data.get(field.name)
    if value in (None, "", [], False):
        return ""
    if isinstance(field.field, forms.ModelChoiceField):
        return str(field.field.label_from_instance(value))
    if isinstance(field.field, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in field.field.choices}  # type: ignore[misc,union-attr]
        return labels.get(str(field.data), str(value))
    if value is True:
        return "có"
    if isinstance(field.field, MoneyField):
        return dong(value)
    unit = getattr(field.field, "unit", "")
    return f"{field.data} {unit}".strip()


class AnswerForm(forms.Form):
    """A word to what one does with a slip; needed for a return."""

    comment = forms.CharField(label="Ý kiến", required=False, max_length=1000, widget=long_text(2))


class IssueForm(forms.Form):
    """Number and day of the paper: the next number of its kind is suggested, today is its day."""

    number = PaperNumberField(label="Số, ký hiệu")
    dated = DateField(label="Ngày văn bản")

    def __init__(self, issuer: Organisation, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        last = last_paper(issuer, kind, today().year)
        self.initial = {"number": next_number(issuer, kind, last), "dated": today()}
        self.fields["number"].label = f"{PaperKind(kind).label}: số, ký hiệu"
        if last is not None:
            said = f"Số lớn nhất trong năm đã ghi: {last.number}, ngày {short_date(last.dated)}"
            self.fields["number"].help_text = said


def next_number(issuer: Organisation, kind: str, last: Paper | None) -> str:
    """The number after ``last`` (None: none this year), with the symbol that the body's papers of this kind bear."""
    if last is not None and (found := re.match(NUMBER, last.number)):
        return f"{int(found[0]) + 1}/{last.number.partition('/')[2]}"
    return f"1/{ABBREVIATED[PaperKind(kind)]}-{heading_of(issuer).symbol}"
