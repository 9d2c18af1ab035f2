"""Typing the estimate: what is saved, warned of, refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from accounts.tenancy import acting_as
from projects.models import EstimateLine, Project, ProjectYear
from tests.cast import position
from tests.factories import make_file
from tests.projects import walks
from tests.projects.views.browsers import browser, keep, queries, rows
from tests.projects.walks import NATIONAL, draft

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"
MACHINE = {
    "position": "1", "item": "Máy sấy lạnh", "unit": "máy", "quantity": "1", "unit_price": "720.000.000",
    "national": "300 triệu", "counterpart": "420000000", "line_kind": "COST", "vat_included": "on",
}  # fmt: skip


def made() -> tuple[ProjectYear, str]:
    year = make_file(by=position(CENTRE), programme=NATIONAL)
    return year, f"/de-an/{year.project.code}/du-toan/"


def version(year: ProjectYear) -> int:
    with acting_as(position(CENTRE)):
        return Project.objects.get(pk=year.project_id).version


def lines(year: ProjectYear) -> list[dict[str, Any]]:
    with acting_as(position(CENTRE)):
        return [dict(row) for row in EstimateLine.objects.filter(project_year=year).values()]


def typed(year: ProjectYear, *given: dict[str, Any], **more: Any) -> dict[str, Any]:
    return rows("estimate", *given) | {"version": version(year)} | more


def save(year: ProjectYear, url: str, *given: dict[str, Any]) -> Any:
    return keep(CENTRE, f"{url}luu/", typed(year, *given)).json()


def test_a_line_is_saved_with_its_amount_computed() -> None:
    year, url = made()
    answer = save(year, url, MACHINE)
    assert (answer["errors"], answer["warnings"], answer["computed"]) == ({}, {}, {"above_norm": ""})
    [line] = lines(year)
    assert (line["item"], line["amount"], line["national"], line["counterpart"]) == (
        "Máy sấy lạnh", 720_000_000, 300_000_000, 420_000_000,
    )  # fmt: skip


def test_a_half_read_line_keeps_what_can_be_read() -> None:
    year, url = made()
    save(year, url, MACHINE)
    answer = save(year, url, {**MACHINE, "quantity": "hai", "unit": "bộ"})
    assert list(answer["errors"]) == ["estimate-0-quantity"]
    [line] = lines(year)
    assert (line["unit"], line["quantity"]) == ("bộ", Decimal(1))


def test_a_line_takes_one_state_source_alone() -> None:
    year, url = made()
    answer = save(year, url, {**MACHINE, "local": "1.000.000"})
    assert "Thông tư liên tịch 26/2014/TTLT-BTC-BCT, điều 7.4" in answer["errors"]["estimate-0-local"]
    assert (lines(year)[0]["national"], lines(year)[0]["local"]) == (300_000_000, 0)


def test_warnings_stand_at_the_line_they_are_about() -> None:
    year, url = made()
    answer = save(year, url, {**MACHINE, "national": "400 triệu"}, {"position": "1", "item": "Vận chuyển"})
    assert answer["warnings"] == {
        "estimate-0-item": "các nguồn vượt 100.000.000 đồng so với thành tiền 720.000.000 đồng.",
        "estimate-0-national": "hỗ trợ vượt 50% thành tiền của dòng (Thông tư 28/2018/TT-BTC).",
        "estimate-0-position": "số này đã dùng ở dòng khác; khi trả lại, Sở gọi dòng theo STT.",
        "estimate-1-position": "số này đã dùng ở dòng khác; khi trả lại, Sở gọi dòng theo STT.",
    }
    assert answer["computed"] == {
        "above_norm": "Kinh phí hỗ trợ vượt 50% chi phí của dự toán (Thông tư 28/2018/TT-BTC)."
    }


def test_warnings_of_what_is_stored_stand_on_the_page() -> None:
    year, url = made()
    save(year, url, {**MACHINE, "national": "400 triệu"})
    page = browser(CENTRE).get(url).content.decode()
    assert "Nội dung chi: các nguồn vượt 100.000.000 đồng" in page
    assert "không quá 300.000.000 đồng/cơ sở" in page


def test_lines_without_a_number_are_numbered() -> None:
    year, url = made()
    answer = save(year, url, {**MACHINE, "position": ""}, {"item": "Vận chuyển"})
    assert answer["values"] == {"estimate-0-position": "1", "estimate-1-position": "2"}
    assert [line["position"] for line in lines(year)] == ["1", "2"]


def test_an_unnamed_line_says_so_and_keeps_its_amounts() -> None:
    year, url = made()
    answer = save(year, url, {**MACHINE, "item": ""})
    assert answer["errors"] == {"estimate-0-item": "Chưa ghi nội dung chi."}
    assert lines(year)[0]["amount"] == 720_000_000


def test_an_amount_beyond_all_measure_is_refused_and_not_stored() -> None:
    year, url = made()
    answer = save(year, url, {**MACHINE, "quantity": "999999999", "unit_price": "9000000000000000000"})
    assert answer["errors"] == {
        "estimate-0-unit_price": "Thành tiền quá lớn; hãy xem lại số lượng và đơn giá."
    }
    assert lines(year)[0]["amount"] == 0


def test_the_older_save_of_a_line_is_told_what_is_stored_there() -> None:
    year, url = made()
    save(year, url, MACHINE)
    older = typed(year, {**MACHINE, "unit_price": "700000000", "counterpart": "400000000"})
    save(year, url, {**MACHINE, "unit_price": "730000000"})
    refused = keep(CENTRE, f"{url}luu/", older)
    assert refused.status_code == 409
    assert refused.json()["theirs"] == {
        "estimate-0-unit_price": {"label": "Dòng 1, Đơn giá", "value": "730.000.000"},
        "estimate-0-counterpart": {"label": "Dòng 1, Đối ứng", "value": "420.000.000"},
    }


def test_the_button_leads_on_and_a_fault_holds_it_back() -> None:
    year, url = made()
    assert browser(CENTRE).post(url, typed(year, MACHINE, next="1"))["Location"].endswith("/thu-huong/")
    refused = browser(CENTRE).post(url, typed(year, {**MACHINE, "quantity": "hai"}))
    assert refused.status_code == 400
    assert 'value="hai"' in refused.content.decode()


def test_in_a_returned_file_other_lines_stay_as_they_are() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("estimate", "1", "unit_price", "Giá cao."), days=60)
    year, url = walk.year, f"/de-an/{walk.year.project.code}/du-toan/"
    page = browser(CENTRE).get(url).content.decode()
    assert "Giá cao." in page
    assert "Thêm dòng" not in page
    line = {"unit_price": "700000000", "item": "Lén sửa", "DELETE": "on"}
    assert save(year, url, line)["errors"] == {}
    [stored] = lines(year)
    assert (stored["item"], stored["unit_price"], stored["amount"]) == (
        "Máy sấy lạnh",
        700_000_000,
        700_000_000,
    )


def test_a_reason_for_a_whole_line_stands_at_the_line_and_at_no_cell() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("estimate", "1", "", "Thiếu báo giá."), days=60)
    page = browser(CENTRE).get(f"/de-an/{walk.year.project.code}/du-toan/")
    first = page.context["rows"].forms[0]
    assert (first.row_reason, first.reasons) == ("Thiếu báo giá.", {})
    assert "<b>Cả dòng, cần sửa:</b> Thiếu báo giá." in page.content.decode()
    assert not first.fields["national"].disabled


def earlier_of(row: Any) -> dict[str, str]:
    return {name: each.text for name, each in row.earlier.items()}


def test_beside_the_cells_of_a_returned_line_stands_what_was_sent_and_keeps_standing_while_they_change() -> (
    None
):
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("estimate", "1", "unit_price", "Giá cao."), days=60)
    year, url = walk.year, f"/de-an/{walk.year.project.code}/du-toan/"
    for price in ("720.000.000", "700.000.000"):
        page = browser(CENTRE).get(url)
        [row] = page.context["rows"].forms
        assert earlier_of(row) == {"unit_price": "720.000.000"}  # what is open, and no more
        text = page.content.decode()
        assert re.search(
            r'Lần gửi 1: <span id="id_estimate-0-unit_price_earlier">Đơn giá: 720.000.000</span>', text
        )
        assert 'aria-describedby="id_estimate-0-unit_price_reason id_estimate-0-unit_price_earlier' in text
        assert "Dòng mới" not in text
        save(year, url, {"unit_price": price})


def test_a_new_line_says_so_and_one_that_is_gone_is_named() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("estimate", "", "", "Lập lại dự toán."), days=60)
    year, url = walk.year, f"/de-an/{walk.year.project.code}/du-toan/"
    new = {**MACHINE, "position": "2", "item": "Máy <b>đóng</b> gói"}
    answer = keep(CENTRE, f"{url}luu/", typed(year, {**MACHINE, "national": "200 triệu"}, new))
    assert answer.json()["errors"] == {}
    page = browser(CENTRE).get(url)
    first, second = page.context["rows"].forms
    assert earlier_of(first) == {
        "position": "1",
        "item": "Máy sấy lạnh",
        "unit": "máy",
        "quantity": "1",
        "unit_price": "720.000.000",
        "national": "300.000.000",
        "counterpart": "420.000.000",
    }
    assert (first.new_since, second.new_since, second.earlier) == ("", "Lần gửi 1", {})
    text = page.content.decode()
    assert text.count("Dòng mới, chưa có ở lần gửi 1.") == 1
    assert "nay không còn" not in text
    keep(CENTRE, f"{url}luu/", typed(year, new))
    text = browser(CENTRE).get(url).content.decode()
    assert "Dòng có ở lần gửi 1, nay không còn: Dòng 1: Máy sấy lạnh." in text
    assert "Máy <b>đóng</b>" not in text


def test_a_draft_has_nothing_to_be_compared_with() -> None:
    year, url = made()
    save(year, url, MACHINE)
    text = browser(CENTRE).get(url).content.decode()
    assert "Lần gửi" not in text and "Dòng mới" not in text


def test_what_was_sent_costs_the_same_for_one_line_and_for_thirty() -> None:
    asked = []
    for count in (1, 30):
        walk = draft(NATIONAL)
        walks.submitted(walk)
        walk.send_back("dept", ("estimate", "", "", "Lập lại."), days=60)
        url = f"/de-an/{walk.year.project.code}/du-toan/"
        given = [{**MACHINE, "position": str(number)} for number in range(1, count + 1)]
        keep(CENTRE, f"{url}luu/", typed(walk.year, *given))
        asked.append(len(queries(CENTRE, url)))
    assert asked[0] == asked[1]


def test_who_goes_on_is_told_what_does_not_add_up() -> None:
    year, url = made()
    client = browser(CENTRE)
    uneven = {**MACHINE, "national": "200 triệu"}
    page = client.post(url, typed(year, uneven, next="1"), follow=True).content.decode()
    assert "Dự toán chưa cân, dòng 1: các nguồn còn thiếu 100.000.000 đồng so với thành tiền" in page
    page = client.post(url, typed(year, MACHINE, next="1"), follow=True).content.decode()
    assert "Dự toán chưa cân" not in page


def test_who_does_not_write_reads_the_table_with_its_sums() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    page = browser("dept.hai-phong").get(f"/de-an/{walk.year.project.code}/du-toan/").content.decode()
    inputs = re.findall(r'<input type="(\w+)"', page.split("<main")[1].split("</main>")[0])
    assert set(inputs) <= {"hidden"}  # to follow the file, nothing to type
    assert page.count("720.000.000") == 3  # price, amount, sum


@pytest.mark.parametrize(("account", "status"), [("centre.thai-nguyen", 404), ("dept.hai-phong", 403)])
def test_nobody_else_saves(account: str, status: int) -> None:
    year, url = made()
    assert keep(account, f"{url}luu/", typed(year, MACHINE)).status_code == status
    assert browser(account).post(url, typed(year, MACHINE)).status_code == status
    assert lines(year) == []


def test_saving_is_not_reading() -> None:
    _, url = made()
    assert browser(CENTRE).get(f"{url}luu/").status_code == 405
