"""Projects over several budget years by the API."""

from __future__ import annotations

import pytest

from accounts.tenancy import acting_as
from projects.models import YearPlan
from tests.api import Program
from tests.cast import position
from tests.factories import make_establishment
from tests.projects.api.test_files import a_body
from tests.projects.walks import FIRST, SUPPORT, approved, begun, draft_over_years

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"
YEARS: list[dict[str, object]] = [
    {"stages": "Lắp máy", "results": "01 máy"},
    {"support": 200_000_000, "counterpart": 1, "stages": "Nhãn hiệu", "results": "01 nhãn hiệu"},
]


def test_a_flagship_project_is_written_with_its_years_and_activities() -> None:
    by = position(CENTRE)
    body = a_body(make_establishment(by=by), nature="FLAGSHIP", years=YEARS, other_activities=["T17"])
    status, found = Program(CENTRE).post("/projects/", body)
    assert status == 201, found
    assert (found["file"], found["years_planned"], found["approved_total"]) == (
        f"{found['code']}-2027",
        2,
        None,
    )
    assert found["other_activities"] == ["T17"]
    assert [(year["year"], year["support"], year["file"]) for year in found["years"]] == [
        (2027, 300_000_000, found["file"]),
        (2028, 200_000_000, None),
    ]


def test_years_are_changed_by_patch_from_the_version_that_was_read() -> None:
    walk = draft_over_years()
    program, url = Program(CENTRE), f"/projects/{walk.year.address}/"
    _, read = program.get(url)
    status, found = program.patch(url, {"version": read["version"], "years": YEARS})
    assert (status, [year["support"] for year in found["years"]]) == (200, [SUPPORT, 200_000_000])
    other = [YEARS[0], YEARS[1] | {"support": 5}]
    status, found = program.patch(url, {"version": read["version"], "years": other})
    assert (status, found["conflicts"][0]["field"]) == (409, "years")


def test_the_next_year_is_begun_once_by_its_unit() -> None:
    walk = draft_over_years()
    approved(walk)
    code = walk.year.project.code
    url = f"/projects/{code}/years/"
    assert Program("dept.hai-phong").post(url, {"year": FIRST + 1})[0] == 403
    assert Program("centre.thai-nguyen").post(url, {"year": FIRST + 1})[0] == 404
    status, found = Program(CENTRE).post(url, {"year": FIRST + 1})
    assert (status, found["file"]) == (201, f"{code}-{FIRST + 1}")
    status, found = Program(CENTRE).post(url, {"year": FIRST + 1})
    assert status == 409
    assert "đã được lập" in found["detail"]
    assert Program(CENTRE).get(url)[0] == 405


def test_each_year_is_read_at_its_address_and_the_list_has_both() -> None:
    walk = draft_over_years()
    approved(walk)
    second = begun(walk)
    program, code = Program(CENTRE), walk.year.project.code
    _, listed = program.get("/projects/")
    states = {file["file"]: file["state"] for file in listed["results"]}
    assert states == {walk.year.address: "approved", second.year.address: "draft"}
    assert program.get(f"/projects/{walk.year.address}/")[1]["state"] == "approved"
    assert program.get(f"/projects/{code}/")[1]["year"] == FIRST + 1
    _, entries = program.get("/ledger/", project=code, kind="approved")
    assert {entry["year"] for entry in entries["results"]} == {FIRST}


def test_an_appraisal_says_what_each_coming_year_gets() -> None:
    walk = draft_over_years()
    walk.submit("theo chỉ đạo")
    names = ("principles", "need_and_cost", "capacity", "combination", "completeness")
    body = {
        "expected_state": "submitted",
        "paper": {"number": "77/PTĐ-SCT", "date": str(walk.day)},
        "contents": dict.fromkeys(names, "Đạt."),
        "recommended": SUPPORT,
        "opinion": "RECOMMENDED",
        "coming": {str(FIRST + 1): 1, str(FIRST + 2): 0},
    }
    program = Program("dept.hai-phong")
    bad = body | {"coming": {str(FIRST + 1): -1}}
    assert program.act(walk.year.address, "appraise_department", **bad)[0] == 400
    status, found = program.act(walk.year.address, "appraise_department", **body)
    assert status == 200, found
    with acting_as(position("dept.hai-phong")):
        assert walk.now().appraisals.get().coming == {str(FIRST + 1): 1, str(FIRST + 2): 0}
        assert YearPlan.objects.filter(project=walk.year.project_id).count() == 3
