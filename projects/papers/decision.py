"""The decision that approves a yearly plan, with its projects in an annex (Decree 45/2012 2.2; T36 8.3)."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from khuyencong.lib.paper import PaperFrame
from projects.papers.parts import Funding, sum_funding


@dataclass(frozen=True, kw_only=True)
class ApprovedLine:
    """One approved project or task; `funding` in đồng equals the ledger."""

    code: str
    title: str
    implementer: str
    beneficiaries: tuple[str, ...]
    place: str
    funding: Funding
    years: str = ""
    """Of a project over several years: its split, in words."""


@dataclass(frozen=True, kw_only=True)
class ApprovedGroup:
    """Lines under one heading of the annex (a province, an activity group); none when `name` is empty."""

    name: str
    lines: tuple[ApprovedLine, ...]

    @property
    def funding(self) -> Funding:
        return sum_funding(line.funding for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class PlanDecision:
    """What both plan decisions share. `programme` in words; `plan_round` such as "đợt 1", may be empty."""

    frame: PaperFrame
    programme: str
    year: int
    plan_round: str
    groups: tuple[ApprovedGroup, ...]

    @property
    def count(self) -> int:
        """How many projects and tasks are approved."""
        return sum(len(group.lines) for group in self.groups)

    @property
    def funding(self) -> Funding:
        return sum_funding(group.funding for group in self.groups)


@dataclass(frozen=True, kw_only=True)
class NationalDecision(PlanDecision):
    """The Minister's decision; `agency` and `finance_unit` by the names they bear on that day."""

    agency: str
    finance_unit: str


@dataclass(frozen=True, kw_only=True)
class LocalDecision(PlanDecision):
    """A province's decision; `committee` reads "Ủy ban nhân dân tỉnh Phú Thọ", `area` "tỉnh Phú Thọ"."""

    area: str
    committee: str
    implementers: tuple[str, ...]


def decision_html(paper: NationalDecision | LocalDecision) -> str:
    """The decision and its annex; who signs, and as what, stands in the frame."""
    level = "local" if isinstance(paper, LocalDecision) else "national"
    return render_to_string(f"papers/decision_{level}.html", {"paper": paper, "frame": paper.frame})
