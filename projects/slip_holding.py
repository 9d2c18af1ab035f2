"""Who prepares, endorses, signs and numbers a paper on its way (positions.md §6.4). The rows of the chain say whose the
act is (projects/holding.py); here is who of the body helps him with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from accounts.models import HEAD_OF, HEADS, Organisation, Position, PositionKind, valid_on
from accounts.queries import SIGNERS
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Action, Facts, Hold
from projects.holding import seat_of
from projects.matters import Matter
from projects.models import EndorsementRule, PaperKind, Slip
from projects.signing import Manner, SignedAs
from projects.workflow import ROUTES

PREPARERS = frozenset({PositionKind.OFFICER, PositionKind.ACCOUNTANT, PositionKind.DIVISION_HEAD, *HEAD_OF})
"""Who writes papers for another's signature."""
SIGN_PAPERS = frozenset({*HEADS, *HEAD_OF, PositionKind.DIVISION_HEAD})
NOT_NUMBERED_HERE = frozenset({PaperKind.VOUCHER})
"""The Treasury numbers its vouchers itself."""


def in_force(position: Position, day: dt.date | None = None) -> bool:
    """Whether somebody acts in the position on ``day`` (default today)."""
    day = day or today()
    over = position.valid_to is not None and position.valid_to < day
    return position.valid_from <= day and not over and position.handed_over_at is None


def seated(organisation: Organisation, kinds: Iterable[str]) -> QuerySet[Position]:
    """Positions of the body with one of ``kinds`` in which somebody acts today, the heads first."""
    held = Position.objects.filter(
        valid_on(today()), organisation=organisation, kind__in=list(kinds), handed_over_at=None
    )
    return held.select_related("person", "organisation__province", "organisation__tenant").order_by(
        "organisation_id", "valid_from", "pk"
    )


def may_be_prepared(row: Action) -> bool:
    """Whether the act rests on a paper that its body numbers."""
    return row.paper is not None and row.paper not in NOT_NUMBERED_HERE


OFFICERS_OWN = frozenset(
    row.name
    for route in ROUTES.values()
    for row in route.actions
    if may_be_prepared(row) and not any(who.positions.intersection(HEADS) for who in row.who)
)
"""Acts that are the officer's own, whose paper alone the head signs (a form of appraisal): they are done in the name of
who prepared them."""


def stand_to_sign(
    matter: Matter, by: Position, preparer: Position, facts: Facts | None = None
) -> Hold | None:
    """How ``by`` stands today to the signature on what ``preparer`` of his body wrote: as he stands to the act, or,
    where the act is the preparer's own, to the paper on which it rests. None: it is no matter of his body."""
    facts = {} if facts is None else facts
    if by.organisation_id != preparer.organisation_id or by.kind not in SIGN_PAPERS:
        return None
    stand = matter.held_by(by, facts)
    if stand is not None and stand.capacity is not None:
        return stand
    if preparer.kind in SIGNERS or not _holds(matter, preparer, facts):
        return stand
    if by.kind in HEADS:
        return Hold(SignedAs(Manner.OWN, by.organisation))
    project = matter.file.project
    rule = seat_of(by, None, facts).rule_for(matter.row, project.programme, project.activity.group_id)
    if by.kind in HEAD_OF and rule is not None:
        return Hold(SignedAs(Manner.DEPUTY, by.organisation))
    return stand


def _holds(matter: Matter, by: Position, facts: Facts) -> bool:
    stand = matter.held_by(by, facts)
    return stand is not None and stand.capacity is not None


def seats_that_sign(preparer: Position, facts: Facts | None = None) -> list[Position]:
    """Who of the body signs papers at all, the head first; never ``preparer`` himself."""
    facts = {} if facts is None else facts
    key = ("signers", preparer.organisation_id)
    if key not in facts:
        order = [*HEADS, *HEAD_OF, PositionKind.DIVISION_HEAD]
        facts[key] = sorted(
            seated(preparer.organisation, SIGN_PAPERS), key=lambda seat: order.index(PositionKind(seat.kind))
        )
    return [seat for seat in facts[key] if seat.person_id != preparer.person_id]


def signers_for(matter: Matter, preparer: Position, facts: Facts | None = None) -> list[Position]:
    """Who of the body may sign what ``preparer`` writes, the head first; of a list also who signs only for some of its
    files."""
    facts = {} if facts is None else facts
    if not may_be_prepared(matter.row) or preparer.kind not in PREPARERS:
        return []
    return [
        seat
        for seat in seats_that_sign(preparer, facts)
        if any(
            (stand := stand_to_sign(matter.only({year.pk}), seat, preparer, facts)) is not None
            and stand.capacity is not None
            for year in matter.years
        )
    ]


def performer_of(matter: Matter, signer: Position, preparer: Position) -> Position:
    """In whose name the act is done: the signer's where he holds it; where the act is the officer's own and the head
    signs only its paper (a form of appraisal), the officer's."""
    return signer if _holds(matter, signer, {}) else preparer


def endorsers_of(
    row: Action, programme: str, *, preparer: Position, signer: Position
) -> tuple[list[str], list[str]]:
    """Kinds of positions that endorse the paper before ``signer`` gets it, in order, by the body's own rules of today;
    then those that nobody holds today, which are passed over.

    Who wrote the paper endorsed it by that, and who signs it does not endorse it, nor do those below the preparer."""
    rules = EndorsementRule.objects.filter(valid_on(today()), organisation=preparer.organisation)
    kinds = [
        rule.endorser
        for rule in rules.order_by("order", "pk")
        if rule.covers(programme, row.paper or "") and rule.endorser != signer.kind
    ]
    kinds = list(dict.fromkeys(kinds))
    if preparer.kind in kinds:
        kinds = kinds[kinds.index(preparer.kind) + 1 :]
    there = set(seated(preparer.organisation, kinds).values_list("kind", flat=True)) if kinds else set()
    return [kind for kind in kinds if kind in there], [kind for kind in kinds if kind not in there]


def clerks_of(organisation: Organisation) -> QuerySet[Position]:
    """Who numbers the papers of the body; where nobody does, the signer does it himself."""
    return seated(organisation, {PositionKind.CLERK})


def slips_of(position: Position) -> QuerySet[Slip]:
    """Slips that ``position`` may open: those of its body, and such as its body is to number or has issued."""
    if position.kind in {PositionKind.VIEWER, PositionKind.AUDITOR, PositionKind.SYSTEM}:
        return Slip.objects.none()
    rows = Slip.objects.filter(Q(organisation=position.organisation_id) | Q(issuer=position.organisation_id))
    return rows.select_related(
        "organisation__province",
        "organisation__tenant",
        "prepared_by__person",
        "prepared_by__organisation",
        "signer__person",
        "signer__organisation__province",
        "signer__organisation__superior",
        "signed_by__person",
        "signed_by__organisation__province",
        "issuer",
    )


def seat_is_empty(name: str) -> Combinable:
    """Condition on slips: nobody acts today in the position that the key ``name`` points to."""
    empty: Combinable = ~Exists(
        Position.objects.filter(valid_on(today()), pk=OuterRef(name), handed_over_at=None)
    )
    return empty
