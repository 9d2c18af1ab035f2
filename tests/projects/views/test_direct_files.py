"""Pages of files of several provinces: beginning one, its beneficiaries, its contract."""

from __future__ import annotations

import pytest

from accounts.models import Province
from accounts.tenancy import acting_as
from budgets.models import Activity
from projects.models import Establishment, Project
from tests.cast import position
from tests.factories import make_establishment
from tests.projects.test_direct import funded, registered
from tests.projects.test_matrix import direct_file
from tests.projects.views.browsers import browser
from tests.projects.walks import YEAR, direct_draft, open_round

pytestmark = pytest.mark.django_db

NEW = "/de-an/moi/"


def key_of(slug: str) -> int:
    return Province.objects.get(slug=slug, valid_to=None).pk


def asked(**more: object) -> dict[str, object]:
    return {"title": "Máy chung", "year": YEAR, "kind": "PROJECT", "activity": activity_key()} | more


def begun(account: str) -> Project:
    with acting_as(position(account)):
        return Project.objects.select_related("tenant").get()


def test_a_unit_chooses_its_provinces_and_not_its_programme() -> None:
    client = browser("regional.1")
    page = client.get(NEW).content.decode()
    assert "Tỉnh, thành phố thực hiện" in page
    assert 'name="programme"' not in page
    answer = client.post(NEW, asked())
    assert answer.status_code == 400
    assert "id_provinces" in answer.content.decode()
    answer = client.post(NEW, asked(provinces=[key_of("hai-phong"), key_of("thai-nguyen")]))
    assert answer.status_code == 302
    project = begun("regional.1")
    with acting_as(position("regional.1")):
        assert [each.slug for each in project.provinces] == ["hai-phong", "thai-nguyen"]


def activity_key() -> int:
    return Activity.objects.get(code="T10").pk


def test_a_centre_stays_in_its_province_unless_it_chooses_others() -> None:
    client = browser("centre.hai-phong")
    own = str(key_of("hai-phong"))
    page = client.get(NEW).content.decode()
    assert f'value="{own}"' in page
    client.post(NEW, asked(programme="NATIONAL", provinces=[own]))
    assert begun("centre.hai-phong").tenant.kind == "PROVINCE"


def test_the_agency_is_asked_for_no_province_and_begins_a_task() -> None:
    client = browser("agency.officer")
    page = client.get(NEW).content.decode()
    assert "Tỉnh, thành phố thực hiện" not in page
    assert client.post(NEW, asked(kind="TASK")).status_code == 302
    assert begun("agency.officer").kind == "TASK"
    assert browser("agency.head").get(NEW).status_code == 403


def test_an_establishment_is_taken_on_the_page_by_its_tax_code() -> None:
    original = make_establishment(by=position("centre.hai-phong"))
    code = direct_file("regional.1", "hai-phong").project.code
    client, url = browser("regional.1"), f"/de-an/{code}/thu-huong/lay/"
    page = client.get(f"/de-an/{code}/thu-huong/").content.decode()
    assert "lấy cơ sở từ danh bạ của Hải Phòng" in page
    for typed, said in (
        ("", "Hãy ghi mã số thuế"),
        ("12", "Mã số thuế gồm 10 chữ số"),
        ("0299999999", "không có cơ sở nào mang mã số thuế 0299999999"),
        (original.tax_code, f"Đã đưa {original.name} vào danh sách"),
        (original.tax_code, "đã có trong danh sách"),
    ):
        assert said in client.post(url, {"tax_code": typed}, follow=True).content.decode()
    assert client.get(url).status_code == 405
    assert browser("regional.2").post(url, {"tax_code": original.tax_code}).status_code == 404
    assert browser("dept.hai-phong").post(url, {"tax_code": original.tax_code}).status_code == 403


def test_a_new_establishment_is_written_for_the_file_in_one_of_its_provinces() -> None:
    code = direct_file("regional.1", "hai-phong", "thai-nguyen").project.code
    client = browser("regional.1")
    page = client.get(f"/co-so/moi/?file={code}")
    assert page.status_code == 200
    values = {
        "name": "Hợp tác xã Chè",
        "legal_form": "COOPERATIVE",
        "tax_code": "4600000001",
        "representative": "Bà B",
        "industry": "FOOD",
        "employees": "5",
        "address": "Xóm 1",
        "commune": "Tân Cương",
        "commune_kind": "COMMUNE",
        "province": key_of("thai-nguyen"),
    }
    assert client.post(f"/co-so/moi/?file={code}", values | {"province": key_of("hue")}).status_code == 400
    assert client.post(f"/co-so/moi/?file={code}", values).status_code == 302
    with acting_as(position("regional.1")):
        assert Establishment.objects.get().province.slug == "thai-nguyen"
    assert client.get("/co-so/moi/").status_code == 403


def test_who_writes_but_does_not_send_sees_what_is_missing_and_whose_the_sending_is() -> None:
    code = direct_file("regional.1", "hai-phong", "thai-nguyen").project.code
    page = browser("regional.1").get(f"/de-an/{code}/").content.decode()
    assert "Dự toán chưa có dòng nào." in page
    assert "Việc này của Giám đốc đơn vị thực hiện." in page
    assert (
        "mục chưa xong, nêu ở “Trước khi gửi”"
        in browser("regional.head.1").get(f"/de-an/{code}/").content.decode()
    )


def test_the_contract_offers_each_department_its_own_site() -> None:
    walk = funded(registered(direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen")))
    code = walk.year.project.code
    page = browser("agency.head").get(f"/de-an/{code}/viec/contract/")
    assert page.status_code == 200
    assert "Sở Công Thương của từng địa điểm" in page.content.decode()


def test_every_page_of_a_shared_file_opens_for_its_members() -> None:
    walk = registered(direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen"))
    code = walk.year.project.code
    for account in ("regional.1", "dept.thai-nguyen", "agency.officer", "ministry.finance"):
        client = browser(account)
        for part in (
            "",
            "noi-dung/",
            "du-toan/",
            "thu-huong/",
            "tai-lieu/",
            "tham-dinh/",
            "kinh-phi/",
            "qua-trinh/",
        ):
            answer = client.get(f"/de-an/{code}/{part}")
            assert (account, part, answer.status_code) == (account, part, 200)
        assert "Hải Phòng, Thái Nguyên" in client.get(f"/de-an/{code}/").content.decode()
        for url in ("/", "/de-an/", "/kinh-phi/"):
            assert (account, url, client.get(url).status_code) == (account, url, 200)
    assert browser("regional.2").get(f"/de-an/{code}/").status_code == 404


def test_a_unit_of_no_province_sees_rounds_and_not_who_has_registered() -> None:
    opened = open_round()
    client = browser("regional.1")
    assert "Đợt 1" in client.get("/dot-dang-ky/").content.decode()
    page = client.get(f"/dot-dang-ky/{opened.pk}/")
    assert page.status_code == 200
    assert "Chưa trả lời" not in page.content.decode()
    assert "Chưa trả lời" in browser("agency.officer").get(f"/dot-dang-ky/{opened.pk}/").content.decode()
    assert "34 tỉnh" not in client.get("/").content.decode()
