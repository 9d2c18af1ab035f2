"""What must hold of a budget year beside the other years of its project (see projects/guards.py; decision 0033)."""

from __future__ import annotations

from khuyencong.lib.workflow import Step, must
from projects.guards import asked_support
from projects.models import ProjectYear
from projects.queries import standing_reports
from projects.states import State
from projects.years import NO_MONEY, flagship_faults, over_years, split_faults


@must("Đề án nhiều năm: phân kỳ các năm đủ, phần của năm không vượt mức đã duyệt; đề án điểm đúng quy định")
def years_fit(step: Step) -> str | None:
    """T36 article 2.3, 15.2; TT 17/2018."""
    year: ProjectYear = step.subject
    faults = split_faults(year, asked_support(year)) if over_years(year.project) else []
    if not year.is_later_year:  # the whole was appraised and approved with the first year
        faults += flagship_faults(year, step.on)
    return " ".join(faults) or None


@must("Đề án nhiều năm: các năm khác không ngừng thực hiện")
def no_year_stopped(step: Step) -> str | None:
    """Nothing of a later budget year goes on once another was stopped; it is withdrawn or stopped, too."""
    year: ProjectYear = step.subject
    if step.action.name not in GOING_ON or not over_years(year.project):
        return None
    stopped = ProjectYear.objects.filter(project=year.project_id, state=State.STOPPED).exclude(pk=year.pk)
    found = stopped.values_list("year", flat=True).first()
    return (
        f"Phần kinh phí năm {found} của đề án đã ngừng thực hiện nên phần này không đi tiếp."
        if found
        else None
    )


GOING_ON = frozenset(
    {"submit", "add_own_task", "register", "propose", "approve", "allocate", "contract", "assign_task"}
)
"""Acts that bring a budget year nearer to its money."""


@must("Phần kinh phí năm trước đã nghiệm thu")
def year_before_accepted(step: Step) -> str | None:
    """What the next year pays for begins when the last one's work is done; a file that goes on beside it asks for a
    reason (house)."""
    before = _year_before(step.subject)
    if before is None or before.state in {State.ACCEPTED, State.SETTLED, State.CLOSED, *NO_MONEY}:
        return None
    return f"Phần kinh phí năm {before.year} đang ở “{before.get_state_display()}”, chưa nghiệm thu."


def _year_before(year: ProjectYear) -> ProjectYear | None:
    """The file of the budget year before in a project over years; None for the first."""
    if not year.is_later_year:
        return None
    return ProjectYear.objects.filter(project=year.project_id, year__lt=year.year).order_by("-year").first()


@must("Phần kinh phí năm trước có báo cáo tiến độ đã xác nhận")
def year_before_reported(step: Step) -> str | None:
    """The next year is proposed with the progress of the last (chain.md §3.5)."""
    before = _year_before(step.subject)
    if before is None or before.state in {State.SETTLED, State.CLOSED, *NO_MONEY}:
        return None
    if standing_reports(before).filter(confirmed_on__isnull=False).exists():
        return None
    return f"Phần kinh phí năm {before.year} chưa có báo cáo tiến độ được xác nhận."
