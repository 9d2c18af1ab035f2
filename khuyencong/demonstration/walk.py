"""Walks a file along the chain as its people would: each step acts as the right position, with a paper of that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.models import Position
from accounts.tenancy import acting_as
from budgets.models import Programme
from khuyencong.demonstration.people import seat
from projects.chain import PaperData
from projects.models import Establishment, Project, ProjectYear, RegistrationRound
from projects.services.acts import act
from projects.services.lists import Line, act_on_list
from projects.states import State

CONTENTS = {
    "principles": "Đề án phù hợp với nguyên tắc, nội dung hoạt động và ngành nghề được hưởng chính sách khuyến công.",
    "need_and_cost": "Mục tiêu rõ, thiết bị cần thiết; dự toán lập trên báo giá và phù hợp mặt bằng giá.",
    "capacity": "Trung tâm có kinh nghiệm; cơ sở thụ hưởng có đủ mặt bằng, lao động và vốn đối ứng.",
    "combination": "Không trùng với chương trình khác; có thể kết hợp xúc tiến thương mại.",
    "completeness": "Hồ sơ đủ thành phần theo quy định.",
}


@dataclass
class Walker:
    """People and paper numbers for files of one province. ``day`` is the day of the next act and moves forward."""

    slug: str
    day: dt.date
    numbers: Iterator[int]
    people: dict[str, Position] = field(default_factory=dict)

    def who(self, account: str) -> Position:
        """Position of ``account``; "centre" means the centre's officer of this province."""
        if account not in self.people:
            national = account.startswith(("agency", "ministry"))
            self.people[account] = seat(account if national else f"{account}.{self.slug}")
        return self.people[account]

    def paper(self, symbol: str) -> PaperData:
        return PaperData(f"{next(self.numbers)}/{symbol}", self.day)

    def later(self, days: int) -> None:
        self.day += dt.timedelta(days=days)


def fresh(year: ProjectYear) -> ProjectYear:
    """The file as it is now, for whoever acts."""
    return ProjectYear.objects.select_related(
        "project__implementer", "project__activity", "project__province", "project__author", "procedure"
    ).get(pk=year.pk)


def one(walker: Walker, year: ProjectYear, account: str, action: str, **details: object) -> None:
    """One act on one file by ``account``."""
    by = walker.who(account)
    with acting_as(by):
        act(fresh(year), action, by=by, on=walker.day, **details)  # type: ignore[arg-type]


def many(walker: Walker, lines: list[Line], account: str, action: str, symbol: str, **more: object) -> None:
    """One list act by ``account`` under a paper of the day."""
    by = walker.who(account)
    with acting_as(by):
        lines = [Line(fresh(line.year), line.verdict, line.amount, line.reason) for line in lines]
        act_on_list(action, lines, by=by, paper=walker.paper(symbol), **more)  # type: ignore[arg-type]


def submit(walker: Walker, year: ProjectYear, comment: str = "") -> None:
    one(walker, year, "centre", "submit", paper=walker.paper("CV-TTKC"), comment=comment)


def appraise(walker: Walker, year: ProjectYear, account: str, action: str, recommended: int) -> None:
    one(
        walker, year, account, action, paper=walker.paper("PTĐ"), contents=CONTENTS, recommended=recommended,
        opinion="RECOMMENDED",
    )  # fmt: skip


def contract(walker: Walker, year: ProjectYear, amount: int, action: str = "contract") -> None:
    national = year.project.programme == Programme.NATIONAL
    head = "agency.head" if national else "dept.head"
    one(
        walker, year, head, action,
        paper=walker.paper("HĐ-KC" if action == "contract" else "QĐ-SCT"),
        amount=amount,
        signed_b=f"Ông {walker.who('centre.head').person.full_name}, Giám đốc",  # type: ignore[union-attr]
        starts_on=walker.day,
        ends_on=walker.day + dt.timedelta(days=200),
        accepting_body=walker.who("dept").organisation,
        stages="Ký hợp đồng mua máy; lắp đặt, chạy thử; nghiệm thu.",
    )  # fmt: skip


def progress(walker: Walker, year: ProjectYear, percent: int, value: int) -> None:
    one(
        walker, year, "centre", "report_progress", month=walker.day.replace(day=1), percent=percent,
        value_done=value, done="Đã ký hợp đồng mua thiết bị, đang lắp đặt tại cơ sở.",
    )  # fmt: skip


def advance(walker: Walker, year: ProjectYear, amount: int, instalment: str = "FIRST") -> None:
    head = "agency.head" if year.project.programme == Programme.NATIONAL else "dept.head"
    one(
        walker, year, "centre.head", "request_advance", paper=walker.paper("CV-TTKC"), amount=amount,
        instalment=instalment,
    )  # fmt: skip
    one(walker, year, head, "advance", paper=walker.paper("UNC"), amount=amount)


def accept(walker: Walker, year: ProjectYear, outputs: dict[str, int], counterpart: int) -> None:
    """The whole file accepted by a second officer of the department, at its contracted support (đồng)."""
    by = walker.who("dept2")
    with acting_as(by):
        shares = list(fresh(year).shares.all())
        total = sum(item.amount for item in year.contract_items.all())
        left = total
        items: list[dict[str, int | None]] = []
        for index, share in enumerate(shares):
            support = left if index == len(shares) - 1 else min(share.support, left)
            left -= support
            items.append({"share": share.pk, "support": support, "counterpart": counterpart // len(shares)})
        items = items or [{"share": None, "support": total, "counterpart": counterpart}]
    one(
        walker, year, "dept2", "accept", paper=walker.paper("BBNT"), form="5a", shares=items,
        works="Thiết bị lắp đặt đúng hợp đồng, chạy thử đạt yêu cầu, cơ sở đã đưa vào sản xuất.", outputs=outputs,
        commune_representative="Ông Nguyễn Văn An, Phó Chủ tịch UBND xã",
        beneficiary_representative="Bà Trần Thị Bình, chủ cơ sở", conclusion="Đạt yêu cầu.",
    )  # fmt: skip


def establishments_of(walker: Walker) -> list[Establishment]:
    with acting_as(walker.who("centre")):
        return list(Establishment.objects.filter(tenant=walker.who("centre").organisation.tenant))


def round_for(project: Project) -> RegistrationRound | None:
    """The national round of the project's year that is named on its registration list."""
    return (
        RegistrationRound.objects.filter(programme=project.programme, year=project.year, tenant__isnull=True)
        .order_by("closes_on")
        .first()
    )


STATE_ORDER = list(State)
