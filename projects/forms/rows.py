"""Tables typed row by row (schedule, estimate, beneficiaries) that save themselves while they are typed.

A row is never lost: what cannot be read in one cell is not saved for that cell alone (the browser keeps it), the rest
of the row is. Rows left empty or marked for deletion are not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django import forms
from django.forms.formsets import BaseFormSet

from khuyencong.lib.forms import Earlier, lock
from projects.openings import Opening

DELETE = "DELETE"
Row = dict[str, Any]
F = TypeVar("F", bound="RowFormSet")

if TYPE_CHECKING:
    _FormSet = BaseFormSet[Any]
else:
    _FormSet = BaseFormSet  # generic in the stubs alone


def as_input(field: forms.Field, value: Any) -> str | list[str]:
    """``value`` as the browser reads it from the input: text, or the chosen values of a box or a list."""
    if isinstance(field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    shown = field.widget.format_value(field.prepare_value(value))
    return [str(one) for one in shown] if isinstance(shown, list) else str(shown or "")


class RowForm(forms.Form):
    """One row. Nothing is required of the browser: ``needed`` fields are asked for once the row holds anything."""

    needed: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Row] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self.row_reason = ""
        """Why the whole row is to be put right."""
        self.earlier: dict[str, Earlier] = {}
        self.new_since = ""
        """The sending in which this row was not there yet: "Lần gửi 1"."""

    @property
    def earlier_when(self) -> str:
        """When it said what is told in ``earlier``; the same for all its cells."""
        return next((each.when for each in self.earlier.values()), "")

    @property
    def is_deleted(self) -> bool:
        checked = self.errors is not None  # asking for errors checks the row
        return checked and bool(self.cleaned_data.get(DELETE))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; boxes and lists alone make no row."""
        return not any(
            (self[name].initial if field.disabled else self[name].data) not in (None, "")
            for name, field in self.fields.items()
            if not isinstance(field.widget, (forms.CheckboxInput, forms.Select))
        )

    @property
    def counts(self) -> bool:
        """Whether this row is stored."""
        return not self.is_deleted and not self.is_blank

    def clean(self) -> Row:
        cleaned = super().clean() or {}
        if self.counts:
            for name in self.needed:
                if name not in self.errors and cleaned.get(name) in (None, ""):
                    self.add_error(name, f"Chưa ghi {str(self.fields[name].label).lower()}.")
        return cleaned

    def row(self) -> Row:
        """Values to store: what is typed, and for a cell that cannot be read what is stored there (or the default)."""
        values = {}
        for name in self.fields:
            if name == DELETE:
                continue
            value = self.cleaned_data.get(name)
            if name in self.errors and value is None:
                value = self.initial.get(name)
            values[name] = self.defaults.get(name) if value is None else value
        return values


class RowFormSet(_FormSet):
    """Rows in their order. ``stored`` are the rows of the database, ``key`` names the field that tells rows apart."""

    key: ClassVar[str] = ""

    def __init__(self, *args: Any, stored: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": list(stored)})
        self.fixed_rows = self.is_locked = False

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        # An untouched row must still answer its values: it was stored by an earlier save of this page.
        return super()._construct_form(i, **{"empty_permitted": False, **kwargs})  # type: ignore[misc]  # not in the stubs

    def rows(self) -> list[Row]:
        """Values of the rows to store, in order."""
        return [form.row() for form in self.kept]

    @property
    def kept(self) -> list[Any]:
        """Forms of the rows to store."""
        return [form for form in self.forms if form.counts]

    def problems(self) -> dict[str, str]:
        """Input name → sentence, for cells that were not saved; the last for errors of the whole table."""
        return {
            form[name].html_name: " ".join(map(str, errors))
            for form in self.kept
            for name, errors in form.errors.items()
            if name in form.fields
        }

    @property
    def is_clean(self) -> bool:
        return not self.non_form_errors() and not self.problems()  # the first validates

    def doubts(self) -> dict[str, str]:
        """Input name → warning."""
        return {
            form[name].html_name: sentence for form in self.forms for name, sentence in form.warnings.items()
        }

    def open_only(self, opening: Opening, section: str, key_of: Callable[[Row], str]) -> None:
        """Lock what was not returned for correction, mark what was, with its reasons."""
        self.fixed_rows = not opening.adds_rows(section)
        self.can_delete = not self.fixed_rows
        for form in self.forms:
            key = key_of(form.initial) if form.initial else ""
            names = [name for name in form.fields if name != DELETE]
            opened = {name for name in names if opening.has(section, key, name)}
            if self.fixed_rows:  # the row is known by it
                opened -= {self.key}
            # What nobody types is still sent: by it the server knows the row again.
            opened |= {name for name in names if form.fields[name].widget.is_hidden}
            whole = opening.reasons_for(section, key)
            form.reasons = {
                name: " ".join(sentences)
                for name in names
                if name in opened
                and (sentences := [s for s in opening.reasons_for(section, key, name) if s not in whole])
            }
            # What opens the whole table stands once above it; what opens a line stands at the line, not at a cell.
            form.row_reason = " ".join(opening.reasons_for_row(section, key))
            lock(form, opened=opened | {DELETE})

    def open_whole(self, is_open: bool) -> None:
        """Leave the table open, or lock it altogether."""
        self.fixed_rows = self.is_locked = not is_open
        self.can_delete = is_open
        if self.is_locked:
            for form in self.forms:
                lock(form)

    def theirs(self, saved: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """What is stored where it differs from these rows, by input name; rows are matched by ``key``."""
        left = list(saved)
        found: dict[str, dict[str, Any]] = {}
        for number, form in enumerate(self.forms, start=1):
            mine = form[self.key].data
            twin = next((row for row in left if mine and str(row[self.key]) == str(mine)), None)
            if twin is not None:
                left.remove(twin)
            elif not form.counts:
                continue
            found |= self._differences(form, number, twin or {})
        for number, row in enumerate(left, start=len(self.forms) + 1):
            form = self._construct_form(number - 1)
            found |= self._differences(form, number, row)
        return found

    @staticmethod
    def _differences(form: Any, number: int, row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        found = {}
        typed = getattr(form, "cleaned_data", {})
        for name, field in form.fields.items():
            if name == DELETE or field.widget.is_hidden:
                continue
            nothing = form.defaults.get(name)
            mine, value = (nothing if each is None else each for each in (typed.get(name), row.get(name)))
            if as_input(field, mine) != as_input(field, value):
                label = f"Dòng {number}, {field.label}"
                found[form[name].html_name] = {"label": label, "value": as_input(field, value)}
        return found


def table_of(
    form: type[RowForm], formset: type[F], data: Any, *, prefix: str, extra: int = 0, **kwargs: Any
) -> F:
    """A bound or unbound ``formset`` of ``form``; ``extra`` empty rows at the end."""
    made = forms.formset_factory(form, formset=formset, can_delete=True, extra=extra)
    return cast("type[F]", made)(data, prefix=prefix, **kwargs)


def mark_conflicts(parts: Iterable[forms.BaseForm], theirs: Mapping[str, Any]) -> None:
    """Mark the inputs that were saved otherwise elsewhere, on a page that was sent by button."""
    for form in parts:
        for name in form.fields:
            if form[name].html_name in theirs:
                form.add_error(
                    name, "Nơi khác vừa lưu khác; bấm Lưu lần nữa thì bản đang hiện ở đây được giữ."
                )
