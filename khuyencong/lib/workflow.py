"""Executes routes that are written as tables. ``perform`` is the only way a state changes.

A route is a tuple of ``Action`` rows: from where, to where, who, what must hold, what follows. The order of a step:
lock the row → is it still in the state that the user saw → does this position hold the action → do conditions and
checks hold → write state and event → effects; all in one transaction. There is no way around it and no ``force``.

The module knows no application: a ``Chain`` brings the ways to lock, to record and to tell who is who.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction


class Refused(Exception):
    """The act is not possible; ``reasons`` are Vietnamese sentences for the user."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class Forbidden(Refused):
    """Right file, wrong position (403)."""


class Stale(Refused):
    """Somebody was faster: the file is no longer in the state that the user saw (409)."""


class NeedsReason(Refused):
    """Possible, but unusual: a reason must be given in the comment."""


class Subject(Protocol):
    """What moves: it has a state and a route of its own."""

    pk: Any
    state: str


class Actor(Protocol):
    """A position that acts, with the days on which it holds."""

    valid_from: dt.date
    valid_to: dt.date | None


Facts = dict[Any, Any]
"""What a page has found out about one subject and one actor: asked once, used by all buttons."""


@dataclass(frozen=True)
class Who:
    """A kind of position at a kind of organisation. ``label`` names it: "Giám đốc Sở Công Thương"."""

    label: str
    organisation: str
    positions: frozenset[str]


@dataclass(frozen=True)
class Hold:
    """How an actor stands to a row: the ``capacity`` in which he holds it (the application says what that is), or, with
    None, the ``reason`` why not, as the sentence beside the grey button; ``because`` is the part of it that tells more
    than whose the act is."""

    capacity: Any = None
    reason: str = ""
    because: str = ""


@dataclass
class Step:
    """One act being done. ``details`` are the act's own fields, ``event`` exists once it is written.

    Before the act (for a button) ``details`` is empty; a guard that needs them belongs to ``checks``. ``facts`` is
    where guards leave what they found out, for the next one; the buttons of one page share it."""

    subject: Any
    action: Action
    by: Any
    on: dt.date
    comment: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    verdict: Verdict | None = None
    list_act: Any = None
    to_state: str = ""
    event: Any = None
    facts: Facts = field(default_factory=dict)
    capacity: Any = None


class Guard(Protocol):
    """Answers nothing, or the Vietnamese sentence that the user sees beside the grey button.

    ``statement`` says in a few words what must hold, for the table of the route."""

    @property
    def statement(self) -> str: ...

    def __call__(self, step: Step) -> str | None: ...


@dataclass(frozen=True)
class Rule:
    """A guard made of a function."""

    statement: str
    check: Callable[[Step], str | None]

    def __call__(self, step: Step) -> str | None:
        return self.check(step)


def must(statement: str) -> Callable[[Callable[[Step], str | None]], Rule]:
    """Decorator: make a function a guard that states what must hold."""
    return lambda check: Rule(statement, check)


@dataclass(frozen=True)
class Effect:
    """Writes what follows from a step; ``sentence`` tells the user beforehand."""

    sentence: str
    write: Callable[[Step], None]

    def __call__(self, step: Step) -> None:
        self.write(step)


def effect(sentence: str) -> Callable[[Callable[[Step], None]], Effect]:
    """Decorator: make a function an effect, told to the user as ``sentence``."""
    return lambda write: Effect(sentence, write)


@dataclass(frozen=True)
class Verdict:
    """One answer of a list act. ``target`` None: the file stays where it is. Effects are the verdict's own."""

    name: str
    label: str
    target: str | None
    effects: tuple[Effect, ...] = ()
    with_amount: bool = False


@dataclass(frozen=True)
class Action:
    """A row of a route.

    ``target`` None means an event, the state stays. ``takes`` names the details the act needs, ``may_take`` those it
    may have. ``about`` says which files know the act at all: it is one of ``guards``, and where it does not hold no
    button is shown. ``guards`` hold for the file (grey button), ``checks`` for what was typed; where ``warnings`` (of
    the file) or ``doubts`` (of what was typed) do not hold, the act asks for a reason. ``task`` is what the position is
    expected to do when the row is open and ``guards`` hold; None: nothing is expected. ``completes``: the target is
    reached only when this holds, otherwise the act is one of several and the state stays. ``list_act``: done on many
    files under one paper, a verdict for each, default first. ``aside``: off the usual way of a file; nobody is awaited
    for it, and its button shows only while it can be pressed.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str | None
    who: tuple[Who, ...]
    article: str
    takes: tuple[str, ...] = ()
    may_take: tuple[str, ...] = ()
    about: Guard | None = None
    guards: tuple[Guard, ...] = ()
    checks: tuple[Guard, ...] = ()
    warnings: tuple[Guard, ...] = ()
    doubts: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    paper: str | None = None
    task: str | None = None
    completes: Callable[[Step], bool] | None = None
    list_act: bool = False
    aside: bool = False

    def verdict(self, name: str) -> Verdict:
        """The verdict called ``name``. Raises Refused with the known ones when there is none."""
        for verdict in self.verdicts:
            if verdict.name == name:
                return verdict
        known = ", ".join(f"{verdict.label} ({verdict.name})" for verdict in self.verdicts)
        raise Refused(f"Kết luận “{name}” không có trong việc này. Hãy chọn một trong: {known}.")

    def follows(self, verdict: Verdict | None = None) -> list[str]:
        """What will follow, as sentences for the user."""
        return [each.sentence for each in (*self.effects, *(verdict.effects if verdict else ()))]


@dataclass(frozen=True)
class Route:
    """One way from the first state to the end, as a table."""

    name: str
    label: str
    start: str
    actions: tuple[Action, ...]

    def rows(self, name: str) -> tuple[Action, ...]:
        """All rows of an action; one name may stand for several (``return``)."""
        return tuple(row for row in self.actions if row.name == name)

    def find(self, name: str, state: str) -> Action | None:
        """The row of action ``name`` that is open in ``state``."""
        for row in self.rows(name):
            if state in row.sources:
                return row
        return None

    def faults(self, states: Iterable[str]) -> list[str]:
        """What is wrong with the table: unknown or unreachable states, two rows for one case."""
        known = set(states)
        found = []
        edges: dict[str, set[str]] = {}
        for row in self.actions:
            targets = {row.target, *(verdict.target for verdict in row.verdicts)} - {None}
            for state in {*row.sources, *targets}:
                if state not in known:
                    found.append(f"{self.name}.{row.name}: unknown state {state}")
            for source in row.sources:
                edges.setdefault(source, set()).update(str(target) for target in targets)
        seen, todo = {self.start}, [self.start]
        while todo:
            for state in edges.get(todo.pop(), set()) - seen:
                seen.add(state)
                todo.append(state)
        for state in {source for row in self.actions for source in row.sources} - seen:
            found.append(f"{self.name}: state {state} is never reached")
        for name in {row.name for row in self.actions}:
            sources = [source for row in self.rows(name) for source in row.sources]
            for source in {source for source in sources if sources.count(source) > 1}:
                found.append(f"{self.name}.{name}: two rows from {source}")
        return found


@dataclass(frozen=True)
class Offer:
    """A button: enabled, or grey with its reasons. ``unmet`` names the guards that do not hold."""

    action: Action
    allowed: bool
    reasons: tuple[str, ...] = ()
    unmet: tuple[Guard, ...] = ()


@dataclass(frozen=True)
class Chain:
    """What an application gives to the engine.

    ``lock`` answers the row again, locked; ``not_before`` the first day that an act on it may
    have, ``first_day`` what that day is, in words; ``record`` writes the new state and the event and answers the event;
    ``holds`` answers how an actor stands to a row of a subject on a day (None: today), or None when it is no matter
    of his organisation; its last argument keeps what it found out for the other rows of a page;
    ``house_rules`` are guards that hold for every act (nobody acts on his own work); ``ask_ahead`` finds out at once
    what the guards of many rows will ask about a subject, into the facts of a page; ``noun`` is what the user calls
    the subject.
    """

    route_of: Callable[[Any], Route]
    lock: Callable[[Any], Any]
    not_before: Callable[[Any], dt.date]
    record: Callable[[Step], Any]
    holds: Callable[[Action, Any, Any, dt.date | None, Facts], Hold | None]
    state_label: Callable[[str], str]
    house_rules: tuple[Guard, ...] = ()
    first_day: Callable[[Any], str] = lambda _: "ngày của bước liền trước"
    ask_ahead: Callable[[Iterable[Action], Any, Facts], None] | None = None
    noun: str = "Hồ sơ"

    def offers(self, subject: Any, by: Any, on: dt.date, facts: Facts | None = None) -> list[Offer]:
        """Buttons for ``by`` on ``subject``: actions of his organisation that are open in this state. ``facts`` is
        filled with what was found out, for the rest of the same page."""
        found: list[Offer] = []
        facts = {} if facts is None else facts
        rows = [row for row in self.route_of(subject).actions if subject.state in row.sources]
        if self.ask_ahead is not None:
            self.ask_ahead(rows, subject, facts)
        for row in rows:
            hold = self.holds(row, subject, by, on, facts)
            if hold is None:
                continue
            step = Step(subject, row, by, on, facts=facts, capacity=hold.capacity)
            if row.about is not None and row.about(step) is not None:
                continue
            if hold.capacity is None:
                found.append(Offer(row, False, (hold.reason,)))
                continue
            answers = [(guard, guard(step)) for guard in (*self.house_rules, *row.guards)]
            unmet = [(guard, sentence) for guard, sentence in answers if sentence is not None]
            reasons = tuple(sentence for _, sentence in unmet)
            found.append(Offer(row, not unmet, reasons, tuple(guard for guard, _ in unmet)))
        return found

    def may(self, subject: Any, action: str, by: Any) -> Action:
        """The open row of ``action`` that ``by`` holds today. Raises as ``held``."""
        return self.held(subject, action, by)[0]

    def held(self, subject: Any, action: str, by: Any, on: dt.date | None = None) -> tuple[Action, Any]:
        """The open row of ``action`` that ``by`` holds on the day (None: today), and in which capacity. Raises Stale
        when it is not open, Forbidden when not his."""
        route = self.route_of(subject)
        row = route.find(action, subject.state)
        if row is None:
            rows = route.rows(action)
            label = rows[0].label if rows else action
            raise Stale(
                f"{self.noun} đang ở trạng thái “{self.state_label(subject.state)}” nên không thực hiện được việc "
                f"“{label}”. Hãy tải lại trang để xem tình trạng mới nhất."
            )
        hold = self.holds(row, subject, by, on, {})
        if hold is None or hold.capacity is None:
            holders = " hoặc ".join(who.label for who in row.who)
            his = f"Việc “{row.label}” thuộc thẩm quyền của {holders}"
            if hold is not None and hold.because:
                raise Forbidden(f"{his}. {hold.because}")
            raise Forbidden(f"{his}; chức vụ ông, bà đang dùng không có quyền này.")
        return row, hold.capacity

    def unmet(self, step: Step, checks: Iterable[Guard] = ()) -> tuple[str, ...]:
        """What stands against the step by the rules of the house, the guards of its row and ``checks``."""
        return self._sentences(step, (*self.house_rules, *step.action.guards, *checks))

    def expect(self, subject: Any, state: str | None) -> None:
        """Raise Stale when the subject is no longer in ``state``, the one that the user saw (None: whichever)."""
        if state is not None and subject.state != state:
            raise Stale(
                f"{self.noun} vừa được chuyển sang trạng thái “{self.state_label(subject.state)}” bởi người khác. "
                "Hãy tải lại trang và xem lại trước khi thực hiện."
            )

    def perform(
        self,
        subject: Any,
        action: str,
        *,
        by: Any,
        on: dt.date,
        today: dt.date,
        expected_state: str | None,
        comment: str = "",
        details: Mapping[str, Any] | None = None,
        verdict: str | None = None,
        list_act: Any = None,
    ) -> Step:
        """Do one act; see the module for the order. ``on`` is the day of the act (its paper), never after ``today``.

        Raises Stale, Forbidden, NeedsReason or Refused; then nothing was written.
        """
        with transaction.atomic():
            subject = self.lock(subject)
            self.expect(subject, expected_state)
            step = self._checked(subject, action, by, on, today, comment, details or {}, verdict, list_act)
            step.to_state = self._target(step) or subject.state
            step.event = self.record(step)
            for each in (*step.action.effects, *(step.verdict.effects if step.verdict else ())):
                each(step)
            return step

    def rehearse(
        self,
        subject: Any,
        action: str,
        *,
        by: Any,
        on: dt.date,
        comment: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Ask all that ``perform`` asks before it writes, for an act that is to be done later. Raises as it does."""
        self._checked(subject, action, by, on, on, comment, details or {}, None, None)

    def _checked(
        self,
        subject: Any,
        action: str,
        by: Any,
        on: dt.date,
        today: dt.date,
        comment: str,
        details: Mapping[str, Any],
        verdict: str | None,
        list_act: Any,
    ) -> Step:
        row, capacity = self.held(subject, action, by)
        if on < today:  # signed then, entered now: held on both days
            row, capacity = self.held(subject, action, by, on)
        step = Step(subject, row, by, on, comment.strip(), details, list_act=list_act)
        step.capacity = capacity
        if row.verdicts:
            step.verdict = row.verdict(verdict or row.verdicts[0].name)
        self._check_day(step, today)
        self._check_details(step)
        reasons = self.unmet(step, row.checks)
        if reasons:
            raise Refused(*reasons)
        doubts = self._sentences(step, (*row.warnings, *row.doubts))
        if doubts and not step.comment:
            raise NeedsReason(*doubts, "Nếu vẫn thực hiện, hãy ghi rõ lý do.")
        return step

    @staticmethod
    def _target(step: Step) -> str | None:
        if step.verdict:
            return step.verdict.target
        if step.action.completes is not None and not step.action.completes(step):
            return None
        return step.action.target

    @staticmethod
    def _sentences(step: Step, guards: Iterable[Guard]) -> tuple[str, ...]:
        return tuple(sentence for guard in guards if (sentence := guard(step)) is not None)

    def _check_day(self, step: Step, today: dt.date) -> None:
        day, by = step.on, step.by
        if day > today:
            raise Refused(f"Ngày {day:%d/%m/%Y} ở tương lai. Hãy ghi ngày của văn bản, không sau hôm nay.")
        if day < (first := self.not_before(step.subject)):
            raise Refused(
                f"Ngày {day:%d/%m/%Y} trước {self.first_day(step.subject)} ({first:%d/%m/%Y}). "
                "Hãy kiểm tra lại ngày của văn bản."
            )
        if day < by.valid_from or (by.valid_to is not None and day > by.valid_to):
            raise Forbidden(
                f"Vào ngày {day:%d/%m/%Y} ông, bà không giữ chức vụ này nên không ký được việc này."
            )

    @staticmethod
    def _check_details(step: Step) -> None:
        given, row = set(step.details), step.action
        if missing := [name for name in row.takes if name not in given]:
            raise TypeError(f"{row.name} needs {', '.join(missing)}")
        if unknown := given - {*row.takes, *row.may_take}:
            raise TypeError(f"{row.name} does not take {', '.join(sorted(unknown))}")
