"""Rows that hold for a time, days off, and the column that searches."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from khuyencong.lib.vietnamese import fold

FIRST_DAY = dt.date(2012, 7, 5)  # Decree 45/2012 takes effect; nothing in the system is older.


def valid_on(day: dt.date, prefix: str = "") -> Q:
    """Condition: the dated row is in force on ``day`` (both ends inclusive)."""
    start, end = f"{prefix}valid_from", f"{prefix}valid_to"
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


class Dated(models.Model):
    """A row that holds from a day to a day, both included."""

    valid_from = models.DateField("từ ngày", default=FIRST_DAY)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            )
        ]


class Holiday(models.Model):
    """A day off, or a Saturday or Sunday worked in exchange."""

    day = models.DateField("ngày", unique=True)
    name = models.CharField("tên", max_length=120)
    is_working = models.BooleanField("là ngày làm bù", default=False)
    source = models.CharField("căn cứ", max_length=200, blank=True)

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "ngày nghỉ, ngày làm bù"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


def folded(*texts: str) -> str:
    """Search column of a row: its texts without case and marks, one space between."""
    return fold(" ".join(text for text in texts if text))
