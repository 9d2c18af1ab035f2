"""Files that go straight to the agency, each walked to its end by its people, and what their members see of them."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import BudgetUnit, Organisation, Province, Tenant
from accounts.tenancy import acting_as
from budgets.models import Activity, LedgerEntry
from budgets.queries import balance
from khuyencong.demonstration.walk import Walk, same
from khuyencong.lib.workflow import Forbidden, Refused
from projects.models import Contract, Establishment, Project
from projects.queries import files_visible_to
from projects.services.establishments import take_establishment
from projects.services.files import create_project, save_estimate, save_schedule
from projects.services.lists import LinesRefused
from projects.states import State
from projects.tasks import tasks_of
from tests.cast import position
from tests.factories import make_establishment
from tests.projects.walks import (
    COUNTERPART,
    SUPPORT,
    YEAR,
    appraised,
    assign,
    decide,
    direct_draft,
    in_progress,
    next_day,
)

pytestmark = pytest.mark.django_db


def registered(walk: Walk) -> Walk:
    walk.submit("theo chỉ đạo của lãnh đạo")
    next_day(walk)
    return walk


def funded(walk: Walk) -> Walk:
    """From registration to the money, with the budget requested on the way."""
    decide("request_budget", walk)
    next_day(walk)
    walk.appraise(account="agency.officer2")
    decide("propose", walk)
    decide("approve", walk)
    assign()
    decide("allocate", walk)
    next_day(walk)
    return walk


def state_of(walk: Walk) -> str:
    with acting_as(walk.who(walk.unit)):
        state: str = walk.now().state
    return state


def booked(walk: Walk) -> dict[str, int]:
    """Sums of the file's State money by kind, as the agency reads them."""
    with acting_as(position("agency.officer")):
        found: dict[str, int] = {}
        for kind, amount in LedgerEntry.objects.filter(project_year=walk.year, source="NATIONAL").values_list(
            "kind", "amount"
        ):
            found[kind] = found.get(kind, 0) + amount
    return found


def visible(account: str) -> set[str]:
    with acting_as(position(account)) as by:
        return {year.project.code for year in files_visible_to(by)}


# -- walked to the end -----------------------------------------------------------------------------------


def finish(walk: Walk, settled: int = SUPPORT) -> None:
    """Dossier, confirmed by the department of the place; paid, settled and closed by the agency."""
    walk.ask_payment(settled, SUPPORT + COUNTERPART)
    next_day(walk)
    walk.confirm_dossier().pay(paid=settled)
    walk.settle(settled, SUPPORT + COUNTERPART)
    next_day(walk)
    walk.close()


def test_a_regional_centre_in_one_province_goes_from_its_draft_to_the_archive_by_contract() -> None:
    walk = registered(direct_draft("regional.1", "regional.head.1", "hai-phong"))
    assert state_of(walk) == State.REGISTERED
    funded(walk)
    with pytest.raises(Refused, match="ký hợp đồng, không giao nhiệm vụ"):
        walk.contract(SUPPORT, action="assign_task")
    walk.contract(SUPPORT)
    walk.start()
    walk.progress(80, 520_000_000)
    walk.ask_advance(150_000_000).advance(150_000_000)
    next_day(walk)
    walk.accept()
    next_day(walk)
    walk.ask_payment(SUPPORT, SUPPORT + COUNTERPART).confirm_dossier()
    walk.pay(cleared=150_000_000, paid=150_000_000)
    walk.settle(SUPPORT, SUPPORT + COUNTERPART)
    next_day(walk)
    walk.close()
    assert state_of(walk) == State.CLOSED
    assert booked(walk) == {
        "registered": SUPPORT,
        "requested": SUPPORT,
        "appraised_agency": SUPPORT,
        "approved": SUPPORT,
        "allocated": SUPPORT,
        "contracted": SUPPORT,
        "advanced": 150_000_000,
        "accepted": SUPPORT,
        "cleared": 150_000_000,
        "paid": 150_000_000,
        "settled": SUPPORT,
    }


def test_in_several_provinces_each_department_accepts_its_own_site() -> None:
    walk = funded(registered(direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen")))
    walk.contract(SUPPORT, accepting_body=None)
    walk.start()
    walk.progress(80, 520_000_000)
    with acting_as(position("dept.hai-phong")):
        here, there = (
            walk.now().shares.order_by("establishment__province__name_sort").select_related("establishment")
        )
    with pytest.raises(Refused, match="do Sở nơi thực hiện nghiệm thu"):
        walk.accept(only=[there.establishment.tax_code])
    walk.accept(only=[here.establishment.tax_code])
    assert state_of(walk) == State.IN_PROGRESS
    other = Walk(
        walk.scene, walk.year, "thai-nguyen", next_day(walk), unit=walk.unit, unit_head=walk.unit_head
    )
    other.accept(only=[there.establishment.tax_code])
    assert state_of(walk) == State.ACCEPTED
    finish(walk)
    assert state_of(walk) == State.CLOSED
    with acting_as(position("agency.officer")):
        entries = LedgerEntry.objects.filter(project_year=walk.year)
        assert {entry.province_id for entry in entries} == {None}
        assert Contract.objects.get(items__project_year=walk.year).accepting_body_id is None


def test_what_is_saved_again_of_the_agencys_own_task_takes_the_place_of_what_was_there() -> None:
    walk = direct_draft("agency.officer", "agency.head", kind="TASK", counterpart=0)
    line = {
        "position": "1",
        "item": "Phần mềm",
        "unit": "bộ",
        "quantity": 1,
        "unit_price": SUPPORT,
        "national": SUPPORT,
    }
    with acting_as(position("agency.officer")) as by:
        year = walk.now()
        version = save_estimate(year, by=by, version=year.project.version, lines=[line])
        version = save_estimate(year, by=by, version=version, lines=[line])
        save_schedule(year, by=by, version=version, items=[{"position": 1, "work": "Mua"}])
        assert [row.item for row in year.estimate.all()] == ["Phần mềm"]
        assert [row.work for row in year.schedule.all()] == ["Mua"]


def test_the_agencys_own_task_is_judged_by_others_and_settled_by_the_finance_department() -> None:
    walk = direct_draft("agency.officer", "agency.head", kind="TASK", counterpart=0)
    walk.act("agency.officer", "add_own_task", comment="theo chỉ đạo của lãnh đạo")
    next_day(walk)
    decide("request_budget", walk)
    next_day(walk)
    with pytest.raises(Refused, match="người khác phải làm"):
        walk.appraise(account="agency.officer")
    walk.appraise(account="agency.officer2")
    decide("propose", walk)
    decide("approve", walk)
    assign()
    decide("allocate", walk)
    next_day(walk)
    agency = position("agency.head").organisation
    with pytest.raises(Refused, match="giao nhiệm vụ, không ký hợp đồng"):
        walk.contract(SUPPORT, accepting_body=agency)
    walk.contract(SUPPORT, action="assign_task", accepting_body=agency)
    walk.start()
    walk.act(
        "agency.officer",
        "report_progress",
        month=walk.day.replace(day=1),
        percent=100,
        value_done=SUPPORT,
        done="Xong.",
    )
    with pytest.raises(Refused, match="tự rút dự toán tại Kho bạc"):
        walk.ask_advance(1_000_000)
    walk.act("agency.head", "draw", paper=walk.paper("RDT", "agency.head"), amount=200_000_000)
    with pytest.raises(Refused, match=r"chỉ rút thêm tối đa 100\.000\.000 đồng"):
        walk.act("agency.head", "draw", paper=walk.paper("RDT", "agency.head"), amount=100_000_001)
    with pytest.raises(Refused, match="người khác phải làm"):
        walk.accept(account="agency.officer", form="5c")
    next_day(walk)
    walk.accept(account="agency.officer2", form="5c")
    next_day(walk)
    walk.ask_payment(SUPPORT, SUPPORT)
    walk.act("ministry.finance.officer", "confirm_settlement")
    walk.act("ministry.finance.officer", "check_settlement", settled=SUPPORT, real_cost=SUPPORT)
    minutes = walk.paper("QT-KHTC", "ministry.finance")
    with pytest.raises(Forbidden, match="Vụ trưởng"):
        walk.act("agency.head", "settle", paper=minutes, settled=SUPPORT, real_cost=SUPPORT)
    walk.act(
        "ministry.finance",
        "settle",
        paper=minutes,
        settled=SUPPORT,
        real_cost=SUPPORT,
        comment="Nhiệm vụ do ngân sách bảo đảm toàn bộ.",
    )
    walk.act("agency.head", "draw", paper=walk.paper("RDT", "agency.head"), amount=100_000_000)
    next_day(walk)
    walk.act("agency.officer2", "close", place_of_originals="Lưu trữ Cục")
    assert state_of(walk) == State.CLOSED
    assert booked(walk) == {
        "registered": SUPPORT,
        "requested": SUPPORT,
        "appraised_agency": SUPPORT,
        "approved": SUPPORT,
        "allocated": SUPPORT,
        "contracted": SUPPORT,
        "paid": SUPPORT,
        "accepted": SUPPORT,
        "settled": SUPPORT,
    }


def test_a_regional_centre_that_is_a_budget_unit_gets_a_task_and_draws_before_acceptance() -> None:
    unit = Organisation.objects.get(slug="trung-tam-vung-1")
    BudgetUnit.objects.create(organisation=unit, source="Quyết định của Bộ")
    walk = funded(registered(direct_draft("regional.1", "regional.head.1", "hai-phong")))
    walk.contract(SUPPORT, action="assign_task")
    walk.start()
    walk.act("regional.head.1", "draw", paper=walk.paper("RDT", "regional.head.1"), amount=SUPPORT)
    walk.accept(support=SUPPORT - 50_000_000)
    next_day(walk)
    walk.ask_payment(SUPPORT - 50_000_000, SUPPORT + COUNTERPART)
    walk.act("ministry.finance.officer", "confirm_settlement")
    walk.act(
        "ministry.finance.officer",
        "check_settlement",
        settled=SUPPORT - 50_000_000,
        real_cost=SUPPORT + COUNTERPART,
    )
    walk.act(
        "ministry.finance",
        "settle",
        paper=walk.paper("QT-KHTC", "ministry.finance"),
        settled=SUPPORT - 50_000_000,
        real_cost=SUPPORT + COUNTERPART,
    )
    with acting_as(position("agency.officer")):
        assert balance(walk.year.pk).refund_due == 50_000_000
    walk.refund(50_000_000, confirmed_by="ministry.finance.officer")
    next_day(walk)
    walk.close()
    assert state_of(walk) == State.CLOSED


def test_a_service_organisation_in_one_province_goes_through_the_department_of_the_place() -> None:
    walk = direct_draft("service.1", "service.head.1", "hai-phong")
    assert visible("dept.hai-phong") == set()
    in_progress(walk)
    walk.progress(80, 520_000_000)
    walk.ask_advance(150_000_000).advance(150_000_000)
    next_day(walk)
    walk.accept()
    next_day(walk)
    walk.ask_payment(SUPPORT, SUPPORT + COUNTERPART).confirm_dossier()
    walk.pay(cleared=150_000_000, paid=150_000_000)
    walk.settle(SUPPORT, SUPPORT + COUNTERPART)
    next_day(walk)
    walk.close()
    assert state_of(walk) == State.CLOSED
    with acting_as(position("dept.hai-phong")):
        names = list(walk.now().events.values_list("action", flat=True))
    assert names[:4] == ["create", "submit", "appraise_department", "register"]


def test_a_service_organisation_over_several_provinces_goes_straight_to_the_agency() -> None:
    walk = registered(direct_draft("service.1", "service.head.1", "hai-phong", "thai-nguyen"))
    assert state_of(walk) == State.REGISTERED


# -- the way ---------------------------------------------------------------------------------------------


def test_a_returned_file_comes_back_to_the_unit_and_again_to_the_agency_and_counts_once() -> None:
    walk = registered(direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen"))
    decide("request_budget", walk)
    walk.send_back("agency.officer", ("file", "", "objectives", "Ghi rõ mục tiêu."))
    next_day(walk)
    assert state_of(walk) == State.RETURNED
    walk.submit("Đã giải trình bằng văn bản.")
    decide("request_budget", walk)
    with pytest.raises(Refused, match="đã được tổng hợp vào dự toán"):
        decide("request_budget", walk)
    assert booked(walk) == {"registered": SUPPORT, "requested": SUPPORT}


def test_a_list_of_the_plan_holds_files_of_both_routes() -> None:
    direct = registered(direct_draft("regional.1", "regional.head.1", "hai-phong"))
    through = direct_draft("service.1", "service.head.1", "hai-phong")
    through.scene = direct.scene
    appraised(through)
    decide("register", through)
    direct.day = through.day
    next_day(direct, through)
    for walk in (direct, through):
        walk.appraise(account="agency.officer")
    with acting_as(position("agency.head")) as head:
        tasks = [task for task in tasks_of(head, direct.day) if task.action.name == "propose"]
        assert [{year.pk for year in task.years} for task in tasks] == [{direct.year.pk, through.year.pk}]
    decide("propose", direct, through)
    decide("approve", direct, lines=same(direct, through))
    assert {state_of(direct), state_of(through)} == {State.APPROVED}


def test_money_of_a_shared_file_keeps_to_the_limits() -> None:
    walk = registered(direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen"))
    decide("request_budget", walk)
    next_day(walk)
    walk.appraise(account="agency.officer2")
    decide("propose", walk)
    decide("approve", walk)
    assign(SUPPORT - 1)
    with pytest.raises(LinesRefused, match="vượt dự toán được giao"):
        decide("allocate", walk)


def test_one_report_of_registration_may_send_files_that_are_shared_with_different_provinces() -> None:
    first = direct_draft("regional.1", "regional.head.1", "hai-phong")
    second = direct_draft("regional.1", "regional.head.1", "thai-nguyen")
    paper = first.paper("BC-TTKC1", "regional.head.1")
    for walk in (first, second):
        walk.act("regional.head.1", "submit", paper=paper, comment="theo chỉ đạo của lãnh đạo")
    assert {state_of(first), state_of(second)} == {State.REGISTERED}


# -- who begins what -------------------------------------------------------------------------------------


def test_a_centre_may_write_for_its_province_and_others_but_not_for_others_alone() -> None:
    centre = position("centre.hai-phong")
    places = {slug: Province.objects.get(slug=slug, valid_to=None) for slug in ("hai-phong", "thai-nguyen")}

    def begin(programme: str, *slugs: str) -> Project:
        return create_project(
            by=centre,
            programme=programme,
            year=YEAR,
            title="Liên tỉnh",
            activity=activity(),
            provinces=[places[slug] for slug in slugs],
        )

    with acting_as(centre):
        project = begin("NATIONAL", *places)
        assert (project.province, project.provinces) == (None, [places["hai-phong"], places["thai-nguyen"]])
        assert project.tenant.kind == Tenant.Kind.CONSORTIUM
        with pytest.raises(Refused, match="Hãy chọn thêm Hải Phòng"):
            begin("NATIONAL", "thai-nguyen")
        with pytest.raises(Refused, match="khuyến công địa phương"):
            begin("LOCAL", *places)
        own = begin("NATIONAL", "hai-phong")
        assert own.tenant == centre.organisation.tenant


def activity() -> Activity:
    return Activity.objects.get(code="T10")


def test_a_unit_says_where_it_works_and_the_agency_begins_only_tasks() -> None:
    with acting_as(position("regional.1")) as unit, pytest.raises(Refused, match="Chưa chọn tỉnh"):
        create_project(by=unit, programme="NATIONAL", year=YEAR, title="A", activity=activity())
    with acting_as(position("agency.officer")) as agency, pytest.raises(Refused, match="nhiệm vụ"):
        create_project(by=agency, programme="NATIONAL", year=YEAR, title="A", activity=activity())
    with acting_as(position("agency.head")) as head, pytest.raises(Forbidden):
        create_project(by=head, programme="NATIONAL", year=YEAR, title="A", activity=activity(), kind="TASK")


# -- who sees what ---------------------------------------------------------------------------------------


def test_a_draft_is_its_units_alone_and_what_was_sent_is_seen_by_each_department_and_the_nation() -> None:
    walk = direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen")
    code = walk.year.project.code
    others = ("dept.hai-phong", "dept.thai-nguyen", "agency.officer", "ministry.leader", "ministry.finance")
    assert visible("regional.head.1") == {code}
    assert {account: visible(account) for account in others} == {each: set() for each in others}
    registered(walk)
    assert {account: visible(account) for account in others} == {each: {code} for each in others}
    never = ("regional.2", "service.1", "centre.hai-phong", "finance.hai-phong", "committee.hai-phong")
    assert {account: visible(account) for account in never} == {each: set() for each in never}


def test_what_the_agency_drafts_the_ministry_sees_once_it_is_in_the_plan() -> None:
    walk = direct_draft("agency.officer", "agency.head", kind="TASK", counterpart=0)
    code = walk.year.project.code
    assert (visible("agency.head"), visible("ministry.leader"), visible("auditor")) == ({code}, set(), set())
    walk.act("agency.officer", "add_own_task", comment="theo chỉ đạo của lãnh đạo")
    assert (visible("ministry.leader"), visible("auditor")) == ({code}, {code})
    assert visible("dept.hai-phong") == set()


def test_an_establishment_is_taken_by_its_tax_code_as_a_dated_copy() -> None:
    original = make_establishment(by=position("centre.hai-phong"))
    elsewhere = make_establishment(by=position("centre.thai-nguyen"))
    with acting_as(position("regional.1")) as unit:
        project = create_project(
            by=unit,
            programme="NATIONAL",
            year=YEAR,
            title="A",
            activity=activity(),
            provinces=[original.province],
        )
        copy = take_establishment(project, original.tax_code, by=unit)
        assert copy is not None
        assert (copy.name, copy.province, copy.tenant_id) == (
            original.name,
            original.province,
            project.tenant_id,
        )
        assert isinstance(copy.copied_on, dt.date)
        assert take_establishment(project, original.tax_code, by=unit) == copy
        assert take_establishment(project, elsewhere.tax_code, by=unit) is None
        assert list(Establishment.objects.all()) == [copy]
    with acting_as(position("regional.2")) as stranger, pytest.raises(Forbidden):
        take_establishment(project, original.tax_code, by=stranger)
