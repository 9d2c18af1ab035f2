"""The grounds ("Căn cứ …") that papers cite, by the day the paper bears.

Texts and dates come from the law collection of the customer and from papers published under it; what was not
read in the text itself carries its certainty. A text that is amended is a new row, never an edited one:
a paper of last year keeps citing what stood then.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_EVER = date.min
_STILL = date.max


class PaperType(StrEnum):
    """The papers that cite grounds."""

    PROJECT = "project"
    REGISTRATION = "registration"
    APPRAISAL = "appraisal"
    DECISION = "decision"
    ACCEPTANCE = "acceptance"
    PLAN = "plan"
    REPORT = "report"


class Certainty(StrEnum):
    """How sure the citation is: read in the text, known from papers that cite it so, or from memory."""

    READ = "R"
    CITED = "D"
    MEMORY = "MEM"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One text as it is cited from `first` to `last`, both included; `years` limits it to plans of these."""

    text: str
    papers: frozenset[PaperType]
    programmes: frozenset[str] = frozenset({"NATIONAL", "LOCAL"})
    first: date = _EVER
    last: date = _STILL
    years: range = range(date.max.year)
    certainty: Certainty = Certainty.CITED


_ALL = frozenset(PaperType)
_DECISION = frozenset({PaperType.DECISION})
_MONEY = _ALL - {PaperType.REPORT}
_PLANNED = frozenset({PaperType.PROJECT, PaperType.REGISTRATION, PaperType.APPRAISAL, PaperType.DECISION})
_NATIONAL = frozenset({"NATIONAL"})
_LOCAL = frozenset({"LOCAL"})

_DECREE = "Căn cứ Nghị định số 45/2012/NĐ-CP ngày 21 tháng 5 năm 2012 của Chính phủ về khuyến công"
_DETAILS = (
    "Căn cứ Thông tư số 46/2012/TT-BCT ngày 28 tháng 12 năm 2012 của Bộ trưởng Bộ Công Thương quy định "
    "chi tiết một số nội dung của Nghị định số 45/2012/NĐ-CP ngày 21 tháng 5 năm 2012 của Chính phủ "
    "về khuyến công"
)
_PROCEDURE = (
    "Căn cứ Thông tư số 36/2013/TT-BCT ngày 27 tháng 12 năm 2013 của Bộ trưởng Bộ Công Thương quy định "
    "về việc xây dựng kế hoạch, tổ chức thực hiện và quản lý kinh phí khuyến công quốc gia"
)
_FUNDS = (
    "Căn cứ Thông tư số 28/2018/TT-BTC ngày 28 tháng 3 năm 2018 của Bộ trưởng Bộ Tài chính hướng dẫn lập, "
    "quản lý, sử dụng kinh phí khuyến công"
)

# In the order in which papers cite them. The amendments of 2017, 2018 and 2024 begin on the day of signing
# or with the year: the day they took effect was not read.
GROUNDS = (
    Ground(
        text="Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015",
        papers=_DECISION,
        programmes=_LOCAL,
        last=date(2025, 2, 28),
    ),
    Ground(
        text="Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 02 năm 2025",
        papers=_DECISION,
        programmes=_LOCAL,
        first=date(2025, 3, 1),
        last=date(2025, 6, 15),
        certainty=Certainty.MEMORY,
    ),
    Ground(
        text="Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15",
        papers=_DECISION,
        programmes=_LOCAL,
        first=date(2025, 6, 16),
    ),
    Ground(
        text="Căn cứ Luật Ngân sách nhà nước ngày 25 tháng 6 năm 2015",
        papers=_DECISION,
        programmes=_LOCAL,
        last=date(2025, 12, 31),
    ),
    Ground(
        text="Căn cứ Luật Ngân sách nhà nước số 89/2025/QH15",
        papers=_DECISION,
        programmes=_LOCAL,
        first=date(2026, 1, 1),
    ),
    Ground(text=_DECREE, papers=_ALL, last=date(2025, 10, 14), certainty=Certainty.READ),
    Ground(
        text=(
            f"{_DECREE}, được sửa đổi, bổ sung tại Nghị định số 235/2025/NĐ-CP ngày 27 tháng 8 năm 2025 "
            "của Chính phủ"
        ),
        papers=_ALL,
        first=date(2025, 10, 15),
    ),
    Ground(
        text=(
            "Căn cứ Nghị định số 98/2017/NĐ-CP ngày 18 tháng 8 năm 2017 của Chính phủ quy định chức năng, "
            "nhiệm vụ, quyền hạn và cơ cấu tổ chức của Bộ Công Thương"
        ),
        papers=_DECISION,
        programmes=_NATIONAL,
        last=date(2022, 11, 30),
    ),
    Ground(
        text=(
            "Căn cứ Nghị định số 96/2022/NĐ-CP ngày 29 tháng 11 năm 2022 của Chính phủ quy định chức năng, "
            "nhiệm vụ, quyền hạn và cơ cấu tổ chức của Bộ Công Thương"
        ),
        papers=_DECISION,
        programmes=_NATIONAL,
        first=date(2022, 12, 1),
        last=date(2025, 2, 28),
        certainty=Certainty.MEMORY,
    ),
    Ground(
        text=(
            "Căn cứ Nghị định số 40/2025/NĐ-CP ngày 26 tháng 02 năm 2025 của Chính phủ quy định chức năng, "
            "nhiệm vụ, quyền hạn và cơ cấu tổ chức của Bộ Công Thương"
        ),
        papers=_DECISION,
        programmes=_NATIONAL,
        first=date(2025, 3, 1),
    ),
    Ground(
        text=(
            "Căn cứ Quyết định số 1288/QĐ-TTg ngày 01 tháng 8 năm 2014 của Thủ tướng Chính phủ phê duyệt "
            "Chương trình khuyến công quốc gia đến năm 2020"
        ),
        papers=_PLANNED,
        programmes=_NATIONAL,
        years=range(2014, 2021),
    ),
    Ground(
        text=(
            "Căn cứ Quyết định số 1881/QĐ-TTg ngày 20 tháng 11 năm 2020 của Thủ tướng Chính phủ phê duyệt "
            "Chương trình khuyến công quốc gia giai đoạn 2021 - 2025"
        ),
        papers=_PLANNED,
        programmes=_NATIONAL,
        years=range(2021, 2026),
    ),
    Ground(text=_DETAILS, papers=_ALL, last=date(2017, 9, 28), certainty=Certainty.READ),
    Ground(
        text=f"{_DETAILS}, được sửa đổi, bổ sung tại Thông tư số 20/2017/TT-BCT ngày 29 tháng 9 năm 2017",
        papers=_ALL,
        first=date(2017, 9, 29),
    ),
    Ground(
        text=_PROCEDURE, papers=_ALL, programmes=_NATIONAL, last=date(2018, 7, 9), certainty=Certainty.READ
    ),
    Ground(
        text=f"{_PROCEDURE}, được sửa đổi, bổ sung tại Thông tư số 17/2018/TT-BCT ngày 10 tháng 7 năm 2018",
        papers=_ALL,
        programmes=_NATIONAL,
        first=date(2018, 7, 10),
    ),
    Ground(text=_FUNDS, papers=_MONEY, first=date(2018, 5, 11), last=date(2023, 12, 31)),
    Ground(
        text=f"{_FUNDS}, được sửa đổi, bổ sung tại Thông tư số 64/2024/TT-BTC",
        papers=_MONEY,
        first=date(2024, 1, 1),
    ),
    Ground(
        text=(
            "Căn cứ Quyết định số 2646/QĐ-BCT ngày 23 tháng 9 năm 2025 của Bộ trưởng Bộ Công Thương "
            "phê duyệt Chương trình khuyến công quốc gia giai đoạn 2026 - 2030"
        ),
        papers=_PLANNED,
        programmes=_NATIONAL,
        years=range(2026, 2031),
        first=date(2025, 9, 23),
    ),
)


def grounds(paper: PaperType, programme: str, *, on: date, year: int) -> tuple[str, ...]:
    """What a paper of that type cites on the day `on`, for the plan of `year`, without closing marks.

    `programme` is NATIONAL or LOCAL. What belongs to one paper alone (the budget assignment, a province's own
    resolution, the contract, "Theo đề nghị của …") is added behind it by whoever makes the paper.
    """
    return tuple(
        ground.text
        for ground in GROUNDS
        if paper in ground.papers
        and programme in ground.programmes
        and ground.first <= on <= ground.last
        and year in ground.years
    )
