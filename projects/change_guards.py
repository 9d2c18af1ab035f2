"""What must hold of a change of an approved file, of its end, of money at the end of the year (projects/guards.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

from accounts.models import Position
from budgets.models import EntryKind
from budgets.queries import Balance, balance
from khuyencong.lib.dates import short_date
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Refused, Step, must
from projects.bodies import is_party_a
from projects.change_requests import OPENED, asked_file, faults, standing_file, types_of, waiting_change
from projects.models import ChangeType, Event, ProjectYear
from projects.queries import files_visible_to
from projects.snapshots import SHARE_FIELDS
from projects.states import State


@must("Loại điều chỉnh và nội dung mới hợp lệ, khác hồ sơ đang có hiệu lực")
def change_is_possible(step: Step) -> str | None:
    year: ProjectYear = step.subject
    change_type = step.details["type"]
    if change_type not in OPENED:
        return "Loại điều chỉnh này không do đơn vị thực hiện đề nghị."
    if change_type not in types_of(year.project):
        return (
            "Địa điểm, cơ sở thụ hưởng, đơn vị phối hợp của đề án nhóm theo kế hoạch triển khai (Mẫu 11), không theo "
            "đề nghị điều chỉnh. Hãy chọn loại điều chỉnh khác."
        )
    before = standing_file(year)
    try:
        after = asked_file(year, change_type, step.details.get("changes") or {}, before)
    except Refused as refusal:
        return str(refusal)
    if year.state == State.APPROVED and change_type == ChangeType.EXTEND_NEXT_YEAR:
        return "Hồ sơ chưa được giao kinh phí nên chưa gia hạn được."
    return " ".join(faults(year, change_type, before, after, step.on)) or None


def _compared(file: Mapping[str, Any], year: ProjectYear, change_type: str) -> dict[str, Any]:
    """What a request was made on. How the register writes a beneficiary down (its province may have another name since)
    is none of it, nor are the parts of other budget years unless the request moves them."""
    parts = {part: file[part] for part in ("file", "estimate", "support", "counterpart")}
    shares = [{name: row[name] for name in SHARE_FIELDS} for row in file["beneficiaries"]]
    moves = change_type == ChangeType.YEARS
    years = [row for row in file.get("years", ()) if moves or row["year"] == year.year]
    return {**parts, "beneficiaries": shares, "years": years}


@must("Hồ sơ vẫn như khi đề nghị, nội dung mới vẫn hợp lệ")
def change_still_fits(step: Step) -> str | None:
    """What happened since (an acceptance, an advance) may stand against it: it is asked anew, on the file as it is."""
    change = waiting_change(step.subject)
    if change is None:
        return None
    year: ProjectYear = step.subject
    asked_on, stands = (_compared(file, year, change.type) for file in (change.before, standing_file(year)))
    if asked_on != stands:
        return "Hồ sơ đã khác so với khi đơn vị đề nghị. Hãy trả lại để đơn vị lập đề nghị mới."
    return " ".join(faults(year, change.type, change.before, change.after, step.on)) or None


@must("Quyết định bằng phụ lục: đã có hợp đồng, loại thuộc thẩm quyền của bên A")
def annex_fits(step: Step) -> str | None:
    """The agency decides by a decision or in the contract itself (T36 article 11.2b)."""
    if not step.details.get("by_annex"):
        return None
    if not is_party_a(step.subject, step.by.organisation):
        return "Chỉ bên A của hợp đồng đã ký mới điều chỉnh bằng phụ lục hợp đồng; hãy ghi quyết định."
    return None


@must("Người xác nhận, trình không đồng thời quyết định")
def decided_by_another(step: Step) -> str | None:
    change = waiting_change(step.subject)
    if change is None:
        return None
    before = [change.requested_id, change.confirmed_id, change.proposed_id]
    if Event.objects.filter(pk__in=[pk for pk in before if pk], person_id=step.by.person_id).exists():
        return "Ông, bà đã xác nhận hoặc trình đề nghị này nên không quyết định được; người khác phải quyết định."
    return None


@must("Không quá số chưa chi, chưa chuyển nguồn")
def within_unspent(step: Step) -> str | None:
    left = unspent(step.subject)
    if 0 < step.details["amount"] <= left:
        return None
    return f"Kinh phí được giao chưa chi, chưa chuyển nguồn là {dong(left)}."


@must("Không quá số chưa chi, chưa nghiệm thu, chưa chuyển nguồn")
def within_cancellable(step: Step) -> str | None:
    sums = balance(step.subject.pk)
    left = min(unspent(step.subject), sums.allocated - sums.accepted)
    if 0 < step.details["amount"] <= left:
        return None
    return f"Dự toán có thể hủy của hồ sơ là {dong(max(left, 0))}."


@must("Năm ngân sách đã kết thúc")
def year_is_over(step: Step) -> str | None:
    last = dt.date(step.subject.year, 12, 31)
    return f"Năm ngân sách kết thúc ngày {short_date(last)}." if step.on <= last else None


def unspent(year: ProjectYear) -> int:
    """Allocated, neither spent nor carried into the next year, in đồng."""
    sums = balance(year.pk)
    carried = (
        year.entries.filter(kind=EntryKind.CARRIED_OVER, amount__gt=0).aggregate(all=Sum("amount"))["all"]
        or 0
    )
    return max(sums.allocated - sums.advanced - sums.paid - carried, 0)


def refund_due(year: ProjectYear, sums: Balance) -> int:
    """What has to come back, in đồng: after a stop the cash above what was accepted, otherwise above the settlement."""
    if year.state == State.STOPPED:
        return max(sums.disbursed - max(sums.settled, sums.accepted), 0)
    return sums.refund_due


@must("Không quá số phải hoàn trả")
def refund_within_due(step: Step) -> str | None:
    due = refund_due(step.subject, balance(step.subject.pk))
    return None if 0 < step.details["amount"] <= due else f"Số phải hoàn trả còn {dong(due)}."


# -- the implementer's record ------------------------------------------------------------------------


def terminations_of(year: ProjectYear, by: Position) -> list[Event]:
    """Decisions that ended other files of the same unit for a violation, as far as ``by`` sees them, latest first."""
    rows = Event.objects.filter(
        action="terminate",
        project_year__project__implementer_id=year.project.implementer_id,
        project_year__in=files_visible_to(by),
    )
    return list(
        rows.exclude(project_year=year).select_related("project_year__project", "paper").order_by("-pk")
    )


@must("Đơn vị thực hiện chưa có đề án bị ngừng do vi phạm")
def implementer_without_record(step: Step) -> str | None:
    """A warning, not a block (T36 article 11.3; house)."""
    found = terminations_of(step.subject, step.by)
    if not found:
        return None
    named = "; ".join(f"{event.project_year.shown_code} ({event.paper})" for event in found)
    return f"Đơn vị thực hiện có đề án bị ngừng do vi phạm, không đáp ứng yêu cầu: {named}."
