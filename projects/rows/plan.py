"""Rows that routes share, from the file to the allocation (T36 articles 5–11.2)."""

from __future__ import annotations

from dataclasses import replace

from khuyencong.lib.workflow import Action, Verdict
from projects import change_guards as cg
from projects import conditions as c
from projects import effects as e
from projects import guards as g
from projects import plan_effects as pe
from projects import plan_guards as pg
from projects import year_guards as yg
from projects.rows.who import (
    AGENCY_HEAD,
    AGENCY_OFFICER,
    DEPARTMENT_HEAD,
    DEPARTMENT_OFFICER,
    IMPLEMENTER,
    IMPLEMENTER_HEAD,
    MINISTRY,
)
from projects.states import State as S

SUBMIT = Action(
    "submit", "Gửi hồ sơ đến Sở", (S.DRAFT, S.RETURNED), S.SUBMITTED, (IMPLEMENTER,), "T36 điều 5, 8.1a, 10.1a",
    paper="LETTER", takes=("paper",),
    guards=(
        g.group_allowed, g.parts_written, g.estimate_adds_up, yg.years_fit, g.beneficiaries_named,
        g.beneficiaries_eligible, g.money_committed, g.papers_attached,
    ),
    warnings=(g.round_open, g.within_norms, g.period_in_plan_year, g.changed_since_returned),
    effects=(e.freeze_file,),
    task="Hoàn thiện và gửi hồ sơ",
)  # fmt: skip
RETURN_TO_IMPLEMENTER = Action(
    "return", "Trả lại bổ sung", (S.SUBMITTED,), S.RETURNED, (DEPARTMENT_OFFICER,), "T36 điều 8.1a",
    takes=("reasons", "answer_by"), checks=(g.reasons_given,), effects=(e.pin_reasons,),
)  # fmt: skip
RETURN_TO_OFFICER = Action(
    "return", "Trả lại bổ sung", (S.APPRAISED_DEPARTMENT,), S.SUBMITTED, (DEPARTMENT_HEAD,), "T36 điều 8.1a (suy ra)",
    checks=(g.comment_given,), effects=(e.void_appraisal,),
)  # fmt: skip
APPRAISE_DEPARTMENT = Action(
    "appraise_department", "Thẩm định cấp cơ sở", (S.SUBMITTED,), S.APPRAISED_DEPARTMENT, (DEPARTMENT_OFFICER,),
    "T36 điều 8.1a, 9, 10.2a", paper="FORM", takes=("paper", "contents", "recommended", "opinion"),
    may_take=("council", "coming"), checks=(g.recommended_within_asked,), warnings=(cg.implementer_without_record,),
    effects=(e.write_department_appraisal,), task="Thẩm định cấp cơ sở",
)  # fmt: skip
WITHDRAW = Action(
    "withdraw", "Rút hồ sơ",
    (S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPRAISED_DEPARTMENT, S.REGISTERED, S.APPRAISED_AGENCY, S.PROPOSED),
    S.WITHDRAWN, (IMPLEMENTER_HEAD,), "T36 điều 11 (suy ra)", may_take=("department_letter",),
    checks=(g.comment_given, g.department_letter_given),
)  # fmt: skip
REQUEST_BUDGET = Action(
    "request_budget", "Tổng hợp dự toán", (S.REGISTERED, S.APPRAISED_AGENCY), None, (AGENCY_HEAD,),
    "T36 điều 6.2; L26 điều 8.1a", list_act=True, paper="LETTER", guards=(c.BUDGET_NOT_REQUESTED,),
    effects=(e.book_requested,),
)  # fmt: skip
PROPOSE = Action(
    "propose", "Trình phê duyệt kế hoạch", (S.APPRAISED_AGENCY,), S.PROPOSED, (AGENCY_HEAD,), "T36 điều 6.3, 8.3",
    list_act=True, paper="SUBMISSION", warnings=(yg.year_before_reported,),
    verdicts=(
        Verdict("INCLUDE", "Đưa vào kế hoạch", S.PROPOSED),
        Verdict("DEFER", "Để đợt sau", None),
        Verdict("REJECT", "Không chọn", S.NOT_SELECTED),
    ),
    task="Trình phê duyệt kế hoạch",
)  # fmt: skip
RETURN_FROM_AGENCY = Action(
    "return", "Trả lại bổ sung", (S.REGISTERED,), S.RETURNED, (AGENCY_OFFICER,), "suy ra từ T36 điều 8.2",
    takes=("reasons", "answer_by"), checks=(g.reasons_given,), effects=(e.pin_reasons, e.void_appraisal),
)  # fmt: skip
APPRAISE_AGENCY = Action(
    "appraise_agency", "Thẩm định cấp Bộ", (S.REGISTERED,), S.APPRAISED_AGENCY, (AGENCY_OFFICER,),
    "T36 điều 7, 8.2, 9", paper="FORM", takes=("paper", "contents", "recommended", "opinion"),
    may_take=("council", "priority_rank", "coming"), checks=(g.recommended_within_asked,),
    effects=(e.write_agency_appraisal,), task="Thẩm định cấp Bộ",
)  # fmt: skip
DECLINE_BY_AGENCY = Action(
    "decline", "Không đề nghị", (S.APPRAISED_AGENCY,), S.NOT_SELECTED, (AGENCY_HEAD,),
    "suy ra từ T36 điều 8.2", guards=(c.NOT_RECOMMENDED_BY_AGENCY,), checks=(g.comment_given,),
    task="Trả lời hồ sơ không được đề nghị",
)  # fmt: skip
PROPOSE_TO_MINISTRY = replace(PROPOSE, guards=(c.RECOMMENDED_BY_AGENCY,))
RETURN_PLAN = Action(
    "return_plan", "Trả lại tờ trình", (S.PROPOSED,), S.APPRAISED_AGENCY, (MINISTRY,), "suy ra từ T36 điều 8.3",
    list_act=True, checks=(g.comment_given,),
)  # fmt: skip
APPROVE = Action(
    "approve", "Phê duyệt kế hoạch", (S.PROPOSED,), S.APPROVED, (MINISTRY,), "N45 điều 2.2; T36 điều 8.3",
    list_act=True, paper="DECISION", may_take=("amount",), checks=(g.approved_amount,),
    verdicts=(
        Verdict("APPROVE", "Phê duyệt", S.APPROVED, (e.book_approved,)),
        Verdict("AMEND", "Phê duyệt mức khác", S.APPROVED, (e.book_approved,), with_amount=True),
        Verdict("REJECT", "Không chọn", S.NOT_SELECTED),
        Verdict("DEFER", "Để đợt sau", S.APPRAISED_AGENCY),
    ),
    task="Phê duyệt kế hoạch",
)  # fmt: skip
ALLOCATE = Action(
    "allocate", "Giao kế hoạch, kinh phí", (S.APPROVED, S.FUNDED), S.FUNDED, (AGENCY_HEAD,), "T36 điều 6.4, 11.2b",
    list_act=True, paper="NOTICE", may_take=("amount",), guards=(c.PLAN_NOT_ALL_ALLOCATED,),
    checks=(g.allocation_possible,),
    verdicts=(
        Verdict("FULL", "Giao đủ", S.FUNDED, (e.book_allocated,)),
        Verdict("PARTIAL", "Giao một phần", S.FUNDED, (e.book_allocated,), with_amount=True),
        Verdict("NONE", "Chưa giao", None),
    ),
    task="Giao kế hoạch, kinh phí",
)  # fmt: skip
ALLOCATE_MORE = replace(
    ALLOCATE, sources=(S.CONTRACTED, S.IN_PROGRESS), target=None, task=None,
    checks=(*ALLOCATE.checks, g.annex_given),
    verdicts=(
        Verdict("FULL", "Giao đủ", None, (e.book_allocated, e.book_annex)),
        Verdict("PARTIAL", "Giao một phần", None, (e.book_allocated, e.book_annex), with_amount=True),
        Verdict("NONE", "Chưa giao", None),
    ),
)  # fmt: skip
CHOOSE_SELECTION = Action(
    "choose_selection_method", "Quyết định cách chọn đơn vị",
    (S.APPRAISED_AGENCY, S.PROPOSED, S.APPROVED, S.FUNDED), None, (AGENCY_HEAD,), "T36 điều 3", paper="DECISION",
    takes=("paper", "method"), checks=(g.comment_given, pg.selection_changes), effects=(pe.set_selection,),
)  # fmt: skip
PREREGISTER = Action(
    "preregister", "Gửi danh mục đăng ký", (), None, (DEPARTMENT_HEAD,), "T36 điều 6.1, 10", paper="REPORT",
    list_act=True, task="Gửi danh mục đăng ký",
)  # fmt: skip
"""The one act without a file: a department's report of registration (projects/services/registration.py)."""
