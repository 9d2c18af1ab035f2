"""What the pages call an input, for texts that are shown outside the form in which they were typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from django.forms.forms import BaseForm


def in_words(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, text) of each input of ``fields``; what no form shows to people (hidden inputs) is left out."""
    return [(label, text) for name, text in fields.items() if (label := _label(name))]


def _label(name: str) -> str:
    """The label of "works", or of the row's or form's input in "support-12", "estimate-0-item"; "" for a hidden one."""
    known = _labels()
    parts = [name, *(part for part in name.split("-") if not part.isdigit())]
    return next((known[part] for part in parts if part in known), name)


@cache
def _labels() -> dict[str, str]:
    """By the name of the input, over all forms of the program; of forms that share a name the first one's label."""
    found: dict[str, str] = {}
    for form in _forms(BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            if form.__module__.startswith(("projects.", "reporting.")):
                label = "" if field.widget.is_hidden else str(field.label or name)
                found[name] = found.get(name) or label
    return found


def _forms(base: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for each in base.__subclasses__():
        yield each
        yield from _forms(each)
