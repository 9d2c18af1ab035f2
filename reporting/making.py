"""What the jobs of reporting make: a draft's file, or the file of a report that is being issued.

Figures are read in one scope, the paper is set outside of any (it takes seconds), and the result is stored in
another, after the job was locked and looked at: whoever comes second finds it done.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Position
from accounts.tenancy import NATIONAL_KINDS, acting_as
from khuyencong.lib.dates import short_date
from khuyencong.lib.storing import store
from khuyencong.lib.workflow import Refused
from projects.models import Paper, PaperKind
from projects.papers.from_files.printable import Printable
from projects.signing import signature
from reporting.as_json import report_json
from reporting.leases import Progress
from reporting.models import UNFINISHED, IssuedReport, Job, JobKind, JobState
from reporting.parameters import parse
from reporting.printing import Written, report_printable
from reporting.quarterly import quarterly
from reporting.telling import tell_of_issue, tell_of_job

PDF = "application/pdf"

COUNTING = "Đang tổng hợp số liệu từ sổ kinh phí."
SETTING = "Đang trình bày văn bản."
STORING = "Đang lưu tệp."


def make_file(job: Job, position: Position, progress: Progress) -> None:
    """The PDF of a report as a draft; it stands in the job itself."""
    progress(1, COUNTING)
    with acting_as(position):
        printable = report_printable(quarterly(parse(**job.parameters)))
    content = _set(printable, progress)
    with acting_as(position):
        locked = _lock(job)
        if locked is None:
            return
        _fill(locked, printable, content, folder="jobs")
        _finish(locked, "Tệp báo cáo đã sẵn sàng.")


def issue(job: Job, position: Position, progress: Progress) -> None:
    """The PDF with number and day, its hash and figures, stored for good as the report's next version."""
    progress(1, COUNTING)
    assert job.report is not None
    order: Mapping[str, Any] = job.parameters["issue"]
    texts: Mapping[str, Any] = job.parameters["texts"]
    recorded_at = dt.datetime.fromisoformat(order["recorded_at"])
    dated = dt.date.fromisoformat(order["dated"])
    with acting_as(position):
        report = quarterly(
            parse(**job.parameters["report"]).frozen_at(recorded_at),
            estimates={"NATIONAL": texts["estimated_national"], "LOCAL": texts["estimated_local"]},
        )
        paper = _paper(job, position, number=order["number"], dated=dated)
        previous = job.report.issued.filter(version=order["version"] - 1).select_related("paper").first()
        written = Written(
            difficulties=texts["difficulties"],
            proposals=texts["proposals"],
            replaces=_replacing(previous, order["reason"]),
        )
        printable = report_printable(report, written=written, paper=paper)
        figures = report_json(report) | {"difficulties": written.difficulties, "proposals": written.proposals}
    content = _set(printable, progress)
    with acting_as(position):
        locked = _lock(job)
        if locked is None:
            return
        try:
            with transaction.atomic():
                paper.save(force_insert=True)
        except IntegrityError:
            raise Refused(
                f"Số {paper.number} vừa được ghi cho báo cáo khác. Hãy ban hành lại với số khác."
            ) from None
        assert position.person is not None
        issued = IssuedReport(
            tenant_id=job.tenant_id,
            sent_to_nation=True,
            nation_writes=job.nation_writes,
            report=job.report,
            round_id=job.report.round_id,
            organisation_id=job.report.organisation_id,
            scope=job.report.scope,
            province_id=job.report.province_id,
            version=order["version"],
            supersedes=previous,
            reason=order["reason"],
            paper=paper,
            signer=position,
            person=position.person,
            as_of=dated,
            recorded_at=recorded_at,
            figures=figures,
        )
        _fill(issued, printable, content, folder="issued")
        issued.save(force_insert=True)
        tell_of_issue(issued, by=position)
        locked.issued = issued
        _finish(locked, f"Đã ban hành báo cáo số {paper.number}.")


MAKERS: dict[JobKind, Callable[[Job, Position, Progress], None]] = {
    JobKind.FILE: make_file,
    JobKind.ISSUE: issue,
}


def _replacing(previous: IssuedReport | None, reason: str) -> str:
    if previous is None:
        return ""
    paper = previous.paper
    why = reason.strip().rstrip(".")
    return f"Báo cáo này thay thế Báo cáo số {paper.number} ngày {short_date(paper.dated)}; lý do: {why}."


def stored_bytes(upload: IssuedReport | Job) -> bytes:
    """The file as it was stored. Raises Refused when it is no longer what its hash says."""
    with upload.file.open("rb") as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        raise Refused("Tệp lưu trữ không còn khớp với mã băm khi ban hành. Hãy báo người quản trị.")
    return content


def _set(printable: Printable, progress: Progress) -> bytes:
    progress(2, SETTING)
    content = printable.pdf()
    progress(3, STORING)
    return content


def _lock(job: Job) -> Job | None:
    """The job, locked; None when somebody else has finished it."""
    locked = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    return locked if locked.state in UNFINISHED else None


def _fill(upload: IssuedReport | Job, printable: Printable, content: bytes, *, folder: str) -> None:
    """Store the file and name it in the row that keeps it, in one transaction: a job that fails leaves no file."""
    upload.file_name = printable.file_name
    upload.content_type = PDF
    upload.size = len(content)
    upload.sha256 = hashlib.sha256(content).hexdigest()
    name = f"reports/{folder}/{upload.sha256}.pdf"
    upload.file.name = store(default_storage, name, ContentFile(content))


def _finish(job: Job, message: str) -> None:
    job.state, job.done, job.message, job.finished_at = JobState.DONE, job.total, message, timezone.now()
    job.save()
    tell_of_job(job)


def _paper(job: Job, position: Position, *, number: str, dated: dt.date) -> Paper:
    """The unsaved paper of the issue; a province's is the nation's to read."""
    national = position.organisation.kind in NATIONAL_KINDS
    return Paper(
        tenant_id=None if national else job.tenant_id,
        sent_to_nation=True,
        nation_writes=national,
        kind=PaperKind.REPORT,
        number=number,
        dated=dated,
        issuer=position.organisation,
        summary="Báo cáo tình hình thực hiện công tác khuyến công",
        signer=position,
        signed_as=list(signature(None, position, position.organisation, PaperKind.REPORT, dated, None).lines),
        recorded_by=position,
    )
