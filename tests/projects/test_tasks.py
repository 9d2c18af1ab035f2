import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Position, PositionKind
from accounts.queries import working_calendar
from accounts.services import give_position
from accounts.tenancy import acting_as
from budgets.models import EntryKind
from budgets.services import book
from khuyencong.lib.dates import today
from khuyencong.lib.tasks import Task
from projects.chain import PaperData
from projects.deadlines import dossier_limit
from projects.models import Inspection, ProjectYear, RegistrationRound
from projects.services.acts import resolve_finding
from projects.services.registration import preregister
from projects.tasks import expected, tasks_of
from tests.cast import position
from tests.factories import make_entry, make_event, make_file
from tests.projects import walks

pytestmark = pytest.mark.django_db

CENTRE, DEPT, HEAD = "centre.hai-phong", "dept.hai-phong", "dept.head.hai-phong"


def of(account: str, day: dt.date | None = None) -> list[Task]:
    with acting_as(position(account)) as by:
        return expected(by, day or today())


def labels(account: str) -> list[str]:
    return [task.label for task in of(account)]


def test_a_draft_is_expected_of_the_unit_alone() -> None:
    walk = walks.draft(walks.LOCAL)
    code = walk.year.project.code
    (task,) = of(CENTRE)
    assert (task.label, task.code, task.url) == ("Hoàn thiện và gửi hồ sơ", code, f"/de-an/{code}/")
    assert task.due == today() + dt.timedelta(days=30)
    assert labels(DEPT) == []


def test_a_file_that_was_sent_is_expected_of_the_department() -> None:
    walk = walks.draft(walks.LOCAL)
    walk.submit()
    (task,) = of(DEPT)
    assert (task.label, task.url) == ("Thẩm định cấp cơ sở", f"/de-an/{task.code}/viec/appraise_department/")
    assert [labels(account) for account in (CENTRE, HEAD, "dept.thai-nguyen")] == [[], [], []]


def test_a_returned_file_is_due_on_the_day_that_the_return_set() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.submitted(walk)
    walk.send_back("dept", ("file", "", "need", "Nêu rõ."), days=12)
    (task,) = of(CENTRE)
    assert task.due == walk.day + dt.timedelta(days=12)
    assert task.note == f"Trả lại ngày {walk.day:%d/%m/%Y}"
    assert task.is_late(today())


def test_list_acts_are_one_task_for_each_year() -> None:
    centre = position(CENTRE)
    for year, support in ((2027, 200_000_000), (2027, 100_000_000), (2026, 50_000_000)):
        make_file(by=centre, state="proposed", year=year, support=support)
    found = of("committee.hai-phong")
    assert [(task.title, task.url) for task in found] == [
        (
            "2 hồ sơ khuyến công địa phương năm 2027, 300.000.000 đồng",
            "/danh-muc/lap/approve/local/2027/",
        ),
        ("1 hồ sơ khuyến công địa phương năm 2026, 50.000.000 đồng", "/danh-muc/lap/approve/local/2026/"),
    ]


def test_a_list_to_decide_says_what_the_appraisal_recommends() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.submitted(walk)
    walk.appraise(account="dept", recommended=120_000_000)
    walks.decide("give_opinion", walk)
    walks.decide("propose", walk)
    assert [task.title for task in of("committee.hai-phong")] == [
        "1 hồ sơ khuyến công địa phương năm 2027, 120.000.000 đồng"
    ]


def test_an_allocation_is_expected_of_what_is_left_until_all_is_given() -> None:
    file = make_file(by=position(CENTRE), programme="NATIONAL", state="approved", support=300, sent=True)
    walks.assign(300)
    agency = position("agency.head")
    with acting_as(agency):
        book(make_entry(file, EntryKind.APPROVED, 300, by=agency))
        book(make_entry(file, EntryKind.ALLOCATED, 200, by=agency))
    assert [task.title for task in of("agency.head")] == ["1 hồ sơ khuyến công quốc gia năm 2027, 100 đồng"]
    with acting_as(agency):
        book(make_entry(file, EntryKind.ALLOCATED, 100, by=agency))
    assert labels("agency.head") == []


def test_nobody_is_expected_to_act_on_his_own_work() -> None:
    walk = walks.draft(walks.LOCAL)
    walk.submit()
    author = position(CENTRE).person
    assert author is not None
    both = give_position(
        author, organisation=position(DEPT).organisation, kind=PositionKind.OFFICER, by=position("operator")
    )
    both = Position.objects.select_related("organisation__province", "organisation__tenant", "person").get(
        pk=both.pk
    )
    with acting_as(both):
        assert tasks_of(both, today()) == []


def test_nobody_is_expected_to_decide_on_a_file_of_the_unit_that_he_leads() -> None:
    make_file(by=position(CENTRE), state="proposed", support=10)
    leader = position("centre.head.hai-phong").person
    assert leader is not None
    chair = give_position(
        leader,
        organisation=position("committee.hai-phong").organisation,
        kind=PositionKind.CHAIR,
        by=position("operator"),
    )
    chair = Position.objects.select_related("organisation__province", "organisation__tenant", "person").get(
        pk=chair.pk
    )
    with acting_as(chair):
        assert tasks_of(chair, today()) == []
    assert labels("committee.hai-phong") == ["Phê duyệt kế hoạch"]


def test_a_monthly_report_is_due_on_the_24th_and_once() -> None:
    walk = walks.at_work(walks.LOCAL)
    month = today().replace(day=1)
    with acting_as(position(CENTRE)) as by:
        (task,) = expected(by, month)
        assert (task.label, task.due) == ("Báo cáo tiến độ tháng", month.replace(day=24))
        (late,) = expected(by, month.replace(day=25))
        assert late.is_late(month.replace(day=25))
    walk.day = today()
    walk.progress(40, 10, confirmed=False)
    assert labels(CENTRE) == []
    assert "Xác nhận tiến độ, khối lượng" in labels(DEPT)


def test_the_first_report_due_is_that_whose_day_lies_after_the_contract() -> None:
    walk = walks.funded(walks.LOCAL)
    month = walk.day if walk.day.day <= 24 else walk.day.replace(day=28) + dt.timedelta(days=7)
    walk.day = month.replace(day=24)
    walk.contract(walks.SUPPORT)
    following = (walk.day.replace(day=28) + dt.timedelta(days=7)).replace(day=1)
    with acting_as(position(CENTRE)) as by:
        assert [task.label for task in expected(by, walk.day)] == ["Bắt đầu thực hiện"]
        (_, report) = sorted(expected(by, following), key=lambda task: task.label, reverse=True)
        assert (report.label, report.due) == ("Báo cáo tiến độ tháng", following.replace(day=24))


def test_the_department_reports_to_each_national_round_until_it_has() -> None:
    opened = walks.open_round()
    (task,) = of(HEAD)
    assert (task.label, task.url, task.due) == (
        "Gửi danh mục đăng ký",
        f"/dot-dang-ky/{opened.pk}/bao-cao/",
        opened.closes_on,
    )
    assert [labels(account) for account in (DEPT, "finance.hai-phong", "agency.head")] == [[], [], []]
    with acting_as(position(HEAD)) as head:
        preregister(opened, [], by=head, paper=PaperData("1/BC-SCT", today()))
    assert labels(HEAD) == []
    assert labels("dept.head.thai-nguyen") == ["Gửi danh mục đăng ký"]


def test_a_round_that_is_closed_expects_nothing() -> None:
    opened = walks.open_round()
    with acting_as(position("agency.officer")):
        RegistrationRound.objects.filter(pk=opened.pk).update(closes_on=today() - dt.timedelta(days=1))
    assert labels(HEAD) == []


def test_a_finding_is_expected_of_the_body_that_found_it() -> None:
    walk = walks.at_work(walks.LOCAL)
    walk.act("dept.head", "inspect", planned=True, summary="Thiếu.", finding="Lắp che chắn.", fix_by=walk.day)
    (task,) = of(HEAD)
    assert (task.title, task.due) == ("Lắp che chắn.", walk.day)
    assert task.label not in labels("finance.hai-phong")
    with acting_as(position(HEAD)):
        Inspection.objects.update(resolved_on=today())
    assert labels(HEAD) == ["Nghiệm thu cơ sở"]


def test_a_finding_is_a_task_of_the_unit_and_says_to_others_why_acceptance_waits() -> None:
    walk = walks.reported(walks.NATIONAL)
    due = walk.day + dt.timedelta(days=90)
    walk.act("agency.head", "inspect", planned=True, summary="Thiếu.", finding="Lắp che chắn.", fix_by=due)
    with acting_as(position("agency.head")):
        page = f"/kien-nghi/{Inspection.objects.get().pk}/"
    for account in (CENTRE, "centre.head.hai-phong"):
        (task,) = (each for each in of(account) if each.label == "Khắc phục kiến nghị kiểm tra")
        assert (task.title, task.url, task.due) == ("Lắp che chắn.", page, due)
    for account in (DEPT, HEAD):
        (task,) = (each for each in of(account) if "Nghiệm thu" in each.label)
        assert (task.label, task.url) == ("Nghiệm thu cơ sở (đang chờ)", page)
        with acting_as(position(DEPT)):
            ends = walk.now().contract_items.get().contract.ends_on
        assert (task.note, task.due) == ("Chờ khắc phục kiến nghị", ends)
    others = ("centre.accountant.hai-phong", "finance.hai-phong", "dept.thai-nguyen", "ministry.leader")
    assert [each for account in others for each in of(account) if each.url == page] == []
    with acting_as(position("agency.head")) as head:
        resolve_finding(Inspection.objects.select_related("project_year__project").get(), by=head)
    assert "Khắc phục kiến nghị kiểm tra" not in labels(CENTRE)
    assert "Nghiệm thu cơ sở" in labels(DEPT)


def test_the_checks_of_a_settlement_have_the_day_of_the_settlement() -> None:
    walk = walks.accepted(walks.NATIONAL)
    with acting_as(position(CENTRE)):
        last = walk.now().acceptances.get().accepted_on
    (dossier,) = (each for each in of("centre.accountant.hai-phong") if "quyết toán" in each.label)
    assert dossier.due == dossier_limit(last, working_calendar())
    walk.ask_payment(walks.SUPPORT, walks.SUPPORT + walks.COUNTERPART)
    ends = dt.date(walk.year.year + 1, 1, 22)
    assert [(task.label, task.due) for task in of(DEPT)] == [("Xác nhận hồ sơ quyết toán", ends)]
    walk.confirm_dossier()
    assert [(task.label, task.due) for task in of("agency.accountant")] == [
        ("Kiểm tra hồ sơ quyết toán", ends)
    ]


def test_readers_are_expected_to_do_nothing() -> None:
    walk = walks.draft()
    walks.ready_to_propose(walk)
    assert [labels(account) for account in ("viewer.nation", "viewer.hai-phong", "auditor")] == [[], [], []]


def _queries(account: str) -> int:
    with acting_as(position(account)) as by, CaptureQueriesContext(connection) as captured:
        expected(by, today())
    return len(captured)


@pytest.mark.parametrize("account", [CENTRE, DEPT, HEAD])
def test_more_files_ask_the_database_no_more(account: str) -> None:
    def files(count: int) -> None:
        for _ in range(count):
            for state in ("draft", "submitted", "appraised_department", "in_progress"):
                file = make_file(by=position(CENTRE), state=state, support=10)
                with acting_as(position(CENTRE)):
                    ProjectYear.objects.filter(pk=file.pk).update(submission=1)

    files(1)
    one = _queries(account)
    files(4)
    assert _queries(account) == one


def test_the_most_urgent_comes_first() -> None:
    centre = position(CENTRE)
    for days in (9, 2, 5):
        file = make_file(by=centre, state="returned")
        with acting_as(centre):
            ProjectYear.objects.filter(pk=file.pk).update(answer_by=today() + dt.timedelta(days=days))
    with acting_as(centre):
        due = [task.due for task in tasks_of(centre, today())]
    assert due == [today() + dt.timedelta(days=days) for days in (2, 5, 9)]


def test_events_of_others_do_not_hide_a_task() -> None:
    file = make_file(by=position(CENTRE), state="contracted", support=0)
    with acting_as(position(CENTRE)):
        make_event(file, "inspect", by=position(HEAD))
    assert labels(CENTRE) == ["Báo cáo tiến độ tháng"]


def test_who_writes_what_the_head_alone_sends_is_told_of_it() -> None:
    walk = walks.direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen")
    to_write = ["Hoàn thiện hồ sơ để người đứng đầu gửi"]
    assert (labels("regional.1"), labels("regional.head.1")) == (to_write, ["Hoàn thiện và gửi hồ sơ"])
    assert (labels("regional.accountant.1"), labels("regional.2"), labels(CENTRE)) == ([], [], [])
    walk.submit()
    assert labels("regional.1") == []
    walk.send_back("agency.officer", ("file", "", "effects", "Nêu số điện tiết kiệm."))
    (task,) = of("regional.1")
    answer_by = walk.day + dt.timedelta(days=15)
    assert (task.label, task.due, task.note[:8]) == (*to_write, answer_by, "Trả lại ")


def test_the_next_year_of_a_project_is_to_be_begun_while_its_round_is_open() -> None:
    walk = walks.draft_over_years(walks.NATIONAL)
    walks.approved(walk)
    assert of(CENTRE) == []
    walks.open_round(walks.NATIONAL, year=walks.FIRST + 1)
    closes = today() + dt.timedelta(days=30)
    assert [(task.label, task.url, task.due) for task in of(CENTRE)] == [
        (f"Lập phần kinh phí năm {walks.FIRST + 1}", f"/de-an/{walk.year.address}/", closes)
    ]
    assert f"Lập phần kinh phí năm {walks.FIRST + 1}" not in labels("centre.thai-nguyen") + labels(DEPT)
    second = walks.begun(walk)
    assert labels(CENTRE) == ["Hoàn thiện và gửi hồ sơ"]
    walks.approved(second)
    (third,) = of(CENTRE, dt.date(walks.FIRST + 2, 1, 2))  # its year has come, without a round
    assert (third.label, third.due) == (f"Lập phần kinh phí năm {walks.FIRST + 2}", None)


def test_nobody_is_told_to_begin_a_year_of_a_stopped_project() -> None:
    walk = walks.draft_over_years()
    walks.in_progress(walk)
    walks.next_day(walk)
    walk.stop("Cơ sở ngừng sản xuất.")
    told = [task.label for task in of(CENTRE, dt.date(walks.FIRST + 1, 1, 2))]
    assert [label for label in told if label.startswith("Lập phần")] == []


def test_more_projects_over_years_ask_the_database_no_more() -> None:
    def asked() -> int:
        with acting_as(position(CENTRE)) as by, CaptureQueriesContext(connection) as found:
            expected(by, today())
        return len(found)

    scene = walks.new_scene()
    walks.open_round(walks.NATIONAL, year=walks.FIRST + 1)
    walks.approved(walks.draft_over_years(walks.NATIONAL, scene=scene))
    one = asked()
    walks.approved(*(walks.draft_over_years(walks.NATIONAL, scene=scene) for _ in range(3)))
    assert (len(of(CENTRE)), asked()) == (4, one)
