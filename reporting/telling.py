"""Who is told of reports: the body that owes one when its round opens, the nation when one is issued, who ordered a
file when it is there."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import OrganisationKind, Position, valid_on
from accounts.queries import organisation_name
from khuyencong.lib.dates import today
from notices.models import NoticeKind
from notices.services import News, tell
from reporting.access import WRITERS
from reporting.models import IssuedReport, Job, Report
from reporting.tasks import due_of, name_of


def _writers() -> QuerySet[Position]:
    """Positions that write or sign reports and whose people may sign in."""
    return Position.objects.filter(valid_on(today()), kind__in=WRITERS, person__is_active=True)


def tell_of_draft(report: Report) -> None:
    """The round has opened: the body's writers are told of the draft and its deadline."""
    news = News(
        kind=NoticeKind.ROUND,
        label=f"Mở kỳ {name_of(report)}",
        url=reverse("report_draft", args=[report.pk]),
        task="Hoàn thiện báo cáo",
        due=due_of(report),
    )
    tell({seat.pk: news for seat in _writers().filter(organisation=report.organisation)})


def tell_of_issue(issued: IssuedReport, *, by: Position) -> None:
    """A report was issued: the others of its body and, of a province's, the agency's writers are told."""
    name = name_of(issued.report)
    seats = _writers().filter(organisation=issued.organisation_id)
    if issued.province_id is not None:
        seats |= _writers().filter(organisation__kind=OrganisationKind.AGENCY)
    news = News(
        kind=NoticeKind.REPORT,
        label=f"Đã ban hành {name}" + (f", lần {issued.version}" if issued.version > 1 else ""),
        url=reverse("issued_file", args=[issued.pk]),
        actor=organisation_name(by.organisation),
    )
    tell({seat.pk: news for seat in seats.exclude(person=by.person_id)})


def tell_of_job(job: Job) -> None:
    """A file is there, or is not to be: who ordered it is told."""
    news = News(
        kind=NoticeKind.JOB, label=job.message, url=reverse("report_job", args=[job.pk]), key=f"job:{job.pk}"
    )
    tell({job.position_id: news})
