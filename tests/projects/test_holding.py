"""Deputies (KT.), units (TL.) and authorised bodies (TUQ.) in the chain: what a rule covers on the day, and no more."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.queries import organisation_on
from accounts.tenancy import acting_as
from budgets.models import ActivityGroup
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Forbidden, Offer, Refused
from projects.chain import CHAIN, PaperData
from projects.models import Event, OrderedAct, SigningRule
from projects.papers.from_files.appraisal import appraisal_paper
from projects.papers.from_files.contents import content_of
from projects.papers.from_files.decision import decision_paper
from projects.papers.from_files.project import project_paper
from projects.services.acts import act
from projects.services.lists import Line, act_on_list
from projects.states import State
from projects.tasks import tasks_of
from projects.views.lists import open_lists
from tests.cast import position
from tests.factories import authorise, make_rule
from tests.projects.books import state
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    appraised,
    approved,
    assign,
    decide,
    draft,
    next_day,
    ready_to_propose,
    submitted,
)

pytestmark = pytest.mark.django_db


def sits(walk: Walk, account: str, person: str) -> None:
    """From now on ``account`` of the story is ``person`` of the cast."""
    walk.scene.people[account] = position(person)


def offers(walk: Walk, account: str) -> dict[str, Offer]:
    by = position(account)
    with acting_as(by):
        return {offer.action.name: offer for offer in CHAIN.offers(walk.now(), by, today())}


def told(walk: Walk, account: str, action: str) -> str:
    return " ".join(offers(walk, account)[action].reasons)


def last(walk: Walk, action: str) -> Event:
    with acting_as(position("dept.hai-phong")):
        events = Event.objects.select_related("paper__issuer", "on_behalf_of")
        found: Event = events.filter(project_year=walk.year, action=action).latest("pk")
    return found


# -- KT. -------------------------------------------------------------------------------------------------


def test_a_deputy_without_an_assignment_is_told_that_he_has_none() -> None:
    walk = draft()
    appraised(walk)
    offer = offers(walk, "dept.deputy.hai-phong")["register"]
    assert not offer.allowed
    assert told(walk, "dept.deputy.hai-phong", "register") == (
        f"Việc này của Giám đốc Sở Công Thương. Ngày {short_date(today())} chưa có văn bản phân công ký thay (KT.) cho "
        "chức vụ của ông, bà; quản trị hệ thống ghi phân công theo văn bản của người đứng đầu."
    )
    sits(walk, "dept.head.hai-phong", "dept.deputy.hai-phong")
    with pytest.raises(Forbidden):
        decide("register", walk)


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ({"programme": LOCAL}, "không gồm lĩnh vực của đề án này"),
        ({"papers": ["LETTER", "DECISION"]}, "không gồm văn bản loại Báo cáo"),
        ({"valid_to": dt.date(2026, 1, 1)}, "chưa có văn bản phân công ký thay (KT.)"),
    ],
)
def test_an_assignment_that_does_not_cover_the_file_says_what_is_missing(
    field: dict[str, object], why: str
) -> None:
    walk = draft()
    appraised(walk)
    make_rule(position("dept.deputy.hai-phong"), **field)
    assert why in told(walk, "dept.deputy.hai-phong", "register")
    with acting_as(position("dept.deputy.hai-phong")):
        assert "register" not in {
            task.action.name for task in tasks_of(position("dept.deputy.hai-phong"), today())
        }


def test_the_field_is_the_group_of_activities_of_the_file() -> None:
    walk = draft()
    appraised(walk)
    deputy = position("dept.deputy.hai-phong")
    own = ActivityGroup.objects.get(activities__code="T10")
    other = ActivityGroup.objects.exclude(pk=own.pk).earliest("number")
    rule = make_rule(deputy, activity_group=other)
    assert "không gồm lĩnh vực" in told(walk, "dept.deputy.hai-phong", "register")
    with acting_as(deputy):
        assert [each.row.name for each in open_lists(deputy)] == []
    SigningRule.objects.filter(pk=rule.pk).update(activity_group=own)
    assert offers(walk, "dept.deputy.hai-phong")["register"].allowed
    with acting_as(deputy):
        assert [each.row.name for each in open_lists(deputy)] == ["register"]
        assert [task.action.name for task in tasks_of(deputy, today())] == ["register"]


def test_a_deputy_signs_in_his_field_and_the_lines_stay_when_the_rule_ends() -> None:
    walk = draft(LOCAL)
    ready_to_propose(walk)
    decide("propose", walk)
    rule = make_rule(position("committee.deputy.hai-phong"), programme=LOCAL, papers=["DECISION"])
    sits(walk, "committee.hai-phong", "committee.deputy.hai-phong")
    taken = decide("approve", walk)
    event = last(walk, "approve")
    assert (event.manner, event.signed_as, event.on_behalf_of) == (
        "KT",
        ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        None,
    )
    SigningRule.objects.filter(pk=rule.pk).update(valid_to=today() - dt.timedelta(days=30))
    with acting_as(position("dept.hai-phong")):
        signature = decision_paper(taken).frame.signatures[0]
    assert signature.lines == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert signature.name == str(position("committee.deputy.hai-phong").person)


def test_an_assignment_counts_on_the_day_of_the_paper() -> None:
    walk = draft()
    appraised(walk)
    make_rule(position("dept.deputy.hai-phong"), valid_from=today())
    sits(walk, "dept.head.hai-phong", "dept.deputy.hai-phong")
    with pytest.raises(Forbidden, match="chưa có văn bản phân công"):
        decide("register", walk)
    walk.day = today() - dt.timedelta(days=1)
    decide("register", walk)
    assert state(walk) == State.REGISTERED


def test_a_deputy_of_the_centre_sends_and_his_line_stands_on_the_project() -> None:
    walk = draft()
    make_rule(position("centre.deputy.hai-phong"))
    sits(walk, "centre.hai-phong", "centre.deputy.hai-phong")
    submitted(walk)
    with acting_as(position("centre.hai-phong")):
        paper = project_paper(walk.now(), content_of(walk.now()))
    assert paper.frame.signatures[0].lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


# -- TL. -------------------------------------------------------------------------------------------------


def test_the_head_of_a_division_returns_a_file_by_order_and_decides_nothing() -> None:
    walk = draft()
    submitted(walk)
    unit = "dept.division.hai-phong"
    assert "thừa lệnh (TL.)" in told(walk, unit, "return")
    make_rule(position(unit), manner="TL", papers=["LETTER"])
    found = offers(walk, unit)
    assert {name for name, offer in found.items() if offer.allowed} == {"return"}
    sits(walk, "dept.hai-phong", unit)
    walk.send_back("dept", ("file", "", "objectives", "chưa rõ"))
    event = last(walk, "return")
    assert (event.manner, event.signed_as) == ("TL", ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG"])


def test_what_a_unit_signs_by_order_is_data_that_ends_with_its_day() -> None:
    walk = draft()
    submitted(walk)
    unit = "dept.division.hai-phong"
    make_rule(position(unit), manner="TL", papers=["LETTER"])
    assert offers(walk, unit)["return"].allowed
    OrderedAct.objects.filter(action="return").update(valid_to=today() - dt.timedelta(days=1))
    assert told(walk, unit, "return") == "Việc này của chuyên viên Sở Công Thương."


def test_an_act_that_the_operator_adds_is_signed_by_order_where_a_rule_gives_it() -> None:
    walk = draft(LOCAL)
    appraised(walk)
    unit = "dept.division.hai-phong"
    make_rule(position(unit), manner="TL", papers=["DECISION"])
    assert not offers(walk, unit)["choose_selection_method"].allowed
    OrderedAct.objects.create(action="choose_selection_method", paper="DECISION")
    assert offers(walk, unit)["choose_selection_method"].allowed
    OrderedAct.objects.filter(action="choose_selection_method").update(
        paper="LETTER"
    )  # another paper than the act's
    assert not offers(walk, unit)["choose_selection_method"].allowed


def test_the_agency_gives_notice_by_order_of_the_minister_where_the_working_rules_say_so() -> None:
    walk = draft()
    approved(walk)
    assign()
    ministry = organisation_on("bo-cong-thuong")
    make_rule(position("agency.head"), manner="TL", papers=["NOTICE"], in_name_of=ministry)
    make_rule(position("agency.deputy"))
    sits(walk, "agency.head", "agency.deputy")
    decide("allocate", walk)
    with acting_as(position("agency.head")):
        events = Event.objects.select_related("paper__issuer", "on_behalf_of")
        event = events.get(project_year=walk.year, action="allocate")
    assert event.signed_as == ["TL. BỘ TRƯỞNG", "KT. CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG"]
    assert event.paper is not None
    assert (event.paper.issuer, event.on_behalf_of) == (ministry, ministry)


# -- TUQ. ------------------------------------------------------------------------------------------------


def proposed_by_deputy() -> Walk:
    """A local plan that the deputy director proposed, so that the director may approve."""
    walk = draft(LOCAL)
    ready_to_propose(walk)
    make_rule(position("dept.deputy.hai-phong"))
    sits(walk, "dept.head.hai-phong", "dept.deputy.hai-phong")
    decide("propose", walk)
    sits(walk, "dept.head.hai-phong", "dept.head.hai-phong")
    return walk


def ubnd_authorises(**fields: object) -> None:
    authorise(
        organisation_on("ubnd-hai-phong"), organisation_on("so-cong-thuong-hai-phong"), "approve", **fields
    )


def test_an_authorised_director_approves_in_the_name_of_the_committee() -> None:
    walk = proposed_by_deputy()
    assert "approve" not in offers(walk, "dept.head.hai-phong")
    ubnd_authorises()
    director = position("dept.head.hai-phong")
    with acting_as(director):
        assert [each.row.name for each in open_lists(director)] == ["approve"]
    sits(walk, "committee.hai-phong", "dept.head.hai-phong")
    taken = decide("approve", walk)
    event = last(walk, "approve")
    ubnd = organisation_on("ubnd-hai-phong")
    assert (event.manner, event.organisation, event.on_behalf_of) == ("TUQ", director.organisation, ubnd)
    with acting_as(position("committee.hai-phong")):
        frame = decision_paper(taken).frame
        paper = taken.paper
    assert paper is not None
    assert (paper.issuer, paper.signer) == (ubnd, director)
    assert frame.issuer == "Ủy ban nhân dân\nthành phố Hải Phòng"
    assert frame.signatures[0].lines == ("TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ CÔNG THƯƠNG")
    assert state(walk) == State.APPROVED


@pytest.mark.parametrize(
    "fields",
    [
        {"actions": ["stop"]},
        {"programme": NATIONAL},
        {"valid_to": dt.date(2026, 1, 31)},
        {"valid_from": dt.date(2026, 11, 20), "valid_to": dt.date(2026, 11, 20)},
    ],
)
def test_an_authorisation_is_limited_in_content_and_time(fields: dict[str, object]) -> None:
    walk = proposed_by_deputy()
    ubnd_authorises(**fields)
    assert not {name for name, offer in offers(walk, "dept.head.hai-phong").items() if name == "approve"}
    sits(walk, "committee.hai-phong", "dept.head.hai-phong")
    with pytest.raises(Forbidden):
        decide("approve", walk)


def test_the_deputy_of_an_authorised_director_does_not_sign_by_authority() -> None:
    walk = proposed_by_deputy()
    ubnd_authorises()
    assert "approve" not in offers(walk, "dept.deputy.hai-phong")


def test_who_proposed_does_not_approve_by_authority_either() -> None:
    walk = draft(LOCAL)
    ready_to_propose(walk)
    decide("propose", walk)
    ubnd_authorises()
    sits(walk, "committee.hai-phong", "dept.head.hai-phong")
    with pytest.raises(Refused, match="đã thẩm định hoặc trình"):
        decide("approve", walk)


def test_a_list_of_another_province_is_nothing_to_an_authorised_director() -> None:
    walk = proposed_by_deputy()
    authorise(organisation_on("ubnd-thai-nguyen"), organisation_on("so-cong-thuong-thai-nguyen"), "approve")
    stranger = position("dept.head.thai-nguyen")
    with acting_as(stranger):
        assert open_lists(stranger) == []
        with pytest.raises(Refused):
            act_on_list("approve", [Line(walk.year)], by=stranger, paper=PaperData("9/QĐ-UBND", today()))


# -- who recorded and who signed ---------------------------------------------------------------------------


def test_an_officer_names_the_deputy_who_signed_the_form() -> None:
    walk = draft()
    submitted(walk)
    deputy = position("dept.deputy.hai-phong")
    make_rule(deputy, papers=["FORM"])
    day = next_day(walk)
    by = position("dept.hai-phong")
    with acting_as(by):
        step = act(
            walk.now(),
            "appraise_department",
            by=by,
            paper=PaperData("7/PTĐ-SCT", day, signer=deputy),
            contents=dict.fromkeys(
                ("principles", "need_and_cost", "capacity", "combination", "completeness"), "Đạt."
            ),
            recommended=1,
            opinion="RECOMMENDED",
        )
        frame = appraisal_paper(step.event.appraisal).frame
    assert frame.signatures[0].lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    assert step.event.person == by.person


def test_a_deputy_whom_nobody_gave_the_paper_has_not_signed_it() -> None:
    walk = draft()
    submitted(walk)
    deputy = position("dept.deputy.hai-phong")
    make_rule(deputy, papers=["REPORT"])
    by = position("dept.hai-phong")
    with acting_as(by), pytest.raises(Refused, match="không gồm văn bản loại Phiếu thẩm định"):
        act(
            walk.now(),
            "appraise_department",
            by=by,
            paper=PaperData("7/PTĐ-SCT", next_day(walk), signer=deputy),
            contents={},
            recommended=1,
            opinion="RECOMMENDED",
        )
