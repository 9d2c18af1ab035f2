"""Acts on lists over the API: the lines, the answers and the refusals of the page, for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from projects.api.list_acts import BODIES, SAYS_ITS_FILES, TextsShape
from projects.models import ListAct, RegistrationReport
from projects.papers.registration import TEXTS
from projects.workflow import ROUTES
from tests.api import Program, faults
from tests.cast import position
from tests.projects import walks
from tests.projects.walks import LOCAL, NATIONAL, YEAR, assign, decide, draft, next_day

pytestmark = pytest.mark.django_db

LIST = {"programme": "NATIONAL", "year": YEAR}
ILL = {"comment": "theo chỉ đạo của lãnh đạo"}


def code_of(walk: Walk) -> str:
    return walk.year.project.code


def paper(walk: Walk, number: str) -> dict[str, str]:
    return {"number": number, "date": next_day(walk).isoformat()}


def state_of(walk: Walk, account: str = "dept.hai-phong") -> str:
    return str(Program(account).get(f"/projects/{code_of(walk)}/")[1]["state"])


def two(programme: str = NATIONAL) -> tuple[Walk, Walk]:
    scene = walks.new_scene()
    return draft(programme, scene=scene), draft(programme, scene=scene)


def proposed() -> tuple[Walk, Walk, ListAct]:
    """Two files and the submission on which they wait for the ministry."""
    pair = two()
    walks.ready_to_propose(*pair)
    return (*pair, decide("propose", *pair))


def approve(walk: Walk, **body: Any) -> tuple[int, Any]:
    body = {"action": "approve", **LIST, "paper": paper(walk, "1/QĐ-BCT"), **body}
    return Program("ministry.leader").post("/lists/", body)


# -- what is sent -----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(set(BODIES) - {"preregister"}))
def test_the_body_of_a_list_act_takes_what_its_row_takes(action: str) -> None:
    row = next(row for route in ROUTES.values() for row in route.rows(action))
    body: Any = BODIES[action]().fields
    own = {name: field.required for name, field in body.items()}
    expected = {
        "action": True, "programme": True, "year": True, "comment": False, "effective_on": False,
        "items": action in {"register", "request_budget", "propose", "allocate"},
    }  # fmt: skip
    if row.paper:
        expected["paper"] = True
    if action == "register":
        expected |= {"round": False, "texts": False}
    assert own == expected
    item = body["items"].child.fields
    verdicts = list(item["verdict"].choices) if "verdict" in item else []
    assert verdicts == [verdict.name for verdict in row.verdicts]
    assert ("amount" in item) == any(verdict.with_amount for verdict in row.verdicts)


def test_what_names_its_files_and_what_is_written_for_the_paper() -> None:
    assert {"register", "request_budget", "propose", "allocate"} == SAYS_ITS_FILES
    assert tuple(TextsShape().fields) == TEXTS


# -- the whole way ----------------------------------------------------------------------------------


def test_a_national_file_goes_through_its_lists() -> None:
    walk = draft()
    walks.appraised(walk)
    head, agency = Program("dept.head.hai-phong"), Program("agency.head")
    item = {"project": code_of(walk)}

    def done(program: Program, action: str, number: str, **body: Any) -> Any:
        body = {"action": action, **LIST, "paper": paper(walk, number), **ILL, **body}
        status, answer = program.post("/lists/", body)
        assert status == 201, (action, answer)
        return answer

    texts = {"last_year_results": "", "this_year_progress": "Đang thực hiện.", "aims": "Cơ giới hóa."}
    registered = done(
        head, "register", "5/BC-SCT", texts=texts, items=[item | {"expected_state": "appraised_department"}]
    )
    assert registered | {"id": 0, "effective_on": "", "round": 0} == {
        "id": 0, "action": "register", "label": "Gửi đăng ký về Cục", "programme": "NATIONAL", "year": YEAR,
        "organisation": "so-cong-thuong-hai-phong", "by": "Đỗ Minh Ẩn (Hải Phòng)",
        "paper": {"number": "5/BC-SCT", "date": walk.day.isoformat()}, "effective_on": "", "files": 1,
        "amount": 300_000_000, "round": 0, "answers": None, "comment": ILL["comment"], "texts": texts, "whole": True,
        "items": [
            {
                "project": code_of(walk), "verdict": "INCLUDE", "amount": 300_000_000, "reason": "",
                "from_state": "appraised_department", "to_state": "registered",
            }
        ],
    }  # fmt: skip
    with acting_as(position("dept.hai-phong")):
        assert registered["round"] == walk.now().round_id
    next_day(walk)
    walk.appraise(account="agency.officer")
    submission = done(agency, "propose", "1/TTr-ĐCK", items=[item])
    decision = done(Program("ministry.leader"), "approve", "2/QĐ-BCT")
    assert (decision["answers"], decision["items"][0]["to_state"]) == (submission["id"], "approved")
    assign()
    given = done(
        agency, "allocate", "3/TB-ĐCK",
        items=[item | {"verdict": "PARTIAL", "amount": 100_000_000, "reason": "Chưa đủ dự toán."}],
    )  # fmt: skip
    assert (given["amount"], state_of(walk)) == (100_000_000, "funded")
    assert agency.get(f"/lists/{given['id']}/") == (200, given)


def test_a_local_file_goes_through_its_lists_and_answers_need_no_items() -> None:
    walk = draft(LOCAL)
    walks.appraised(walk)
    where = {"programme": "LOCAL", "year": YEAR}
    seen = []
    for account, action, number, items in (
        ("finance", "give_opinion", "1/CV-STC", None),
        ("dept.head", "propose", "2/TTr-SCT", [{"project": code_of(walk)}]),
        ("committee", "approve", "3/QĐ-UBND", None),
        ("finance", "appraise_allocation", "4/TĐ-STC", None),
        ("dept.head", "allocate", "5/QĐ-SCT", [{"project": code_of(walk)}]),
    ):
        if action == "allocate":
            assign(programme=LOCAL)
        body = {"action": action, **where, "paper": paper(walk, number), **ILL}
        body |= {} if items is None else {"items": items}
        status, answer = Program(f"{account}.hai-phong").post("/lists/", body)
        assert status == 201, (action, answer)
        answers = Program("dept.hai-phong").get(f"/lists/{answer['answers']}/") if answer["answers"] else None
        seen.append((action, answers and answers[1]["action"], state_of(walk)))
    assert seen == [
        ("give_opinion", None, "appraised_department"),
        ("propose", None, "proposed"),
        ("approve", "propose", "approved"),
        ("appraise_allocation", "approve", "approved"),
        ("allocate", None, "funded"),
    ]


# -- answers ----------------------------------------------------------------------------------------


def test_an_answer_takes_the_open_lines_of_the_list_it_answers() -> None:
    one, two_, submission = proposed()
    one.day = two_.day
    body = {"paper": paper(one, "1/QĐ-BCT"), "items": [{"project": code_of(one)}]}
    minister = Program("ministry.leader")
    assert minister.post(f"/lists/{submission.pk}/actions/approve/", body)[0] == 201
    status, answer = minister.post(f"/lists/{submission.pk}/actions/return_plan/", {"comment": "Rà soát."})
    assert (status, answer["answers"], answer["paper"]) == (201, submission.pk, None)
    assert [item["project"] for item in answer["items"]] == [code_of(two_)]
    assert (state_of(one), state_of(two_)) == ("approved", "appraised_agency")


def test_an_act_on_a_list_of_which_nothing_waits_is_too_late() -> None:
    one, _, submission = proposed()
    minister, address = Program("ministry.leader"), f"/lists/{submission.pk}/actions/approve/"
    body = {"paper": paper(one, "1/QĐ-BCT")}
    assert minister.post(address, body)[0] == 201
    status, answer = minister.post(address, body | {"paper": paper(one, "2/QĐ-BCT")})
    assert (status, answer["detail"].startswith("Không có hồ sơ nào đang chờ")) == (409, True)
    assert approve(one)[0] == 409


def test_of_two_lists_that_wait_the_program_says_which() -> None:
    one, other = two()
    walks.ready_to_propose(one, other)
    first, second = decide("propose", one), decide("propose", other)
    one.day = other.day
    status, answer = approve(one)
    assert (status, f": {second.pk}, {first.pk}." in answer["detail"]) == (400, True)
    status, answer = Program("ministry.leader").post(
        f"/lists/{first.pk}/actions/approve/", {"paper": paper(one, "1/QĐ-BCT")}
    )
    assert (status, answer["answers"], state_of(one), state_of(other)) == (
        201, first.pk, "approved", "proposed",
    )  # fmt: skip


def test_a_list_is_acted_on_in_its_own_lines_only() -> None:
    one, other = two()
    walks.ready_to_propose(one, other)
    first, _ = decide("propose", one), decide("propose", other)
    body = {"paper": paper(other, "1/QĐ-BCT"), "items": [{"project": code_of(other)}]}
    status, answer = Program("ministry.leader").post(f"/lists/{first.pk}/actions/approve/", body)
    assert (status, faults(answer)) == (400, {"items.0.project": "invalid"})


def test_a_list_that_is_not_there_and_an_act_that_is_none_are_404() -> None:
    _, _, submission = proposed()
    minister = Program("ministry.leader")
    assert minister.post(f"/lists/{submission.pk}/actions/fly/", {})[0] == 404
    assert minister.post(f"/lists/{submission.pk}/actions/preregister/", {})[0] == 404
    assert minister.post(f"/lists/{submission.pk}/actions/give_opinion/", {})[0] == 404
    assert minister.post("/lists/999999/actions/approve/", {})[0] == 404
    assert Program("dept.head.thai-nguyen").get(f"/lists/{submission.pk}/")[0] == 404


# -- refusals ---------------------------------------------------------------------------------------


def test_who_was_slower_is_told_409_and_no_line_is_written() -> None:
    one, other, _ = proposed()
    one.day = other.day
    minister = Program("ministry.leader")
    seen = [{"project": code_of(walk), "expected_state": "proposed"} for walk in (one, other)]
    assert approve(one, items=[seen[0]])[0] == 201
    status, answer = approve(one, items=seen, paper=paper(one, "2/QĐ-BCT"))
    assert (status, answer["detail"].startswith(f"{code_of(one)}: ")) == (409, True)
    without = [{"project": code_of(walk)} for walk in (one, other)]
    assert approve(one, items=without, paper=paper(one, "2/QĐ-BCT"))[0] == 409
    assert state_of(other) == "proposed"
    assert minister.get("/lists/", action="approve")[1]["count"] == 1


def test_lines_at_fault_are_told_by_their_place() -> None:
    one, other, _ = proposed()
    one.day = other.day
    items = [
        {"project": code_of(one), "verdict": "REJECT"},
        {"project": code_of(other), "verdict": "AMEND", "amount": 10**12, "reason": "Tăng."},
    ]
    status, answer = approve(one, items=items)
    assert (status, faults(answer)) == (400, {"items.0": "refused", "items.1": "refused"})
    status, answer = approve(one, items=items[:1])
    assert (status, faults(answer)) == (400, {"items.0": "needs_reason"})
    assert (state_of(one), state_of(other)) == ("proposed", "proposed")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"action": "fly"}, {"action": "invalid_choice"}),
        ({"action": "register"}, {"items": "required"}),
        ({"programme": "LOCAL", "action": "register", "items": [{"project": "x"}]}, {"programme": "invalid"}),
        ({"year": "2027"}, {"year": "whole"}),
        ({"paper": None}, {"paper": "null"}),
        ({"items": []}, {"items": "min_length"}),
        ({"items": [{"project": "KCQG-1"}]}, {"items.0.project": "invalid"}),
        ({"items": [{"project": "x", "verdict": "YES"}]}, {"items.0.verdict": "invalid_choice"}),
        ({"items": [{"project": "x", "amount": 0}]}, {"items.0.amount": "min_value"}),
        ({"texts": {"aims": "x"}}, {"texts": "unknown"}),
        ({"effective_on": "2020-01-01"}, {"effective_on": "invalid"}),
    ],
)
def test_a_body_that_does_not_fit_its_act_is_refused_field_by_field(
    changes: dict[str, Any], expected: dict[str, str]
) -> None:
    one, _, _ = proposed()
    status, answer = approve(one, **changes)
    assert (status, faults(answer)) == (400, expected)


def test_a_file_stands_on_a_list_once() -> None:
    one, _, _ = proposed()
    status, answer = approve(one, items=[{"project": code_of(one)}] * 2)
    assert (status, faults(answer)) == (400, {"items.1.project": "invalid"})


@pytest.mark.parametrize("body", [[], "x", 1, None])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    assert Program("agency.head").post("/lists/", body)[0] == 400


def test_a_wrong_position_is_forbidden_and_another_province_finds_no_file() -> None:
    walk = draft()
    walks.appraised(walk)
    body = {
        "action": "register", **LIST, "paper": paper(walk, "1/BC-SCT"), **ILL,
        "items": [{"project": code_of(walk)}],
    }  # fmt: skip
    for account in ("centre.head.hai-phong", "dept.hai-phong", "agency.head", "finance.hai-phong"):
        assert Program(account).post("/lists/", body)[0] == 403
    status, answer = Program("dept.head.thai-nguyen").post("/lists/", body)
    assert (status, faults(answer)) == (400, {"items.0.project": "invalid"})


def test_under_one_key_a_list_is_decided_once() -> None:
    one, _, _ = proposed()
    body = {"action": "approve", **LIST, "paper": paper(one, "1/QĐ-BCT")}
    minister = Program("ministry.leader")
    first, second = (minister.post("/lists/", body, key="k") for _ in range(2))
    assert (first[0], second) == (201, first)
    assert minister.post("/lists/", body)[0] == 409
    status, answer = minister.post("/lists/", body | {"comment": "khác"}, key="k")
    assert (status, "đã dùng cho một yêu cầu khác" in answer["detail"]) == (400, True)


# -- reading ----------------------------------------------------------------------------------------


def test_lists_are_read_as_far_as_they_are_seen() -> None:
    _, _, submission = proposed()
    counts = {
        account: Program(account).get("/lists/")[1]["count"]
        for account in (
            "agency.officer", "ministry.leader", "dept.hai-phong", "dept.thai-nguyen", "finance.hai-phong",
            "centre.hai-phong",
        )
    }  # fmt: skip
    assert counts == {
        "agency.officer": 2,  # registration and submission
        "ministry.leader": 2,
        "dept.hai-phong": 1,
        "dept.thai-nguyen": 0,
        "finance.hai-phong": 0,
        "centre.hai-phong": 0,
    }
    agency = Program("agency.officer")
    assert [row["action"] for row in agency.get("/lists/")[1]["results"]] == ["propose", "register"]
    (found,) = agency.get("/lists/", action="propose", year=YEAR, programme="NATIONAL")[1]["results"]
    assert (found["id"], found["files"], found["amount"]) == (submission.pk, 2, 600_000_000)


@pytest.mark.parametrize("words", [{"year": "x"}, {"programme": "X"}, {"action": "fly"}, {"nam": "2027"}])
def test_a_filter_that_is_none_is_named(words: dict[str, str]) -> None:
    status, answer = Program("agency.officer").get("/lists/", **words)
    assert (status, list(faults(answer))) == (400, list(words))


def test_a_page_of_lists_takes_as_many_queries_for_two_lists_as_for_three() -> None:
    agency, asked = Program("agency.officer"), []
    one, other, _ = proposed()
    for more in (True, False):
        with CaptureQueriesContext(connection) as queries:
            agency.get("/lists/")
        asked.append(len([query for query in queries.captured_queries if "projects_" in query["sql"]]))
        if more:
            decide("approve", one, other)
    assert asked == [3, 3]


# -- registration -----------------------------------------------------------------------------------


def test_a_department_tells_what_it_intends() -> None:
    walk = draft()
    walks.submitted(walk)
    head = Program("dept.head.hai-phong")
    with acting_as(position("dept.hai-phong")):
        round_ = walks.open_round().pk
    body = {
        "action": "preregister", "round": round_, "paper": paper(walk, "7/BC-SCT"),
        "items": [
            {"title": "Máy sấy lạnh", "amount": 300_000_000, "project": code_of(walk)},
            {"title": "Hội chợ vùng", "kind": "TASK", "amount": 120_000_000},
        ],
    }  # fmt: skip
    status, answer = head.post("/lists/", body, key="k")
    assert status == 201, answer
    assert [(item["project"], item["kind"], item["amount"]) for item in answer["items"]] == [
        (code_of(walk), "PROJECT", 300_000_000),
        (None, "TASK", 120_000_000),
    ]
    assert head.post("/lists/", body, key="k") == (201, answer)
    assert head.post("/lists/", body)[0] == 409
    with acting_as(position("agency.officer")):
        assert RegistrationReport.objects.get().lines.count() == 2


def test_a_report_names_its_round_and_files_of_the_own_province() -> None:
    walk = draft()
    walks.submitted(walk)
    body: dict[str, Any] = {"action": "preregister", "paper": paper(walk, "7/BC-SCT"), "items": []}
    head = Program("dept.head.thai-nguyen")
    status, answer = head.post("/lists/", body | {"round": 999_999})
    assert (status, faults(answer)) == (400, {"round": "invalid"})
    assert "Đợt 1 năm 2027" in answer["errors"][0]["message"]
    with acting_as(position("dept.hai-phong")):
        body["round"] = walks.open_round().pk
    named = [{"title": "Máy sấy", "amount": 1, "project": code_of(walk)}]
    status, answer = head.post("/lists/", body | {"items": named})
    assert (status, faults(answer)) == (400, {"items.0.project": "invalid"})
    assert Program("dept.thai-nguyen").post("/lists/", body)[0] == 403
    assert head.post("/lists/", body)[0] == 201
