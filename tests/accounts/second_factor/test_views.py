"""The step after the password, the pages of one's own factor, and who is kept out until then."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from accounts.models import FactorEvent, Passkey, RecoveryCode, Totp, User
from accounts.queries import organisation_on
from accounts.second_factor import services
from accounts.second_factor.entry import PENDING
from accounts.services import give_position
from tests.accounts.second_factor.phone import SECRET, at_step, code, person, with_app, wrong_code
from tests.cast import PASSWORD, position

pytestmark = pytest.mark.django_db

HEAD = "dept.head.hai-phong"
STEP = "/dang-nhap/xac-thuc/"


@pytest.fixture(autouse=True)
def second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR = True


def signed_in(account: str) -> Client:
    client = Client()
    client.post("/dang-nhap/", {"username": account, "password": PASSWORD})
    return client


def inside(account: str) -> Client:
    """Somebody who has shown a code of the app; the code is spent."""
    with_app(account)
    client = at_step(account)
    assert client.post(STEP, {"code": code(-1), "next": "/toi/"})["Location"] == "/toi/"
    return client


def set_app(client: Client, password: str = PASSWORD) -> str:
    """The page after an app was set as its own page says."""
    page = client.get("/xac-thuc/ung-dung/").content.decode()
    found = re.search(r'kc-secret">([A-Z2-7 ]+)<', page)
    assert found
    import pyotp

    now = pyotp.TOTP(found[1].replace(" ", "")).now()
    return client.post("/xac-thuc/ung-dung/", {"old": password, "code": now}).content.decode()


@pytest.mark.parametrize(
    "account", [HEAD, "centre.head.hai-phong", "committee.hai-phong", "agency.head", "operator"]
)
@pytest.mark.parametrize("address", ["/", "/de-an/", "/toi/", "/chuc-vu/", "/quan-tri/", "/bao-cao/"])
def test_who_needs_a_second_factor_and_has_none_comes_to_the_page_that_sets_it(
    account: str, address: str
) -> None:
    answer = signed_in(account).get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/xac-thuc/?next={address}")


@pytest.mark.parametrize("account", ["dept.hai-phong", "viewer.hai-phong", "auditor"])
def test_who_prepares_or_reads_works_with_the_password(account: str) -> None:
    assert signed_in(account).get("/toi/").status_code == 200


def test_where_it_is_switched_off_nobody_is_asked_and_the_page_says_so(settings: Settings) -> None:
    said = "chưa hỏi khi đăng nhập"
    assert said not in inside(HEAD).get("/xac-thuc/").content.decode()
    settings.SECOND_FACTOR = False
    client = signed_in(HEAD)
    assert client.get("/toi/").status_code == 200
    assert client.get("/xac-thuc/")["Location"] == STEP  # a password alone sets no other factor
    client.post(STEP, {"code": code(0)})
    assert said in client.get("/xac-thuc/").content.decode()


def test_the_first_password_is_changed_before_a_factor_is_set() -> None:
    User.objects.filter(username=HEAD).update(must_change_password=True)
    client = signed_in(HEAD)
    for address in ("/", "/xac-thuc/", "/xac-thuc/ung-dung/", "/xac-thuc/khoa/"):
        assert client.get(address)["Location"] == "/doi-mat-khau/"


def test_an_app_is_set_with_a_code_and_recovery_codes_are_shown_once() -> None:
    client = signed_in(HEAD)
    before = client.session.session_key
    page = set_app(client)
    codes = re.findall(r"<code>([a-z2-9-]{19})</code>", page)
    assert len(codes) == services.CODES
    assert client.session.session_key != before
    assert client.get("/toi/").status_code == 200
    assert codes[0] not in client.get("/xac-thuc/").content.decode()
    again = at_step(HEAD)
    assert again.post(STEP, {"code": codes[0]}).status_code == 302
    assert again.get("/toi/").status_code == 200


def test_setting_an_app_ends_sessions_that_knew_the_password_alone() -> None:
    other, client = signed_in(HEAD), signed_in(HEAD)
    set_app(client)
    assert other.get("/xac-thuc/")["Location"] == "/dang-nhap/?next=/xac-thuc/"


def test_an_app_is_not_set_with_a_wrong_code_or_without_the_password() -> None:
    client = signed_in(HEAD)
    assert "Mật khẩu hiện nay không đúng." in set_app(client, "sai")
    answer = client.post("/xac-thuc/ung-dung/", {"old": PASSWORD, "code": "12"})
    assert (answer.status_code, "Mã chưa đúng" in answer.content.decode()) == (400, True)
    assert not Totp.objects.exists()


def test_the_code_leads_to_the_page_one_wanted_under_a_new_session_key() -> None:
    with_app(HEAD)
    client = at_step(HEAD)
    before = client.session.session_key
    assert "_auth_user_id" not in client.session
    assert client.get("/toi/")["Location"] == "/dang-nhap/?next=/toi/"
    assert client.post(STEP, {"code": code(), "next": "/toi/"})["Location"] == "/toi/"
    assert client.session.session_key != before
    assert PENDING not in client.session
    assert client.get("/toi/").status_code == 200


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_the_step_leads_only_to_our_own_pages(wanted: str) -> None:
    with_app(HEAD)
    assert at_step(HEAD).post(STEP, {"code": code(), "next": wanted})["Location"] == "/"


def test_a_code_that_was_seen_over_the_shoulder_signs_nobody_else_in() -> None:
    with_app(HEAD)
    used = code()
    assert at_step(HEAD).post(STEP, {"code": used}).status_code == 302
    thief = at_step(HEAD)
    answer = thief.post(STEP, {"code": used})
    assert (answer.status_code, "đã dùng rồi" in answer.content.decode()) == (400, True)
    assert thief.get("/toi/").status_code == 302


def test_guessing_locks_the_name_as_at_the_door_and_the_right_code_no_longer_helps() -> None:
    with_app(HEAD)
    client = at_step(HEAD)
    tries = [
        client.post(STEP, {"code": wrong_code()}).status_code
        for _ in range(django_settings.AXES_FAILURE_LIMIT)
    ]
    assert tries == [400] * (django_settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert client.post(STEP, {"code": code()}).status_code == 429
    assert Client().post("/dang-nhap/", {"username": HEAD, "password": PASSWORD}).status_code == 429


def test_a_right_password_between_does_not_let_one_guess_on() -> None:
    with_app(HEAD)
    tries = []
    for _ in range(django_settings.AXES_FAILURE_LIMIT):
        tries.append(at_step(HEAD).post(STEP, {"code": wrong_code()}).status_code)
    assert tries[-1] == 429


def test_what_was_typed_is_not_kept_with_the_failed_attempts() -> None:
    from axes.models import AccessAttempt

    with_app(HEAD)
    typed = "abcd-efgh-jkmn-pqrs"
    at_step(HEAD).post(STEP, {"code": typed})
    signed_in("dept.hai-phong").post(
        "/doi-mat-khau/", {"old": "bí-mật-cũ", "new": "bí-mật-mới", "again": "bí-mật-mới"}
    )
    kept = "".join(AccessAttempt.objects.values_list("post_data", flat=True))
    assert kept
    assert (typed in kept, "bí-mật" in kept) == (False, False)


@pytest.mark.parametrize(
    "fields", [{}, {"code": ""}, {"answer": ""}, {"answer": "{}"}, {"answer": "[1]"}, {"answer": "x" * 9000}]
)
def test_nothing_or_nonsense_does_not_pass_the_step(fields: dict[str, str]) -> None:
    with_app(HEAD)
    client = at_step(HEAD)
    assert client.post(STEP, fields).status_code in (200, 400)
    assert client.get("/toi/").status_code == 302


def test_the_step_without_a_password_before_it_leads_to_the_door() -> None:
    with_app(HEAD)
    assert Client().post(STEP, {"code": code()})["Location"] == "/dang-nhap/"


def test_a_step_that_waited_too_long_or_whose_password_changed_begins_anew() -> None:
    head = with_app(HEAD)
    late, changed, gone = at_step(HEAD), at_step(HEAD), at_step(HEAD)
    session = late.session
    session[PENDING] = session[PENDING] | {"until": 0}
    session.save()
    assert late.post(STEP, {"code": code()})["Location"] == "/dang-nhap/"
    head.set_password("bốn-con-trâu-qua-sông")
    head.save()
    assert changed.post(STEP, {"code": code()})["Location"] == "/dang-nhap/"
    User.objects.filter(pk=head.pk).update(is_active=False)
    assert gone.post(STEP, {"code": code()})["Location"] == "/dang-nhap/"


def test_the_session_of_one_person_shows_nothing_for_another() -> None:
    """Who has shown his own factor and signs in as a head in the same window is asked again."""
    client = inside("centre.head.hai-phong")
    with_app(HEAD)
    at_step(HEAD, client)
    assert client.get("/toi/").status_code == 302
    assert "second_factor" not in client.session


def test_a_position_that_needs_it_asks_who_is_already_at_work() -> None:
    client = signed_in("dept.hai-phong")
    assert client.get("/toi/").status_code == 200
    give_position(
        person("dept.hai-phong"), organisation=organisation_on("so-cong-thuong-hai-phong"),
        kind="ACCOUNTANT", by=position("operator"),
    )  # fmt: skip
    assert client.get("/toi/")["Location"] == "/xac-thuc/?next=/toi/"
    with_app("dept.hai-phong")
    assert client.get("/toi/")["Location"] == f"{STEP}?next=/toi/"
    client.post(STEP, {"code": code()})
    assert client.get("/chuc-vu/").status_code == 200


def test_a_password_alone_changes_no_factor_that_is_there() -> None:
    """An officer with an app of his own accord, signed in before it was set in another window."""
    client = signed_in("dept.hai-phong")
    with_app("dept.hai-phong")
    for address in ("/xac-thuc/", "/xac-thuc/ung-dung/", "/xac-thuc/khoa/"):
        assert client.get(address)["Location"] == STEP
    assert client.post("/xac-thuc/ma-du-phong/", {"old": PASSWORD})["Location"] == STEP
    assert not RecoveryCode.objects.exists()


def test_an_officer_who_has_set_one_is_asked_at_each_sign_in() -> None:
    with_app("dept.hai-phong")
    client = at_step("dept.hai-phong")
    assert client.get("/toi/").status_code == 302


def test_who_is_at_the_page_for_his_factor_sees_nothing_of_others() -> None:
    other = Passkey.objects.create(person=person("agency.head"), name="Khóa", key_id="x", credential=b"")
    client = inside(HEAD)
    assert client.post(f"/xac-thuc/khoa/{other.pk}/bo/", {"old": PASSWORD}).status_code == 404
    assert client.get(f"/xac-thuc/khoa/{other.pk}/bo/").status_code == 405
    assert client.get("/xac-thuc/ma-du-phong/").status_code == 405
    assert Passkey.objects.filter(pk=other.pk).exists()


def test_the_last_factor_of_a_head_stays_and_an_officer_s_goes_with_its_codes() -> None:
    for account, stays in ((HEAD, True), ("dept.hai-phong", False)):
        client = inside(account)
        found = person(account)
        services.make_codes(found)
        Totp.objects.filter(person=found).delete()
        key = Passkey.objects.create(person=found, name="Khóa", key_id=account, credential=b"")
        client.post(f"/xac-thuc/khoa/{key.pk}/bo/", {"old": PASSWORD})
        assert Passkey.objects.filter(pk=key.pk).exists() is stays
        assert RecoveryCode.objects.filter(person=found).exists() is stays


def test_the_picture_for_the_app_is_in_the_page_and_keeps_to_its_policy() -> None:
    answer = signed_in(HEAD).get("/xac-thuc/ung-dung/")
    page = answer.content.decode()
    assert ("<svg" in page, "style=" in page, "<script>" in page) == (True, False, False)
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_the_operator_resets_on_the_person_s_page_with_a_reason_and_sessions_end() -> None:
    head, operator = inside(HEAD), inside("operator")
    pk = person(HEAD).pk
    fields = {
        "username": HEAD,
        "full_name": person(HEAD).full_name,
        "is_active": "on",
        "factor_lost": "Mất điện thoại",
    }
    assert operator.post(f"/quan-tri/accounts/user/{pk}/change/", fields).status_code == 302
    assert not Totp.objects.filter(person=pk).exists()
    assert head.get("/toi/").status_code == 302
    page = operator.get(f"/quan-tri/accounts/user/{pk}/change/").content.decode()
    assert ("Người quản trị xóa để đặt lại" in page, "Mất điện thoại" in page, SECRET in page) == (
        True,
        True,
        False,
    )
    again = operator.post(f"/quan-tri/accounts/user/{pk}/change/", fields)
    assert "không có gì để xóa" in again.content.decode()
    assert FactorEvent.objects.filter(kind="RESET").count() == 1
