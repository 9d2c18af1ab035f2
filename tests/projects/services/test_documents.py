"""Papers of a file: who attaches what while it is written, returned, sent, at work and over."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from accounts.models import Position
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused
from projects.models import Document
from projects.requirements import missing_papers
from projects.services.documents import attach_document, may_attach, may_remove, remove_document
from tests.projects.walks import LOCAL, NATIONAL, draft, in_progress, next_day, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path


def scan(colour: str = "white", name: str = "bản quét.png") -> SimpleUploadedFile:
    from io import BytesIO

    data = BytesIO()
    Image.new("RGB", (8, 8), colour).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")


def attach(walk: Walk, code: str, account: str = "centre", colour: str = "white") -> Document:
    by = walk.who(account)
    with acting_as(by):
        return attach_document(walk.now(), by=by, code=code, title="", upload=scan(colour))


def allowed(walk: Walk, code: str) -> set[str]:
    """Who may attach a paper of this code now."""
    found = set()
    for account in ("centre", "centre.head", "dept", "dept.head", "finance", "committee"):
        by = walk.who(account)
        with acting_as(walk.who("centre")):
            if may_attach(walk.now(), by, code):
                found.add(account)
    return found


def test_the_centre_attaches_papers_to_its_draft_and_nobody_else() -> None:
    walk = draft(NATIONAL)
    assert allowed(walk, "D01") == {"centre", "centre.head"}
    document = attach(walk, "D07")
    assert (document.title, document.content_type) == ("bản quét.png", "image/png")
    with pytest.raises(Forbidden):
        attach(walk, "D07", "dept")


def test_the_same_scan_is_kept_once_for_one_paper() -> None:
    walk = draft(LOCAL)
    attach(walk, "D07")
    attach(walk, "D08")
    attach(walk, "D07", colour="black")
    with pytest.raises(Refused) as refusal:
        attach(walk, "D07")
    assert refusal.value.reasons == ("Tệp này đã có trong hồ sơ ở cùng loại giấy tờ.",)


def test_a_paper_of_tomorrow_is_refused() -> None:
    walk = draft(LOCAL)
    by, tomorrow = walk.who("centre"), today() + dt.timedelta(days=1)
    with acting_as(by), pytest.raises(Refused) as refusal:
        attach_document(walk.now(), by=by, code="D01", title="", upload=scan(), dated=tomorrow)
    assert refusal.value.reasons == (
        f"Ngày văn bản {tomorrow:%d/%m/%Y} ở tương lai. Hãy ghi ngày trên văn bản.",
    )


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_an_upload_whose_row_is_not_kept_leaves_no_file_and_takes_no_other_with_it(tmp_path: Path) -> None:
    walk = draft(LOCAL)
    kept = attach(walk, "D07")
    before = files(tmp_path)
    assert {path.relative_to(tmp_path) for path in before} == {Path(str(kept.file.name))}
    with mock.patch.object(Document, "save", side_effect=RuntimeError), pytest.raises(RuntimeError):
        attach(walk, "D08")
    assert files(tmp_path) == before


def test_an_upload_goes_with_the_transaction_around_it(tmp_path: Path) -> None:
    walk = draft(LOCAL)
    with pytest.raises(RuntimeError), transaction.atomic():
        attach(walk, "D07")
        raise RuntimeError
    assert files(tmp_path) == set()


def test_two_papers_of_the_same_content_have_a_file_each(tmp_path: Path) -> None:
    walk = draft(LOCAL)
    assert attach(walk, "D07").file.name != attach(walk, "D08").file.name
    assert len(files(tmp_path)) == 2


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_was_committed_stays(tmp_path: Path) -> None:
    walk = draft(LOCAL)
    document = attach(walk, "D07")
    with pytest.raises(RuntimeError), transaction.atomic():
        raise RuntimeError
    assert files(tmp_path) == {tmp_path / str(document.file.name)}


def test_what_is_no_document_is_refused() -> None:
    walk = draft(LOCAL)
    by = walk.who("centre")
    upload = SimpleUploadedFile("công văn.pdf", b"MZ this is a program")
    with acting_as(by), pytest.raises(Refused) as refusal:
        attach_document(walk.now(), by=by, code="D01", title="", upload=upload)
    assert "công văn.pdf" in refusal.value.reasons[0]


def test_a_paper_that_is_taken_out_is_missing_again() -> None:
    walk = draft(NATIONAL)
    by = walk.who("centre")
    with acting_as(by):
        document = Document.objects.select_related("project_year__project").get(
            project_year=walk.year, code="D05"
        )
        remove_document(document, by=by)
        assert [paper.code for paper in missing_papers(walk.now(), walk.day)] == ["D05"]
        assert Document.objects.filter(pk=document.pk).exists()


def test_what_was_sent_is_fixed_and_later_papers_come_from_those_at_work() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    assert allowed(walk, "D01") == set()
    assert allowed(walk, "D18") == {"centre", "centre.head", "dept", "dept.head"}
    in_work = draft(NATIONAL)
    in_progress(in_work)
    assert allowed(in_work, "D19") == {"centre", "centre.head", "dept", "dept.head"}


def test_a_returned_file_takes_the_pinned_paper_and_its_new_letter_only() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    walk.send_back("dept", ("documents", "D05", "", "Thiếu chữ ký."))
    next_day(walk)
    assert allowed(walk, "D05") == {"centre", "centre.head"}
    assert allowed(walk, "D01") == {"centre", "centre.head"}
    attach(walk, "D05")
    with pytest.raises(Forbidden):
        attach(walk, "D06")


def test_a_file_that_is_over_takes_no_more_papers() -> None:
    walk = draft(NATIONAL)
    walk.withdraw("Đổi hướng đầu tư.")
    assert allowed(walk, "D18") == set()


def test_a_paper_of_the_activity_is_fixed_with_the_file_and_each_body_takes_out_its_own() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    assert allowed(walk, "T10.1") == set()
    theirs = attach(walk, "D18", "dept")
    centre, dept = walk.who("centre"), walk.who("dept")
    with acting_as(centre):
        assert not may_remove(Document.objects.get(pk=theirs.pk), centre)
    with acting_as(dept):
        remove_document(Document.objects.get(pk=theirs.pk), by=dept)
        assert Document.objects.get(pk=theirs.pk).removed_by == dept


def test_who_only_reads_attaches_nothing() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    dept = walk.who("dept")
    reader = Position.objects.create(
        organisation=dept.organisation, kind="VIEWER", title="Lãnh đạo xem báo cáo", person=dept.person
    )
    with acting_as(dept):
        assert may_attach(walk.now(), dept, "D18")
        assert not may_attach(walk.now(), reader, "D18")
