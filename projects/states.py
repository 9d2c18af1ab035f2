"""States of a file (chain.md) and the groups that pages and reports speak of, written down."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Đã gửi Sở"
    RETURNED = "returned", "Trả lại bổ sung"
    APPRAISED_DEPARTMENT = "appraised_department", "Đã thẩm định cấp cơ sở"
    REGISTERED = "registered", "Đã gửi đăng ký về Cục"
    APPRAISED_AGENCY = "appraised_agency", "Đã thẩm định cấp Bộ"
    PROPOSED = "proposed", "Đã trình phê duyệt"
    APPROVED = "approved", "Đã phê duyệt, chờ kinh phí"
    FUNDED = "funded", "Đã giao kinh phí"
    CONTRACTED = "contracted", "Đã ký hợp đồng / giao nhiệm vụ"
    IN_PROGRESS = "in_progress", "Đang thực hiện"
    ACCEPTED = "accepted", "Đã nghiệm thu"
    SETTLED = "settled", "Đã thanh lý, quyết toán"
    CLOSED = "closed", "Đã kết thúc, lưu hồ sơ"
    WITHDRAWN = "withdrawn", "Đã rút"
    NOT_SELECTED = "not_selected", "Không được chọn"
    STOPPED = "stopped", "Đã ngừng thực hiện"


WRITABLE = frozenset({State.DRAFT, State.RETURNED})
"""The implementing unit still writes the file."""

BEFORE_APPROVAL = frozenset(
    {
        State.DRAFT,
        State.SUBMITTED,
        State.RETURNED,
        State.APPRAISED_DEPARTMENT,
        State.REGISTERED,
        State.APPRAISED_AGENCY,
        State.PROPOSED,
    }
)

IN_LOCAL_PLAN = frozenset(
    {
        State.APPRAISED_DEPARTMENT,
        State.PROPOSED,
        State.APPROVED,
        State.FUNDED,
        State.CONTRACTED,
        State.IN_PROGRESS,
        State.ACCEPTED,
        State.SETTLED,
        State.CLOSED,
        State.STOPPED,
    }
)
"""Local files that the finance department and the people's committee see."""

IN_PLAN = frozenset(
    {
        State.APPROVED,
        State.FUNDED,
        State.CONTRACTED,
        State.IN_PROGRESS,
        State.ACCEPTED,
        State.SETTLED,
        State.CLOSED,
        State.STOPPED,
    }
)
"""Approved by a decision: the support in force counts against the money of the year."""

SENDINGS = frozenset({"submit", "add_own_task"})
"""Acts with which a file leaves its writer: its content is frozen with them, and they are counted."""

UNDER_CONTRACT = frozenset({State.CONTRACTED, State.IN_PROGRESS, State.ACCEPTED})

FINAL = frozenset({State.CLOSED, State.WITHDRAWN, State.NOT_SELECTED})
