"""Rows of group projects and of tenders (T36 articles 3, 10.1a, 21.2, 23.3)."""

from __future__ import annotations

from khuyencong.lib.workflow import Action
from projects import conditions as c
from projects import effects as e
from projects import guards as g
from projects import plan_effects as pe
from projects import plan_guards as pg
from projects.rows.who import DEPARTMENT_HEAD, DEPARTMENT_OFFICER, IMPLEMENTER
from projects.states import State as S

SUBMIT_IMPLEMENTATION_PLAN = Action(
    "submit_implementation_plan", "Trình kế hoạch triển khai (Mẫu 11)", (S.FUNDED, S.CONTRACTED), None, (IMPLEMENTER,),
    "T36 điều 10.1a, 23.3", paper="SUBMISSION",
    takes=("paper", "starts_on", "ends_on", "content", "organisation_of_work"), may_take=("partner", "specifications"),
    about=c.GROUP_PROJECT,
    guards=(
        c.GROUP_PROJECT, c.PLAN_NOT_SENT, pg.plan_within_allocation, g.beneficiaries_eligible, pg.plan_papers_attached,
    ),
    checks=(pg.plan_complete,), warnings=(g.within_norms,), doubts=(pg.plan_within_year,), effects=(pe.write_plan,),
    task="Lập, trình kế hoạch triển khai (Mẫu 11)",
)  # fmt: skip
APPROVE_IMPLEMENTATION_PLAN = Action(
    "approve_implementation_plan", "Phê duyệt kế hoạch triển khai (Mẫu 11)", (S.FUNDED, S.CONTRACTED), None,
    (DEPARTMENT_HEAD,), "T36 điều 10.1a, 21.2a, 23.3", paper="DECISION", takes=("paper",), about=c.GROUP_PROJECT,
    guards=(
        c.GROUP_PROJECT, c.PLAN_WAITS, pg.plan_within_allocation, g.beneficiaries_eligible,
        pg.plan_within_confirmed_norms,
    ),
    warnings=(g.within_norms,), effects=(pe.fix_plan, e.open_to_nation),
    task="Thẩm định, phê duyệt kế hoạch triển khai (Mẫu 11)",
)  # fmt: skip
RETURN_IMPLEMENTATION_PLAN = Action(
    "return_implementation_plan", "Trả lại kế hoạch triển khai", (S.FUNDED, S.CONTRACTED), None,
    (DEPARTMENT_OFFICER, DEPARTMENT_HEAD), "suy ra từ T36 điều 21.2a", about=c.GROUP_PROJECT,
    guards=(c.GROUP_PROJECT, c.PLAN_WAITS), checks=(g.comment_given,),
)  # fmt: skip
RECORD_TENDER_RESULT = Action(
    "record_tender_result", "Ghi kết quả lựa chọn nhà thầu", (S.FUNDED,), None, (DEPARTMENT_OFFICER,),
    "T36 điều 3, 20.2, 21.2c", takes=("decision_number", "decided_on", "decided_by", "bidder", "price"),
    about=c.TENDERED, guards=(c.TENDERED,), checks=(pg.tender_result_holds,), warnings=(c.TENDER_NOT_RECORDED,),
    effects=(pe.write_tender_result,), task="Ghi kết quả lựa chọn nhà thầu",
)  # fmt: skip
