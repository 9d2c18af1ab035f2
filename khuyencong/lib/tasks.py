"""What is expected of somebody today. Each app tells its own part (settings.TASKS_FROM); one page shows all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Task:
    """One thing expected: what to do (``label``), on what (``code``, ``title``), where, until when.

    ``due`` is the last day on which it is in time; None: there is no deadline."""

    label: str
    url: str
    title: str = ""
    code: str = ""
    due: dt.date | None = None
    note: str = ""

    def is_late(self, day: dt.date) -> bool:
        return self.due is not None and self.due < day

    def is_soon(self, day: dt.date) -> bool:
        """Whether the last day comes within a week."""
        return self.due is not None and day <= self.due <= day + SOON


Provider = Callable[[Any, dt.date], list[Task]]
"""Answers the tasks of a position on a day."""


def expected_of(position: Any, day: dt.date) -> list[Task]:
    """Tasks of ``position`` from every app, the most urgent first, those without a deadline last."""
    found: list[Task] = []
    for name in settings.TASKS_FROM:
        provider: Provider = import_string(name)
        found += provider(position, day)
    return sorted(found, key=lambda task: task.due or dt.date.max)
