"""Papers on their way to a signature, by the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import acting_as
from khuyencong.demonstration.story_slips import present_list
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from projects.models import Slip
from tests.api import Program, faults
from tests.cast import position
from tests.projects.books import state
from tests.projects.slips import APPRAISAL, CLERK, HEAD, OFFICER, present
from tests.projects.walks import LOCAL, NATIONAL, YEAR, appraised, draft, submitted

pytestmark = pytest.mark.django_db


def presented() -> tuple[Walk, Slip]:
    """An appraisal that waits for the head of the department."""
    walk = draft(LOCAL)
    submitted(walk)
    return walk, present(walk, OFFICER, "appraise_department", HEAD, **APPRAISAL)


def answer(account: str, slip: Slip, action: str, *, key: str | None = None, **body: Any) -> tuple[int, Any]:
    return Program(account).post(f"/slips/{slip.pk}/actions/{action}/", body, key=key)


def read(account: str, slip: Slip) -> Any:
    status, found = Program(account).get(f"/slips/{slip.pk}/")
    assert status == 200
    return found


def test_a_paper_is_signed_by_its_head_and_numbered_by_the_clerk() -> None:
    walk, slip = presented()
    (waiting,) = Program(HEAD).get("/slips/", waiting="true")[1]["results"]
    assert (waiting["id"], waiting["state"], waiting["action"]) == (slip.pk, "signing", "appraise_department")
    assert Program(CLERK).get("/slips/", waiting="true")[1]["results"] == []
    status, signed = answer(HEAD, slip, "sign", expected_state="signing", expected_since=waiting["since"])
    assert (status, signed["state"], signed["number"]) == (200, "signed", None)
    number = {"number": "1/PTĐ-SCT", "date": today().isoformat()}
    status, issued = answer(CLERK, slip, "issue", expected_state="signed", **number)
    assert (status, issued["state"], issued["number"], issued["date"]) == (200, "issued", *number.values())
    assert [step["action"] for step in issued["steps"]] == ["present", "sign", "issue"]
    assert state(walk) == "appraised_department"


def test_a_list_says_what_it_decides_of_each_file_and_is_found_by_one_of_them() -> None:
    walk = draft()
    appraised(walk)
    officer, head = position(OFFICER), position(HEAD)
    with acting_as(officer):
        typed = {"comment": "Theo chỉ đạo", "aims": "Phát triển nghề."}
        slip = present_list("register", NATIONAL, YEAR, by=officer, signer=head, typed=typed)
        code = walk.now().project.code
    (found,) = Program(HEAD).get("/slips/", project=code)[1]["results"]
    assert (found["id"], found["project"], found["programme"]) == (slip.pk, None, "NATIONAL")
    assert read(HEAD, slip)["files"] == [
        {
            "project": code,
            "state": "appraised_department",
            "decision": "Đăng ký",
            "amount": 300_000_000,
            "reason": "",
        }
    ]
    answer(HEAD, slip, "sign")
    status, _ = answer(CLERK, slip, "issue", number="1/BC-SCT", date=today().isoformat())
    assert (status, state(walk)) == (200, "registered")


def test_an_issue_that_is_sent_again_is_done_once() -> None:
    _, slip = presented()
    answer(HEAD, slip, "sign")
    body = {"number": "1/PTĐ-SCT", "date": today().isoformat()}
    first, again = (answer(CLERK, slip, "issue", key="so-1", **body) for _ in range(2))
    assert (first[0], again[0]) == (200, 200)
    assert [step["action"] for step in again[1]["steps"]].count("issue") == 1


def test_nobody_signs_what_was_presented_anew_after_he_read_it() -> None:
    walk, slip = presented()
    since = read(HEAD, slip)["since"]
    other = APPRAISAL | {"capacity": "Năng lực khác."}
    present(walk, OFFICER, "appraise_department", HEAD, slip=slip, **other)
    status, _ = answer(HEAD, slip, "sign", expected_state="signing", expected_since=since)
    assert (status, read(HEAD, slip)["state"]) == (409, "signing")


@pytest.mark.parametrize(
    ("account", "action", "body", "status"),
    [
        ("dept.head.thai-nguyen", "sign", {}, 404),
        ("agency.head", "sign", {}, 404),
        (OFFICER, "sign", {}, 403),
        (CLERK, "issue", {"number": "1/PTĐ-SCT", "date": "2026-11-01"}, 403),
        (HEAD, "sign", {"expected_state": "endorsing"}, 409),
        (HEAD, "return", {}, 400),
        (HEAD, "forget", {}, 400),
        (HEAD, "sign", {"signature": "X"}, 400),
    ],
)
def test_what_is_not_his_or_not_so_is_refused_and_changes_nothing(
    account: str, action: str, body: dict[str, Any], status: int
) -> None:
    _, slip = presented()
    assert answer(account, slip, action, **body)[0] == status
    assert read(OFFICER, slip)["state"] == "signing"


def test_a_number_without_its_day_is_asked_for_at_its_field() -> None:
    _, slip = presented()
    answer(HEAD, slip, "sign")
    status, refused = answer(CLERK, slip, "issue", number="1/PTĐ-SCT")
    assert (status, list(faults(refused))) == (400, ["date"])


@pytest.mark.parametrize(("name", "value"), [("state", "nowhere"), ("waiting", "yes"), ("colour", "red")])
def test_a_filter_that_means_nothing_is_refused(name: str, value: str) -> None:
    status, refused = Program(HEAD).get("/slips/", **{name: value})
    assert (status, list(faults(refused))) == (400, [name])


def test_the_list_asks_as_much_for_many_slips_as_for_one() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert program.get("/slips/")[0] == 200
        return len(found)

    program = Program(OFFICER)
    _, slip = presented()
    one = asked()
    with acting_as(position(OFFICER)):
        for number in range(29):
            slip.pk, slip.code = None, f"{slip.code[:40]}-{number}"
            slip.save(force_insert=True)
    assert (program.get("/slips/")[1]["count"], asked()) == (30, one)
