"""Papers of a file: which are asked for, up and down, and that they run nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.tenancy import acting_as
from projects.models import Document, ProjectYear
from tests.cast import position
from tests.factories import make_file
from tests.projects import walks
from tests.projects.views.browsers import browser
from tests.projects.walks import NATIONAL, draft

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"
NOT_A_PDF = b"MZ this is a program"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(name: str = "anh.png") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue())


def pdf(name: str = "cong-van.pdf", text: str = "1") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, f"%PDF-1.4\n% {text}\n%%EOF\n".encode())


def made() -> tuple[ProjectYear, str]:
    year = make_file(by=position(CENTRE), programme=NATIONAL)
    return year, f"/de-an/{year.project.code}/tai-lieu/"


def documents(year: ProjectYear) -> list[Document]:
    with acting_as(position(CENTRE)):
        return list(Document.objects.filter(project_year=year, removed_at__isnull=True))


def upload(url: str, *files: SimpleUploadedFile, account: str = CENTRE, **more: str) -> Any:
    return browser(account).post(f"{url}D01/", {"uploads": files, **more})


def test_the_list_names_what_is_missing_by_article_and_certainty() -> None:
    _, url = made()
    page = browser(CENTRE).get(url).content.decode()
    assert "Còn thiếu 4 giấy tờ bắt buộc khi gửi" in page
    assert "Thông tư 36/2013/TT-BCT, điều 10.1a · Đơn vị thực hiện · bản chính" in page
    assert "bản sao hợp lệ · suy ra" in page
    assert page.index("Giấy tờ của các bước sau") < page.index("Biên bản thanh lý")


def test_an_upload_is_kept_under_its_hash_with_what_stands_on_the_paper() -> None:
    year, url = made()
    response = upload(
        url, picture("ảnh  chụp.png"), number="15/CV-TTKC", dated="05/11/2026", original_at="Văn thư"
    )
    assert response["Location"] == f"{url}#D01"
    [document] = documents(year)
    assert (document.file_name, document.number, document.original_at) == (
        "ảnh chụp.png",
        "15/CV-TTKC",
        "Văn thư",
    )
    assert f"{document.dated:%d/%m/%Y}" == "05/11/2026"
    assert document.sha256 in str(document.file.name)
    page = browser(CENTRE).get(url).content.decode()
    assert "15/CV-TTKC ngày 05/11/2026" in page


def test_several_files_come_at_once_and_a_bad_one_holds_back_no_good_one() -> None:
    year, url = made()
    response = upload(url, picture(), SimpleUploadedFile("a.pdf", NOT_A_PDF), picture("anh.png"))
    assert response.status_code == 302
    assert [each.file_name for each in documents(year)] == ["anh.png"]
    page = browser(CENTRE).get(url).content.decode()
    assert "anh.png" in page


def test_a_refused_upload_says_why_and_keeps_what_was_typed() -> None:
    year, url = made()
    response = upload(url, SimpleUploadedFile("a.pdf", NOT_A_PDF), number="15/CV-TTKC")
    page = response.content.decode()
    assert response.status_code == 400
    assert "Không nhận tệp “a.pdf”: nội dung không phải PDF" in page
    assert 'value="15/CV-TTKC"' in page
    assert documents(year) == []


def test_without_a_file_nothing_is_taken() -> None:
    _, url = made()
    assert browser(CENTRE).post(f"{url}D01/", {"number": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("file", "disposition", "policy"),
    [
        (
            "picture",
            "inline; filename*=utf-8''%E1%BA%A3nh.png",
            "sandbox; default-src 'none'; frame-ancestors 'none'",
        ),
        ("pdf", 'inline; filename="cong-van.pdf"', "frame-ancestors 'none'"),
    ],
)
def test_a_document_is_given_as_what_it_is_and_runs_nothing(file: str, disposition: str, policy: str) -> None:
    year, url = made()
    upload(url, picture("ảnh.png") if file == "picture" else pdf())
    found = documents(year)
    if not found:
        pytest.fail("not taken in")
    response = browser(CENTRE).get(f"/tai-lieu/{found[0].pk}/")
    assert response.status_code == 200
    assert {
        name: response[name] for name in ("Content-Disposition", "Content-Security-Policy", "Cache-Control")
    } == {
        "Content-Disposition": disposition,
        "Content-Security-Policy": policy,
        "Cache-Control": "private, no-store",
    }
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response) == found[0].file.open("rb").read()


def test_an_office_file_is_only_downloaded() -> None:
    year, url = made()
    upload(url, picture())
    with acting_as(position(CENTRE)):
        Document.objects.update(
            content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        )
    response = browser(CENTRE).get(f"/tai-lieu/{documents(year)[0].pk}/")
    assert response["Content-Disposition"] == 'attachment; filename="anh.png"'


def test_a_document_is_taken_out_after_a_question_and_then_not_given_any_more() -> None:
    year, url = made()
    upload(url, picture())
    pk = documents(year)[0].pk
    client = browser(CENTRE)
    assert "Gỡ tệp khỏi hồ sơ?" in client.get(f"/tai-lieu/{pk}/go/").content.decode()
    assert len(documents(year)) == 1
    assert client.post(f"/tai-lieu/{pk}/go/")["Location"] == f"{url}#D01"
    assert documents(year) == []
    assert client.get(f"/tai-lieu/{pk}/").status_code == 404


@pytest.mark.parametrize(
    ("account", "status"), [("centre.thai-nguyen", 404), ("agency.officer", 404), ("dept.hai-phong", 403)]
)
def test_documents_of_a_draft_are_nobody_elses(account: str, status: int) -> None:
    year, url = made()
    upload(url, picture())
    client, pk = browser(account), documents(year)[0].pk
    assert client.get(f"/tai-lieu/{pk}/").status_code == status
    assert client.post(f"/tai-lieu/{pk}/go/").status_code == status
    assert upload(url, picture("hai.png"), account=account).status_code == status
    assert len(documents(year)) == 1


def test_what_was_sent_is_read_by_the_department_and_changed_by_nobody() -> None:
    walk = draft(NATIONAL)
    url = f"/de-an/{walk.year.project.code}/tai-lieu/"
    upload(url, picture())
    walks.submitted(walk)
    pk = next(each.pk for each in documents(walk.year) if each.file)
    assert browser("dept.hai-phong").get(f"/tai-lieu/{pk}/").status_code == 200
    for account in (CENTRE, "dept.hai-phong"):
        refused = browser(account).post(f"/tai-lieu/{pk}/go/")
        assert refused.status_code == 403
        assert "không bỏ được giấy tờ" in refused.content.decode()
        assert upload(url, picture("hai.png"), account=account).status_code == 403


def test_a_returned_file_opens_the_papers_that_were_named() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("documents", "D01", "", "Công văn thiếu dấu."), days=60)
    url = f"/de-an/{walk.year.project.code}/tai-lieu/"
    page = browser(CENTRE).get(url).content.decode()
    assert f'href="{url}D01/"' in page
    assert f'href="{url}D04/"' not in page
    assert "Công văn thiếu dấu." in page
    assert upload(url, picture()).status_code == 302
    assert browser(CENTRE).post(f"{url}D04/", {"uploads": [picture()]}).status_code == 403


@pytest.mark.parametrize("code", ["D02", "D99"])
def test_papers_that_the_program_makes_or_does_not_know_are_not_uploaded(code: str) -> None:
    _, url = made()
    assert browser(CENTRE).get(f"{url}{code}/").status_code == 404
