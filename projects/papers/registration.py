"""The department's registration report with the summary table of projects (TT 36/2013, article 6.1)."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from khuyencong.lib.paper import PaperFrame
from projects.papers.parts import Funding, Period, sum_funding

TEXTS = ("last_year_results", "this_year_progress", "aims")
"""What the department writes: on the two years before, beside the sums of the ledger, and what it aims at."""


@dataclass(frozen=True, kw_only=True)
class RegisteredLine:
    """One project or task asked for, in đồng; `nature` names what is not ordinary ("Đề án nhóm")."""

    code: str
    title: str
    nature: str
    implementer: str
    beneficiaries: tuple[str, ...]
    place: str
    objective: str
    period: Period
    funding: Funding
    years: str = ""
    """Of a project over several years: its split, in words."""


@dataclass(frozen=True, kw_only=True)
class RegisteredGroup:
    """The lines of one activity group."""

    name: str
    lines: tuple[RegisteredLine, ...]

    @property
    def funding(self) -> Funding:
        return sum_funding(line.funding for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class RegistrationPaper:
    """`year` is the plan's; the three texts are those of article 6, clause 1a. No group: a nil answer.

    `reporter` is the department in running text, `agency` whom it asks, `area` "thành phố Hải Phòng".
    """

    frame: PaperFrame
    year: int
    reporter: str
    agency: str
    area: str
    last_year_results: str
    this_year_progress: str
    aims: str
    groups: tuple[RegisteredGroup, ...]

    @property
    def last_year(self) -> int:
        return self.year - 2

    @property
    def this_year(self) -> int:
        return self.year - 1

    @property
    def count(self) -> int:
        """How many projects and tasks are registered."""
        return sum(len(group.lines) for group in self.groups)

    @property
    def funding(self) -> Funding:
        return sum_funding(group.funding for group in self.groups)


def registration_html(paper: RegistrationPaper) -> str:
    """The report, and the summary table (Mẫu 2, own layout) as an annex."""
    return render_to_string("papers/registration.html", {"paper": paper, "frame": paper.frame})
