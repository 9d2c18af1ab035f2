"""One story, told in requests: what the documentation shows, and what tests/khuyencong/api/test_examples.py sends.

Accounts are those of the demonstration. The test puts its own days (all of 2026 move together) and the keys that its
rows have in the place of those written here; everything else is sent as it is printed.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CODE, LOCAL_CODE = "KCQG-2027-0001", "KCDP-HAI-PHONG-2027-0001"
ESTABLISHMENT, ROUND, FIRST_PLAN, PLAN, DECISION, JOB, SLIP = 12, 3, 41, 42, 43, 5, 17

CENTRE, CENTRE_HEAD, CENTRE_DEPUTY = "centre.hai-phong", "centre.head.hai-phong", "centre.deputy.hai-phong"
DEPARTMENT, SECOND, DEPARTMENT_HEAD = "dept.hai-phong", "dept2.hai-phong", "dept.head.hai-phong"
FINANCE, COMMITTEE = "finance.hai-phong", "committee.hai-phong"
OFFICER, AGENCY, MINISTRY = "agency.officer", "agency.head", "ministry.leader"
ACCOUNTANT, CENTRE_ACCOUNTANT = "agency.accountant", "centre.accountant.hai-phong"


@dataclass(frozen=True)
class Example:
    """A request to ``operation`` as ``who`` (None: nobody is signed in). ``makes``: the key by which later requests
    name what it writes."""

    operation: str
    says: str
    who: str | None
    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    key: str = ""
    makes: int | None = None

    @property
    def name(self) -> str:
        """The act that it does, or the operation."""
        action = self.path.get("action") or (self.body or {}).get("action")
        return str(action or self.operation)

    @property
    def title(self) -> str:
        """What it does, and who does it."""
        return f"{self.says} ({self.who})" if self.who else self.says

    def address(self, path: str) -> str:
        """``path`` of the schema, filled in."""
        filled = path.format(**self.path)
        return f"{filled}?{urlencode(self.query)}" if self.query else filled

    def curl(self, method: str, path: str) -> str:
        """The same for a shell; ``$KC`` is the address of the server, ``$TOKEN`` the token of ``who``."""
        lines = [f'curl -X {method.upper()} "$KC{self.address(path)}"']
        if self.who is not None:
            lines.append('-H "Authorization: Token $TOKEN"')
        if self.key:
            lines.append(f"-H {shlex.quote(f'Idempotency-Key: {self.key}')}")
        if self.body is not None:
            lines.append("-H 'Content-Type: application/json'")
            lines.append(f"-d {shlex.quote(json.dumps(self.body, ensure_ascii=False, indent=2))}")
        return " \\\n  ".join(lines)


def _act(action: str, says: str, who: str, **body: Any) -> Example:
    return Example("act_on_project", says, who, {"code": CODE, "action": action}, body=body)


def _on_files(action: str, says: str, who: str, *, makes: int | None = None, **body: Any) -> Example:
    return Example("act_on_files", says, who, body={"action": action, **body}, makes=makes)


def _on_list(action: str, says: str, who: str, of: int, *, makes: int | None = None, **body: Any) -> Example:
    return Example("act_on_list", says, who, {"id": of, "action": action}, body=body, makes=makes)


def _paper(number: str, date: str) -> dict[str, str]:
    return {"number": number, "date": date}


_PLAN: dict[str, Any] = {"programme": "NATIONAL", "year": 2027}
_LOCAL_PLAN: dict[str, Any] = {"programme": "LOCAL", "year": 2027}
_CONTENTS = {
    "principles": "Đúng đối tượng, nội dung được hỗ trợ.",
    "need_and_cost": "Cần thiết; dự toán hợp lý.",
    "capacity": "Đơn vị đủ năng lực.",
    "combination": "Không trùng chương trình khác.",
    "completeness": "Hồ sơ đầy đủ.",
}
_APPRAISAL: dict[str, Any] = {
    "form": "4b",
    "contents": _CONTENTS,
    "recommended": 300000000,
    "opinion": "RECOMMENDED",
}

STORY = [
    Example(
        "create_token", "Đăng nhập", None,
        body={"username": CENTRE, "password": "khuyencong-demo"},
    ),
    Example("list_provinces", "Tỉnh, thành phố từ ngày sáp nhập", CENTRE, query={"on": "2025-07-01"}),
    Example(
        "list_organisations", "Cơ quan của một tỉnh", CENTRE, query={"province": "hai-phong", "kind": "DEPARTMENT"}
    ),
    Example("list_establishments", "Tìm cơ sở trong danh bạ", CENTRE, query={"province": "hai-phong"}),
    Example(
        "create_project", "Lập hồ sơ", CENTRE, key="7c9e6679-7425-40de-944b-e07fc1f90ae7",
        body={
            "programme": "NATIONAL", "year": 2027, "kind": "PROJECT", "activity": "T10",
            "title": "Hỗ trợ ứng dụng máy sấy lạnh trong chế biến thủy sản",
            "starts_on": "2027-03-01", "ends_on": "2028-11-30",
            "place": "Xã Kiến Thụy", "partner": "Không có.", "need": "Máy cũ tốn điện, sản phẩm không đều.",
            "objectives": "Tăng năng suất, giữ chất lượng.", "scale": "01 máy sấy lạnh.",
            "content": "Mua, lắp đặt, chạy thử.", "organisation_of_work": "Trung tâm chủ trì.",
            "effects": "Giảm một phần ba tiền điện.", "counterpart_status": "COMMITTED", "no_double_support": True,
            "beneficiaries": [{"establishment": ESTABLISHMENT, "support": 300000000, "counterpart": 420000000}],
            "estimate": [
                {
                    "position": "1", "item": "Máy sấy lạnh", "unit": "máy", "quantity": "1",
                    "unit_price": 720000000, "national": 300000000, "counterpart": 420000000,
                }
            ],
            "schedule": [{"position": 1, "work": "Mua sắm, lắp đặt"}],
            "years": [
                {"stages": "Mua, lắp đặt máy sấy", "results": "01 máy sấy lạnh"},
                {
                    "support": 100000000, "counterpart": 150000000, "stages": "Lắp máy thứ hai",
                    "results": "01 máy sấy lạnh",
                },
            ],
        },
    ),
    Example(
        "change_project", "Sửa một mục, từ bản đã đọc", CENTRE, {"code": CODE},
        body={"version": 1, "effects": "Giảm một phần ba tiền điện; thêm năm việc làm."},
    ),
    Example("read_project", "Đọc hồ sơ, việc làm được và quá trình", CENTRE, {"code": CODE}),
    _act(
        "submit", "Gửi hồ sơ đến Sở (giấy tờ kèm theo đã tải lên trên trang)", CENTRE, expected_state="draft",
        paper=_paper("11/CV-TTKC", "2026-03-02"), comment="Gửi hồ sơ đợt 1.",
    ),
    Example(
        "list_projects", "Hồ sơ chờ Sở thẩm định", DEPARTMENT, query={"state": "submitted", "q": "may say"}
    ),
    _act(
        "return", "Trả lại, nêu rõ chỗ phải sửa", DEPARTMENT, expected_state="submitted",
        effective_on="2026-03-03", answer_by="2026-03-20",
        reasons=[
            {"section": "estimate", "row": "1", "field": "unit_price", "comment": "Kèm báo giá trong 30 ngày."}
        ],
    ),
    _act(
        "submit", "Gửi lại, theo công văn do Phó Giám đốc ký thay", CENTRE, expected_state="returned",
        paper=_paper("12/CV-TTKC", "2026-03-04") | {"signer": CENTRE_DEPUTY, "manner": "KT"},
        comment="Đã kèm báo giá mới.",
    ),
    Example("read_project", "Đọc thay đổi so với lần gửi trước (sendings)", DEPARTMENT, {"code": CODE}),
    _act(
        "appraise_department", "Thẩm định cấp cơ sở", DEPARTMENT, expected_state="submitted",
        paper=_paper("21/PTĐ-SCT", "2026-03-05"), **_APPRAISAL,
    ),
    _on_files(
        "preregister", "Báo Cục đề án dự kiến đăng ký", DEPARTMENT_HEAD, round=ROUND,
        paper=_paper("31/BC-SCT", "2026-03-06"),
        items=[
            {"title": "Hỗ trợ ứng dụng máy sấy lạnh", "amount": 300000000, "project": CODE},
            {"title": "Hội chợ hàng công nghiệp nông thôn", "kind": "TASK", "amount": 500000000},
        ],
    ),
    _on_files(
        "register", "Gửi đăng ký về Cục", DEPARTMENT_HEAD, **_PLAN, paper=_paper("32/BC-SCT", "2026-03-07"),
        texts={"aims": "Cơ giới hóa chế biến thủy sản."},
        items=[{"project": CODE, "verdict": "INCLUDE", "expected_state": "appraised_department"}],
    ),
    _act(
        "appraise_agency", "Thẩm định cấp Bộ", OFFICER, paper=_paper("41/PTĐ-ĐCK", "2026-03-08"), priority_rank=1,
        **_APPRAISAL,
    ),
    _on_files(
        "request_budget", "Tổng hợp dự toán gửi Bộ", AGENCY, **_PLAN, paper=_paper("47/CV-ĐCK", "2026-03-08"),
        items=[{"project": CODE}],
    ),
    _on_files(
        "propose", "Trình phê duyệt kế hoạch", AGENCY, makes=FIRST_PLAN, **_PLAN,
        paper=_paper("42/TTr-ĐCK", "2026-03-09"), items=[{"project": CODE, "expected_state": "appraised_agency"}],
    ),
    Example("list_lists", "Tờ trình của năm", MINISTRY, query={"action": "propose", "year": "2027"}),
    Example("read_list", "Một tờ trình với các dòng", MINISTRY, {"id": FIRST_PLAN}),
    _on_list(
        "return_plan", "Trả lại tờ trình: mọi dòng đang chờ", MINISTRY, FIRST_PLAN,
        effective_on="2026-03-10", comment="Rà soát thứ tự ưu tiên.",
    ),
    _on_files(
        "propose", "Trình lại", AGENCY, makes=PLAN, **_PLAN, paper=_paper("43/TTr-ĐCK", "2026-03-11"),
        items=[{"project": CODE}],
    ),
    _on_list(
        "approve", "Phê duyệt một tờ trình: mọi dòng đang chờ, kết luận mặc định", MINISTRY, PLAN, makes=DECISION,
        paper=_paper("51/QĐ-BCT", "2026-03-12"),
    ),
    _on_list(
        "allocate", "Giao một phần kinh phí theo quyết định", AGENCY, DECISION,
        paper=_paper("44/TB-ĐCK", "2026-03-13"),
        items=[
            {
                "project": CODE, "verdict": "PARTIAL", "amount": 100000000, "reason": "Dự toán giao đợt một.",
                "expected_state": "approved",
            }
        ],
    ),
    _on_files(
        "allocate", "Giao phần còn lại", AGENCY, **_PLAN, paper=_paper("45/TB-ĐCK", "2026-03-14"),
        items=[{"project": CODE, "verdict": "FULL", "expected_state": "funded"}],
    ),
    _act(
        "contract", "Ký hợp đồng", AGENCY, paper=_paper("46/HĐ-ĐCK", "2026-03-15"), starts_on="2026-03-16",
        ends_on="2027-11-30", items=[{"project": CODE, "amount": 300000000}], comment="Thực hiện sớm.",
    ),
    _act("start", "Bắt đầu thực hiện", CENTRE, effective_on="2026-03-16"),
    _act(
        "report_progress", "Báo cáo tiến độ tháng", CENTRE, effective_on="2026-03-17", month="2026-03-17",
        percent=80, value_done=600000000, done="Đã lắp đặt, đang chạy thử.",
    ),
    _act("confirm_progress", "Xác nhận tiến độ", DEPARTMENT, effective_on="2026-03-18"),
    _act(
        "request_advance", "Đề nghị tạm ứng", CENTRE_HEAD, paper=_paper("13/CV-TTKC", "2026-03-19"),
        amount=150000000, instalment="FIRST",
    ),
    _act(
        "check_advance", "Kế toán của Cục kiểm tra, ký số tạm ứng", ACCOUNTANT, effective_on="2026-03-20",
        amount=150000000,
    ),
    _act("advance", "Chuyển tạm ứng", AGENCY, paper=_paper("UNC-01", "2026-03-20"), amount=150000000),
    _act(
        "inspect", "Kiểm tra tại cơ sở", DEPARTMENT_HEAD, effective_on="2026-03-21", planned=True,
        summary="Đúng tiến độ, đúng thiết bị.",
    ),
    _act(
        "accept", "Nghiệm thu", SECOND, paper=_paper("22/BBNT-SCT", "2026-03-22"),
        shares=[{"beneficiary": ESTABLISHMENT, "support": 300000000, "counterpart": 420000000}],
        outputs={"machines_supported": 1},
    ),
    _act(
        "check_payment_request", "Kế toán của trung tâm lập hồ sơ quyết toán", CENTRE_ACCOUNTANT,
        effective_on="2026-03-23", amount=300000000,
    ),
    _act(
        "request_payment", "Đề nghị thanh toán", CENTRE_HEAD, paper=_paper("14/CV-TTKC", "2026-03-23"),
        amount=300000000,
    ),
    _act("confirm_settlement", "Xác nhận hồ sơ quyết toán", DEPARTMENT, effective_on="2026-03-24"),
    _act(
        "check_payment", "Kế toán kiểm tra thanh toán", ACCOUNTANT, effective_on="2026-03-25", cleared=150000000,
        paid=150000000,
    ),
    _act(
        "pay", "Thanh toán phần còn lại", AGENCY, paper=_paper("UNC-02", "2026-03-25"), cleared=150000000,
        paid=150000000,
    ),
    _act(
        "check_settlement", "Kế toán kiểm tra quyết toán", ACCOUNTANT, effective_on="2026-03-26", settled=300000000,
    ),
    _act("settle", "Quyết toán", AGENCY, paper=_paper("47/BBTL-ĐCK", "2026-03-26"), settled=300000000),
    _act(
        "close", "Đóng hồ sơ", OFFICER, effective_on="2026-03-27", place_of_originals="Kho lưu trữ của Cục",
    ),
    Example(
        "begin_project_year", "Đề án nhiều năm: lập phần kinh phí năm sau", CENTRE, {"code": CODE}, body={"year": 2028}
    ),
    _on_files(
        "give_opinion", "Sở Tài chính cho ý kiến: mọi hồ sơ đang chờ", FINANCE, **_LOCAL_PLAN,
        paper=_paper("61/CV-STC", "2026-03-28"),
    ),
    _on_files(
        "propose", "Sở trình kế hoạch địa phương", DEPARTMENT_HEAD, **_LOCAL_PLAN,
        paper=_paper("33/TTr-SCT", "2026-03-29"), items=[{"project": LOCAL_CODE}],
    ),
    _on_files(
        "approve", "Chủ tịch phê duyệt: tờ trình đang chờ, mọi dòng", COMMITTEE, **_LOCAL_PLAN,
        paper=_paper("71/QĐ-UBND", "2026-03-30"),
    ),
    _on_files(
        "appraise_allocation", "Sở Tài chính thẩm định phân bổ", FINANCE, **_LOCAL_PLAN,
        paper=_paper("62/TĐ-STC", "2026-03-31"),
    ),
    Example("list_slips", "Văn bản đang chờ tôi ký", CENTRE_HEAD, query={"waiting": "true"}),
    Example("read_slip", "Đọc phiếu trình: nội dung, ai đã ký nháy, việc làm được", CENTRE_HEAD, {"id": SLIP}),
    Example(
        "act_on_slip", "Ký, ghi số và ban hành: hồ sơ được gửi đi", CENTRE_HEAD, {"id": SLIP, "action": "issue"},
        body={"expected_state": "signing", "number": "15/CV-TTKC", "date": "2026-03-31"},
    ),
    Example("list_ledger", "Bút toán của một hồ sơ", OFFICER, query={"project": CODE}),
    Example("read_balances", "Số cộng của năm", OFFICER, query={"year": "2027", "programme": "NATIONAL"}),
    Example(
        "read_report", "Số liệu quý I của một tỉnh", DEPARTMENT, {"code": "quarterly"},
        {"scope": "hai-phong", "year": "2026", "period": "q1"},
    ),
    Example(
        "order_report", "Đặt in báo cáo", DEPARTMENT, {"code": "quarterly"},
        body={"scope": "hai-phong", "year": "2026", "period": "q1"}, makes=JOB,
    ),
    Example("read_job", "Lệnh in làm đến đâu", DEPARTMENT, {"id": JOB}),
    Example("read_job_file", "Tải tệp PDF", DEPARTMENT, {"id": JOB}),
    Example("revoke_token", "Thu hồi mã, khi không dùng nữa", CENTRE),
]  # fmt: skip

PARTS: dict[str, dict[str, Any]] = {
    "SendingShape": {
        "submission": 2,
        "since": 1,
        "at": "2026-03-04",
        "changed": [
            {
                "label": "3. Mục tiêu",
                "before": "Tăng năng suất.",
                "after": "Tăng năng suất, thêm năm việc làm.",
            }
        ],
        "changed_tables": [
            {
                "title": "Dự toán",
                "changed_rows": [
                    {
                        "name": "Dòng 1: Máy sấy lạnh",
                        "how": "changed",
                        "changed": [
                            {"label": "Đơn giá (đồng)", "before": "720.000.000", "after": "700.000.000"}
                        ],
                    }
                ],
            }
        ],
    },
    "AmendmentShape": {
        "type": "PLACE",
        "label": "Thay đổi địa điểm thực hiện",
        "nth": 1,
        "outcome": "APPROVED",
        "desk": None,
        "decides": "AGENCY",
        "force_majeure": False,
        "comment": "Cơ sở chuyển xưởng.",
        "support_before": 300000000,
        "support_after": 300000000,
        "counterpart_before": 420000000,
        "counterpart_after": 420000000,
        "changed": [{"label": "1. Địa điểm thực hiện", "before": "Thôn Đông", "after": "Thôn Tây"}],
        "changed_tables": [],
        "papers": [
            {"label": "Đề nghị", "at": "2026-06-01", "number": "30/CV-TTKC", "by": "Phạm Thị Đào"},
            {"label": "Đã quyết định", "at": "2026-06-12", "number": "140/QĐ-ĐCK", "by": "Lý Thanh Ươm"},
        ],
    },
}
"""Parts of an answer that the story does not come to, by their shapes."""
