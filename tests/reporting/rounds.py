"""A round with its drafts, and an issue carried through, as tests need them."""

from __future__ import annotations

import datetime as dt

from accounts.models import Position
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from reporting.access import issued_visible_to, reports_of
from reporting.jobs import run_job
from reporting.models import IssuedReport, Job, Report, ReportingRound
from reporting.rounds import draft_due_reports, last_quarter
from reporting.services import issue_report
from tests.cast import position

PERIOD = last_quarter(today())
"""The quarter that is over today: the one that has a round."""


def open_round() -> ReportingRound:
    found = draft_due_reports(today())
    assert found is not None
    return found


def own_report(account: str, scope: str | None = None) -> Report:
    """The draft of the account's body in the open round."""
    by = position(account)
    with acting_as(by):
        rows = reports_of(by)
        return rows.get(scope=scope) if scope else rows.get()


def order_issue(account: str, number: str, *, dated: dt.date | None = None, reason: str = "",
                scope: str | None = None) -> Job:  # fmt: skip
    """The head's order to issue; no worker has taken it yet."""
    by = position(account)
    report = own_report(account, scope)
    with acting_as(by):
        return issue_report(
            report, by=by, number=number, dated=dated or today(), reason=reason, blank_means_none=True
        )


def issue(account: str, number: str, **more: object) -> IssuedReport:
    """Ordered by the head and made by a worker."""
    job = order_issue(account, number, **more)  # type: ignore[arg-type]
    run_job(job.pk, position(account).pk)
    return last_issued(account)


def last_issued(account: str) -> IssuedReport:
    by = position(account)
    with acting_as(by):
        return issued_visible_to(by).filter(organisation=by.organisation).latest("pk")


def job_now(job: Job, by: Position) -> Job:
    with acting_as(by):
        return Job.objects.get(pk=job.pk)
