"""Acts on a list of files under one paper: a verdict per line, one transaction, all lines or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Organisation, Position
from accounts.tenancy import NATIONAL_KINDS
from budgets.limits import rules_in_words
from budgets.models import Programme, Source
from budgets.queries import envelope
from khuyencong.lib.dates import today
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Action, Facts, Forbidden, NeedsReason, Refused, Stale, Step
from projects.chain import CHAIN, PaperData, record_paper
from projects.guards import proposed_amount
from projects.holding import ONE_CAPACITY, hold, require_holder
from projects.models import ListAct, ListLine, Paper, ProjectYear, RegistrationRound
from projects.once import refuse_second
from projects.queries import recommended_amounts
from projects.signing import Manner, SignedAs
from projects.states import IN_PLAN, State
from projects.telling import open_tasks, tell_of
from projects.workflow import rows_of


@dataclass(frozen=True)
class Line:
    """What is decided on one file: ``verdict`` by name (None: the rule's default), amount in đồng where it has one.

    ``expected_state`` and ``seen`` (the last event of this act, projects/once.py) are what the user saw; a
    file that has moved on stops the whole list."""

    year: ProjectYear
    verdict: str | None = None
    amount: int | None = None
    reason: str = ""
    expected_state: str | None = None
    seen: int | None = None


class LinesRefused(Refused):
    """Some lines are at fault; ``by_file`` has the sentences of each by the key of its ProjectYear."""

    def __init__(self, by_file: dict[int, tuple[str, ...]], *reasons: str) -> None:
        super().__init__(*reasons)
        self.by_file = by_file


class LinesNeedReason(LinesRefused, NeedsReason):
    """All lines are possible, but some only with a reason."""


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
    texts: Mapping[str, str] | None = None,
) -> ListAct:
    """Do a list act (register, propose, approve …). Answers the list with its lines. ``texts``: what the body adds
    to the printed paper.

    A verdict other than the rule's default needs a reason. Raises LinesRefused (LinesNeedReason, when a reason is all
    that is missing) naming every file at fault, Stale at the first file that has moved on; then no line of the list
    is written.
    """
    if not lines:
        raise Refused("Danh mục chưa có hồ sơ nào. Hãy chọn ít nhất một hồ sơ.")
    programmes = {line.year.project.programme for line in lines}
    years = {line.year.year for line in lines}
    if len(programmes) > 1 or len(years) > 1:
        raise Refused("Một danh mục chỉ gồm hồ sơ của một chương trình và một năm kế hoạch.")
    rows = rows_of(action, next(iter(programmes)))
    if not rows or not rows[0].list_act:
        raise Refused("Việc này không làm trên danh mục.")
    if rows[0].paper and paper is None:
        raise Refused(f"Việc “{rows[0].label}” cần số và ngày văn bản.")
    day = paper.dated if paper else on or today()
    national = by.organisation.kind in NATIONAL_KINDS
    # A province's list is the nation's to read when it sends the files, or when all were sent before.
    sent = action == "register" or all(line.year.sent_to_nation for line in lines)
    assert by.person is not None
    with rules_in_words():
        require_holder(rows, by)
        ordered = sorted(lines, key=lambda line: line.year.pk)
        # All files before any money, in one order: two lists that share files never wait in a circle.
        keys = [line.year.pk for line in ordered]
        locked = ProjectYear.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        _refuse_moved(ordered, {file.pk: file for file in locked})
        capacity = _capacity(rows, ordered, by, day)
        list_act = ListAct.objects.create(
            tenant=None if national else by.organisation.tenant,
            sent_to_nation=national or sent,
            nation_writes=national,
            action=action,
            programme=next(iter(programmes)),
            year=next(iter(years)),
            round=registration_round,
            answers=answers,
            paper=_paper(rows[0], paper, by, capacity, sent=sent),
            organisation=by.organisation,
            on_behalf_of=None if capacity.body == by.organisation else capacity.body,
            position=by,
            person=by.person,
            effective_on=day,
            comment=comment,
            texts=dict(texts or {}),
        )
        _warn_over_budget(action, ordered, by, comment)
        before = open_tasks(line.year for line in ordered)
        steps = _decide_all(list_act, rows, ordered, by, day)
        tell_of(steps, before, by=by, list_act=list_act)
    return list_act


def _refuse_moved(lines: Sequence[Line], locked: Mapping[int, ProjectYear]) -> None:
    """Who was slower hears of that before he hears what his lines lack."""
    for line in lines:
        if line.year.pk in locked:
            try:
                CHAIN.expect(locked[line.year.pk], line.expected_state)
            except Stale as stale:
                raise Stale(*(f"{line.year.project.code}: {reason}" for reason in stale.reasons)) from stale


def _decide_all(
    list_act: ListAct, rows: Sequence[Action], lines: Sequence[Line], by: Position, day: dt.date
) -> list[Step]:
    """Every line, so that all faults of the list are told at once."""
    steps: list[Step] = []
    faults: dict[int, tuple[str, ...]] = {}
    told: list[str] = []
    only_doubts = True
    for line in lines:
        code = line.year.project.code
        try:
            steps.append(_decide(list_act, rows, line, by, day))
        except (Stale, Forbidden) as refusal:
            raise type(refusal)(*(f"{code}: {reason}" for reason in refusal.reasons)) from refusal
        except Refused as refusal:
            faults[line.year.pk] = refusal.reasons
            told += [f"{code}: {reason}" for reason in refusal.reasons]
            only_doubts = only_doubts and isinstance(refusal, NeedsReason)
    if faults:
        raise (LinesNeedReason if only_doubts else LinesRefused)(faults, *told)
    return steps


def _capacity(rows: Sequence[Action], lines: Sequence[Line], by: Position, day: dt.date) -> SignedAs:
    """In which capacity ``by`` signs the list: the same on every line, since one paper bears one signature.

    Lines that he does not hold are told apart when they are decided."""
    facts: Facts = {}
    stands = [hold(row, line.year, by, day, facts) for line in lines for row in rows[:1]]
    held = {stand.capacity for stand in stands if stand is not None and stand.capacity is not None}
    if len(held) > 1:
        raise Refused(ONE_CAPACITY)
    return held.pop() if held else SignedAs(Manner.OWN, by.organisation)


def _paper(
    row: Action, paper: PaperData | None, by: Position, capacity: SignedAs, *, sent: bool
) -> Paper | None:
    if row.paper is None or paper is None:
        return None
    return record_paper(paper, kind=row.paper, by=by, issuer=capacity.body, sent=sent, capacity=capacity)


def _decide(list_act: ListAct, rows: Sequence[Action], line: Line, by: Position, day: dt.date) -> Step:
    verdicts = rows[0].verdicts
    default = verdicts[0].name if verdicts else None
    verdict = line.verdict or default
    before = line.year.state
    refuse_second(line.year, list_act.action, rows[0].label, seen=line.seen)
    chosen = rows[0].verdict(verdict) if verdict is not None else None
    if verdict != default and not line.reason.strip():
        raise NeedsReason("Kết luận khác mặc định cần ghi lý do.")
    if line.amount is not None and not (chosen and chosen.with_amount):
        which = f"“{chosen.label}”" if chosen else "này"
        raise Refused(f"Kết luận {which} không kèm số tiền. Hãy bỏ số tiền, hoặc chọn kết luận có số tiền.")
    step = CHAIN.perform(
        line.year,
        list_act.action,
        by=by,
        on=day,
        today=today(),
        expected_state=line.expected_state,
        comment=line.reason or list_act.comment,
        details={"amount": line.amount} if line.amount is not None else {},
        verdict=verdict,
        list_act=list_act,
    )
    ListLine.objects.create(
        tenant_id=line.year.tenant_id,
        list_act=list_act,
        project_year=line.year,
        verdict=verdict or "",
        amount=_decided_amount(step, line.amount) if _gives(step, default) else None,
        reason=line.reason,
        from_state=before,
        to_state=step.to_state,
    )
    return step


def _gives(step: Step, default: str | None) -> bool:
    """Whether the line stands for money: rejected, deferred and opinions do not."""
    verdict = step.verdict
    if verdict is None or verdict.with_amount:
        return True
    return verdict.name == default and (verdict.target is not None or bool(verdict.effects))


def _decided_amount(step: Step, typed: int | None) -> int | None:
    """What the printed annex shows for the line, in đồng; equal to what the ledger booked."""
    year: ProjectYear = step.subject
    if typed is not None:
        return typed
    if step.action.name == "allocate":
        last = year.entries.filter(kind="allocated").order_by("-pk").first()
        return last.amount if last else None
    support: int = year.support
    return support if step.action.name == "approve" else proposed_amount(year)


PROPOSED_OR_IN_PLAN = frozenset({State.PROPOSED, *IN_PLAN})
"""Files that a new submission stands beside."""


@dataclass(frozen=True)
class PlanMoney:
    """What was assigned, what a plan may come to (assigned, or expected where that is more) and what is already in
    it, in đồng."""

    assigned: int
    available: int
    committed: int


def plan_money(
    holder: Organisation, programme: str, year: int, *, states: frozenset[State] = PROPOSED_OR_IN_PLAN
) -> PlanMoney:
    """Money of the plan that ``holder`` spreads; files in ``states`` count as taken; four queries."""
    source = Source.NATIONAL if programme == Programme.NATIONAL else Source.LOCAL
    money = envelope(holder, year, source)
    files = list(ProjectYear.objects.filter(year=year, project__programme=programme, state__in=states))
    proposed = recommended_amounts(each for each in files if each.state == State.PROPOSED)
    return PlanMoney(
        money.assigned,
        max(money.assigned, money.expected),
        sum(proposed.get(each.pk, each.support) for each in files),
    )


def _warn_over_budget(action: str, lines: Sequence[Line], by: Position, comment: str) -> None:
    """A plan above the money assigned or expected is sent only with a reason (T36 article 6.3)."""
    if action != "propose":
        return
    first = lines[0].year
    money = plan_money(by.organisation, first.project.programme, first.year)
    included = [line.year for line in lines if line.verdict in (None, "INCLUDE")]
    total = money.committed + sum(recommended_amounts(included).values())
    if total > money.available and not comment:
        raise NeedsReason(
            f"Tổng kinh phí trình và đã duyệt {dong(total)} vượt số dự kiến, được giao {dong(money.available)}.",
            "Nếu vẫn trình, hãy ghi rõ lý do.",
        )
