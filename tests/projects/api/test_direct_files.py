"""Files of several provinces over the API: begun, read, sent, and by whom not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Program, faults
from tests.cast import position
from tests.factories import make_establishment
from tests.projects.walks import YEAR, direct_draft

pytestmark = pytest.mark.django_db

BODY: dict[str, Any] = {
    "programme": "NATIONAL",
    "year": YEAR,
    "title": "Thiết bị tiết kiệm năng lượng",
    "activity": "T10",
}


def test_a_unit_begins_a_file_of_several_provinces_with_beneficiaries_by_tax_code() -> None:
    here = make_establishment(by=position("centre.hai-phong"))
    there = make_establishment(by=position("centre.thai-nguyen"))
    shares = [
        {"tax_code": each.tax_code, "support": 100, "counterpart": 200, "place": "Xưởng"}
        for each in (here, there)
    ]
    program = Program("regional.1")
    body = BODY | {"provinces": ["thai-nguyen", "hai-phong"], "beneficiaries": shares}
    status, answer = program.post("/projects/", body)
    assert (status, answer["provinces"], answer["implementer"]) == (
        201,
        ["hai-phong", "thai-nguyen"],
        "trung-tam-vung-1",
    )
    assert [share["support"] for share in answer["beneficiaries"]] == [100, 100]
    assert {share["establishment"] for share in answer["beneficiaries"]}.isdisjoint({here.pk, there.pk})
    assert [each["action"] for each in answer["available_actions"]] == ["submit", "withdraw"]
    code = answer["code"]
    for account in ("dept.hai-phong", "regional.2", "agency.officer"):
        assert Program(account).get(f"/projects/{code}/")[0] == (403 if account == "dept.hai-phong" else 404)


@pytest.mark.parametrize(
    ("account", "changes", "fault"),
    [
        ("regional.1", {"provinces": ["hoa-binh"]}, "provinces"),
        ("regional.1", {"provinces": ["hai-phong"], "implementer": "trung-tam-vung-2"}, "implementer"),
        (
            "regional.1",
            {"provinces": ["hai-phong"], "beneficiaries": [{"support": 1}]},
            "beneficiaries.0.establishment",
        ),
    ],
)
def test_what_names_nothing_is_refused_by_its_field(
    account: str, changes: dict[str, Any], fault: str
) -> None:
    status, answer = Program(account).post("/projects/", BODY | changes)
    assert (status, list(faults(answer))) == (400, [fault])


@pytest.mark.parametrize(
    ("account", "changes"),
    [
        ("regional.1", {}),
        ("centre.hai-phong", {"provinces": ["thai-nguyen"]}),
        ("centre.hai-phong", {"programme": "LOCAL", "provinces": ["hai-phong", "thai-nguyen"]}),
        ("agency.officer", {}),
        ("regional.1", {"provinces": ["hai-phong"], "beneficiaries": [{"tax_code": "0200000000"}]}),
    ],
)
def test_what_the_rules_do_not_allow_is_said_and_nothing_is_begun(
    account: str, changes: dict[str, Any]
) -> None:
    program = Program(account)
    status, answer = program.post("/projects/", BODY | changes)
    assert status == 400, answer
    assert program.get("/projects/")[1]["count"] == 0


def test_the_head_sends_it_and_every_member_reads_it() -> None:
    walk = direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen")
    code = walk.year.project.code
    paper = {"number": "5/BC-TTKC1", "date": walk.day.isoformat()}
    sent = {"paper": paper, "comment": "Chỉ đạo của Cục."}
    assert Program("regional.1").act(code, "submit", **sent)[0] == 403
    status, answer = Program("regional.head.1").act(code, "submit", **sent)
    assert (status, answer["state"]) == (200, "registered")
    for account in ("dept.hai-phong", "dept.thai-nguyen", "agency.officer", "ministry.finance"):
        status, answer = Program(account).get(f"/projects/{code}/")
        assert (status, answer["provinces"]) == (200, ["hai-phong", "thai-nguyen"])
    assert Program("regional.2").get(f"/projects/{code}/")[0] == 404
    for slug in ("hai-phong", "thai-nguyen"):
        assert Program("agency.officer").get("/projects/", province=slug)[1]["count"] == 1
    assert Program("agency.officer").get("/projects/", province="hue")[1]["count"] == 0


def test_the_budget_is_requested_on_a_list() -> None:
    walk = direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen")
    walk.submit("theo chỉ đạo của lãnh đạo")
    body = {
        "action": "request_budget",
        "programme": "NATIONAL",
        "year": YEAR,
        "paper": {"number": "9/CV-ĐCK", "date": walk.day.isoformat()},
        "items": [{"project": walk.year.project.code}],
    }
    assert Program("agency.officer").post("/lists/", body)[0] == 403
    status, answer = Program("agency.head").post("/lists/", body)
    assert status == 201, answer
    assert Program("agency.head").post("/lists/", body)[0] == 400
    _, found = Program("agency.head").get("/ledger/", kind="requested")
    assert [entry["amount"] for entry in found["results"]] == [300_000_000]
