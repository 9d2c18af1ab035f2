"""What Celery runs: a job for a position, the sweep of jobs that a dead worker left, the drafts of a quarter.

A job may run twice and leaves one result: it is locked and looked at before the result is stored (making.py).
"""

from __future__ import annotations

import logging

from celery import shared_task

from accounts.models import Position
from accounts.tenancy import NotInForce, acting_as
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Refused
from reporting.leases import RUN_JOB, LeasedProgress, LeaseLost, abandoned, close, fail, release, send, take
from reporting.making import MAKERS
from reporting.models import UNFINISHED, Job, JobKind
from reporting.rounds import draft_due_reports

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 4
GAVE_UP = "Không lập được báo cáo sau nhiều lần thử. Hãy thử lại; nếu vẫn lỗi, báo người quản trị."


@shared_task(name=RUN_JOB)  # type: ignore[untyped-decorator]  # Celery ships no annotations
def run_job(job_id: int, position_id: int) -> None:
    """Do the job acting as the position, unless another worker is at it."""
    attempt = take(job_id, position_id)
    if attempt is None:
        return
    position = _position(position_id)
    try:
        if attempt > MOST_ATTEMPTS:
            raise Refused(GAVE_UP)
        with acting_as(position):
            rows = Job.objects.select_related("report__round", "report__organisation")
            job = rows.get(pk=job_id, position=position)
        if job.state in UNFINISHED:
            MAKERS[JobKind(job.kind)](job, position, LeasedProgress(job, position, attempt))
    except LeaseLost:
        return
    except (Refused, NotInForce) as refused:
        fail(job_id, position, str(refused))
    except Exception:
        log.exception("job %s, attempt %s", job_id, attempt)
        release(job_id, attempt)
        raise
    close(job_id, attempt)


@shared_task(name="reporting.sweep_jobs")  # type: ignore[untyped-decorator]
def sweep_jobs() -> None:
    """Send the hint again for jobs that nobody is at."""
    for job_id, position_id in abandoned():
        send(job_id, position_id)


@shared_task(name="reporting.draft_reports")  # type: ignore[untyped-decorator]
def draft_reports() -> None:
    """Draft the reports of the last quarter when they are due; nothing the second time."""
    draft_due_reports(today())


def _position(pk: int) -> Position:
    return Position.objects.select_related(
        "organisation__province", "organisation__tenant", "person", "scope_province"
    ).get(pk=pk)
