"""The chain: how a file moves, as three tables (../shared/domain/chain.md §3.1, §3.2 and §3.4). Read it top to bottom.

Buttons, task list, route log and diagram come from these rows; khuyencong/lib/workflow.py executes them and
projects/chain.py knows who is who. Vietnamese words here are what the user reads.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from accounts.models import OrganisationKind as Body
from accounts.models import PositionKind as Held
from khuyencong.lib.workflow import Action, Route, Verdict, Who
from projects import change_conditions as cc
from projects import change_effects as ce
from projects import change_guards as cg
from projects import conditions as c
from projects import effects as e
from projects import guards as g
from projects import plan_effects as pe
from projects import plan_guards as pg
from projects import second_signature as ss
from projects import type_guards as tg
from projects import work_effects as we
from projects import work_guards as wg
from projects.routes import PROGRAMME_OF
from projects.states import State as S

# -- who --------------------------------------------------------------------------------------------
# Heads and officers; deputies, units and authorised bodies stand in for them by dated rules (projects/holding.py).

HEADS_OF_UNITS = frozenset({Held.DIRECTOR, Held.HEAD, Held.DIRECTOR_GENERAL})
IMPLEMENTER_HEAD = Who("Giám đốc đơn vị thực hiện", "implementer", HEADS_OF_UNITS)
IMPLEMENTER = Who(
    "cán bộ hoặc Giám đốc đơn vị thực hiện", "implementer", frozenset({Held.OFFICER, *HEADS_OF_UNITS})
)
SENDER_HEAD = Who("Giám đốc đơn vị thực hiện", "sender", HEADS_OF_UNITS)
DRAFTER = Who("chuyên viên Cục soạn nhiệm vụ", "drafter", frozenset({Held.OFFICER}))
DEPARTMENT_OFFICER = Who("chuyên viên Sở Công Thương", Body.DEPARTMENT, frozenset({Held.OFFICER}))
DEPARTMENT_HEAD = Who("Giám đốc Sở Công Thương", Body.DEPARTMENT, frozenset({Held.DIRECTOR}))
FINANCE_HEAD = Who("Giám đốc Sở Tài chính", Body.FINANCE_DEPARTMENT, frozenset({Held.DIRECTOR}))
COMMITTEE = Who("Chủ tịch Ủy ban nhân dân tỉnh, thành phố", Body.PEOPLES_COMMITTEE, frozenset({Held.CHAIR}))
AGENCY_OFFICER = Who("chuyên viên Cục", Body.AGENCY, frozenset({Held.OFFICER}))
AGENCY_HEAD = Who("Cục trưởng", Body.AGENCY, frozenset({Held.DIRECTOR_GENERAL}))
MINISTRY = Who("Bộ trưởng Bộ Công Thương", Body.MINISTRY, frozenset({Held.MINISTER}))
IMPLEMENTER_ACCOUNTANT = Who("kế toán trưởng đơn vị thực hiện", "implementer", frozenset({Held.ACCOUNTANT}))
DEPARTMENT_ACCOUNTANT = Who("kế toán trưởng Sở Công Thương", Body.DEPARTMENT, frozenset({Held.ACCOUNTANT}))
AGENCY_ACCOUNTANT = Who("kế toán trưởng Cục", Body.AGENCY, frozenset({Held.ACCOUNTANT}))
SETTLER = Who(
    "Cục trưởng (hợp đồng); Vụ trưởng Vụ Kế hoạch, Tài chính (nhiệm vụ)",
    "settler",
    frozenset({Held.DIRECTOR_GENERAL, Held.HEAD}),
)
SETTLERS_ACCOUNTANT = Who("kế toán trưởng Cục (hợp đồng)", "settler", frozenset({Held.ACCOUNTANT}))
TASK_OFFICER = Who("chuyên viên Vụ Kế hoạch, Tài chính (nhiệm vụ)", "task_finance", frozenset({Held.OFFICER}))
VERIFIER = Who(
    "chuyên viên Sở Công Thương nơi thực hiện (hợp đồng), Vụ Kế hoạch, Tài chính (nhiệm vụ)",
    "verifier",
    frozenset({Held.OFFICER}),
)
ACCEPTOR = Who(
    "cán bộ, lãnh đạo đơn vị nghiệm thu",
    "acceptor",
    frozenset({Held.OFFICER, Held.DIRECTOR, Held.DIRECTOR_GENERAL}),
)

# -- rows that routes share --------------------------------------------------------------------

SUBMIT = Action(
    "submit", "Gửi hồ sơ đến Sở", (S.DRAFT, S.RETURNED), S.SUBMITTED, (IMPLEMENTER,), "T36 điều 5, 8.1a, 10.1a",
    paper="LETTER", takes=("paper",),
    guards=(
        g.group_allowed, g.parts_written, g.estimate_adds_up, g.beneficiaries_named, g.beneficiaries_eligible,
        g.money_committed, g.papers_attached,
    ),
    warnings=(g.round_open, g.within_norms, g.period_in_plan_year, g.changed_since_returned),
    effects=(e.freeze_file,),
    task="Hoàn thiện và gửi hồ sơ",
)  # fmt: skip
RETURN_TO_IMPLEMENTER = Action(
    "return", "Trả lại bổ sung", (S.SUBMITTED,), S.RETURNED, (DEPARTMENT_OFFICER,), "T36 điều 8.1a",
    takes=("reasons", "answer_by"), checks=(g.reasons_given,), effects=(e.pin_reasons,), routine=True,
)  # fmt: skip
RETURN_TO_OFFICER = Action(
    "return", "Trả lại bổ sung", (S.APPRAISED_DEPARTMENT,), S.SUBMITTED, (DEPARTMENT_HEAD,), "T36 điều 8.1a (suy ra)",
    checks=(g.comment_given,), effects=(e.void_appraisal,),
)  # fmt: skip
APPRAISE_DEPARTMENT = Action(
    "appraise_department", "Thẩm định cấp cơ sở", (S.SUBMITTED,), S.APPRAISED_DEPARTMENT, (DEPARTMENT_OFFICER,),
    "T36 điều 8.1a, 9, 10.2a", paper="FORM", takes=("paper", "contents", "recommended", "opinion"),
    may_take=("council",), checks=(g.recommended_within_asked,), warnings=(cg.implementer_without_record,),
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
    list_act=True, paper="SUBMISSION",
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
    may_take=("council", "priority_rank"), checks=(g.recommended_within_asked,),
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
    about=c.TENDERED, guards=(c.TENDERED,), checks=(pg.tender_result_holds,), warnings=(pg.tender_not_recorded,),
    effects=(pe.write_tender_result,), task="Ghi kết quả lựa chọn nhà thầu",
)  # fmt: skip
CONTRACT = Action(
    "contract", "Ký hợp đồng", (S.FUNDED,), S.CONTRACTED, (AGENCY_HEAD,), "T36 điều 6.4, 12.1, 12.2",
    paper="CONTRACT", takes=("paper", "amount", "signed_b", "starts_on", "ends_on", "accepting_body"),
    may_take=("stages", "sites", "invoices_agency", "part_payments"),
    guards=(c.TENDER_RECORDED, c.NAMED_GROUP_PLAN_APPROVED),
    checks=(g.amount_positive, wg.within_allocation, wg.contract_days, wg.accepting_body_fits),
    doubts=(wg.contract_within_year, pg.contract_within_tender), effects=(we.sign_contract,), task="Ký hợp đồng",
)  # fmt: skip
START = Action(
    "start", "Bắt đầu thực hiện", (S.CONTRACTED,), S.IN_PROGRESS, (IMPLEMENTER,), "T36 điều 12",
    guards=(c.CONTRACT_IN_FORCE, c.GROUP_PLAN_APPROVED), checks=(wg.contract_begun,), task="Bắt đầu thực hiện",
)  # fmt: skip
REPORT_PROGRESS = Action(
    "report_progress", "Báo cáo tiến độ", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED), None,
    (IMPLEMENTER,), "T36 điều 23.3a", takes=("month", "percent", "value_done", "done"), may_take=("difficulties",),
    checks=(wg.month_not_reported, wg.progress_is_a_share), doubts=(wg.progress_goes_on,),
    effects=(we.write_progress,), task="Báo cáo tiến độ tháng",
)  # fmt: skip
CONFIRM_PROGRESS = Action(
    "confirm_progress", "Xác nhận tiến độ, khối lượng", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED), None,
    (DEPARTMENT_OFFICER,), "T36 điều 21.4, 23.3a", guards=(c.REPORT_NOT_CONFIRMED,), effects=(we.confirm_reports,),
    task="Xác nhận tiến độ, khối lượng",
)  # fmt: skip
RETURN_PROGRESS = Action(
    "return_progress", "Trả lại báo cáo tiến độ", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED), None,
    (DEPARTMENT_OFFICER,), "suy ra từ T36 điều 21.4", takes=("month",), guards=(c.REPORT_NOT_CONFIRMED,),
    checks=(g.comment_given, wg.month_awaits_confirmation), effects=(we.return_report,), routine=True,
)  # fmt: skip
REQUEST_ADVANCE = Action(
    "request_advance", "Đề nghị tạm ứng", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED), None, (IMPLEMENTER_HEAD,),
    "T36 điều 13–16", paper="LETTER", takes=("paper", "amount", "instalment"),
    guards=(c.REPORT_CONFIRMED, c.NO_ADVANCE_ASKED, c.GROUP_PLAN_APPROVED, c.ADVANCE_OF_TYPE),
    checks=(g.amount_positive, tg.advance_papers_attached, wg.advance_within_limits),
    doubts=(wg.enough_done_for_advance,),
)  # fmt: skip
RETURN_ADVANCE = Action(
    "return_advance", "Trả lại đề nghị tạm ứng", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED), None, (AGENCY_HEAD,),
    "suy ra từ T36 điều 13", guards=(c.ADVANCE_ASKED,), checks=(g.comment_given,),
)  # fmt: skip
CHECK_ADVANCE = Action(
    "check_advance", "Kế toán kiểm tra tạm ứng", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED), None, (AGENCY_ACCOUNTANT,),
    "T36 điều 13–16 (suy ra)", takes=("amount",), guards=(c.ADVANCE_ASKED,),
    checks=(g.amount_positive, wg.advance_as_requested), warnings=(ss.not_checked("check_advance"),),
    task="Kiểm tra đề nghị tạm ứng",
)  # fmt: skip
ADVANCE = Action(
    "advance", "Chuyển tạm ứng", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED), None, (AGENCY_HEAD,),
    "T36 điều 13–16, 21.4", paper="VOUCHER", takes=("paper", "amount"),
    guards=(c.ADVANCE_ASKED, *ss.second_signature("check_advance")),
    checks=(g.amount_positive, wg.advance_as_requested, ss.as_checked("check_advance")),
    effects=(we.book_advance,), task="Chuyển tạm ứng",
)  # fmt: skip
INSPECT = Action(
    "inspect", "Kiểm tra, giám sát", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED), None,
    (AGENCY_HEAD, DEPARTMENT_HEAD), "T36 điều 20.3, 21.3; L26 điều 9.1", takes=("planned", "summary"),
    may_take=("finding", "fix_by"), checks=(wg.finding_has_deadline,), effects=(we.write_inspection,),
)  # fmt: skip
ACCEPT = Action(
    "accept", "Nghiệm thu cơ sở", (S.IN_PROGRESS,), S.ACCEPTED, (ACCEPTOR,), "T36 điều 14, 19, 21.1; L26 điều 8.3b",
    paper="MINUTES", takes=("paper", "form", "shares", "works"),
    may_take=("outputs", "commune_representative", "beneficiary_representative", "conclusion"),
    guards=(c.NO_OPEN_FINDING,), checks=(wg.form_fits_acceptor, tg.form_of_type, wg.shares_to_accept),
    doubts=(wg.counterpart_as_planned, wg.outputs_as_usual), effects=(we.write_acceptance,),
    completes=wg.all_shares_accepted, task="Nghiệm thu cơ sở",
)  # fmt: skip
CHECK_PAYMENT_REQUEST = Action(
    "check_payment_request", "Kế toán lập hồ sơ quyết toán", (S.ACCEPTED,), None, (IMPLEMENTER_ACCOUNTANT,),
    "T36 điều 18.1, 19 (Mẫu 7, 8a, 8b, 9, 10)", takes=("amount", "real_cost"), guards=(c.PAYMENT_NOT_REQUESTED,),
    checks=(g.amount_positive, wg.dossier_within_acceptance),
    warnings=(ss.not_checked("check_payment_request"),), task="Lập, ký hồ sơ quyết toán (Mẫu 7, 8a, 8b, 9, 10)",
)  # fmt: skip
REQUEST_PAYMENT = Action(
    "request_payment", "Nộp hồ sơ thanh toán, quyết toán", (S.ACCEPTED,), None, (IMPLEMENTER_HEAD,),
    "T36 điều 18.1, 19", paper="LETTER", takes=("paper", "amount", "real_cost"),
    guards=(c.PAYMENT_NOT_REQUESTED, *ss.second_signature("check_payment_request")),
    checks=(g.amount_positive, wg.dossier_within_acceptance, ss.as_checked("check_payment_request")),
    warnings=(wg.dossier_in_time,), doubts=(wg.cost_as_accepted,), task="Nộp hồ sơ thanh toán, quyết toán",
)  # fmt: skip
CONFIRM_SETTLEMENT = Action(
    "confirm_settlement", "Xác nhận hồ sơ quyết toán", (S.ACCEPTED,), None, (DEPARTMENT_OFFICER,), "T36 điều 21.4",
    guards=(c.PAYMENT_REQUESTED, c.DOSSIER_NOT_CONFIRMED), task="Xác nhận hồ sơ quyết toán",
)  # fmt: skip
RETURN_SETTLEMENT = Action(
    "return_settlement", "Trả lại hồ sơ quyết toán", (S.ACCEPTED,), None, (DEPARTMENT_OFFICER, AGENCY_OFFICER),
    "suy ra từ T36 điều 18, 21.4", guards=(c.PAYMENT_REQUESTED,), checks=(g.comment_given,), routine=True,
)  # fmt: skip
CHECK_PAYMENT = Action(
    "check_payment", "Kế toán kiểm tra thanh toán", (S.ACCEPTED,), None, (AGENCY_ACCOUNTANT,),
    "T36 điều 18.3 (suy ra)", takes=("cleared", "paid"), guards=(wg.dossier_or_late_clearing,),
    checks=(wg.payment_within_acceptance,), warnings=(ss.not_checked("check_payment"),),
)  # fmt: skip
CHECK_PAYMENT_REST = replace(
    CHECK_PAYMENT, sources=(S.SETTLED,), guards=(c.SETTLED_NOT_CLEARED,), task="Kiểm tra thanh toán theo số quyết toán",
)  # fmt: skip
PAY = Action(
    "pay", "Thanh toán với Kho bạc", (S.ACCEPTED,), None, (AGENCY_HEAD,), "T36 điều 18.3; L26 điều 8.2",
    paper="VOUCHER", takes=("paper", "cleared", "paid"),
    guards=(wg.dossier_or_late_clearing, c.NO_OPEN_FINDING, *ss.second_signature("check_payment")),
    checks=(wg.payment_within_acceptance, ss.as_checked("check_payment")), effects=(we.book_payment,),
)  # fmt: skip
PAY_REST = replace(
    PAY, sources=(S.SETTLED,), task="Thanh toán theo số quyết toán",
    guards=(c.SETTLED_NOT_CLEARED, c.NO_OPEN_FINDING, *ss.second_signature("check_payment")),
)  # fmt: skip
CHECK_SETTLEMENT = Action(
    "check_settlement", "Kế toán kiểm tra quyết toán", (S.ACCEPTED,), None, (AGENCY_ACCOUNTANT,),
    "T36 điều 18.2, 19 (suy ra)", takes=("settled", "real_cost"), guards=(c.DOSSIER_CONFIRMED,),
    checks=(wg.settled_within_limits,), warnings=(ss.not_checked("check_settlement"),),
    task="Kiểm tra hồ sơ quyết toán",
)  # fmt: skip
SETTLE = Action(
    "settle", "Thanh lý, quyết toán", (S.ACCEPTED,), S.SETTLED, (AGENCY_HEAD,), "T36 điều 18.2, 19",
    paper="MINUTES", takes=("paper", "settled", "real_cost"),
    guards=(c.DOSSIER_CONFIRMED, *ss.second_signature("check_settlement")),
    checks=(wg.settled_within_limits, ss.as_checked("check_settlement")), warnings=(wg.settled_in_time,),
    doubts=(wg.settled_within_norms,), effects=(we.write_settlement,),
    task="Thanh toán và thanh lý, quyết toán",
)  # fmt: skip
REFUND = Action(
    "refund", "Hoàn trả", (S.SETTLED,), None, (IMPLEMENTER_ACCOUNTANT,), "T36 điều 12.6", paper="VOUCHER",
    takes=("paper", "amount"), guards=(c.REFUND_DUE,), checks=(cg.refund_within_due,), effects=(we.book_refund,),
    task="Hoàn trả ngân sách",
)  # fmt: skip
CONFIRM_REFUND = Action(
    "confirm_refund", "Xác nhận đã nhận hoàn trả", (S.SETTLED, S.STOPPED), None, (AGENCY_ACCOUNTANT,),
    "T36 điều 12.6", guards=(ss.REFUND_NOT_CONFIRMED,), task="Xác nhận đã nhận hoàn trả",
)  # fmt: skip
CLOSE = Action(
    "close", "Kết thúc, lưu hồ sơ", (S.SETTLED, S.STOPPED), S.CLOSED, (AGENCY_OFFICER,),
    "N30 điều 30; T36 điều 22.3, 23.6", takes=("place_of_originals",), guards=(c.MONEY_BALANCED, ss.REFUND_CONFIRMED),
    task="Kết thúc, lưu hồ sơ",
)  # fmt: skip

# -- changes after approval, ends, money of the year (T36 article 11; chain.md §3.5) --------------------

CHANGEABLE = (S.APPROVED, S.FUNDED, S.CONTRACTED, S.IN_PROGRESS)

REQUEST_CHANGE = Action(
    "request_change", "Đề nghị điều chỉnh, ngừng thực hiện", CHANGEABLE, None, (IMPLEMENTER_HEAD,), "T36 điều 11.1",
    paper="LETTER", takes=("paper", "type"), may_take=("changes", "force_majeure"), guards=(cc.NO_CHANGE_WAITS,),
    checks=(g.comment_given, cg.change_is_possible), effects=(ce.write_request,),
)  # fmt: skip
WITHDRAW_CHANGE = Action(
    "withdraw_change", "Rút đề nghị điều chỉnh", CHANGEABLE, None, (IMPLEMENTER_HEAD,), "suy ra từ T36 điều 11.1",
    guards=(cc.CHANGE_WAITS,), checks=(g.comment_given,), effects=(ce.withdraw_change,),
    aside=True,
)  # fmt: skip
CONFIRM_CHANGE = Action(
    "confirm_change", "Xác nhận đề nghị điều chỉnh", CHANGEABLE, None, (DEPARTMENT_HEAD,), "T36 điều 11.1",
    paper="LETTER", takes=("paper", "checked"), guards=(cc.CHANGE_TO_CONFIRM,), checks=(cg.change_still_fits,),
    effects=(ce.confirm_change,), task="Xác nhận đề nghị điều chỉnh, ngừng",
    aside=True,
)  # fmt: skip
PROPOSE_CHANGE = Action(
    "propose_change", "Trình Bộ đề nghị điều chỉnh", CHANGEABLE, None, (AGENCY_HEAD,), "T36 điều 11.2a",
    paper="SUBMISSION", takes=("paper",), guards=(cc.CHANGE_TO_PROPOSE,), checks=(cg.change_still_fits,),
    effects=(ce.propose_change,), task="Trình Bộ đề nghị điều chỉnh, ngừng",
    aside=True,
)  # fmt: skip
DECIDE_CHANGE = Action(
    "decide_change", "Quyết định điều chỉnh", CHANGEABLE, None, (MINISTRY, AGENCY_HEAD), "T36 điều 11.2",
    paper="DECISION", takes=("paper",), may_take=("by_annex",), guards=(cc.CHANGE_TO_DECIDE,),
    checks=(cg.change_still_fits, cg.annex_fits, cg.decided_by_another), effects=(ce.apply_change,),
    task="Quyết định điều chỉnh",
    aside=True,
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
    effects=(ce.write_termination,),
    aside=True,
)  # fmt: skip
TERMINATE = Action(
    "terminate", "Ngừng do vi phạm", CHANGEABLE, S.STOPPED, (MINISTRY,), "T36 điều 11.3, 12.6", paper="DECISION",
    takes=("paper",), guards=(cc.TERMINATION_TO_DECIDE,), checks=(cg.decided_by_another,),
    effects=(ce.end_file, ce.release_money, ce.mark_implementer), task="Quyết định ngừng do vi phạm",
    aside=True,
)  # fmt: skip
CARRY_OVER = Action(
    "carry_over", "Chuyển nguồn", (S.FUNDED, S.CONTRACTED, S.IN_PROGRESS), None, (AGENCY_HEAD,), "N45 điều 14.4",
    paper="DECISION", takes=("paper", "amount"), guards=(cc.EXTENDED, cc.MONEY_NOT_SPENT), checks=(cg.within_unspent,),
    effects=(ce.book_carry_over,), task="Chuyển nguồn sang năm sau",
    aside=True,
)  # fmt: skip
CANCEL_BUDGET = Action(
    "cancel_budget", "Hủy dự toán", (S.FUNDED, S.CONTRACTED, S.IN_PROGRESS, S.SETTLED), None, (AGENCY_HEAD,),
    "N45 điều 14.4", paper="DECISION", takes=("paper", "amount"), guards=(cc.MONEY_NOT_SPENT,),
    checks=(cg.within_cancellable,), doubts=(cg.year_is_over,), effects=(ce.cancel_budget,),
    aside=True,
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

# -- the routes -----------------------------------------------------------------------------------

NATIONAL = Route(
    "NATIONAL",
    "Khuyến công quốc gia, trong một tỉnh",
    S.DRAFT,
    (
        SUBMIT,
        RETURN_TO_IMPLEMENTER,
        RETURN_TO_OFFICER,
        APPRAISE_DEPARTMENT,
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
        RETURN_FROM_AGENCY,
        APPRAISE_AGENCY,
        DECLINE_BY_AGENCY,
        REQUEST_BUDGET,
        PROPOSE_TO_MINISTRY,
        RETURN_PLAN,
        APPROVE,
        ALLOCATE,
        ALLOCATE_MORE,
        CHOOSE_SELECTION,
        SUBMIT_IMPLEMENTATION_PLAN,
        APPROVE_IMPLEMENTATION_PLAN,
        RETURN_IMPLEMENTATION_PLAN,
        RECORD_TENDER_RESULT,
        CONTRACT,
        START,
        REPORT_PROGRESS,
        CONFIRM_PROGRESS,
        RETURN_PROGRESS,
        REQUEST_ADVANCE,
        RETURN_ADVANCE,
        CHECK_ADVANCE,
        ADVANCE,
        INSPECT,
        ACCEPT,
        CHECK_PAYMENT_REQUEST,
        REQUEST_PAYMENT,
        CONFIRM_SETTLEMENT,
        RETURN_SETTLEMENT,
        CHECK_PAYMENT,
        PAY,
        CHECK_SETTLEMENT,
        SETTLE,
        CHECK_PAYMENT_REST,
        PAY_REST,
        REFUND,
        CONFIRM_REFUND,
        CLOSE,
        WITHDRAW,
        REQUEST_CHANGE,
        WITHDRAW_CHANGE,
        CONFIRM_CHANGE,
        PROPOSE_CHANGE,
        DECIDE_CHANGE,
        RETURN_CHANGE,
        SIGN_ANNEX,
        STOP,
        PROPOSE_TERMINATION,
        TERMINATE,
        ACCEPT_WORK_DONE,
        after_stop(CHECK_PAYMENT_REQUEST),
        after_stop(REQUEST_PAYMENT),
        after_stop(CONFIRM_SETTLEMENT),
        after_stop(RETURN_SETTLEMENT),
        after_stop(CHECK_PAYMENT),
        after_stop(PAY),
        after_stop(CHECK_SETTLEMENT),
        after_stop(SETTLE, effects=(we.write_settlement, ce.release_money)),
        REFUND_AFTER_STOP,
        CARRY_OVER,
        CANCEL_BUDGET,
    ),
)  # fmt: skip

DIRECT = Route(
    "DIRECT",
    "Khuyến công quốc gia, gửi thẳng về Cục: trung tâm vùng, nhiều tỉnh, nhiệm vụ của Cục",
    S.DRAFT,
    (
        replace(
            SUBMIT, label="Gửi hồ sơ đến Cục", target=S.REGISTERED, who=(SENDER_HEAD,), paper="REPORT",
            article="T36 điều 5, 6.1, 8.1b, 10.2",
            effects=(e.freeze_for_agency, e.book_registered, e.open_to_nation),
        ),
        replace(
            SUBMIT, name="add_own_task", label="Đưa nhiệm vụ của Cục vào kế hoạch", target=S.REGISTERED,
            who=(DRAFTER,), paper=None, takes=(), article="T36 điều 6.2",
            effects=(e.freeze_for_agency, e.book_registered), task="Hoàn thiện, đưa nhiệm vụ vào kế hoạch",
        ),
        RETURN_FROM_AGENCY,
        APPRAISE_AGENCY,
        DECLINE_BY_AGENCY,
        REQUEST_BUDGET,
        PROPOSE_TO_MINISTRY,
        RETURN_PLAN,
        APPROVE,
        ALLOCATE,
        ALLOCATE_MORE,
        CHOOSE_SELECTION,
        SUBMIT_IMPLEMENTATION_PLAN,
        APPROVE_IMPLEMENTATION_PLAN,
        RETURN_IMPLEMENTATION_PLAN,
        replace(RECORD_TENDER_RESULT, who=(AGENCY_OFFICER,), article="T36 điều 3, 20.2"),
        replace(CONTRACT, guards=(c.NOT_OF_BUDGET_UNIT, *CONTRACT.guards)),
        replace(
            CONTRACT, name="assign_task", label="Giao nhiệm vụ", who=(AGENCY_HEAD, MINISTRY), paper="DECISION",
            article="T36 điều 6.4, 12.1; L26 điều 8.1a", guards=(c.OF_BUDGET_UNIT, *CONTRACT.guards),
            effects=(we.assign_task,),
            task="Giao nhiệm vụ",
        ),
        replace(START, article="T36 điều 12, 22.1"),
        replace(REPORT_PROGRESS, article="T36 điều 22.2, 23.3a"),
        CONFIRM_PROGRESS,
        RETURN_PROGRESS,
        replace(REQUEST_ADVANCE, guards=(c.HELD_BY_CONTRACT, *REQUEST_ADVANCE.guards)),
        RETURN_ADVANCE,
        CHECK_ADVANCE,
        ADVANCE,
        Action(
            "draw", "Ghi rút dự toán tại Kho bạc", (S.CONTRACTED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED), None,
            (IMPLEMENTER_HEAD,), "L26 điều 8.2a", paper="VOUCHER", takes=("paper", "amount"),
            guards=(c.HELD_BY_TASK,), checks=(g.amount_positive, wg.drawn_within_task), effects=(we.book_drawn,),
        ),
        INSPECT,
        replace(ACCEPT, checks=(*ACCEPT.checks, wg.own_sites), article="T36 điều 14, 19, 20.2, 21.1, 22.1"),
        CHECK_PAYMENT_REQUEST,
        REQUEST_PAYMENT,
        replace(CONFIRM_SETTLEMENT, who=(VERIFIER,), article="T36 điều 12.1, 21.4"),
        replace(RETURN_SETTLEMENT, who=(VERIFIER, AGENCY_OFFICER)),
        replace(CHECK_PAYMENT, guards=(c.HELD_BY_CONTRACT, *CHECK_PAYMENT.guards)),
        replace(PAY, guards=(c.HELD_BY_CONTRACT, *PAY.guards)),
        replace(CHECK_SETTLEMENT, who=(SETTLERS_ACCOUNTANT, TASK_OFFICER), article="T36 điều 12.1, 18.2, 19 (suy ra)"),
        replace(SETTLE, who=(SETTLER,), article="T36 điều 12.1, 18.2, 19"),
        replace(CHECK_PAYMENT_REST, guards=(c.HELD_BY_CONTRACT, *CHECK_PAYMENT_REST.guards)),
        replace(PAY_REST, guards=(c.HELD_BY_CONTRACT, *PAY_REST.guards)),
        REFUND,
        replace(CONFIRM_REFUND, who=(SETTLERS_ACCOUNTANT, TASK_OFFICER)),
        CLOSE,
        replace(
            WITHDRAW, sources=(S.DRAFT, S.RETURNED, S.REGISTERED, S.APPRAISED_AGENCY, S.PROPOSED), may_take=(),
            checks=(g.comment_given,),
        ),
        REQUEST_CHANGE,
        WITHDRAW_CHANGE,
        CONFIRM_CHANGE,
        PROPOSE_CHANGE,
        DECIDE_CHANGE,
        RETURN_CHANGE,
        SIGN_ANNEX,
        STOP,
        PROPOSE_TERMINATION,
        TERMINATE,
        replace(ACCEPT_WORK_DONE, checks=(*ACCEPT_WORK_DONE.checks, wg.own_sites)),
        after_stop(CHECK_PAYMENT_REQUEST),
        after_stop(REQUEST_PAYMENT),
        after_stop(replace(CONFIRM_SETTLEMENT, who=(VERIFIER,), article="T36 điều 12.1, 21.4")),
        after_stop(replace(RETURN_SETTLEMENT, who=(VERIFIER, AGENCY_OFFICER))),
        after_stop(replace(CHECK_PAYMENT, guards=(c.HELD_BY_CONTRACT, *CHECK_PAYMENT.guards))),
        after_stop(replace(PAY, guards=(c.HELD_BY_CONTRACT, *PAY.guards))),
        after_stop(replace(CHECK_SETTLEMENT, who=(SETTLERS_ACCOUNTANT, TASK_OFFICER))),
        after_stop(
            replace(SETTLE, who=(SETTLER,), article="T36 điều 12.1, 18.4, 19"),
            effects=(we.write_settlement, ce.release_money),
        ),
        REFUND_AFTER_STOP,
        CARRY_OVER,
        CANCEL_BUDGET,
    ),
)  # fmt: skip

LOCAL = Route(
    "LOCAL",
    "Khuyến công địa phương",
    S.DRAFT,
    (
        SUBMIT,
        RETURN_TO_IMPLEMENTER,
        RETURN_TO_OFFICER,
        replace(APPRAISE_DEPARTMENT, article="T46 điều 8.2b"),
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
            REQUEST_BUDGET, sources=(S.SUBMITTED, S.APPRAISED_DEPARTMENT), who=(DEPARTMENT_HEAD,),
            article="L26 điều 8.1b; N45 điều 14.3",
        ),
        replace(
            PROPOSE, sources=(S.APPRAISED_DEPARTMENT,), who=(DEPARTMENT_HEAD,), article="T46 điều 8.2b",
            guards=(c.FINANCE_GAVE_OPINION,), checks=(g.included_is_recommended,),
        ),
        replace(
            RETURN_PLAN, target=S.APPRAISED_DEPARTMENT, who=(COMMITTEE,), article="suy ra từ T46 điều 8.2b",
        ),
        replace(
            APPROVE, who=(COMMITTEE,), article="N45 điều 2.2, 16.1b",
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
            ALLOCATE, who=(DEPARTMENT_HEAD,), paper="DECISION", article="L26 điều 8.1b",
            guards=(c.PLAN_NOT_ALL_ALLOCATED, c.ALLOCATION_APPRAISED),
        ),
        replace(
            ALLOCATE_MORE, who=(DEPARTMENT_HEAD,), paper="DECISION", article="L26 điều 8.1b",
            guards=(c.PLAN_NOT_ALL_ALLOCATED, c.ALLOCATION_APPRAISED),
        ),
        replace(
            CHOOSE_SELECTION, sources=(S.APPRAISED_DEPARTMENT, S.PROPOSED, S.APPROVED, S.FUNDED),
            who=(DEPARTMENT_HEAD,), article="L26 điều 4.2",
        ),
        SUBMIT_IMPLEMENTATION_PLAN,
        replace(APPROVE_IMPLEMENTATION_PLAN, effects=(pe.fix_plan, e.show_to_nation)),
        RETURN_IMPLEMENTATION_PLAN,
        replace(RECORD_TENDER_RESULT, article="L26 điều 4.2"),
        replace(CONTRACT, who=(DEPARTMENT_HEAD,), article="L26 điều 4.2, 8.1b"),
        replace(
            CONTRACT, name="assign_task", label="Giao nhiệm vụ", who=(DEPARTMENT_HEAD,), article="L26 điều 4.2, 8.1b",
            paper="DECISION", effects=(we.assign_task,), task=None,
        ),
        START,
        REPORT_PROGRESS,
        CONFIRM_PROGRESS,
        RETURN_PROGRESS,
        REQUEST_ADVANCE,
        replace(RETURN_ADVANCE, who=(DEPARTMENT_HEAD,), article="suy ra từ L26 điều 8.2"),
        replace(CHECK_ADVANCE, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)"),
        replace(
            ADVANCE, who=(DEPARTMENT_HEAD,), article="L26 điều 8.2, 8.3",
            guards=(*ADVANCE.guards, g.confirmed_by_another("confirm_progress")),
        ),
        replace(INSPECT, who=(DEPARTMENT_HEAD, FINANCE_HEAD)),
        ACCEPT,
        CHECK_PAYMENT_REQUEST,
        REQUEST_PAYMENT,
        CONFIRM_SETTLEMENT,
        replace(RETURN_SETTLEMENT, who=(DEPARTMENT_OFFICER,)),
        replace(CHECK_PAYMENT, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)"),
        replace(
            PAY, who=(DEPARTMENT_HEAD,), article="L26 điều 8.2",
            guards=(*PAY.guards, g.confirmed_by_another("confirm_settlement")),
        ),
        replace(CHECK_SETTLEMENT, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.3c (suy ra)"),
        replace(
            SETTLE, who=(DEPARTMENT_HEAD,), article="L26 điều 8.3c",
            guards=(*SETTLE.guards, g.confirmed_by_another("confirm_settlement")),
        ),
        replace(CHECK_PAYMENT_REST, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)"),
        replace(
            PAY_REST, who=(DEPARTMENT_HEAD,), article="L26 điều 8.2",
            guards=(*PAY_REST.guards, g.confirmed_by_another("confirm_settlement")),
        ),
        REFUND,
        replace(CONFIRM_REFUND, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)"),
        replace(CLOSE, who=(DEPARTMENT_OFFICER,)),
        replace(WITHDRAW, sources=(S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPRAISED_DEPARTMENT, S.PROPOSED)),
        REQUEST_CHANGE,
        WITHDRAW_CHANGE,
        replace(CONFIRM_CHANGE, article="quy định của tỉnh (T46 điều 8.3b)"),
        replace(DECIDE_CHANGE, who=(COMMITTEE, DEPARTMENT_HEAD), article="quy định của tỉnh (T46 điều 8.3b)"),
        replace(RETURN_CHANGE, who=(DEPARTMENT_HEAD, COMMITTEE), article="suy ra từ T46 điều 8.3b"),
        replace(SIGN_ANNEX, who=(DEPARTMENT_HEAD,), article="quy định của tỉnh (T46 điều 8.3b)"),
        replace(STOP, who=(COMMITTEE,), article="quy định của tỉnh (T46 điều 8.3b)"),
        replace(PROPOSE_TERMINATION, who=(DEPARTMENT_HEAD,), article="suy ra từ T46 điều 8.3b"),
        replace(TERMINATE, who=(COMMITTEE,), article="suy ra từ T46 điều 8.3b"),
        ACCEPT_WORK_DONE,
        after_stop(CHECK_PAYMENT_REQUEST),
        after_stop(REQUEST_PAYMENT),
        after_stop(CONFIRM_SETTLEMENT),
        after_stop(replace(RETURN_SETTLEMENT, who=(DEPARTMENT_OFFICER,))),
        after_stop(replace(CHECK_PAYMENT, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.2 (suy ra)")),
        after_stop(
            replace(PAY, who=(DEPARTMENT_HEAD,), article="L26 điều 8.2"),
            checks=(*PAY.checks, g.confirmed_by_another("confirm_settlement")),
        ),
        after_stop(replace(CHECK_SETTLEMENT, who=(DEPARTMENT_ACCOUNTANT,), article="L26 điều 8.3c (suy ra)")),
        after_stop(
            replace(SETTLE, who=(DEPARTMENT_HEAD,), article="L26 điều 8.3c"),
            checks=(*SETTLE.checks, g.confirmed_by_another("confirm_settlement")),
            effects=(we.write_settlement, ce.release_money),
        ),
        REFUND_AFTER_STOP,
        replace(CARRY_OVER, who=(DEPARTMENT_HEAD,)),
        replace(CANCEL_BUDGET, who=(DEPARTMENT_HEAD,)),
    ),
)  # fmt: skip

ROUTES = {route.name: route for route in (NATIONAL, DIRECT, LOCAL)}


def routes_of(programme: str) -> tuple[Route, ...]:
    """The routes of a programme's files: they stand on the same lists of its plan."""
    return tuple(route for route in ROUTES.values() if PROGRAMME_OF[route.name] == programme)


def rows_of(action: str, programme: str) -> tuple[Action, ...]:
    """All rows of an action in the routes of a programme, each once."""
    return tuple(dict.fromkeys(row for route in routes_of(programme) for row in route.rows(action)))


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

PREREGISTER = Action(
    "preregister", "Gửi danh mục đăng ký", (), None, (DEPARTMENT_HEAD,), "T36 điều 6.1, 10", paper="REPORT",
    list_act=True, task="Gửi danh mục đăng ký",
)  # fmt: skip
"""The one act without a file: a department's report of registration (projects/services/registration.py)."""
