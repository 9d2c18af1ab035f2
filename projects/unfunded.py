"""What the estimate still asks above the support that was approved: nobody pays for it until something is changed."""

from __future__ import annotations

from django.db.models import Sum

from khuyencong.lib.money import dong
from projects.change_requests import own_source
from projects.models import ChangeType, ProjectYear
from projects.rows.change import CHANGEABLE


def what_has_no_source(year: ProjectYear) -> str:
    """The sentence on how much of the estimate has no source since less was approved than asked, and what to do; ""
    for a file that has all its sources or cannot be changed. One query where it can."""
    if year.state not in CHANGEABLE:
        return ""
    sums = year.estimate.aggregate(asked=Sum(own_source(year), default=0), total=Sum("amount", default=0))
    missing = sums["asked"] - year.support
    if missing <= 0:
        return ""
    return (
        f"Kinh phí hỗ trợ được duyệt {dong(year.support)}, dự toán của hồ sơ còn ghi {dong(sums['asked'])}: "
        f"{dong(missing)} trong tổng dự toán {dong(sums['total'])} chưa có nguồn. Đơn vị thực hiện đề nghị "
        f"“{ChangeType.SAME_TOTAL.label}” để bớt nội dung chi hoặc tăng vốn đối ứng."
    )
