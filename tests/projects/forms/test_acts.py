import datetime as dt
from typing import Any

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from projects.chain import route_of
from projects.forms.acts import act_form
from projects.forms.base import ActForm
from projects.workflow import ROUTES
from tests.cast import position
from tests.projects import walks

pytestmark = pytest.mark.django_db


def form_of(walk: Walk, action: str, account: str, **data: Any) -> ActForm:
    """The form as ``account`` gets it, inside the scope of the test; bound when there is data."""
    by = position(account)
    year = walk.now()
    row = route_of(year).find(action, year.state)
    assert row is not None
    return act_form(row)(data or None, year=year, row=row, by=by, draft={})


def known(walk: Walk, action: str, account: str) -> dict[str, Any]:
    with acting_as(position(account)):
        form = form_of(walk, action, account)
        return {name: form[name].value() for name in form.fields}


@pytest.mark.parametrize("route", ROUTES)
def test_every_act_on_one_file_has_a_form_that_takes_what_its_row_takes(route: str) -> None:
    for row in ROUTES[route].actions:
        if not row.list_act and row.takes:
            assert act_form(row) is not ActForm or row.takes == ("paper",), row.name


def test_kept_text_goes_before_what_the_state_would_suggest() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.submitted(walk)
    by = position("dept.hai-phong")
    row = ROUTES["LOCAL"].rows("appraise_department")[0]
    with acting_as(by):
        form = act_form(row)(year=walk.now(), row=row, by=by, draft={"recommended": "12", "capacity": ""})
        assert [form[name].value() for name in ("recommended", "capacity", "dated")] == ["12", "", today()]


def test_the_last_number_of_the_body_helps_with_the_next() -> None:
    first, second = walks.draft(walks.LOCAL), walks.draft(walks.LOCAL)
    first.submit()
    second.submit()
    with acting_as(position("dept.hai-phong")):
        assert (
            form_of(first, "appraise_department", "dept.hai-phong")["number"].help_text == "Ví dụ: 125/PTĐ-…"
        )
    walks.next_day(first, second)
    first.appraise()
    with acting_as(position("dept.hai-phong")):
        text = form_of(second, "appraise_department", "dept.hai-phong")["number"].help_text
    assert text.endswith(f"/PTĐ-SCT ngày {first.day:%d/%m/%Y}")


def test_an_officer_prepares_what_his_head_signs() -> None:
    walk = walks.draft(walks.LOCAL)
    with acting_as(position("centre.hai-phong")):
        form = form_of(walk, "submit", "centre.hai-phong", number="1/TTKC", dated="22/11/2026")
        assert form.is_valid(), form.errors
        assert form.details()["paper"].signer == position("centre.head.hai-phong")


def test_not_recommended_means_no_money() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.submitted(walk)
    texts = dict.fromkeys(("principles", "need_and_cost", "capacity", "combination", "completeness"), "Chữ.")
    typed = {
        "number": "1/PTĐ-SCT",
        "dated": "22/11/2026",
        "opinion": "NOT_RECOMMENDED",
        "recommended": "300.000.000",
    }
    with acting_as(position("dept.hai-phong")):
        form = form_of(walk, "appraise_department", "dept.hai-phong", **texts, **typed)
        assert form.is_valid(), form.errors
        assert form.details()["recommended"] == 0


def test_a_first_advance_starts_at_what_the_rate_allows() -> None:
    walk = walks.reported(walks.LOCAL)
    found = known(walk, "request_advance", "centre.head.hai-phong")
    assert (found["instalment"], found["amount"]) == ("FIRST", walks.SUPPORT * 70 // 100)


def test_a_transfer_starts_at_what_was_asked() -> None:
    walk = walks.reported(walks.LOCAL)
    walk.ask_advance(150_000_000)
    assert known(walk, "advance", "dept.head.hai-phong")["amount"] == 150_000_000


def test_a_payment_clears_the_advance_and_gives_the_rest() -> None:
    walk = walks.confirmed(walks.LOCAL, advance=200_000_000)
    found = known(walk, "pay", "dept.head.hai-phong")
    assert (found["cleared"], found["paid"]) == (200_000_000, 100_000_000)


def test_a_settlement_starts_at_the_least_of_what_may_be_settled() -> None:
    walk = walks.accepted(walks.LOCAL)
    walk.ask_payment(280_000_000, 720_000_000).confirm_dossier()
    found = known(walk, "settle", "dept.head.hai-phong")
    assert (found["settled"], found["real_cost"]) == (280_000_000, 720_000_000)


def test_a_report_starts_from_the_last_one_and_tells_when_the_month_is_done() -> None:
    walk = walks.at_work(walks.LOCAL)
    walk.day = today()
    walk.progress(40, 120_000_000, confirmed=False)
    with acting_as(position("centre.hai-phong")):
        form = form_of(walk, "report_progress", "centre.hai-phong")
    assert (form["percent"].value(), form["value_done"].value()) == (40, 120_000_000)
    assert form.warnings == {"month": f"Tháng {today():%m/%Y} đã có báo cáo; hãy ghi tháng còn thiếu."}


def test_a_month_is_read_as_people_write_it() -> None:
    walk = walks.at_work(walks.LOCAL)
    typed = {"percent": "5", "value_done": "1 triệu", "done": "Đã lắp."}
    with acting_as(position("centre.hai-phong")):
        form = form_of(walk, "report_progress", "centre.hai-phong", month="10/2026", **typed)
        assert form.is_valid(), form.errors
        assert form.details()["month"] == dt.date(2026, 10, 1)
        wrong = form_of(walk, "report_progress", "centre.hai-phong", month="tháng mười", **typed)
        assert wrong.errors["month"] == ["Ghi tháng theo dạng tháng/năm, ví dụ 11/2026."]


def test_the_departments_letter_is_asked_for_once_the_agency_has_the_file() -> None:
    walk = walks.draft()
    with acting_as(position("centre.head.hai-phong")):
        assert "department_letter" not in form_of(walk, "withdraw", "centre.head.hai-phong").fields
    walks.appraised(walk)
    walks.decide("register", walk)
    with acting_as(position("centre.head.hai-phong")):
        field = form_of(walk, "withdraw", "centre.head.hai-phong").fields["department_letter"]
    assert field.required


def test_originals_are_kept_where_they_were_kept_before() -> None:
    first, second = walks.confirmed(walks.LOCAL), walks.confirmed(walks.LOCAL)
    for walk in (first, second):
        walk.pay(paid=walks.SUPPORT).settle(walks.SUPPORT, walks.SUPPORT + walks.COUNTERPART)
    first.close()
    place = "Kho lưu trữ cơ quan, hồ sơ năm 2027"
    assert known(second, "close", "dept.hai-phong")["place_of_originals"] == place
