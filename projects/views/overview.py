"""What the first page of a file shows: where it stands, what this position may do, what is missing, who is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from accounts.models import Position
from accounts.queries import last_names
from budgets.models import Selection
from budgets.queries import Balance, balance
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.numbers import grouped
from khuyencong.lib.vietnamese import in_a_sentence
from khuyencong.lib.workflow import Facts, Guard, Offer
from khuyencong.lib.workflow import Step as Act
from projects import guards, year_guards
from projects.chain import CHAIN
from projects.change_requests import waiting_change
from projects.groups import named_by_plan
from projects.models import (
    OPEN_SLIPS,
    BeneficiaryShare,
    Decider,
    Inspection,
    Nature,
    ProjectKind,
    ProjectYear,
    TenderResult,
)
from projects.queries import was_asked_to_change, years_seen
from projects.routelog import Stop, route_log
from projects.services.copies import may_copy
from projects.services.files import may_create
from projects.services.years import may_begin
from projects.slip_holding import PREPARERS, may_be_prepared, slips_of
from projects.states import IN_PLAN, SENDINGS, WRITABLE
from projects.unfunded import what_has_no_source
from projects.views.grounds import open_findings
from projects.views.shares import Plan, plan_of
from projects.views.steps import Step, shown_steps
from projects.years import YearsShown, has_years, next_year, over_years, why_not_begun, years_shown

CHECKS: Sequence[tuple[str, str, frozenset[Guard]]] = (
    (
        "Nội dung đề án, thời gian và tiến độ",
        "content",
        frozenset({guards.parts_written, guards.group_allowed}),
    ),
    ("Vốn đối ứng và cam kết không hỗ trợ trùng", "content", frozenset({guards.money_committed})),
    ("Phân kỳ các năm, quy định về đề án điểm", "years", frozenset({year_guards.years_fit})),
    ("Dự toán cộng đúng và có kinh phí đề nghị", "estimate", frozenset({guards.estimate_adds_up})),
    (
        "Cơ sở thụ hưởng đủ điều kiện, tổng hỗ trợ và đối ứng khớp dự toán",
        "beneficiaries",
        frozenset({guards.beneficiaries_named, guards.beneficiaries_eligible}),
    ),
    ("Giấy tờ bắt buộc khi gửi", "documents", frozenset({guards.papers_attached})),
)
"""What the guards of sending a file are about, and the part of the file where each is put right."""


@dataclass(frozen=True)
class Button:
    """One act as ``{% action_bar %}`` shows it."""

    action: str
    label: str
    url: str
    allowed: bool
    reason: str
    main: bool


@dataclass(frozen=True)
class Check:
    """One thing that must hold before the file is sent; ``fault`` is empty when it does."""

    label: str
    url: str
    fault: str


@dataclass(frozen=True)
class Overview:
    buttons: Sequence[Button]
    checks: Sequence[Check]
    stats: Sequence[Mapping[str, Any]]
    steps: Sequence[Step]
    here: Stop
    shares: Sequence[BeneficiaryShare]
    names: Mapping[int, str]
    implementer: str
    counterpart: int
    findings: Sequence[Inspection]
    plan: Plan | None
    tender: TenderResult | None
    waiting: str
    """What was asked to change and waits for an answer, and where it lies; "" for nothing."""
    unfunded: str
    """To the unit: what of its estimate has no source since less was approved, and what to do; "" for nothing."""
    prepares: Sequence[tuple[str, str]]
    """Label and address of acts that this position may prepare for a signature, or of the slip that is on its way."""
    years: YearsShown | None
    begins: int | None
    """The budget year whose part this position may begin now."""
    why_not_begun: str
    copies: bool
    """Whether another file may be started from this one."""

    @property
    def left(self) -> int:
        """How many checks do not hold."""
        return sum(bool(check.fault) for check in self.checks)


def overview(year: ProjectYear, by: Position) -> Overview:
    """Everything on the first page of ``year`` for ``by``; the number of queries does not grow with the file."""
    shares = BeneficiaryShare.objects.select_related("establishment__province")
    prefetch_related_objects([year], Prefetch("shares", shares))
    writing = year.state in WRITABLE
    if writing:
        prefetch_related_objects([year], "estimate", "schedule")
    facts: Facts = {}
    offers = CHAIN.offers(year, by, today(), facts)
    submit = next((offer for offer in offers if offer.action.name in SENDINGS), None)
    checks = _checks(submit, year, by) if submit else []
    stops = route_log(year, facts)
    bodies = {stop.organisation_id for stop in stops if stop.organisation_id} | {year.project.implementer_id}
    names = {pk: name.name for pk, name in last_names(bodies).items()}
    sums = Balance() if writing else balance(year.pk)
    waiting = _waiting(year)
    of_unit = by.organisation_id == year.project.implementer_id
    return Overview(
        buttons=_buttons(offers, year, len([check for check in checks if check.fault])),
        checks=checks,
        stats=_asked(year) if writing else _money(year, sums),
        steps=_short(shown_steps(stops, year, names)),
        here=next(stop for stop in stops if stop.when == "here"),
        shares=list(year.shares.all()),
        names=names,
        counterpart=sum(line.counterpart for line in year.estimate.all()) if writing else year.counterpart,
        implementer=names.get(year.project.implementer_id, ""),
        findings=open_findings(year) if any(stop.action == "inspect" for stop in stops) else (),
        plan=plan_of(year) if year.project.nature == Nature.GROUP and year.state in IN_PLAN else None,
        tender=_tender(year),
        waiting=waiting,
        unfunded=what_has_no_source(year) if of_unit and not waiting else "",
        prepares=_prepares(year, by, offers),
        **_years(year, by),
        copies=may_create(by) and may_copy(year, by) and year.submission > 0,
    )


def _waiting(year: ProjectYear) -> str:
    change = waiting_change(year) if was_asked_to_change(year) else None
    if change is None:
        return ""
    day, desk = short_date(change.requested.effective_on), Decider(change.desk).label
    return f"Đề nghị “{change.get_type_display()}” ngày {day} đang chờ giải quyết ở {desk}."


def _prepares(year: ProjectYear, by: Position, offers: Sequence[Offer]) -> list[tuple[str, str]]:
    """Slips of the body for this file that are on their way, then what may be prepared; one query. Whether somebody
    signs it, its own page finds out."""
    slips = slips_of(by).filter(code=year.project.code, year=year.year, state__in=OPEN_SLIPS).order_by("pk")
    there = {slip.action: slip for slip in slips}
    return [
        *(
            (f"{slip.label}: {in_a_sentence(slip.get_state_display())}", reverse("slip", args=[slip.pk]))
            for slip in there.values()
        ),
        *(
            (f"Soạn, trình ký: {row.label}", reverse("slip_new", args=[year.address, row.name]))
            for row in (offer.action for offer in offers)
            if by.kind in PREPARERS and may_be_prepared(row) and not row.list_act and row.name not in there
        ),
    ]


def _years(year: ProjectYear, by: Position) -> dict[str, Any]:
    """The other budget years of a project over several, and the next one to begin."""
    none: dict[str, Any] = {"years": None, "begins": None, "why_not_begun": ""}
    if not over_years(year.project):
        return none
    files = years_seen(year, by)
    found = none | {"years": years_shown(year, files)}
    if not may_begin(year, by):
        return found
    why = why_not_begun(files)
    following = next_year(year.project, files)
    return found | {"begins": None if why else following, "why_not_begun": why or "" if following else ""}


def _tender(year: ProjectYear) -> TenderResult | None:
    """The result of the tender that stands, where there is one to be."""
    if year.project.selection_method != Selection.TENDER or year.state not in IN_PLAN:
        return None
    return year.tender_results.last()


def _checks(submit: Offer, year: ProjectYear, by: Position) -> list[Check]:
    """Also for who writes the file and does not send it: his button is not asked what is missing."""
    asked = submit.allowed or submit.unmet
    step = Act(year, submit.action, by, today())
    faults = (
        list(zip(submit.unmet, submit.reasons, strict=True))
        if asked
        else [(guard, said) for guard in submit.action.guards if (said := guard(step)) is not None]
    )
    return [
        Check(
            label,
            # what a later year asks too much is put right in its estimate
            reverse("estimate" if part == "years" and year.is_later_year else part, args=[year.address]),
            " ".join(sentence for guard, sentence in faults if guard in about),
        )
        for label, part, about in CHECKS
        if (part != "beneficiaries" or _names_beneficiaries(year)) and (part != "years" or has_years(year))
    ]


def _names_beneficiaries(year: ProjectYear) -> bool:
    """Whether the file is sent with its beneficiaries, or still has some that it must not name yet."""
    project = year.project
    if project.kind != ProjectKind.PROJECT:
        return False
    return not named_by_plan(project, today()) or bool(year.shares.all())


def _buttons(offers: Sequence[Offer], year: ProjectYear, left: int) -> list[Button]:
    main = next((offer for offer in offers if offer.allowed and offer.action.task), None)
    buttons = []
    for offer in offers:
        row = offer.action
        if row.aside and not offer.allowed:
            continue
        url = (
            reverse("list_new", args=[row.name, year.project.programme.lower(), year.year])
            if row.list_act
            else reverse("act", args=[year.address, row.name])
        )
        reason = " ".join(offer.reasons)
        if row.name in SENDINGS and left and offer.unmet:
            reason = f"Còn {left} mục chưa xong, nêu ở “Trước khi gửi” bên dưới."
        buttons.append(Button(row.name, row.label, url, offer.allowed, reason, offer is main))
    return buttons


def _asked(year: ProjectYear) -> list[dict[str, Any]]:
    """Key figures of a file that is still being written, out of its estimate."""
    lines = list(year.estimate.all())
    url = reverse("estimate", args=[year.address])
    return [
        _stat("Đề nghị hỗ trợ", guards.asked_support(year), url),
        _stat("Đơn vị thụ hưởng đóng góp", sum(line.counterpart for line in lines), url),
        _stat("Tổng dự toán", sum(line.amount for line in lines), url),
    ]


def _money(year: ProjectYear, sums: Balance) -> list[dict[str, Any]]:
    """Key figures of a file on its way: asked, and each later figure once it exists."""
    url = reverse("file_money", args=[year.address])
    figures = (
        ("Kinh phí đề nghị hỗ trợ", 0 if sums.planned else year.support),
        ("Kế hoạch được duyệt", sums.planned),
        ("Được giao", sums.allocated),
        ("Giá trị hợp đồng", 0 if sums.accepted else sums.contracted),
        ("Đã giải ngân", sums.disbursed),
        ("Đã nghiệm thu", sums.accepted),
        ("Quyết toán", sums.settled),
    )
    return [_stat(label, amount, url) for label, amount in figures if amount]


def _stat(label: str, amount: int, url: str) -> dict[str, Any]:
    return {"label": label, "value": grouped(amount), "unit": "đồng", "url": url}


def _short(steps: Sequence[Step]) -> list[Step]:
    """The last three steps, where the file stands, and the next two."""
    at = next(index for index, step in enumerate(steps) if step.phase == "here")
    return [replace(step, recorded=None) for step in steps[max(at - 3, 0) : at + 3]]
