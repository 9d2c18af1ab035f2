"""What changed on a file, as JSON: changes asked for after its approval, and what each sending changed in the last."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Position
from projects.changes import Change, Changes
from projects.changes_told import all_told, between, compared
from projects.models import ChangeOutcome, ChangeType, Decider, Event, ProjectYear

WAITING = "WAITING"
"""The outcome of what is not decided yet."""
OUTCOMES = [(outcome.value or WAITING, outcome.label) for outcome in ChangeOutcome]
HOW = [("added", "thêm"), ("removed", "bỏ"), ("changed", "sửa")]


# -- what is read ------------------------------------------------------------------------------------


def amendments_json(year: ProjectYear) -> list[dict[str, Any]]:
    """Every change asked of the file, the latest first; one query."""
    return [
        {
            "type": told.change.type,
            "label": told.change.get_type_display(),
            "nth": told.number,
            "outcome": told.change.outcome or WAITING,
            "desk": told.change.desk or None,
            "decides": told.change.decides,
            "force_majeure": told.change.force_majeure,
            "comment": told.change.requested.comment,
            "support_before": told.change.before["support"],
            "support_after": told.change.after["support"],
            "counterpart_before": told.change.before["counterpart"],
            "counterpart_after": told.change.after["counterpart"],
            **_differences(told.changes),
            "papers": [_paper(label, event) for label, event in told.papers],
        }
        for told in all_told(year)
    ]


def sendings_json(year: ProjectYear, by: Position) -> list[dict[str, Any]]:
    """What each sending after the first changed, as far as ``by`` may read both; two queries at most."""
    return [
        {
            "submission": after.submission,
            "since": before.submission,
            "at": after.effective_on,
            **_differences(between((before, after))),
        }
        for before, after in compared(year, by).values()
    ]


def _differences(changes: Changes) -> dict[str, Any]:
    return {
        "changed": [_change(change) for change in changes.fields],
        "changed_tables": [
            {
                "title": title,
                "changed_rows": [
                    {"name": row.name, "how": row.how, "changed": [_change(change) for change in row.changes]}
                    for row in rows
                ],
            }
            for title, rows in changes.tables
        ],
    }


def _change(change: Change) -> dict[str, str]:
    return {"label": change.label, "before": change.before, "after": change.after}


def _paper(label: str, event: Event) -> dict[str, Any]:
    return {
        "label": label,
        "at": event.effective_on,
        "number": event.paper.number if event.paper else None,
        "by": event.person.full_name,
    }


# -- the same, for the schema ------------------------------------------------------------------------


class ChangedFieldShape(serializers.Serializer[Any]):
    """A value before and after, as pages write it."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not Field.label
    before = serializers.CharField()
    after = serializers.CharField()


class ChangedRowShape(serializers.Serializer[Any]):
    """A row that came, went, or says something else."""

    name = serializers.CharField()
    how = serializers.ChoiceField(choices=HOW)
    changed = ChangedFieldShape(many=True)


class ChangedTableShape(serializers.Serializer[Any]):
    """A table of the file in which something differs."""

    title = serializers.CharField()
    changed_rows = ChangedRowShape(many=True)


class DifferencesShape(serializers.Serializer[Any]):
    """Before and after: fields of the file, and tables."""

    changed = ChangedFieldShape(many=True)
    changed_tables = ChangedTableShape(many=True)


class SendingShape(DifferencesShape):
    """What a sending changed in the one before it."""

    submission = serializers.IntegerField()
    since = serializers.IntegerField()
    at = serializers.DateField()


class AmendmentPaperShape(serializers.Serializer[Any]):
    """Who did what about a change, by which paper; none where the unit took its request back."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not Field.label
    at = serializers.DateField()
    number = serializers.CharField(allow_null=True)
    by = serializers.CharField()


class AmendmentShape(DifferencesShape):
    """A change asked for after the approval (T36 article 11)."""

    type = serializers.ChoiceField(choices=ChangeType.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not Field.label
    nth = serializers.IntegerField(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    desk = serializers.ChoiceField(choices=Decider.choices, allow_null=True)
    decides = serializers.ChoiceField(choices=Decider.choices)
    force_majeure = serializers.BooleanField()
    comment = serializers.CharField(allow_blank=True)
    support_before = serializers.IntegerField()
    support_after = serializers.IntegerField()
    counterpart_before = serializers.IntegerField()
    counterpart_after = serializers.IntegerField()
    papers = AmendmentPaperShape(many=True)
