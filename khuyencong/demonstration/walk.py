"""Walks a file along the chain as its people would: each step acts as the right position, with a paper of its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Position
from accounts.queries import names_on
from accounts.tenancy import acting_as
from budgets.models import Programme, Selection
from khuyencong.demonstration.people import seat
from projects.chain import PaperData
from projects.models import BeneficiaryShare, ContractItem, Event, ListAct, ProjectYear, RegistrationRound
from projects.queries import with_places
from projects.routes import DIRECT, route_name
from projects.second_signature import last_check
from projects.services.acts import act
from projects.services.lists import Line, act_on_list

CONTENTS = {
    "principles": "Đề án phù hợp nguyên tắc, nội dung hoạt động và ngành nghề được hưởng chính sách khuyến công.",
    "need_and_cost": "Mục tiêu rõ, đầu tư cần thiết; dự toán lập trên báo giá và phù hợp mặt bằng giá.",
    "capacity": "Trung tâm có kinh nghiệm; cơ sở thụ hưởng đủ mặt bằng, lao động và vốn đối ứng.",
    "combination": "Không trùng chương trình khác; có thể kết hợp xúc tiến thương mại.",
    "completeness": "Hồ sơ đủ thành phần theo quy định.",
}
NATIONWIDE = ("agency", "ministry", "regional", "service")
PER_DAY = 4  # papers of one series that a body numbers in a day, so that numbers grow with the days


@dataclass
class Scene:
    """The people of the story and the numbers of their papers. ``seat_of`` finds the position of an account."""

    seat_of: Callable[[str], Position] = seat
    people: dict[str, Position] = field(default_factory=dict)
    used: set[tuple[str, str, int, int]] = field(default_factory=set)
    rounds: dict[int, RegistrationRound] = field(default_factory=dict)  # the nation's, by year

    def who(self, account: str, slug: str = "") -> Position:
        """Position of ``account``; of a province's bodies that of the province ``slug``: "dept.head"."""
        name = account if account.startswith(NATIONWIDE) else f"{account}.{slug}"
        if name not in self.people:
            self.people[name] = self.seat_of(name)
        return self.people[name]

    def paper(self, symbol: str, day: dt.date, *, issuer: str = "", summary: str = "") -> PaperData:
        """A paper of the series ``symbol`` ("BC-SCT") with the next free number of its day."""
        number = day.timetuple().tm_yday * PER_DAY
        while (issuer, symbol, day.year, number) in self.used:
            number += 1
        self.used.add((issuer, symbol, day.year, number))
        return PaperData(f"{number}/{symbol}", day, summary)

    def decide(
        self,
        action: str,
        account: str,
        symbol: str,
        day: dt.date,
        lines: Sequence[tuple[Walk, str | None, int | None, str]],
        *,
        slug: str = "",
        **more: Any,
    ) -> ListAct:
        """A list act on ``day``: for each file a verdict (None: the default), an amount in đồng, a reason.

        Without ``symbol`` it rests on no paper."""
        by = self.who(account, slug)
        with acting_as(by):
            return act_on_list(
                action,
                [Line(walk.now(), verdict, amount, reason) for walk, verdict, amount, reason in lines],
                by=by,
                paper=self.paper(symbol, day, issuer=slug) if symbol else None,
                on=day,
                **more,
            )


def same(*walks: Walk) -> list[tuple[Walk, str | None, int | None, str]]:
    """Lines that all take the default verdict."""
    return [(walk, None, None, "") for walk in walks]


@dataclass
class Walk:
    """One file on its way. ``on`` sets the day of the next act; every other method is one act of the chain."""

    scene: Scene
    year: ProjectYear
    slug: str
    day: dt.date
    unit: str = "centre"
    unit_head: str = "centre.head"
    """Accounts of the unit that writes the file and carries it out."""

    @property
    def unit_accountant(self) -> str:
        """Account of the unit's accountant."""
        return self.unit_head.replace("head", "accountant")

    def now(self) -> ProjectYear:
        """The file as it is now, for whoever acts."""
        return with_places(ProjectYear.objects.all()).get(pk=self.year.pk)

    def on(self, month: int, day: int, year: int | None = None) -> Walk:
        self.day = dt.date(year or self.day.year, month, day)
        return self

    def who(self, account: str) -> Position:
        return self.scene.who(account, self.slug)

    def paper(self, symbol: str, account: str = "centre") -> PaperData:
        """A paper of today in the story, numbered by the body of ``account``."""
        issuer = "" if account.startswith(NATIONWIDE) else self.slug
        return self.scene.paper(symbol, self.day, issuer=issuer)

    def act(self, account: str, action: str, **details: Any) -> Walk:
        """One act by ``account``, today in the story."""
        by = self.who(account)
        with acting_as(by):
            act(self.now(), action, by=by, on=self.day, **details)
        return self

    @property
    def national(self) -> bool:
        return self.year.project.programme == Programme.NATIONAL

    @property
    def party_a(self) -> str:
        """Account of the head who contracts and pays."""
        return "agency.head" if self.national else "dept.head"

    @property
    def accountant_a(self) -> str:
        """Account of the accountant beside that head."""
        return "agency.accountant" if self.national else "dept.accountant"

    @property
    def series_a(self) -> str:
        return "ĐCK" if self.national else "SCT"

    def _check(self, account: str, action: str, **amounts: int) -> None:
        """The accountant signs the amounts (đồng), unless he has signed just these."""
        with acting_as(self.who(account)):
            signed = last_check(self.year, action)
        if signed is None:
            self.act(account, action, **amounts)
        elif {name: signed.details[name] for name in amounts} != amounts:
            self.act(account, action, **amounts, comment="Kiểm tra lại theo số mới.")

    # -- the acts ------------------------------------------------------------------------------------

    def submit(self, comment: str = "") -> Walk:
        """By the unit; straight to the agency by its head, under a report of registration."""
        direct = route_name(self.year.project) == DIRECT
        account, symbol = (self.unit_head, "BC-TTKC") if direct else (self.unit, "TTKC-KC")
        return self.act(account, "submit", paper=self.paper(symbol, account), comment=comment)

    def send_back(self, account: str, *reasons: tuple[str, str, str, str], days: int = 15) -> Walk:
        """Return with reasons (section, row, field, comment), to be answered within ``days``."""
        pins = [
            {"section": section, "row": row, "field": name, "comment": comment}
            for section, row, name, comment in reasons
        ]
        return self.act(account, "return", reasons=pins, answer_by=self.day + dt.timedelta(days=days))

    def appraise(
        self,
        recommended: int | None = None,
        *,
        account: str = "dept",
        opinion: str = "RECOMMENDED",
        **more: Any,
    ) -> Walk:
        """Appraisal by the department, or by the agency when ``account`` is the agency's; in đồng, None: as asked."""
        agency = account.startswith("agency")
        return self.act(
            account,
            "appraise_agency" if agency else "appraise_department",
            paper=self.paper("PTĐ-ĐCK" if agency else "PTĐ-SCT", account),
            contents=CONTENTS,
            recommended=self.support() if recommended is None else recommended,
            opinion=opinion,
            **more,
        )

    def support(self) -> int:
        """Support of the file now in force, in đồng."""
        with acting_as(self.who(self.unit)):
            support: int = self.now().support
        return support

    def contract(self, amount: int, *, action: str = "contract", days: int = 200, **more: Any) -> Walk:
        """The contract or task of ``amount`` đồng, accepted by the department of the place unless told otherwise."""
        task = action == "assign_task"
        if self.year.project.selection_method == Selection.TENDER:
            self.tender(amount)
        series = f"{'QĐ' if task else 'HĐ'}-{self.series_a}"
        terms = {
            "paper": self.paper(series, self.party_a),
            "signed_b": f"{self.who(self.unit_head).person}, Giám đốc",
            "starts_on": self.day,
            "ends_on": min(self.day + dt.timedelta(days=days), dt.date(self.year.year, 12, 31)),
            "stages": "Chuẩn bị; thực hiện; nghiệm thu, thanh lý.",
        }
        if "accepting_body" not in more:
            terms["accepting_body"] = self.who("dept").organisation
        return self.act(self.party_a, action, amount=amount, **terms | more)

    def tender(self, price: int) -> Walk:
        """The result of the tender, at ``price`` đồng, as the competent body decided it the same day."""
        body = self.who("dept").organisation_id
        return self.act(
            "dept",
            "record_tender_result",
            decision_number=self.paper("QĐ-SCT", "dept.head").number,
            decided_on=self.day,
            decided_by=names_on(self.day, {body})[body].name,
            bidder="Công ty cổ phần Sự kiện và Truyền thông Bắc Bộ",
            price=price,
        )

    def plan(self, **more: Any) -> Walk:
        """The plan of implementation of a group project (Mẫu 11), with the beneficiaries that its unit has named."""
        return self.act(
            "centre",
            "submit_implementation_plan",
            paper=self.paper("TTr-TTKC"),
            **{
                "starts_on": max(self.day, dt.date(self.year.year, 1, 2)),
                "ends_on": dt.date(self.year.year, 11, 30),
                "partner": "Trường Trung cấp nghề tỉnh",
                "content": "Mỗi cơ sở một lớp 35 học viên, học 02 tháng tại cơ sở.",
                "organisation_of_work": "Trung tâm tổ chức lớp, cơ sở bố trí nơi học và tuyển dụng sau đào tạo.",
            }
            | more,
        )

    def approve_plan(self) -> Walk:
        return self.act("dept.head", "approve_implementation_plan", paper=self.paper("QĐ-SCT", "dept.head"))

    def start(self) -> Walk:
        return self.act(self.unit, "start")

    def progress(self, percent: int, value: int, done: str = "", *, confirmed: bool = True) -> Walk:
        """The report of the story's month; ``value`` done in đồng. The department confirms it the same day."""
        self.act(
            self.unit,
            "report_progress",
            month=self.day.replace(day=1),
            percent=percent,
            value_done=value,
            done=done or "Thực hiện theo tiến độ hợp đồng, khối lượng đạt kế hoạch tháng.",
        )
        return self.act("dept", "confirm_progress") if confirmed else self

    def ask_advance(self, amount: int, instalment: str = "FIRST") -> Walk:
        letter = self.paper("TTKC-KC", self.unit)
        return self.act(self.unit_head, "request_advance", paper=letter, amount=amount, instalment=instalment)

    def advance(self, amount: int) -> Walk:
        """Signed by the accountant, then decided by the head; so are the acts of money below."""
        self._check(self.accountant_a, "check_advance", amount=amount)
        return self.act(self.party_a, "advance", paper=self.paper("UNC", self.party_a), amount=amount)

    def accept(
        self,
        outputs: dict[str, int] | None = None,
        *,
        account: str = "dept2",
        only: Sequence[str] = (),
        support: int | None = None,
        form: str = "5a",
    ) -> Walk:
        """Acceptance of the shares of ``only`` (tax codes; empty: of all) at what was contracted for them.

        ``support`` (đồng) accepts a file with one part at less."""
        with acting_as(self.who(account)):
            items = self._shares(only, support)
            first = BeneficiaryShare.objects.filter(pk=items[0]["share"]).first()
            owner = first.establishment.representative if first else ""
        return self.act(
            account,
            "accept",
            paper=self.paper("BBNT-ĐCK" if account.startswith("agency") else "BBNT-SCT", account),
            form=form,
            shares=items,
            outputs=outputs or {},
            works="Khối lượng đúng hợp đồng, chất lượng đạt yêu cầu, cơ sở đã đưa vào sử dụng.",
            commune_representative="Ông Trần Văn Thuận, Phó Chủ tịch" if owner else "",
            beneficiary_representative=f"{owner}, người đại diện theo pháp luật" if owner else "",
            conclusion="Đạt yêu cầu, đề nghị thanh toán theo hợp đồng.",
        )

    def _shares(self, only: Sequence[str], support: int | None) -> list[dict[str, Any]]:
        contracted = sum(ContractItem.objects.filter(project_year=self.year).values_list("amount", flat=True))
        year = self.now()
        shares = list(year.shares.select_related("establishment"))
        if not shares:
            return [{"share": None, "support": support or contracted, "counterpart": year.counterpart}]
        amounts = dict(
            zip((s.pk for s in shares), _spread(contracted, [s.support for s in shares]), strict=True)
        )
        return [
            {"share": s.pk, "support": support or min(amounts[s.pk], s.support), "counterpart": s.counterpart}
            for s in shares
            if s.state != "accepted" and (not only or s.establishment.tax_code in only)
        ]

    def ask_payment(self, amount: int, real_cost: int, comment: str = "") -> Walk:
        self._check(self.unit_accountant, "check_payment_request", amount=amount, real_cost=real_cost)
        letter = self.paper("TTKC-KC", self.unit)
        return self.act(
            self.unit_head,
            "request_payment",
            paper=letter,
            amount=amount,
            real_cost=real_cost,
            comment=comment,
        )

    def confirm_dossier(self) -> Walk:
        return self.act("dept", "confirm_settlement")

    def check_payment(self, *, cleared: int = 0, paid: int = 0) -> Walk:
        """The accountant of party A signs the sums in đồng that ``pay`` then moves."""
        self._check(self.accountant_a, "check_payment", cleared=cleared, paid=paid)
        return self

    def pay(self, *, cleared: int = 0, paid: int = 0) -> Walk:
        self.check_payment(cleared=cleared, paid=paid)
        return self.act(
            self.party_a, "pay", paper=self.paper("UNC", self.party_a), cleared=cleared, paid=paid
        )

    def settle(self, settled: int, real_cost: int) -> Walk:
        self._check(self.accountant_a, "check_settlement", settled=settled, real_cost=real_cost)
        minutes = self.paper(f"BBTL-{self.series_a}", self.party_a)
        return self.act(self.party_a, "settle", paper=minutes, settled=settled, real_cost=real_cost)

    def refund(self, amount: int, *, confirmed_by: str = "") -> Walk:
        """Given back by the unit's accountant, its receipt confirmed by the accountant of the body that had paid it, or
        by ``confirmed_by``."""
        self.act(self.unit_accountant, "refund", paper=self.paper("GNT", self.unit), amount=amount)
        return self.act(confirmed_by or self.accountant_a, "confirm_refund")

    def close(self) -> Walk:
        officer = "agency.officer" if self.national else "dept"
        return self.act(
            officer, "close", place_of_originals=f"Kho lưu trữ cơ quan, hồ sơ năm {self.year.year}"
        )

    def withdraw(self, reason: str, letter: str | None = None) -> Walk:
        more = {"department_letter": letter} if route_name(self.year.project) != DIRECT else {}
        return self.act(self.unit_head, "withdraw", comment=reason, **more)

    def decline(self, reason: str) -> Walk:
        return self.act("dept.head", "decline", comment=reason)

    def ask_change(self, change_type: str, reason: str, **more: Any) -> Walk:
        """A request (projects/change_requests.py) that opens ``change_type``; ``more`` are the act's details."""
        letter = self.paper("TTKC-KC")
        return self.act(
            "centre.head", "request_change", paper=letter, type=change_type, comment=reason, **more
        )

    def confirm_change(self, checked: str = "Đã kiểm tra thực địa, lý do đúng thực tế.") -> Walk:
        return self.act("dept.head", "confirm_change", paper=self.paper("CV-SCT", "dept"), checked=checked)

    def propose_change(self) -> Walk:
        return self.act("agency.head", "propose_change", paper=self.paper("TTr-ĐCK", "agency.head"))

    def decide_change(self, account: str, *, by_annex: bool = False) -> Walk:
        series = "PLHĐ" if by_annex else "QĐ"
        paper = self.paper(f"{series}-{account.split('.')[0].upper()}", account)
        return self.act(account, "decide_change", paper=paper, **({"by_annex": True} if by_annex else {}))

    def stop(self, reason: str, *, force_majeure: bool = False) -> Walk:
        """Asked by the unit, confirmed, proposed and decided on one day of the story."""
        self.ask_change("STOP", reason, force_majeure=force_majeure).confirm_change()
        if self.national:
            self.propose_change()
        who, series = ("ministry.leader", "QĐ-BCT") if self.national else ("committee", "QĐ-UBND")
        return self.act(who, "stop", paper=self.paper(series, who), force_majeure=force_majeure)

    def terminate(self, reason: str) -> Walk:
        """Proposed by party A and decided on one day of the story."""
        proposal = self.paper(f"TTr-{self.series_a}", self.party_a)
        self.act(self.party_a, "propose_termination", paper=proposal, comment=reason)
        who, series = ("ministry.leader", "QĐ-BCT") if self.national else ("committee", "QĐ-UBND")
        return self.act(who, "terminate", paper=self.paper(series, who))

    def last_event(self) -> Event:
        event: Event = Event.objects.filter(project_year=self.year).latest("pk")
        return event


def _spread(total: int, weights: list[int]) -> list[int]:
    from khuyencong.lib.numbers import split_proportionally

    return split_proportionally(total, weights)
