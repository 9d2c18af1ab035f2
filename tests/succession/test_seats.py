"""People and their rights when bodies become one: who holds what one alone holds, what ends, what goes along."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import BudgetUnit, Capacity, Organisation, Position, PositionKind, User
from accounts.queries import organisation_on
from accounts.services import GIVEN_AT, give_position
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Refused
from notices.models import CalendarFeed, Follow, Notice, NoticeKind
from notices.services import News, follow, open_feed, tell
from projects.models import Authorisation, ListHabits, SigningRule
from projects.telling import follows
from succession.models import Change
from succession.plans import ONE_OF, Plan, Seat
from succession.services import carry_out, save_plan, try_out
from tests.cast import position
from tests.factories import authorise, make_file, make_rule
from tests.succession.columns import left_behind
from tests.succession.then import seat_of
from tests.succession.two import NEW, A, B, prepared, ready, unit

pytestmark = pytest.mark.django_db

EVE = today() - dt.timedelta(days=1)
HEIR = "so-cong-thuong-duyen-hai"


def merged(change: Change | None = None) -> Change:
    return carry_out(ready(change), by=position("operator"))


def seats_at(slug: str) -> list[tuple[str, str, str]]:
    """Kind, title, account of whoever sits at the body today."""
    held = Position.objects.filter(organisation=organisation_on(slug), person__isnull=False)
    return sorted(held.values_list("kind", "title", "person__username"))


def person(account: str) -> User:
    found = position(account).person
    assert found is not None
    return found


# -- What one person of a body holds ---------------------------------------------------------------------


def test_a_head_and_the_accountant_are_one_and_so_is_what_the_others_become() -> None:
    merged()
    assert seats_at(HEIR) == [
        ("ACCOUNTANT", "Kế toán trưởng", f"dept.accountant.{A}"),
        ("CLERK", "Văn thư", f"dept.clerk.{A}"),
        ("CLERK", "Văn thư", f"dept.clerk.{B}"),
        ("DEPUTY_DIRECTOR", "Phó Giám đốc", f"dept.deputy.{A}"),
        ("DEPUTY_DIRECTOR", "Phó Giám đốc", f"dept.deputy.{B}"),
        ("DEPUTY_DIRECTOR", "Phó Giám đốc", f"dept.head.{B}"),
        ("DIRECTOR", "Giám đốc", f"dept.head.{A}"),
        ("DIVISION_HEAD", "Trưởng phòng", f"dept.division.{A}"),
        ("DIVISION_HEAD", "Trưởng phòng", f"dept.division.{B}"),
        ("OFFICER", "Chuyên viên", f"dept.accountant.{B}"),
        ("OFFICER", "Chuyên viên", f"dept.{A}"),
        ("OFFICER", "Chuyên viên", f"dept.{B}"),
        ("OFFICER", "Chuyên viên", f"dept2.{A}"),
        ("OFFICER", "Chuyên viên", f"dept2.{B}"),
    ]
    assert [row for row in seats_at("ubnd-duyen-hai") if row[0] != "VIEWER"] == [
        ("CHAIR", "Chủ tịch", f"committee.{A}"),
        ("VICE_CHAIR", "Phó Chủ tịch", f"committee.deputy.{A}"),
        ("VICE_CHAIR", "Phó Chủ tịch", f"committee.deputy.{B}"),
        ("VICE_CHAIR", "Phó Chủ tịch", f"committee.{B}"),
    ]


def test_what_one_alone_holds_is_said_for_every_kind_that_a_body_has() -> None:
    assert ONE_OF == {
        PositionKind.DIRECTOR: PositionKind.DEPUTY_DIRECTOR,
        PositionKind.CHAIR: PositionKind.VICE_CHAIR,
        PositionKind.DIRECTOR_GENERAL: PositionKind.DEPUTY_DIRECTOR_GENERAL,
        PositionKind.MINISTER: PositionKind.VICE_MINISTER,
        PositionKind.HEAD: PositionKind.DEPUTY,
        PositionKind.ACCOUNTANT: PositionKind.OFFICER,
    }
    provincial = ("CENTRE", "DEPARTMENT", "FINANCE_DEPARTMENT", "PEOPLES_COMMITTEE")
    for kind in provincial:  # who must leave such a seat finds the other one at the same body
        given = GIVEN_AT[kind]
        assert {ONE_OF[each] for each in given if each in ONE_OF} <= given


def test_who_was_appointed_goes_before_who_leads_until_then_who_stays_acting() -> None:
    Position.objects.filter(person__username=f"dept.head.{A}").update(capacity=Capacity.ACTING)
    change = prepared(keeps=None)
    merged(change)
    new, other = (seat_of(f"dept.head.{slug}") for slug in (B, A))
    assert (new.kind, new.capacity) == ("DIRECTOR", "APPOINTED")
    assert (other.kind, other.capacity) == ("DEPUTY_DIRECTOR", "APPOINTED")


def test_who_led_the_body_that_lives_on_until_a_head_is_appointed_does_so_further() -> None:
    Position.objects.filter(person__username=f"dept.head.{A}").update(capacity=Capacity.ACTING)
    merged()
    found = seat_of(f"dept.head.{A}")
    assert (found.kind, found.capacity, found.valid_from) == ("DIRECTOR", "ACTING", today())


def test_a_desk_that_was_handed_over_is_not_given_back() -> None:
    held = Position.objects.filter(person__username=f"dept2.{A}")
    change = prepared()  # proposed before it was handed over
    held.update(valid_to=today(), handed_over_at=timezone.now())
    merged(change)
    assert seat_of(f"dept2.{A}").organisation.slug == f"so-cong-thuong-{A}"
    assert (f"dept2.{A}") not in {account for *_, account in seats_at(HEIR)}


def test_one_person_is_not_accountant_and_head_of_the_heir() -> None:
    give_position(
        person(f"dept.accountant.{A}"),
        organisation=organisation_on(f"so-cong-thuong-{B}"),
        kind=PositionKind.DEPUTY_DIRECTOR,
        valid_from=dt.date(2026, 1, 1),
        by=position("operator"),
    )
    change = prepared()
    with pytest.raises(
        Refused, match="vừa là kế toán trưởng vừa đứng đầu hoặc là cấp phó của Sở Công Thương"
    ):
        try_out(change, by=position("operator"))
    plan = Plan.of(change.plan)
    seats = [
        Seat(each.position, "", each.kind, each.title)
        if each.position == position(f"dept.accountant.{A}").pk
        else each
        for each in plan.seats
    ]
    save_plan(change, Plan(**{**plan.__dict__, "seats": seats}), version=1, by=position("operator"))
    change.refresh_from_db()
    assert try_out(change, by=position("operator"))["unseated"] == [str(person(f"dept.accountant.{A}"))]


# -- Rights to sign --------------------------------------------------------------------------------------


def test_rights_to_sign_end_with_the_body_that_gave_them_and_none_are_copied() -> None:
    committee, department = (organisation_on(f"{slug}-{A}") for slug in ("ubnd", "so-cong-thuong"))
    deputy, elsewhere = (make_rule(position(f"dept.deputy.{slug}")) for slug in (A, B))
    unit = make_rule(position(f"dept.division.{B}"), manner="TL", papers=["LETTER"])
    over = make_rule(position(f"centre.deputy.{A}"), valid_to=EVE - dt.timedelta(days=9))
    agency = make_rule(position("agency.deputy"))
    given = authorise(committee, department, "approve")
    done = merged()
    found = dict(SigningRule.objects.values_list("pk", "valid_to"))
    assert found == {
        deputy.pk: EVE,
        elsewhere.pk: EVE,
        unit.pk: EVE,
        over.pk: EVE - dt.timedelta(days=9),
        agency.pk: None,
    }
    assert Authorisation.objects.get().valid_to == EVE
    assert done.outcome is not None
    assert done.outcome["signing"] == [
        f"KT. {deputy.position}, số {deputy.number}",
        f"KT. {elsewhere.position}, số {elsewhere.number}",
        f"TL. {unit.position}, số {unit.number}",
        str(given),
    ]
    assert left_behind(seat_of(f"dept.{A}")) == []


def test_at_a_body_that_stands_on_only_who_leaves_his_seat_loses_it() -> None:
    standing = type(NEW)(**{**NEW.__dict__, "province": unit(A).pk, "slug": A, "code": "31", "name": "Hải Phòng",
                            "full_name": "Thành phố Hải Phòng", "unit_type": "CITY"})  # fmt: skip
    stays, leaves = (make_rule(position(f"dept.deputy.{slug}")) for slug in (A, B))
    merged(prepared(targets=[standing]))
    assert dict(SigningRule.objects.values_list("pk", "valid_to")) == {stays.pk: None, leaves.pk: EVE}


def test_a_right_that_begins_after_the_day_stands_in_the_way() -> None:
    rule = make_rule(position(f"dept.deputy.{A}"), valid_from=today())
    with pytest.raises(Refused, match=f"Đã có phân công ký số {rule.number}"):
        try_out(prepared(), by=position("operator"))


# -- What lies on a desk ---------------------------------------------------------------------------------


def test_what_people_were_told_and_follow_goes_along() -> None:
    by = position(f"centre.{B}")
    file = make_file(by=by)
    code = file.project.code
    with acting_as(by):
        follow(code, is_on=False, by=by)
        ListHabits.objects.create(
            tenant=by.organisation.tenant, position=by, filters=[{"name": "a", "query": ""}]
        )
        tell({by.pk: News(kind=NoticeKind.DUE, label="Sắp đến hạn", url="/", actor="")})
    other = position(f"dept.{B}")
    with acting_as(other):
        follow(code, is_on=True, by=other)
    secret = open_feed(by, person(f"centre.{B}"))
    assert secret
    merged()
    new = seat_of(f"centre.{B}")
    assert CalendarFeed.objects.get().position == new
    with acting_as(new):
        assert [each.label for each in Notice.objects.filter(position=new)] == ["Sắp đến hạn"]
        assert {row.position_id: row.is_on for row in Follow.objects.all()} == {
            new.pk: False,
            seat_of(f"dept.{B}").pk: True,
        }
        assert ListHabits.objects.get().position == new
        assert not follows(file, new)
    assert left_behind(new) == []


def test_who_wrote_a_file_goes_on_following_it_from_the_new_seat() -> None:
    by = position(f"centre.{B}")
    file = make_file(by=by)
    merged()
    with acting_as(seat_of(f"centre.{B}")) as new:
        assert follows(file, new)
    with acting_as(seat_of(f"centre.{A}")) as another:
        assert not follows(file, another)


# -- Bodies that do not end ------------------------------------------------------------------------------


def test_a_unit_that_stood_under_an_ended_body_stands_under_its_heir() -> None:
    service = Organisation.objects.get(slug="cong-ty-tu-van-cong-nghiep")
    Organisation.objects.filter(pk=service.pk).update(superior=organisation_on(f"so-cong-thuong-{A}"))
    old = organisation_on(f"trung-tam-khuyen-cong-{A}")
    BudgetUnit.objects.create(organisation=old, source="x")
    BudgetUnit.objects.create(organisation=service, source="x")
    merged()
    service.refresh_from_db()
    assert (service.valid_to, service.superior, service.province) == (None, organisation_on(HEIR), None)
    rows = BudgetUnit.objects.filter(source="x")
    assert dict(rows.values_list("organisation", "valid_to")) == {old.pk: EVE, service.pk: None}
    assert position("service.1").valid_to is None
