"""What Celery runs for notices; each may run twice, or be killed at any point."""

from __future__ import annotations

import datetime as dt

from celery import shared_task

from khuyencong.lib.dates import ZONE
from notices.schedule import forget_old, remind_all
from notices.schedule import write_letters as write_due_letters
from notices.sending import due_mails, send_mail


def _now() -> dt.datetime:
    """What the clocks of Viet Nam show."""
    return dt.datetime.now(ZONE)


@shared_task(name="notices.remind")  # type: ignore[untyped-decorator]  # Celery ships no annotations
def remind() -> None:
    """Remind of deadlines that come or are over, once a person and working day."""
    remind_all(_now())


@shared_task(name="notices.write_letters")  # type: ignore[untyped-decorator]
def write_letters() -> None:
    """Write the letters that are due to the outbox; none a second time."""
    write_due_letters(_now())
    forget_old(_now())


@shared_task(name="notices.send_mails")  # type: ignore[untyped-decorator]
def send_mails() -> None:
    """Send what waits in the outbox; nothing without a mail server."""
    for pk in due_mails():
        send_mail(pk)
