"""What changed on a file, over the API: the same as its pages tell, to those who may read it, at the price of one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from projects.services.files import save_content
from tests.api import Program
from tests.cast import position
from tests.projects import walks
from tests.projects.test_changes import M, money
from tests.projects.views.browsers import browser
from tests.projects.walks import LOCAL, NATIONAL, YEAR

pytestmark = pytest.mark.django_db

CENTRE, DEPT, AGENCY = "centre.hai-phong", "dept.hai-phong", "agency.officer"
REASON = "Cơ sở mua máy công suất khác."


def read(account: str, walk: Walk) -> dict[str, Any]:
    status, found = Program(account).get(f"/projects/{walk.year.project.code}/")
    assert status == 200
    return dict(found)


def sent_again(walk: Walk, times: int = 1) -> Walk:
    """Sent, returned for its objectives, put right and sent again, so many times."""
    walks.submitted(walk)
    for number in range(times):
        walk.send_back("dept", ("file", "", "objectives", "Nêu số hộ."), days=60)
        with acting_as(position(CENTRE)) as by:
            year = walk.now()
            save_content(
                year, by=by, version=year.project.version, values={"objectives": f"{30 + number} hộ."}
            )
        walks.submitted(walk)
    return walk


def test_a_sending_says_what_it_changed_as_the_page_does() -> None:
    walk = sent_again(walks.draft(NATIONAL))
    [sending] = read(DEPT, walk)["sendings"]
    [change] = sending["changed"]
    assert (sending["submission"], sending["since"], sending["changed_tables"]) == (2, 1, [])
    assert change == {"label": "3. Mục tiêu", "before": "Nội dung mục objectives.", "after": "30 hộ."}
    page = browser(DEPT).get(f"/de-an/{walk.year.project.code}/qua-trinh/lan-2/")
    assert page.context["changes"].fields[0].after == change["after"]


def test_who_did_not_get_both_sendings_reads_no_difference() -> None:
    walk = sent_again(walks.draft(NATIONAL))
    walk.appraise()
    walks.decide("register", walk)
    assert read(AGENCY, walk)["sendings"] == []
    assert len(read(CENTRE, walk)["sendings"]) == 1


def test_a_draft_has_neither() -> None:
    found = read(CENTRE, walks.draft(NATIONAL))
    assert (found["sendings"], found["amendments"]) == ([], [])


def test_a_change_is_told_on_its_way_and_when_it_is_decided() -> None:
    walk = walks.funded(NATIONAL)
    walk.ask_change("INCREASE_SUPPORT", REASON, **money(walk, 350 * M, 500 * M))
    [asked] = read(CENTRE, walk)["amendments"]
    assert {name: asked[name] for name in ("type", "nth", "outcome", "desk", "decides", "comment")} == {
        "type": "INCREASE_SUPPORT",
        "nth": None,
        "outcome": "WAITING",
        "desk": "DEPARTMENT",
        "decides": "MINISTRY",
        "comment": REASON,
    }
    amounts = ("support_before", "support_after", "counterpart_before", "counterpart_after")
    assert [asked[name] for name in amounts] == [300 * M, 350 * M, 420 * M, 500 * M]
    [table] = [each for each in asked["changed_tables"] if each["title"] == "Dự toán"]
    [row] = table["changed_rows"]
    assert (row["name"], row["how"]) == ("Dòng 1: Máy sấy lạnh", "changed")
    assert {"label": "Đơn giá (đồng)", "before": "720.000.000", "after": "850.000.000"} in row["changed"]
    assert [paper["label"] for paper in asked["papers"]] == ["Đề nghị"]
    walk.confirm_change().propose_change().decide_change("ministry.leader")
    walk.ask_change("TIME_WITHIN_YEAR", REASON, changes={"ends_on": dt.date(YEAR, 12, 20)})
    later, first = read(AGENCY, walk)["amendments"]
    assert (later["type"], later["outcome"], first["nth"], first["outcome"], first["desk"]) == (
        "TIME_WITHIN_YEAR",
        "WAITING",
        1,
        "APPROVED",
        None,
    )
    labels = ["Đề nghị", "Sở Công Thương xác nhận", "Cục trình Bộ", "Đã quyết định"]
    assert [paper["label"] for paper in first["papers"]] == labels
    assert all(paper["number"] for paper in first["papers"])


def test_another_province_reads_none_of_it() -> None:
    walk = walks.funded(LOCAL)
    walk.ask_change("STOP", REASON)
    assert Program("centre.thai-nguyen").get(f"/projects/{walk.year.project.code}/")[0] == 404


def test_three_changes_and_four_sendings_cost_what_one_does() -> None:
    def asked(walk: Walk) -> tuple[int, int, int]:
        program = Program(CENTRE)
        with CaptureQueriesContext(connection) as queries:
            found = program.get(f"/projects/{walk.year.project.code}/")[1]
        own = [query for query in queries.captured_queries if "projects_" in query["sql"]]
        return len(found["amendments"]), len(found["sendings"]), len(own)

    few, many = sent_again(walks.draft(LOCAL)), sent_again(walks.draft(LOCAL), times=3)
    one, four = asked(few), asked(many)
    assert (one[:2], four[:2]) == ((0, 1), (0, 3))
    assert one[2] == four[2]

    changed = walks.funded(LOCAL)
    counted = []
    for number in range(3):
        changed.ask_change("PLACE", REASON, changes={"place": f"Thôn {number}"})
        changed.act("centre.head", "withdraw_change", comment="Không cần nữa.")
        counted.append(asked(changed))
        walks.next_day(changed)
    assert [each[0] for each in counted] == [1, 2, 3]
    assert counted[0][2] == counted[2][2]
