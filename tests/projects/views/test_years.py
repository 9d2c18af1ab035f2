"""The page of a project's years, and the button that begins the next one."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from projects.models import OtherActivity, Project, ProjectYear, YearPlan
from tests.cast import position
from tests.factories import make_file
from tests.projects.views.browsers import browser, keep, queries, rows
from tests.projects.walks import (
    FIRST,
    LOCAL,
    NATIONAL,
    approved,
    begun,
    decide,
    draft_over_years,
    in_progress,
    ready_to_propose,
)

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"
ONE = {"stages": "Lắp máy", "results": "01 máy"}
TWO = {
    "support": "200 triệu",
    "counterpart": "50.000.000",
    "stages": "Xây dựng nhãn hiệu",
    "results": "01 nhãn hiệu",
}


def made() -> tuple[ProjectYear, str]:
    year = make_file(by=position(CENTRE), programme=NATIONAL)
    return year, f"/de-an/{year.project.code}/cac-nam/"


def project(year: ProjectYear) -> Project:
    with acting_as(position(CENTRE)):
        return Project.objects.get(pk=year.project_id)


def parts(year: ProjectYear) -> list[tuple[Any, ...]]:
    with acting_as(position(CENTRE)):
        found = YearPlan.objects.filter(project=year.project_id)
        return list(found.values_list("year", "support", "counterpart", "stages"))


def typed(year: ProjectYear, *given: dict[str, Any], **more: Any) -> dict[str, Any]:
    return rows("years", *given) | {"version": project(year).version} | more


def test_a_second_row_makes_a_project_of_two_years() -> None:
    year, url = made()
    answer = keep(CENTRE, f"{url}luu/", typed(year, ONE, TWO)).json()
    assert answer["errors"] == {}
    assert answer["values"] == {"years-0-year": "2027", "years-1-year": "2028"}
    assert parts(year) == [(2027, 0, 0, "Lắp máy"), (2028, 200_000_000, 50_000_000, "Xây dựng nhãn hiệu")]
    assert project(year).years_planned == 2


def test_the_first_row_alone_is_a_project_of_one_year() -> None:
    year, url = made()
    keep(CENTRE, f"{url}luu/", typed(year, ONE, TWO))
    answer = browser(CENTRE).post(url, typed(year, ONE))
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert (parts(year), project(year).years_planned) == ([], 1)


def test_the_money_of_the_plan_year_is_not_typed_here() -> None:
    year, url = made()
    keep(CENTRE, f"{url}luu/", typed(year, ONE | {"support": "999"}, TWO))
    assert parts(year)[0][:2] == (2027, 0)


def test_a_half_written_year_says_what_it_lacks_and_keeps_the_rest() -> None:
    year, url = made()
    answer = keep(CENTRE, f"{url}luu/", typed(year, ONE, TWO | {"results": "", "support": "nhiều"})).json()
    assert set(answer["errors"]) == {"years-1-results", "years-1-support"}
    assert parts(year)[1] == (2028, 0, 50_000_000, "Xây dựng nhãn hiệu")


def test_an_older_page_is_refused_with_both_values() -> None:
    year, url = made()
    old = typed(year, ONE, TWO)
    keep(CENTRE, f"{url}luu/", typed(year, ONE, TWO | {"stages": "Của người khác"}))
    answer = keep(CENTRE, f"{url}luu/", old)
    assert answer.status_code == 409
    assert answer.json()["theirs"]["years-1-stages"]["value"] == "Của người khác"
    assert browser(CENTRE).post(url, old).status_code == 409


def test_a_row_more_is_shown_without_script() -> None:
    year, url = made()
    answer = browser(CENTRE).post(url, typed(year, ONE, TWO, add_row="years"))
    assert answer.context["rows"].total_form_count() == 3


def test_a_flagship_project_names_its_other_activities() -> None:
    walk = draft_over_years(NATIONAL, nature="FLAGSHIP")
    url = f"/de-an/{walk.year.address}/cac-nam/"
    client = browser(CENTRE)
    page = client.get(url).content.decode()
    assert "Theo ngành hàng, sản phẩm có tiềm năng, lợi thế" in page
    with acting_as(position(CENTRE)):
        chosen = list(OtherActivity.objects.values_list("activity__code", "activity_id"))
    assert [code for code, _ in chosen] == ["T17"]
    client.post(url, typed(walk.year, ONE, TWO) | {"activities": []})
    with acting_as(position(CENTRE)):
        assert not OtherActivity.objects.exists()


def test_an_ordinary_page_asks_for_no_other_activities_and_a_task_has_no_years() -> None:
    year, url = made()
    assert "Nội dung hoạt động của đề án điểm" not in browser(CENTRE).get(url).content.decode()
    with acting_as(position(CENTRE)):
        Project.objects.filter(pk=year.project_id).update(kind="TASK")
    assert "Các năm" not in browser(CENTRE).get(f"/de-an/{year.project.code}/").content.decode()
    assert browser(CENTRE).post(url, typed(year, ONE, TWO)).status_code == 403


def test_others_read_the_years_and_write_none() -> None:
    walk = draft_over_years()
    walk.submit("theo chỉ đạo")
    url = f"/de-an/{walk.year.address}/cac-nam/"
    page = browser("dept.hai-phong").get(url)
    assert page.status_code == 200
    assert "600.000.000" in page.content.decode()
    assert browser("dept.hai-phong").post(url, typed(walk.year, ONE)).status_code == 403
    assert keep("dept.hai-phong", f"{url}luu/", typed(walk.year, ONE)).status_code == 403
    assert browser("centre.thai-nguyen").get(url).status_code == 404
    assert browser("centre.thai-nguyen").post(f"{url}lap/", {"year": FIRST + 1}).status_code == 404
    assert browser(CENTRE).get(f"{url}luu/").status_code == 405


# -- the next year ------------------------------------------------------------------------------------


def ended(walk: Walk) -> str:
    approved(walk)
    return f"/de-an/{walk.year.address}/"


def test_the_unit_begins_the_next_year_from_the_page_of_the_file() -> None:
    url = ended(draft_over_years())
    client = browser(CENTRE)
    page = client.get(url).content.decode()
    assert f"Lập phần kinh phí năm {FIRST + 1}" in page
    answer = client.post(f"{url}cac-nam/lap/", {"year": FIRST + 1})
    assert answer["Location"] == f"{url.replace(f'-{FIRST}/', f'-{FIRST + 1}/')}du-toan/"
    page = client.get(url).content.decode()
    assert f"Lập phần kinh phí năm {FIRST + 2}" not in page
    assert f"Phần kinh phí năm {FIRST + 1} chưa được phê duyệt" in page


def test_the_button_twice_begins_one_year_and_shows_it() -> None:
    walk = draft_over_years()
    url = ended(walk)
    client = browser(CENTRE)
    client.post(f"{url}cac-nam/lap/", {"year": FIRST + 1})
    answer = client.post(f"{url}cac-nam/lap/", {"year": FIRST + 1}, follow=True)
    assert "đã được lập" in answer.content.decode()
    with acting_as(position(CENTRE)):
        assert ProjectYear.objects.filter(project=walk.year.project_id).count() == 2


@pytest.mark.parametrize("number", ["", "abc", "2031", "20281"])
def test_a_year_that_is_none_of_the_project_is_refused_with_a_sentence(number: str) -> None:
    url = ended(draft_over_years())
    answer = browser(CENTRE).post(f"{url}cac-nam/lap/", {"year": number}, follow=True)
    assert "không phải năm tiếp theo" in answer.content.decode()


OTHERS = ["dept.hai-phong", "viewer.hai-phong", "agency.officer", "centre.accountant.hai-phong"]


@pytest.mark.parametrize("account", OTHERS)
def test_nobody_else_begins_a_year(account: str) -> None:
    walk = draft_over_years(NATIONAL)
    url = ended(walk)
    page = browser(account).get(url)
    if page.status_code == 200:
        assert "Lập phần kinh phí năm" not in page.content.decode()
    assert browser(account).post(f"{url}cac-nam/lap/", {"year": FIRST + 1}).status_code == 403
    assert browser(CENTRE).get(f"{url}cac-nam/lap/").status_code == 405


def test_both_years_have_a_page_and_a_row_of_their_own_and_their_sums_stand_beside_each_other() -> None:
    first = draft_over_years(LOCAL)
    in_progress(first)
    second = begun(first)
    approved(second)
    client = browser(CENTRE)
    listed = client.get("/de-an/").content.decode()
    assert (f"/de-an/{first.year.address}/" in listed, f"/de-an/{second.year.address}/" in listed) == (
        True,
        True,
    )
    only = client.get(f"/de-an/?year={FIRST + 1}").content.decode()
    assert (f"/de-an/{first.year.address}/" in only, f"/de-an/{second.year.address}/" in only) == (
        False,
        True,
    )
    for address, state in (
        (first.year.address, "Đang thực hiện"),
        (second.year.address, "Đã phê duyệt, chờ kinh phí"),
    ):
        page = client.get(f"/de-an/{address}/").content.decode()
        assert state in page.split("kc-tabs")[0]
        assert "Tổng hỗ trợ được duyệt cho các năm: <b>600.000.000 đồng</b>" in page
        assert (
            "kế hoạch các năm đã duyệt 500.000.000 đồng, chưa vào kế hoạch năm nào 100.000.000 đồng" in page
        )
    money = client.get(f"/de-an/{second.year.address}/kinh-phi/").content.decode()
    assert "200.000.000" in money
    assert "300.000.000" not in money


def test_a_year_that_was_withdrawn_says_what_stands_and_is_not_begun_again() -> None:
    first = draft_over_years(LOCAL)
    approved(first)
    second = begun(first)
    address = second.year.address
    lost = f"200.000.000 đồng được duyệt cho năm {FIRST + 1} không vào kế hoạch, không lập lại"
    assert f"Kết thúc phần năm {FIRST + 1} ở đây thì {lost}" in body(
        "centre.head.hai-phong", f"{address}/viec/withdraw"
    )
    second.withdraw("Cơ sở chưa có vốn.")
    page = body(CENTRE, address)
    assert f"Phần năm {FIRST + 1} đã kết thúc ở “Đã rút”: {lost}" in page
    assert f"Đề án đi tiếp với phần năm {FIRST + 2}." in page
    assert "đã duyệt 300.000.000 đồng, chưa vào kế hoạch năm nào 100.000.000 đồng" in page
    assert f"Lập phần kinh phí năm {FIRST + 2}" in page
    assert f"Lập phần kinh phí năm {FIRST + 1}" not in page
    answer = browser(CENTRE).post(f"/de-an/{address}/cac-nam/lap/", {"year": FIRST + 1}, follow=True)
    assert f"Phần năm {FIRST + 1} đã kết thúc ở “Đã rút”" in answer.content.decode()
    with acting_as(position(CENTRE)):
        assert ProjectYear.objects.filter(project=first.year.project_id).count() == 2


def test_the_last_year_that_got_nothing_says_that_nothing_comes_after_it() -> None:
    first = draft_over_years(LOCAL, 300_000_000, 200_000_000)
    approved(first)
    second = begun(first)
    ready_to_propose(second)
    decide("propose", second)
    decide("approve", second, lines=[(second, "REJECT", None, "Chưa bố trí vốn.")])
    page = body(CENTRE, second.year.address)
    assert f"Phần năm {FIRST + 1} đã kết thúc ở “Không được chọn”: 200.000.000 đồng" in page
    assert "Sau năm đó đề án không còn phần nào." in page
    assert "chưa vào kế hoạch năm nào 0 đồng" in page


def test_the_first_year_and_other_projects_are_withdrawn_without_a_word_about_years() -> None:
    over_years, alone = draft_over_years(LOCAL), make_file(by=position(CENTRE), programme=NATIONAL)
    for address in (over_years.year.address, alone.project.code):
        assert "Kết thúc phần năm" not in body("centre.head.hai-phong", f"{address}/viec/withdraw")


def body(account: str, address: str) -> str:
    return " ".join(browser(account).get(f"/de-an/{address}/", follow=True).content.decode().split())


def test_the_year_stands_beside_the_code_wherever_two_parts_of_a_project_may_stand_side_by_side() -> None:
    first = draft_over_years(LOCAL)
    in_progress(first)
    second = begun(first)
    code = project(first.year).code
    for url in ("/", "/de-an/"):
        page = browser(CENTRE).get(url).content.decode()
        assert [f"{code} (năm {FIRST + later})" in page for later in (0, 1)] == [True, True]
    for year in (first.year, second.year):
        page = browser(CENTRE).get(f"/de-an/{year.address}/cac-nam/").content.decode()
        assert f'<span class="kc-code">{code} (năm {year.year})</span>' in page
        assert f"Năm {year.year} <span" in " ".join(page.split())
    alone = make_file(by=position(CENTRE), programme=NATIONAL)
    assert f">{alone.project.code}<" in browser(CENTRE).get("/de-an/").content.decode()


def test_a_page_of_a_project_over_years_asks_a_constant_number_of_queries() -> None:
    short, long = (draft_over_years(NATIONAL, *[100_000_000] * years) for years in (2, 9))
    counts = [len(queries(CENTRE, f"/de-an/{walk.year.address}/")) for walk in (short, long)]
    assert counts[0] == counts[1]


def test_the_content_of_a_later_year_is_read_and_its_steps_are_written() -> None:
    walk = draft_over_years()
    approved(walk)
    second = begun(walk)
    url = f"/de-an/{second.year.address}/noi-dung/"
    page = browser(CENTRE).get(url).content.decode()
    assert "Nội dung đề án đã được duyệt chung cho các năm" in page
    fields = rows("schedule", {"work": "Lắp dây chuyền hai"}) | {"version": project(second.year).version}
    fields |= {"title": "Tên khác"}
    assert keep(CENTRE, f"{url}luu/", fields).status_code == 200
    with acting_as(position(CENTRE)):
        assert [item.work for item in second.now().schedule.all()] == ["Lắp dây chuyền hai"]
        assert [item.work for item in walk.now().schedule.all()] == ["Mua sắm, lắp đặt"]
    assert project(walk.year).title != "Tên khác"


def test_the_appraiser_is_asked_for_each_coming_year() -> None:
    walk = draft_over_years()
    walk.submit("theo chỉ đạo")
    url = f"/de-an/{walk.year.address}/viec/appraise_department/"
    page = browser("dept.hai-phong").get(url).content.decode()
    assert f"Mức đề nghị hỗ trợ năm {FIRST + 1}" in page
    assert f"coming-{FIRST + 2}" in page


def test_a_flagship_project_stands_first_on_the_list_that_is_proposed() -> None:
    ordinary = draft_over_years(NATIONAL)
    flagship = draft_over_years(NATIONAL, nature="FLAGSHIP", scene=ordinary.scene)
    ready_to_propose(ordinary, flagship)
    page = browser("agency.head").get(f"/danh-muc/lap/propose/national/{FIRST}/").content.decode()
    assert page.index(flagship.year.project.code) < page.index(ordinary.year.project.code)
    assert "Đề án điểm · phần năm" in page
    decide("propose", ordinary, flagship)


def test_the_change_of_the_coming_years_asks_for_those_that_were_not_begun() -> None:
    walk = draft_over_years()
    in_progress(walk)
    begun(walk)
    url = f"/de-an/{walk.year.address}/dieu-chinh/de-nghi/?loai=YEARS"
    page = browser("centre.head.hai-phong").get(url).content.decode()
    assert f"year-{FIRST + 2}-support" in page
    assert f"year-{FIRST + 1}-support" not in page
