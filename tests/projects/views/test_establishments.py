"""The register of establishments: finding, adding, correcting."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.tenancy import acting_as
from projects.models import Establishment
from projects.snapshots import address_of
from tests.cast import auditor_of, position
from tests.factories import make_establishment, make_file
from tests.projects.views.browsers import browser, keep, queries
from tests.projects.walks import NATIONAL, draft

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"
LIST = "/co-so/"


def form(**typed: Any) -> dict[str, Any]:
    """A complete form as the browser sends it."""
    return {
        "name": "Hợp tác xã Mộc Đông Á",
        "legal_form": "COOPERATIVE",
        "tax_code": "0201 999 888",
        "representative": "Nguyễn Văn Tám",
        "industry": "HANDICRAFT",
        "employees": "1.250",
        "address": "Thôn Đông",
        "commune": "xã Vĩnh Bảo",
        "commune_kind": "COMMUNE",
    } | typed


def stored(pk: int | None = None) -> Establishment:
    with acting_as(position(CENTRE)):
        return Establishment.objects.get(pk=pk) if pk else Establishment.objects.get()


def page(account: str, url: str) -> str:
    response = browser(account).get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_register_is_searched_without_marks_and_says_who_may_be_supported() -> None:
    by = position(CENTRE)
    make_establishment(by=by, name="Hợp tác xã Chiếu cói", products="thảm cói")
    make_establishment(by=by, name="Công ty Cơ khí", commune="phường Lê Chân", commune_kind="WARD")
    found = page(CENTRE, f"{LIST}?q=tham coi")
    assert "Chiếu cói" in found
    assert "Công ty Cơ khí" not in found
    everything = page(CENTRE, LIST)
    assert (everything.count("Đủ điều kiện</span>"), everything.count("Chưa đủ điều kiện</span>")) == (1, 1)
    assert "Không có cơ sở nào khớp." in page(CENTRE, f"{LIST}?industry=MINING")


def test_the_register_asks_as_much_for_thirty_rows_as_for_one() -> None:
    by = position(CENTRE)
    make_establishment(by=by, commune_kind="WARD")
    one = queries(CENTRE, LIST)
    for _ in range(29):
        make_establishment(by=by, commune_kind="WARD")
    assert len(queries(CENTRE, LIST)) == len(one)
    assert len(one) <= 10, one


def test_another_province_neither_lists_nor_opens_nor_writes_it() -> None:
    made = make_establishment(by=position(CENTRE))
    assert made.name not in page("centre.thai-nguyen", LIST)
    client = browser("centre.thai-nguyen")
    addresses = [f"/co-so/{made.pk}/", f"/co-so/{made.pk}/sua/"]
    assert [client.get(url).status_code for url in addresses] == [404, 404]
    assert keep("centre.thai-nguyen", f"/co-so/{made.pk}/luu/", form()).status_code == 404
    assert browser("agency.officer").get(addresses[0]).status_code == 404  # not sent with any file


def test_an_auditor_of_one_province_neither_lists_nor_opens_those_of_another() -> None:
    for slug in ("hai-phong", "thai-nguyen"):
        make_file(by=position(f"centre.{slug}"), support=5, shares=[5], sent=True)
    with acting_as(position("agency.officer")):
        ours, theirs = Establishment.objects.order_by("pk")
    everywhere = page("auditor", LIST)
    assert (ours.name in everywhere, theirs.name in everywhere) == (True, True)
    auditor_of("hai-phong")
    bounded = page("auditor", LIST)
    assert (ours.name in bounded, theirs.name in bounded) == (True, False)
    assert browser("auditor").get(f"{LIST}{ours.pk}/").status_code == 200
    assert browser("auditor").get(f"{LIST}{theirs.pk}/").status_code == 404


@pytest.mark.parametrize("account", ["finance.hai-phong", "committee.hai-phong"])
def test_bodies_without_the_register_read_why(account: str) -> None:
    made = make_establishment(by=position(CENTRE))
    for url in (LIST, f"/co-so/{made.pk}/"):
        refused = browser(account).get(url)
        assert refused.status_code == 403
        assert "không mở được danh bạ" in refused.content.decode()


def test_the_department_reads_and_does_not_write() -> None:
    made = make_establishment(by=position(CENTRE))
    assert made.name in page("dept.hai-phong", LIST)
    client = browser("dept.hai-phong")
    assert "Sửa" not in page("dept.hai-phong", f"/co-so/{made.pk}/")
    assert client.get("/co-so/moi/").status_code == 403
    assert client.post(f"/co-so/{made.pk}/sua/", form()).status_code == 403
    assert keep("dept.hai-phong", f"/co-so/{made.pk}/luu/", form()).status_code == 403


def test_adding_reads_the_tax_code_as_it_is_spoken_and_numbers_as_they_are_written() -> None:
    response = browser(CENTRE).post("/co-so/moi/", form())
    made = stored()
    assert response["Location"] == f"/co-so/{made.pk}/"
    assert (made.tax_code, made.employees, made.province.slug) == ("0201999888", 1250, "hai-phong")


def test_adding_from_a_file_comes_back_to_it_with_the_new_one_at_hand() -> None:
    code = draft(NATIONAL).year.project.code
    response = browser(CENTRE).post(f"/co-so/moi/?file={code}", form())
    assert response["Location"] == f"/de-an/{code}/thu-huong/?q=0201999888#them"
    assert "Hợp tác xã Mộc Đông Á" in page(CENTRE, response["Location"])


def test_a_tax_code_stands_in_the_register_once() -> None:
    make_establishment(by=position(CENTRE), name="Cơ sở có trước", tax_code="0201999888")
    response = browser(CENTRE).post("/co-so/moi/", form())
    assert response.status_code == 400
    assert "Mã số thuế 0201999888 đã có trong danh bạ: Cơ sở có trước." in response.content.decode()


def test_the_same_tax_code_in_another_province_is_none_of_ours() -> None:
    make_establishment(by=position("centre.thai-nguyen"), tax_code="0201999888")
    assert browser(CENTRE).post("/co-so/moi/", form()).status_code == 302


def test_a_wrong_tax_code_is_named_and_the_rest_kept() -> None:
    response = browser(CENTRE).post("/co-so/moi/", form(tax_code="123"))
    assert response.status_code == 400
    found = response.content.decode()
    assert "Mã số thuế gồm 10 chữ số" in found
    assert 'value="Nguyễn Văn Tám"' in found


def test_a_correction_saves_itself_but_for_what_cannot_be_read() -> None:
    made = make_establishment(by=position(CENTRE))
    typed = form(version=made.version, employees="nhiều", commune_kind="WARD", commune="phường Lê Chân")
    answer = keep(CENTRE, f"/co-so/{made.pk}/luu/", typed).json()
    assert list(answer["errors"]) == ["employees"]
    assert answer["computed"]["eligibility"].startswith("Chưa đủ điều kiện: sản xuất tại phường")
    assert (stored(made.pk).representative, stored(made.pk).employees) == ("Nguyễn Văn Tám", 0)


def test_a_tax_code_that_is_taken_is_kept_back_alone() -> None:
    by = position(CENTRE)
    make_establishment(by=by, name="Cơ sở có trước", tax_code="0201999888")
    made = make_establishment(by=by)
    answer = keep(CENTRE, f"/co-so/{made.pk}/luu/", form(version=made.version)).json()
    assert "đã có trong danh bạ" in answer["errors"]["tax_code"]
    assert (stored(made.pk).name, stored(made.pk).tax_code) == ("Hợp tác xã Mộc Đông Á", made.tax_code)


def test_the_older_save_is_told_what_is_stored() -> None:
    made = make_establishment(by=position(CENTRE))
    first = form(version=made.version, products="cói")
    keep(CENTRE, f"/co-so/{made.pk}/luu/", first)
    refused = keep(CENTRE, f"/co-so/{made.pk}/luu/", first | {"products": "gỗ"})
    assert refused.status_code == 409
    assert refused.json()["theirs"] == {"products": {"label": "sản phẩm chính", "value": "cói"}}
    by_button = browser(CENTRE).post(f"/co-so/{made.pk}/sua/", first | {"products": "gỗ"})
    assert by_button.status_code == 409
    assert stored(made.pk).products == "cói"


def test_one_establishment_shows_the_files_that_name_it() -> None:
    year = draft(NATIONAL).year
    with acting_as(position(CENTRE)):
        pk = year.shares.get().establishment_id
    assert year.project.code in page(CENTRE, f"/co-so/{pk}/")
    assert year.project.code not in page("dept.hai-phong", f"/co-so/{pk}/")  # still a draft


def test_saving_is_not_reading() -> None:
    made = make_establishment(by=position(CENTRE))
    assert browser(CENTRE).get(f"/co-so/{made.pk}/luu/").status_code == 405


def test_the_kind_of_a_commune_is_said_once_whichever_way_it_was_typed() -> None:
    assert browser(CENTRE).post("/co-so/moi/", form(commune="Xã  Vĩnh Bảo")).status_code == 302
    assert (stored().commune, stored().commune_name) == ("Vĩnh Bảo", "xã Vĩnh Bảo")
    by = position(CENTRE)
    old = make_establishment(
        by=by, commune="xã Xã Tiên Lãng", commune_kind="COMMUNE", address="Thôn Đông, xã Tiên Lãng"
    )
    assert old.commune_name == "xã Tiên Lãng"
    assert address_of(old) == f"Thôn Đông, xã Tiên Lãng, {old.province.name}"


@pytest.mark.parametrize("phone", ["abc", "123", "0912 345 678, không rõ"])
def test_what_is_no_telephone_number_is_not_taken_for_one(phone: str) -> None:
    answer = browser(CENTRE).post("/co-so/moi/", form(phone=phone))
    assert "không phải số điện thoại" in answer.context["form"].errors["phone"][0]


@pytest.mark.parametrize("phone", ["", "0225.3842.123", "+84 912 345 678", "(0225) 3842 123, 0912345678"])
def test_telephone_numbers_stay_as_they_are_written(phone: str) -> None:
    assert browser(CENTRE).post("/co-so/moi/", form(phone=phone)).status_code == 302
    assert stored().phone == phone


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("12,5", "Ghi số nguyên"), ("5 triệu", "Ghi số nguyên"), ("-3", "Số phải từ 0 trở lên.")],
)
def test_workers_are_counted_in_whole_people(typed: str, sentence: str) -> None:
    answer = browser(CENTRE).post("/co-so/moi/", form(employees=typed))
    assert sentence in answer.context["form"].errors["employees"][0]
