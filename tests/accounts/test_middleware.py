"""For whom a request acts, and what happens when it fails. Addresses: tests/accounts/probes.py."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Position, User
from accounts.queries import organisation_on
from accounts.services import give_position, issue_token
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from projects.models import Establishment
from tests.cast import position
from tests.factories import make_establishment

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.probes")]

SignedIn = Callable[[str], Client]


@pytest.fixture
def signed_in() -> SignedIn:
    def client_of(account: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(username=account))
        return client

    return client_of


@pytest.fixture
def second_position() -> Position:
    """The centre's officer in Hải Phòng is also an officer of the department of Thái Nguyên."""
    position("centre.hai-phong")  # known from here on, while it is the only one of its account
    return give_position(
        User.objects.get(username="centre.hai-phong"),
        organisation=organisation_on("so-cong-thuong-thai-nguyen"),
        kind="OFFICER",
        valid_from=today(),
        by=position("operator"),
    )


def _establishments(account: str) -> int:
    with acting_as(position(account)):
        return Establishment.objects.count()


def _bearer(account: str) -> dict[str, str]:
    _, key = issue_token(User.objects.get(username=account))
    return {"Authorization": f"Token {key}"}


def test_a_view_runs_in_the_position_of_its_reader(signed_in: SignedIn) -> None:
    response = signed_in("centre.hai-phong").get("/probe/")
    assert (response.status_code, response.content.decode()) == (
        200,
        str(position("centre.hai-phong").pk),
    )
    assert _establishments("centre.hai-phong") == 1
    assert _establishments("centre.thai-nguyen") == 0


@pytest.mark.parametrize(
    ("error", "status"), [("crash", 500), ("not-found", 404), ("denied", 403), ("ended", 302)]
)
def test_a_view_that_fails_leaves_nothing_behind(signed_in: SignedIn, error: str, status: int) -> None:
    assert signed_in("centre.hai-phong").get(f"/probe/{error}/").status_code == status
    assert _establishments("centre.hai-phong") == 0


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (
            "invalid",
            400,
            {"errors": [{"field": "estimate.1.amount", "code": "invalid", "message": "Phải là số."}]},
        ),
        ("stale", 409, {"detail": "Hồ sơ đã được người khác xử lý."}),
        ("forbidden", 403, {"detail": "Việc này của Giám đốc Sở."}),
        ("ended", 403, {"detail": "Chức vụ này đã hết hiệu lực."}),
    ],
)
def test_an_api_that_refuses_leaves_nothing_behind(
    signed_in: SignedIn, error: str, status: int, body: dict[str, Any]
) -> None:
    response = Client().post(f"/api/v1/probe/{error}/", headers=_bearer("centre.hai-phong"))
    assert (response.status_code, response.json()) == (status, body)
    assert _establishments("centre.hai-phong") == 0


@pytest.mark.usefixtures("committed_db")
def test_what_a_view_wrote_is_committed_and_what_failed_is_not(signed_in: SignedIn) -> None:
    client = signed_in("centre.hai-phong")
    client.get("/probe/crash/")
    assert _establishments("centre.hai-phong") == 0
    client.get("/probe/")
    connection.close()
    assert _establishments("centre.hai-phong") == 1


@pytest.mark.usefixtures("committed_db")
def test_a_stream_sees_the_rows_of_its_reader_after_the_view_is_over(signed_in: SignedIn) -> None:
    own = make_establishment(by=position("centre.hai-phong"))
    make_establishment(by=position("centre.thai-nguyen"))
    response = signed_in("centre.hai-phong").get("/probe/stream/")
    assert b"".join(response.streaming_content).decode() == own.name + "\n"  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('kc.tenants', true)")
        assert cursor.fetchone() in [("kc_app", ""), ("kc_app", None)]


def test_who_has_not_signed_in_is_led_to_the_sign_in_page_and_back() -> None:
    response = Client().get("/probe/?q=1")
    assert (response.status_code, response["Location"]) == (302, "/dang-nhap/?next=/probe/%3Fq%3D1")


def test_an_act_that_lost_its_session_leads_back_to_the_page_it_came_from() -> None:
    client = Client()
    response = client.post("/probe/", headers={"Referer": "http://testserver/probe/stream/?a=1"})
    assert response["Location"] == "/dang-nhap/?next=/probe/stream/%3Fa%3D1"
    response = client.post("/probe/", headers={"Referer": "http://elsewhere.example/"})
    assert response["Location"] == "/dang-nhap/?next=/"


def test_the_api_answers_401_to_strangers_and_to_bad_keys() -> None:
    for headers in ({}, {"Authorization": "Token nonsense"}):
        response = Client().get("/api/v1/probe/", headers=headers)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Token"
        assert list(response.json()) == ["detail"]


def test_a_key_signs_in_to_the_api_and_nowhere_else() -> None:
    headers = _bearer("centre.hai-phong")
    answer = Client().get("/api/v1/probe/", headers=headers).json()
    assert answer == {"position": position("centre.hai-phong").pk}
    assert Client().get("/probe/", headers=headers).status_code == 302


def test_a_session_needs_the_csrf_token_where_a_key_does_not() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/api/v1/probe/", headers=_bearer("centre.hai-phong")).status_code == 200
    client.force_login(User.objects.get(username="centre.hai-phong"))
    assert client.post("/api/v1/probe/").status_code == 403


def test_several_positions_and_none_chosen_is_a_400_that_lists_them(
    signed_in: SignedIn, second_position: Position
) -> None:
    first = position("centre.hai-phong")
    response = signed_in("centre.hai-phong").get("/api/v1/probe/")
    assert response.status_code == 400
    listed = sorted(response.json()["positions"], key=lambda row: row["id"])
    assert listed == [
        {
            "id": first.pk,
            "title": "Viên chức",
            "organisation": "trung-tam-khuyen-cong-hai-phong",
            "organisation_name": "Trung tâm Khuyến công thành phố Hải Phòng",
        },
        {
            "id": second_position.pk,
            "title": "Chuyên viên",
            "organisation": "so-cong-thuong-thai-nguyen",
            "organisation_name": "Sở Công Thương tỉnh Thái Nguyên",
        },
    ]


def test_the_header_chooses_the_position(signed_in: SignedIn, second_position: Position) -> None:
    headers = _bearer("centre.hai-phong") | {"X-Position": str(second_position.pk)}
    assert Client().get("/api/v1/probe/", headers=headers).json() == {"position": second_position.pk}


@pytest.mark.parametrize("named", ["0", "abc", ""])
def test_somebody_elses_position_cannot_be_named(signed_in: SignedIn, named: str) -> None:
    other = str(position("dept.hai-phong").pk)
    for header in (named, other):
        response = signed_in("centre.hai-phong").get("/api/v1/probe/", headers={"X-Position": header})
        assert response.status_code == 400
        assert [row["id"] for row in response.json()["positions"]] == [position("centre.hai-phong").pk]


def test_a_page_lets_the_reader_choose_and_remembers_it(
    signed_in: SignedIn, second_position: Position
) -> None:
    client = signed_in("centre.hai-phong")
    assert client.get("/probe/")["Location"] == "/chuc-vu/?next=/probe/"
    chosen = client.post("/chuc-vu/", {"position": second_position.pk, "next": "/probe/"})
    assert chosen["Location"] == "/probe/"
    assert client.get("/probe/").content.decode() == str(second_position.pk)


def test_a_position_that_ended_is_no_longer_acted_in(signed_in: SignedIn, second_position: Position) -> None:
    client = signed_in("centre.hai-phong")
    client.post("/chuc-vu/", {"position": second_position.pk})
    yesterday = today() - dt.timedelta(days=1)
    Position.objects.filter(pk=second_position.pk).update(valid_from=yesterday, valid_to=yesterday)
    assert client.get("/probe/").content.decode() == str(position("centre.hai-phong").pk)
    Position.objects.filter(pk=position("centre.hai-phong").pk).update(valid_to=yesterday)
    refused = client.get("/probe/")
    assert refused.status_code == 403
    page = refused.content.decode()
    assert "không giữ chức vụ nào" in page
    assert 'action="/dang-xuat/"' in page  # no other page would open
    assert client.get("/api/v1/probe/").status_code == 403


def test_a_first_password_must_be_changed_before_anything_else(signed_in: SignedIn) -> None:
    User.objects.filter(username="centre.hai-phong").update(must_change_password=True)
    client = signed_in("centre.hai-phong")
    assert client.get("/probe/")["Location"] == "/doi-mat-khau/"
    answer = Client().get("/api/v1/probe/", headers=_bearer("centre.hai-phong"))
    assert (answer.status_code, list(answer.json())) == (403, ["detail"])


def test_a_marked_view_runs_outside_every_tenant_for_anybody(signed_in: SignedIn) -> None:
    for client in (Client(), signed_in("centre.hai-phong")):
        assert client.get("/probe/open/").content == b"None"


def test_an_address_that_leads_nowhere_is_not_found_for_anybody(signed_in: SignedIn) -> None:
    for client in (Client(), signed_in("centre.hai-phong")):
        assert client.get("/khong-co/").status_code == 404
