"""Appraisal form by the five contents of TT 36/2013/TT-BCT, article 9 (forms 4a and 4b, own layout)."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from khuyencong.lib.paper import PaperFrame
from projects.papers.parts import Funding, Period, YearPart

# Article 9, in its order.
CONTENTS = (
    "Mức độ phù hợp của đề án với các nguyên tắc lập đề án khuyến công",
    (
        "Mục tiêu, sự cần thiết và hiệu quả của đề án; tính hợp lý về sử dụng kinh phí, nguồn lực và "
        "cơ sở vật chất, kỹ thuật khác"
    ),
    "Năng lực của đơn vị thực hiện, đơn vị phối hợp, đơn vị thụ hưởng",
    "Khả năng kết hợp, lồng ghép với các dự án, chương trình mục tiêu khác",
    "Sự phù hợp và đầy đủ của hồ sơ, tài liệu của đề án",
)


@dataclass(frozen=True, kw_only=True)
class AppraisedBeneficiary:
    """An establishment as the appraiser found it; `eligibility` says why it may be supported on that day."""

    name: str
    place: str
    eligibility: str


@dataclass(frozen=True, kw_only=True)
class AppraisalPaper:
    """`form` is the official number the layout follows ("4a", "4b"), empty where none applies (local).

    `findings` answers CONTENTS one by one. `asked` is what the implementing unit proposes, `recommended` the
    support that the appraiser proposes, both đồng. `appraised_by` names the council or people; `conclusion`
    such as "Đề nghị hỗ trợ".
    """

    frame: PaperFrame
    form: str
    code: str
    title: str
    programme: str
    year: int
    activity: str
    implementer: str
    partner: str
    beneficiaries: tuple[AppraisedBeneficiary, ...]
    place: str
    period: Period
    asked: Funding
    findings: tuple[str, str, str, str, str]
    recommended: int
    conclusion: str
    appraised_by: str
    years: tuple[YearPart, ...] = ()
    """Of a project over several years, appraised as one with its first: each year as asked and as recommended."""

    @property
    def total(self) -> int:
        """State support recommended over all years, đồng."""
        return sum(part.recommended or 0 for part in self.years)

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """Each content of article 9 with what was found."""
        return tuple(zip(CONTENTS, self.findings, strict=True))


def appraisal_html(paper: AppraisalPaper) -> str:
    """The form, signed by the head of the appraising body."""
    return render_to_string("papers/appraisal.html", {"paper": paper, "frame": paper.frame})
