"""Forms that keep what is typed on the server before it is sent (templates/components/README.md, "Forms")."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import JsonResponse

from projects.access import ActingRequest
from projects.conflicts import Conflict
from projects.services.drafts import save_draft
from projects.views.saving import saved, version_of


def keep(request: ActingRequest, key: str, form: forms.Form) -> JsonResponse:
    """Keep the posted fields of ``form`` under ``key``; answers version and time, or both texts."""
    shown = {name: field for name, field in form.fields.items() if not field.widget.is_hidden}
    typed = {name: str(request.POST.get(name, "")) for name in shown}
    try:
        draft = save_draft(key, typed, by=request.acting, version=version_of(request))
    except Conflict as conflict:
        theirs = {
            name: {"label": str(shown[name].label), "value": _as_input(shown[name], value)}
            for name, (_, value) in conflict.theirs.items()
            if name in shown
        }
        return JsonResponse({"version": conflict.version, "theirs": theirs}, status=409)
    return saved(draft.version, errors={})


def _as_input(field: forms.Field, value: str) -> Any:
    """A kept text as the browser reads it from the input: a box that is not ticked has no value."""
    if isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect)) and not value:
        return []
    return value
