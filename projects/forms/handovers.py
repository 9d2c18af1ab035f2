"""Who takes a desk over, since when, and what of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Position
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField
from projects.desks import Item, successors_of


class HandOverForm(forms.Form):
    """``seen`` is the list as the page showed it; without it a desk that changed meanwhile would move unseen."""

    successor = forms.ModelChoiceField(
        label="Người nhận", queryset=Position.objects.none(), empty_label="(chọn người nhận)"
    )
    last_day = DateField(label="Ngày làm việc cuối cùng của người giao")
    chosen = forms.MultipleChoiceField(label="Bàn giao", required=False, widget=forms.CheckboxSelectMultiple)
    seen = forms.CharField(required=False, max_length=200_000, widget=forms.HiddenInput)

    def __init__(self, leaver: Position, items: Sequence[Item], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = successors_of(leaver, today())  # type: ignore[attr-defined]
        self.fields["successor"].label_from_instance = lambda row: f"{row.person}, {row.title}"  # type: ignore[attr-defined]
        self.fields["chosen"].choices = [(item.key, f"{item.kind_name}: {item.label}") for item in items]  # type: ignore[attr-defined]
        keys = [item.key for item in items]
        self.initial = {
            "last_day": min(leaver.valid_to or today(), today()),
            "chosen": keys,
            "seen": " ".join(keys),
        }
        if leaver.handed_over_at is not None:
            self.fields["last_day"].disabled = True
