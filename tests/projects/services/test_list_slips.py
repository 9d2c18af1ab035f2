"""Lists on slips: two at once, by authority of the body above, and what a program reads of them."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError

from accounts.queries import organisation_on
from accounts.tenancy import acting_as
from khuyencong.demonstration.story_slips import present_list
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused
from projects.forms.slips import read_again
from projects.models import ListAct, Slip, SlipFile, SlipState
from projects.services.slips import answer_slip, issue_slip
from projects.slip_tasks import expected
from tests.cast import position
from tests.factories import authorise, make_rule
from tests.projects import walks
from tests.projects.books import state
from tests.projects.slips import CLERK, DEPUTY, HEAD, OFFICER, clerk_of, issue
from tests.projects.test_two_at_once import at_once
from tests.projects.walks import LOCAL, NATIONAL

pytestmark = pytest.mark.django_db


def presented(action: str, programme: str, officer: str = OFFICER, signer: str = HEAD) -> Slip:
    by = position(officer)
    with acting_as(by):
        typed = {"comment": "Theo chỉ đạo", "aims": "Phát triển nghề."}
        return present_list(action, programme, walks.YEAR, by=by, signer=position(signer), typed=typed)


def registered() -> tuple[list[Walk], Slip]:
    """Two files whose registration waits for its number."""
    files = [walks.draft(), walks.draft()]
    walks.appraised(*files)
    slip = presented("register", NATIONAL)
    return files, sign(slip)


def sign(slip: Slip, account: str = HEAD) -> Slip:
    by = position(account)
    with acting_as(by):
        return answer_slip(slip, "sign", by=by, expected_state="signing", since=slip.state_since)


def lists(action: str, account: str = "agency.head") -> int:
    with acting_as(position(account)):
        return ListAct.objects.filter(action=action).count()


def test_pressed_twice_at_once_the_list_is_issued_once(committed_db: None) -> None:
    files, slip = registered()
    outcomes = at_once(lambda: issue(slip, CLERK, "7/BC-SCT"), lambda: issue(slip, CLERK, "8/BC-SCT"))
    assert len([outcome for outcome in outcomes if outcome is None]) == 1
    assert (lists("register"), [state(walk) for walk in files]) == (1, ["registered"] * 2)


def test_the_head_at_once_and_the_clerk_do_it_once(committed_db: None) -> None:
    files, slip = registered()
    outcomes = at_once(lambda: walks.decide("register", *files), lambda: issue(slip, CLERK, "8/BC-SCT"))
    assert len([outcome for outcome in outcomes if outcome is None]) == 1
    assert lists("register") == 1


def test_a_line_that_fails_when_it_is_issued_leaves_the_whole_list_and_the_slip_where_they_were() -> None:
    files, slip = registered()
    files[0].act("dept.head", "return", comment="Thẩm định lại")
    with pytest.raises(Refused, match="đã chuyển sang “Đã gửi Sở”"):
        issue(slip, CLERK, "7/BC-SCT")
    with acting_as(position(OFFICER)):
        assert Slip.objects.get().state == SlipState.SIGNED
    assert (lists("register"), state(files[1])) == (0, "appraised_department")


def test_a_plan_by_authority_of_the_committee_is_the_committees_and_its_clerk_numbers_it() -> None:
    walk = walks.draft(LOCAL)
    walks.ready_to_propose(walk)
    make_rule(position(DEPUTY))
    walk.scene.people[HEAD] = position(DEPUTY)  # nobody approves what he proposed
    walks.decide("propose", walk)
    committee, department = organisation_on("ubnd-hai-phong"), organisation_on("so-cong-thuong-hai-phong")
    authorise(committee, department, "approve")
    clerk = clerk_of(committee)
    slip = sign(presented("approve", LOCAL))
    assert (slip.state, slip.issuer) == (SlipState.SIGNED, committee)
    with acting_as(clerk):
        assert [task.label for task in expected(clerk, today())] == [
            "Ghi số, ngày và ban hành: Phê duyệt kế hoạch"
        ]
    with pytest.raises(Forbidden):
        issue(slip, CLERK, "30/QĐ-UBND")
    with acting_as(clerk):
        issue_slip(
            slip, read_again(slip), number="30/QĐ-UBND", dated=today(), by=clerk, expected_state="signed"
        )
        done = ListAct.objects.select_related("paper", "on_behalf_of").get(action="approve")
    assert done.paper is not None
    assert (done.on_behalf_of, done.paper.issuer) == (committee, committee)
    assert done.paper.signed_as == ["TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ CÔNG THƯƠNG"]
    assert state(walk) == "approved"


def test_what_a_slip_said_of_its_files_is_not_rewritten() -> None:
    _, slip = registered()
    with acting_as(position(OFFICER)), pytest.raises(ProgrammingError, match="permission denied"):
        SlipFile.objects.filter(slip=slip).update(amount=1)
