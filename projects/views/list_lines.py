"""What the pages of a list show of its lines and of the money that it is measured by: decided at once, or prepared for
a signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from accounts.models import Position
from budgets.holders import holder_for
from budgets.models import Programme, Source
from budgets.queries import Envelope, envelope
from khuyencong.lib.numbers import grouped
from khuyencong.lib.workflow import Action, Stale, Verdict
from projects.forms.lists import COUNTING, Candidate, ListForm
from projects.models import ListAct, ProjectYear
from projects.queries import files_visible_to
from projects.said import MONEY_ACTS, Recommended
from projects.services.lists import PROPOSED_OR_IN_PLAN, PlanMoney, plan_money
from projects.states import IN_PLAN, State


def lines_shown(form: ListForm, programme: Programme, year: int, by: Position) -> dict[str, Any]:
    """For templates/projects/lists/lines.html and what stands around it."""
    row, candidates = form.row, form.candidates()
    return {
        "row": row,
        "form": form,
        "programme": programme,
        "year": year,
        "candidates": candidates,
        "lines": [(item, _columns(row, programme, item)) for item in candidates],
        "of_plan": row.name in MONEY_ACTS,
        "counts": COUNTING.get(row.name, ""),
        "with_amount": " ".join(verdict.name for verdict in row.verdicts if verdict.with_amount),
        "limit": limit_of(row, programme, year, by, sum(each.amount for each in candidates)),
        "submissions": _submissions(row, form.years),
        "follows": [(verdict.label, _follows(row, verdict)) for verdict in row.verdicts],
        "illustration": any(each.project.is_illustration for each in form.years),
    }


def renewed(form: ListForm, years: list[ProjectYear], data: QueryDict) -> ListForm:
    """The same form with what was posted, now looking at ``years`` as they are."""
    of: dict[str, Any] = {"row": form.row, "years": years, "by": form.by, "unnumbered": form.unnumbered}
    return ListForm(ListForm(**of, draft={}).renewed(data), label_suffix="", draft={}, **of)


def _follows(row: Action, verdict: Verdict) -> list[str]:
    """What a verdict means for its file, as sentences."""
    moves = f"chuyển sang “{State(verdict.target).label}”" if verdict.target else "giữ nguyên trạng thái"
    return [f"Hồ sơ {moves}.", *row.follows(verdict)]


def gone_from_list(keys: list[int], by: Position) -> Stale:
    """What is said when files were chosen that wait no longer."""
    codes = files_visible_to(by).filter(pk__in=keys).values_list("project__code", "state")
    told = ", ".join(sorted(code for code, _ in codes)) or f"{len(keys)} hồ sơ"
    return Stale(
        f"Vừa được xử lý ở nơi khác và không còn chờ việc này: {told}. Chưa có dòng nào được ghi. "
        "Các dòng còn lại vẫn giữ nội dung ông, bà đã gõ; hãy xem lại rồi thực hiện."
    )


def _submissions(row: Action, years: list[ProjectYear]) -> list[ListAct]:
    """The submissions that wait for an answer."""
    if row.name not in {"approve", "return_plan"}:
        return []
    found = ListAct.objects.filter(action="propose", lines__project_year__in=years, lines__verdict="INCLUDE")
    return list(found.select_related("paper").distinct().order_by("-pk")[:6])


@dataclass(frozen=True)
class Limit:
    """The money that a list is measured by: what there is and what is taken already, in đồng."""

    facts: tuple[tuple[str, int], ...]
    left: int
    left_label: str
    chosen: int
    """What the list takes: on its form what the default verdict on every line does."""

    @property
    def after(self) -> int:
        return self.left - self.chosen


def limit_of(row: Action, programme: Programme, year: int, by: Position, chosen: int) -> Limit | None:
    """What the holder of the money has, what its plan takes already, and what this list adds."""
    holder = holder_for(by, programme) if row.name in COUNTING and row.name != "register" else None
    if holder is None:
        return None
    if row.name in MONEY_ACTS:
        source = Source.NATIONAL if programme == Programme.NATIONAL else Source.LOCAL
        money: Envelope = envelope(holder, year, source)
        facts = (("Dự toán được giao", money.assigned), ("Đã giao cho đề án", money.allocated))
        left, after = money.left, "Còn sau lần giao này"
    else:
        # An approval answers what is proposed: only what was approved before stands beside it.
        states = IN_PLAN if row.name == "approve" else PROPOSED_OR_IN_PLAN
        plan: PlanMoney = plan_money(holder, programme, year, states=states)
        there = ("Dự toán được giao", plan.assigned)
        if plan.available > plan.assigned:
            so_far = f"mới được giao {grouped(plan.assigned)}" if plan.assigned else "chưa được giao"
            there = (f"Dự kiến ({so_far})", plan.available)
        taken = "Đã duyệt" if row.name == "approve" else "Đã trình, đã duyệt"
        facts = (there, (taken, plan.committed))
        left, after = plan.available - plan.committed, "Còn sau danh mục này"
    return Limit((*facts, ("Còn lại", left)), left, after, chosen)


Column = tuple[str, int | None, str]
"""Heading, amount in đồng (None: nobody has said one), a word beside it."""


def _columns(row: Action, programme: Programme, item: Candidate) -> list[Column]:
    """What was asked, recommended and decided of a line's money, as far as it comes before this act."""

    def level(label: str, said: Recommended | None) -> Column:
        return (label, said.amount if said else None, "không đề nghị" if said and said.against else "")

    found = [("Đề nghị", item.asked, ""), level("Sở thẩm định", item.department)]
    if programme == Programme.NATIONAL and row.name != "register":
        found.append(level("Cục thẩm định", item.agency))
    if row.name in MONEY_ACTS:
        found = [*found[:1], *found[-1:], ("Được duyệt", item.planned, ""), ("Chưa giao", item.left, "")]
    return found
