"""The operator enters assignments and authorisations: what cannot be is said in a sentence, what is in force stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.queries import organisation_on
from projects.models import Authorisation, EndorsementRule, OrderedAct, SigningRule
from tests.cast import position
from tests.factories import authorise, make_rule

pytestmark = pytest.mark.django_db

RULES, AUTHORISATIONS = "/quan-tri/projects/signingrule/", "/quan-tri/projects/authorisation/"
DAYS = {"dated": "01/07/2026", "valid_from": "01/07/2026"}


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="operator"))
    return client


def rule(account: str, **fields: Any) -> dict[str, Any]:
    return {"manner": "KT", "position": position(account).pk, "number": "12/QĐ-SCT", **DAYS, **fields}


def authority(above: str, below: str, **fields: Any) -> dict[str, Any]:
    return {
        "authoriser": organisation_on(above).pk,
        "authorised": organisation_on(below).pk,
        "actions": ["approve"],
        "number": "5/QĐ-UBND",
        "valid_to": "31/12/2026",
        **DAYS,
        **fields,
    }


def faults(client: Client, register: str, fields: dict[str, Any]) -> list[str]:
    answer = client.post(f"{register}add/", fields)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    return [sentence for sentences in form.errors.values() for sentence in sentences]


def test_an_assignment_is_entered_with_its_field_and_papers(operator: Client) -> None:
    fields = rule("dept.deputy.hai-phong", programme="LOCAL", papers=["DECISION", "LETTER"])
    assert operator.post(f"{RULES}add/", fields).status_code == 302
    made = SigningRule.objects.get()
    assert (made.manner, made.programme, made.papers) == ("KT", "LOCAL", ["DECISION", "LETTER"])


@pytest.mark.parametrize(
    ("account", "fields", "beginning"),
    [
        ("dept.hai-phong", {}, "KT. chỉ phân công cho cấp phó"),
        ("dept.head.hai-phong", {}, "KT. chỉ phân công cho cấp phó"),
        (
            "dept.deputy.hai-phong",
            {"manner": "TL", "papers": ["LETTER"]},
            "TL. chỉ phân công cho Trưởng phòng",
        ),
        (
            "dept.division.hai-phong",
            {"manner": "TL"},
            "TL. chỉ ký loại văn bản có trong “Việc",
        ),
        ("dept.division.hai-phong", {"manner": "TL", "papers": ["FORM"]}, "TL. chỉ ký loại văn bản có trong"),
    ],
)
def test_an_assignment_that_the_rule_does_not_know_is_refused_with_a_sentence(
    operator: Client, account: str, fields: dict[str, Any], beginning: str
) -> None:
    (said,) = faults(operator, RULES, rule(account, **fields))
    assert said.startswith(beginning)
    assert SigningRule.objects.count() == 0


def test_an_assignment_is_ended_and_not_rewritten(operator: Client) -> None:
    made = make_rule(position("dept.deputy.hai-phong"), programme="LOCAL")
    fields = rule("dept.head.hai-phong", programme="NATIONAL", papers=["LETTER"], valid_to="30/09/2026")
    assert operator.post(f"{RULES}{made.pk}/change/", fields).status_code == 302
    made.refresh_from_db()
    assert (made.position, made.programme, made.papers) == (position("dept.deputy.hai-phong"), "LOCAL", [])
    assert str(made.valid_to) == "2026-09-30"


def test_an_authorisation_needs_an_end_and_the_body_below(operator: Client) -> None:
    given = authority("ubnd-hai-phong", "so-cong-thuong-hai-phong")
    assert faults(operator, AUTHORISATIONS, given | {"valid_to": ""}) != []
    assert faults(operator, AUTHORISATIONS, given | {"actions": []}) != []
    (said,) = faults(operator, AUTHORISATIONS, authority("ubnd-hai-phong", "trung-tam-khuyen-cong-hai-phong"))
    assert said.startswith("Chỉ ủy quyền cho người đứng đầu cơ quan cấp dưới trực tiếp.")
    assert operator.post(f"{AUTHORISATIONS}add/", given).status_code == 302
    assert Authorisation.objects.get().actions == ["approve"]


def test_an_authorisation_is_not_passed_on(operator: Client) -> None:
    authorise(organisation_on("ubnd-hai-phong"), organisation_on("so-cong-thuong-hai-phong"), "approve")
    (said,) = faults(
        operator, AUTHORISATIONS, authority("so-cong-thuong-hai-phong", "trung-tam-khuyen-cong-hai-phong")
    )
    assert "người được ủy quyền không được ủy quyền lại" in said
    assert Authorisation.objects.count() == 1


def test_the_accountant_is_not_made_head_of_his_body(operator: Client) -> None:
    accountant = position("dept.accountant.hai-phong")
    fields = {
        "person": accountant.person_id,
        "organisation": accountant.organisation_id,
        "kind": "DEPUTY_DIRECTOR",
        "capacity": "APPOINTED",
        "title": "Phó Giám đốc",
        "valid_from": "01/07/2026",
    }
    (said,) = faults(operator, "/quan-tri/accounts/position/", fields)
    assert said.startswith("Kế toán trưởng và chủ tài khoản")


def test_only_a_head_is_acting(operator: Client) -> None:
    officer = position("dept.hai-phong")
    fields = {
        "person": officer.person_id,
        "organisation": officer.organisation_id,
        "kind": "OFFICER",
        "capacity": "ACTING",
        "title": "Chuyên viên",
        "valid_from": "01/07/2026",
    }
    assert faults(operator, "/quan-tri/accounts/position/", fields) == [
        "Chỉ người đứng đầu cơ quan được ghi “quyền” (Q.)."
    ]


ORDERED, ENDORSEMENTS = "/quan-tri/projects/orderedact/", "/quan-tri/projects/endorsementrule/"


def test_the_operator_keeps_what_may_be_signed_by_order_and_a_rule_may_name_no_more(operator: Client) -> None:
    given = {"paper": "FORM", "article": "Quy chế làm việc", "certainty": "MEM", "valid_from": "01/01/2026"}
    (said,) = faults(operator, ORDERED, given)
    assert said == "Đơn vị trong cơ quan ký thừa lệnh từng việc: hãy chọn việc."
    unit = rule("dept.division.hai-phong", manner="TL", papers=["FORM"])
    assert faults(operator, RULES, unit) != []
    assert operator.post(f"{ORDERED}add/", given | {"action": "appraise_department"}).status_code == 302
    assert operator.post(f"{RULES}add/", unit).status_code == 302
    made = OrderedAct.objects.get(action="appraise_department")
    ended = given | {"action": "return", "paper": "LETTER", "valid_to": "31/12/2026"}
    assert operator.post(f"{ORDERED}{made.pk}/change/", ended).status_code == 302
    made.refresh_from_db()
    assert (made.action, made.paper, str(made.valid_to)) == ("appraise_department", "FORM", "2026-12-31")


def test_the_operator_enters_who_endorses_and_ends_it(operator: Client) -> None:
    given = {
        "organisation": organisation_on("so-cong-thuong-hai-phong").pk,
        "endorser": "DIVISION_HEAD",
        "order": 1,
        "papers": ["FORM"],
        "number": "15/QĐ-SCT",
        **DAYS,
    }
    assert faults(operator, ENDORSEMENTS, given | {"endorser": "OFFICER"}) != []
    assert operator.post(f"{ENDORSEMENTS}add/", given).status_code == 302
    made = EndorsementRule.objects.get()
    assert (made.endorser, made.papers, made.programme) == ("DIVISION_HEAD", ["FORM"], "")
    assert (
        operator.post(f"{ENDORSEMENTS}{made.pk}/change/", given | {"valid_to": "31/12/2026"}).status_code
        == 302
    )
    made.refresh_from_db()
    assert (made.endorser, str(made.valid_to)) == ("DIVISION_HEAD", "2026-12-31")
