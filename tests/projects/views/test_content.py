"""Writing the content of a file: what is saved while it is typed, what is kept back, who may."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from accounts.tenancy import acting_as
from projects.models import Project, ProjectYear, ScheduleItem
from projects.services.files import save_content
from tests.cast import position
from tests.factories import make_file
from tests.projects import walks
from tests.projects.views.browsers import browser, keep, rows
from tests.projects.walks import NATIONAL, draft

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"


def made() -> tuple[ProjectYear, str]:
    """A new draft and the address of its content."""
    year = make_file(by=position(CENTRE), programme=NATIONAL)
    return year, f"/de-an/{year.project.code}/noi-dung/"


def stored(year: ProjectYear) -> Project:
    with acting_as(position(CENTRE)):
        return Project.objects.get(pk=year.project_id)


def steps(year: ProjectYear) -> list[tuple[int, str, dt.date | None]]:
    with acting_as(position(CENTRE)):
        found = ScheduleItem.objects.filter(project_year=year)
        return list(found.values_list("position", "work", "starts_on"))


def fields(year: ProjectYear, *schedule: dict[str, Any], **typed: Any) -> dict[str, Any]:
    """The whole form as the browser sends it, from the page that shows what is stored."""
    project = stored(year)
    found = {
        "version": project.version,
        "title": project.title,
        "activity": project.activity_id,
        **{name: getattr(project, name) for name in ("place", "need", "objectives", "scale", "content")},
        "organisation_of_work": project.organisation_of_work,
        "effects": project.effects,
        "partner": project.partner,
    }
    return found | rows("schedule", *schedule) | typed


def test_what_is_typed_is_saved_and_says_when_and_as_which_version() -> None:
    year, url = made()
    answer = keep(CENTRE, f"{url}luu/", fields(year, objectives="Sấy 200 tấn vải một vụ.")).json()
    assert answer["version"] == stored(year).version
    assert answer["errors"] == {}
    assert dt.datetime.strptime(answer["saved_at"], "%H:%M")  # noqa: DTZ007 (a time of day)
    assert stored(year).objectives == "Sấy 200 tấn vải một vụ."


def test_a_field_that_cannot_be_read_is_named_and_the_rest_is_saved() -> None:
    year, url = made()
    typed = fields(year, need="Cần máy mới.", starts_on="31/13/2027", title="")
    answer = keep(CENTRE, f"{url}luu/", typed).json()
    assert set(answer["errors"]) == {"starts_on", "title"}
    assert "Không có tháng 13." in answer["errors"]["starts_on"]
    assert (stored(year).need, stored(year).starts_on) == ("Cần máy mới.", None)
    assert stored(year).title == "Ứng dụng máy móc tiên tiến trong sản xuất đồ gỗ"


def test_an_end_before_the_beginning_saves_neither_day() -> None:
    year, url = made()
    answer = keep(CENTRE, f"{url}luu/", fields(year, starts_on="01/03/2027", ends_on="01/02/2027")).json()
    assert answer["errors"] == {"ends_on": "Ngày kết thúc phải sau ngày bắt đầu; hai ngày chưa được lưu."}
    assert stored(year).starts_on is None


def test_the_schedule_is_saved_row_by_row_without_the_empty_and_the_deleted_ones() -> None:
    year, url = made()
    typed = fields(
        year,
        {"work": "Mua máy", "starts_on": "01/03/2027"},
        {"work": ""},
        {"work": "Sai", "DELETE": "on"},
        {"work": "Nghiệm thu", "starts_on": "ngày mai"},
    )
    answer = keep(CENTRE, f"{url}luu/", typed).json()
    assert list(answer["errors"]) == ["schedule-3-starts_on"]
    assert steps(year) == [(1, "Mua máy", dt.date(2027, 3, 1)), (2, "Nghiệm thu", None)]


def test_rows_saved_by_an_earlier_save_of_the_same_page_stay() -> None:
    year, url = made()
    row = {"work": "Mua máy", "starts_on": "01/03/2027"}
    keep(CENTRE, f"{url}luu/", fields(year, row))
    keep(CENTRE, f"{url}luu/", fields(year, row, need="Cần máy."))  # the page still counts no stored row
    assert steps(year) == [(1, "Mua máy", dt.date(2027, 3, 1))]


def test_the_older_save_is_refused_and_told_what_is_stored() -> None:
    year, url = made()
    older = fields(year, {"work": "Mua máy"}, scale="Bản của tab hai")
    keep(CENTRE, f"{url}luu/", fields(year, {"work": "Đấu thầu"}, scale="Bản của tab một"))
    refused = keep(CENTRE, f"{url}luu/", older)
    assert refused.status_code == 409
    assert refused.json() == {
        "version": stored(year).version,
        "theirs": {"scale": {"label": "4. Quy mô, đặc điểm nổi bật", "value": "Bản của tab một"}},
    }
    assert stored(year).scale == "Bản của tab một"


def test_rows_saved_elsewhere_come_back_as_rows_of_their_own() -> None:
    year, url = made()
    older = fields(year, {"work": "Mua máy"})
    keep(CENTRE, f"{url}luu/", fields(year, {"work": "Đấu thầu", "starts_on": "01/03/2027"}))
    theirs = keep(CENTRE, f"{url}luu/", older).json()["theirs"]
    assert {name: each["value"] for name, each in theirs.items()} == {
        "schedule-0-work": "",
        "schedule-1-work": "Đấu thầu",
        "schedule-1-starts_on": "01/03/2027",
    }
    assert steps(year) == [(1, "Đấu thầu", dt.date(2027, 3, 1))]


def test_an_older_page_that_says_the_same_may_be_saved() -> None:
    year, url = made()
    same = fields(year, need="Cần máy.")
    keep(CENTRE, f"{url}luu/", same)
    assert keep(CENTRE, f"{url}luu/", same).status_code == 200


def test_a_page_sent_by_button_that_met_another_version_shows_both_and_keeps_what_was_typed() -> None:
    year, url = made()
    older = fields(year, scale="Bản của tôi")
    with acting_as(position(CENTRE)):
        save_content(
            year, by=position(CENTRE), version=stored(year).version, values={"scale": "Bản của người khác"}
        )
    response = browser(CENTRE).post(url, older)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Bản của người khác" in page
    assert "Bản của tôi</textarea>" in page
    assert f'data-version="{stored(year).version}"' in page
    again = browser(CENTRE).post(url, older | {"version": stored(year).version})
    assert again.status_code == 302
    assert stored(year).scale == "Bản của tôi"


def test_the_button_saves_and_leads_on_to_the_estimate() -> None:
    year, url = made()
    response = browser(CENTRE).post(url, fields(year, need="Cần máy.", next="1"))
    assert response["Location"] == f"/de-an/{year.project.code}/du-toan/"
    assert stored(year).need == "Cần máy."


def test_a_page_with_a_fault_is_not_saved_by_button_and_keeps_what_was_typed() -> None:
    year, url = made()
    response = browser(CENTRE).post(url, fields(year, need="Cần máy.", starts_on="mai"))
    assert response.status_code == 400
    assert 'value="mai"' in response.content.decode()
    assert stored(year).need == ""


def test_a_row_more_is_shown_without_saving_anything() -> None:
    year, url = made()
    response = browser(CENTRE).post(url, fields(year, {"work": "Mua máy"}, add_row="schedule"))
    assert response.status_code == 200
    assert 'name="schedule-1-work"' in response.content.decode()
    assert steps(year) == []


def test_in_a_returned_file_only_what_was_named_is_open() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("file", "", "objectives", "Nêu số hộ."), days=60)
    year, url = walk.year, f"/de-an/{walk.year.project.code}/noi-dung/"
    page = browser(CENTRE).get(url).content.decode()
    assert "Nêu số hộ." in page
    assert re.search('name="need"[^>]* disabled', page)
    assert not re.search('name="objectives"[^>]* disabled', page)
    assert "Lần gửi 1: Nội dung mục objectives." in page
    assert page.count("Lần gửi 1") == 1  # beside what may be written only
    typed = fields(year, objectives="Ba mươi hộ.", need="Lén sửa.")
    assert keep(CENTRE, f"{url}luu/", typed).json()["errors"] == {}
    assert (stored(year).objectives, stored(year).need) == ("Ba mươi hộ.", "Nội dung mục need.")
    assert len(steps(year)) == 1


def test_a_part_that_was_not_returned_is_shown_to_read() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("estimate", "1", "", "Kèm báo giá."), days=60)
    page = browser(CENTRE).get(f"/de-an/{walk.year.project.code}/noi-dung/").content.decode()
    assert "<textarea" not in page
    assert "Kèm báo giá." in page


def test_who_does_not_write_reads_the_parts_and_the_schedule() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    page = browser("dept.hai-phong").get(f"/de-an/{walk.year.project.code}/noi-dung/").content.decode()
    assert "Nội dung mục objectives." in page
    assert "Mua sắm, lắp đặt" in page
    assert "01/03/2027" in page
    assert "<textarea" not in page


def test_a_file_that_was_sent_meanwhile_answers_why_nothing_is_saved() -> None:
    walk = draft(NATIONAL)
    typed = fields(walk.year, need="Gõ muộn.")
    walks.submitted(walk)
    answer = keep(CENTRE, f"/de-an/{walk.year.project.code}/noi-dung/luu/", typed)
    assert answer.status_code == 403
    assert "Đã gửi Sở" in answer.json()["detail"]


@pytest.mark.parametrize(("account", "status"), [("centre.thai-nguyen", 404), ("dept.hai-phong", 403)])
def test_nobody_else_saves(account: str, status: int) -> None:
    year, url = made()
    assert keep(account, f"{url}luu/", fields(year, need="x")).status_code == status
    assert browser(account).post(url, fields(year, need="x")).status_code == status
    assert stored(year).need == ""


def test_saving_is_not_reading() -> None:
    _, url = made()
    assert browser(CENTRE).get(f"{url}luu/").status_code == 405


def test_a_stand_alone_estimate_has_no_eight_parts() -> None:
    year, url = made()
    with acting_as(position(CENTRE)):
        Project.objects.update(kind="ESTIMATE")
    page = browser(CENTRE).get(url).content.decode()
    assert ('name="title"' in page, 'name="need"' in page, 'name="counterpart_status"' in page) == (
        True,
        False,
        False,
    )
    assert year.project.code in page
