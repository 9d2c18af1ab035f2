"""The chain: how a file moves, as three tables of rows (../shared/domain/chain.md §3.1, §3.2 and §3.4). Read it top to
bottom; a row stands in projects/rows/, or here when only one route has it.

Buttons, task list, route log and diagram come from these rows; khuyencong/lib/workflow.py executes them and
projects/chain.py knows who is who. Vietnamese words here are what the user reads.
"""

from __future__ import annotations

from dataclasses import replace

from khuyencong.lib.workflow import Action, Route, Verdict
from projects import change_effects as ce
from projects import conditions as c
from projects import effects as e
from projects import guards as g
from projects import own_work as ow
from projects import plan_effects as pe
from projects import work_effects as we
from projects import work_guards as wg
from projects.routes import PROGRAMME_OF
from projects.rows import change, group, plan, work
from projects.rows.who import (
    AGENCY_HEAD,
    AGENCY_OFFICER,
    COMMITTEE,
    DEPARTMENT_ACCOUNTANT,
    DEPARTMENT_HEAD,
    DEPARTMENT_OFFICER,
    DRAFTER,
    FINANCE_HEAD,
    IMPLEMENTER_HEAD,
    MINISTRY,
    SENDER_HEAD,
    SETTLER,
    SETTLERS_ACCOUNTANT,
    TASK_OFFICER,
    VERIFIER,
)
from projects.states import State as S

NATIONAL = Route(
    "NATIONAL",
    "Khuyến công quốc gia, trong một tỉnh",
    S.DRAFT,
    (
        plan.SUBMIT,
        plan.RETURN_TO_IMPLEMENTER,
        plan.RETURN_TO_OFFICER,
        plan.APPRAISE_DEPARTMENT,
        Action(
            "decline", "Không đề nghị", (S.APPRAISED_DEPARTMENT,), S.NOT_SELECTED, (DEPARTMENT_HEAD,),
            "suy ra từ T36 điều 8.1a", guards=(c.NOT_RECOMMENDED_BY_DEPARTMENT,), checks=(g.comment_given,),
            task="Trả lời hồ sơ không được đề nghị",
        ),
        Action(
            "register", "Gửi đăng ký về Cục", (S.APPRAISED_DEPARTMENT,), S.REGISTERED, (DEPARTMENT_HEAD,),
            "T36 điều 6.1, 8.1a, 10.2", list_act=True, paper="REPORT", guards=(c.RECOMMENDED_BY_DEPARTMENT,),
            warnings=(g.round_open, g.named_in_registration_report),
            verdicts=(
                Verdict("INCLUDE", "Đăng ký", S.REGISTERED, (e.book_registered, e.open_to_nation)),
                Verdict("EXCLUDE", "Không đăng ký đợt này", None),
            ),
            task="Gửi đăng ký về Cục",
        ),
        plan.RETURN_FROM_AGENCY,
        plan.APPRAISE_AGENCY,
        plan.DECLINE_BY_AGENCY,
        plan.REQUEST_BUDGET,
        plan.PROPOSE_TO_MINISTRY,
        plan.RETURN_PLAN,
        plan.APPROVE,
        plan.ALLOCATE,
        plan.ALLOCATE_MORE,
        plan.CHOOSE_SELECTION,
        group.SUBMIT_IMPLEMENTATION_PLAN,
        group.APPROVE_IMPLEMENTATION_PLAN,
        group.RETURN_IMPLEMENTATION_PLAN,
        group.RECORD_TENDER_RESULT,
        work.CONTRACT,
        work.START,
        work.REPORT_PROGRESS,
        work.CONFIRM_PROGRESS,
        work.RETURN_PROGRESS,
        work.REQUEST_ADVANCE,
        work.RETURN_ADVANCE,
        work.CHECK_ADVANCE,
        work.ADVANCE,
        work.INSPECT,
        work.ACCEPT,
        work.CHECK_PAYMENT_REQUEST,
        work.REQUEST_PAYMENT,
        work.CONFIRM_SETTLEMENT,
        work.RETURN_SETTLEMENT,
        work.CHECK_PAYMENT,
        work.PAY,
        work.CHECK_SETTLEMENT,
        work.SETTLE,
        work.CHECK_PAYMENT_REST,
        work.PAY_REST,
        work.REFUND,
        work.CONFIRM_REFUND,
        work.CLOSE,
        plan.WITHDRAW,
        change.REQUEST_CHANGE,
        change.WITHDRAW_CHANGE,
        change.CONFIRM_CHANGE,
        change.PROPOSE_CHANGE,
        change.DECIDE_CHANGE,
        change.RETURN_CHANGE,
        change.SIGN_ANNEX,
        change.STOP,
        change.PROPOSE_TERMINATION,
        change.TERMINATE,
        change.ACCEPT_WORK_DONE,
        change.after_stop(work.CHECK_PAYMENT_REQUEST),
        change.after_stop(work.REQUEST_PAYMENT),
        change.after_stop(work.CONFIRM_SETTLEMENT),
        change.after_stop(work.RETURN_SETTLEMENT),
        change.after_stop(work.CHECK_PAYMENT),
        change.after_stop(work.PAY),
        change.after_stop(work.CHECK_SETTLEMENT),
        change.after_stop(work.SETTLE, effects=(we.write_settlement, ce.release_money)),
        change.REFUND_AFTER_STOP,
        change.CARRY_OVER,
        change.CANCEL_BUDGET,
    ),
)  # fmt: skip


DIRECT = Route(
    "DIRECT",
    "Khuyến công quốc gia, gửi thẳng về Cục: trung tâm vùng, nhiều tỉnh, nhiệm vụ của Cục",
    S.DRAFT,
    (
        replace(
            plan.SUBMIT, label="Gửi hồ sơ đến Cục", target=S.REGISTERED, who=(SENDER_HEAD,), paper="REPORT",
            article="T36 điều 5, 6.1, 8.1b, 10.2",
            effects=(e.freeze_for_agency, e.book_registered, e.open_to_nation),
        ),
        replace(
            plan.SUBMIT, name="add_own_task", label="Đưa nhiệm vụ của Cục vào kế hoạch", target=S.REGISTERED,
            who=(DRAFTER,), paper=None, takes=(), article="T36 điều 6.2",
            effects=(e.freeze_for_agency, e.book_registered), task="Hoàn thiện, đưa nhiệm vụ vào kế hoạch",
        ),
        plan.RETURN_FROM_AGENCY,
        plan.APPRAISE_AGENCY,
        plan.DECLINE_BY_AGENCY,
        plan.REQUEST_BUDGET,
        plan.PROPOSE_TO_MINISTRY,
        plan.RETURN_PLAN,
        plan.APPROVE,
        plan.ALLOCATE,
        plan.ALLOCATE_MORE,
        plan.CHOOSE_SELECTION,
        group.SUBMIT_IMPLEMENTATION_PLAN,
        group.APPROVE_IMPLEMENTATION_PLAN,
        group.RETURN_IMPLEMENTATION_PLAN,
        replace(group.RECORD_TENDER_RESULT, who=(AGENCY_OFFICER,), article="T36 điều 3, 20.2"),
        replace(work.CONTRACT, guards=(c.NOT_OF_BUDGET_UNIT, *work.CONTRACT.guards)),
        replace(
            work.CONTRACT, name="assign_task", label="Giao nhiệm vụ", who=(AGENCY_HEAD, MINISTRY), paper="DECISION",
            article="T36 điều 6.4, 12.1; L26 điều 8.1a", guards=(c.OF_BUDGET_UNIT, *work.CONTRACT.guards),
            effects=(we.assign_task,),
            task="Giao nhiệm vụ",
        ),
        replace(work.START, article="T36 điều 12, 22.1"),
        replace(work.REPORT_PROGRESS, article="T36 điều 22.2, 23.3a"),
        work.CONFIRM_PROGRESS,
        work.RETURN_PROGRESS,
        replace(work.REQUEST_ADVANCE, guards=(c.HELD_BY_CONTRACT, *work.REQUEST_ADVANCE.guards)),
        work.RETURN_ADVANCE,
        work.CHECK_ADVANCE,
        work.ADVANCE,
        Action(
            "draw", "Ghi rút dự toán tại Kho bạc", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED), None,
            (IMPLEMENTER_HEAD,), "L26 điều 8.2a", paper="VOUCHER", takes=("paper", "amount"),
            guards=(c.HELD_BY_TASK,), checks=(g.amount_positive, wg.drawn_within_task), effects=(we.book_drawn,),
        ),
        work.INSPECT,
        replace(work.ACCEPT, checks=(*work.ACCEPT.checks, wg.own_sites), article="T36 điều 14, 19, 20.2, 21.1, 22.1"),
        work.CHECK_PAYMENT_REQUEST,
        work.REQUEST_PAYMENT,
        replace(work.CONFIRM_SETTLEMENT, who=(VERIFIER,), article="T36 điều 12.1, 21.4"),
        replace(work.RETURN_SETTLEMENT, who=(VERIFIER, AGENCY_OFFICER)),
        replace(work.CHECK_PAYMENT, guards=(c.HELD_BY_CONTRACT, *work.CHECK_PAYMENT.guards)),
        replace(work.PAY, guards=(c.HELD_BY_CONTRACT, *work.PAY.guards)),
        replace(
            work.CHECK_SETTLEMENT, who=(SETTLERS_ACCOUNTANT, TASK_OFFICER), article="T36 điều 12.1, 18.2, 19 (suy ra)",
        ),
        replace(work.SETTLE, who=(SETTLER,), article="T36 điều 12.1, 18.2, 19"),
        replace(work.CHECK_PAYMENT_REST, guards=(c.HELD_BY_CONTRACT, *work.CHECK_PAYMENT_REST.guards)),
        replace(work.PAY_REST, guards=(c.HELD_BY_CONTRACT, *work.PAY_REST.guards)),
        work.REFUND,
        replace(work.CONFIRM_REFUND, who=(SETTLERS_ACCOUNTANT, TASK_OFFICER)),
        work.CLOSE,
        replace(
            plan.WITHDRAW, sources=(S.DRAFT, S.RETURNED, S.REGISTERED, S.APPRAISED_AGENCY, S.PROPOSED), may_take=(),
            checks=(g.comment_given,),
        ),
        change.REQUEST_CHANGE,
        change.WITHDRAW_CHANGE,
        change.CONFIRM_CHANGE,
        change.PROPOSE_CHANGE,
        change.DECIDE_CHANGE,
        change.RETURN_CHANGE,
        change.SIGN_ANNEX,
        change.STOP,
        change.PROPOSE_TERMINATION,
        change.TERMINATE,
        replace(change.ACCEPT_WORK_DONE, checks=(*change.ACCEPT_WORK_DONE.checks, wg.own_sites)),
        change.after_stop(work.CHECK_PAYMENT_REQUEST),
        change.after_stop(work.REQUEST_PAYMENT),
        change.after_stop(replace(work.CONFIRM_SETTLEMENT, who=(VERIFIER,), article="T36 điều 12.1, 21.4")),
        change.after_stop(replace(work.RETURN_SETTLEMENT, who=(VERIFIER, AGENCY_OFFICER))),
        change.after_stop(replace(work.CHECK_PAYMENT, guards=(c.HELD_BY_CONTRACT, *work.CHECK_PAYMENT.guards))),
        change.after_stop(replace(work.PAY, guards=(c.HELD_BY_CONTRACT, *work.PAY.guards))),
        change.after_stop(replace(work.CHECK_SETTLEMENT, who=(SETTLERS_ACCOUNTANT, TASK_OFFICER))),
        change.after_stop(
            replace(work.SETTLE, who=(SETTLER,), article="T36 điều 12.1, 18.4, 19"),
            effects=(we.write_settlement, ce.release_money),
        ),
        change.REFUND_AFTER_STOP,
        change.CARRY_OVER,
        change.CANCEL_BUDGET,
    ),
)  # fmt: skip


LOCAL = Route(
    "LOCAL",
    "Khuyến công địa phương",
    S.DRAFT,
    (
        plan.SUBMIT,
        plan.RETURN_TO_IMPLEMENTER,
        plan.RETURN_TO_OFFICER,
        replace(plan.APPRAISE_DEPARTMENT, article="T46 điều 8.2b"),
        Action(
            "give_opinion", "Cho ý kiến", (S.APPRAISED_DEPARTMENT,), None, (FINANCE_HEAD,),
            "quy định của tỉnh (T46 điều 8.3b)", list_act=True, paper="LETTER", guards=(c.FINANCE_OPINION_ASKED,),
            verdicts=(
                Verdict("AGREE", "Thống nhất", None),
                Verdict("AGREE_WITH", "Thống nhất, có ý kiến", None),
                Verdict("DISAGREE", "Không thống nhất", None),
            ),
            task="Cho ý kiến về danh mục của Sở Công Thương",
        ),
        replace(
            plan.REQUEST_BUDGET, sources=(S.SUBMITTED, S.APPRAISED_DEPARTMENT), who=(DEPARTMENT_HEAD,),
            article="L26 điều 8.1b; N45 điều 14.3",
        ),
        replace(
            plan.PROPOSE, sources=(S.APPRAISED_DEPARTMENT,), who=(DEPARTMENT_HEAD,), article="T46 điều 8.2b",
            guards=(c.FINANCE_GAVE_OPINION,), checks=(g.included_is_recommended,),
        ),
        replace(
            plan.RETURN_PLAN, target=S.APPRAISED_DEPARTMENT, who=(COMMITTEE,), article="suy ra từ T46 điều 8.2b",
        ),
        replace(
            plan.APPROVE, who=(COMMITTEE,), article="N45 điều 2.2, 16.1b",
            verdicts=(
                Verdict("APPROVE", "Phê duyệt", S.APPROVED, (e.book_approved, e.show_to_nation)),
                Verdict("AMEND", "Phê duyệt mức khác", S.APPROVED, (e.book_approved, e.show_to_nation), True),
                Verdict("REJECT", "Không chọn", S.NOT_SELECTED),
                Verdict("DEFER", "Để đợt sau", S.APPRAISED_DEPARTMENT),
            ),
        ),
        Action(
            "appraise_allocation", "Thẩm định phân bổ dự toán", (S.APPROVED,), None, (FINANCE_HEAD,), "L26 điều 8.1b",
            list_act=True, paper="LETTER", guards=(c.ALLOCATION_APPRAISAL_ASKED,),
            verdicts=(Verdict("AGREE", "Đồng ý", None), Verdict("DISAGREE", "Không đồng ý", None)),
            task="Thẩm định phân bổ dự toán",
        ),
        replace(
            plan.ALLOCATE, who=(DEPARTMENT_HEAD,), paper="DECISION", article="L26 điều 8.1b",
            guards=(c.PLAN_NOT_ALL_ALLOCATED, c.ALLOCATION_APPRAISED),
        ),
        replace(
            plan.ALLOCATE_MORE, who=(DEPARTMENT_HEAD,), paper="DECISION", article="L26 điều 8.1b",
            guards=(c.PLAN_NOT_ALL_ALLOCATED, c.ALLOCATION_APPRAISED),
        ),
        replace(
            plan.CHOOSE_SELECTION, sources=(S.APPRAISED_DEPARTMENT, S.PROPOSED, S.APPROVED, S.FUNDED),
            who=(DEPARTMENT_HEAD,), article="L26 điều 4.2",
        ),
        group.SUBMIT_IMPLEMENTATION_PLAN,
        replace(group.APPROVE_IMPLEMENTATION_PLAN, effects=(pe.fix_plan, e.show_to_nation)),
        group.RETURN_IMPLEMENTATION_PLAN,
        replace(group.RECORD_TENDER_RESULT, article="L26 điều 4.2"),
        replace(work.CONTRACT, who=(DEPARTMENT_HEAD,), article="L26 điều 4.2, 8.1b"),
        replace(
            work.CONTRACT, name="assign_task", label="Giao nhiệm vụ", who=(DEPARTMENT_HEAD,),
            article="L26 điều 4.2, 8.1b", paper="DECISION", effects=(we.assign_task,), task=None,
        ),
        work.START,
        work.REPORT_PROGRESS,
        work.CONFIRM_PROGRESS,
        work.RETURN_PROGRESS,
        work.REQUEST_ADVANCE,
        replace(work.RETURN_ADVANCE, who=(DEPARTMENT_HEAD,), article="suy ra từ L26 điều 8.2"),
        replace(work.CHECK_ADVANCE, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)"),
        replace(
            work.ADVANCE, who=(DEPARTMENT_HEAD,), article="L26 điều 8.2, 8.3",
            guards=(*work.ADVANCE.guards, ow.confirmed_by_another("confirm_progress")),
        ),
        replace(work.INSPECT, who=(DEPARTMENT_HEAD, FINANCE_HEAD)),
        work.ACCEPT,
        work.CHECK_PAYMENT_REQUEST,
        work.REQUEST_PAYMENT,
        work.CONFIRM_SETTLEMENT,
        replace(work.RETURN_SETTLEMENT, who=(DEPARTMENT_OFFICER,)),
        replace(work.CHECK_PAYMENT, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)"),
        replace(
            work.PAY, who=(DEPARTMENT_HEAD,), article="L26 điều 8.2",
            guards=(*work.PAY.guards, ow.confirmed_by_another("confirm_settlement")),
        ),
        replace(work.CHECK_SETTLEMENT, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.3c (suy ra)"),
        replace(
            work.SETTLE, who=(DEPARTMENT_HEAD,), article="L26 điều 8.3c",
            guards=(*work.SETTLE.guards, ow.confirmed_by_another("confirm_settlement")),
        ),
        replace(work.CHECK_PAYMENT_REST, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)"),
        replace(
            work.PAY_REST, who=(DEPARTMENT_HEAD,), article="L26 điều 8.2",
            guards=(*work.PAY_REST.guards, ow.confirmed_by_another("confirm_settlement")),
        ),
        work.REFUND,
        replace(work.CONFIRM_REFUND, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)"),
        replace(work.CLOSE, who=(DEPARTMENT_OFFICER,)),
        replace(plan.WITHDRAW, sources=(S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPRAISED_DEPARTMENT, S.PROPOSED)),
        change.REQUEST_CHANGE,
        change.WITHDRAW_CHANGE,
        replace(change.CONFIRM_CHANGE, article="quy định của tỉnh (T46 điều 8.3b)"),
        replace(change.DECIDE_CHANGE, who=(COMMITTEE, DEPARTMENT_HEAD), article="quy định của tỉnh (T46 điều 8.3b)"),
        replace(change.RETURN_CHANGE, who=(DEPARTMENT_HEAD, COMMITTEE), article="suy ra từ T46 điều 8.3b"),
        replace(change.SIGN_ANNEX, who=(DEPARTMENT_HEAD,), article="quy định của tỉnh (T46 điều 8.3b)"),
        replace(change.STOP, who=(COMMITTEE,), article="quy định của tỉnh (T46 điều 8.3b)"),
        replace(change.PROPOSE_TERMINATION, who=(DEPARTMENT_HEAD,), article="suy ra từ T46 điều 8.3b"),
        replace(change.TERMINATE, who=(COMMITTEE,), article="suy ra từ T46 điều 8.3b"),
        change.ACCEPT_WORK_DONE,
        change.after_stop(work.CHECK_PAYMENT_REQUEST),
        change.after_stop(work.REQUEST_PAYMENT),
        change.after_stop(work.CONFIRM_SETTLEMENT),
        change.after_stop(replace(work.RETURN_SETTLEMENT, who=(DEPARTMENT_OFFICER,))),
        change.after_stop(replace(work.CHECK_PAYMENT, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)")),
        change.after_stop(
            replace(work.PAY, who=(DEPARTMENT_HEAD,), article="L26 điều 8.2"),
            checks=(*work.PAY.checks, ow.confirmed_by_another("confirm_settlement")),
        ),
        change.after_stop(
            replace(work.CHECK_SETTLEMENT, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.3c (suy ra)")
        ),
        change.after_stop(
            replace(work.SETTLE, who=(DEPARTMENT_HEAD,), article="L26 điều 8.3c"),
            checks=(*work.SETTLE.checks, ow.confirmed_by_another("confirm_settlement")),
            effects=(we.write_settlement, ce.release_money),
        ),
        change.REFUND_AFTER_STOP,
        replace(change.CARRY_OVER, who=(DEPARTMENT_HEAD,)),
        replace(change.CANCEL_BUDGET, who=(DEPARTMENT_HEAD,)),
    ),
)  # fmt: skip


ROUTES = {route.name: route for route in (NATIONAL, DIRECT, LOCAL)}


def routes_of(programme: str) -> tuple[Route, ...]:
    """The routes of a programme's files: they stand on the same lists of its plan."""
    return tuple(route for route in ROUTES.values() if PROGRAMME_OF[route.name] == programme)


def rows_of(action: str, programme: str) -> tuple[Action, ...]:
    """All rows of an action in the routes of a programme, each once."""
    return tuple(dict.fromkeys(row for route in routes_of(programme) for row in route.rows(action)))


def label_of(action: str) -> str:
    """The label of an act, whichever route it is of; its name when the table no longer has it."""
    return next((row.label for route in ROUTES.values() for row in route.rows(action)), action)


MAIN_PATH = {
    "NATIONAL": (
        S.DRAFT, S.SUBMITTED, S.APPRAISED_DEPARTMENT, S.REGISTERED, S.APPRAISED_AGENCY, S.PROPOSED, S.APPROVED,
        S.FUNDED, S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED, S.CLOSED,
    ),
    "DIRECT": (
        S.DRAFT, S.REGISTERED, S.APPRAISED_AGENCY, S.PROPOSED, S.APPROVED, S.FUNDED, S.CONTRACTED, S.IN_PROGRESS,
        S.ACCEPTED, S.SETTLED, S.CLOSED,
    ),
    "LOCAL": (
        S.DRAFT, S.SUBMITTED, S.APPRAISED_DEPARTMENT, S.PROPOSED, S.APPROVED, S.FUNDED, S.CONTRACTED,
        S.IN_PROGRESS, S.ACCEPTED, S.SETTLED, S.CLOSED,
    ),
}  # fmt: skip
"""States in the order of an undisturbed file, for the route log's "still to come"."""
