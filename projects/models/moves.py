"""Files that a change of organisations led into another tenant (succession/)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Organisation, Tenant, Walled
from projects.models.files import Project


class FileMove(Walled):
    """That a change led a file into another tenant, and who implemented it before and since. The row goes with the
    file; kc_move_files writes it (succession/sql/moves.sql)."""

    wall_parent: ClassVar[str | None] = "project"
    wall_append_only: ClassVar[bool] = True

    project = models.ForeignKey(Project, models.PROTECT, related_name="moves")
    change = models.ForeignKey("succession.Change", models.PROTECT, related_name="moves")
    from_tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    to_tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    from_implementer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    to_implementer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    moved_on = models.DateField("ngày chuyển")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "chuyển hồ sơ"
        verbose_name_plural = "chuyển hồ sơ"
        ordering = ("moved_on", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_filemove_once", fields=["change", "project"])
        ]
