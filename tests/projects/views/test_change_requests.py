"""The page on which a change is asked for, the same difference before who decides, and the file that keeps both."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from projects.change_requests import OPENED
from projects.models import ChangeRequest
from tests.cast import position
from tests.factories import make_establishment
from tests.projects.views.browsers import browser, queries, rows
from tests.projects.walks import LOCAL, NATIONAL, at_work, funded

pytestmark = pytest.mark.django_db

HEAD, DEPT = "centre.head.hai-phong", "dept.head.hai-phong"
M = 1_000_000


def page_of(walk: Walk, kind: str = "") -> str:
    return f"/de-an/{walk.year.project.code}/dieu-chinh/de-nghi/{f'?loai={kind}' if kind else ''}"


def all_of(walk: Walk) -> str:
    return f"/de-an/{walk.year.project.code}/dieu-chinh/"


def letter(**fields: Any) -> dict[str, Any]:
    return {
        "number": "90/TTKC-KC",
        "dated": f"{today():%d/%m/%Y}",
        "comment": "Cơ sở chuyển xưởng.",
        "seen": "0",
        **fields,
    }


def changes(walk: Walk) -> list[tuple[str, str]]:
    with acting_as(position("dept.hai-phong")):
        found = ChangeRequest.objects.filter(project_year=walk.year).order_by("pk")
        return list(found.values_list("type", "outcome"))


def estimate(support: str, price: str) -> dict[str, Any]:
    line = {
        "position": "1",
        "item": "Máy sấy lạnh",
        "unit": "máy",
        "quantity": "1",
        "unit_price": price,
        "national": support,
        "counterpart": "420.000.000",
        "line_kind": "COST",
        "vat_included": "on",
    }
    return rows("estimate", line, stored=1)


def test_every_type_is_offered_with_who_decides_it() -> None:
    walk = funded(NATIONAL)
    page = browser(HEAD).get(page_of(walk)).content.decode()
    assert page.count("Sở Công Thương xác nhận, Bộ Công Thương quyết định") == 4
    assert page.count("Sở Công Thương xác nhận, Cục quyết định") == 7
    button = browser(HEAD).get(f"/de-an/{walk.year.project.code}/viec/request_change/")
    assert button["Location"] == page_of(walk)


def test_each_type_that_is_offered_leads_to_its_form() -> None:
    walk = funded(NATIONAL)
    client = browser(HEAD)
    offered = client.get(page_of(walk)).context["types"]
    opened = [client.get(url).context["form"].kind for url, _, _ in offered]
    assert opened == [kind for kind in OPENED if kind != "YEARS"]
    form = client.get(offered[0][0]).content.decode()
    assert f'href="{page_of(walk)}">Chọn loại khác</a>' in form


def test_a_type_opens_its_own_fields_filled_with_what_stands() -> None:
    walk = funded(NATIONAL)
    form = browser(HEAD).get(page_of(walk, "PLACE")).context["form"]
    assert [field.name for field in form.visible_fields() if not field.name.startswith("share-")] == [
        "number",
        "dated",
        "place",
        "comment",
    ]
    assert form["place"].value() == "Nội dung mục place."
    assert (
        browser(HEAD).get(page_of(walk, "INCREASE_SUPPORT")).context["form"].rows.initial[0]["unit_price"]
        == 720 * M
    )
    assert browser(HEAD).get(page_of(walk, "TERMINATE")).templates[0].name == "projects/changes/choose.html"


def test_of_several_beneficiaries_each_gets_its_part_and_what_was_accepted_is_closed() -> None:
    walk = at_work(NATIONAL, shares=2)
    with acting_as(position("dept.hai-phong")):
        first, second = walk.now().shares.select_related("establishment")
    walk.accept(only=[first.establishment.tax_code])
    form = browser(HEAD).get(page_of(walk, "INCREASE_SUPPORT")).context["form"]
    shares = [name for name in form.fields if name.startswith("share-")]
    assert shares == [f"share-{second.establishment_id}-{part}" for part in ("support", "counterpart")]


def test_acts_on_changes_show_their_buttons_only_when_there_is_something_to_do() -> None:
    walk = at_work(NATIONAL)

    def shown(account: str) -> set[str]:
        view = browser(account).get(f"/de-an/{walk.year.project.code}/").context["view"]
        changes_of = {"confirm_change", "withdraw_change", "request_change", "return_change", "stop"}
        return {button.action for button in view.buttons} & changes_of

    assert (shown(HEAD), shown(DEPT)) == ({"request_change"}, set())
    walk.ask_change("PARTNER", "Trường cũ giải thể.", changes={"partner": "Trường A"})
    assert (shown(HEAD), shown(DEPT)) == (
        {"request_change", "withdraw_change"},
        {"confirm_change", "return_change"},
    )


def test_before_and_after_are_seen_before_it_goes() -> None:
    walk = funded(NATIONAL)
    client, url = browser(HEAD), page_of(walk, "PARTNER")
    typed = letter(partner="Trường Cao đẳng nghề")
    preview = client.post(url, typed | {"preview": "1"})
    assert (preview.status_code, changes(walk)) == (200, [])
    asked = preview.context["asked"].changes
    assert [(each.before, each.after) for each in asked.fields] == [("(để trống)", "Trường Cao đẳng nghề")]
    sent = client.post(url, typed | {"send": "1", "expected_state": "funded"})
    assert (sent["Location"], changes(walk)) == (all_of(walk), [("PARTNER", "")])
    again = client.post(url, typed | {"send": "1", "expected_state": "funded", "number": "91/TTKC-KC"})
    assert (again.templates[0].name, changes(walk)) == ("projects/changes/choose.html", [("PARTNER", "")])


def test_the_new_estimate_makes_the_new_support() -> None:
    walk = funded(NATIONAL)
    typed = letter() | estimate("350.000.000", "770.000.000")
    page = browser(HEAD).post(page_of(walk, "INCREASE_SUPPORT"), typed | {"preview": "1"})
    assert page.context["asked"].money == [("Kinh phí hỗ trợ", 300 * M, 350 * M)]
    wrong = letter() | estimate("350.000.000", "800.000.000")
    refused = browser(HEAD).post(page_of(walk, "INCREASE_SUPPORT"), wrong | {"send": "1"})
    sentence = "Dự toán dòng 1: các nguồn cộng lại 770.000.000 đồng, khác thành tiền 800.000.000 đồng."
    assert (refused.status_code, refused.context["form"].non_field_errors()) == (400, [sentence])
    assert changes(walk) == []


def test_a_beneficiary_is_found_by_its_name_or_tax_code() -> None:
    walk = funded(NATIONAL)
    by = position("centre.hai-phong")
    for name in ("Hợp tác xã Mây tre Đông", "Hợp tác xã Mây tre Tây"):
        make_establishment(by=by, name=name)
    client, url = browser(HEAD), page_of(walk, "BENEFICIARY")
    with acting_as(by):
        old = walk.now().shares.get().establishment_id
    typed = letter(replaces=old, place="Thôn Tây")
    several = client.post(url, typed | {"new": "may tre", "preview": "1"}).context["form"].errors["new"]
    assert several[0].startswith("Có nhiều cơ sở phù hợp: Hợp tác xã Mây tre")
    nobody = client.post(url, typed | {"new": "gốm", "preview": "1"}).context["form"].errors["new"]
    assert nobody == ["Không có cơ sở nào như vậy trong danh bạ của tỉnh."]
    tables = dict(
        client.post(url, typed | {"new": "may tre dong", "preview": "1"}).context["asked"].changes.tables
    )
    added, removed = tables["Cơ sở thụ hưởng"]
    assert (added.name, added.how) == ("Hợp tác xã Mây tre Đông", "added")
    assert [change.label for change in added.changes] == [
        "Địa điểm",
        "Hỗ trợ (đồng)",
        "Đối ứng (đồng)",
    ]
    assert (removed.how, removed.changes) == ("removed", ())


def test_who_decides_sees_the_same_difference_above_the_form() -> None:
    walk = funded(NATIONAL)
    walk.ask_change("PARTNER", "Trường cũ giải thể.", changes={"partner": "Trường Cao đẳng nghề"})
    code = walk.year.project.code
    page = browser(DEPT).get(f"/de-an/{code}/viec/confirm_change/").content.decode()
    assert page.index("<ins>Trường Cao đẳng nghề</ins>") < page.index('name="checked"')
    walk.confirm_change("Đã gặp nhà trường.")
    page = browser("agency.head").get(f"/de-an/{code}/viec/decide_change/").content.decode()
    assert "<ins>Trường Cao đẳng nghề</ins>" in page and "Đã gặp nhà trường." in page
    assert 'name="by_annex"' not in page


def test_the_first_page_says_what_waits_for_an_answer_and_where() -> None:
    walk = funded(NATIONAL)
    url = f"/de-an/{walk.year.project.code}/"
    assert "đang chờ giải quyết" not in browser("viewer.nation").get(url).content.decode()
    walk.ask_change("PLACE", "Cơ sở chuyển xưởng.", changes={"place": "Thôn Tây"})
    day = f"{walk.day:%d/%m/%Y}"
    for account in ("centre.hai-phong", "dept.hai-phong", "viewer.nation"):
        sentence = f"Đề nghị “Thay đổi địa điểm thực hiện” ngày {day} đang chờ giải quyết ở Sở Công Thương."
        page = browser(account).get(url).content.decode()
        assert sentence in page and f'href="{url}dieu-chinh/"' in page
    walk.confirm_change()
    assert "đang chờ giải quyết ở Cục." in browser("dept.hai-phong").get(url).content.decode()
    walk.decide_change("agency.head")
    assert "đang chờ giải quyết" not in browser("dept.hai-phong").get(url).content.decode()


def test_the_file_says_how_often_it_was_changed_and_keeps_what_was_approved() -> None:
    walk = at_work(NATIONAL)
    walk.ask_change("PARTNER", "Trường cũ giải thể.", changes={"partner": "Trường A"}).confirm_change()
    walk.decide_change("agency.head", by_annex=True)
    walk.ask_change("PARTNER", "Ghi nhầm tên.", changes={"partner": "Trường B"}).confirm_change()
    walk.decide_change("agency.head", by_annex=True)
    file = browser("centre.hai-phong").get(f"/de-an/{walk.year.project.code}/").content.decode()
    assert "đã điều chỉnh lần 2" in file
    page = browser("centre.hai-phong").get(all_of(walk))
    assert [each.number for each in page.context["requests"]] == [2, 1]
    assert dict(page.context["original"])["Kinh phí hỗ trợ"] == "300.000.000 đồng"
    assert page.content.decode().count("Phụ lục hợp đồng số") == 2


def test_the_money_of_a_changed_file_stands_beside_what_was_approved() -> None:
    walk = at_work(LOCAL)
    line = {"position": "1", "item": "Máy sấy lạnh", "quantity": 1, "unit_price": 670 * M, "local": 250 * M}
    asked = {"estimate": [line | {"counterpart": 420 * M}]}
    walk.ask_change("DECREASE_SUPPORT", "Máy rẻ hơn.", changes=asked).confirm_change().decide_change(
        "committee"
    )
    figures = browser(DEPT).get(f"/de-an/{walk.year.project.code}/kinh-phi/").context["figures"]
    assert [row for row in figures if row[1] < 0 or "Phê duyệt" in row[0] or "Kế hoạch" in row[0]] == [
        ("Phê duyệt ban đầu", 300 * M, 420 * M),
        ("Điều chỉnh", -50 * M, 0),
        ("Kế hoạch được duyệt", 250 * M, 420 * M),
    ]


@pytest.mark.parametrize(
    ("account", "status"),
    [("centre.hai-phong", 403), (DEPT, 403), ("agency.head", 403), ("centre.head.thai-nguyen", 404)],
)
def test_only_the_head_of_its_unit_asks(account: str, status: int) -> None:
    walk = funded(NATIONAL)
    client = browser(account)
    assert client.get(page_of(walk)).status_code == status
    sent = client.post(page_of(walk, "PARTNER"), letter(partner="Trường khác", send="1"))
    assert (sent.status_code, changes(walk)) == (status, [])


def test_another_province_reads_no_changes_and_nothing_is_posted_there() -> None:
    walk = funded(NATIONAL)
    walk.ask_change("PARTNER", "Trường cũ giải thể.", changes={"partner": "Trường A"})
    assert browser("dept.thai-nguyen").get(all_of(walk)).status_code == 404
    assert browser(HEAD).post(all_of(walk)).status_code == 405


def test_the_page_of_changes_asks_the_same_of_the_database_whatever_their_number() -> None:
    walk = at_work(NATIONAL)
    counted = []
    for number in range(1, 5):
        walk.ask_change("PARTNER", "Đổi.", changes={"partner": f"Trường {number}"}).confirm_change()
        walk.decide_change("agency.head", by_annex=True)
        counted.append(len(queries("centre.hai-phong", all_of(walk))))
    assert counted[0] == counted[-1]


def test_hostile_values_of_the_form_are_refused_in_words() -> None:
    walk = funded(NATIONAL)
    client = browser(HEAD)
    bad = letter(partner="x" * 400, seen="9" * 30, send="1")
    assert client.post(page_of(walk, "PARTNER"), bad).status_code == 400
    assert client.post(page_of(walk, "PLACE'"), letter(place="x")).status_code == 200
    gone = letter(replaces="999999", new="x", place="y", preview="1")
    assert "replaces" in client.post(page_of(walk, "BENEFICIARY"), gone).context["form"].errors
    assert changes(walk) == []
