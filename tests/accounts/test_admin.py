"""The operator's pages, of all floors: who gets in, what is there, what cannot be done there."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.admin_site import site
from accounts.models import (
    Holiday,
    Organisation,
    OrganisationName,
    Position,
    PositionKind,
    Province,
    User,
    Walled,
    WalledHeader,
    valid_on,
)
from accounts.queries import organisation_on
from accounts.tenancy import acting_as, positions_of
from budgets.models import SupportNorm
from khuyencong.lib.dates import today
from projects.models import EndorsementRule, LocalProcedure
from tests.cast import LOCAL, NATIONAL, PASSWORD, position
from tests.factories import authorise, make_rule
from tests.rows import fill_every_table

pytestmark = pytest.mark.django_db

REGISTERS = [
    "accounts_holiday",
    "accounts_organisation",
    "accounts_position",
    "accounts_province",
    "accounts_user",
    "budgets_activity",
    "budgets_activitygroup",
    "budgets_budgetyear",
    "budgets_supportnorm",
    "projects_activitypaper",
    "projects_authorisation",
    "projects_endorsementrule",
    "projects_flagshiprule",
    "projects_grouptype",
    "projects_indicator",
    "projects_localprocedure",
    "projects_orderedact",
    "projects_requiredpaper",
    "projects_signingrule",
]
OUTBOX = ["notices_mail", "notices_reader"]
"""What the operator only looks at (tests/notices/test_admin.py)."""


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="operator"))
    return client


@pytest.fixture(autouse=True)
def signing() -> None:
    """A row in the registers that begin empty."""
    make_rule(position("dept.deputy.hai-phong"))
    department = organisation_on("so-cong-thuong-hai-phong")
    authorise(organisation_on("ubnd-hai-phong"), department, "approve")
    EndorsementRule.objects.create(
        organisation=department, endorser="DIVISION_HEAD", number="1/QĐ-SCT", dated=today()
    )


def _unfolded(formset: str, rows: list[dict[str, Any]], initial: int) -> dict[str, Any]:
    fields = {f"{formset}-TOTAL_FORMS": len(rows), f"{formset}-INITIAL_FORMS": initial}
    return fields | {
        f"{formset}-{i}-{name}": value for i, row in enumerate(rows) for name, value in row.items()
    }


NO_BUDGET = _unfolded("budget_units", [], 0)


def test_the_registers_are_these_and_none_has_a_state_an_amount_or_a_tenant() -> None:
    models = list(site._registry)
    assert sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in models) == sorted(
        [*REGISTERS, *OUTBOX]
    )
    assert [model for model in models if issubclass(model, (Walled, WalledHeader))] == []


@pytest.mark.parametrize(
    "account",
    [f"{name}.hai-phong" for name in LOCAL] + [name for name in NATIONAL if name != "operator"],
)
def test_nobody_but_the_operator_gets_in(account: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=account))
    for address in ("/quan-tri/", "/quan-tri/accounts/user/add/"):
        response = client.get(address, follow=True)
        assert response.status_code == 403
        assert "Khuyến công – quản trị danh mục" not in response.content.decode()


def test_a_superuser_without_the_position_does_not_get_in() -> None:
    person = User.objects.get(username="dept.hai-phong")
    User.objects.filter(pk=person.pk).update(is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(person)
    assert client.get("/quan-tri/", follow=True).status_code == 403


def test_strangers_sign_in_first() -> None:
    assert Client().get("/quan-tri/")["Location"] == "/dang-nhap/?next=/quan-tri/"


def test_the_operator_sees_no_file_and_no_money() -> None:
    rows = fill_every_table(position("centre.hai-phong"))
    with acting_as(position("operator")):
        assert [model for model in rows if model._default_manager.exists()] == []


@pytest.mark.parametrize("register", REGISTERS)
def test_every_register_opens_as_list_and_as_row(operator: Client, register: str) -> None:
    assert operator.get(reverse(f"admin:{register}_changelist")).status_code == 200
    model = next(
        model for model in site._registry if f"{model._meta.app_label}_{model._meta.model_name}" == register
    )
    row = model._default_manager.exclude(**({"kind": "SYSTEM"} if model is Position else {})).first()
    assert row is not None
    assert operator.get(reverse(f"admin:{register}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("register", [name for name in REGISTERS if name != "accounts_holiday"])
def test_rows_are_ended_by_a_date_and_not_deleted(operator: Client, register: str) -> None:
    model = next(
        model for model in site._registry if f"{model._meta.app_label}_{model._meta.model_name}" == register
    )
    row = model._default_manager.first()
    assert row is not None
    assert (
        operator.post(reverse(f"admin:{register}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    )


@pytest.mark.parametrize("register", REGISTERS)
def test_a_list_of_hundreds_costs_at_most_twenty_queries(
    operator: Client, register: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20):
        operator.get(reverse(f"admin:{register}_changelist"))


def test_a_search_forgives_case_marks_and_the_order_of_words(operator: Client) -> None:
    page = operator.get("/quan-tri/accounts/position/", {"q": "phong dao hai"}).content.decode()
    assert "Phạm Thị Đào (Hải Phòng)" in page
    assert "Phạm Thị Đào (Thái Nguyên)" not in page


def test_a_field_offers_organisations_by_the_name_they_bear(operator: Client) -> None:
    asked = {"app_label": "accounts", "model_name": "position", "field_name": "organisation"}
    answer = operator.get("/quan-tri/autocomplete/", {**asked, "term": "so cong thuong hai phong"}).json()
    assert sorted(row["text"] for row in answer["results"]) == [
        "Sở Công Thương thành phố Hải Phòng",
        "Sở Công Thương thành phố Hải Phòng (đến 30/06/2025)",
    ]


def test_the_first_operator_comes_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_operator", "quan.tri", "Nguyễn Thị Quản")
    first = capsys.readouterr().out.split()[-1]
    client = Client()
    assert client.post("/dang-nhap/", {"username": "quan.tri", "password": first}).status_code == 302
    person = User.objects.get(username="quan.tri")
    assert person.must_change_password
    assert [row.kind for row in positions_of(person.pk)] == [PositionKind.OPERATOR]
    with pytest.raises(CommandError):
        call_command("create_operator", "quan.tri", "Nguyễn Thị Quản")


def test_a_new_person_signs_in_with_the_first_password_and_must_change_it(operator: Client) -> None:
    fields = {"username": "moi.nguyen", "full_name": "Nguyễn Thị Mới", "first_password": "lan-dau-2026"}
    response = operator.post("/quan-tri/accounts/user/add/", {**fields, "is_active": "on"})
    assert response.status_code == 302
    person = User.objects.get(username="moi.nguyen")
    assert person.check_password("lan-dau-2026")
    assert person.must_change_password
    client = Client()
    signed_in = client.post("/dang-nhap/", {"username": "moi.nguyen", "password": "lan-dau-2026"})
    assert signed_in.status_code == 302
    assert client.get("/quan-tri/")["Location"] == "/doi-mat-khau/"


def test_a_person_without_a_first_password_is_refused(operator: Client) -> None:
    response = operator.post("/quan-tri/accounts/user/add/", {"username": "moi", "full_name": "Mới"})
    assert "Hãy cấp mật khẩu lần đầu." in response.content.decode()
    assert not User.objects.filter(username="moi").exists()


def test_a_new_first_password_replaces_the_forgotten_one_and_other_changes_do_not(operator: Client) -> None:
    person = User.objects.get(username="dept.hai-phong")
    address = reverse("admin:accounts_user_change", args=[person.pk])
    operator.post(address, {"full_name": "Trần Quốc Báo", "is_active": "on"})
    person.refresh_from_db()
    assert (person.full_name, person.check_password(PASSWORD)) == ("Trần Quốc Báo", True)
    operator.post(
        address, {"full_name": "Trần Quốc Báo", "is_active": "on", "first_password": "cap-lai-2026"}
    )
    person.refresh_from_db()
    assert (person.check_password("cap-lai-2026"), person.must_change_password) == (True, True)


def test_a_position_is_given_and_ended_but_not_rewritten(operator: Client) -> None:
    person = User.objects.get(username="dept2.hai-phong")
    committee = organisation_on("ubnd-hai-phong")
    fields: dict[str, Any] = {
        "person": person.pk,
        "organisation": committee.pk,
        "kind": "VICE_CHAIR",
        "title": "Phó Chủ tịch",
        "valid_from": today().strftime("%d/%m/%Y"),
    }
    assert operator.post("/quan-tri/accounts/position/add/", fields).status_code == 302
    given = Position.objects.get(person=person, organisation=committee)
    other = User.objects.get(username="dept.hai-phong")
    ends = {**fields, "person": other.pk, "kind": "CHAIR", "valid_to": today().strftime("%d/%m/%Y")}
    assert operator.post(reverse("admin:accounts_position_change", args=[given.pk]), ends).status_code == 302
    given.refresh_from_db()
    assert (given.person, given.kind, given.valid_to) == (person, "VICE_CHAIR", today())
    assert given not in positions_of(person.pk, today() + dt.timedelta(days=1))


def test_a_position_that_does_not_exist_at_such_a_body_is_refused(operator: Client) -> None:
    fields = {
        "person": User.objects.get(username="dept2.hai-phong").pk,
        "organisation": organisation_on("cuc-khuyen-cong").pk,
        "kind": "CHAIR",
        "title": "Chủ tịch",
        "valid_from": "01/01/2026",
    }
    response = operator.post("/quan-tri/accounts/position/add/", fields)
    assert "Loại tổ chức này không có chức danh đó." in response.content.decode()


def test_a_new_name_of_an_organisation_begins_when_the_old_one_ends(operator: Client) -> None:
    body = organisation_on("trung-tam-khuyen-cong-hai-phong")
    old = body.names.get()
    row = {"name": old.name, "symbol": old.symbol, "place": old.place, "organisation": body.pk}
    present = {**row, "id": old.pk, "valid_from": "01/07/2025", "valid_to": ""}
    new = {**row, "name": "Trung tâm Khuyến công và Tư vấn", "valid_from": "01/01/2027", "valid_to": ""}
    address = reverse("admin:accounts_organisation_change", args=[body.pk])
    overlapping = operator.post(
        address, {"superior": body.superior_id, **_unfolded("names", [present, new], 1), **NO_BUDGET}
    )
    assert "Khoảng thời gian trùng với dòng khác." in overlapping.content.decode()
    present["valid_to"] = "31/12/2026"
    saved = operator.post(
        address, {"superior": body.superior_id, **_unfolded("names", [present, new], 1), **NO_BUDGET}
    )
    assert saved.status_code == 302
    names = list(OrganisationName.objects.filter(organisation=body).order_by("valid_from"))
    assert [(name.name, name.valid_to) for name in names] == [
        (old.name, dt.date(2026, 12, 31)),
        ("Trung tâm Khuyến công và Tư vấn", None),
    ]


def test_a_new_organisation_gets_its_tenant_and_a_position_for_scheduled_work(operator: Client) -> None:
    province = Province.objects.get(slug="hai-phong", valid_to=None)
    fields = {
        "kind": "CENTRE",
        "slug": "trung-tam-khuyen-cong-2-hai-phong",
        "province": province.pk,
        "valid_from": "01/01/2027",
        **_unfolded("names", [], 0),
        **NO_BUDGET,
    }
    assert operator.post("/quan-tri/accounts/organisation/add/", fields).status_code == 302
    body = Organisation.objects.get(slug="trung-tam-khuyen-cong-2-hai-phong")
    assert body.tenant == province.tenant
    assert [row.kind for row in body.positions.all()] == [PositionKind.SYSTEM]


def test_a_service_organisation_gets_a_tenant_of_its_own_and_may_become_a_budget_unit(
    operator: Client,
) -> None:
    budget = _unfolded(
        "budget_units", [{"valid_from": "01/01/2027", "valid_to": "", "source": "Quyết định số 1/QĐ-BCT"}], 0
    )
    fields = {"kind": "SERVICE_ORGANISATION", "slug": "vien-co-khi", "valid_from": "01/01/2027"}
    answer = operator.post(
        "/quan-tri/accounts/organisation/add/", fields | _unfolded("names", [], 0) | budget
    )
    assert answer.status_code == 302
    body = Organisation.objects.get(slug="vien-co-khi")
    assert (body.tenant.kind, body.tenant.organisations.count()) == ("UNIT", 1)
    days = [dt.date(year, 6, 1) for year in (2026, 2027)]
    assert [body.budget_units.filter(valid_on(day)).exists() for day in days] == [False, True]


def test_a_provincial_body_without_a_province_is_refused(operator: Client) -> None:
    fields = {"kind": "CENTRE", "slug": "lac-long", "valid_from": "01/01/2027", **_unfolded("names", [], 0)}
    response = operator.post("/quan-tri/accounts/organisation/add/", fields)
    assert "Tổ chức của tỉnh phải có tỉnh" in response.content.decode()


def test_a_provinces_procedure_is_followed_by_a_new_one_and_stays_as_files_have_it(operator: Client) -> None:
    present = LocalProcedure.objects.get(province__slug="hai-phong", valid_to=None)
    new = {
        "province": present.province_id,
        "valid_from": "01/01/2027",
        "first_advance_percent": 50,
        "decision_line": "CHAIR",
        "article": "QĐ 01/2027",
        "certainty": "R",
    }
    refused = operator.post("/quan-tri/projects/localprocedure/add/", new)
    assert "Khoảng thời gian trùng với dòng khác." in refused.content.decode()
    address = reverse("admin:projects_localprocedure_change", args=[present.pk])
    end = {"valid_to": "31/12/2026", "first_advance_percent": 10, "certainty": "INF"}
    assert operator.post(address, end).status_code == 302
    assert operator.post("/quan-tri/projects/localprocedure/add/", new).status_code == 302
    rows = LocalProcedure.objects.filter(province=present.province).order_by("valid_from")
    assert list(rows.values_list("first_advance_percent", "valid_to")) == [
        (70, dt.date(2026, 12, 31)),
        (50, None),
    ]


def test_the_operator_confirms_a_norm(operator: Client) -> None:
    norm = SupportNorm.objects.get(activity__code="T24", valid_to=None)
    fields = {
        "activity": norm.activity_id,
        "programme": norm.programme,
        "item": norm.item,
        "ceiling": norm.ceiling,
        "unit": norm.unit,
        "priority_percent": 150,
        "valid_from": "11/05/2018",
        "article": "TT 28/2018, điều 6",
        "certainty": "R",
        "confirmed": "on",
    }
    response = operator.post(reverse("admin:budgets_supportnorm_change", args=[norm.pk]), fields)
    assert response.status_code == 302
    norm.refresh_from_db()
    assert (norm.confirmed, norm.ceiling) == (True, 6_000_000_000)


def test_a_holiday_may_be_deleted(operator: Client) -> None:
    day = Holiday.objects.get(day=dt.date(2027, 2, 11))
    operator.post(reverse("admin:accounts_holiday_delete", args=[day.pk]), {"post": "yes"})
    assert not Holiday.objects.filter(pk=day.pk).exists()
