"""Uploads of a file: checked by content, stored under their hash, never deleted while the file lives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import UNIT_WRITERS, OrganisationKind, Position, PositionKind
from khuyencong.lib import uploads
from khuyencong.lib.dates import today
from khuyencong.lib.storing import store
from khuyencong.lib.workflow import Forbidden, Refused
from projects.chain import lock
from projects.models import Document, ProjectYear, Stage
from projects.openings import opening_of
from projects.requirements import papers_of_stage, papers_of_the_plan
from projects.services.files import may_write
from projects.states import FINAL

WORKING = UNIT_WRITERS | {
    PositionKind.DIRECTOR_GENERAL,
    PositionKind.DEPUTY_DIRECTOR_GENERAL,
    PositionKind.ACCOUNTANT,
}
"""Who handles papers; others of the same body read them."""


def may_attach(year: ProjectYear, by: Position, code: str) -> bool:
    """Whether ``by`` may attach a paper ``code``: while writing, the unit what is open; later, everybody at work."""
    return bool(attachable(year, by, {code}))


def attachable(year: ProjectYear, by: Position, codes: Iterable[str]) -> set[str]:
    """Those of ``codes`` that ``by`` may attach; at most two queries. Papers with which a file is sent are fixed once
    it was."""
    if year.state in FINAL:
        return set()
    if may_write(year, by):
        opening = opening_of(year)
        return {code for code in codes if opening.has("documents", code)}
    if by.kind not in WORKING or not _at_work(year, by):
        return set()
    return set(codes) - (papers_of_stage(Stage.SUBMIT) - papers_of_the_plan(year.project, today()))


def may_remove(document: Document, by: Position) -> bool:
    """Whether ``by`` may take the paper out again: of those that his own body attached, what he may attach."""
    return is_own(document, by) and may_attach(document.project_year, by, document.code)


def is_own(document: Document, by: Position) -> bool:
    """Whether the body of ``by`` attached the paper."""
    return document.uploaded_by.organisation_id == by.organisation_id


def _at_work(year: ProjectYear, by: Position) -> bool:
    kind = by.organisation.kind
    if kind == OrganisationKind.AGENCY:
        return year.nation_writes
    sent = year.submission > 0
    return kind == OrganisationKind.DEPARTMENT or (sent and by.organisation_id == year.project.implementer_id)


def attach_document(
    year: ProjectYear,
    *,
    by: Position,
    code: str,
    title: str,
    upload: UploadedFile[bytes],
    number: str = "",
    dated: dt.date | None = None,
    original_at: str = "",
) -> Document:
    """Keep an upload as paper ``code`` of the file. Raises Refused (hostile or unknown content) or Forbidden."""
    if dated is not None and dated > today():
        raise Refused(f"Ngày văn bản {dated:%d/%m/%Y} ở tương lai. Hãy ghi ngày trên văn bản.")
    try:
        accepted = uploads.inspect(upload)
    except uploads.Refused as refusal:
        raise Refused(str(refusal)) from refusal
    with transaction.atomic():
        year = lock(year)
        if not may_attach(year, by, code):
            raise Forbidden("Ở trạng thái này ông, bà không thêm được giấy tờ vào hồ sơ.")
        if year.documents.filter(code=code, sha256=accepted.sha256, removed_at__isnull=True).exists():
            raise Refused("Tệp này đã có trong hồ sơ ở cùng loại giấy tờ.")
        document = Document(
            tenant_id=year.tenant_id,
            project_year=year,
            code=code,
            title=title or accepted.name,
            number=number,
            dated=dated,
            original_at=original_at,
            uploaded_by=by,
            file_name=accepted.name,
            content_type=accepted.content_type,
            size=accepted.size,
            sha256=accepted.sha256,
        )
        kept = document.file
        kept.name = store(kept.storage, kept.field.generate_filename(document, accepted.name), upload)
        document.save()
    return document


def remove_document(document: Document, *, by: Position) -> None:
    """Take a paper out of the file; the upload stays on record, and who took it out. Raises Forbidden when the file is
    not open there, or the paper is another body's."""
    with transaction.atomic():
        document.project_year = lock(document.project_year)
        if not may_remove(document, by):
            raise Forbidden("Ở trạng thái này ông, bà không bỏ được giấy tờ này khỏi hồ sơ.")
        document.removed_at, document.removed_by = timezone.now(), by
        document.save(update_fields=["removed_at", "removed_by"])
