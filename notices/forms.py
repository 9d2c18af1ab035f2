"""How a person wants to hear: for each kind a pace of letters and whether it counts in the bell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField

from notices.models import MAY_BE_SENT_AT_ONCE, NoticeKind, Pace, Reader


class ChoicesForm(forms.Form):
    """Fields ``mail-KIND`` and ``bell-KIND``; read as kind → (pace, in the bell)."""

    def __init__(self, reader: Reader, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        for kind in NoticeKind:
            label = str(kind.label)
            paces = [pace for pace in Pace if pace != Pace.NOW or kind in MAY_BE_SENT_AT_ONCE]
            self.fields[f"mail-{kind}"] = forms.ChoiceField(
                label=f"Thư: {label}",
                choices=[(pace.value, pace.label) for pace in paces],
                initial=reader.pace(kind).value,
            )
            self.fields[f"bell-{kind}"] = forms.BooleanField(
                label=f"Đếm ở chuông: {label}", required=False, initial=reader.in_bell(kind)
            )

    def rows(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Name of the kind and its two fields."""
        for kind in NoticeKind:
            yield str(kind.label), self[f"mail-{kind}"], self[f"bell-{kind}"]

    def choices(self) -> dict[str, tuple[str, bool]]:
        """What was chosen, once the form is valid."""
        return {
            kind.value: (self.cleaned_data[f"mail-{kind}"], self.cleaned_data[f"bell-{kind}"])
            for kind in NoticeKind
        }
