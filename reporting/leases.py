"""Jobs and who is at them: ordering one, taking its ticket, saying how far it is, giving it back.

A job's ticket is written in the same transaction as the job; the message to the workers is only a hint to look at it.
A worker takes the ticket for LEASE and renews it at each step; when it dies, beat finds the ticket expired and sends
the hint again (reporting/jobs.py).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Position
from accounts.queries import system_position
from accounts.tenancy import NATIONAL_KINDS, acting_as
from reporting.models import UNFINISHED, Job, JobKind, JobState, JobTicket, Report
from reporting.telling import tell_of_job

log = logging.getLogger(__name__)

RUN_JOB = "reporting.run_job"
LEASE = dt.timedelta(seconds=30)
UNSEEN = dt.timedelta(seconds=20)
"""A ticket that no worker took in this time has lost its message."""


class LeaseLost(Exception):
    """Another worker has taken the job; this one stops and writes nothing."""


def start_job(
    kind: JobKind, parameters: dict[str, Any], *, by: Position, report: Report | None = None
) -> Job:
    """Order work to be done as ``by``; the message goes out when the caller's transaction is committed."""
    national = by.organisation.kind in NATIONAL_KINDS
    job = Job.objects.create(
        tenant_id=by.organisation.tenant_id,
        sent_to_nation=national,
        nation_writes=national,
        kind=kind,
        parameters=parameters,
        position=by,
        report=report,
    )
    JobTicket.objects.create(job=job, position=by)
    transaction.on_commit(lambda: send(job.pk, by.pk))
    return job


def send(job_id: int, position_id: int) -> None:
    """Hint to the workers. A broker that is away is no fault of the person who asked: the sweep sends it again."""
    try:
        current_app.send_task(RUN_JOB, (job_id, position_id), expires=300, retry=False)
    except Exception:
        log.exception("job %s is not sent; the sweep will", job_id)


def take(job_id: int, position_id: int) -> int | None:
    """Lease the job; answers the number of the attempt, None when another worker has it or it has ended."""
    now = timezone.now()
    free = JobTicket.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
    taken = free.filter(job_id=job_id, position_id=position_id).update(
        lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return JobTicket.objects.values_list("attempts", flat=True).get(job_id=job_id) if taken else None


def release(job_id: int, attempt: int) -> None:
    """Give the lease back, so that the next sweep sends the job again."""
    JobTicket.objects.filter(job_id=job_id, attempts=attempt).update(lease_until=timezone.now())


def abandoned() -> list[tuple[int, int]]:
    """(job, position) of tickets whose worker died or whose message was lost."""
    now = timezone.now()
    waiting = JobTicket.objects.filter(
        Q(lease_until__lt=now) | Q(lease_until__isnull=True, created_at__lt=now - UNSEEN)
    )
    return list(waiting.values_list("job_id", "position_id"))


def close(job_id: int, attempt: int) -> None:
    """The job has ended: its ticket goes, unless another worker holds it."""
    JobTicket.objects.filter(job_id=job_id, attempts=attempt).delete()


def fail(job_id: int, position: Position, sentence: str) -> None:
    """End the job with a sentence; as the body's SYSTEM position, since the bearer's may be over."""
    system = Position.objects.select_related("organisation__province").get(
        pk=system_position(position.organisation).pk
    )
    with acting_as(system):
        failed = Job.objects.filter(pk=job_id, state__in=UNFINISHED).update(
            state=JobState.FAILED, message=sentence[:400], finished_at=timezone.now()
        )
        if failed:
            tell_of_job(Job.objects.get(pk=job_id))


class LeasedProgress:
    """Says how far the job is, and renews the lease; stops a worker that has lost it."""

    def __init__(self, job: Job, position: Position, attempt: int) -> None:
        self.job, self.position, self.attempt = job, position, attempt

    def __call__(self, done: int, message: str) -> None:
        held = JobTicket.objects.filter(job_id=self.job.pk, attempts=self.attempt)
        if not held.update(lease_until=timezone.now() + LEASE):
            raise LeaseLost
        with acting_as(self.position):
            Job.objects.filter(pk=self.job.pk, state__in=UNFINISHED).update(
                state=JobState.RUNNING, done=done, message=message
            )


Progress = Callable[[int, str], None]
"""Called with the number of steps done and a sentence."""
