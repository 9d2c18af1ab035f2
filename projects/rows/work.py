"""Rows that routes share, from the contract to the archive (T36 articles 12–23; L26 article 8)."""

from __future__ import annotations

from dataclasses import replace

from khuyencong.lib.workflow import Action
from projects import change_guards as cg
from projects import conditions as c
from projects import guards as g
from projects import plan_guards as pg
from projects import second_signature as ss
from projects import settlement_guards as sg
from projects import type_guards as tg
from projects import work_effects as we
from projects import work_guards as wg
from projects import year_guards as yg
from projects.rows.who import (
    ACCEPTOR,
    AGENCY_ACCOUNTANT,
    AGENCY_HEAD,
    AGENCY_OFFICER,
    DEPARTMENT_HEAD,
    DEPARTMENT_OFFICER,
    IMPLEMENTER,
    IMPLEMENTER_ACCOUNTANT,
    IMPLEMENTER_HEAD,
)
from projects.states import State as S

CONTRACT = Action(
    "contract", "Ký hợp đồng", (S.FUNDED,), S.CONTRACTED, (AGENCY_HEAD,), "T36 điều 6.4, 12.1, 12.2",
    paper="CONTRACT", takes=("paper", "amount", "signed_b", "starts_on", "ends_on", "accepting_body"),
    may_take=("stages", "sites", "invoices_agency", "part_payments", "by_annex"),
    guards=(c.TENDER_RECORDED, c.NAMED_GROUP_PLAN_APPROVED),
    checks=(g.amount_positive, wg.within_allocation, wg.contract_days, wg.accepting_body_fits, wg.annex_of_contract),
    warnings=(yg.year_before_accepted,),
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
    checks=(g.comment_given, wg.month_awaits_confirmation), effects=(we.return_report,),
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
    checks=(g.amount_positive, sg.dossier_within_acceptance),
    warnings=(ss.not_checked("check_payment_request"),), task="Lập, ký hồ sơ quyết toán (Mẫu 7, 8a, 8b, 9, 10)",
)  # fmt: skip
REQUEST_PAYMENT = Action(
    "request_payment", "Nộp hồ sơ thanh toán, quyết toán", (S.ACCEPTED,), None, (IMPLEMENTER_HEAD,),
    "T36 điều 18.1, 19", paper="LETTER", takes=("paper", "amount", "real_cost"),
    guards=(c.PAYMENT_NOT_REQUESTED, *ss.second_signature("check_payment_request")),
    checks=(g.amount_positive, sg.dossier_within_acceptance, ss.as_checked("check_payment_request")),
    warnings=(sg.dossier_in_time,), doubts=(sg.cost_as_accepted,), task="Nộp hồ sơ thanh toán, quyết toán",
)  # fmt: skip
CONFIRM_SETTLEMENT = Action(
    "confirm_settlement", "Xác nhận hồ sơ quyết toán", (S.ACCEPTED,), None, (DEPARTMENT_OFFICER,), "T36 điều 21.4",
    guards=(c.PAYMENT_REQUESTED, c.DOSSIER_NOT_CONFIRMED), task="Xác nhận hồ sơ quyết toán",
)  # fmt: skip
RETURN_SETTLEMENT = Action(
    "return_settlement", "Trả lại hồ sơ quyết toán", (S.ACCEPTED,), None, (DEPARTMENT_OFFICER, AGENCY_OFFICER),
    "suy ra từ T36 điều 18, 21.4", guards=(c.PAYMENT_REQUESTED,), checks=(g.comment_given,),
)  # fmt: skip
CHECK_PAYMENT = Action(
    "check_payment", "Kế toán kiểm tra thanh toán", (S.ACCEPTED,), None, (AGENCY_ACCOUNTANT,),
    "T36 điều 18.3 (suy ra)", takes=("cleared", "paid"), guards=(sg.dossier_or_late_clearing,),
    checks=(sg.payment_within_acceptance,), warnings=(ss.not_checked("check_payment"),),
)  # fmt: skip
CHECK_PAYMENT_REST = replace(
    CHECK_PAYMENT, sources=(S.SETTLED,), guards=(c.SETTLED_NOT_CLEARED,), task="Kiểm tra thanh toán theo số quyết toán",
)  # fmt: skip
PAY = Action(
    "pay", "Thanh toán với Kho bạc", (S.ACCEPTED,), None, (AGENCY_HEAD,), "T36 điều 18.3; L26 điều 8.2",
    paper="VOUCHER", takes=("paper", "cleared", "paid"),
    guards=(sg.dossier_or_late_clearing, c.NO_OPEN_FINDING, *ss.second_signature("check_payment")),
    checks=(sg.payment_within_acceptance, ss.as_checked("check_payment")), effects=(we.book_payment,),
)  # fmt: skip
PAY_REST = replace(
    PAY, sources=(S.SETTLED,), task="Thanh toán theo số quyết toán",
    guards=(c.SETTLED_NOT_CLEARED, c.NO_OPEN_FINDING, *ss.second_signature("check_payment")),
)  # fmt: skip
CHECK_SETTLEMENT = Action(
    "check_settlement", "Kế toán kiểm tra quyết toán", (S.ACCEPTED,), None, (AGENCY_ACCOUNTANT,),
    "T36 điều 18.2, 19 (suy ra)", takes=("settled", "real_cost"), guards=(c.DOSSIER_CONFIRMED,),
    checks=(sg.settled_within_limits,), warnings=(ss.not_checked("check_settlement"),),
    task="Kiểm tra hồ sơ quyết toán",
)  # fmt: skip
SETTLE = Action(
    "settle", "Thanh lý, quyết toán", (S.ACCEPTED,), S.SETTLED, (AGENCY_HEAD,), "T36 điều 18.2, 19",
    paper="MINUTES", takes=("paper", "settled", "real_cost"),
    guards=(c.DOSSIER_CONFIRMED, *ss.second_signature("check_settlement")),
    checks=(sg.settled_within_limits, ss.as_checked("check_settlement")), warnings=(sg.settled_in_time,),
    doubts=(sg.settled_within_norms,), effects=(we.write_settlement,),
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
