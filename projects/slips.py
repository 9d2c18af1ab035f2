"""The way of a slip (phiếu trình), from the officer to the issued paper, as one table; projects/slip_holding.py says
who holds which row. The act on its files is done when the paper is issued, by the chain of the files
(projects/chain.py)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import HEADS, PositionKind
from accounts.models import Position as Seat
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.dates import ZONE
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Action, Chain, Facts, Hold, Refused, Route, Step, Who, must
from projects.candidates import list_row
from projects.chain import route_of
from projects.guards import comment_given
from projects.matters import Matter
from projects.models import Event, ProjectYear, Slip, SlipFile, SlipState, SlipStep
from projects.once import last_done, last_moves
from projects.queries import with_places
from projects.said import default_amounts
from projects.signing import SignedAs
from projects.slip_holding import OFFICERS_OWN, PREPARERS, clerks_of, in_force, stand_to_sign
from projects.states import State

PREPARER = Who("người soạn phiếu trình", "preparer", frozenset(PREPARERS))
ENDORSER = Who("người ký nháy theo quy định của cơ quan", "endorser", frozenset(PREPARERS))
SIGNER = Who("người ký", "signer", frozenset(HEADS))
CLERK = Who("văn thư cơ quan ban hành", "clerk", frozenset({PositionKind.CLERK}))


def matter_of(slip: Slip) -> Matter:
    """What the slip prepares, with its files as they are. Raises Refused when the body no longer has one of them, or
    the table no longer has the row."""
    held = list(slip.files_now())
    rows = with_places(ProjectYear.objects.all()).filter(year=slip.year)
    found = {year.project.code: year for year in rows.filter(project__code__in=[each.code for each in held])}
    if gone := [each.code for each in held if each.code not in found]:
        raise Refused(f"Cơ quan ông, bà không còn hồ sơ {', '.join(gone)}. Hãy rút phiếu trình này.")
    years = tuple(found[each.code] for each in held)
    row = (
        list_row(slip.action, slip.programme)
        if slip.on_list
        else route_of(years[0]).find(slip.action, held[0].state)
    )
    if row is None:
        raise Refused("Quy trình không còn việc này. Hãy rút phiếu trình và soạn lại.")
    return Matter(row, years, slip.on_list)


def matter_in(slip: Slip, facts: Facts) -> Matter:
    """``matter_of``, asked once by all that share ``facts``."""
    if "matter" not in facts:
        facts["matter"] = matter_of(slip)
    matter: Matter = facts["matter"]
    return matter


def fault_of(slip: Slip, facts: Facts) -> str:
    """Why the slip no longer fits its files; "" when it does. Asked once by all that share ``facts``: each button of a
    page has this guard."""
    if "fault" not in facts:
        try:
            facts["fault"] = changed_since(slip, matter_in(slip, facts)) or ""
        except Refused as gone:  # a reason like others, so that giving back and withdrawing are still offered
            facts["fault"] = str(gone)
    fault: str = facts["fault"]
    return fault


MOST_TOLD = 3
"""Files of a list of which it is told what happened to them; how many more is said."""


def changed_since(slip: Slip, matter: Matter) -> str | None:
    """What happened to the files, or to whose act it is, since the slip was presented, so that it no longer fits; None:
    nothing."""
    if slip.action in OFFICERS_OWN and not in_force(slip.prepared_by):
        return (
            f"{slip.prepared_by.person} không còn giữ chức vụ {slip.prepared_by.title}, mà việc này mang tên người "
            "soạn. Người khác của cơ quan xem lại rồi trình lại; nội dung đã soạn vẫn còn nguyên."
        )
    keys = [year.pk for year in matter.years]
    last, moves = last_done(slip.action, keys), last_moves(keys)
    amounts = default_amounts(slip.action, matter.years) if slip.on_list else {}
    looks = [
        _Look(
            held,
            year,
            last.get(year.pk, 0),
            moves.get(year.pk, 0),
            None if _typed(slip, matter, year) else amounts.get(year.pk),
        )
        for held, year in zip(slip.files_now(), matter.years, strict=True)
    ]
    moved = [look for look in looks if look.moved]
    if not moved:
        return None
    told = [_told(slip, look) for look in moved[:MOST_TOLD]]
    if len(moved) > MOST_TOLD:
        told.append(f"Còn {len(moved) - MOST_TOLD} hồ sơ khác cũng đã thay đổi.")
    again = "Người soạn xem lại rồi trình lại; nội dung đã soạn vẫn còn nguyên."
    return " ".join(
        (*told, again if is_open(slip, matter) else "Việc này không còn mở: người soạn rút phiếu trình.")
    )


def is_open(slip: Slip, matter: Matter) -> bool:
    """Whether the act is open on its file, or on one of the files of its list, so that it may be presented anew."""
    return any(route_of(year).find(slip.action, year.state) is not None for year in matter.years)


@dataclass(frozen=True)
class _Look:
    """A file as it was presented and as it is: ``last`` is the last event of the act on it, ``move`` the last that
    changed its state, ``amount`` what its list would give it today, in đồng (None: what was typed, or no list)."""

    held: SlipFile
    year: ProjectYear
    last: int
    move: int
    amount: int | None

    @property
    def other_amount(self) -> bool:
        """Whether issuing would give another amount than the one that was read."""
        return None not in {self.held.amount, self.amount} and self.held.amount != self.amount

    @property
    def moved(self) -> bool:
        held, year = self.held, self.year
        same = (year.state, year.project.version) == (held.state, held.version)
        return not same or self.last > held.seen or self.came_back or self.other_amount

    @property
    def came_back(self) -> bool:
        """Whether the file left the state in which it was presented and stands in it again, perhaps with another
        appraisal."""
        return self.held.moved is not None and self.move > self.held.moved


def _typed(slip: Slip, matter: Matter, year: ProjectYear) -> bool:
    """Whether the amount of the file was typed, and does not follow from it."""
    chosen = slip.inputs.get(f"verdict-{year.pk}", [])
    return any(verdict.with_amount and verdict.name in chosen for verdict in matter.row.verdicts)


def _told(slip: Slip, look: _Look) -> str:
    """What happened to one file since it was presented."""
    held, year, last = look.held, look.year, look.last
    if year.state != held.state:
        event = Event.objects.filter(project_year=year).select_related("person", "position").last()
        by = f", do {event.person} ({event.position.title})" if event else ""
        return f"Sau khi soạn, hồ sơ {held.code} đã chuyển sang “{State(year.state).label}”{by}."
    if last > held.seen:
        done = Event.objects.select_related("person", "position").get(pk=last)
        at = done.recorded_at.astimezone(ZONE)
        return (
            f"Sau khi soạn, việc “{slip.label}” trên hồ sơ {held.code} đã được {done.person} "
            f"({done.position.title}) thực hiện lúc {at:%H:%M} ngày {at:%d/%m/%Y}."
        )
    if year.project.version != held.version:
        return f"Nội dung hồ sơ {held.code} đã được sửa sau khi soạn phiếu trình."
    if look.other_amount:
        was, now = dong(held.amount or 0), dong(look.amount or 0)
        return f"Số tiền của hồ sơ {held.code} khi soạn phiếu trình là {was}, nay là {now}."
    done = Event.objects.select_related("person", "position").get(pk=look.move)
    return (
        f"Sau khi soạn, hồ sơ {held.code} đã được trả lại rồi xử lý lại, việc sau cùng do {done.person} "
        f"({done.position.title})."
    )


@must("Hồ sơ chưa thay đổi sau khi soạn")
def still_fits(step: Step) -> str | None:
    return fault_of(step.subject, step.facts) or None


def _last_endorser(step: Step) -> bool:
    return len(step.subject.endorsers) <= 1


S = SlipState
ROUTE = Route(
    "SLIP",
    "Phiếu trình",
    S.ENDORSING,
    (
        Action(
            "endorse", "Ký nháy", (S.ENDORSING,), S.SIGNING, (ENDORSER,), "N30 điều 12", guards=(still_fits,),
            completes=_last_endorser, task="Ký nháy",
        ),
        Action("sign", "Ký", (S.SIGNING,), S.SIGNED, (SIGNER,), "N30 điều 13", guards=(still_fits,), task="Ký"),
        Action(
            "issue", "Ký, ghi số và ban hành", (S.SIGNING,), S.ISSUED, (SIGNER,), "N30 điều 13, 15",
            takes=("number", "dated"), guards=(still_fits,), task="Ký, ghi số và ban hành",
        ),
        Action(
            "issue", "Ghi số, ngày và ban hành", (S.SIGNED,), S.ISSUED, (CLERK,), "N30 điều 15",
            takes=("number", "dated"), guards=(still_fits,), task="Ghi số, ngày và ban hành",
        ),
        Action(
            "return", "Trả lại người soạn", (S.ENDORSING, S.SIGNING, S.SIGNED), S.RETURNED, (ENDORSER, SIGNER, CLERK),
            "N30 điều 11", checks=(comment_given,),
        ),
        Action(
            "present", "Trình lại", (S.ENDORSING, S.SIGNING, S.SIGNED, S.RETURNED), S.ENDORSING, (PREPARER,),
            "N30 điều 10", takes=("written",), task="Sửa, trình lại",
        ),
        Action(
            "withdraw", "Rút phiếu trình", (S.ENDORSING, S.SIGNING, S.SIGNED, S.RETURNED), S.WITHDRAWN, (PREPARER,),
            "N30 điều 10",
        ),
    ),
)  # fmt: skip


def lock(slip: Slip) -> Slip:
    """The slip again, locked until the end of the transaction."""
    rows = Slip.objects.select_for_update(of=("self",)).select_related(
        "organisation__province",
        "organisation__tenant",
        "prepared_by__person",
        "prepared_by__organisation",
        "signer__person",
        "signer__organisation",
        "signed_by__person",
        "signed_by__organisation__province",
        "signed_by__organisation__tenant",
        "issuer",
    )
    return rows.get(pk=slip.pk)


def stand(row: Action, slip: Slip, by: Seat, _: dt.date | None, facts: dict[Any, Any]) -> Hold | None:
    """How ``by`` stands to a row of the slip; None: it is no matter of his body, or of his office."""
    if row.name in {"present", "withdraw"}:
        return _preparers(slip, by)
    if row.name == "return":
        return _returner(slip, by, facts)
    if slip.state == S.ENDORSING:
        return _endorser(slip, by)
    if slip.state == S.SIGNED:
        return _clerk(slip, by)
    signs = _signer(slip, by, facts)
    if signs is None or signs.capacity is None:
        return signs
    key = ("clerks", signs.capacity.body.pk)
    if key not in facts:
        facts[key] = clerks_of(signs.capacity.body).exists()
    return signs if facts[key] == (row.name == "sign") else None


def _preparers(slip: Slip, by: Seat) -> Hold | None:
    """Who prepared it; a colleague, where he is no longer there."""
    if by.organisation_id != slip.organisation_id:
        return None
    colleague = not in_force(slip.prepared_by) and by.kind in PREPARERS
    return Hold(slip.prepared_by) if by.pk == slip.prepared_by_id or colleague else None


def _endorser(slip: Slip, by: Seat) -> Hold | None:
    if by.organisation_id != slip.organisation_id or not slip.endorsers or by.kind != slip.endorsers[0]:
        return None
    return Hold(by)


def _signer(slip: Slip, by: Seat, facts: dict[Any, Any]) -> Hold | None:
    try:
        matter = matter_in(slip, facts)
    except Refused:  # a file is gone, or its way: nobody signs, but the slip can still be taken back
        return None
    return stand_to_sign(matter, by, slip.prepared_by, facts)


def _clerk(slip: Slip, by: Seat) -> Hold | None:
    """The clerk of the body whose paper it is; where it has none any more, the signer."""
    assert slip.issuer is not None
    if by.kind == PositionKind.CLERK and by.organisation_id == slip.issuer_id:
        return Hold(by)
    if by.pk == slip.signed_by_id and not clerks_of(slip.issuer).exists():
        return Hold(by)
    return None


def _returner(slip: Slip, by: Seat, facts: dict[Any, Any]) -> Hold | None:
    """Whoever has it on his desk; who signed it may take it back until it has its number."""
    if slip.state == S.ENDORSING:
        return _endorser(slip, by)
    if slip.state == S.SIGNED and by.pk != slip.signed_by_id:
        return _clerk(slip, by)
    if by.pk in {slip.signer_id, slip.signed_by_id}:
        return Hold(by)
    signs = _signer(slip, by, facts)
    return signs if signs is not None and signs.capacity is not None else None


def record(step: Step) -> SlipStep:
    """Write the slip's state, what the step adds to it, and the step."""
    slip: Slip = step.subject
    name = step.action.name
    slip.state, slip.state_since = step.to_state, timezone.now()
    if name == "endorse":
        slip.endorsers = slip.endorsers[1:]
    if name == "present":
        for field, value in step.details["written"].items():
            setattr(slip, field, value)
        slip.presented += 1
        slip.state = S.ENDORSING if slip.endorsers else S.SIGNING
        slip.signed_by = slip.issuer = None
    if name == "return":
        slip.signed_by = slip.issuer = None
    if name in {"sign", "issue"} and isinstance(step.capacity, SignedAs):
        slip.signed_by, slip.issuer = step.by, step.capacity.body
    if name == "issue":
        slip.number, slip.dated = step.details["number"], step.details["dated"]
    slip.save()
    return write_step(slip, name, by=step.by, comment=step.comment)


def write_step(slip: Slip, action: str, *, by: Seat, comment: str = "") -> SlipStep:
    """What ``by`` did with the slip, beside it."""
    assert by.person is not None
    return SlipStep.objects.create(
        tenant_id=slip.tenant_id,
        slip=slip,
        action=action,
        position=by,
        person=by.person,
        to_state=slip.state,
        comment=comment,
    )


SLIPS = Chain(
    route_of=lambda _: ROUTE,
    lock=lock,
    not_before=lambda _: dt.date.min,
    record=record,
    holds=stand,
    state_label=lambda state: str(S(state).label),
    noun="Phiếu trình",
)


def is_national(seat: Seat) -> bool:
    """Whether the rows of the position's body are the nation's."""
    return seat.organisation.kind in NATIONAL_KINDS
