"""What somebody typed and has not sent yet, kept on the server."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Func
from django.db.models.lookups import LessThanOrEqual

from accounts.models import Position, User, Walled


class FormDraft(Walled):
    """Saved text of one form that one person is filling in; ``key`` names the form and its file.

    ``version`` rises with each save: a save that names an older one is refused and both texts are shown."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_formdraft_once", fields=["tenant", "person", "key"])
        ]


class DoneOnce(Walled):
    """A request to which its sender gave a key, and the file that it was about: sent again it does nothing more."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=160)
    digest = models.CharField(max_length=64)
    code = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_doneonce_once", fields=["tenant", "person", "key"])
        ]


class ListHabits(Walled):
    """How one position likes its list of files: filters to which it has given names, ``[{"name", "words"}]``, the words
    as projects/filters.py reads them from the address, and the names of the columns that it has chosen
    (projects/columns.py; null: never chosen). One row a position: what is forgotten is no row to delete, which
    national positions could not."""

    MOST_FILTERS: ClassVar[int] = 20

    position = models.ForeignKey(Position, models.CASCADE, related_name="+")
    filters = models.JSONField(default=list)
    columns = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_listhabits_once", fields=["tenant", "position"]),
            models.CheckConstraint(
                name="projects_listhabits_most_filters",
                condition=LessThanOrEqual(
                    Func(F("filters"), function="jsonb_array_length", output_field=models.IntegerField()), 20
                ),
            ),
        ]


class CodeCounter(models.Model):
    """Last number given to file codes of one prefix ("KCQG-2027"); codes are unique over all tenants."""

    positions_write: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")  # the next number only (sql/rules.sql)

    prefix = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)
