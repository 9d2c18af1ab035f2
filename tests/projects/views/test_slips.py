"""The pages of a slip and the book of outgoing papers, as their people press them."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import PositionKind
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import short_date, today
from projects.models import Appraisal, Paper, Slip, SlipState
from tests.cast import position
from tests.factories import make_rule
from tests.projects.books import state
from tests.projects.services.test_documents import scan
from tests.projects.slips import (
    APPRAISAL,
    CENTRE,
    CENTRE_HEAD,
    CLERK,
    DEPUTY,
    DIVISION,
    HEAD,
    OFFICER,
    endorsed_by,
    lose_file,
    present,
)
from tests.projects.views.browsers import browser, keep, queries
from tests.projects.walks import LOCAL, approved, begun, draft, draft_over_years, submitted

pytestmark = pytest.mark.django_db


def code_of(walk: Walk) -> str:
    with acting_as(position(CENTRE)):
        return walk.now().project.code


def presented() -> tuple[Walk, Slip]:
    """An appraisal that waits for the head of the department."""
    walk = draft(LOCAL)
    submitted(walk)
    return walk, present(walk, OFFICER, "appraise_department", HEAD, **APPRAISAL)


def press(account: str, slip: Slip, button: str, **fields: Any) -> Any:
    return browser(account).post(f"/trinh-ky/{slip.pk}/{button}/", fields, follow=True)


def numbered(account: str, slip: Slip, number: str, **fields: Any) -> Any:
    return press(account, slip, "ban-hanh", number=number, dated=short_date(today()), **fields)


def now(slip: Slip) -> Slip:
    with acting_as(position(OFFICER)):
        return Slip.objects.get(pk=slip.pk)


def test_from_the_officer_over_division_and_deputy_to_the_clerk_on_the_pages() -> None:
    endorsed_by(PositionKind.DIVISION_HEAD)
    make_rule(position(DEPUTY))
    walk = draft(LOCAL)
    submitted(walk)
    url = f"/de-an/{code_of(walk)}/trinh-ky/appraise_department/"
    officer = browser(OFFICER)
    assert url in officer.get(f"/de-an/{code_of(walk)}/").content.decode()
    page = officer.get(url)
    fields = APPRAISAL | {
        "signer": position(DEPUTY).pk,
        "note": "Kính trình",
        "expected_state": "submitted",
        "seen": page.context["seen"],
        "upload": SimpleUploadedFile("dự thảo.png", scan().read()),
    }
    answer = officer.post(url, fields, follow=True)
    with acting_as(position(OFFICER)):
        slip = Slip.objects.get()
    assert answer.redirect_chain == [(f"/trinh-ky/{slip.pk}/", 302)]
    assert "Chờ ký nháy" in officer.get(f"/de-an/{code_of(walk)}/").content.decode().replace(
        "chờ ký", "Chờ ký"
    )
    assert officer.get(url).headers["Location"] == f"/trinh-ky/{slip.pk}/"  # it is on its way already
    assert "Ký nháy: Thẩm định cấp cơ sở" in browser(DIVISION).get("/").content.decode()
    file = browser(DIVISION).get(f"/trinh-ky/{slip.pk}/du-thao/")
    assert (file.status_code, file.headers["Content-Type"]) == (200, "image/png")
    assert "Đã ký nháy." in press(DIVISION, slip, "ky-nhay", expected_state="endorsing").content.decode()
    assert "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC" in browser(DEPUTY).get(f"/trinh-ky/{slip.pk}/").content.decode()
    assert "chuyển văn thư" in press(DEPUTY, slip, "ky", expected_state="signing").content.decode()
    clerk = browser(CLERK).get(f"/trinh-ky/{slip.pk}/")
    assert clerk.context["number"].initial["number"] == "1/PTĐ-SCT"
    assert "Đã ban hành Phiếu thẩm định số 1/PTĐ-SCT" in (
        numbered(CLERK, slip, "1/PTĐ-SCT", expected_state="signed").content.decode()
    )
    assert state(walk) == "appraised_department"
    book = browser(CLERK).get("/van-ban-di/").content.decode()
    for expected in ("1/PTĐ-SCT", "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC", "Phan Thị Út", "Mã Thị Ôn", code_of(walk)):
        assert expected in book


def test_what_was_typed_is_kept_while_it_is_typed_and_when_it_is_refused() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    url = f"/de-an/{code_of(walk)}/trinh-ky/appraise_department/"
    assert (
        keep(OFFICER, f"{url}luu/", {"capacity": "Đủ năng lực.", "version": 0, "seen": 0}).status_code == 200
    )
    assert "Đủ năng lực." in browser(OFFICER).get(url).content.decode()
    fields = APPRAISAL | {"recommended": "999.000.000", "signer": position(HEAD).pk}
    answer = browser(OFFICER).post(url, fields)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "cao hơn mức đơn vị đề nghị" in page and APPRAISAL["capacity"] in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("dự thảo.pdf", b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF"),
        ("dự thảo.png", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("dự thảo.docx", b"MZ" + bytes(100)),
        ("dự thảo.pdf", b""),
    ],
)
def test_a_hostile_draft_is_refused_and_what_was_typed_stays(name: str, content: bytes) -> None:
    walk = draft(LOCAL)
    submitted(walk)
    fields = APPRAISAL | {
        "signer": position(HEAD).pk,
        "expected_state": "submitted",
        "seen": 0,
        "upload": SimpleUploadedFile(name, content),
    }
    answer = browser(OFFICER).post(f"/de-an/{code_of(walk)}/trinh-ky/appraise_department/", fields)
    assert answer.status_code == 400
    assert APPRAISAL["capacity"] in answer.content.decode()
    with acting_as(position(OFFICER)):
        assert not Slip.objects.exists()


def test_pressed_twice_it_is_one_slip() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    url = f"/de-an/{code_of(walk)}/trinh-ky/appraise_department/"
    fields = APPRAISAL | {"signer": position(HEAD).pk, "expected_state": "submitted", "seen": 0}
    first = browser(OFFICER).post(url, fields)
    second = browser(OFFICER).post(url, fields)
    assert first.headers["Location"] == second.headers["Location"]
    with acting_as(position(OFFICER)):
        assert Slip.objects.count() == 1


def test_a_page_that_is_no_longer_true_does_nothing() -> None:
    walk, slip = presented()
    press(HEAD, slip, "ky", expected_state="signing")
    for button in ("ky", "tra-lai"):
        answer = browser(HEAD).post(
            f"/trinh-ky/{slip.pk}/{button}/", {"expected_state": "signing", "comment": "Xem lại"}
        )
        assert answer.status_code == 409
        assert "vừa được chuyển sang trạng thái “Đã ký, chờ số”" in answer.content.decode()
    numbered(CLERK, slip, "5/PTĐ-SCT", expected_state="signed")
    assert numbered(CLERK, slip, "6/PTĐ-SCT", expected_state="signed").status_code == 409
    with acting_as(position(OFFICER)):
        assert Paper.objects.filter(kind="FORM").count() == 1
    assert state(walk) == "appraised_department"


def test_a_slip_whose_file_the_body_no_longer_has_offers_to_be_withdrawn_and_nothing_else() -> None:
    _, slip = presented()
    lose_file(slip)
    page = browser(OFFICER).get(f"/trinh-ky/{slip.pk}/")
    assert "không còn hồ sơ KHONG-CON" in page.content.decode()
    assert [name for _, _, name in page.context["answers"]] == ["withdraw"]
    press(OFFICER, slip, "rut", expected_state="signing")
    assert now(slip).state == SlipState.WITHDRAWN


def test_a_slip_whose_act_was_done_at_once_is_only_to_be_withdrawn_and_says_so() -> None:
    walk = draft()
    slip = present(walk, CENTRE, "submit", CENTRE_HEAD, comment="")
    edit = f"/trinh-ky/{slip.pk}/sua/"
    assert edit in browser(CENTRE).get(f"/trinh-ky/{slip.pk}/").content.decode()
    submitted(walk)
    page = browser(CENTRE).get(f"/trinh-ky/{slip.pk}/").content.decode()
    assert "Việc này không còn mở: người soạn rút phiếu trình." in page
    assert edit not in page


def test_a_clerk_gives_back_what_was_signed_for_a_file_that_is_no_longer_there() -> None:
    _, slip = presented()
    press(HEAD, slip, "ky", expected_state="signing")
    lose_file(slip)
    page = browser(CLERK).get(f"/trinh-ky/{slip.pk}/")
    assert [name for _, _, name in page.context["answers"]] == ["return"]


@pytest.mark.parametrize("button", ["ky", "tra-lai"])
def test_nobody_signs_or_returns_what_was_presented_anew_after_he_read_it(button: str) -> None:
    walk, slip = presented()
    read = now(slip).state_since.isoformat()
    other = APPRAISAL | {"capacity": "Năng lực khác."}
    present(walk, OFFICER, "appraise_department", HEAD, slip=slip, **other)
    answer = press(HEAD, slip, button, expected_state="signing", since=read, comment="Xem lại")
    assert (answer.status_code, now(slip).state) == (409, SlipState.SIGNING)
    page = answer.content.decode()
    assert "Hãy đọc lại nội dung mới" in page and "Năng lực khác." in page
    again = now(slip).state_since.isoformat()
    assert f'name="since" value="{again}"' in page
    assert press(HEAD, slip, "ky", expected_state="signing", since=again).status_code == 200
    assert now(slip).state == SlipState.SIGNED


def test_a_signature_is_not_undone_by_a_page_that_was_open_before_it() -> None:
    _, slip = presented()
    url, officer = f"/trinh-ky/{slip.pk}/sua/", browser(OFFICER)
    read = now(slip).state_since.isoformat()
    assert f'name="since" value="{read}"' in officer.get(url).content.decode()
    press(HEAD, slip, "ky", expected_state="signing")
    typed = APPRAISAL | {
        "capacity": "Năng lực khác.",
        "signer": position(HEAD).pk,
        "expected_state": "submitted",
    }
    answer = officer.post(url, typed | {"since": read})
    assert (answer.status_code, now(slip).state) == (409, SlipState.SIGNED)
    page = answer.content.decode()
    assert "Hãy đọc lại nội dung mới" in page and "Năng lực khác." in page
    officer.post(url, typed | {"since": now(slip).state_since.isoformat()})
    assert now(slip).state == SlipState.SIGNING


def test_a_number_that_is_taken_or_none_stays_in_the_form_with_its_reason() -> None:
    _, slip = presented()
    press(HEAD, slip, "ky", expected_state="signing")
    answer = numbered(CLERK, slip, "bảy", expected_state="signed")
    assert answer.status_code == 400
    assert "chưa phải số, ký hiệu văn bản" in answer.content.decode()
    assert now(slip).state == SlipState.SIGNED


def test_what_came_back_says_who_returned_it_and_why_above_all_else() -> None:
    _, slip = presented()
    press(HEAD, slip, "tra-lai", expected_state="signing", comment="Nêu rõ năng lực của cơ sở.")
    page = browser(OFFICER).get(f"/trinh-ky/{slip.pk}/")
    assert page.context["came_back"] == (
        f"{position(HEAD).person} ({position(HEAD).title}) trả lại ngày {short_date(today())}: "
        "Nêu rõ năng lực của cơ sở."
    )


def test_a_slip_of_a_year_leads_to_the_file_of_that_year() -> None:
    walk = draft_over_years(LOCAL)
    approved(walk)
    typed: dict[str, Any] = {"method": "TENDER", "comment": "Giá trị lớn, có nhiều nhà thầu."}
    slip = present(walk, OFFICER, "choose_selection_method", HEAD, **typed)
    submitted(begun(walk))
    client = browser(OFFICER)
    assert f'href="/de-an/{walk.year.address}/"' in client.get(f"/trinh-ky/{slip.pk}/").content.decode()
    assert client.get(f"/trinh-ky/{slip.pk}/sua/").context["year"] == walk.year


def test_a_return_without_a_reason_is_refused_beside_its_field() -> None:
    _, slip = presented()
    answer = press(HEAD, slip, "tra-lai", expected_state="signing", comment="")
    assert (answer.status_code, now(slip).state) == (400, SlipState.SIGNING)
    assert "Việc này cần ghi lý do." in answer.content.decode()


def test_the_slip_is_printed_with_what_was_written_and_who_has_had_it() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    typed = APPRAISAL | {"recommended": "300 triệu đồng"}
    slip = present(walk, OFFICER, "appraise_department", HEAD, **typed)
    answer = browser(HEAD).get(f"/trinh-ky/{slip.pk}/phieu-trinh.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    flat = " ".join(text.split())
    for expected in (
        "PHIẾU TRÌNH",
        "Kính trình: Đỗ Minh Ẩn",
        "Mức đề nghị hỗ trợ: 300.000.000 đồng",
        "Trần Quốc Bảo",
    ):
        assert expected in flat


# -- who may ---------------------------------------------------------------------------------------------

PAGES = ("", "phieu-trinh.pdf")
BUTTONS = ("ky-nhay", "ky", "tra-lai", "ban-hanh", "rut")


@pytest.mark.parametrize("account", ["dept.head.thai-nguyen", "agency.head", "centre.thai-nguyen"])
def test_a_slip_of_another_tenant_is_not_there(account: str) -> None:
    _, slip = presented()
    client = browser(account)
    assert [client.get(f"/trinh-ky/{slip.pk}/{page}").status_code for page in PAGES] == [404, 404]
    assert {client.post(f"/trinh-ky/{slip.pk}/{button}/").status_code for button in BUTTONS} == {404}


@pytest.mark.parametrize(
    "account", [CENTRE_HEAD, "finance.hai-phong", "viewer.hai-phong", "committee.hai-phong"]
)
def test_a_slip_of_another_body_of_the_province_is_refused_with_a_sentence(account: str) -> None:
    _, slip = presented()
    client = browser(account)
    assert [client.get(f"/trinh-ky/{slip.pk}/{page}").status_code for page in PAGES] == [403, 403]
    assert {client.post(f"/trinh-ky/{slip.pk}/{button}/").status_code for button in BUTTONS} == {403}


@pytest.mark.parametrize("account", ["dept2.hai-phong", DIVISION, "dept.accountant.hai-phong", CLERK])
def test_colleagues_read_it_and_press_nothing(account: str) -> None:
    _, slip = presented()
    client = browser(account)
    assert client.get(f"/trinh-ky/{slip.pk}/").status_code == 200
    for button in BUTTONS:
        answer = client.post(
            f"/trinh-ky/{slip.pk}/{button}/", {"comment": "không", "expected_state": "signing"}
        )
        assert answer.status_code in {403, 409}
    assert now(slip).state == SlipState.SIGNING


def test_buttons_are_pressed_and_pages_are_read() -> None:
    _, slip = presented()
    client = browser(HEAD)
    assert {client.get(f"/trinh-ky/{slip.pk}/{button}/").status_code for button in BUTTONS} == {405}
    assert client.post("/trinh-ky/").status_code == 405
    assert client.post("/van-ban-di/").status_code == 405
    assert client.get(f"/trinh-ky/{slip.pk}/du-thao/").status_code == 404  # none was sent along


@pytest.mark.parametrize(
    ("account", "status"),
    [(OFFICER, 200), (DIVISION, 403), (HEAD, 403), (CLERK, 403), (CENTRE, 403), ("dept.thai-nguyen", 404)],
)
def test_who_prepares_is_who_helps_with_the_act(account: str, status: int) -> None:
    walk = draft(LOCAL)
    submitted(walk)
    url = f"/de-an/{code_of(walk)}/trinh-ky/appraise_department/"
    assert browser(account).get(url).status_code == status
    assert browser(account).post(url, APPRAISAL).status_code == (400 if status == 200 else status)


@pytest.mark.parametrize("action", ["register", "advance", "approve", "start", "khong-co"])
def test_what_has_no_number_of_the_body_is_not_prepared(action: str) -> None:
    walk = draft(LOCAL)
    submitted(walk)
    assert browser(OFFICER).get(f"/de-an/{code_of(walk)}/trinh-ky/{action}/").status_code == 404


# -- lists -----------------------------------------------------------------------------------------------


def test_the_list_asks_as_much_for_many_slips_as_for_one_and_so_does_the_first_page() -> None:
    _, slip = presented()
    few = [len(queries(HEAD, url)) for url in ("/trinh-ky/", "/")]
    with acting_as(position(OFFICER)):
        for number in range(30):
            Slip.objects.create(
                **{field.attname: getattr(slip, field.attname) for field in Slip._meta.local_fields[1:]}
                | {"code": f"TEST-{number}"}
            )
    assert [len(queries(HEAD, url)) for url in ("/trinh-ky/", "/")] == few


def test_the_draft_of_the_paper_itself_is_printed_and_leaves_nothing_behind() -> None:
    walk, slip = presented()
    url = f"/trinh-ky/{slip.pk}/du-thao.pdf"
    assert url in browser(HEAD).get(f"/trinh-ky/{slip.pk}/").content.decode()
    answer = browser(HEAD).get(url)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    flat = " ".join(text.split())
    for expected in ("PHIẾU THẨM ĐỊNH", "DỰ THẢO", "300.000.000", APPRAISAL["capacity"], "GIÁM ĐỐC"):
        assert expected in flat
    assert "1/PTĐ" not in flat
    with acting_as(position(OFFICER)):
        assert (Appraisal.objects.count(), Paper.objects.filter(kind="FORM").count()) == (0, 0)
    assert (state(walk), now(slip).state) == ("submitted", SlipState.SIGNING)
    assert browser("dept.head.thai-nguyen").get(url).status_code == 404
    assert browser(CENTRE_HEAD).get(url).status_code == 403
