"""The way of a slip (phiếu trình), from the officer to the issued paper, as one table; projects/slip_holding.py says
who holds which row. The act on the file is done when the paper is issued, by the chain of the file
(projects/chain.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import HEADS, PositionKind
from accounts.models import Position as Seat
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.dates import ZONE
from khuyencong.lib.workflow import Action, Chain, Hold, Refused, Route, Step, Who, must
from projects.chain import route_of
from projects.guards import comment_given
from projects.models import Event, ProjectYear, Slip, SlipState, SlipStep
from projects.queries import with_places
from projects.signing import SignedAs
from projects.slip_holding import PREPARERS, clerks_of, in_force, stand_to_sign
from projects.states import State

PREPARER = Who("người soạn phiếu trình", "preparer", frozenset(PREPARERS))
ENDORSER = Who("người ký nháy theo quy định của cơ quan", "endorser", frozenset(PREPARERS))
SIGNER = Who("người ký", "signer", frozenset(HEADS))
CLERK = Who("văn thư cơ quan ban hành", "clerk", frozenset({PositionKind.CLERK}))


def file_of(slip: Slip) -> ProjectYear:
    """The file for which the slip was prepared; raises Refused when the body no longer has it."""
    found = with_places(ProjectYear.objects.all()).filter(project__code=slip.code, year=slip.year).first()
    if found is None:
        raise Refused(f"Cơ quan ông, bà không còn hồ sơ {slip.code}. Hãy rút phiếu trình này.")
    return found


def row_of(slip: Slip, year: ProjectYear) -> Action:
    """The row of the file's chain that the slip prepares. Raises Refused when the table no longer has it."""
    row = route_of(year).find(slip.action, slip.file_state)
    if row is None:
        raise Refused("Quy trình không còn việc này. Hãy rút phiếu trình và soạn lại.")
    return row


def changed_since(slip: Slip, year: ProjectYear) -> str | None:
    """What happened to the file since the slip was prepared, so that it no longer fits; None: nothing."""
    again = "Người soạn xem lại rồi trình lại; nội dung đã soạn vẫn còn nguyên."
    if year.state != slip.file_state:
        last = Event.objects.filter(project_year=year).select_related("person", "position").last()
        by = f", do {last.person} ({last.position.title})" if last else ""
        return f"Sau khi soạn, hồ sơ đã chuyển sang “{State(year.state).label}”{by}. {again}"
    done = (
        Event.objects.filter(project_year=year, action=slip.action, pk__gt=slip.seen)
        .select_related("person", "position")
        .last()
    )
    if done is not None:
        at = done.recorded_at.astimezone(ZONE)
        return (
            f"Sau khi soạn, việc “{slip.label}” đã được {done.person} ({done.position.title}) thực hiện lúc "
            f"{at:%H:%M} ngày {at:%d/%m/%Y}. {again}"
        )
    if year.project.version != slip.file_version:
        return f"Nội dung hồ sơ {slip.code} đã được sửa sau khi soạn phiếu trình. {again}"
    return None


@must("Hồ sơ chưa thay đổi sau khi soạn")
def still_fits(step: Step) -> str | None:
    try:
        return changed_since(step.subject, file_of(step.subject))
    except Refused as gone:  # a reason like others, so that giving back and withdrawing are still offered
        return str(gone)


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
        year = facts.get("file") or file_of(slip)
        row = row_of(slip, year)
    except Refused:  # the file is gone, or its way: nobody signs, but the slip can still be taken back
        return None
    facts["file"] = year
    return stand_to_sign(row, year, by, slip.prepared_by, facts)


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
