"""Acts over the API: the bodies follow the rows of the chain, and a file goes its whole way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accounts.tenancy import acting_as
from budgets.queries import balance
from khuyencong.demonstration.walk import Walk
from projects.api.acts import CONTRACTS, FIELDS, KNOWN, ActBody, body_of
from projects.effects import CONTENTS
from projects.models import Paper, Stage
from projects.workflow import ROUTES
from tests.api import Program, faults
from tests.cast import position
from tests.factories import make_rule
from tests.projects import walks
from tests.projects.walks import LOCAL, NATIONAL, assign, decide, draft, next_day

pytestmark = pytest.mark.django_db

CENTRE, DEPT = "centre.hai-phong", "dept.hai-phong"
ROWS = [
    pytest.param(row, id=f"{route.name}-{row.name}-{row.sources[0]}")
    for route in ROUTES.values()
    for row in route.actions
    if not row.list_act
]
TEXTS = dict.fromkeys(CONTENTS, "Đạt yêu cầu.")


def code_of(walk: Walk) -> str:
    with acting_as(position(CENTRE)):
        return walk.now().project.code


@pytest.mark.parametrize("row", ROWS)
def test_the_body_of_an_act_takes_what_its_row_takes(row: Any) -> None:
    common = set(ActBody().fields)
    body = body_of(row)().fields
    own = {name: field.required for name, field in body.items() if name not in common}
    expected = {name: name not in KNOWN for name in row.takes} | dict.fromkeys(row.may_take, False)
    if row.name in CONTRACTS:
        expected["items"] = expected.pop("amount")
    extra = {"advance": {"instalment"}, "appraise_department": {"form"}, "appraise_agency": {"form"}}
    for name in extra.get(row.name, set()):
        expected[name] = False
    assert own == expected


def test_no_field_is_described_that_no_row_takes() -> None:
    taken = {
        name for route in ROUTES.values() for row in route.actions for name in (*row.takes, *row.may_take)
    }
    assert set(FIELDS) - taken == set()


def test_a_national_file_goes_its_whole_way() -> None:
    walk = draft()
    code = code_of(walk)
    centre, director, dept = Program(CENTRE), Program("centre.head.hai-phong"), Program(DEPT)
    officer, head = Program("agency.officer"), Program("agency.head")
    accountant = Program("agency.accountant")
    numbers = iter(range(1, 100))

    def paper(symbol: str) -> dict[str, str]:
        return {"number": f"{next(numbers)}/{symbol}", "date": next_day(walk).isoformat()}

    def done(program: Program, action: str, **body: Any) -> Any:
        status, answer = program.act(code, action, **body)
        assert status == 200, (action, answer)
        return answer

    def state(program: Program, action: str, **body: Any) -> str:
        return str(done(program, action, **body)["state"])

    reasons = {"comment": "bổ sung theo chỉ đạo"}
    assert state(centre, "submit", expected_state="draft", paper=paper("CV-TTKC"), **reasons) == "submitted"
    pins = [{"section": "estimate", "row": "1", "field": "unit_price", "comment": "báo giá cũ"}]
    day = next_day(walk)
    returned = done(
        dept,
        "return",
        expected_state="submitted",
        effective_on=day.isoformat(),
        reasons=pins,
        answer_by=(day.replace(year=day.year + 1)).isoformat(),
    )
    assert (returned["state"], returned["reasons"]) == ("returned", pins)
    assert state(centre, "submit", paper=paper("CV-TTKC"), **reasons) == "submitted"
    appraisal = {"contents": TEXTS, "recommended": 300_000_000, "opinion": "RECOMMENDED", "form": "4b"}
    assert state(dept, "appraise_department", paper=paper("PTĐ-SCT"), **appraisal) == "appraised_department"
    decide("register", walk)
    assert (
        state(officer, "appraise_agency", paper=paper("PTĐ-ĐCK"), priority_rank=1, **appraisal)
        == "appraised_agency"
    )
    decide("propose", walk)
    decide("approve", walk)
    assign()
    decide("allocate", walk)
    terms = {
        "starts_on": (walk.day + dt.timedelta(days=1)).isoformat(),
        "ends_on": walk.day.replace(year=walk.day.year + 1).isoformat(),
    }
    contracted = state(
        head, "contract", paper=paper("HĐ-ĐCK"), items=[{"project": code, "amount": 300_000_000}], **terms
    )
    assert contracted == "contracted"
    assert state(centre, "start", effective_on=next_day(walk).isoformat()) == "in_progress"
    done(
        centre,
        "report_progress",
        effective_on=next_day(walk).isoformat(),
        month=walk.day.isoformat(),
        percent=80,
        value_done=600_000_000,
        done="Đã lắp đặt",
    )
    done(dept, "confirm_progress", effective_on=next_day(walk).isoformat())
    done(director, "request_advance", paper=paper("CV-TTKC"), amount=150_000_000, instalment="FIRST")
    done(accountant, "check_advance", effective_on=walk.day.isoformat(), amount=150_000_000)
    done(head, "advance", paper=paper("UNC"), amount=150_000_000, instalment="FIRST")
    with acting_as(position(CENTRE)):
        establishment = walk.now().shares.get().establishment_id
    accepted = done(
        Program("dept2.hai-phong"),
        "accept",
        paper=paper("BBNT-SCT"),
        shares=[{"beneficiary": establishment, "support": 300_000_000, "counterpart": 420_000_000}],
        outputs={"machines_supported": 1},
    )
    assert (accepted["state"], accepted["beneficiaries"][0]["state"]) == ("accepted", "accepted")
    unit = Program("centre.accountant.hai-phong")
    done(unit, "check_payment_request", effective_on=walk.day.isoformat(), amount=300_000_000)
    done(director, "request_payment", paper=paper("CV-TTKC"), amount=300_000_000)
    done(dept, "confirm_settlement", effective_on=next_day(walk).isoformat())
    paid = {"cleared": 150_000_000, "paid": 150_000_000}
    done(accountant, "check_payment", effective_on=walk.day.isoformat(), **paid)
    done(head, "pay", paper=paper("UNC"), **paid)
    done(accountant, "check_settlement", effective_on=walk.day.isoformat(), settled=300_000_000)
    assert state(head, "settle", paper=paper("BBTL-ĐCK"), settled=300_000_000) == "settled"
    closed = done(officer, "close", place_of_originals="Kho lưu trữ", effective_on=next_day(walk).isoformat())
    assert closed["state"] == "closed"
    assert [stop["state"] for stop in closed["route"]] == [
        "draft", "submitted", "returned", "submitted", "appraised_department", "registered", "appraised_agency",
        "proposed", "approved", "funded", "contracted", "in_progress", "accepted", "settled", "closed",
    ]  # fmt: skip
    with acting_as(position("agency.officer")):
        sums = balance(walk.year.pk)
    assert (sums.approved, sums.allocated, sums.contracted, sums.accepted, sums.disbursed, sums.settled) == (
        *[300_000_000] * 6,
    )


def test_who_was_slower_is_told_409() -> None:
    walk = draft()
    walk.submit("có lý do")
    code, dept = code_of(walk), Program(DEPT)
    late = {"reasons": [{"section": "file", "comment": "x"}], "answer_by": "2030-01-01"}
    assert dept.act(code, "return", expected_state="draft", **late)[0] == 409
    assert Program(CENTRE).act(code, "submit", expected_state="draft")[0] == 409
    assert Program(CENTRE).act(code, "submit")[0] == 409


def test_a_wrong_position_is_forbidden_and_another_province_finds_nothing() -> None:
    walk = draft()
    walk.submit("có lý do")
    code = code_of(walk)
    answers = {
        account: Program(account).act(code, "appraise_department", expected_state="submitted")[0]
        for account in (CENTRE, "dept.head.hai-phong", "finance.hai-phong", "dept.thai-nguyen", "agency.head")
    }
    assert answers == {
        CENTRE: 403,
        "dept.head.hai-phong": 403,
        "finance.hai-phong": 403,
        "dept.thai-nguyen": 404,
        "agency.head": 404,
    }


def test_an_act_on_lists_is_not_done_on_one_file_and_an_unknown_one_is_not_there() -> None:
    walk = draft()
    walks.appraised(walk)
    code, head = code_of(walk), Program("dept.head.hai-phong")
    assert head.act(code, "register")[0] == 400
    status, answer = head.act(code, "fly")
    assert (status, answer["detail"].startswith("Không tìm thấy: "), "fly" in answer["detail"]) == (
        404,
        True,
        False,
    )
    assert head.client.get(f"/api/v1/projects/{code}/actions/register/").status_code == 405


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"paper": None}, {"paper": "null"}),
        ({"paper": {"number": "1/PTĐ"}}, {"paper.date": "required"}),
        ({"recommended": "300000000"}, {"recommended": "whole"}),
        ({"recommended": 10**30}, {"recommended": "max_value"}),
        ({"opinion": "YES"}, {"opinion": "invalid_choice"}),
        (
            {"contents": {"principles": "x"}},
            dict.fromkeys([f"contents.{name}" for name in CONTENTS[1:]], "required"),
        ),
        ({"form": "4a"}, {"form": "invalid"}),
        ({"amount": 1}, {"amount": "unknown"}),
        ({"expected_state": "flying"}, {"expected_state": "invalid_choice"}),
        ({"effective_on": "2020-01-01"}, {"effective_on": "invalid"}),
    ],
)
def test_a_body_that_does_not_fit_its_act_is_refused_field_by_field(
    changes: dict[str, Any], expected: dict[str, str]
) -> None:
    walk = draft()
    walk.submit("có lý do")
    body = {
        "paper": {"number": "1/PTĐ-SCT", "date": next_day(walk).isoformat()},
        "contents": TEXTS,
        "recommended": 300_000_000,
        "opinion": "RECOMMENDED",
    }
    status, answer = Program(DEPT).act(code_of(walk), "appraise_department", **body | changes)
    assert (status, faults(answer)) == (400, expected)


@pytest.mark.parametrize("body", [[], "x", 1, None])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    walk = draft()
    status, _ = Program(CENTRE).post(f"/projects/{code_of(walk)}/actions/submit/", body)
    assert status == 400


def test_what_the_rules_refuse_is_a_sentence_and_leaves_nothing() -> None:
    walk = draft()
    walk.submit("có lý do")
    code, dept = code_of(walk), Program(DEPT)
    body = {
        "paper": {"number": "1/PTĐ-SCT", "date": next_day(walk).isoformat()},
        "contents": TEXTS,
        "recommended": 300_000_001,
        "opinion": "RECOMMENDED",
    }
    status, answer = dept.act(code, "appraise_department", **body)
    assert (status, "cao hơn mức đơn vị đề nghị" in answer["detail"]) == (400, True)
    assert dept.get(f"/projects/{code}/")[1]["state"] == "submitted"


def test_reasons_pin_rows_that_are_there() -> None:
    walk = draft()
    walk.submit("có lý do")
    reasons = [{"section": "file", "comment": "a"}, {"section": "estimate", "row": "7", "comment": "b"}]
    body = {"reasons": reasons, "answer_by": "2030-01-01", "effective_on": next_day(walk).isoformat()}
    status, answer = Program(DEPT).act(code_of(walk), "return", **body)
    assert (status, faults(answer)) == (400, {"reasons.1.row": "invalid"})


def test_one_contract_holds_several_files_or_none() -> None:
    scene = walks.new_scene()
    pair = draft(LOCAL, scene=scene), draft(LOCAL, scene=scene)
    walks.approved(*pair)
    assign(programme=LOCAL)
    decide("appraise_allocation", *pair)
    decide("allocate", *pair)
    codes = [code_of(walk) for walk in pair]
    head = Program("dept.head.hai-phong")
    body = {
        "paper": {"number": "9/HĐ-SCT", "date": next_day(*pair).isoformat()},
        "starts_on": "2027-03-01",
        "ends_on": "2027-11-30",
    }

    def sign(*amounts: int) -> tuple[int, Any]:
        items = [{"project": code, "amount": amount} for code, amount in zip(codes, amounts, strict=False)]
        return head.act(codes[0], "contract", items=items, **body)

    status, answer = sign(300_000_000, 300_000_001)
    assert (status, "vượt kinh phí được giao" in answer["detail"]) == (400, True)
    assert [head.get(f"/projects/{code}/")[1]["state"] for code in codes] == ["funded", "funded"]
    assert faults(head.act(codes[0], "contract", items=[{"project": codes[1], "amount": 1}], **body)[1]) == {
        "items": "invalid"
    }
    assert sign(300_000_000, 300_000_000)[0] == 200
    assert [head.get(f"/projects/{code}/")[1]["state"] for code in codes] == ["contracted", "contracted"]


def test_acceptance_names_beneficiaries_and_indicators_of_the_file() -> None:
    walk = draft()
    walks.in_progress(walk)
    code = code_of(walk)
    body = {"paper": {"number": "1/BBNT", "date": next_day(walk).isoformat()}}
    share = {"beneficiary": 999_999, "support": 1, "counterpart": 0}
    status, answer = Program("dept2.hai-phong").act(code, "accept", shares=[share], **body)
    assert (status, faults(answer)) == (400, {"shares.0.beneficiary": "invalid"})
    with acting_as(position(CENTRE)):
        share["beneficiary"] = walk.now().shares.get().establishment_id
    status, answer = Program("dept2.hai-phong").act(
        code, "accept", shares=[share], outputs={"workers_flown": 1}, **body
    )
    assert (status, faults(answer)) == (400, {"outputs.workers_flown": "invalid"})


def test_the_contract_says_who_accepts() -> None:
    walk = draft(NATIONAL)
    walks.approved(walk)
    assign()
    decide("allocate", walk)
    code = code_of(walk)
    body = {
        "paper": {"number": "1/HĐ-ĐCK", "date": next_day(walk).isoformat()},
        "items": [{"project": code, "amount": 300_000_000}],
        "starts_on": "2027-03-01",
        "ends_on": "2027-11-30",
    }
    head = Program("agency.head")
    status, answer = head.act(code, "contract", accepting_body="so-cong-thuong-thai-nguyen", **body)
    assert (status, faults(answer)) == (400, {"accepting_body": "invalid"})
    assert head.act(code, "contract", accepting_body="cuc-khuyen-cong", **body)[0] == 200


def test_a_change_is_asked_confirmed_and_decided_by_program() -> None:
    walk = walks.funded(NATIONAL)
    code = code_of(walk)
    day = next_day(walk).isoformat()
    line = {
        "position": "1",
        "item": "Máy sấy lạnh",
        "unit": "máy",
        "quantity": "1",
        "unit_price": 670_000_000,
    }
    asked = {"estimate": [line | {"national": 250_000_000, "counterpart": 420_000_000}]}
    letter = {"paper": {"number": "9/CV-TTKC", "date": day}, "comment": "Máy rẻ hơn."}
    director = Program("centre.head.hai-phong")
    status, answer = director.act(code, "request_change", type="PARTNER", changes=asked, **letter)
    assert (status, answer["detail"]) == (
        400,
        "Loại “Thay đổi đơn vị phối hợp” không sửa được: estimate. Hãy chọn loại điều chỉnh khác.",
    )
    status, answer = director.act(code, "request_change", type="DECREASE_SUPPORT", changes=asked, **letter)
    assert (status, answer["support"]) == (200, 300_000_000)
    paper = {"number": "10/CV-SCT", "date": day}
    checked = {"paper": paper, "checked": "Đúng báo giá."}
    assert Program("dept.head.hai-phong").act(code, "confirm_change", **checked)[0] == 200
    decision = {"paper": {"number": "11/QĐ-ĐCK", "date": day}}
    status, answer = Program("agency.head").act(code, "decide_change", **decision)
    assert (status, answer["support"], answer["state"]) == (200, 250_000_000, "funded")
    assert [each["unit_price"] for each in answer["estimate"]] == [670_000_000]
    status, _ = Program("agency.head").act(code, "decide_change", **decision)
    assert status == 400


def test_a_plan_of_implementation_and_the_rest_of_a_group_go_through_the_api() -> None:
    walk = walks.group_funded(NATIONAL)
    [found] = walks.name_beneficiaries(walk, 300_000_000)
    walks.attach_missing(walk, Stage.PLAN)
    code = walk.year.project.code
    day = walk.day.isoformat()
    plan = {
        "paper": {"number": "45/TTr-TTKC", "date": day},
        "starts_on": "2027-03-01",
        "ends_on": "2027-11-30",
        "content": "Hai lớp.",
        "organisation_of_work": "Trung tâm tổ chức.",
    }
    centre, head = Program(CENTRE), Program("dept.head.hai-phong")
    status, answer = centre.act(code, "submit_implementation_plan", **{**plan, "content": ""})
    assert (status, "content" in faults(answer)) == (400, True)
    status, answer = centre.act(code, "submit_implementation_plan", **plan)
    assert (status, answer["implementation_plan"]["approved_on"]) == (200, None)
    assert centre.act(code, "approve_implementation_plan", paper=plan["paper"])[0] == 403
    status, answer = head.act(
        code, "approve_implementation_plan", paper={"number": "301/QĐ-SCT", "date": day}
    )
    assert (status, answer["implementation_plan"]["approved_on"]) == (200, day)
    assert [(each["establishment"], each["state"]) for each in answer["beneficiaries"]] == [
        (found.pk, "confirmed")
    ]
    assert (answer["nature"], answer["ended_beneficiaries"], answer["tender_result"]) == ("GROUP", [], None)


# -- who signed the paper ------------------------------------------------------------------------------

DEPUTY = "centre.deputy.hai-phong"


def sending(walk: Walk, **paper: str) -> tuple[int, Any]:
    """The answer to the officer who sends the file with a letter that bears this signature."""
    letter = {"number": "15/CV-TTKC", "date": walks.first_day().isoformat(), **paper}
    return Program(CENTRE).act(code_of(walk), "submit", paper=letter)


def said(answer: tuple[int, Any]) -> dict[str, str]:
    """The sentence at each field of a refused body."""
    assert answer[0] == 400
    return {error["field"]: error["message"] for error in answer[1]["errors"]}


def test_the_body_names_the_deputy_who_signed_and_the_paper_bears_his_lines() -> None:
    make_rule(position(DEPUTY))
    walk = draft()
    assert sending(walk, signer=DEPUTY, manner="KT")[0] == 200
    with acting_as(position(CENTRE)):
        paper = Paper.objects.get()
    assert (paper.signer, paper.signed_as) == (position(DEPUTY), ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"])


def test_without_a_name_the_head_has_signed() -> None:
    walk = draft()
    assert sending(walk, manner="")[0] == 200
    with acting_as(position(CENTRE)):
        paper = Paper.objects.get()
    assert (paper.signer, paper.signed_as) == (position("centre.head.hai-phong"), ["GIÁM ĐỐC"])


@pytest.mark.parametrize("signer", [DEPUTY, "dept.head.hai-phong", "nobody"])
def test_who_does_not_sign_it_on_its_day_is_refused_with_the_names_of_those_who_do(signer: str) -> None:
    walk = draft()
    answer = sending(walk, signer=signer)
    assert said(answer)["paper.signer"].endswith("Ký được: centre.head.hai-phong (Giám đốc).")
    with acting_as(position(CENTRE)):
        assert Paper.objects.count() == 0


@pytest.mark.parametrize(("more", "manner"), [({"signer": DEPUTY}, ""), ({}, "KT"), ({}, "TUQ")])
def test_a_manner_that_is_not_the_signers_is_refused(more: dict[str, str], manner: str) -> None:
    make_rule(position(DEPUTY))
    walk = draft()
    answer = sending(walk, manner=manner, **more)
    assert list(said(answer)) == ["paper.manner"]


def test_one_letter_has_one_signer_whoever_records_it_second() -> None:
    make_rule(position(DEPUTY))
    first, second = draft(), draft()
    assert sending(first, signer=DEPUTY)[0] == 200
    answer = sending(second)
    assert answer[0] == 400
    assert "đã được ghi với người ký Mạc Thị Ổi (Hải Phòng), Phó Giám đốc" in answer[1]["detail"]
    assert sending(second, signer=DEPUTY)[0] == 200
    with acting_as(position(CENTRE)):
        assert Paper.objects.count() == 1
