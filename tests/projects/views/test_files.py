"""The list of files, starting one, and the first page of one."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.tenancy import acting_as
from budgets.models import Activity, EntryKind
from khuyencong.demonstration.walk import Walk
from projects.models import BeneficiaryShare, EstimateLine, Project, ProjectYear, ScheduleItem
from tests.cast import position
from tests.factories import make_entry, make_establishment, make_file
from tests.projects import walks
from tests.projects.test_changes import money
from tests.projects.views.browsers import browser, queries
from tests.projects.walks import LOCAL, NATIONAL, YEAR, draft

pytestmark = pytest.mark.django_db

LIST = "/de-an/"
PARTS = (
    "file", "content", "estimate", "beneficiaries", "documents", "file_appraisals", "file_money", "file_route",
)  # fmt: skip


def page(account: str, url: str) -> str:
    response = browser(account).get(url)
    assert response.status_code == 200
    return response.content.decode()


def code_of(walk: Walk) -> str:
    return walk.year.project.code


def retitle(year: ProjectYear, title: str, account: str = "centre.hai-phong") -> str:
    """Give the file's project a title; answers its code."""
    with acting_as(position(account)):
        project = Project.objects.get(pk=year.project_id)
        project.title = title
        project.save()
    return year.project.code


def grow(year: ProjectYear, by_account: str, number: int) -> None:
    """More rows in every part of a file."""
    by = position(by_account)
    with acting_as(by):
        shared = {"tenant_id": year.tenant_id, "project_year": year}
        for order in range(number):
            EstimateLine.objects.create(
                **shared, order=order + 10, position=str(order + 10), item="Máy", amount=0
            )
            ScheduleItem.objects.create(**shared, position=order + 10, work="Lắp đặt")
    for _ in range(number):
        establishment = make_establishment(by=by, commune_kind="WARD")
        with acting_as(by):
            BeneficiaryShare.objects.create(**shared, establishment=establishment)


def test_a_centre_lists_its_own_files_and_no_other_province_sees_them() -> None:
    code = make_file(by=position("centre.hai-phong")).project.code
    assert code in page("centre.hai-phong", LIST)
    assert code not in page("centre.thai-nguyen", LIST)
    assert code not in page("dept.hai-phong", LIST)  # a draft is the centre's own
    assert code not in page("agency.officer", LIST)


def test_search_forgives_missing_marks_and_looks_at_code_title_province_and_activity() -> None:
    by = position("centre.hai-phong")
    wanted = retitle(make_file(by=by), "Máy sấy lạnh vải thiều Thanh Hà")
    other = retitle(make_file(by=by), "Khuôn mẫu chính xác")
    found = page("centre.hai-phong", f"{LIST}?q=may say thieu")
    assert wanted in found
    assert other not in found
    assert wanted in page("centre.hai-phong", f"{LIST}?q={wanted.lower()}")
    assert "Không có hồ sơ nào khớp" in page("centre.hai-phong", f"{LIST}?q=khong co gi")


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("programme=NATIONAL", {"national"}),
        ("programme=LOCAL", {"local"}),
        ("state=submitted", {"local"}),
        ("year=2026", {"national"}),
        ("year=2027&activity=T10", {"local"}),
        ("activity=T1", set()),
        ("year=nonsense", set()),
        ("province=thai-nguyen", set()),
        ("implementer=trung-tam-khuyen-cong-hai-phong&programme=LOCAL", {"local"}),
    ],
)
def test_each_word_of_the_address_narrows_the_list(words: str, codes: set[str]) -> None:
    by = position("centre.hai-phong")
    made = {
        "national": make_file(by=by, programme=NATIONAL, year=2026).project.code,
        "local": make_file(by=by, programme=LOCAL, state="submitted").project.code,
    }
    found = page("centre.hai-phong", f"{LIST}?{words}")
    assert {name for name, code in made.items() if f">{code}<" in found} == codes


def test_a_chosen_filter_stays_chosen_and_can_be_taken_off_alone() -> None:
    found = page("centre.hai-phong", f"{LIST}?programme=LOCAL&year=2027&page=3")
    assert re.search(r'<option value="LOCAL"\s+selected', found)
    assert 'href="?programme=LOCAL"' in found  # without the year, on the first page
    assert 'href="?year=2027"' in found


def test_the_sums_under_the_list_are_of_all_files_that_match() -> None:
    for support in (100, 200):
        draft(LOCAL, support=support * 10**6, counterpart=10**8)
    found = page("centre.hai-phong", LIST)
    assert "300.000.000" in found
    assert "200.000.000" in found


def test_filters_offer_provinces_and_units_only_to_those_who_see_several() -> None:
    assert 'name="province"' not in page("dept.hai-phong", LIST)
    assert 'name="implementer"' not in page("centre.hai-phong", LIST)
    assert 'name="implementer"' not in page("dept.hai-phong", LIST)  # one centre
    assert 'name="province"' in page("agency.officer", LIST)
    assert 'name="implementer"' in page("agency.officer", LIST)


@pytest.mark.parametrize(
    "account", ["centre.hai-phong", "dept.hai-phong", "committee.hai-phong", "agency.officer"]
)
def test_the_list_asks_as_much_for_thirty_files_as_for_one(account: str) -> None:
    by = position("centre.hai-phong")
    make_file(by=by, state="approved", sent=True)
    one = queries(account, LIST)
    for _ in range(29):
        make_file(by=by, state="approved", sent=True)
    assert len(queries(account, LIST)) == len(one)
    assert len(one) <= 11, one


@pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
def test_a_new_file_gets_a_code_and_leads_to_its_content(programme: str) -> None:
    fields = {
        "programme": programme,
        "year": YEAR,
        "kind": "PROJECT",
        "activity": Activity.objects.get(code="T10").pk,
        "title": "  Máy   sấy lạnh ",
    }
    response = browser("centre.hai-phong").post("/de-an/moi/", fields)
    with acting_as(position("centre.hai-phong")):
        made = Project.objects.get()
    assert response["Location"] == reverse("content", args=[made.code])
    assert (made.programme, made.year, made.title, made.activity.code) == (
        programme,
        YEAR,
        "Máy sấy lạnh",
        "T10",
    )


def test_a_new_file_without_a_title_is_not_made_and_keeps_what_was_chosen() -> None:
    response = browser("centre.hai-phong").post(
        "/de-an/moi/", {"programme": "LOCAL", "year": YEAR, "kind": "TASK"}
    )
    assert response.status_code == 400
    assert re.search('value="TASK"[^>]* checked', response.content.decode())
    with acting_as(position("centre.hai-phong")):
        assert not Project.objects.exists()


@pytest.mark.parametrize("account", ["dept.hai-phong", "agency.head", "viewer.hai-phong"])
def test_only_units_that_carry_it_out_start_a_file(account: str) -> None:
    response = browser(account).get("/de-an/moi/")
    assert response.status_code == 403
    assert "Chỉ cán bộ, Giám đốc của đơn vị thực hiện" in response.content.decode()


def statuses(account: str, urls: list[str]) -> list[int]:
    client = browser(account)
    return [client.get(url).status_code for url in urls]


def test_every_part_of_a_draft_is_open_to_its_unit_and_closed_to_others() -> None:
    code = code_of(draft(NATIONAL))
    urls = [reverse(name, args=[code]) for name in PARTS]
    expected = {
        "centre.hai-phong": 200,
        "centre.thai-nguyen": 404,
        "dept.thai-nguyen": 404,
        "agency.officer": 404,  # a draft is not there for the nation
        "dept.hai-phong": 403,
    }
    assert {account: statuses(account, urls) for account in expected} == {
        account: [status] * len(PARTS) for account, status in expected.items()
    }
    assert "Hồ sơ này chưa đến cơ quan" in browser("dept.hai-phong").get(urls[0]).content.decode()


def test_what_was_sent_is_read_by_those_who_decide_on_it() -> None:
    walk = draft(NATIONAL)
    walks.ready_to_propose(walk)
    urls = [reverse(name, args=[code_of(walk)]) for name in PARTS]
    for account in ("dept.hai-phong", "dept.head.hai-phong", "agency.officer", "ministry.leader", "auditor"):
        assert statuses(account, urls) == [200] * len(PARTS), account
    assert statuses("finance.hai-phong", urls) == [403] * len(
        PARTS
    )  # the national plan is not the province's


def test_a_file_that_does_not_exist_is_not_found() -> None:
    assert browser("centre.hai-phong").get("/de-an/KCQG-2027-9999/").status_code == 404


def test_the_first_page_of_a_draft_lists_what_is_missing_and_where() -> None:
    code = make_file(by=position("centre.hai-phong"), programme=NATIONAL).project.code
    found = page("centre.hai-phong", f"/de-an/{code}/")
    assert "còn 5 trên 5 mục" in found
    assert "Còn 5 mục chưa xong" in found
    assert "Dự toán chưa có dòng nào." in found
    assert f'href="/de-an/{code}/du-toan/"' in found


def test_the_first_page_of_a_complete_draft_offers_to_send_it() -> None:
    code = code_of(draft(NATIONAL))
    found = page("centre.hai-phong", f"/de-an/{code}/")
    assert "đủ 5 mục, gửi được" in found
    assert re.search(rf'btn-primary"\s+href="/de-an/{code}/viec/submit/"', found)
    assert "Việc này của Giám đốc đơn vị thực hiện." in found  # withdrawing, to the officer


def test_those_who_have_nothing_to_do_read_who_is_awaited() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    found = page("centre.head.hai-phong", f"/de-an/{code_of(walk)}/")
    assert "chờ chuyên viên Sở Công Thương" in found


def test_list_acts_lead_to_the_list_of_the_files_of_that_year() -> None:
    walk = draft(NATIONAL)
    walks.appraised(walk)
    found = page("dept.head.hai-phong", f"/de-an/{code_of(walk)}/")
    assert f'href="/danh-muc/lap/register/national/{YEAR}/"' in found


def test_money_is_shown_once_it_is_there() -> None:
    walk = draft(NATIONAL)
    walks.in_progress(walk)
    found = page("centre.hai-phong", f"/de-an/{code_of(walk)}/")
    assert re.findall('kc-stat-label">([^<]+)<', found) == [
        "Kế hoạch được duyệt",
        "Được giao",
        "Giá trị hợp đồng",
    ]


@pytest.mark.parametrize(
    ("programme", "party_a"), [("LOCAL", "dept.head.hai-phong"), ("NATIONAL", "agency.head")]
)
def test_what_of_the_estimate_has_no_source_is_told_to_the_unit_and_at_the_contract(
    programme: str, party_a: str
) -> None:
    walk = walks.draft(programme)
    walks.ready_to_propose(walk)
    walks.decide("propose", walk)
    walks.decide("approve", walk, lines=[(walk, "AMEND", 200_000_000, "Giảm.")])
    sentence = (
        "Kinh phí hỗ trợ được duyệt 200.000.000 đồng, dự toán của hồ sơ còn ghi 300.000.000 đồng: "
        "100.000.000 đồng trong tổng dự toán 720.000.000 đồng chưa có nguồn. Đơn vị thực hiện đề nghị "
        "“Điều chỉnh dự toán, giữ nguyên tổng kinh phí hỗ trợ” để bớt nội dung chi hoặc tăng vốn đối ứng."
    )
    url = f"/de-an/{walk.year.project.code}/"
    assert sentence in browser("centre.hai-phong").get(url).content.decode()
    assert sentence not in browser("dept.hai-phong").get(url).content.decode()
    walks.assign(programme=programme)
    if programme == "LOCAL":
        walks.decide("appraise_allocation", walk)
    walks.decide("allocate", walk)
    assert sentence in browser(party_a).get(f"{url}viec/contract/").content.decode()
    walks.next_day(walk)
    more_of_its_own = money(walk, 200_000_000, 520_000_000)
    walk.ask_change("SAME_TOTAL", "Vốn của cơ sở tăng.", **more_of_its_own).confirm_change()
    assert "chưa có nguồn" not in browser("centre.hai-phong").get(url).content.decode()
    walk.decide_change("agency.head" if programme == "NATIONAL" else "committee")
    assert "chưa có nguồn" not in browser("centre.hai-phong").get(url).content.decode()


def test_a_file_that_got_what_it_asked_has_all_its_sources() -> None:
    walk = walks.funded(walks.LOCAL)
    page = browser("centre.hai-phong").get(f"/de-an/{walk.year.project.code}/").content.decode()
    assert "chưa có nguồn" not in page


def test_the_first_page_of_a_draft_asks_as_much_for_thirty_rows_as_for_one() -> None:
    walk = draft(NATIONAL)
    url = f"/de-an/{code_of(walk)}/"
    one = queries("centre.hai-phong", url)
    grow(walk.year, "centre.hai-phong", 29)
    assert len(queries("centre.hai-phong", url)) == len(one)
    assert len(one) <= 18, one


def test_the_first_page_of_a_file_at_work_asks_little_for_everybody() -> None:
    walk = draft(NATIONAL)
    walks.in_progress(walk)
    url = f"/de-an/{code_of(walk)}/"
    for account in (
        "centre.hai-phong", "centre.head.hai-phong", "dept.hai-phong", "dept.head.hai-phong", "agency.officer",
        "agency.head",
    ):  # fmt: skip
        asked = queries(account, url)
        assert len(asked) <= 19, (account, asked)


def test_every_part_asks_as_much_for_thirty_rows_as_for_one() -> None:
    walk = draft(LOCAL)
    walks.submitted(walk)
    urls = [reverse(name, args=[code_of(walk)]) for name in PARTS[1:]]
    few = [queries("dept.hai-phong", url) for url in urls]
    grow(walk.year, "centre.hai-phong", 29)
    dept = position("dept.hai-phong")
    with acting_as(dept):
        for number in range(29):
            make_entry(walk.year, EntryKind.REGISTERED, 10**6 + number, by=dept).save()
    assert [len(queries("dept.hai-phong", url)) for url in urls] == [len(asked) for asked in few]
    assert [len(asked) for asked in few if len(asked) > 17] == []


def test_who_sees_the_local_plan_alone_is_told_so_of_a_national_file() -> None:
    walk = draft(NATIONAL)
    walks.ready_to_propose(walk)
    page = browser("viewer.hai-phong").get(reverse("file", args=[code_of(walk)]))
    assert page.status_code == 403
    assert "chỉ xem hồ sơ khuyến công địa phương" in page.content.decode()
    assert "chưa đến cơ quan" not in page.content.decode()


@pytest.mark.parametrize("page", ["/de-an/moi/", "/co-so/moi/", "/dot-dang-ky/moi/"])
def test_pages_with_a_form_answer_a_head_as_a_get(page: str) -> None:
    account = "agency.officer" if "dot" in page else "centre.hai-phong"
    assert [ask(page).status_code for ask in (browser(account).head, browser(account).get)] == [200, 200]


@pytest.mark.parametrize("part", ["noi-dung", "du-toan", "thu-huong"])
def test_parts_of_a_file_that_are_written_answer_a_head_as_a_get(part: str) -> None:
    page = f"/de-an/{make_file(by=position('centre.hai-phong')).project.code}/{part}/"
    reader = browser("centre.hai-phong")
    assert [ask(page).status_code for ask in (reader.head, reader.get)] == [200, 200]


def test_a_new_file_is_written_from_an_earlier_one_of_the_unit() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    code = code_of(walk)
    centre = browser("centre.hai-phong")
    page = centre.get(reverse("file", args=[code])).content.decode()
    address = f"{reverse('new_file')}?from={code}"
    assert f'href="{address}"' in page
    form = centre.get(address).context["form"]
    assert form["title"].value() == walk.year.project.title
    typed = {
        "title": "Năm thứ hai",
        "programme": NATIONAL,
        "kind": "PROJECT",
        "activity": form["activity"].value(),
        "year": "2028",
        "once": "a" * 32,
    }
    answers = [centre.post(address, typed)["Location"] for _ in range(2)]
    assert answers[0] == answers[1] != reverse("content", args=[code])
    assert "Máy sấy lạnh" in centre.get(answers[0].replace("noi-dung", "du-toan")).content.decode()


def test_nobody_writes_from_the_file_of_another_unit() -> None:
    walk = draft(NATIONAL)
    address = f"{reverse('new_file')}?from={code_of(walk)}"
    assert browser("centre.thai-nguyen").get(address).status_code == 404
    assert "?from=" not in browser("dept.hai-phong").get("/de-an/").content.decode()


def test_a_second_file_of_the_same_title_is_no_second_file() -> None:
    walk = draft(NATIONAL)
    project = walk.year.project
    typed = {
        "title": project.title,
        "programme": NATIONAL,
        "kind": "PROJECT",
        "activity": project.activity_id,
        "year": "2027",
        "once": "b" * 32,
    }
    page = browser("centre.hai-phong").post(reverse("new_file"), typed)
    assert page.status_code == 400
    assert page.context["form"].errors["title"] == [
        f"Năm 2027 đơn vị đã có hồ sơ {project.code} cùng tên. Hãy mở hồ sơ đó, hoặc ghi tên khác."
    ]
    walk.withdraw("Trùng hồ sơ.")
    assert browser("centre.hai-phong").post(reverse("new_file"), typed).status_code == 302


@pytest.mark.parametrize(
    ("account", "page"),
    [("centre.hai-phong", "/co-so/moi/"), ("agency.officer", "/kinh-phi/du-toan-giao/")],
)
def test_every_link_leads_somewhere(account: str, page: str) -> None:
    assert 'href=""' not in browser(account).get(page).content.decode()
