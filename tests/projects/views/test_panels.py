"""Appraisals, money and the way of a file, as they are read."""

from __future__ import annotations

import pytest

from tests.projects import walks
from tests.projects.views.browsers import browser
from tests.projects.walks import NATIONAL, draft

pytestmark = pytest.mark.django_db


def page(account: str, url: str) -> str:
    return browser(account).get(url).content.decode()


def test_an_appraisal_that_a_return_made_void_stays_and_says_so() -> None:
    walk = draft(NATIONAL)
    walks.appraised(walk)
    url = f"/de-an/{walk.year.project.code}/tham-dinh/"
    assert "đã trả lại, không còn hiệu lực" not in page("dept.hai-phong", url)
    walk.act("dept.head", "return", comment="Xem lại giá máy.")
    walk.appraise(200_000_000)
    found = page("dept.hai-phong", url)
    assert found.count("đã trả lại, không còn hiệu lực") == 1
    assert found.index("200.000.000 đồng") < found.index("đã trả lại, không còn hiệu lực")
    assert found.index("đã trả lại, không còn hiệu lực") < found.index("300.000.000 đồng")


def test_the_ledger_names_paper_and_person_and_sums_by_step() -> None:
    walk = draft(NATIONAL)
    walks.in_progress(walk)
    found = page("centre.hai-phong", f"/de-an/{walk.year.project.code}/kinh-phi/")
    assert "Quyết định số" in found
    assert "Đặng Hữu Ái" in found
    assert "420.000.000" in found
    assert "Đã giải ngân" in found


def test_a_draft_has_no_money_yet() -> None:
    code = draft(NATIONAL).year.project.code
    assert "Sổ kinh phí của hồ sơ chưa có khoản nào." in page("centre.hai-phong", f"/de-an/{code}/kinh-phi/")


def test_the_way_shows_what_passed_where_it_stands_and_what_is_to_come() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back(
        "dept", ("file", "", "objectives", "Nêu số hộ."), ("estimate", "1", "", "Kèm báo giá."), days=60
    )
    code = walk.year.project.code
    found = page("centre.hai-phong", f"/de-an/{code}/qua-trinh/")
    assert f'href="/de-an/{code}/noi-dung/#id_objectives_field">3. Mục tiêu</a>' in found
    assert f'href="/de-an/{code}/du-toan/">Dự toán, dòng 1</a>' in found
    assert found.count('aria-current="step"') == 1
    assert "Trần Quốc Bảo (Hải Phòng), Chuyên viên" in found
    assert "(chưa đến)" in found


def test_reasons_of_a_return_that_was_answered_lead_nowhere() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("file", "", "objectives", "Nêu số hộ."), days=60)
    walk.submit("theo chỉ đạo của lãnh đạo")
    found = page("centre.hai-phong", f"/de-an/{walk.year.project.code}/qua-trinh/")
    assert "Nêu số hộ." in found
    assert "#id_objectives_field" not in found


@pytest.mark.parametrize("part", ["tham-dinh", "kinh-phi", "qua-trinh"])
def test_what_is_read_takes_no_post(part: str) -> None:
    code = draft(NATIONAL).year.project.code
    assert browser("centre.hai-phong").post(f"/de-an/{code}/{part}/").status_code == 405
