import json
from typing import Any

import pytest

from accounts.tenancy import acting_as
from budgets.models import EntryKind
from budgets.services import book
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from projects.models import ListAct, ListLine, ProjectYear
from tests.cast import position
from tests.factories import make_entry, make_event, make_file
from tests.projects import walks
from tests.projects.views.browsers import browser, keep, queries

pytestmark = pytest.mark.django_db

CENTRE, HEAD = "centre.hai-phong", "dept.head.hai-phong"
AGENCY, MINISTRY = "agency.head", "ministry.leader"
APPROVE = f"/danh-muc/lap/approve/national/{walks.YEAR}/"
ALLOCATE = f"/danh-muc/lap/allocate/national/{walks.YEAR}/"
PROPOSE = f"/danh-muc/lap/propose/national/{walks.YEAR}/"


def proposed(count: int = 1, support: int = 300_000_000) -> list[ProjectYear]:
    """National files that wait for the minister."""
    centre = position(CENTRE)
    return [
        make_file(by=centre, programme="NATIONAL", state="proposed", support=support, sent=True)
        for _ in range(count)
    ]


def planned(count: int = 1, approved: int = 300, allocated: int = 0) -> list[ProjectYear]:
    """National files of the plan with so many đồng approved and allocated."""
    files = []
    if allocated:
        walks.assign(allocated * count)
    for _ in range(count):
        file = make_file(
            by=position(CENTRE), programme="NATIONAL", state="approved", support=approved, sent=True
        )
        with acting_as(position(AGENCY)):
            book(make_entry(file, EntryKind.APPROVED, approved, by=position(MINISTRY)))
            if allocated:
                book(make_entry(file, EntryKind.ALLOCATED, allocated, by=position(AGENCY)))
        files.append(file)
    return files


def fields(client: Any, url: str, *left_out: ProjectYear, **header: str) -> dict[str, str]:
    """What the page sends when nothing was changed but the paper; ``left_out`` are not ticked."""
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {
        name: "on" if value is True else str(value)
        for name, value in values.items()
        if value not in (None, "")
    }
    for year in left_out:
        del sent[f"take-{year.pk}"]
    if "verdict" in " ".join(form.fields):
        sent |= {f"verdict-{year.pk}": form.row.verdicts[0].name for year in form.years}
    return sent | {"number": "1/QĐ-BCT", "dated": f"{today():%d/%m/%Y}"} | header


def lines_of(account: str) -> list[tuple[str, int | None, str]]:
    with acting_as(position(account)):
        return list(
            ListLine.objects.order_by("project_year", "pk").values_list("verdict", "amount", "reason")
        )


def state_of(year: ProjectYear, account: str = MINISTRY) -> str:
    with acting_as(position(account)):
        year.refresh_from_db()
    return year.state


# -- who --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "url", "status"),
    [
        ("agency.officer", APPROVE, 403),
        ("agency.head", APPROVE, 403),
        ("dept.head.hai-phong", PROPOSE, 403),
        ("dept.hai-phong", f"/danh-muc/lap/register/national/{walks.YEAR}/", 403),
        ("ministry.leader", "/danh-muc/lap/contract/national/2027/", 404),
        ("ministry.leader", "/danh-muc/lap/approve/regional/2027/", 404),
        ("ministry.leader", "/danh-muc/lap/abolish/national/2027/", 404),
    ],
)
def test_a_list_is_there_for_who_holds_its_act(account: str, url: str, status: int) -> None:
    for answer in (
        browser(account).get(url),
        browser(account).post(url),
        browser(account).post(f"{url}luu/"),
    ):
        assert answer.status_code == status
        if status == 403:
            assert "thuộc thẩm quyền của" in answer.content.decode()


def test_a_province_decides_on_its_own_files_only() -> None:
    for slug in ("hai-phong", "thai-nguyen"):
        make_file(by=position(f"centre.{slug}"), state="proposed", support=10)
    page = browser("committee.thai-nguyen").get("/danh-muc/lap/approve/local/2027/")
    assert [item.year.project.province.slug for item in page.context["candidates"]] == ["thai-nguyen"]


def test_keeping_a_list_needs_a_post() -> None:
    assert browser(MINISTRY).get(f"{APPROVE}luu/").status_code == 405


def test_a_list_without_files_says_what_would_stand_there() -> None:
    page = browser(MINISTRY).get(APPROVE)
    assert page.status_code == 200
    assert "Không có hồ sơ nào đang chờ việc này." in page.content.decode()


# -- deciding ---------------------------------------------------------------------------------------


def test_each_line_gets_its_verdict_and_what_is_not_ticked_stays() -> None:
    approve, amend, reject, later = proposed(4)
    minister = browser(MINISTRY)
    body = fields(
        minister,
        APPROVE,
        later,
        **{
            f"verdict-{amend.pk}": "AMEND",
            f"amount-{amend.pk}": "250 triệu",
            f"reason-{amend.pk}": "Bỏ dòng 3.",
            f"verdict-{reject.pk}": "REJECT",
            f"reason-{reject.pk}": "Trùng nội dung.",
        },
    )
    answer = minister.post(APPROVE, body)
    assert answer.status_code == 302, answer.context["form"].errors
    assert lines_of(MINISTRY) == [
        ("APPROVE", 300_000_000, ""),
        ("AMEND", 250_000_000, "Bỏ dòng 3."),
        ("REJECT", None, "Trùng nội dung."),
    ]
    assert [state_of(year) for year in (approve, amend, reject, later)] == [
        "approved",
        "approved",
        "not_selected",
        "proposed",
    ]


def test_faults_stand_beside_their_lines_and_nothing_is_written() -> None:
    amend, reject, fine = proposed(3)
    minister = browser(MINISTRY)
    body = fields(
        minister,
        APPROVE,
        **{
            f"verdict-{amend.pk}": "AMEND",
            f"reason-{amend.pk}": "Giảm.",
            f"verdict-{reject.pk}": "REJECT",
            f"reason-{fine.pk}": "Chữ đã gõ.",
        },
    )
    answer = minister.post(APPROVE, body)
    assert answer.status_code == 400
    assert answer.context["form"].errors == {
        f"amount-{amend.pk}": ["Hãy ghi số tiền của “Phê duyệt mức khác”."],
        f"reason-{reject.pk}": ["Hãy ghi lý do của kết luận này."],
    }
    assert "Chữ đã gõ." in answer.content.decode()
    assert lines_of(MINISTRY) == []


def test_what_the_chain_refuses_stands_beside_its_line_too() -> None:
    first, second, third = planned(3)
    walks.assign(1000)
    agency = browser(AGENCY)
    body = fields(agency, ALLOCATE, number="1/TB-ĐCK")
    for year in (first, third):
        body |= {
            f"verdict-{year.pk}": "PARTIAL",
            f"amount-{year.pk}": "400",
            f"reason-{year.pk}": "Giao hơn.",
        }
    answer = agency.post(ALLOCATE, body)
    assert answer.status_code == 400
    errors = answer.context["form"].errors
    assert list(errors) == [f"amount-{first.pk}", f"amount-{third.pk}"]
    assert "vượt kinh phí được phê duyệt sau điều chỉnh" in errors[f"amount-{first.pk}"][0]
    assert state_of(second, AGENCY) == "approved"


def test_a_list_that_holds_nothing_is_no_list() -> None:
    (only,) = proposed()
    minister = browser(MINISTRY)
    answer = minister.post(APPROVE, fields(minister, APPROVE, only))
    assert answer.status_code == 400
    assert "Danh mục chưa có hồ sơ nào." in answer.content.decode()


def test_a_plan_above_the_money_asks_for_a_reason_at_the_common_field() -> None:
    walk = walks.draft()
    walks.ready_to_propose(walk)
    agency = browser(AGENCY)
    page = agency.get(PROPOSE)
    assert (page.context["limit"].left, page.context["limit"].after) == (0, -300_000_000)
    body = fields(agency, PROPOSE, number="1/TTr-ĐCK")
    refused = agency.post(PROPOSE, body)
    assert refused.status_code == 400
    assert "vượt số dự kiến, được giao 0 đồng" in refused.context["form"].errors["comment"][0]
    assert agency.post(PROPOSE, body | {"comment": "Chờ bổ sung dự toán."}).status_code == 302


def test_a_plan_is_returned_with_one_reason() -> None:
    walk = walks.draft()
    walks.ready_to_propose(walk)
    walks.decide("propose", walk, comment="Chờ bổ sung dự toán.")
    url, minister = f"/danh-muc/lap/return_plan/national/{walks.YEAR}/", browser(MINISTRY)
    assert f'href="{url}"' in minister.get(APPROVE).content.decode()
    body = fields(minister, url)
    refused = minister.post(url, body)
    assert list(refused.context["form"].errors) == ["comment"]
    minister.post(url, body | {"comment": "Rà soát mức hỗ trợ."})
    with acting_as(position(MINISTRY)):
        returned = ListAct.objects.get(action="return_plan")
        assert returned.answers == ListAct.objects.get(action="propose")
        assert walk.now().state == "appraised_agency"


def test_money_for_a_contract_asks_for_the_annex() -> None:
    (year,) = planned(allocated=100)
    with acting_as(position(AGENCY)):
        make_event(year, "contract", by=position(AGENCY), to_state="contracted")
        ProjectYear.objects.filter(pk=year.pk).update(state="contracted")
    walks.assign(1000)
    agency = browser(AGENCY)
    assert "Phụ lục hợp đồng: số, ngày" in agency.get(ALLOCATE).content.decode()
    answer = agency.post(ALLOCATE, fields(agency, ALLOCATE, number="1/TB-ĐCK"))
    assert (
        "giao thêm cần ghi số, ngày phụ lục hợp đồng" in answer.context["form"].errors[f"reason-{year.pk}"][0]
    )


def test_a_plan_that_is_all_given_waits_for_no_money() -> None:
    planned(allocated=300)
    assert browser(AGENCY).get(ALLOCATE).context["candidates"] == []


# -- once -------------------------------------------------------------------------------------------


def test_the_same_button_twice_decides_once() -> None:
    proposed(2)
    minister = browser(MINISTRY)
    body = fields(minister, APPROVE)
    assert minister.post(APPROVE, body).status_code == 302
    assert minister.post(APPROVE, body).status_code == 409
    with acting_as(position(MINISTRY)):
        assert ListAct.objects.count() == 1


def test_a_part_of_the_money_is_given_once() -> None:
    (year,) = planned()
    walks.assign(1000)
    agency = browser(AGENCY)
    body = fields(agency, ALLOCATE, number="1/TB-ĐCK") | {
        f"verdict-{year.pk}": "PARTIAL",
        f"amount-{year.pk}": "100",
        f"reason-{year.pk}": "Đợt một.",
    }
    assert agency.post(ALLOCATE, body).status_code == 302
    second = agency.post(ALLOCATE, body)
    assert second.status_code == 409
    third = agency.post(
        ALLOCATE,
        fields(agency, ALLOCATE, number="2/TB-ĐCK")
        | {
            f"verdict-{year.pk}": "PARTIAL",
            f"amount-{year.pk}": "50",
            f"reason-{year.pk}": "Đợt hai.",
        },
    )
    assert third.status_code == 302
    assert lines_of(AGENCY) == [("PARTIAL", 100, "Đợt một."), ("PARTIAL", 50, "Đợt hai.")]


def test_a_file_that_went_elsewhere_stops_the_list_and_the_rest_stays_typed() -> None:
    gone, stays = proposed(2)
    minister = browser(MINISTRY)
    body = fields(minister, APPROVE, **{f"reason-{stays.pk}": "Chữ đã gõ."})
    with acting_as(position(AGENCY)):
        make_event(gone, "approve", by=position(AGENCY), to_state="approved")
        ProjectYear.objects.filter(pk=gone.pk).update(state="approved")
    answer = minister.post(APPROVE, body)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"không còn chờ việc này: {gone.project.code}." in page
    assert "Chữ đã gõ." in page
    assert [item.year for item in answer.context["candidates"]] == [stays]
    assert lines_of(MINISTRY) == []


# -- kept text --------------------------------------------------------------------------------------


def test_a_list_half_decided_is_kept_for_its_author() -> None:
    one, two = proposed(2)
    body = {f"verdict-{one.pk}": "DEFER", f"reason-{one.pk}": "Chờ", f"take-{one.pk}": "on", "version": "0"}
    answer = keep(MINISTRY, f"{APPROVE}luu/", body)
    assert json.loads(answer.content)["version"] == 1
    form = browser(MINISTRY).get(APPROVE).context["form"]
    kept = {name: form[name].value() for name in (f"verdict-{one.pk}", f"reason-{one.pk}", f"take-{two.pk}")}
    assert kept == {f"verdict-{one.pk}": "DEFER", f"reason-{one.pk}": "Chờ", f"take-{two.pk}": ""}


def test_a_file_that_came_later_is_ticked_as_ever() -> None:
    (one,) = proposed()
    keep(MINISTRY, f"{APPROVE}luu/", {f"take-{one.pk}": "", "version": "0"})
    (two,) = proposed()
    form = browser(MINISTRY).get(APPROVE).context["form"]
    assert (form[f"take-{one.pk}"].value(), form[f"take-{two.pk}"].value()) == ("", True)


def test_a_registration_says_what_the_department_aims_at() -> None:
    walk = walks.draft()
    walks.appraised(walk)
    url = f"/danh-muc/lap/register/national/{walks.YEAR}/"
    director = browser(HEAD)
    body = fields(director, url, number="31/BC-SCT", comment="Ngoài đợt.")
    silent = director.post(url, body)
    assert silent.status_code == 400
    assert "aims" in silent.context["form"].errors
    assert director.post(url, body | {"aims": "Ưu tiên cơ khí nhỏ."}).status_code == 302
    with acting_as(position(HEAD)):
        assert ListAct.objects.get(action="register").texts["aims"] == "Ưu tiên cơ khí nhỏ."


# -- reading ----------------------------------------------------------------------------------------


def decided() -> tuple[ListAct, Walk, Walk]:
    """A national decision on a file of each province."""
    scene = walks.new_scene()
    one = walks.draft(scene=scene)
    two = walks.draft(scene=scene, slug="thai-nguyen", support=200_000_000)
    walks.appraised(one, two)
    for walk in (one, two):
        walks.decide("register", walk)
    walks.next_day(one, two)
    for walk in (one, two):
        walk.appraise(account="agency.officer")
    walks.decide("propose", one, two)
    walks.decide("approve", one, two)
    with acting_as(position(MINISTRY)):
        return ListAct.objects.get(action="approve"), one, two


def test_everybody_sees_his_own_lines_and_their_sum() -> None:
    decision, one, _ = decided()
    for account, codes, total in (
        ("ministry.leader", 2, 500_000_000),
        ("dept.hai-phong", 1, 300_000_000),
        ("centre.hai-phong", 1, 300_000_000),
        ("dept.thai-nguyen", 1, 200_000_000),
    ):
        page = browser(account).get(f"/danh-muc/{decision.pk}/").context
        assert (len(page["lines"]), page["total"]) == (codes, total)
    index = browser("dept.hai-phong").get("/danh-muc/").context["rows"]
    assert [(row.action, files, total) for row, _, _, files, total in index] == [
        ("approve", 1, 300_000_000),
        ("register", 1, 300_000_000),
    ]
    assert one.year.project.code in browser(CENTRE).get(f"/danh-muc/{decision.pk}/").content.decode()


def test_a_list_of_another_province_is_not_there() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.ready_to_propose(walk)
    with acting_as(position(HEAD)):
        opinion = ListAct.objects.get(action="give_opinion")
    url = f"/danh-muc/{opinion.pk}/"
    statuses = {
        account: browser(account).get(url).status_code
        for account in (HEAD, "finance.hai-phong", CENTRE, "dept.head.thai-nguyen", "agency.head")
    }
    assert statuses == {
        HEAD: 200,
        "finance.hai-phong": 200,
        CENTRE: 403,
        "dept.head.thai-nguyen": 404,
        "agency.head": 404,
    }


def test_what_waits_stands_on_top_of_the_index() -> None:
    proposed(3, support=100)
    planned(2)
    open_to_agency = browser(AGENCY).get("/danh-muc/").context["open"]
    open_to_minister = browser(MINISTRY).get("/danh-muc/").context["open"]
    assert [(each.row.name, each.files, each.support) for each, _, _ in open_to_agency] == [
        ("allocate", 2, 600)
    ]
    assert [(each.row.name, each.files, each.support) for each, _, _ in open_to_minister] == [
        ("approve", 3, 300)
    ]


def test_the_sum_that_waits_is_the_one_of_the_first_page() -> None:
    walk = walks.draft(walks.NATIONAL)
    walks.appraised(walk)
    walks.decide("register", walk)
    walks.next_day(walk)
    walk.appraise(280_000_000, account="agency.officer")
    waiting = browser(AGENCY).get("/danh-muc/").context["open"]
    assert [(each.row.name, each.support) for each, _, _ in waiting] == [
        ("request_budget", 280_000_000),
        ("propose", 280_000_000),
    ]
    assert "280.000.000 đồng" in browser(AGENCY).get("/").content.decode()


def test_what_was_approved_waits_with_what_was_approved() -> None:
    walk = draft_approved_at(walks.LOCAL, 250_000_000)
    [(waiting, _, _)] = browser("finance.hai-phong").get("/danh-muc/").context["open"]
    assert (waiting.row.name, waiting.support) == ("appraise_allocation", 250_000_000)
    assert "250.000.000 đồng" in browser("finance.hai-phong").get("/").content.decode()
    assert walk.support() == 250_000_000


def draft_approved_at(programme: str, amount: int) -> Walk:
    walk = walks.draft(programme)
    walks.ready_to_propose(walk)
    walks.decide("propose", walk)
    walks.decide("approve", walk, lines=[(walk, "AMEND", amount, "Giảm một máy.")])
    return walk


def test_reading_and_deciding_need_the_right_method() -> None:
    decision, _, _ = decided()
    assert browser(MINISTRY).post(f"/danh-muc/{decision.pk}/").status_code == 405
    assert browser(MINISTRY).post("/danh-muc/").status_code == 405


def test_thirty_lines_ask_the_database_no_more_than_one() -> None:
    proposed()
    one = queries(MINISTRY, APPROVE)
    proposed(29)
    assert len(queries(MINISTRY, APPROVE)) == len(one)


def test_thirty_lines_of_money_ask_the_database_no_more_than_one() -> None:
    planned()
    one = queries(AGENCY, ALLOCATE)
    planned(29)
    assert len(queries(AGENCY, ALLOCATE)) == len(one)


def test_lists_are_read_with_the_same_queries_at_any_length() -> None:
    minister = browser(MINISTRY)
    proposed()
    minister.post(APPROVE, fields(minister, APPROVE))
    with acting_as(position(MINISTRY)):
        short = ListAct.objects.get().pk
    few = [queries(MINISTRY, f"/danh-muc/{short}/"), queries(MINISTRY, "/danh-muc/")]
    for number in (2, 3, 4):
        proposed(3)
        minister.post(APPROVE, fields(minister, APPROVE, number=f"{number}/QĐ-BCT"))
    with acting_as(position(MINISTRY)):
        long = ListAct.objects.first()
    assert long is not None
    many = [queries(MINISTRY, f"/danh-muc/{long.pk}/"), queries(MINISTRY, "/danh-muc/")]
    assert [len(each) for each in many] == [len(each) for each in few]


# -- what who decides has before his eyes -----------------------------------------------------------


def test_who_approves_sees_what_was_asked_and_recommended_at_both_levels() -> None:
    walk = walks.draft()
    walks.ready_to_propose(walk)
    walks.decide("propose", walk, comment="Chờ bổ sung dự toán.")
    page = browser(MINISTRY).get(APPROVE)
    ((_, columns),) = page.context["lines"]
    assert columns == [
        ("Đề nghị", 300_000_000, ""),
        ("Sở thẩm định", 300_000_000, ""),
        ("Cục thẩm định", 300_000_000, ""),
    ]


def test_the_finance_departments_opinion_stands_at_its_line() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.ready_to_propose(walk)
    walks.decide("propose", walk, comment="Chờ dự toán.")
    page = browser("committee.hai-phong").get(f"/danh-muc/lap/approve/local/{walks.YEAR}/")
    (item,) = page.context["candidates"]
    assert [each.verdict for each in item.said] == ["Cho ý kiến: Thống nhất"]
    assert "Sở Tài chính thành phố Hải Phòng, Công văn số" in item.said[0].by
    assert "Cho ý kiến: Thống nhất" in page.content.decode()


def test_an_earlier_verdict_comes_back_with_its_reason() -> None:
    walk = walks.draft()
    walks.ready_to_propose(walk)
    walks.decide("propose", walk, comment="Chờ bổ sung dự toán.")
    minister = browser(MINISTRY)
    later = {f"verdict-{walk.year.pk}": "DEFER", f"reason-{walk.year.pk}": "Chờ báo giá mới."}
    assert minister.post(APPROVE, fields(minister, APPROVE, **later)).status_code == 302
    (item,) = browser(AGENCY).get(PROPOSE).context["candidates"]
    assert [(each.verdict, each.reason) for each in item.said] == [
        ("Phê duyệt kế hoạch: Để đợt sau", "Chờ báo giá mới.")
    ]


def test_money_is_given_beside_what_was_asked_before_approval_changed_it() -> None:
    walk = walks.draft()
    walks.ready_to_propose(walk)
    walks.decide("propose", walk, comment="Chờ bổ sung dự toán.")
    minister = browser(MINISTRY)
    less = {
        f"verdict-{walk.year.pk}": "AMEND",
        f"amount-{walk.year.pk}": "250 triệu",
        f"reason-{walk.year.pk}": "Giảm.",
    }
    assert minister.post(APPROVE, fields(minister, APPROVE, **less)).status_code == 302
    ((_, columns),) = browser(AGENCY).get(ALLOCATE).context["lines"]
    assert [amount for _, amount, _ in columns] == [300_000_000, 300_000_000, 250_000_000, 250_000_000]


def test_a_decision_is_measured_by_the_money_and_by_the_plan() -> None:
    proposed(2, support=100)
    planned(1, approved=300)
    walks.assign(1000)
    limit = browser(MINISTRY).get(APPROVE).context["limit"]
    assert limit.facts == (("Dự toán được giao", 1000), ("Đã duyệt", 300), ("Còn lại", 700))
    assert (limit.chosen, limit.after) == (200, 500)


def test_an_opinion_is_measured_by_the_money_of_the_department() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.appraised(walk)
    walks.assign(10**9, walks.LOCAL)
    limit = (
        browser("finance.hai-phong").get(f"/danh-muc/lap/give_opinion/local/{walks.YEAR}/").context["limit"]
    )
    assert (limit.facts[0], limit.after) == (("Dự toán được giao", 10**9), 700_000_000)


def test_rejected_lines_are_not_counted_among_those_with_money() -> None:
    approve, reject = proposed(2)
    minister = browser(MINISTRY)
    body = fields(
        minister, APPROVE, **{f"verdict-{reject.pk}": "REJECT", f"reason-{reject.pk}": "Trùng nội dung."}
    )
    page = minister.get(minister.post(APPROVE, body)["Location"])
    assert (page.context["given"], page.context["total"]) == (1, 300_000_000)
    assert "Cộng 1 hồ sơ có kinh phí" in page.content.decode()
    assert "trên 2 hồ sơ của danh mục" in page.content.decode()
    assert approve.project.code in page.content.decode()
