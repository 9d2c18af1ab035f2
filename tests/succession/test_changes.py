"""What a change may not do, and what happens when two are at it; splits, names, regions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.test import Client

from accounts.models import Organisation, Position, Province, ProvinceRegion, Tenant, User
from accounts.queries import merged_bodies, organisation_on, region_of
from accounts.services import give_position
from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.models import (
    Contract,
    ContractItem,
    Document,
    Establishment,
    FileMove,
    FormDraft,
    Paper,
    PaperKind,
    Project,
    ProjectYear,
    YearPlan,
)
from projects.queries import earlier_contract, find_file
from projects.services.files import create_project
from projects.services.years import begin_year
from projects.states import State
from succession import carrying
from succession.models import Change, Kind, Status
from succession.plans import Named, Plan, Target
from succession.services import (
    approve,
    cancel,
    carry_out,
    carry_out_due,
    prepare,
    reopen,
    save_plan,
    try_out,
)
from tests.cast import position
from tests.factories import make_establishment, make_event, make_file
from tests.projects.test_two_at_once import at_once
from tests.succession.then import seat_of
from tests.succession.two import NEW, A, B, prepared, ready, unit

pytestmark = pytest.mark.django_db

EARLY = {"effective_on": dt.date(2026, 1, 5)}


def stands() -> bool:
    """Whether nothing has changed: both units as they were, no third."""
    return (
        Province.objects.filter(slug__in=[A, B], valid_to=None, successor=None).count() == 2
        and not Province.objects.filter(slug="duyen-hai").exists()
        and not Tenant.objects.exclude(ended_on=None).exists()
        and Position.objects.filter(valid_from=today()).count() == 0
    )


# -- Who and when --------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["dept.head.hai-phong", "agency.head", "ministry.leader", "auditor"])
def test_only_an_operator_rearranges(account: str) -> None:
    by, change = position(account), prepared()
    with acting_as(by):
        for act in (
            lambda: prepare(
                Kind.REGION,
                day=today(),
                paper_number="1",
                paper_date=today(),
                paper_title="x",
                paper_issuer="y",
                provinces=[],
                by=by,
            ),
            lambda: save_plan(change, Plan.of(change.plan), version=1, by=by),
            lambda: try_out(change, by=by),
            lambda: approve(change, version=1, by=by),
            lambda: carry_out(change, by=by),
            lambda: cancel(change, by=by),
            lambda: reopen(change, by=by),
        ):
            with pytest.raises(Forbidden):
                act()
    assert stands()


def test_it_is_tried_then_approved_then_carried_out_once() -> None:
    operator, change = position("operator"), prepared()
    with pytest.raises(Refused, match="chưa được chạy thử"):
        approve(change, version=1, by=operator)
    with pytest.raises(Refused):
        carry_out(change, by=operator)
    try_out(change, by=operator)
    assert stands()
    version = save_plan(change, Plan.of(change.plan), version=1, by=operator)
    with pytest.raises(Stale):
        save_plan(change, Plan.of(change.plan), version=1, by=operator)
    with pytest.raises(Refused, match="chưa được chạy thử"):  # the plan was saved since
        approve(change, version=version, by=operator)
    done = carry_out(ready(Change.objects.get(pk=change.pk)), by=operator)
    assert (done.status, done.done_by) == (Status.DONE, operator)
    units = list(Province.objects.values_list("pk", flat=True))
    again = carry_out(done, by=operator)
    assert (again.outcome_hash, again.done_at) == (done.outcome_hash, done.done_at)
    assert list(Province.objects.values_list("pk", flat=True)) == units
    with pytest.raises(Refused, match="lập một thay đổi mới"):
        cancel(done, by=operator)
    with pytest.raises(Refused):
        reopen(done, by=operator)


def test_a_day_ahead_waits_and_beat_carries_out_what_is_due() -> None:
    ahead = ready(prepared(day=today() + dt.timedelta(days=3)))
    with pytest.raises(Refused, match="tự thực hiện"):
        carry_out(ahead, by=position("operator"))
    assert carry_out_due(today()) == []
    assert stands()
    cancel(ahead, by=position("operator"))
    due = ready()
    assert [change.pk for change in carry_out_due(today())] == [due.pk]
    due.refresh_from_db()
    assert due.done_by is not None
    assert (due.status, due.done_by.kind) == (Status.DONE, "SYSTEM")
    assert carry_out_due(today()) == []


def test_what_beat_cannot_carry_out_says_why_and_waits() -> None:
    change = ready()
    by = position("dept.hai-phong")
    file = make_file(by=position("centre.hai-phong"))
    with acting_as(by):
        make_event(file, "create", by=by)
    assert carry_out_due(today()) == []
    change.refresh_from_db()
    assert change.status == Status.READY
    assert "việc trên hồ sơ" in change.failure
    assert stands()


def test_a_day_before_what_is_already_dated_is_refused() -> None:
    operator = position("operator")
    change = prepared()
    give_position(
        User.objects.get(username="viewer.hai-phong"),
        organisation=organisation_on("ubnd-hai-phong"),
        kind="VIEWER",
        valid_from=today(),
        by=operator,
    )
    with pytest.raises(Refused, match="người mới được giao chức vụ"):
        try_out(change, by=operator)
    with pytest.raises(Refused, match="chức vụ của"):
        try_out(prepared(), by=operator)
    late = prepared(Kind.REGION, provinces=[unit(A)])
    save_plan(late, Plan(regions={unit(A).pk: "south"}), version=1, by=operator)
    late.refresh_from_db()
    carry_out(ready(late), by=operator)
    with pytest.raises(Refused, match="vùng khuyến công"):
        try_out(prepared(Kind.REGION, provinces=[unit(A)]), by=operator)
    assert region_of(unit(A), today()) == "south"
    assert region_of(unit(A), today() - dt.timedelta(days=1)) == "north"
    assert ProvinceRegion.objects.filter(province=unit(A)).count() == 2


def test_a_plan_with_two_heads_or_no_names_is_refused_with_every_reason() -> None:
    operator, change = position("operator"), prepared()
    plan = Plan.of(change.plan)
    heads = [seat for seat in plan.seats if seat.kind in {"DIRECTOR", "DEPUTY_DIRECTOR"}]
    seats = [
        seat if seat not in heads else type(seat)(seat.position, seat.body, "DIRECTOR", "Giám đốc")
        for seat in plan.seats
    ]
    bodies = [type(body)(**{**body.__dict__, "symbol": ""}) for body in plan.bodies]
    save_plan(change, Plan(**{**plan.__dict__, "seats": seats, "bodies": bodies}), version=1, by=operator)
    with pytest.raises(Refused) as refused:
        try_out(change, by=operator)
    assert len([reason for reason in refused.value.reasons if "ký hiệu văn bản" in reason]) == 4
    assert any("2 người cùng giữ" in reason for reason in refused.value.reasons)
    assert stands()


# -- Two at once ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("committed_db")
def test_while_somebody_writes_nothing_is_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "TRIES", 2)
    change, by = ready(), position("centre.hai-phong")

    def carried() -> None:
        carry_out(change, by=position("operator"))

    assert by.person is not None
    with acting_as(by):
        FormDraft.objects.create(tenant=by.organisation.tenant, person=by.person, key="project-1")
        assert at_once(carried) == [Stale]  # on a connection of its own
    assert stands()
    assert at_once(carried) == [None]
    successor = seat_of("centre.hai-phong")
    with acting_as(successor):  # what was being typed has come along
        assert FormDraft.objects.get(key="project-1").tenant_id == successor.organisation.tenant_id


@pytest.mark.usefixtures("committed_db")
def test_two_operators_who_carry_out_at_once_do_it_once() -> None:
    make_file(by=position("centre.hai-phong"))
    change = ready()

    def carried() -> None:
        carry_out(change, by=position("operator"))

    assert at_once(carried, carried) == [None, None]
    assert Province.objects.filter(slug="duyen-hai").count() == 1
    with acting_as(seat_of("dept.hai-phong")):
        assert FileMove.objects.count() == 1


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_measured_a_cascade_writes_as_the_owner_whom_append_only_rows_refuse() -> None:
    """Why a file is moved children first with its keys deferred (accounts/wall_moves.py)."""
    by = position("centre.hai-phong")
    file = make_file(by=by)
    other = position("centre.thai-nguyen").organisation.tenant_id
    parent_first = "UPDATE projects_project SET tenant_id = %s WHERE id = %s"
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE kc_guard")
        cursor.execute(parent_first, [other, file.project_id])
        cursor.execute("SELECT tenant_id FROM projects_projectyear WHERE id = %s", [file.pk])
        assert cursor.fetchone() == (other,)  # under FORCE the cascade reaches what may be changed
        transaction.set_rollback(True, "owner")
    with acting_as(by):
        make_event(file, "create", by=by)
    with (
        pytest.raises(IntegrityError, match="append-only table projects_event"),
        transaction.atomic("owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute("SET LOCAL ROLE kc_guard")
        cursor.execute(parent_first, [other, file.project_id])


# -- Past the wizard -----------------------------------------------------------------------------------


def test_no_row_moves_outside_a_change_not_even_for_the_login() -> None:
    file = make_file(by=position("centre.hai-phong"))
    other = position("centre.thai-nguyen").organisation.tenant_id
    change = prepared()
    arguments: list[Any] = [change.pk, [file.project_id], other, [], []]
    move = "SELECT kc_move_files(%s, %s, %s, %s::bigint[], %s::bigint[], NULL)"
    with (
        pytest.raises(ProgrammingError, match="no change is being carried out"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(move, arguments)
    for account in ("dept.head.hai-phong", "agency.head"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            acting_as(position(account)),
            connection.cursor() as cursor,
        ):
            cursor.execute(move, arguments)
    by = position("centre.hai-phong")
    with pytest.raises(ProgrammingError, match="no change is being carried out"), acting_as(by):
        FileMove.objects.create(
            tenant=by.organisation.tenant,
            project=file.project,
            change=change,
            from_tenant=by.organisation.tenant,
            to_tenant_id=other,
            from_implementer=by.organisation,
            to_implementer=by.organisation,
            moved_on=today(),
        )


def test_who_was_at_work_in_the_old_name_is_led_to_sign_in_again() -> None:
    by = position("centre.hai-phong")
    Tenant.objects.filter(pk=by.organisation.tenant_id).update(ended_on=today())
    with pytest.raises(IntegrityError, match="has ended"):
        make_establishment(by=by)
    client = Client()
    assert by.person is not None
    client.force_login(by.person)
    page = client.get("/de-an/moi/")
    assert page.status_code == 200
    sent = client.post(
        "/de-an/moi/",
        {"programme": "LOCAL", "year": 2027, "activity": "T10", "kind": "PROJECT", "title": "Máy sấy"},
    )
    assert sent.status_code in {302, 400}
    with acting_as(by):
        assert not Project.objects.exists()


@pytest.mark.parametrize(("unit_of", "slugs"), [("centre.hai-phong", [A, "hue"]), ("regional.1", [A])])
def test_nobody_begins_a_shared_file_in_a_province_that_has_just_ended(
    unit_of: str, slugs: list[str]
) -> None:
    """Somebody presses the button while the change is carried out, and waits for its locks."""
    by = position(unit_of)
    begin: dict[str, Any] = {
        "by": by,
        "programme": "NATIONAL",
        "year": 2027,
        "title": "Máy chung",
        "activity": Activity.objects.get(code="T10"),
        "provinces": [unit(slug) for slug in slugs],
    }
    with acting_as(by):
        create_project(**begin)
    Tenant.objects.filter(pk=unit(A).tenant_id).update(ended_on=today())
    with pytest.raises(IntegrityError, match="has ended"), acting_as(by):
        create_project(**begin)


# -- What goes together --------------------------------------------------------------------------------


def contracted(*files: ProjectYear, by: Position) -> Contract:
    """One contract of the department with the unit of ``by`` for all of ``files``."""
    department = position("dept.head.hai-phong")
    with acting_as(department):
        paper = Paper.objects.create(
            tenant=by.organisation.tenant,
            kind=PaperKind.CONTRACT,
            number="5/HĐ-SCT",
            dated=EARLY["effective_on"],
            issuer=department.organisation,
            recorded_by=department,
        )
        contract = Contract.objects.create(
            tenant=by.organisation.tenant,
            kind="CONTRACT",
            paper=paper,
            party_a=department.organisation,
            party_b=by.organisation,
            signed_a=department,
            signed_b="Giám đốc",
            starts_on=today(),
            ends_on=today(),
            accepting_body=department.organisation,
        )
        for file in files:
            ContractItem.objects.create(
                tenant=by.organisation.tenant, contract=contract, project_year=file, amount=1
            )
    return contract


def test_a_project_with_an_approved_year_to_come_goes_along_and_its_heir_begins_that_year() -> None:
    by = position("centre.hai-phong")
    file, over = make_file(by=by), make_file(by=by)
    with acting_as(by):
        project = file.project
        project.years_planned, project.approved_total = 2, 100
        project.save(update_fields=["years_planned", "approved_total"])
        for year, approved in ((project.year, 60), (project.year + 1, 40)):
            YearPlan.objects.create(tenant=project.tenant, project=project, year=year, approved=approved)
        Document.objects.create(
            tenant=project.tenant, project_year=file, code="T10.1", title="Báo giá", file_name="bao-gia.pdf",
            uploaded_by=by,
        )  # fmt: skip
    contract = contracted(file, by=by)
    with acting_as(by):
        for each in (file, over):
            make_event(each, "close", by=by, to_state=State.CLOSED, **EARLY)
            ProjectYear.objects.filter(pk=each.pk).update(state=State.CLOSED)
    carry_out(ready(), by=position("operator"))
    heir = seat_of("centre.hai-phong")
    with acting_as(heir):
        assert list(ProjectYear.objects.filter(tenant=heir.organisation.tenant_id)) == [file]
        begun = begin_year(find_file(heir, file.address), project.year + 1, by=heir)
        assert [document.code for document in begun.documents.all()] == ["T10.1"]
        assert earlier_contract(begun) == contract


def test_a_closed_file_under_one_contract_with_an_open_one_goes_along() -> None:
    by, department = position("centre.hai-phong"), position("dept.head.hai-phong")
    closed, open_, alone = (make_file(by=by) for _ in range(3))
    contracted(closed, open_, by=by)
    with acting_as(by):
        for file in (closed, alone):
            make_event(file, "close", by=by, to_state=State.CLOSED, **EARLY)
            ProjectYear.objects.filter(pk=file.pk).update(state=State.CLOSED)
    carry_out(ready(), by=position("operator"))
    successor = seat_of("dept.head.hai-phong")
    own = successor.organisation
    with acting_as(successor):
        at_home = set(ProjectYear.objects.filter(tenant=own.tenant_id).values_list("pk", flat=True))
        assert at_home == {closed.pk, open_.pk}
        kept = Contract.objects.get()
        # Whom it was signed with stays, who accepts is the body of today.
        assert (kept.tenant_id, kept.party_a_id, kept.accepting_body_id) == (
            own.tenant_id,
            department.organisation_id,
            own.pk,
        )


def test_an_establishment_that_both_knew_is_one_afterwards() -> None:
    first, second = (position(f"centre.{slug}") for slug in (A, B))
    twins = [make_establishment(by=by, tax_code="0101010101") for by in (first, second)]
    files = [make_file(by=by, shares=[5]) for by in (first, second)]
    for by, file, twin in zip((first, second), files, twins, strict=True):
        with acting_as(by):
            file.shares.update(establishment=twin)
    done = carry_out(ready(), by=position("operator"))
    assert done.outcome is not None
    assert done.outcome["moved"]["register"]["joined"] == 1
    with acting_as(seat_of("centre.hai-phong")) as by:
        [one] = Establishment.objects.filter(tax_code="0101010101", tenant=by.organisation.tenant)
        assert {share.establishment_id for file in files for share in file.shares.all()} == {one.pk}


def test_a_unit_that_stands_on_keeps_its_bodies_and_takes_the_other_in() -> None:
    old = position("dept.hai-phong").organisation
    standing = Target(**{**NEW.__dict__, "province": unit(A).pk, "slug": A, "code": "31", "name": "Hải Phòng",
                         "full_name": "Thành phố Hải Phòng", "unit_type": "CITY"})  # fmt: skip
    make_file(by=position("centre.thai-nguyen"))
    carry_out(ready(prepared(targets=[standing])), by=position("operator"))
    assert unit(A).predecessors.latest("valid_to").slug == B
    taken = Organisation.objects.filter(slug=f"so-cong-thuong-{B}").latest("valid_from")
    assert (taken.successor, taken.valid_to) == (old, today() - dt.timedelta(days=1))
    assert merged_bodies(old) == merged_bodies(taken) > {old.pk, taken.pk}  # and those of 2025
    assert seat_of("dept.hai-phong").pk == position("dept.hai-phong").pk  # nobody there was moved
    assert seat_of("dept.head.thai-nguyen").kind == "DEPUTY_DIRECTOR"
    with acting_as(seat_of("centre.thai-nguyen")):
        [file] = ProjectYear.objects.select_related("project__implementer")
        assert file.project.implementer.slug == f"trung-tam-khuyen-cong-{A}"


def test_a_split_takes_files_and_establishments_to_their_part() -> None:
    by = position("centre.thai-nguyen")
    stays, goes = make_file(by=by, shares=[1]), make_file(by=by, shares=[1])
    old = unit(B)
    first = Target(key="0", province=old.pk, slug=B, code="19", name="Thái Nguyên",
                   full_name="Tỉnh Thái Nguyên", region="north")  # fmt: skip
    second = Target(key="1", slug="bac-can-moi", code="96", name="Bắc Cạn mới",
                    full_name="Tỉnh Bắc Cạn mới", region="north")  # fmt: skip
    change = prepared(Kind.SPLIT, provinces=[old], targets=[first, second])
    plan = Plan.of(change.plan)
    with acting_as(by):
        shared = goes.shares.get().establishment_id
    seats = [
        type(seat)(seat.position, "1-CENTRE", seat.kind, seat.title)
        if seat.position == position("centre.thai-nguyen").pk
        else seat
        for seat in plan.seats
    ]
    plan = Plan(
        **{**plan.__dict__, "seats": seats, "files": {goes.project_id: "1"}, "establishments": {shared: "1"}}
    )
    save_plan(change, plan, version=1, by=position("operator"))
    change.refresh_from_db()
    done = carry_out(ready(change), by=position("operator"))
    assert done.outcome is not None
    assert done.outcome["moved"]["register"] == {"moved": 1, "copied": 0, "joined": 0}
    new = seat_of("centre.thai-nguyen")
    assert new.organisation.slug == "trung-tam-khuyen-cong-bac-can-moi"
    with acting_as(new):
        [file] = ProjectYear.objects.select_related("project__province")
        assert file.project.province is not None
        assert (file.pk, file.project.province.slug) == (goes.pk, "bac-can-moi")
        assert file.project.implementer_id == new.organisation_id
    with acting_as(position("centre.head.thai-nguyen")):
        assert [file.pk for file in ProjectYear.objects.all()] == [stays.pk]
    assert Province.objects.get(pk=old.pk).valid_to is None


def test_a_body_is_renamed_from_a_day_on_and_its_past_keeps_the_old_name() -> None:
    agency = organisation_on("cuc-khuyen-cong")
    before = agency.names.latest("valid_from").name
    change = prepared(Kind.RENAME, provinces=[], organisations=[agency])
    save_plan(
        change,
        Plan(organisations=[Named(agency.pk, "Cục Công nghiệp địa phương", "", "CNĐP", "Hà Nội")]),
        version=1,
        by=position("operator"),
    )
    change.refresh_from_db()
    carry_out(ready(change), by=position("operator"))
    names = list(agency.names.order_by("valid_from"))
    assert (names[-2].name, names[-2].valid_to) == (before, today() - dt.timedelta(days=1))
    assert (names[-1].name, names[-1].symbol, names[-1].valid_from) == (
        "Cục Công nghiệp địa phương",
        "CNĐP",
        today(),
    )
