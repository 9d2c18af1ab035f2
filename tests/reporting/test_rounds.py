"""Rounds: drafted once by beat on the first working day after the quarter, with deadlines counted backwards."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.queries import working_calendar
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from khuyencong.lib.deadlines import WorkingCalendar
from khuyencong.lib.periods import parse_period
from reporting.models import Report, ReportingRound
from reporting.rounds import board, days_of, draft_due_reports, last_quarter, working_days_before
from reporting.tasks import open_report_tasks
from tests.cast import position
from tests.reporting.ledgers import agency
from tests.reporting.rounds import issue, open_round, own_report

pytestmark = pytest.mark.django_db


def test_the_round_of_the_third_quarter_of_2026_opens_on_1_october() -> None:
    days = days_of(parse_period("q3", 2026), working_calendar())
    assert days.opens_on == dt.date(2026, 10, 1)
    assert days.agency_due == dt.date(2026, 10, 21)
    assert days.department_due == dt.date(2026, 10, 14)


def test_the_round_of_the_fourth_quarter_opens_after_the_holiday_and_the_weekend() -> None:
    assert days_of(parse_period("q4", 2026), working_calendar()).opens_on == dt.date(2027, 1, 4)


def test_deadlines_are_counted_backwards_over_days_off() -> None:
    friday_off = WorkingCalendar(holidays=frozenset({dt.date(2026, 10, 9)}))
    assert working_days_before(dt.date(2026, 10, 12), 1, friday_off) == dt.date(2026, 10, 8)


def test_the_last_quarter_is_the_one_that_is_over() -> None:
    assert last_quarter(dt.date(2026, 10, 1)).code == "q3"
    assert (last_quarter(dt.date(2027, 3, 31)).code, last_quarter(dt.date(2027, 3, 31)).year) == ("q4", 2026)


def test_before_the_first_working_day_nothing_is_drafted() -> None:
    assert draft_due_reports(dt.date(2027, 1, 3)) is None
    with acting_as(agency()):
        assert ReportingRound.objects.count() == 0


def test_every_body_gets_its_drafts_once_however_often_beat_asks() -> None:
    first = draft_due_reports(dt.date(2027, 1, 4))
    second = draft_due_reports(dt.date(2027, 1, 4))
    assert first is not None and second is not None
    assert (first.pk, first.drafted_on) == (second.pk, dt.date(2027, 1, 4))
    with acting_as(agency()):
        assert sorted(Report.objects.values_list("scope", flat=True)) == [
            "central",
            "nation",
            "north",
            "south",
        ]
    for account, scope in (("dept.hai-phong", "hai-phong"), ("dept.thai-nguyen", "thai-nguyen")):
        with acting_as(position(account)):
            assert list(Report.objects.values_list("scope", flat=True)) == [scope]


def test_drafting_that_was_cut_short_goes_on_where_it_stopped() -> None:
    round_ = open_round()
    with acting_as(agency()):
        ReportingRound.objects.filter(pk=round_.pk).update(drafted_on=None)
    before = own_report("dept.hai-phong").pk
    assert open_round().drafted_on == today()
    assert own_report("dept.hai-phong").pk == before


def test_officers_are_to_complete_the_report_and_the_head_to_issue_it_until_it_is_issued() -> None:
    round_ = open_round()

    def tasks(account: str) -> list[tuple[str, str, dt.date | None]]:
        with acting_as(position(account)):
            found = open_report_tasks(position(account), today())
            return [(task.label, task.title, task.due) for task in found]

    name = f"Báo cáo {last_quarter(today()).label}"
    assert tasks("dept.hai-phong") == [("Hoàn thiện báo cáo", name, round_.department_due)]
    assert tasks("dept.head.hai-phong") == [("Ban hành báo cáo", name, round_.department_due)]
    assert [task[0] for task in tasks("agency.officer")] == ["Hoàn thiện báo cáo"] * 4
    for account in ("centre.hai-phong", "viewer.hai-phong", "committee.hai-phong", "ministry.leader"):
        assert tasks(account) == []
    issue("dept.head.hai-phong", "9/BC-SCT")
    assert tasks("dept.hai-phong") == tasks("dept.head.hai-phong") == []


def test_the_board_says_who_reported_who_is_late_and_who_said_nothing() -> None:
    round_ = open_round()
    issue("dept.head.hai-phong", "9/BC-SCT")
    with acting_as(position("agency.officer")):
        found = {row.slug: row for row in board(round_, round_.department_due)}
        overdue = {row.slug: row for row in board(round_, round_.department_due + dt.timedelta(days=1))}
    assert len(found) == 34
    assert found["hai-phong"].issued_on == today()
    assert found["hai-phong"].is_late == (today() > round_.department_due)
    assert (found["thai-nguyen"].issued, found["thai-nguyen"].is_late) == (None, False)
    assert overdue["thai-nguyen"].is_late is True
