"""Drafts of act forms (an appraisal, a report): saved while they are typed, one per person and form."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.models import Position
from accounts.tenancy import NATIONAL_KINDS
from projects.conflicts import Conflict
from projects.models import FormDraft


def save_draft(key: str, data: dict[str, str], *, by: Position, version: int) -> FormDraft:
    """Keep ``data`` (each field as it was typed, "" for a box that is not ticked) under ``key`` for the person of
    ``by``. Raises Conflict when another tab saved something else since ``version`` (0: nothing was there)."""
    national = by.organisation.kind in NATIONAL_KINDS
    with transaction.atomic():
        draft, created = FormDraft.objects.select_for_update(of=("self",)).get_or_create(
            tenant=by.organisation.tenant,
            person=by.person,
            key=key,
            defaults={"data": data, "sent_to_nation": national, "nation_writes": national},
        )
        if created:
            return draft
        if version != draft.version and draft.data not in ({}, data):
            theirs = {
                name: (name, value) for name, value in draft.data.items() if data.get(name, "") != value
            }
            raise Conflict(draft.version, theirs)
        draft.data = data
        draft.version += 1
        draft.save()
    return draft


def find_draft(key: str, *, by: Position) -> FormDraft:
    """The kept text of the form; unsaved, empty and of version 0 when nothing was kept yet."""
    found = FormDraft.objects.filter(tenant=by.organisation.tenant, person=by.person, key=key).first()
    return found or FormDraft(key=key, data={}, version=0)


def empty_draft(key: str, *, by: Position) -> None:
    """The form was sent: its text is done with (the row stays, national positions delete nothing)."""
    FormDraft.objects.filter(tenant=by.organisation.tenant, person=by.person, key=key).update(
        data={}, version=F("version") + 1
    )


def list_key(action: str, programme: str, year: int) -> str:
    """Under which a list that is not decided yet is kept."""
    return f"list-{action}-{programme}-{year}"
