"""Acts on a list of files under one paper: a verdict per line, one transaction, all lines or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Position
from accounts.tenancy import NATIONAL_KINDS
from budgets.limits import rules_in_words
from budgets.models import Programme, Source
from budgets.queries import envelope
from khuyencong.lib.dates import today
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Action, Forbidden, NeedsReason, Refused
from projects.chain import CHAIN, PaperData, record_paper
from projects.guards import proposed_amount
from projects.models import ListAct, ListLine, Paper, ProjectYear, RegistrationRound
from projects.states import IN_PLAN, State
from projects.workflow import ROUTES


@dataclass(frozen=True)
class Line:
    """What is decided on one file: ``verdict`` by name (None: the rule's default), amount in đồng where it has one.

    ``expected_state`` is what the user saw; a file that has moved on stops the whole list."""

    year: ProjectYear
    verdict: str | None = None
    amount: int | None = None
    reason: str = ""
    expected_state: str | None = None


def act_on_list(
    action: str,
    lines: Sequence[Line],
    *,
    by: Position,
    paper: PaperData | None = None,
    comment: str = "",
    on: dt.date | None = None,
    registration_round: RegistrationRound | None = None,
    answers: ListAct | None = None,
) -> ListAct:
    """Do a list act (register, propose, approve …). Answers the list with its lines.

    A verdict other than the rule's default needs a reason. Raises Refused naming the file at fault; then no line of
    the list is written.
    """
    if not lines:
        raise Refused("Danh mục chưa có hồ sơ nào. Hãy chọn ít nhất một hồ sơ.")
    programmes = {line.year.project.programme for line in lines}
    years = {line.year.year for line in lines}
    if len(programmes) > 1 or len(years) > 1:
        raise Refused("Một danh mục chỉ gồm hồ sơ của một chương trình và một năm kế hoạch.")
    rows = ROUTES[next(iter(programmes))].rows(action)
    if not rows or not rows[0].list_act:
        raise Refused("Việc này không làm trên danh mục.")
    if rows[0].paper and paper is None:
        raise Refused(f"Việc “{rows[0].label}” cần số và ngày văn bản.")
    day = paper.dated if paper else on or today()
    national = by.organisation.kind in NATIONAL_KINDS
    assert by.person is not None
    with rules_in_words():
        _may_hold_list(rows, by)
        ordered = sorted(lines, key=lambda line: line.year.pk)
        # All files before any money, in one order: two lists that share files never wait in a circle.
        keys = [line.year.pk for line in ordered]
        list(ProjectYear.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
        list_act = ListAct.objects.create(
            tenant=None if national else by.organisation.tenant,
            # A province's list on national files goes to the nation with them; a local list never does.
            sent_to_nation=national or action == "register",
            nation_writes=national,
            action=action,
            programme=next(iter(programmes)),
            year=next(iter(years)),
            round=registration_round,
            answers=answers,
            paper=_paper(rows[0], paper, by, sent=action == "register"),
            organisation=by.organisation,
            position=by,
            person=by.person,
            effective_on=day,
            comment=comment,
        )
        _warn_over_budget(action, ordered, by, comment)
        for line in ordered:
            _decide(list_act, rows, line, by, day)
    return list_act


def _may_hold_list(rows: Sequence[Action], by: Position) -> None:
    if not any(
        by.kind in who.positions and by.organisation.kind == who.organisation
        for row in rows
        for who in row.who
    ):
        holders = " hoặc ".join(who.label for who in rows[0].who)
        raise Forbidden(f"Việc “{rows[0].label}” thuộc thẩm quyền của {holders}.")


def _paper(row: Action, paper: PaperData | None, by: Position, *, sent: bool) -> Paper | None:
    if row.paper is None or paper is None:
        return None
    return record_paper(paper, kind=row.paper, by=by, issuer=by.organisation, sent=sent)


def _decide(list_act: ListAct, rows: Sequence[Action], line: Line, by: Position, day: dt.date) -> None:
    verdicts = rows[0].verdicts
    default = verdicts[0].name if verdicts else None
    verdict = line.verdict or default
    code = line.year.project.code
    if verdict != default and not line.reason.strip():
        raise Refused(f"{code}: kết luận khác mặc định cần ghi lý do.")
    before = line.year.state
    details = {"amount": line.amount} if line.amount is not None else {}
    try:
        step = CHAIN.perform(
            line.year,
            list_act.action,
            by=by,
            on=day,
            today=today(),
            expected_state=line.expected_state,
            comment=line.reason or list_act.comment,
            details=details,
            verdict=verdict,
            list_act=list_act,
        )
    except Refused as refusal:
        raise type(refusal)(*(f"{code}: {reason}" for reason in refusal.reasons)) from refusal
    chosen = step.verdict
    ListLine.objects.create(
        tenant_id=line.year.tenant_id,
        list_act=list_act,
        project_year=line.year,
        verdict=verdict or "",
        amount=_decided_amount(
            step.subject, list_act.action, line.amount, chosen is None or chosen.target is not None
        ),
        reason=line.reason,
        from_state=before,
        to_state=step.to_state,
    )


def _decided_amount(year: ProjectYear, action: str, typed: int | None, decided: bool) -> int | None:
    """What the printed annex shows for the line, in đồng; equal to what the ledger booked."""
    if typed is not None:
        return typed
    if not decided:
        return None
    if action == "allocate":
        last = year.entries.filter(kind="allocated").order_by("-pk").first()
        return last.amount if last else None
    return year.support if action == "approve" else proposed_amount(year)


def _warn_over_budget(action: str, lines: Sequence[Line], by: Position, comment: str) -> None:
    """A plan above the money assigned or expected is sent only with a reason (T36 article 6.3)."""
    if action != "propose":
        return
    first = lines[0].year
    source = Source.NATIONAL if first.project.programme == Programme.NATIONAL else Source.LOCAL
    money = envelope(by.organisation, first.year, source)
    available = max(money.assigned, money.expected)
    before = ProjectYear.objects.filter(
        year=first.year,
        project__programme=first.project.programme,
        state__in={State.PROPOSED, *IN_PLAN},
    )
    planned = sum(proposed_amount(year) if year.state == State.PROPOSED else year.support for year in before)
    asked = sum(proposed_amount(line.year) for line in lines if line.verdict in (None, "INCLUDE"))
    if planned + asked > available and not comment:
        raise NeedsReason(
            f"Tổng kinh phí trình và đã duyệt {dong(planned + asked)} vượt số dự kiến, được giao {dong(available)}.",
            "Nếu vẫn trình, hãy ghi rõ lý do.",
        )
