"""Changes after approval, ends, money of the year (T36 article 11; chain.md §3.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from khuyencong.lib.workflow import Action
from projects import change_conditions as cc
from projects import change_effects as ce
from projects import change_guards as cg
from projects import conditions as c
from projects import guards as g
from projects.rows.who import AGENCY_HEAD, DEPARTMENT_HEAD, IMPLEMENTER_HEAD, MINISTRY
from projects.rows.work import ACCEPT, REFUND
from projects.states import State as S

CHANGEABLE = (S.APPROVED, S.FUNDED, S.CONTRACTED, S.IN_PROGRESS)

REQUEST_CHANGE = Action(
    "request_change", "Đề nghị điều chỉnh, ngừng thực hiện", CHANGEABLE, None, (IMPLEMENTER_HEAD,), "T36 điều 11.1",
    paper="LETTER", takes=("paper", "type"), may_take=("changes", "force_majeure"), guards=(cc.NO_CHANGE_WAITS,),
    checks=(g.comment_given, cg.change_is_possible), effects=(ce.write_request,),
)  # fmt: skip
WITHDRAW_CHANGE = Action(
    "withdraw_change", "Rút đề nghị điều chỉnh", CHANGEABLE, None, (IMPLEMENTER_HEAD,), "suy ra từ T36 điều 11.1",
    guards=(cc.CHANGE_WAITS,), checks=(g.comment_given,), effects=(ce.withdraw_change,), aside=True,
)  # fmt: skip
CONFIRM_CHANGE = Action(
    "confirm_change", "Xác nhận đề nghị điều chỉnh", CHANGEABLE, None, (DEPARTMENT_HEAD,), "T36 điều 11.1",
    paper="LETTER", takes=("paper", "checked"), guards=(cc.CHANGE_TO_CONFIRM,), checks=(cg.change_still_fits,),
    effects=(ce.confirm_change,), task="Xác nhận đề nghị điều chỉnh, ngừng", aside=True,
)  # fmt: skip
PROPOSE_CHANGE = Action(
    "propose_change", "Trình Bộ đề nghị điều chỉnh", CHANGEABLE, None, (AGENCY_HEAD,), "T36 điều 11.2a",
    paper="SUBMISSION", takes=("paper",), guards=(cc.CHANGE_TO_PROPOSE,), checks=(cg.change_still_fits,),
    effects=(ce.propose_change,), task="Trình Bộ đề nghị điều chỉnh, ngừng", aside=True,
)  # fmt: skip
DECIDE_CHANGE = Action(
    "decide_change", "Quyết định điều chỉnh", CHANGEABLE, None, (MINISTRY, AGENCY_HEAD), "T36 điều 11.2",
    paper="DECISION", takes=("paper",), may_take=("by_annex",), guards=(cc.CHANGE_TO_DECIDE,),
    checks=(cg.change_still_fits, cg.annex_fits, cg.decided_by_another), effects=(ce.apply_change,),
    task="Quyết định điều chỉnh", aside=True,
)  # fmt: skip
RETURN_CHANGE = Action(
    "return_change", "Trả lại đề nghị điều chỉnh", CHANGEABLE, None, (DEPARTMENT_HEAD, AGENCY_HEAD, MINISTRY),
    "suy ra từ T36 điều 11.2", guards=(cc.CHANGE_ON_DESK,), checks=(g.comment_given,), effects=(ce.return_change,),
    aside=True,
)  # fmt: skip
SIGN_ANNEX = Action(
    "sign_annex", "Ký phụ lục hợp đồng", (S.CONTRACTED, S.IN_PROGRESS), None, (AGENCY_HEAD,), "T36 điều 11.2b, 12.2",
    paper="ANNEX", takes=("paper",), guards=(cc.ANNEX_DUE,), effects=(ce.sign_annex,), task="Ký phụ lục hợp đồng",
    aside=True,
)  # fmt: skip
STOP = Action(
    "stop", "Ngừng thực hiện", CHANGEABLE, S.STOPPED, (MINISTRY,), "T36 điều 11.1, 11.2a, 12.6, 18.4",
    paper="DECISION", takes=("paper",), may_take=("force_majeure",), guards=(cc.STOP_TO_DECIDE,),
    checks=(cg.decided_by_another,), effects=(ce.end_file, ce.release_money), task="Quyết định ngừng thực hiện",
    aside=True,
)  # fmt: skip
PROPOSE_TERMINATION = Action(
    "propose_termination", "Trình ngừng do vi phạm", CHANGEABLE, None, (AGENCY_HEAD,), "T36 điều 11.3",
    paper="SUBMISSION", takes=("paper",), guards=(cc.NO_TERMINATION_WAITS,), checks=(g.comment_given,),
    effects=(ce.write_termination,), aside=True,
)  # fmt: skip
TERMINATE = Action(
    "terminate", "Ngừng do vi phạm", CHANGEABLE, S.STOPPED, (MINISTRY,), "T36 điều 11.3, 12.6", paper="DECISION",
    takes=("paper",), guards=(cc.TERMINATION_TO_DECIDE,), checks=(cg.decided_by_another,),
    effects=(ce.end_file, ce.release_money, ce.mark_implementer), task="Quyết định ngừng do vi phạm", aside=True,
)  # fmt: skip
CARRY_OVER = Action(
    "carry_over", "Chuyển nguồn", (S.FUNDED, S.CONTRACTED, S.IN_PROGRESS), None, (AGENCY_HEAD,), "N45 điều 14.4",
    paper="DECISION", takes=("paper", "amount"), guards=(cc.EXTENDED, cc.MONEY_NOT_SPENT), checks=(cg.within_unspent,),
    effects=(ce.book_carry_over,), task="Chuyển nguồn sang năm sau", aside=True,
)  # fmt: skip
CANCEL_BUDGET = Action(
    "cancel_budget", "Hủy dự toán", (S.FUNDED, S.CONTRACTED, S.IN_PROGRESS, S.SETTLED), None, (AGENCY_HEAD,),
    "N45 điều 14.4", paper="DECISION", takes=("paper", "amount"), guards=(cc.MONEY_NOT_SPENT,),
    checks=(cg.within_cancellable,), doubts=(cg.year_is_over,), effects=(ce.cancel_budget,), aside=True,
)  # fmt: skip


def after_stop(row: Action, **more: Any) -> Action:
    """``row`` for a stopped file of which work was accepted: it is settled for that work (T36 article 18.4)."""
    return replace(row, sources=(S.STOPPED,), guards=(cc.WORK_ACCEPTED, *row.guards), aside=True, **more)


ACCEPT_WORK_DONE = replace(
    ACCEPT, sources=(S.STOPPED,), target=None, completes=None, article="T36 điều 18.4",
    guards=(cc.WORK_GOES_TO_ACCEPTANCE, c.GROUP_PLAN_APPROVED, *ACCEPT.guards),
    task="Nghiệm thu khối lượng đã thực hiện", aside=True,
)  # fmt: skip
REFUND_AFTER_STOP = replace(
    REFUND, sources=(S.STOPPED,), guards=(cc.REFUND_DUE_AFTER_STOP,), article="T36 điều 11.2a, 12.6",
)  # fmt: skip
