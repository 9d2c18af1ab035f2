import datetime as dt

import pytest
from django.db import connection, transaction

from accounts.models import Organisation, Position, PositionKind, Province, valid_on
from accounts.tenancy import (
    NOBODY,
    NotInForce,
    Scope,
    acting_as,
    current_position,
    positions_of,
    predecessors_of,
    scope_of,
)
from khuyencong.lib.dates import today
from projects.models import Establishment
from tests.cast import position
from tests.factories import make_establishment

NOTHING = ("kc_app", "", "")


def session() -> tuple[str, str, str]:
    """Role and both lists of tenants of the connection, as PostgreSQL has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, coalesce(current_setting('kc.tenants', true), ''), "
            "coalesce(current_setting('kc.write_tenants', true), '')"
        )
        found: tuple[str, str, str] = cursor.fetchone()
    return found


def as_session(scope: Scope) -> tuple[str, str, str]:
    reads, writes = (f"{{{','.join(map(str, ids))}}}" if ids else "" for ids in (scope.reads, scope.writes))
    return (scope.role or "kc_app", reads, writes)


@pytest.mark.django_db
def test_a_province_reads_what_its_predecessors_left_and_writes_its_own() -> None:
    thai_nguyen = Province.objects.get(valid_on(today()), slug="thai-nguyen")
    old = Province.objects.filter(slug__in=["bac-kan", "thai-nguyen"], valid_to=dt.date(2025, 6, 30))
    scope = scope_of(position("dept.thai-nguyen"))
    assert {unit.slug for unit in predecessors_of(thai_nguyen)} == {"bac-kan", "thai-nguyen"}
    assert scope.role == "kc_province"
    assert set(scope.reads) == {thai_nguyen.tenant_id, *(unit.tenant_id for unit in old)}
    assert scope.writes == (thai_nguyen.tenant_id,)


@pytest.mark.django_db
def test_a_unit_taken_over_twice_is_read_by_the_last() -> None:
    hai_phong = Province.objects.get(valid_on(today()), slug="hai-phong")
    hai_duong = Province.objects.get(slug="hai-duong")
    hai_duong.successor = Province.objects.get(slug="hai-phong", valid_to__isnull=False)
    hai_duong.save()
    assert [unit.slug for unit in predecessors_of(hai_phong)] == ["hai-phong", "hai-duong"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "account", ["agency.officer", "agency.head", "ministry.leader", "viewer.nation", "auditor"]
)
def test_national_positions_take_the_role_of_the_nation(account: str) -> None:
    assert scope_of(position(account)) == Scope(role="kc_nation")


@pytest.mark.django_db
def test_the_operator_takes_no_role() -> None:
    assert scope_of(position("operator")) == NOBODY
    with acting_as(position("operator")):
        assert session() == NOTHING


@pytest.mark.django_db
def test_the_scope_is_told_to_the_database_and_taken_back() -> None:
    dept = position("dept.hai-phong")
    assert (session(), current_position()) == (NOTHING, None)
    with acting_as(dept) as acting:
        assert acting == current_position() == dept
        assert session() == as_session(scope_of(dept))
    assert (session(), current_position()) == (NOTHING, None)


@pytest.mark.django_db
def test_an_inner_scope_restores_the_outer_one() -> None:
    dept, agency = position("dept.hai-phong"), position("agency.officer")
    with acting_as(dept):
        with acting_as(agency):
            assert session() == ("kc_nation", "", "")
        assert (session(), current_position()) == (as_session(scope_of(dept)), dept)
        with acting_as(position("operator")):
            assert session() == NOTHING
        assert session() == as_session(scope_of(dept))


@pytest.mark.django_db
def test_an_error_in_an_inner_scope_restores_the_outer_one() -> None:
    dept = position("dept.hai-phong")
    with acting_as(dept):
        with pytest.raises(ZeroDivisionError), acting_as(position("dept.thai-nguyen")):
            raise ZeroDivisionError
        assert (session(), current_position()) == (as_session(scope_of(dept)), dept)


@pytest.mark.django_db
def test_a_savepoint_kept_or_undone_inside_a_scope_leaves_it_as_it_was() -> None:
    dept = position("dept.hai-phong")
    with acting_as(dept):
        with transaction.atomic():
            pass
        assert session() == as_session(scope_of(dept))
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert session() == as_session(scope_of(dept))


def test_the_scope_ends_with_its_transaction(committed_db: None) -> None:
    dept = position("dept.hai-phong")
    with acting_as(dept):
        assert session() == as_session(scope_of(dept))
    assert session() == NOTHING
    with pytest.raises(ZeroDivisionError), acting_as(dept):
        raise ZeroDivisionError
    assert (session(), current_position()) == (NOTHING, None)


def test_an_error_undoes_what_the_scope_wrote(committed_db: None) -> None:
    centre = position("centre.hai-phong")
    make_establishment(by=centre, tax_code="0100000001")
    with pytest.raises(ZeroDivisionError), acting_as(centre):
        make_establishment(by=centre, tax_code="0100000002")
        raise ZeroDivisionError
    with acting_as(centre):
        assert [row.tax_code for row in Establishment.objects.all()] == ["0100000001"]


@pytest.mark.django_db
@pytest.mark.parametrize("days", [(1, None), (-9, -1)])
def test_a_position_acts_only_while_it_holds(days: tuple[int, int | None]) -> None:
    begins, ends = (day if day is None else today() + dt.timedelta(days=day) for day in days)
    dept = Position(
        organisation=position("dept.hai-phong").organisation,
        kind=PositionKind.OFFICER,
        valid_from=begins or today(),
        valid_to=ends,
    )
    with pytest.raises(NotInForce), acting_as(dept):
        pass
    assert session() == NOTHING


@pytest.mark.django_db
def test_the_positions_of_a_person_are_those_of_the_day() -> None:
    dept = position("dept.hai-phong")
    centre = Organisation.objects.get(slug="trung-tam-khuyen-cong-hai-phong", valid_to=None)
    second = Position.objects.create(
        organisation=centre,
        kind=PositionKind.OFFICER,
        title="Viên chức",
        person=dept.person,
        valid_from=dt.date(2026, 1, 1),
        valid_to=dt.date(2026, 6, 30),
    )
    assert dept.person is not None
    assert set(positions_of(dept.person.pk, dt.date(2026, 6, 30))) == {dept, second}
    assert positions_of(dept.person.pk, dt.date(2026, 7, 1)) == [dept]
