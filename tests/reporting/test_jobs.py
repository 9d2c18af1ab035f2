"""Jobs: a worker that dies loses nothing and doubles nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import Position
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from reporting import leases
from reporting.jobs import GAVE_UP, MOST_ATTEMPTS, run_job
from reporting.leases import LeasedProgress, LeaseLost, abandoned, take
from reporting.making import make_file, stored_bytes
from reporting.models import Job, JobState, JobTicket
from reporting.parameters import parse
from reporting.services import order_file
from tests.cast import position
from tests.khuyencong.lib import printed
from tests.reporting.ledgers import M, book
from tests.reporting.rounds import job_now

pytestmark = pytest.mark.django_db

VIEWER = "viewer.hai-phong"


def ordered(account: str = VIEWER) -> Job:
    by = position(account)
    with acting_as(by):
        return order_file(parse(scope="hai-phong", year=2026, period="q1"), by=by)


def expire(job: Job) -> None:
    """As if the worker that holds the job had been killed some time ago."""
    JobTicket.objects.filter(job=job).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_a_job_makes_the_file_and_says_so() -> None:
    book(year=2026, executed=77 * M)
    job = ordered()
    run_job(job.pk, position(VIEWER).pk)
    done = job_now(job, position(VIEWER))
    assert (done.state, done.done, done.total) == (JobState.DONE, 4, 4)
    text = printed.text(stored_bytes(done))
    assert "DỰ THẢO" in text and "77" in text
    assert not JobTicket.objects.exists()


def test_the_same_parameters_give_the_same_bytes() -> None:
    book(year=2026, executed=77 * M)
    first, second = ordered(), ordered()
    for job in (first, second):
        run_job(job.pk, position(VIEWER).pk)
    files = [job_now(job, position(VIEWER)) for job in (first, second)]
    assert files[0].sha256 == files[1].sha256
    assert stored_bytes(files[0]) == stored_bytes(files[1])


def test_a_job_that_one_worker_holds_is_not_taken_by_another() -> None:
    job = ordered()
    by = position(VIEWER)
    assert take(job.pk, by.pk) == 1
    assert take(job.pk, by.pk) is None
    run_job(job.pk, by.pk)
    assert job_now(job, by).state == JobState.WAITING


def test_the_job_of_a_dead_worker_is_found_and_done_once() -> None:
    job = ordered()
    by = position(VIEWER)
    take(job.pk, by.pk)
    assert abandoned() == []
    expire(job)
    assert abandoned() == [(job.pk, by.pk)]
    run_job(job.pk, by.pk)
    assert job_now(job, by).state == JobState.DONE
    assert abandoned() == []


def test_a_worker_that_lost_its_lease_writes_nothing() -> None:
    job = ordered()
    by = position(VIEWER)
    slow = take(job.pk, by.pk)
    assert slow == 1
    expire(job)
    assert take(job.pk, by.pk) == 2
    with pytest.raises(LeaseLost):
        make_file(job, by, LeasedProgress(job, by, slow))
    assert job_now(job, by).state == JobState.WAITING


def test_a_lost_message_is_sent_again_after_a_while() -> None:
    job = ordered()
    assert abandoned() == []
    JobTicket.objects.filter(job=job).update(
        created_at=timezone.now() - leases.UNSEEN - dt.timedelta(seconds=1)
    )
    assert abandoned() == [(job.pk, position(VIEWER).pk)]


def test_a_job_that_fails_again_and_again_ends_with_a_sentence() -> None:
    job = ordered()
    by = position(VIEWER)
    JobTicket.objects.filter(job=job).update(attempts=MOST_ATTEMPTS)
    run_job(job.pk, by.pk)
    ended = job_now(job, by)
    assert (ended.state, ended.message) == (JobState.FAILED, GAVE_UP)
    assert not JobTicket.objects.exists()


def test_a_fault_gives_the_lease_back() -> None:
    job = ordered()
    by = position(VIEWER)
    with acting_as(by):
        Job.objects.filter(pk=job.pk).update(parameters={"nonsense": 1})
    with pytest.raises(TypeError):
        run_job(job.pk, by.pk)
    ticket = JobTicket.objects.get(job=job)
    assert ticket.lease_until is not None and ticket.lease_until <= timezone.now()


def test_a_job_of_a_position_that_is_over_ends_with_a_sentence() -> None:
    job = ordered()
    by = position(VIEWER)
    Position.objects.filter(pk=by.pk).update(valid_to=today() - dt.timedelta(days=1))
    run_job(job.pk, by.pk)
    with acting_as(position("dept.hai-phong")):
        ended = Job.objects.get(pk=job.pk)
    assert (ended.state, ended.message) == (
        JobState.FAILED,
        "Chức vụ này đã hết hiệu lực, không thực hiện được. Hãy chọn chức vụ khác.",
    )


def test_a_job_acts_only_as_the_position_that_ordered_it() -> None:
    job = ordered()
    run_job(job.pk, position("viewer.thai-nguyen").pk)
    assert job_now(job, position(VIEWER)).state == JobState.WAITING


def test_a_job_that_fails_at_the_end_leaves_no_file(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    whole, fails = ordered(), ordered()
    run_job(whole.pk, position(VIEWER).pk)
    with mock.patch("reporting.making._finish", side_effect=RuntimeError), pytest.raises(RuntimeError):
        run_job(fails.pk, position(VIEWER).pk)
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    done = job_now(whole, position(VIEWER))
    assert kept == tmp_path / str(done.file.name)
    assert stored_bytes(done)
