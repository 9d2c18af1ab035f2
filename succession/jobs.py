"""What beat starts: changes whose day has come."""

from __future__ import annotations

from celery import shared_task

from khuyencong.lib.dates import today
from succession.services import carry_out_due


@shared_task(name="succession.carry_out_due")  # type: ignore[untyped-decorator]  # Celery ships no annotations
def carry_out_changes() -> None:
    carry_out_due(today())
