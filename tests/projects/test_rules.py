"""What the database keeps of a file whoever writes it: its route, its sums, what it owes, who decided."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.models import Position
from accounts.tenancy import acting_as
from budgets.limits import LimitExceeded, limit_sentence
from budgets.models import Programme
from budgets.services import book
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Step
from projects.models import EstimateLine, ProjectYear
from projects.own_work import nobody_acts_on_his_own_work
from projects.states import State
from projects.workflow import ROUTES
from tests.cast import position
from tests.factories import make_entry, make_establishment, make_event, make_file
from tests.projects.walks import FIRST, approved, draft_over_years

CENTRE = "centre.hai-phong"


@contextmanager
def refused(rule: str, part: str = "") -> Iterator[None]:
    """What happens inside, looked at as at its end, breaks this rule of the database, which has a sentence."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        yield
        check_now()
    diagnosis = refusal.value.__cause__.diag  # type: ignore[union-attr]
    assert (diagnosis.constraint_name, diagnosis.column_name or "") == (rule, part)
    assert (limit_sentence(refusal.value) or "").endswith(".")


def check_now() -> None:
    """Ask the deferred rules, as the end of the transaction would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def move(file: ProjectYear, action: str, to_state: str, *, by: Position) -> None:
    """State and event, as the engine writes them."""
    ProjectYear.objects.filter(pk=file.pk).update(state=to_state)
    make_event(file, action, by=by, to_state=to_state)
    file.state = to_state


# -- state_has_event -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_file_moves_with_its_event() -> None:
    centre = position(CENTRE)
    file = make_file(by=centre)
    with acting_as(centre):
        move(file, "submit", State.SUBMITTED, by=centre)
        check_now()


@pytest.mark.django_db
def test_no_state_changes_without_an_event() -> None:
    centre = position(CENTRE)
    file = make_file(by=centre)
    with acting_as(centre), refused("state_has_event"):
        ProjectYear.objects.filter(pk=file.pk).update(state=State.APPROVED)


@pytest.mark.django_db
def test_no_event_leads_where_the_file_is_not() -> None:
    centre = position(CENTRE)
    file = make_file(by=centre)
    with acting_as(centre), refused("state_has_event"):
        make_event(file, "submit", by=centre, to_state=State.SUBMITTED)


@pytest.mark.django_db
def test_no_file_is_born_further_than_in_draft() -> None:
    centre = position(CENTRE)
    project = make_file(by=centre).project
    project.pk, project.code = None, f"{project.code}9"  # without a budget year yet
    with acting_as(centre), refused("state_has_event"):
        project.save()
        ProjectYear.objects.create(
            tenant_id=project.tenant_id,
            project=project,
            year=project.year,
            state=State.APPROVED,
            state_since="2026-11-01",
        )


@pytest.mark.django_db
def test_no_later_year_is_born_further_than_in_draft() -> None:
    walk = draft_over_years()
    approved(walk)
    with acting_as(walk.who("centre")), refused("state_has_event"):
        ProjectYear.objects.create(
            tenant_id=walk.year.tenant_id,
            project_id=walk.year.project_id,
            year=FIRST + 1,
            state=State.APPROVED,
            state_since="2026-11-01",
        )


# -- G9 and the estimate ---------------------------------------------------------------------------------


def add_line(file: ProjectYear, **amounts: int) -> EstimateLine:
    return EstimateLine.objects.create(
        tenant_id=file.tenant_id, project_year=file, order=1, position="1", item="Máy", **amounts
    )


@pytest.mark.django_db
def test_a_draft_need_not_add_up() -> None:
    centre = position(CENTRE)
    file = make_file(by=centre, support=300, shares=[100])
    with acting_as(centre):
        add_line(file, amount=100, local=50)
        check_now()


@pytest.mark.django_db
@pytest.mark.parametrize("shares", [[100], [100, 201]])
def test_shares_that_do_not_make_up_the_support_are_not_sent(shares: list[int]) -> None:
    centre = position(CENTRE)
    file = make_file(by=centre, support=300, shares=shares)
    with acting_as(centre), refused("G9"):
        move(file, "submit", State.SUBMITTED, by=centre)


@pytest.mark.django_db
def test_a_file_without_beneficiaries_or_with_fitting_shares_is_sent() -> None:
    centre = position(CENTRE)
    for shares in ([], [100, 200]):
        file = make_file(by=centre, support=300, shares=shares)
        with acting_as(centre):
            move(file, "submit", State.SUBMITTED, by=centre)
            check_now()


@pytest.mark.django_db
def test_a_draft_that_does_not_add_up_may_be_withdrawn() -> None:
    centre = position(CENTRE)
    file = make_file(by=centre, support=300, shares=[100])
    with acting_as(centre):
        move(file, "withdraw", State.WITHDRAWN, by=centre)
        check_now()


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["support", "share", "new share", "lost share"])
def test_after_sending_shares_and_support_change_together_only(change: str) -> None:
    centre = position(CENTRE)
    file = make_file(by=centre, state=State.SUBMITTED, support=300, shares=[100, 200])
    with acting_as(centre), refused("G9"):
        if change == "support":
            ProjectYear.objects.filter(pk=file.pk).update(support=299)
        elif change == "share":
            file.shares.filter(support=200).update(support=199)
        elif change == "new share":
            file.shares.create(
                tenant_id=file.tenant_id, establishment=make_establishment(by=centre), support=1
            )
        else:
            file.shares.filter(support=200).delete()
    with acting_as(centre):
        ProjectYear.objects.filter(pk=file.pk).update(support=250)
        file.shares.filter(support=200).update(support=150)
        check_now()


@pytest.mark.django_db
def test_a_line_whose_sources_are_not_its_amount_is_not_sent() -> None:
    centre = position(CENTRE)
    file = make_file(by=centre)
    with acting_as(centre):
        line = add_line(file, amount=100, local=50, counterpart=40, other=9)
        with refused("estimate_adds_up"):
            move(file, "submit", State.SUBMITTED, by=centre)
        EstimateLine.objects.filter(pk=line.pk).update(other=10)
        file.state = State.DRAFT
        move(file, "submit", State.SUBMITTED, by=centre)
        check_now()


def test_a_share_changed_while_its_file_is_sent_does_not_slip_through(committed_db: None) -> None:
    centre = position(CENTRE)
    file = make_file(by=centre, support=300, shares=[300])
    sent, go = threading.Event(), threading.Event()

    def send() -> None:
        with acting_as(centre):
            move(file, "submit", State.SUBMITTED, by=centre)
            check_now()
            sent.set()
            go.wait(30)

    def change() -> None:
        sent.wait(30)
        with acting_as(centre):
            file.shares.update(support=200)

    assert answers_of(send, change, go) == ["", "G9"]


def answers_of(first: Callable[[], None], second: Callable[[], None], go: threading.Event) -> list[str]:
    """The rules broken by two acts at once; ``go`` is set when the second waits for the first, or is done."""

    def answer(act: Callable[[], None]) -> str:
        try:
            act()
        except IntegrityError as error:
            return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
        except LimitExceeded as error:
            return str(error.__cause__.__cause__.diag.constraint_name)  # type: ignore[union-attr]
        finally:
            connections.close_all()
        return ""

    def somebody_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
                "AND wait_event_type = 'Lock')"
            )
            return bool(cursor.fetchone()[0])

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(answer, act) for act in (first, second)]
        while not (answers[1].done() or somebody_waits()):
            time.sleep(0.02)
        go.set()
        return [each.result(30) for each in answers]


# -- G8 --------------------------------------------------------------------------------------------------

SETTLED = [("approved", 90), ("allocated", 80), ("contracted", 70), ("advanced", 50), ("accepted", 40)]


def a_settled_file(*booked: tuple[str, int]) -> ProjectYear:
    file = make_file(by=position(CENTRE), state=State.SETTLED)
    dept = position("dept.head.hai-phong")
    with acting_as(dept):
        book(make_entry(file, "assigned", 100, by=dept, project_year=None, holder=dept.organisation))
        for kind, amount in [*SETTLED, *booked]:
            book(make_entry(file, kind, amount, by=dept))
    return file


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("booked", "part"),
    [
        ([("settled", 40)], "outstanding"),
        ([("cleared", 40), ("settled", 40)], "outstanding"),
        ([("cleared", 40), ("settled", 39), ("refunded", 10)], "disbursed"),
        ([("cleared", 40), ("settled", 40), ("refunded", 9)], "outstanding"),
    ],
)
def test_a_file_that_owes_money_is_not_closed(booked: list[tuple[str, int]], part: str) -> None:
    file = a_settled_file(*booked)
    dept = position("dept.hai-phong")
    with acting_as(dept), refused("G8", part):
        move(file, "close", State.CLOSED, by=dept)


@pytest.mark.django_db
def test_a_file_that_owes_nothing_is_closed_and_stays_so() -> None:
    file = a_settled_file(("cleared", 40), ("settled", 40), ("refunded", 10))
    dept = position("dept.hai-phong")
    with acting_as(dept):
        move(file, "close", State.CLOSED, by=dept)
        check_now()
        with pytest.raises(LimitExceeded, match="chưa kết thúc hồ sơ được"):
            book(make_entry(file, "refunded", -1, by=dept, corrects=file.entries.get(kind="refunded")))


def test_money_booked_while_a_file_is_closed_does_not_slip_through(committed_db: None) -> None:
    file = a_settled_file(("cleared", 40), ("settled", 40), ("refunded", 10))
    dept = position("dept.hai-phong")
    closed, go = threading.Event(), threading.Event()

    def close() -> None:
        with acting_as(dept):
            move(file, "close", State.CLOSED, by=dept)
            closed.set()
            go.wait(30)

    def take_back() -> None:
        closed.wait(30)
        with acting_as(dept):
            book(make_entry(file, "refunded", -1, by=dept, corrects=file.entries.get(kind="refunded")))

    assert answers_of(close, take_back, go) == ["", "G8"]


# -- G14 -------------------------------------------------------------------------------------------------

DECISIONS = [
    "appraise_department",
    "give_opinion",
    "propose",
    "approve",
    "appraise_agency",
    "appraise_allocation",
    "allocate",
    "contract",
    "assign_task",
    "confirm_progress",
    "advance",
    "accept",
    "confirm_settlement",
    "pay",
    "settle",
    "check_advance",
    "check_payment",
    "check_settlement",
    "confirm_refund",
]


def also(account: str, person_of: str) -> Position:
    """The position of ``account``, held by the person of another: whom a change of post made judge of his work."""
    held = position(account)
    return Position.objects.create(
        organisation=held.organisation, kind=held.kind, title=held.title, person=position(person_of).person
    )


def leaves(account: str) -> None:
    """Since yesterday the person of ``account`` is no longer at its body."""
    Position.objects.filter(pk=position(account).pk).update(valid_to=today() - dt.timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.parametrize("action", DECISIONS)
def test_nobody_decides_on_what_he_wrote(action: str) -> None:
    file = make_file(by=position(CENTRE))
    leaves(CENTRE)
    judge = also("dept.hai-phong", CENTRE)
    with acting_as(judge), refused("G14", "author"):
        make_event(file, action, by=judge)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "own",
    [
        "create",
        "submit",
        "start",
        "report_progress",
        "request_advance",
        "check_payment_request",
        "request_payment",
    ],
)
def test_nobody_decides_on_what_he_asked_for(own: str) -> None:
    file = make_file(by=position(CENTRE))
    asker, judge = position("centre.head.hai-phong"), also("dept.head.hai-phong", "centre.head.hai-phong")
    with acting_as(asker):
        make_event(file, own, by=asker)
    leaves("centre.head.hai-phong")
    with acting_as(judge), refused("G14", "author"):
        make_event(file, "contract", by=judge)


@pytest.mark.django_db
@pytest.mark.parametrize("action", DECISIONS)
def test_nobody_decides_on_the_work_of_a_unit_to_which_he_belongs(action: str) -> None:
    file = make_file(by=position(CENTRE))
    judge = also("dept.hai-phong", "centre.head.hai-phong")
    with acting_as(judge), refused("G14", "author"):
        make_event(file, action, by=judge)


@pytest.mark.django_db
def test_who_left_the_unit_before_the_day_of_the_act_may_decide() -> None:
    file = make_file(by=position(CENTRE))
    leaves("centre.head.hai-phong")
    judge = also("dept.hai-phong", "centre.head.hai-phong")
    with acting_as(judge):
        make_event(file, "confirm_progress", by=judge)


def came_yesterday() -> Position:
    """An officer of the department who since yesterday works for the centre, too."""
    judge = position("dept2.hai-phong")
    Position.objects.create(
        organisation=position(CENTRE).organisation,
        kind="OFFICER",
        title="Viên chức",
        person=judge.person,
        valid_from=today() - dt.timedelta(days=1),
    )
    return judge


@pytest.mark.django_db
def test_who_is_of_the_unit_today_decides_with_no_paper_of_earlier_days() -> None:
    file = make_file(by=position(CENTRE))
    judge, week_before = came_yesterday(), today() - dt.timedelta(days=7)
    with acting_as(judge):
        step = Step(file, ROUTES[Programme.LOCAL].rows("confirm_progress")[0], judge, week_before)
        with refused("G14", "author"):
            make_event(file, "confirm_progress", by=judge, effective_on=week_before)
        assert "người khác phải làm" in (nobody_acts_on_his_own_work(step) or "")


@pytest.mark.django_db
def test_the_author_still_does_what_is_his() -> None:
    centre = position(CENTRE)
    file = make_file(by=centre)
    with acting_as(centre):
        for action in ("create", "request_advance", "report_progress", "withdraw"):
            make_event(file, action, by=centre)


@pytest.mark.django_db
@pytest.mark.parametrize("earlier", ["appraise_department", "appraise_agency", "propose"])
def test_who_appraised_or_proposed_does_not_approve(earlier: str) -> None:
    file = make_file(by=position(CENTRE))
    dept, chair = position("dept.hai-phong"), also("committee.hai-phong", "dept.hai-phong")
    with acting_as(dept):
        make_event(file, earlier, by=dept)
    with acting_as(chair), refused("G14", "appraiser"):
        make_event(file, "approve", by=chair)
    with acting_as(position("committee.hai-phong")) as other:
        make_event(file, "approve", by=other)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("confirmation", "decision"),
    [("confirm_progress", "advance"), ("confirm_settlement", "pay"), ("confirm_settlement", "settle")],
)
def test_of_local_money_one_confirms_and_another_decides(confirmation: str, decision: str) -> None:
    file = make_file(by=position(CENTRE), programme=Programme.LOCAL)
    dept, head = position("dept.hai-phong"), also("dept.head.hai-phong", "dept.hai-phong")
    with acting_as(dept):
        make_event(file, confirmation, by=dept)
    with acting_as(head), refused("G14", "confirmer"):
        make_event(file, decision, by=head)
    with acting_as(position("dept.head.hai-phong")) as other:
        make_event(file, decision, by=other)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("check", "decision", "head"),
    [
        ("check_advance", "advance", "dept.head"),
        ("check_payment", "pay", "dept.head"),
        ("check_settlement", "settle", "dept.head"),
        ("check_payment_request", "request_payment", "centre.head"),
    ],
)
def test_the_accountant_who_checked_does_not_decide(check: str, decision: str, head: str) -> None:
    file = make_file(by=position(CENTRE))
    accountant = position(f"{head.replace('head', 'accountant')}.hai-phong")
    with acting_as(accountant):
        make_event(file, check, by=accountant)
    Position.objects.filter(pk=accountant.pk).update(valid_to=today() - dt.timedelta(days=1))
    promoted = position(f"{head}.hai-phong")
    both = Position.objects.create(
        organisation=promoted.organisation,
        kind=promoted.kind,
        title=promoted.title,
        person=accountant.person,
        valid_from=today(),
    )
    with acting_as(both), refused("G14", "accountant"):
        make_event(file, decision, by=both)
    with acting_as(promoted):
        make_event(file, decision, by=promoted)


@pytest.mark.django_db
def test_only_the_latest_confirmation_binds() -> None:
    file = make_file(by=position(CENTRE), programme=Programme.LOCAL)
    dept, second = position("dept.hai-phong"), position("dept2.hai-phong")
    with acting_as(dept):
        make_event(file, "confirm_progress", by=dept)
        make_event(file, "confirm_progress", by=second)
        make_event(file, "advance", by=dept)


@pytest.mark.django_db
def test_of_national_money_the_department_confirms_and_the_agency_decides() -> None:
    file = make_file(by=position(CENTRE), programme=Programme.NATIONAL, sent=True)
    agency = position("agency.head")
    with acting_as(agency):
        make_event(file, "confirm_progress", by=agency)
        make_event(file, "advance", by=agency)


@pytest.mark.django_db
def test_an_act_is_done_by_the_person_who_holds_the_position() -> None:
    file = make_file(by=position(CENTRE))
    dept = position("dept.hai-phong")
    with acting_as(dept), refused("G14", "person"):
        make_event(file, "inspect", by=dept, person=position("dept2.hai-phong").person)
