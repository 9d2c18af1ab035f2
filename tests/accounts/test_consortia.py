"""The tenant of those who share a file: made once, seen and written by its members, past no wall (decision 0022)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from accounts.consortia import consortium_tenant
from accounts.models import Consortium, Position, Province, Tenant
from accounts.tenancy import acting_as, scope_of
from projects.models import Establishment, Project, ProjectYear, ScheduleItem
from tests.cast import position
from tests.factories import make_establishment, send
from tests.projects.test_matrix import direct_file

pytestmark = pytest.mark.django_db


def province(slug: str) -> Province:
    return Province.objects.get(slug=slug, valid_to=None)


def join(account: str, *slugs: str) -> Tenant:
    with acting_as(position(account)) as by:
        return consortium_tenant([province(slug) for slug in slugs], by=by)


def count(sql: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        number: int = cursor.fetchone()[0]
    return number


def test_one_set_of_provinces_with_one_unit_is_one_tenant_however_often_it_is_begun() -> None:
    first = join("regional.1", "hai-phong", "thai-nguyen")
    assert join("regional.head.1", "thai-nguyen", "hai-phong") == first
    others = [
        join("regional.2", "hai-phong", "thai-nguyen"),
        join("regional.1", "hai-phong"),
        join("centre.hai-phong", "hai-phong", "thai-nguyen"),
    ]
    assert len({first, *others}) == 4
    made = Consortium.objects.get(tenant=first)
    assert (made.begun_by, made.unit) == (position("regional.1"), position("regional.1").organisation)
    assert set(made.provinces.all()) == {province("hai-phong"), province("thai-nguyen")}
    assert join("centre.thai-nguyen", "hai-phong", "thai-nguyen") == others[2]


@pytest.mark.parametrize(
    ("account", "slugs"),
    [
        ("centre.hai-phong", ["thai-nguyen", "hue"]),  # not its own
        ("centre.hai-phong", ["hai-phong"]),  # nothing to share
        ("dept.hai-phong", ["hai-phong", "hue"]),  # writes no files
        ("finance.hai-phong", ["hai-phong", "hue"]),
        ("regional.1", []),
    ],
)
def test_nobody_begins_what_he_is_no_member_of(account: str, slugs: list[str]) -> None:
    with pytest.raises(ProgrammingError, match="no member of this consortium"), transaction.atomic():
        join(account, *slugs)
    assert not Consortium.objects.exists()


def test_nobody_begins_in_the_name_of_another_unit() -> None:
    other = position("regional.2")
    with (
        acting_as(position("regional.1")),
        pytest.raises(ProgrammingError, match="no member of this consortium"),
        transaction.atomic(),
    ):
        count("SELECT kc_consortium(%s, %s, %s)", [province("hue").pk], other.organisation_id, other.pk)


@pytest.mark.parametrize("account", ["agency.officer", "ministry.leader", "auditor"])
def test_the_nation_begins_none(account: str) -> None:
    with acting_as(position(account)) as by, pytest.raises(ProgrammingError), transaction.atomic():
        count("SELECT kc_consortium(%s, NULL, %s)", [province("hue").pk, province("hai-phong").pk], by.pk)


def test_bodies_of_the_provinces_read_and_who_acts_on_the_file_writes() -> None:
    shared = join("regional.1", "hai-phong", "thai-nguyen").pk
    found = {
        account: (shared in scope_of(position(account)).reads, shared in scope_of(position(account)).writes)
        for account in (
            "regional.1", "dept.hai-phong", "dept.head.thai-nguyen", "centre.hai-phong", "finance.hai-phong",
            "committee.thai-nguyen", "viewer.hai-phong", "regional.2", "service.1",
        )
    }  # fmt: skip
    assert found == {
        "regional.1": (True, True),
        "dept.hai-phong": (True, True),
        "dept.head.thai-nguyen": (True, True),
        "centre.hai-phong": (True, False),
        "finance.hai-phong": (True, False),
        "committee.thai-nguyen": (True, False),
        "viewer.hai-phong": (True, False),
        "regional.2": (False, False),
        "service.1": (False, False),
    }


def test_the_centres_of_the_provinces_write_what_they_share() -> None:
    shared = join("centre.hai-phong", "hai-phong", "thai-nguyen").pk
    assert shared in scope_of(position("centre.thai-nguyen")).writes
    assert shared in scope_of(position("dept.thai-nguyen")).writes


def test_a_province_outside_the_set_sees_nothing_of_it_in_raw_sql() -> None:
    file = direct_file("regional.1", "hai-phong", "hue")
    item = _step(file, position("regional.1"))
    tables = ("projects_project", "projects_projectyear", "projects_event", "projects_scheduleitem")
    for account, expected in (
        ("dept.hai-phong", 1),
        ("dept.thai-nguyen", 0),
        ("regional.2", 0),
        ("service.1", 0),
    ):
        with acting_as(position(account)):
            for table in tables:
                seen = count(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", file.tenant_id)  # noqa: S608 (our own tables)
                assert (account, table, seen) == (account, table, expected)
    with acting_as(position("dept.thai-nguyen")), connection.cursor() as cursor:
        cursor.execute("UPDATE projects_scheduleitem SET work = 'Của tôi' WHERE id = %s", [item.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM projects_scheduleitem WHERE id = %s", [item.pk])
        assert cursor.rowcount == 0


def _step(file: ProjectYear, by: Position) -> ScheduleItem:
    with acting_as(by):
        return ScheduleItem.objects.create(
            tenant_id=file.tenant_id, project_year=file, position=1, work="Khảo sát"
        )


def test_who_only_reads_writes_nothing_into_it() -> None:
    file = direct_file("regional.1", "hai-phong", "hue")
    for account in ("finance.hai-phong", "committee.hai-phong", "centre.hai-phong", "dept.thai-nguyen"):
        with (
            acting_as(position(account)),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            ScheduleItem.objects.create(
                tenant_id=file.tenant_id, project_year=file, position=2, work="Chen vào"
            )


def test_the_nation_sees_it_once_sent_and_not_before() -> None:
    file = direct_file("regional.1", "hai-phong", "hue")
    for account in ("agency.officer", "ministry.finance", "auditor"):
        with acting_as(position(account)):
            assert not Project.objects.filter(pk=file.project_id).exists()
    with acting_as(position("regional.1")):
        send(file)
    for account in ("agency.officer", "ministry.finance", "auditor"):
        with acting_as(position(account)):
            assert Project.objects.filter(pk=file.project_id).exists()


def test_a_stranger_sends_no_shared_file() -> None:
    file = direct_file("regional.1", "hai-phong", "hue")
    with (
        acting_as(position("regional.2")),
        pytest.raises(ProgrammingError, match="not a file of this tenant"),
        transaction.atomic(),
    ):
        send(file)


def test_a_member_moves_no_row_out_of_it_nor_into_it() -> None:
    file = direct_file("regional.1", "hai-phong", "hue")
    own = make_establishment(by=position("centre.hai-phong"))
    with acting_as(position("dept.hai-phong")) as dept:
        for rows, tenant in (
            (Project.objects.filter(pk=file.project_id), dept.organisation.tenant_id),
            (Establishment.objects.filter(pk=own.pk), file.tenant_id),
        ):
            with pytest.raises(ProgrammingError, match="not changed by a position"), transaction.atomic():
                rows.update(tenant_id=tenant)


def test_a_copy_is_taken_into_nobody_elses_files_and_not_into_a_province() -> None:
    file = direct_file("regional.1", "hai-phong")
    own = make_establishment(by=position("centre.hai-phong"))
    for account, tenant in (
        ("regional.2", file.tenant_id),
        ("dept.hai-phong", position("dept.hai-phong").organisation.tenant_id),
        ("finance.hai-phong", file.tenant_id),
    ):
        with (
            acting_as(position(account)) as by,
            pytest.raises(ProgrammingError, match="not a consortium of this tenant"),
            transaction.atomic(),
        ):
            count("SELECT kc_take_establishment(%s, %s, %s)", tenant, own.tax_code, by.pk)


def test_a_unit_without_files_browses_no_register() -> None:
    make_establishment(by=position("centre.hai-phong"))
    join("regional.1", "hai-phong")
    with acting_as(position("regional.1")):
        assert not Establishment.objects.exists()


def test_reading_shared_files_stays_a_search_by_index() -> None:
    join("regional.1", "hai-phong")
    with acting_as(position("dept.hai-phong")), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT * FROM projects_projectyear")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Cond: (tenant_id = ANY" in plan


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_share_one() -> None:
    found: list[int] = []
    ready = threading.Barrier(2)

    def begin() -> None:
        try:
            ready.wait()
            found.append(join("regional.1", "hai-phong", "hue").pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
