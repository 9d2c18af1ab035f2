"""Desks that were handed over, and what the one who left still typed afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, Position, Walled


class HandOver(Walled):
    """One hand-over of a desk inside a body. ``items`` is what moved, ``left`` what was left, as the list showed it:
    ``[{"key", "kind", "label"}]``. Files keep their author and events their names: the past is nobody else's."""

    wall_append_only: ClassVar[bool] = True
    wall_body: ClassVar[str | None] = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    leaver = models.ForeignKey(Position, models.PROTECT, related_name="+")
    successor = models.ForeignKey(Position, models.PROTECT, related_name="+")
    by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    last_day = models.DateField("ngày làm việc cuối cùng")
    at = models.DateTimeField(auto_now_add=True)
    items = models.JSONField(default=list)
    left = models.JSONField(default=list)

    class Meta:
        verbose_name = "bàn giao công việc"
        verbose_name_plural = "bàn giao công việc"
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="projects_handover_to_another_desk", condition=~Q(leaver=F("successor"))
            )
        ]


class LateText(Walled):
    """Text for the successor that has no place in a form of his own: typed by the leaver after the hand-over, or under
    a key where the successor had text already. ``fields``: name of the input → what stood there."""

    wall_append_only: ClassVar[bool] = True

    handover = models.ForeignKey(HandOver, models.PROTECT, related_name="late_texts")
    place = models.CharField(max_length=300)
    fields = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
