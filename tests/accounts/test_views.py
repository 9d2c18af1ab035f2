import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.queries import organisation_on
from accounts.services import give_position, issue_token, token_of
from tests.cast import PASSWORD, position

pytestmark = pytest.mark.django_db

NEW = "bốn-con-trâu-qua-sông"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="dept.hai-phong"))
    return client


def _sign_in(client: Client, password: str = PASSWORD, **more: str) -> int:
    fields = {"username": "dept.hai-phong", "password": password, **more}
    return client.post("/dang-nhap/", fields).status_code


def test_signing_in_leads_to_the_first_page() -> None:
    client = Client()
    response = client.post("/dang-nhap/", {"username": "dept.hai-phong", "password": PASSWORD})
    assert response["Location"] == "/"
    assert client.get("/toi/").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/de-an/?nam=2027", "/de-an/?nam=2027"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_only_to_our_own_pages(wanted: str, leads_to: str) -> None:
    fields = {"username": "dept.hai-phong", "password": PASSWORD, "next": wanted}
    assert Client().post("/dang-nhap/", fields)["Location"] == leads_to


def test_a_wrong_password_says_so_and_keeps_the_name() -> None:
    response = Client().post("/dang-nhap/", {"username": "dept.hai-phong", "password": "sai"})
    assert response.status_code == 400
    page = response.content.decode()
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page
    assert 'value="dept.hai-phong"' in page


def test_too_many_wrong_passwords_lock_the_name_with_a_sentence() -> None:
    client = Client()
    answers = [_sign_in(client, "sai") for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers == [400] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    locked = client.post("/dang-nhap/", {"username": "dept.hai-phong", "password": PASSWORD})
    assert locked.status_code == 429
    assert "tạm bị khóa trên máy này trong 15 phút" in locked.content.decode()
    others = client.post("/dang-nhap/", {"username": "dept2.hai-phong", "password": PASSWORD})
    assert others.status_code == 302


def test_somebody_who_may_not_sign_in_does_not(client: Client) -> None:
    User.objects.filter(username="dept.hai-phong").update(is_active=False)
    assert _sign_in(Client()) == 400
    assert client.get("/toi/").status_code == 302


def test_pages_answer_a_head_as_a_get(client: Client) -> None:
    for address in ("/toi/", "/chuc-vu/", "/doi-mat-khau/"):
        assert client.head(address).status_code == 200


def test_signing_out_needs_a_post_and_ends_the_session(client: Client) -> None:
    assert client.get("/dang-xuat/").status_code == 405
    assert client.get("/toi/").status_code == 200
    assert client.post("/dang-xuat/")["Location"] == "/dang-nhap/"
    assert client.get("/toi/").status_code == 302


def test_the_password_is_changed_and_this_session_stays(client: Client) -> None:
    elsewhere = Client()
    _sign_in(elsewhere)
    person = User.objects.get(username="dept.hai-phong")
    _, key = issue_token(person)
    response = client.post("/doi-mat-khau/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert response["Location"] == "/toi/"
    assert client.get("/toi/").status_code == 200
    assert elsewhere.get("/toi/").status_code == 302
    assert token_of(key) is None
    assert _sign_in(Client()) == 400
    assert _sign_in(Client(), NEW) == 302


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old": "sai", "new": NEW, "again": NEW}, "Mật khẩu hiện nay không đúng."),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, "Hai lần nhập mật khẩu mới không giống nhau."),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "Mật khẩu mới phải khác mật khẩu hiện nay."),
    ],
)
def test_a_password_that_is_refused_says_why(client: Client, fields: dict[str, str], sentence: str) -> None:
    response = client.post("/doi-mat-khau/", fields)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert User.objects.get(username="dept.hai-phong").check_password(PASSWORD)


def test_the_old_password_is_guessed_no_longer_than_at_the_door(client: Client) -> None:
    guess = {"old": "sai", "new": NEW, "again": NEW}
    answers = [client.post("/doi-mat-khau/", guess).status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers == [400] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    right = client.post("/doi-mat-khau/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert right.status_code == 429
    assert User.objects.get(username="dept.hai-phong").check_password(PASSWORD)


def test_a_form_of_another_page_is_refused_in_vietnamese() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/dang-nhap/", {"username": "x", "password": "y"})
    page = answer.content.decode()
    assert (answer.status_code, "Hãy tải lại trang rồi gửi lại." in page, "CSRF" in page) == (
        403,
        True,
        False,
    )
    said = strict.post("/dang-nhap/", {}, headers={"X-Requested-With": "keep"}).json()
    assert "Hãy tải lại trang" in said["detail"]


def test_what_django_cannot_read_is_refused_in_vietnamese() -> None:
    answer = Client(headers={"Host": "elsewhere.example"}).get("/dang-nhap/")
    page = answer.content.decode()
    assert (answer.status_code, "không đọc được" in page, "Bad Request" in page) == (400, True, False)


@pytest.mark.parametrize("address", ["/toi/", "/", "/de-an/", "/khong-co/", "/api/v1/projects/"])
def test_what_a_person_who_signed_in_reads_is_kept_by_nobody(client: Client, address: str) -> None:
    assert client.get(address)["Cache-Control"] == "private, no-store"


def test_a_program_s_answers_are_kept_by_nobody() -> None:
    _, key = issue_token(User.objects.get(username="dept.hai-phong"))
    answer = Client(headers={"Authorization": f"Token {key}"}).get("/api/v1/projects/")
    assert answer["Cache-Control"] == "private, no-store"


def test_a_first_password_leads_to_the_page_that_changes_it() -> None:
    User.objects.filter(username="dept.hai-phong").update(must_change_password=True)
    client = Client()
    fields = {"username": "dept.hai-phong", "password": PASSWORD, "next": "/quan-tri/"}
    response = client.post("/dang-nhap/", fields, follow=True)
    assert response.redirect_chain[-1][0] == "/doi-mat-khau/"
    assert "Hãy đổi mật khẩu được cấp lần đầu" in response.content.decode()
    client.post("/doi-mat-khau/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert not User.objects.get(username="dept.hai-phong").must_change_password


def test_the_page_about_me_says_for_whom_i_act_and_what_i_see(client: Client) -> None:
    page = client.get("/toi/").content.decode()
    assert "thay mặt <b>Sở Công Thương thành phố Hải Phòng</b>" in page
    assert "hồ sơ của thành phố Hải Phòng, kể cả hồ sơ của các đơn vị cũ: Hải Dương, Hải Phòng." in page


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        ("agency.officer", "những gì đã gửi lên trung ương của mọi tỉnh, thành phố"),
        ("operator", "không mở được hồ sơ và kinh phí"),
    ],
)
def test_the_page_about_me_says_what_each_kind_of_position_sees(account: str, sentence: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=account))
    assert sentence in client.get("/toi/").content.decode()


def test_with_two_positions_the_menu_offers_both_and_switches(client: Client) -> None:
    second = give_position(
        User.objects.get(username="dept.hai-phong"),
        organisation=organisation_on("ubnd-hai-phong"),
        kind="VIEWER",
        by=position("operator"),
    )
    assert "Hiện chưa làm việc với chức vụ nào." in client.get("/toi/").content.decode()
    response = client.post("/chuc-vu/", {"position": second.pk, "next": "/toi/"}, follow=True)
    assert "thay mặt <b>Ủy ban nhân dân thành phố Hải Phòng</b>" in response.content.decode()


def test_nobody_switches_to_a_position_of_somebody_else(client: Client) -> None:
    response = client.post("/chuc-vu/", {"position": position("dept.head.hai-phong").pk}, follow=True)
    assert "không phải của ông, bà" in response.content.decode()
    assert "thay mặt <b>Sở Công Thương thành phố Hải Phòng</b>" in client.get("/toi/").content.decode()
    assert "position" not in client.session


@pytest.mark.parametrize("address", ["/toi/", "/chuc-vu/", "/doi-mat-khau/"])
def test_pages_of_a_person_ask_strangers_to_sign_in(address: str) -> None:
    assert Client().get(address)["Location"] == f"/dang-nhap/?next={address}"
