"""Issuing: by the head, with number and day, once; what was issued never changes."""

from __future__ import annotations

import datetime as dt
import hashlib
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, connections

from accounts.models import Province
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused
from projects.conflicts import Conflict
from projects.models import Paper
from reporting.jobs import run_job
from reporting.making import stored_bytes
from reporting.models import IssuedReport, Job, JobState, JobTicket
from reporting.services import declare_ledger, issue_report, save_report
from tests.cast import position
from tests.factories import make_rule
from tests.khuyencong.lib import printed
from tests.reporting.ledgers import M, book
from tests.reporting.rounds import PERIOD, issue, job_now, last_issued, open_round, order_issue, own_report

pytestmark = pytest.mark.django_db

HEAD = "dept.head.hai-phong"


def executed(amount: int) -> None:
    book(year=PERIOD.year, executed=amount, on=PERIOD.first_day)


def test_an_issued_report_bears_number_day_text_and_signer_and_is_kept_under_its_hash() -> None:
    open_round()
    executed(123 * M)
    officer = position("dept.hai-phong")
    with acting_as(officer):
        save_report(own_report("dept.hai-phong"), by=officer, version=1,
                    values={"difficulties": "Kinh phí về muộn.", "estimated_local": 200 * M})  # fmt: skip
    issued = issue(HEAD, "125/BC-SCT")
    content = stored_bytes(issued)
    assert hashlib.sha256(content).hexdigest() == issued.sha256
    assert (issued.version, issued.as_of, str(issued.person)) == (1, today(), str(position(HEAD).person))
    text = printed.text(content)
    for words in (
        "Số: 125/BC-SCT",
        "Kinh phí về muộn.",
        "200 (c)",
        "GIÁM ĐỐC",
        str(position(HEAD).person),
        "123",
    ):
        assert words in text
    assert "DỰ THẢO" not in text
    assert issued.figures["total"]["executed"] == 123 * M
    assert issued.figures["total"]["estimated"] == 200 * M


DEPUTY = "dept.deputy.hai-phong"


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [{"programme": "LOCAL"}],
        [{"papers": ["DECISION"]}],
        [{"valid_from": dt.date(2025, 7, 1), "valid_to": dt.date(2026, 1, 1)}],
    ],
)
def test_a_deputy_issues_only_by_an_assignment_that_gives_him_reports_of_both_programmes(
    rules: list[dict[str, object]],
) -> None:
    open_round()
    for fields in rules:
        make_rule(position(DEPUTY), **fields)
    with pytest.raises(Forbidden):
        issue(DEPUTY, "1/BC-SCT")


def test_the_report_of_a_deputy_bears_his_lines() -> None:
    open_round()
    make_rule(position(DEPUTY), papers=["REPORT"])
    issued = issue(DEPUTY, "1/BC-SCT")
    with acting_as(position(DEPUTY)):
        assert issued.paper.signed_as == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    text = printed.text(stored_bytes(issued))
    assert "KT. GIÁM ĐỐC" in text
    assert str(position(DEPUTY).person) in text


def test_what_is_booked_and_written_later_does_not_touch_an_issued_report() -> None:
    open_round()
    executed(100 * M)
    issued = issue(HEAD, "1/BC-SCT")
    before = stored_bytes(issued)
    executed(11 * M)
    again = last_issued(HEAD)
    assert again.pk == issued.pk
    assert again.figures["total"]["executed"] == 100 * M
    assert stored_bytes(again) == before


def test_the_figures_are_those_of_the_moment_of_the_order_not_of_the_worker() -> None:
    open_round()
    executed(100 * M)
    job = order_issue(HEAD, "1/BC-SCT")
    executed(11 * M)
    run_job(job.pk, position(HEAD).pk)
    assert last_issued(HEAD).figures["total"]["executed"] == 100 * M


def test_a_correction_is_a_new_version_that_says_why() -> None:
    open_round()
    first = issue(HEAD, "1/BC-SCT")
    executed(11 * M)
    with pytest.raises(Refused, match="ban hành lại phải ghi lý do"):
        order_issue(HEAD, "2/BC-SCT")
    second = issue(HEAD, "2/BC-SCT", reason="Bổ sung số liệu nghiệm thu")
    assert (second.version, second.supersedes_id, second.reason) == (
        2,
        first.pk,
        "Bổ sung số liệu nghiệm thu",
    )
    assert second.figures["total"]["executed"] == 11 * M
    with acting_as(position(HEAD)):
        assert list(IssuedReport.objects.order_by("pk").values_list("version", flat=True)) == [1, 2]


def test_a_number_is_unique_in_the_year_of_a_body() -> None:
    open_round()
    issue(HEAD, "1/BC-SCT")
    for spelling in ("1/BC-SCT", "01/BC-SCT", "1 / bc-sct"):
        with pytest.raises(Refused, match="đã được ghi cho báo cáo khác"):
            order_issue(HEAD, spelling, reason="Sửa")
    assert issue("dept.head.thai-nguyen", "1/BC-SCT").version == 1


def test_a_number_that_was_taken_meanwhile_fails_the_job_with_a_sentence() -> None:
    open_round()
    job = order_issue(HEAD, "7/BC-SCT")
    head = position(HEAD)
    with acting_as(head):
        Paper.objects.create(tenant=head.organisation.tenant, kind="REPORT", number="7/BC-SCT", dated=today(),
                             issuer=head.organisation, recorded_by=head)  # fmt: skip
    run_job(job.pk, head.pk)
    failed = job_now(job, head)
    assert failed.state == JobState.FAILED
    assert "Số 7/BC-SCT vừa được ghi cho báo cáo khác" in failed.message
    assert issue(HEAD, "8/BC-SCT").version == 1


@pytest.mark.parametrize(
    ("dated", "sentence"),
    [
        (today() + dt.timedelta(days=1), "không được sau hôm nay"),
        (PERIOD.last_day, "phải sau ngày cuối của kỳ"),
    ],
)
def test_a_day_that_cannot_be_is_refused(dated: dt.date, sentence: str) -> None:
    open_round()
    with pytest.raises(Refused, match=sentence):
        order_issue(HEAD, "1/BC-SCT", dated=dated)


@pytest.mark.parametrize("account", ["dept.hai-phong", "dept2.hai-phong"])
def test_only_the_head_issues(account: str) -> None:
    open_round()
    by = position(account)
    report = own_report(account)
    with acting_as(by), pytest.raises(Forbidden, match="Chỉ người đứng đầu"):
        issue_report(report, by=by, number="1/BC-SCT", dated=today())


def test_the_head_of_another_body_does_not_issue() -> None:
    open_round()
    report = own_report("dept.hai-phong")
    other = position("dept.head.thai-nguyen")
    with acting_as(other), pytest.raises(Forbidden):
        issue_report(report, by=other, number="1/BC-SCT", dated=today())


def test_the_agencys_head_issues_the_nation_and_the_regions() -> None:
    open_round()
    executed(9 * M)
    nation = issue("agency.head", "1/BC-ĐCK", scope="nation")
    assert nation.figures["total"]["executed"] == 9 * M
    text = printed.text(stored_bytes(nation))
    assert "CỤC TRƯỞNG" in text and "Hải Phòng" in text
    assert issue("agency.head", "2/BC-ĐCK", scope="south").figures["total"]["executed"] == 0


def test_a_province_report_is_the_nations_to_read_from_its_issue_on() -> None:
    open_round()
    with acting_as(position("agency.officer")):
        assert IssuedReport.objects.count() == 0
    issue(HEAD, "1/BC-SCT")
    with acting_as(position("agency.officer")):
        assert IssuedReport.objects.get().report_id == own_report("dept.hai-phong").pk
    with acting_as(position("dept.thai-nguyen")):
        assert IssuedReport.objects.count() == Job.objects.count() == 0
        assert Paper.objects.filter(number="1/BC-SCT").count() == 0


def test_the_same_order_done_twice_leaves_one_report() -> None:
    open_round()
    job = order_issue(HEAD, "1/BC-SCT")
    by = position(HEAD)
    ticket = JobTicket.objects.get(job=job)
    run_job(job.pk, by.pk)
    JobTicket.objects.create(job=job, position=by, created_at=ticket.created_at)
    run_job(job.pk, by.pk)
    with acting_as(by):
        assert IssuedReport.objects.count() == 1
    assert not JobTicket.objects.filter(job=job).exists()


def test_a_second_order_while_the_first_is_under_way_is_refused() -> None:
    open_round()
    order_issue(HEAD, "1/BC-SCT")
    with pytest.raises(Refused, match="đang được ban hành"):
        order_issue(HEAD, "2/BC-SCT")


def test_issued_reports_can_neither_be_changed_nor_removed() -> None:
    open_round()
    issue(HEAD, "1/BC-SCT")
    with pytest.raises(DatabaseError), acting_as(position(HEAD)):
        IssuedReport.objects.update(reason="x")
    with pytest.raises(DatabaseError), acting_as(position(HEAD)):
        IssuedReport.objects.all().delete()


@pytest.mark.usefixtures("committed_db")
def test_the_same_button_twice_at_the_same_time_orders_one_issue() -> None:
    open_round()
    barrier, outcomes = Barrier(2), []

    def press(number: str) -> None:
        try:
            barrier.wait(10)
            order_issue(HEAD, number)
            outcomes.append("ordered")
        except Refused as refused:
            outcomes.append(str(refused))
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(number,)) for number in ("1/BC-SCT", "2/BC-SCT")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == [
        "Báo cáo này đang được ban hành. Hãy đợi việc đó xong rồi xem lại.",
        "ordered",
    ]


# -- Text and declarations ----------------------------------------------------------------------------------


def test_an_older_save_is_refused_with_both_values() -> None:
    open_round()
    by = position("dept.hai-phong")
    report = own_report("dept.hai-phong")
    with acting_as(by):
        assert save_report(report, by=by, version=1, values={"difficulties": "Một"}) == 2
        with pytest.raises(Conflict) as conflict:
            save_report(report, by=by, version=1, values={"difficulties": "Hai"})
    assert (conflict.value.version, conflict.value.theirs) == (
        2,
        {"difficulties": ("Khó khăn, vướng mắc", "Một")},
    )


def test_who_does_not_write_the_report_cannot_save_it() -> None:
    open_round()
    report = own_report("dept.hai-phong")
    centre = position("centre.hai-phong")
    with acting_as(centre), pytest.raises(Forbidden):
        save_report(report, by=centre, version=1, values={"difficulties": "x"})


@pytest.mark.parametrize(
    "account", ["dept.hai-phong", "committee.hai-phong", "agency.officer", "ministry.leader"]
)
def test_only_the_heads_of_department_and_agency_declare_a_ledger_complete(account: str) -> None:
    by = position(account)
    with acting_as(by), pytest.raises(Forbidden):
        declare_ledger(2021, by=by)


def test_a_ledger_without_any_entry_is_declared_complete_only_on_purpose() -> None:
    head = position(HEAD)
    with acting_as(head), pytest.raises(Refused, match="Sổ kinh phí năm 2021 chưa có bút toán nào"):
        declare_ledger(2021, by=head)
    book(year=2021, planned=M, province=Province.objects.get(slug="hai-duong"))
    with acting_as(head):
        assert declare_ledger(2021, by=head).year == 2021


def test_a_report_says_that_there_is_nothing_only_when_the_head_says_so() -> None:
    open_round()
    by, report = position(HEAD), own_report(HEAD)
    with acting_as(by), pytest.raises(Refused, match="còn trống"):
        issue_report(report, by=by, number="1/BC-SCT", dated=today())
    with acting_as(by):
        save_report(report, by=by, version=1, values={"difficulties": "Thiếu vốn", "proposals": "Thêm vốn"})
        assert issue_report(report, by=by, number="1/BC-SCT", dated=today()).pk


def test_a_ledger_is_declared_once_and_not_for_a_year_that_is_complete_or_not_over() -> None:
    head = position(HEAD)
    with acting_as(head):
        declare_ledger(2021, by=head, although_empty=True)
        for year in (2021, today().year, today().year + 1):
            with pytest.raises(Forbidden):
                declare_ledger(year, by=head)
    assert connection.needs_rollback is False
