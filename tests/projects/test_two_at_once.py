"""Two people press the same button at the same moment: one wins, the other is told, nothing is done twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import CONTENTS, Walk
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.models import Appraisal, Event, ListLine, ProjectYear
from projects.once import last_done
from projects.services.acts import act
from projects.services.documents import attach_document
from projects.services.files import LINE_FIELDS, SHARE_FIELDS, save_content, save_estimate, save_shares
from projects.services.lists import Line, act_on_list
from projects.services.years import begin_year
from projects.snapshots import snapshot
from tests.projects.books import booked, file_of, source, state, sums
from tests.projects.services.test_documents import scan
from tests.projects.test_changes_of_years import two_years_changed
from tests.projects.walks import (
    FIRST,
    LOCAL,
    NATIONAL,
    SUPPORT,
    accepted,
    approved,
    at_work,
    confirmed,
    decide,
    draft,
    draft_over_years,
    fundable,
    funded,
    in_progress,
    next_day,
    ready_to_propose,
    reported,
    submitted,
)

M = 1_000_000
ONE_WINS = sorted([None, Stale], key=str)
BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])


def at_once(*acts: Callable[[], object]) -> list[type[Refused] | None]:
    """Outcome of each act, all begun together on connections of their own: None when done, else its refusal."""
    together = threading.Barrier(len(acts))

    def answer(one: Callable[[], object]) -> type[Refused] | None:
        try:
            together.wait(10)
            one()
        except Stale:
            return Stale
        except Refused as refusal:
            return type(refusal)
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(answer, acts))


def events(walk: Walk, action: str) -> int:
    with acting_as(walk.who("dept")):
        return Event.objects.filter(project_year=walk.year, action=action).count()


def press(walk: Walk, account: str, action: str, **details: object) -> Callable[[], object]:
    """The button of a page that was opened before anybody pressed."""
    by, seen_state = walk.who(account), state(walk)
    with acting_as(by):
        seen = last_done(action, [walk.year.pk]).get(walk.year.pk, 0)

    def now() -> None:
        with acting_as(by):
            act(walk.now(), action, by=by, on=walk.day, expected_state=seen_state, seen=seen, **details)  # type: ignore[arg-type]

    return now


@BOTH
def test_of_two_officers_who_appraise_one_file_one_is_told_that_it_is_done(
    programme: str, committed_db: None
) -> None:
    walk = draft(programme)
    submitted(walk)
    form = {"contents": CONTENTS, "recommended": SUPPORT, "opinion": "RECOMMENDED"}
    outcomes = at_once(
        press(walk, "dept", "appraise_department", paper=walk.paper("PTĐ-SCT", "dept"), **form),
        press(walk, "dept2", "appraise_department", paper=walk.paper("PTĐ-SCT", "dept"), **form),
    )
    assert sorted(outcomes, key=str) == ONE_WINS
    assert state(walk) == "appraised_department"
    assert booked(walk) == [("appraised_department", source(walk), SUPPORT)]
    with acting_as(walk.who("dept")):
        assert Appraisal.objects.filter(project_year=walk.year).count() == 1


def test_a_return_and_an_appraisal_at_once_leave_one_of_them(committed_db: None) -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    reasons = [{"section": "file", "row": "", "field": "need", "comment": "Viết rõ."}]
    outcomes = at_once(
        press(
            walk,
            "dept",
            "appraise_department",
            paper=walk.paper("PTĐ-SCT", "dept"),
            contents=CONTENTS,
            recommended=SUPPORT,
            opinion="RECOMMENDED",
        ),
        press(walk, "dept2", "return", reasons=reasons, answer_by=walk.day.replace(year=walk.day.year + 1)),
    )
    assert sorted(outcomes, key=str) == ONE_WINS
    appraised = outcomes[0] is None
    assert state(walk) == ("appraised_department" if appraised else "returned")
    assert len(booked(walk)) == (1 if appraised else 0)


@BOTH
def test_money_that_two_windows_pay_is_paid_once(programme: str, committed_db: None) -> None:
    walk = accepted(programme)
    walk.ask_payment(SUPPORT, 3 * SUPPORT).confirm_dossier()
    walk.act(walk.accountant_a, "check_payment", cleared=0, paid=SUPPORT // 3)
    before = booked(walk)
    head = walk.party_a
    outcomes = at_once(
        press(walk, head, "pay", paper=walk.paper("UNC", head), cleared=0, paid=SUPPORT // 3),
        press(walk, head, "pay", paper=walk.paper("UNC", head), cleared=0, paid=SUPPORT // 3),
    )
    assert sorted(outcomes, key=str) == ONE_WINS
    assert booked(walk) == [*before, ("paid", source(walk), SUPPORT // 3)]


def test_an_advance_that_two_windows_give_is_given_once(committed_db: None) -> None:
    walk = reported(LOCAL)
    walk.ask_advance(100)
    walk.act("dept.accountant", "check_advance", amount=100)
    outcomes = at_once(
        press(walk, "dept.head", "advance", paper=walk.paper("UNC", "dept.head"), amount=100),
        press(walk, "dept.head", "advance", paper=walk.paper("UNC", "dept.head"), amount=100),
    )
    assert sorted(outcomes, key=str) == ONE_WINS
    assert events(walk, "advance") == 1


@BOTH
def test_the_same_paper_is_not_booked_twice_by_who_did_not_look(programme: str, committed_db: None) -> None:
    walk = accepted(programme)
    walk.ask_payment(SUPPORT, 3 * SUPPORT).confirm_dossier()
    walk.act(walk.accountant_a, "check_payment", cleared=0, paid=SUPPORT // 3)
    before, head = booked(walk), walk.who(walk.party_a)
    voucher = walk.paper("UNC", walk.party_a)

    def pay() -> None:
        with acting_as(head):
            act(walk.now(), "pay", by=head, paper=voucher, cleared=0, paid=SUPPORT // 3)

    outcomes = at_once(pay, pay)
    assert sorted(outcomes, key=str) == sorted([None, Refused], key=str)  # what was signed is used up
    assert booked(walk) == [*before, ("paid", source(walk), SUPPORT // 3)]


@BOTH
def test_the_same_voucher_is_not_refunded_twice_by_who_did_not_look(
    programme: str, committed_db: None
) -> None:
    walk = confirmed(programme, advance=210 * M)
    walk.pay(cleared=210 * M, paid=90 * M).settle(200 * M, 720 * M)
    before, accountant = booked(walk), walk.who(walk.unit_accountant)
    voucher = walk.paper("GNT", walk.unit)

    def refund() -> None:
        with acting_as(accountant):
            act(walk.now(), "refund", by=accountant, paper=voucher, amount=40 * M)

    assert sorted(at_once(refund, refund), key=str) == ONE_WINS
    assert booked(walk) == [*before, ("refunded", source(walk), 40 * M)]


@BOTH
def test_a_decision_that_two_windows_issue_is_issued_once(programme: str, committed_db: None) -> None:
    first = draft(programme)
    second = draft(programme, scene=first.scene)
    ready_to_propose(first, second)
    decide("propose", first, second)
    account, series = ("ministry.leader", "QĐ-BCT") if programme == NATIONAL else ("committee", "QĐ-UBND")

    def issue(walks: list[Walk]) -> Callable[[], object]:
        paper = first.paper(series, account)
        by = first.who(account)

        def now() -> None:
            with acting_as(by):
                lines = [Line(walk.now(), expected_state="proposed") for walk in walks]
                act_on_list("approve", lines, by=by, paper=paper)

        return now

    outcomes = at_once(issue([first, second]), issue([second, first]))
    assert sorted(outcomes, key=str) == ONE_WINS
    for walk in (first, second):
        assert booked(walk)[-2:] == [
            ("approved", source(walk), SUPPORT),
            ("approved", "COUNTERPART", file_of(walk).counterpart),
        ]
        with acting_as(walk.who("dept")):
            lines = ListLine.objects.filter(project_year=walk.year, list_act__action="approve")
            assert lines.count() == 1


@BOTH
def test_a_part_that_two_windows_give_is_given_once(programme: str, committed_db: None) -> None:
    walk = fundable(programme)
    decide("allocate", walk, lines=[(walk, "PARTIAL", 100, "Mới được giao một phần.")])
    head = walk.who(walk.party_a)
    with acting_as(head):
        seen = last_done("allocate", [walk.year.pk])[walk.year.pk]

    def give() -> Callable[[], object]:
        paper = walk.paper("TB-ĐCK" if walk.national else "QĐ-SCT", walk.party_a)

        def now() -> None:
            with acting_as(head):
                line = Line(walk.now(), "PARTIAL", 100, "Giao thêm.", expected_state="funded", seen=seen)
                act_on_list("allocate", [line], by=head, paper=paper)

        return now

    outcomes = at_once(give(), give())
    assert sorted(outcomes, key=str) == ONE_WINS
    assert booked(walk)[-2:] == [("allocated", source(walk), 100)] * 2


def test_a_month_that_two_people_report_is_reported_once(committed_db: None) -> None:
    walk = at_work(LOCAL)
    report = {"month": walk.day.replace(day=1), "percent": 90, "value_done": 1, "done": "Xong."}
    outcomes = at_once(
        press(walk, "centre", "report_progress", **report),
        press(walk, "centre.head", "report_progress", **report),
    )
    assert sorted(outcomes, key=str) == ONE_WINS
    with acting_as(walk.who("dept")):
        assert walk.now().progress_reports.count() == 1


@pytest.mark.parametrize("what", ["content", "estimate", "beneficiaries", "documents"])
def test_what_is_written_while_the_file_is_sent_comes_too_late(
    what: str, committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = draft(NATIONAL)
    officer = walk.who("centre")
    frozen, tried = threading.Event(), threading.Event()

    def slowly(year: ProjectYear) -> dict[str, Any]:
        """The moment between reading the file and the end of the sending."""
        content = snapshot(year)
        frozen.set()
        tried.wait(0.5)
        return content

    def send() -> None:
        with acting_as(officer):
            act(walk.now(), "submit", by=officer, on=walk.day, paper=walk.paper("TTKC"), comment="Gửi.")

    def write() -> None:
        with acting_as(officer):
            year = walk.now()
            version = year.project.version
            shares = [{name: getattr(share, name) for name in SHARE_FIELDS} for share in year.shares.all()]
            lines = [{name: getattr(line, name) for name in LINE_FIELDS} for line in year.estimate.all()]
            assert frozen.wait(10)
            match what:
                case "content":
                    save_content(year, by=officer, version=version, values={"need": "Viết khác."})
                case "estimate":
                    save_estimate(year, by=officer, version=version, lines=[*lines, lines[0]])
                case "beneficiaries":
                    shares[0]["place"] = "Nơi khác"
                    save_shares(year, by=officer, version=version, shares=shares)
                case "documents":
                    attach_document(year, by=officer, code="D01", title="", upload=scan("red"))
            tried.set()

    monkeypatch.setattr("projects.chain.snapshot", slowly)
    outcomes = at_once(send, write)
    assert outcomes[0] is None
    assert outcomes[1] in (Stale, Forbidden)
    with acting_as(officer):
        year = walk.now()
        assert year.state == "submitted"
        assert year.events.get(action="submit").snapshot == json.loads(json.dumps(snapshot(year)))


def decrease(walk: Walk) -> None:
    """A decrease from 300 to 250 million that waits for party A's decision."""
    own = "national" if walk.national else "local"
    line = {
        "position": "1",
        "item": "Máy sấy lạnh",
        "unit_price": 670 * M,
        own: 250 * M,
        "counterpart": 420 * M,
    }
    walk.ask_change("DECREASE_SUPPORT", "Máy rẻ hơn.", changes={"estimate": [line]}).confirm_change()


def test_a_change_decided_twice_at_once_is_booked_once(committed_db: None) -> None:
    walk = funded(NATIONAL)
    decrease(walk)
    papers = [walk.paper("QĐ-ĐCK", "agency.head") for _ in range(2)]
    outcomes = at_once(*(press(walk, "agency.head", "decide_change", paper=paper) for paper in papers))
    assert sorted(outcomes, key=str) == ONE_WINS
    assert [entry for entry in booked(walk) if entry[0] == "adjusted"] == [("adjusted", NATIONAL, -50 * M)]


def test_less_support_and_more_money_at_once_stay_within_the_plan(committed_db: None) -> None:
    walk = funded(NATIONAL, 200 * M)
    decrease(walk)
    decide_it = press(walk, "agency.head", "decide_change", paper=walk.paper("QĐ-ĐCK", "agency.head"))

    def allocate_rest() -> None:
        decide("allocate", walk, lines=[(walk, "PARTIAL", 100 * M, "Giao nốt.")])

    outcomes = at_once(decide_it, allocate_rest)
    assert outcomes[0] is None
    total = sums(walk)
    assert (total.planned, total.allocated) == (250 * M, 250 * M if outcomes[1] is None else 200 * M)


def test_two_requests_at_once_leave_one_waiting(committed_db: None) -> None:
    walk = funded(NATIONAL)
    asked = [
        press(
            walk,
            "centre.head",
            "request_change",
            paper=walk.paper("CV-TTKC"),
            type="PARTNER",
            changes={"partner": f"Trường {number}"},
            comment="Trường cũ giải thể.",
        )
        for number in range(2)
    ]
    assert sorted(at_once(*asked), key=str) == ONE_WINS
    assert events(walk, "request_change") == 1


def test_two_begin_the_next_year_at_once_and_it_is_begun_once(committed_db: None) -> None:
    walk = draft_over_years()
    approved(walk)
    next_day(walk)

    def begin(account: str) -> Callable[[], object]:
        by = walk.who(account)

        def do() -> object:
            with acting_as(by):
                return begin_year(walk.now(), FIRST + 1, by=by)

        return do

    assert sorted(at_once(begin("centre"), begin("centre.head")), key=str) == ONE_WINS
    with acting_as(walk.who("centre")):
        files = ProjectYear.objects.filter(project=walk.year.project_id)
        assert list(files.order_by("year").values_list("year", flat=True)) == [FIRST, FIRST + 1]


def test_a_stop_and_the_next_year_at_once_leave_no_year_begun_after_the_stop(committed_db: None) -> None:
    walk = draft_over_years()
    in_progress(walk)
    next_day(walk)
    walk.ask_change("STOP", "Cơ sở ngừng sản xuất.").confirm_change().propose_change()
    minister, by = walk.who("ministry.leader"), walk.who("centre")
    paper = walk.paper("QĐ-BCT", "ministry.leader")

    def stop() -> object:
        with acting_as(minister):
            return act(walk.now(), "stop", by=minister, on=walk.day, paper=paper)

    def begin() -> object:
        with acting_as(by):
            return begin_year(walk.now(), FIRST + 1, by=by)

    outcome = at_once(stop, begin)
    assert outcome[0] is None
    with acting_as(by):
        years = set(ProjectYear.objects.filter(project=walk.year.project_id).values_list("year", flat=True))
    assert years == ({FIRST} if outcome[1] else {FIRST, FIRST + 1})


def test_changes_of_two_years_decided_at_once_both_move_their_part(committed_db: None) -> None:
    files = two_years_changed()
    head = files[0].who("agency.head")

    def decide_on(walk: Walk) -> Callable[[], object]:
        paper = walk.paper("QĐ-ĐCK", "agency.head")

        def do() -> object:
            with acting_as(head):
                return act(walk.now(), "decide_change", by=head, on=walk.day, paper=paper)

        return do

    assert at_once(*(decide_on(walk) for walk in files)) == [None, None]
    with acting_as(head):
        project = files[0].now().project
        assert project.approved_total == 500 * M
        assert sum(part.approved or 0 for part in project.year_plans.all()) == 500 * M
