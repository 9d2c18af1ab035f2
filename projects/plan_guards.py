"""What must hold between money and contract: the plan of implementation of a group project (Mẫu 11), the tender and
the way in which it is chosen (see projects/guards.py)."""

from __future__ import annotations

from budgets.models import Selection
from budgets.queries import balance
from khuyencong.lib.dates import short_date
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Step, must
from projects.groups import group_type
from projects.guards import shares_of
from projects.models import Project, Stage
from projects.norms import norm_blocks
from projects.queries import working_year
from projects.requirements import lacking


@must("Nêu cơ sở thụ hưởng, tổng hỗ trợ không quá kinh phí được giao")
def plan_within_allocation(step: Step) -> str | None:
    """Each beneficiary with its part; together no more than was allocated (T36 article 10.1a, 21.2a)."""
    shares = shares_of(step.subject)
    if not shares:
        return "Kế hoạch triển khai chưa nêu cơ sở thụ hưởng; hãy chọn ở trang “Cơ sở thụ hưởng”."
    empty = [share.establishment.name for share in shares if not share.support]
    if empty:
        return f"Chưa ghi mức hỗ trợ của: {'; '.join(empty)}."
    total, allocated = sum(share.support for share in shares), balance(step.subject.pk).allocated
    if total > allocated:
        return f"Tổng hỗ trợ của các cơ sở là {dong(total)}, vượt kinh phí được giao {dong(allocated)}."
    return None


@must("Đủ giấy tờ của các cơ sở và giấy tờ Sở yêu cầu thêm")
def plan_papers_attached(step: Step) -> str | None:
    return lacking("Kế hoạch triển khai", step.subject, step.on, Stage.PLAN)


@must("Trong định mức đã xác nhận")
def plan_within_confirmed_norms(step: Step) -> str | None:
    """The approval of the project could not count its beneficiaries; that of the plan can."""
    total = sum(share.support for share in shares_of(step.subject))
    return " ".join(norm_blocks(step.subject, step.on, total)) or None


@must("Thời gian hợp lệ; máy móc, thiết bị có đặc tính kỹ thuật")
def plan_complete(step: Step) -> str | None:
    starts_on, ends_on = step.details["starts_on"], step.details["ends_on"]
    if ends_on < starts_on:
        return f"Ngày kết thúc {short_date(ends_on)} trước ngày bắt đầu {short_date(starts_on)}."
    found = group_type(step.subject.project, step.on)
    if found is not None and found.named and not step.details.get("specifications", "").strip():
        return "Đề án nhóm máy móc, thiết bị: kế hoạch phải nêu đặc tính kỹ thuật làm căn cứ ký hợp đồng."
    return None


@must("Thời gian triển khai trong năm kế hoạch")
def plan_within_year(step: Step) -> str | None:
    year, last = step.subject.year, working_year(step.subject)
    starts_on, ends_on = step.details["starts_on"], step.details["ends_on"]
    if starts_on.year >= year and ends_on.year <= last:
        return None
    return f"Thời gian triển khai {short_date(starts_on)} – {short_date(ends_on)} không nằm trong năm kế hoạch {year}."


@must("Quyết định kết quả không đề ngày sau hôm ghi; giá trúng thầu lớn hơn 0")
def tender_result_holds(step: Step) -> str | None:
    if step.details["price"] <= 0:
        return "Giá trúng thầu phải lớn hơn 0."
    if step.details["decided_on"] > step.on:
        return f"Ngày quyết định {short_date(step.details['decided_on'])} sau ngày ghi {short_date(step.on)}."
    return None


@must("Không quá giá trúng thầu")
def contract_within_tender(step: Step) -> str | None:
    last = step.subject.tender_results.last()
    if last is None or step.details["amount"] <= last.price:
        return None
    return f"Giá trị hợp đồng {dong(step.details['amount'])} vượt giá trúng thầu {dong(last.price)}."


@must("Khác cách chọn đang áp dụng")
def selection_changes(step: Step) -> str | None:
    project: Project = step.subject.project
    if step.details["method"] != project.selection_method:
        return None
    return f"Đề án đang áp dụng “{Selection(project.selection_method).label.lower()}”."
