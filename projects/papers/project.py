"""Đề án khuyến công with its estimate: the eight contents of TT 36/2013/TT-BCT, article 5."""

from dataclasses import dataclass
from decimal import Decimal

from django.template.loader import render_to_string

from khuyencong.lib.paper import PaperFrame
from projects.papers.parts import Funding, Period, YearPart, sum_funding


@dataclass(frozen=True, kw_only=True)
class Beneficiary:
    """An establishment that is to receive support, with its share in đồng.

    `details` such as "Doanh nghiệp nhỏ và vừa; mã số thuế 0201234567; người đại diện: bà Lê Thị Hoa".
    """

    name: str
    details: str
    place: str
    support: int
    counterpart: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the schedule, with the body or person that carries it out."""

    work: str
    period: Period
    responsible: str


@dataclass(frozen=True, kw_only=True)
class EstimateRow:
    """One line of the estimate; a `heading` repeats the sum of the lines below it and is not added again.

    `quantity` has up to three decimals; `unit_price`, `amount` and `funding` are đồng.
    """

    position: str
    item: str
    unit: str = ""
    quantity: Decimal | None = None
    unit_price: int | None = None
    amount: int
    funding: Funding
    basis: str = ""
    note: str = ""
    heading: bool = False


@dataclass(frozen=True, kw_only=True)
class ProjectPaper:
    """`programme` in words ("khuyến công quốc gia"), `subject` what it is about ("đề án", "nhiệm vụ"); free texts are
    paragraphs separated by line breaks. A stand-alone estimate has none of the eight contents (`parts`)."""

    frame: PaperFrame
    code: str
    subject: str
    parts: bool
    title: str
    programme: str
    year: int
    implementer: str
    implementer_address: str
    partner: str
    beneficiaries: tuple[Beneficiary, ...]
    place: str
    period: Period
    need: str
    objectives: str
    scale: str
    content: str
    schedule: tuple[Step, ...]
    estimate: tuple[EstimateRow, ...]
    organisation: str
    effects: str
    years: tuple[YearPart, ...] = ()
    """Of a project over several years each one's part, the plan year first."""
    activities: tuple[str, ...] = ()
    """The other activities of a flagship project."""

    @property
    def years_support(self) -> int:
        """State support of all years, đồng."""
        return sum(part.support for part in self.years)

    @property
    def years_counterpart(self) -> int:
        return sum(part.counterpart for part in self.years)

    @property
    def estimate_total(self) -> int:
        """The whole estimate, đồng."""
        return sum(row.amount for row in self.estimate if not row.heading)

    @property
    def estimate_funding(self) -> Funding:
        """The whole estimate by source, đồng."""
        return sum_funding(row.funding for row in self.estimate if not row.heading)

    @property
    def source_columns(self) -> int:
        """How many sources the table shows: those that give something, and the beneficiary's."""
        funding = self.estimate_funding
        return 1 + sum(amount > 0 for amount in (funding.national, funding.local, funding.other))


def project_html(paper: ProjectPaper) -> str:
    """The project, and its estimate as an annex."""
    return render_to_string("papers/project.html", {"paper": paper, "frame": paper.frame})
