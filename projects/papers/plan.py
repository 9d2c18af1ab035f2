"""Plan of implementation of a group project (TT 36/2013/TT-BCT, articles 10.1a, 21.2a, 23.3; form 11, own layout)."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from khuyencong.lib.paper import PaperFrame
from projects.papers.parts import Period
from projects.papers.project import Beneficiary


@dataclass(frozen=True, kw_only=True)
class PlanPaper:
    """`attached` names the letter with which the plan was submitted; the plan has no number of its own.

    `decision` reads "Quyết định số … ngày … của Bộ …" by which the project was approved, `allocated` is what was
    allocated when the plan was submitted, `counterpart` the beneficiaries' own, both đồng. `approval` is the
    department's paper, empty until it approves. `form` is the official number ("11"), empty where none applies (local).
    """

    frame: PaperFrame
    attached: str
    form: str
    code: str
    title: str
    programme: str
    year: int
    activity: str
    implementer: str
    department: str
    partner: str
    decision: str
    allocated: int
    period: Period
    content: str
    specifications: str
    organisation: str
    beneficiaries: tuple[Beneficiary, ...]
    approval: str

    @property
    def support(self) -> int:
        """What the plan gives to all beneficiaries, đồng."""
        return sum(beneficiary.support for beneficiary in self.beneficiaries)

    @property
    def counterpart(self) -> int:
        """What all beneficiaries bring, đồng."""
        return sum(beneficiary.counterpart for beneficiary in self.beneficiaries)

    @property
    def places(self) -> str:
        """Where the project is carried out, each place once."""
        return "; ".join(dict.fromkeys(beneficiary.place for beneficiary in self.beneficiaries))


def plan_html(paper: PlanPaper) -> str:
    """The plan, signed by the head of the implementing unit."""
    return render_to_string("papers/plan.html", {"paper": paper, "frame": paper.frame})
