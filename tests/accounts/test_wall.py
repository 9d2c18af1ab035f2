"""Every trap of the wall, tried. Its catalogue is read back in test_wall_catalogue.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    connections,
    models,
    transaction,
)
from django.db.models import Count, Max

from accounts.models import Organisation, Position, Province
from accounts.tenancy import acting_as
from accounts.wall import header_models, walled_models
from budgets.models import BudgetAssignment, Ceiling, LedgerDeclaration, LedgerEntry, Programme
from projects.models import (
    Contract,
    Establishment,
    Event,
    ListAct,
    Paper,
    Project,
    ProjectYear,
    RegistrationRound,
    ScheduleItem,
)
from projects.states import State
from reporting.models import Report
from tests.cast import PASSWORD, position
from tests.factories import make_entry, make_establishment, make_event, make_file, send
from tests.projects.walks import direct_draft
from tests.rows import fill_every_table, open_file

pytestmark = pytest.mark.django_db

BEHIND: list[type[models.Model]] = [*walled_models(), *header_models()]
APPEND_ONLY = [model._meta.db_table for model in walled_models() if model.wall_append_only]
CHANGEABLE = [model._meta.db_table for model in BEHIND if model._meta.db_table not in APPEND_ONLY]
OF_A_FILE = [model for model in walled_models() if model.wall_parent not in (None, "report", "slip")]


def bac_kan() -> Position:
    """Somebody who still acts for a province that another has taken over."""
    old = Province.objects.get(slug="bac-kan")
    return Position.objects.create(
        organisation=Organisation.objects.get(slug="trung-tam-khuyen-cong-bac-kan", province=old),
        kind="OFFICER",
        title="Viên chức",
        person=position("centre.thai-nguyen").person,
    )


@contextmanager
def refused(account: Position, error: type[Exception], match: str) -> Iterator[None]:
    """What happens inside, done as ``account``, ends with this error."""
    with acting_as(account), pytest.raises(error, match=match), transaction.atomic():
        yield


def count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        number: int = cursor.fetchone()[0]
    return number


# -- who sees what ---------------------------------------------------------------------------------------


def test_nothing_set_means_nothing_seen() -> None:
    rows = fill_every_table(position("centre.hai-phong"))
    for model in BEHIND:
        table, seen = model._meta.db_table, model._default_manager
        assert (table, seen.exists(), seen.filter(pk=rows[model].pk).exists()) == (table, False, False)
        assert (table, seen.aggregate(n=Count("pk"), last=Max("pk"))) == (table, {"n": 0, "last": None})
        assert (table, count(f"SELECT count(*) FROM {table}")) == (table, 0)  # noqa: S608 (our own table)


def test_a_province_sees_its_own_rows_and_no_other() -> None:
    own = fill_every_table(position("centre.hai-phong"))
    other = fill_every_table(position("centre.thai-nguyen"))
    with acting_as(position("dept.hai-phong")):
        for model in BEHIND:
            table, seen, mine = model._meta.db_table, model._default_manager, own[model].pk
            assert (table, list(seen.values_list("pk", flat=True))) == (table, [mine])
            assert (table, seen.filter(pk=other[model].pk).exists()) == (table, False)
            assert (table, seen.aggregate(n=Count("pk"), last=Max("pk"))) == (table, {"n": 1, "last": mine})
            assert (table, count(f"SELECT max(id) FROM {table}")) == (table, mine)  # noqa: S608


def test_a_key_leads_to_no_row_of_another_province() -> None:
    file = make_file(by=position("centre.thai-nguyen"))
    with acting_as(position("dept.hai-phong")):
        with pytest.raises(Project.DoesNotExist):
            ProjectYear(project_id=file.project_id).project  # noqa: B018 (reads the row)
        assert not ProjectYear.objects.filter(project__pk=file.project_id).exists()


@pytest.mark.parametrize("account", ["agency.officer", "ministry.leader", "viewer.nation", "auditor"])
def test_the_nation_sees_nothing_of_a_draft(account: str) -> None:
    fill_every_table(position("centre.hai-phong"))
    with acting_as(position(account)):
        assert {model for model in BEHIND if model._default_manager.exists()} == set()


def test_the_nation_sees_all_of_a_file_that_was_sent() -> None:
    rows = fill_every_table(position("centre.hai-phong"))
    with acting_as(position("committee.hai-phong")):
        open_file(rows, writes=False)
    with acting_as(position("agency.officer")):
        seen = {model for model in BEHIND if model._default_manager.exists()}
    assert seen >= {*OF_A_FILE, Project, Establishment}


def test_an_establishment_is_seen_by_the_nation_only_with_a_file_that_was_sent() -> None:
    centre = position("centre.hai-phong")
    make_establishment(by=centre)
    file = make_file(by=centre, support=5, shares=[5], sent=True)
    with acting_as(position("agency.officer")):
        assert list(Establishment.objects.all()) == [file.shares.get().establishment]


def test_what_is_added_to_a_sent_file_is_seen_with_it() -> None:
    centre = position("centre.hai-phong")
    file = make_file(by=centre, sent=True)
    with acting_as(centre):
        item = ScheduleItem.objects.create(
            tenant_id=file.tenant_id, project_year=file, position=1, work="Mua"
        )
    with acting_as(position("agency.officer")):
        assert list(ScheduleItem.objects.all()) == [item]


def test_a_row_cannot_claim_to_be_sent_before_its_file() -> None:
    centre = position("centre.hai-phong")
    file = make_file(by=centre)
    with acting_as(centre):
        item = ScheduleItem.objects.create(
            tenant_id=file.tenant_id,
            project_year=file,
            position=1,
            work="Mua",
            sent_to_nation=True,
            nation_writes=True,
        )
        item.refresh_from_db()
    assert (item.sent_to_nation, item.nation_writes) == (False, False)


def test_headers_of_the_nation_are_read_by_every_province() -> None:
    with acting_as(position("agency.officer")):
        national = a_national_round()
    with acting_as(position("dept.hai-phong")):
        assert list(RegistrationRound.objects.all()) == [national]


@pytest.mark.parametrize("account", ["dept.hai-phong", "agency.officer"])
@pytest.mark.parametrize(
    "stolen",
    [
        "password FROM accounts_user",
        "* FROM accounts_user",
        "session_data FROM django_session",
        "digest FROM accounts_token",
        "username FROM axes_accessattempt",
        "last_value FROM projects_project_id_seq",
    ],
)
def test_no_position_reads_how_people_sign_in(account: str, stolen: str) -> None:
    with refused(position(account), ProgrammingError, "permission denied"), connection.cursor() as cursor:
        cursor.execute(f"SELECT {stolen}")


def test_a_person_read_for_a_position_comes_without_a_password_and_cannot_be_saved_so() -> None:
    with acting_as(position("dept.hai-phong")) as by:
        colleague = Position.objects.select_related("person").get(pk=by.pk).person
        assert colleague is not None
        assert colleague.full_name
        assert colleague.password is None
    with pytest.raises(IntegrityError, match="password"), transaction.atomic():
        colleague.save()
    with acting_as(position("operator")) as by:
        operator = Position.objects.select_related("person").get(pk=by.pk).person
        assert operator is not None
        assert operator.check_password(PASSWORD)


# -- who writes what -------------------------------------------------------------------------------------


def a_national_round() -> RegistrationRound:
    return RegistrationRound.objects.create(
        nation_writes=True,
        programme=Programme.NATIONAL,
        year=2027,
        name="Đợt 1",
        opens_on="2026-01-01",
        closes_on="2026-06-15",
        opened_by=position("agency.officer"),
    )


def test_a_province_writes_into_no_other_tenant() -> None:
    own = fill_every_table(position("centre.hai-phong"))
    heir = position("dept.thai-nguyen").organisation.tenant_id
    for model in BEHIND:
        columns = {
            f.attname: getattr(own[model], f.attname) for f in model._meta.local_fields if not f.primary_key
        }
        with refused(position("dept.hai-phong"), DatabaseError, r"row-level security|of another tenant"):
            model._default_manager.create(**columns | {"tenant_id": heir})


def test_a_province_changes_and_deletes_no_row_of_another() -> None:
    fill_every_table(position("centre.thai-nguyen"))
    with acting_as(position("dept.hai-phong")), connection.cursor() as cursor:
        for table in CHANGEABLE:
            cursor.execute(f"UPDATE {table} SET tenant_id = tenant_id")  # noqa: S608 (our own table)
            assert (table, cursor.rowcount) == (table, 0)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            assert (table, cursor.rowcount) == (table, 0)


def test_a_province_gives_no_row_away() -> None:
    establishment = make_establishment(by=position("centre.hai-phong"))
    heir = position("dept.thai-nguyen").organisation.tenant
    with refused(position("dept.hai-phong"), ProgrammingError, "not changed by a position"):
        Establishment.objects.filter(pk=establishment.pk).update(tenant=heir)


def test_a_successor_reads_what_its_predecessor_left_and_cannot_write_it() -> None:
    left = fill_every_table(bac_kan())
    heir = position("dept.thai-nguyen")
    with acting_as(heir), connection.cursor() as cursor:
        assert {model for model in BEHIND if model._default_manager.exists()} == set(BEHIND)
        for model in BEHIND:
            if model._meta.db_table in CHANGEABLE:
                assert not model._default_manager.select_for_update().filter(pk=left[model].pk).exists()
        for table in CHANGEABLE:
            cursor.execute(f"UPDATE {table} SET tenant_id = %s", [heir.organisation.tenant_id])  # noqa: S608
            assert (table, cursor.rowcount) == (table, 0)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            assert (table, cursor.rowcount) == (table, 0)
    with acting_as(position("dept.hai-phong")):
        assert {model for model in BEHIND if model._default_manager.exists()} == set()


def test_a_successor_adds_nothing_to_its_predecessor() -> None:
    old = make_file(by=bac_kan())
    with refused(position("dept.thai-nguyen"), ProgrammingError, "row-level security"):
        ScheduleItem.objects.create(tenant_id=old.tenant_id, project_year=old, position=1, work="Mua")


def test_the_nation_writes_a_national_file_that_was_sent() -> None:
    file = make_file(by=position("centre.hai-phong"), programme=Programme.NATIONAL, sent=True)
    with acting_as(position("agency.officer")) as agency:
        assert ProjectYear.objects.select_for_update().get(pk=file.pk) == file
        assert ProjectYear.objects.filter(pk=file.pk).update(priority_rank=1) == 1
        event = make_event(file, "appraise_agency", by=agency)
    with acting_as(position("dept.hai-phong")):
        assert list(file.events.all()) == [event]


def test_the_nation_only_reads_a_local_file() -> None:
    file = make_file(by=position("centre.hai-phong"), programme=Programme.LOCAL, sent=True)
    with acting_as(position("agency.officer")) as agency:
        assert ProjectYear.objects.get(pk=file.pk) == file
        assert not ProjectYear.objects.select_for_update().filter(pk=file.pk).exists()
        assert ProjectYear.objects.filter(pk=file.pk).update(priority_rank=1) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            make_event(file, "inspect", by=agency)


def test_the_nation_deletes_nothing_of_a_province() -> None:
    file = make_file(by=position("centre.hai-phong"), programme=Programme.NATIONAL, sent=True)
    with acting_as(position("agency.officer")), connection.cursor() as cursor:
        cursor.execute("DELETE FROM projects_projectyear WHERE id = %s", [file.pk])
        assert cursor.rowcount == 0


def test_the_agency_deletes_rows_of_what_it_drafts_and_no_province_does() -> None:
    file = direct_draft("agency.officer", "agency.head", kind="TASK", counterpart=0).year
    for account, deleted in (("centre.hai-phong", 0), ("agency.officer", 1)):
        with acting_as(position(account)), connection.cursor() as cursor:
            cursor.execute("DELETE FROM projects_estimateline WHERE project_year_id = %s", [file.pk])
            assert cursor.rowcount == deleted


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET tenant_id = %s", "DELETE FROM {} WHERE tenant_id IS DISTINCT FROM %s"]
)
def test_a_province_neither_takes_nor_deletes_a_header_of_the_nation(statement: str) -> None:
    with acting_as(position("agency.officer")):
        a_national_round()
    dept = position("dept.hai-phong")
    with acting_as(dept), connection.cursor() as cursor:
        cursor.execute(statement.format("projects_registrationround"), [dept.organisation.tenant_id])
        assert cursor.rowcount == 0


def test_a_province_writes_no_header_of_the_nation() -> None:
    with refused(position("dept.hai-phong"), ProgrammingError, "row-level security"):
        a_national_round()


@pytest.mark.parametrize("flag", ["sent_to_nation", "nation_writes"])
def test_a_province_takes_no_file_back_from_the_nation(flag: str) -> None:
    file = make_file(by=position("centre.hai-phong"), programme=Programme.NATIONAL, sent=True)
    for model, key in ((Project, file.project_id), (ProjectYear, file.pk)):
        with refused(position("centre.hai-phong"), ProgrammingError, "not changed by a position"):
            model.objects.filter(pk=key).update(**{flag: False})


def test_a_province_opens_no_file_to_the_nation_by_its_flags() -> None:
    file = make_file(by=position("centre.hai-phong"))
    with refused(position("centre.hai-phong"), ProgrammingError, "not changed by a position"):
        ProjectYear.objects.filter(pk=file.pk).update(sent_to_nation=True)


def test_a_successor_makes_no_header_of_its_own_the_nation_s_nor_the_nation_one_of_its_own_a_province_s() -> (
    None
):
    with acting_as(position("agency.officer")):
        national = a_national_round()
    dept = position("dept.hai-phong").organisation
    for model in header_models():
        assert "kc_keeps_place" in triggers_of(model)
    with refused(position("agency.officer"), ProgrammingError, "not changed by a position"):
        RegistrationRound.objects.filter(pk=national.pk).update(tenant=dept.tenant)
    paper = fill_every_table(position("centre.hai-phong"))[Paper]
    with refused(position("dept.hai-phong"), ProgrammingError, "not changed by a position"):
        Paper.objects.filter(pk=paper.pk).update(tenant=None)


def triggers_of(model: type[models.Model]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [model._meta.db_table])
        return {name for (name,) in cursor.fetchall()}


def test_the_nation_adds_no_row_of_a_province_but_to_a_file_that_it_writes() -> None:
    dept = position("dept.hai-phong")
    own = fill_every_table(position("centre.hai-phong"))
    alone = [
        model
        for model in BEHIND
        if getattr(model, "wall_parent", None) is None and not model.nation_adds  # type: ignore[attr-defined]
    ]
    assert {Project, Establishment, RegistrationRound, BudgetAssignment} <= set(alone)
    for model in alone:
        columns = {
            f.attname: getattr(own[model], f.attname) for f in model._meta.local_fields if not f.primary_key
        }
        claimed = {"tenant_id": dept.organisation.tenant_id, "sent_to_nation": True, "nation_writes": True}
        with refused(position("agency.officer"), ProgrammingError, "adds no row of|a body of others"):
            model._default_manager.create(**columns | claimed)


def test_nobody_writes_in_the_name_of_a_body_of_others() -> None:
    named = {model for model in apps.get_models() if getattr(model, "wall_body", None)}
    assert named >= {Paper, ListAct, Event, Contract, BudgetAssignment, Ceiling, LedgerDeclaration, Report}
    for model in named:
        assert "kc_own_body" in triggers_of(model)
    dept = position("dept.hai-phong")
    for other in ("agency.officer", "dept.thai-nguyen"):
        with refused(dept, ProgrammingError, "a body of others"):
            Ceiling.objects.create(
                tenant=dept.organisation.tenant,
                holder=position(other).organisation,
                year=2027,
                source="LOCAL",
                amount=1,
                recorded_by=dept,
            )
    with refused(position("agency.officer"), ProgrammingError, "a body of others"):
        Ceiling.objects.create(
            nation_writes=True,
            holder=dept.organisation,
            year=2027,
            source="LOCAL",
            amount=1,
            recorded_by=dept,
        )


@pytest.mark.parametrize(
    ("account", "other"),
    [
        ("dept.head.hai-phong", "dept.head.thai-nguyen"),
        ("dept.head.hai-phong", "agency.head"),
        ("agency.head", "dept.head.hai-phong"),
    ],
)
def test_nobody_declares_the_ledger_of_another_complete_or_changes_what_was_declared(
    account: str, other: str
) -> None:
    by, victim = position(account), position(other)
    with refused(by, ProgrammingError, "a body of others"):
        declare(victim)
    with acting_as(victim):
        declare(victim)
    for statement in ("UPDATE {} SET year = 2020", "DELETE FROM {}"):
        for whoever in (by, victim):
            with refused(whoever, ProgrammingError, "permission denied"), connection.cursor() as cursor:
                cursor.execute(statement.format("budgets_ledgerdeclaration"))


def declare(head: Position) -> None:
    LedgerDeclaration.objects.create(
        year=2021, organisation=head.organisation, declared_by=head, declared_on="2026-11-01"
    )


def draw(prefix: str, last: int = 1) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO projects_codecounter (prefix, last) VALUES (%s, %s)", [prefix, last])


def test_numbers_of_files_are_drawn_one_by_one_and_by_their_province() -> None:
    centre = position("centre.hai-phong")
    with acting_as(centre):
        draw("KCQG-2031")
        draw("KCDP-HAI-PHONG-2031")
    for prefix in ("KCDP-THAI-NGUYEN-2031", "KCDP-HAI-PHONG-2031-1", "anything"):
        with refused(centre, ProgrammingError, "numbers the files of others"):
            draw(prefix)
    with refused(centre, IntegrityError, "not the next number"):
        draw("KCQG-2032", 7)
    for change in (
        "last = last + 2",
        "last = last - 1",
        "last = last",
        "prefix = 'KCQG-2033', last = last + 1",
    ):
        with refused(centre, IntegrityError, "not the next number"), connection.cursor() as cursor:
            cursor.execute(f"UPDATE projects_codecounter SET {change} WHERE prefix = 'KCQG-2031'")  # noqa: S608
    for other in ("centre.thai-nguyen", "agency.officer"):
        with (
            refused(position(other), ProgrammingError, "numbers the files of others"),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE projects_codecounter SET last = last + 1 WHERE prefix LIKE 'KCDP-HAI%'")


# -- keys, which row security does not check -------------------------------------------------------------


def test_a_row_cannot_hang_on_a_file_of_another_tenant() -> None:
    file = make_file(by=position("centre.thai-nguyen"))
    dept = position("dept.hai-phong")
    with refused(dept, IntegrityError, "projects_scheduleitem_project_year_id_same_tenant"):
        ScheduleItem.objects.create(
            tenant=dept.organisation.tenant, project_year=file, position=1, work="Mua"
        )


def test_a_row_cannot_point_to_a_header_of_another_tenant() -> None:
    paper = fill_every_table(position("centre.thai-nguyen"))[Paper]
    centre = position("centre.hai-phong")
    file = make_file(by=centre)
    with refused(centre, IntegrityError, "of another tenant"):
        make_event(file, "create", by=centre, paper_id=paper.pk)


def test_a_row_points_to_a_header_of_the_nation() -> None:
    centre = position("centre.hai-phong")
    with acting_as(position("agency.officer")):
        national = a_national_round()
    file = make_file(by=centre)
    with acting_as(centre):
        assert ProjectYear.objects.filter(pk=file.pk).update(round=national) == 1


def test_tax_codes_of_two_provinces_do_not_meet() -> None:
    for account in ("centre.hai-phong", "centre.thai-nguyen"):
        make_establishment(by=position(account), tax_code="0100000001")


# -- sending, append-only, functions past the wall -------------------------------------------------------


@pytest.mark.parametrize("account", ["dept.hai-phong", "agency.officer", "operator"])
def test_only_its_own_province_sends_a_file(account: str) -> None:
    file = make_file(by=position("centre.thai-nguyen"))
    with refused(position(account), ProgrammingError, "not a file of this tenant|permission denied"):
        send(file)
    with acting_as(position("agency.officer")):
        assert not ProjectYear.objects.exists()


def test_a_successor_does_not_send_a_file_of_its_predecessor() -> None:
    file = make_file(by=bac_kan())
    with refused(
        position("dept.thai-nguyen"), ProgrammingError, "not a file of this tenant|permission denied"
    ):
        send(file)


def test_a_table_of_ones_own_under_a_known_name_fools_no_function() -> None:
    file = make_file(by=position("centre.thai-nguyen"))
    dept = position("dept.hai-phong")
    with acting_as(dept), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE projects_project (id bigint, tenant_id bigint) ON COMMIT DROP")
        cursor.execute("GRANT SELECT ON projects_project TO kc_guard")
        cursor.execute(
            "INSERT INTO pg_temp.projects_project VALUES (%s, %s)",
            [file.project_id, dept.organisation.tenant_id],
        )
        with pytest.raises(ProgrammingError, match="not a file of this tenant"), transaction.atomic():
            send(file)
        cursor.execute("DROP TABLE pg_temp.projects_project")


@pytest.mark.parametrize("account", ["dept.hai-phong", "agency.officer"])
def test_an_append_only_row_is_neither_changed_nor_deleted(account: str) -> None:
    for table in APPEND_ONLY:
        for statement in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}"):  # noqa: S608
            with (
                refused(position(account), ProgrammingError, "permission denied"),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_past_the_wall_an_append_only_row_changes_its_flags_and_nothing_else() -> None:
    centre = position("centre.hai-phong")
    file = make_file(by=centre)
    with acting_as(centre):
        make_entry(file, "registered", 5, by=centre).save()

    def as_guard(statement: str) -> int:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SET LOCAL ROLE kc_guard")
            cursor.execute(statement)
            return int(cursor.rowcount)

    assert as_guard("UPDATE budgets_ledgerentry SET sent_to_nation = true") == 1
    with pytest.raises(IntegrityError, match="append-only"):
        as_guard("UPDATE budgets_ledgerentry SET amount = 6")
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_guard("DELETE FROM budgets_ledgerentry")
    with acting_as(centre):
        assert list(LedgerEntry.objects.values_list("amount", "sent_to_nation")) == [(5, True)]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_owner_of_the_tables_sees_nothing() -> None:
    fill_every_table(position("centre.hai-phong"))
    seen = {model for model in BEHIND if model._default_manager.using("owner").exists()}
    assert seen == set()


def test_row_security_uses_the_index_on_the_tenant() -> None:
    with acting_as(position("dept.hai-phong")), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT count(*) FROM projects_project")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Cond: (tenant_id = ANY" in plan
    assert "Filter" not in plan


def test_an_event_is_written_for_the_file_of_its_tenant_only() -> None:
    file = make_file(by=position("centre.thai-nguyen"), state=State.SUBMITTED)
    dept = position("dept.hai-phong")
    with refused(dept, IntegrityError, "same_tenant"):
        make_event(file, "inspect", by=dept, tenant_id=dept.organisation.tenant_id)


def test_a_list_of_the_nation_may_answer_one_of_a_province() -> None:
    asked = fill_every_table(position("centre.hai-phong"))[ListAct]
    agency = position("agency.head")
    assert agency.person is not None
    with acting_as(agency):
        answer = ListAct.objects.create(
            action="register",
            programme=Programme.NATIONAL,
            year=2027,
            answers_id=asked.pk,
            organisation=agency.organisation,
            position=agency,
            person=agency.person,
            effective_on="2026-11-01",
            nation_writes=True,
        )
        assert answer.answers_id == asked.pk
