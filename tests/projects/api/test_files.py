"""Files over the API: what is read, begun and changed, and by whom not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # comes without stubs

from accounts.tenancy import acting_as
from projects.models import Establishment, Project
from tests.api import Program, faults
from tests.cast import position
from tests.factories import make_establishment, make_file
from tests.khuyencong.api.test_description import schema
from tests.projects import walks
from tests.projects.walks import LOCAL, NATIONAL, YEAR, draft

pytestmark = pytest.mark.django_db

CENTRE, DEPT = "centre.hai-phong", "dept.hai-phong"


def a_body(establishment: Establishment, **changes: Any) -> dict[str, Any]:
    """The example of interface.md, for an establishment of the register."""
    return {
        "programme": "NATIONAL",
        "year": YEAR,
        "kind": "PROJECT",
        "nature": "ORDINARY",
        "title": "Ứng dụng máy sấy lạnh",
        "activity": "T10",
        "provinces": ["hai-phong"],
        "implementer": "trung-tam-khuyen-cong-hai-phong",
        "starts_on": f"{YEAR}-03-01",
        "ends_on": f"{YEAR}-11-30",
        "objectives": "Sấy 40 tấn mỗi vụ",
        "content": "Mua, lắp đặt, chạy thử",
        "effects": "Giá tăng 40%",
        "beneficiaries": [
            {
                "establishment": establishment.pk,
                "support": 300_000_000,
                "counterpart": 420_000_000,
                "place": "Thôn Đông",
            }
        ],
        "estimate": [
            {
                "position": "1",
                "item": "Máy sấy lạnh",
                "unit": "máy",
                "quantity": "1",
                "unit_price": 720_000_000,
                "amount": 720_000_000,
                "national": 300_000_000,
                "local": 0,
                "counterpart": 420_000_000,
                "other": 0,
                "basis": "Báo giá",
            }
        ],
    } | changes


@pytest.fixture
def centre() -> Program:
    return Program(CENTRE)


@pytest.fixture
def establishment() -> Establishment:
    return make_establishment(by=position(CENTRE))


def test_a_file_is_begun_with_its_estimate_and_beneficiaries_and_read_as_it_was_sent(
    centre: Program, establishment: Establishment
) -> None:
    body = a_body(establishment)
    status, made = centre.post("/projects/", body)
    assert status == 201
    assert made["code"].startswith(f"KCQG-{YEAR}-")
    assert (made["state"], made["route"][0]["state"], made["route"][0]["organisation"]) == (
        "draft",
        "draft",
        "trung-tam-khuyen-cong-hai-phong",
    )
    assert {name: made[name] for name in body if name not in {"beneficiaries", "estimate"}} == {
        name: value for name, value in body.items() if name not in {"beneficiaries", "estimate"}
    }
    assert [{name: row[name] for name in body["estimate"][0]} for row in made["estimate"]] == body["estimate"]
    assert [{name: row[name] for name in body["beneficiaries"][0]} for row in made["beneficiaries"]] == body[
        "beneficiaries"
    ]
    assert centre.get(f"/projects/{made['code']}/") == (200, made)


def test_a_draft_says_what_can_be_done_with_it_and_why_not_yet(
    centre: Program, establishment: Establishment
) -> None:
    made = centre.post("/projects/", a_body(establishment))[1]
    offers = {offer["action"]: offer for offer in made["available_actions"]}
    assert sorted(offers) == ["submit", "withdraw"]
    assert offers["submit"]["label"] == "Gửi hồ sơ đến Sở"
    assert (offers["submit"]["allowed"], "còn thiếu" in offers["submit"]["reason"]) == (False, True)


def test_a_file_that_cannot_be_saved_whole_is_not_begun(
    centre: Program, establishment: Establishment
) -> None:
    line = a_body(establishment)["estimate"][0] | {"local": 300_000_000}
    status, answer = centre.post("/projects/", a_body(establishment, estimate=[line]))
    assert (status, "một dòng chỉ nhận một nguồn" in answer["detail"]) == (400, True)
    assert centre.get("/projects/")[1]["count"] == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"titel": "x"}, {"titel": "unknown"}),
        ({"state": "approved"}, {"state": "unknown"}),
        ({"year": "2027"}, {"year": "whole"}),
        ({"programme": "REGIONAL"}, {"programme": "invalid_choice"}),
        ({"activity": "T99"}, {"activity": "does_not_exist"}),
        ({"title": "x" * 301}, {"title": "max_length"}),
        ({"starts_on": "01/03/2027"}, {"starts_on": "invalid"}),
        ({"implementer": "trung-tam-khuyen-cong-thai-nguyen"}, {"implementer": "invalid"}),
        ({"provinces": ["hoa-binh"]}, {"provinces": "invalid"}),
        ({"nature": "BIG"}, {"nature": "invalid_choice"}),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    centre: Program, establishment: Establishment, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    status, answer = centre.post("/projects/", a_body(establishment, **changes))
    assert (status, faults(answer)) == (400, expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"national": "300000000"}, {"estimate.0.national": "whole"}),
        ({"national": -1}, {"estimate.0.national": "min_value"}),
        ({"unit_price": 10**15 + 1}, {"estimate.0.unit_price": "max_value"}),
        ({"unit_price": 10**15, "quantity": "1000", "amount": 1}, {"estimate.0": "max_value"}),
        ({"quantity": "NaN"}, {"estimate.0.quantity": "invalid"}),
        ({"quantity": "1.2345"}, {"estimate.0.quantity": "max_decimal_places"}),
        ({"amount": 719_999_999}, {"estimate.0.amount": "invalid"}),
        ({"item": "x" * 241}, {"estimate.0.item": "max_length"}),
        ({"price": 1}, {"estimate.0.price": "unknown"}),
    ],
)
def test_an_amount_that_is_no_whole_dong_is_named_with_its_row(
    centre: Program, establishment: Establishment, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    line = a_body(establishment)["estimate"][0] | changes
    status, answer = centre.post("/projects/", a_body(establishment, estimate=[line]))
    assert (status, faults(answer)) == (400, expected)


@pytest.mark.parametrize("text", ['{"year": NaN}', '{"year": 1e999}', "[1, 2", "[]", '"x"', "{" * 3000])
def test_a_body_that_is_no_object_is_refused(centre: Program, text: str) -> None:
    answer = centre.client.post("/api/v1/projects/", text, content_type="application/json")
    assert answer.status_code == 400


def test_an_establishment_of_another_province_is_not_there(centre: Program) -> None:
    other = make_establishment(by=position("centre.thai-nguyen"))
    status, answer = centre.post("/projects/", a_body(other))
    assert (status, faults(answer)) == (400, {"beneficiaries.0.establishment": "invalid"})


@pytest.mark.parametrize(
    ("key", "code"), [(10**30, "max_value"), ("1", "whole"), (0, "min_value"), (None, "null")]
)
def test_an_establishment_is_named_by_a_key_that_could_be_one(centre: Program, key: Any, code: str) -> None:
    share = {"establishment": key, "support": 1, "counterpart": 0}
    body = {"programme": "LOCAL", "year": YEAR, "title": "x", "activity": "T10", "beneficiaries": [share]}
    status, answer = centre.post("/projects/", body)
    assert (status, faults(answer)) == (400, {"beneficiaries.0.establishment": code})


def test_only_units_that_carry_them_out_begin_files(establishment: Establishment) -> None:
    for account in (DEPT, "agency.head", "ministry.finance", "viewer.hai-phong"):
        body = a_body(establishment)
        del body["implementer"], body["provinces"], body["beneficiaries"]
        assert Program(account).post("/projects/", body)[0] == 403


def test_a_change_is_saved_and_raises_the_version(centre: Program, establishment: Establishment) -> None:
    made = centre.post("/projects/", a_body(establishment))[1]
    code, version = made["code"], made["version"]
    lines = [{name: row[name] for name in row} for row in made["estimate"]]
    lines.append({"item": "Nghiệm thu", "quantity": "2.5", "unit_price": 1001, "other": 2503})
    status, changed = centre.patch(
        f"/projects/{code}/", {"version": version, "title": "Tên mới", "estimate": lines}
    )
    assert (
        status,
        changed["title"],
        changed["estimate"][1]["amount"],
        changed["estimate"][1]["quantity"],
    ) == (
        200,
        "Tên mới",
        2503,
        "2.5",
    )
    assert changed["version"] > version
    assert changed["beneficiaries"] == made["beneficiaries"]


def test_a_change_made_from_an_older_version_is_refused_with_both_values(
    centre: Program, establishment: Establishment
) -> None:
    made = centre.post("/projects/", a_body(establishment))[1]
    path, version = f"/projects/{made['code']}/", made["version"]
    assert centre.patch(path, {"version": version, "title": "Một", "need": "Cần"})[0] == 200
    share = {"establishment": establishment.pk, "support": 1, "counterpart": 0, "place": ""}
    status, answer = centre.patch(
        path, {"version": version, "title": "Hai", "need": "Cần", "beneficiaries": [share]}
    )
    assert status == 409
    assert answer["version"] == version + 1
    conflicts = {each["field"]: (each["saved"], each["sent"]) for each in answer["conflicts"]}
    assert conflicts == {
        "title": ("Một", "Hai"),
        "beneficiaries": (
            [
                {
                    "establishment": establishment.pk,
                    "place": "Thôn Đông",
                    "support": 300_000_000,
                    "counterpart": 420_000_000,
                }
            ],
            [share],
        ),
    }
    assert centre.get(path)[1]["title"] == "Một"


def test_a_change_names_the_version_it_was_made_from(centre: Program, establishment: Establishment) -> None:
    made = centre.post("/projects/", a_body(establishment))[1]
    status, answer = centre.patch(f"/projects/{made['code']}/", {"title": "Tên"})
    assert (status, faults(answer)) == (400, {"version": "required"})


def test_what_was_fixed_when_the_file_was_begun_may_be_repeated_and_not_changed(
    centre: Program, establishment: Establishment
) -> None:
    made = centre.post("/projects/", a_body(establishment))[1]
    path, version = f"/projects/{made['code']}/", made["version"]
    fixed = ("code", "programme", "year", "kind", "nature", "provinces", "implementer")
    assert centre.patch(path, {"version": version, **{name: made[name] for name in fixed}})[0] == 200
    other = {"version": version, "year": YEAR + 1, "programme": "LOCAL"}
    status, answer = centre.patch(path, other)
    assert (status, faults(answer)) == (400, {"year": "invalid", "programme": "invalid"})


def test_others_neither_see_nor_change_a_draft(centre: Program, establishment: Establishment) -> None:
    made = centre.post("/projects/", a_body(establishment))[1]
    path = f"/projects/{made['code']}/"
    change = {"version": made["version"], "title": "Của tôi"}
    answers = {
        account: (Program(account).get(path)[0], Program(account).patch(path, change)[0])
        for account in (DEPT, "finance.hai-phong", "centre.thai-nguyen", "agency.officer", "auditor")
    }
    assert answers == {
        DEPT: (403, 403),
        "finance.hai-phong": (403, 403),
        "centre.thai-nguyen": (404, 404),
        "agency.officer": (404, 404),
        "auditor": (404, 404),
    }


def test_who_may_read_a_sent_file_may_still_not_change_it() -> None:
    walk = draft(LOCAL)
    walks.approved(walk)
    with acting_as(position(CENTRE)):
        code, version = walk.now().project.code, walk.now().project.version
    for account in (DEPT, "agency.officer", "committee.hai-phong"):
        assert Program(account).patch(f"/projects/{code}/", {"version": version, "title": "x"})[0] == 403
    assert Program(CENTRE).patch(f"/projects/{code}/", {"version": version, "title": "x"})[0] == 409


def test_only_what_was_returned_may_be_changed_in_a_returned_file(centre: Program) -> None:
    walk = draft()
    walk.submit("có lý do")
    walk.day = walks.next_day(walk)
    walk.send_back("dept", ("file", "", "objectives", "chưa rõ"))
    with acting_as(position(CENTRE)):
        code = walk.now().project.code
    path = f"/projects/{code}/"
    read = centre.get(path)[1]
    assert read["reasons"] == [{"section": "file", "row": None, "field": "objectives", "comment": "chưa rõ"}]
    status, answer = centre.patch(path, {"version": read["version"], "effects": "khác"})
    assert (status, "Mục đang khóa" in answer["detail"]) == (400, True)
    assert centre.patch(path, {"version": read["version"], "objectives": "Rõ hơn"})[0] == 200


def test_the_list_is_narrowed_by_every_filter() -> None:
    by = position(CENTRE)
    make_file(by=by, programme=LOCAL, year=2026)
    wanted = make_file(by=by, programme=NATIONAL, year=2027)
    with acting_as(by):
        project = Project.objects.get(pk=wanted.project_id)
        project.title = "Truyền nghề đan lát"
        project.save()
    centre = Program(CENTRE)

    def codes(**filters: str) -> list[str]:
        return [row["code"] for row in centre.get("/projects/", **filters)[1]["results"]]

    assert len(codes()) == 2
    for filters in (
        {"year": "2027"},
        {"programme": "NATIONAL"},
        {"q": "dan lat"},
        {"year": "2027", "state": "draft", "activity": "T10", "province": "hai-phong"},
    ):
        assert codes(**filters) == [project.code], filters
    assert codes(province="thai-nguyen") == codes(year="khong") == []


def test_a_filter_that_does_not_exist_is_refused() -> None:
    status, answer = Program(CENTRE).get("/projects/", yaer="2027")
    assert (status, faults(answer)) == (400, {"yaer": "unknown"})


def test_each_sees_in_the_list_what_he_may_open() -> None:
    ours = draft(LOCAL)
    walks.appraised(ours)
    draft(NATIONAL)
    draft(NATIONAL, slug="thai-nguyen")
    counts = {
        account: Program(account).get("/projects/")[1]["count"]
        for account in (CENTRE, DEPT, "finance.hai-phong", "centre.thai-nguyen", "agency.officer")
    }
    assert counts == {
        CENTRE: 2,
        DEPT: 1,
        "finance.hai-phong": 1,
        "centre.thai-nguyen": 1,
        "agency.officer": 0,
    }


def test_a_page_asks_the_database_as_often_for_thirty_files_as_for_one() -> None:
    by = position(CENTRE)
    program = Program(CENTRE)

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            count = program.get("/projects/")[1]["count"]
        own = [query for query in queries.captured_queries if "projects_" in query["sql"]]
        return count, len(own)

    make_file(by=by, shares=(5,))
    one = asked()
    for _ in range(29):
        make_file(by=by, shares=(5, 7))
    assert (one, asked()) == ((1, 4), (30, 4))


def test_pages_hold_fifty() -> None:
    by = position(CENTRE)
    for _ in range(51):
        make_file(by=by)
    program = Program(CENTRE)
    first = program.get("/projects/")[1]
    assert (first["count"], len(first["results"]), first["previous"]) == (51, 50, None)
    answer = program.client.get(first["next"]).json()
    assert (len(answer["results"]), answer["next"]) == (1, None)
    assert program.get("/projects/", page="3")[0] == 404


def json_schema(described: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: what is nullable may be null."""
    if isinstance(described, list):
        return [json_schema(each) for each in described]
    if not isinstance(described, dict):
        return described
    plain = {name: json_schema(each) for name, each in described.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if described.get("nullable") is True else plain


def test_what_is_answered_has_the_shape_of_the_schema(centre: Program, establishment: Establishment) -> None:
    made = centre.post("/projects/", a_body(establishment))[1]
    listed = centre.get("/projects/")[1]
    components = schema()["components"]
    for name, value in (("ReadFileShape", made), ("ListedFilePage", listed)):
        described = {"$ref": f"#/components/schemas/{name}", "components": json_schema(components)}
        assert [error.message for error in Draft202012Validator(described).iter_errors(value)] == []
        assert set(value) == set(components["schemas"][name]["properties"])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"beneficiaries": [{"support": 1}]}, {"beneficiaries.0.establishment": "required"}),
        ({"estimate": [{"unit_price": 1}]}, {"estimate.0.item": "required"}),
        ({"schedule": [{"work": "Mua sắm"}]}, {"schedule.0.position": "required"}),
    ],
)
def test_a_row_of_a_change_has_what_a_row_needs(
    centre: Program, rows: dict[str, Any], expected: dict[str, str]
) -> None:
    made = centre.post("/projects/", {"programme": "LOCAL", "year": 2027, "title": "Máy", "activity": "T10"})[
        1
    ]
    status, answer = centre.patch(f"/projects/{made['code']}/", {"version": made["version"], **rows})
    assert (status, {name: code for name, code in faults(answer).items() if name in expected}) == (
        400,
        expected,
    )
