"""Who holds a row of the chain, and in which capacity. Buttons, acts, lists and tasks all ask here.

A head holds what the table gives him; his deputy holds it in the field that a standing assignment gives (KT.), the head
of a unit a letter of routine by order (TL.), the head of the body below what a written authorisation gives (TUQ.).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from accounts.models import HEAD_OF, HEADS, Capacity, OrganisationKind, Position, PositionKind, valid_on
from accounts.queries import SIGNERS, heading_of
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Action, Facts, Forbidden, Hold, Refused, Who
from projects.bodies import BEARERS, of_place
from projects.models import Authorisation, OrderedAct, PaperKind, ProjectYear, SigningRule
from projects.queries import at_place_of
from projects.signing import Manner, SignedAs, lines_above


@dataclass(frozen=True)
class Seat:
    """A position on a day, with what it may sign beyond its own office; each is asked for when it is needed."""

    position: Position
    on: dt.date

    @cached_property
    def rules(self) -> list[SigningRule]:
        """Assignments of the position; only deputies and heads of units have any."""
        if self.position.kind not in HEAD_OF and self.position.kind != PositionKind.DIVISION_HEAD:
            return []
        rules = SigningRule.objects.filter(valid_on(self.on), position=self.position, in_name_of__isnull=True)
        return list(rules.select_related("activity_group"))

    @cached_property
    def orders(self) -> list[SigningRule]:
        """Papers that the head of the body signs by order of the body above: the minister's, by the agency."""
        if (
            self.position.organisation.superior_id is None
            or self.position.organisation.province_id is not None
        ):
            return []
        rules = SigningRule.objects.filter(
            valid_on(self.on),
            manner=SigningRule.Manner.ORDER,
            position__organisation_id=self.position.organisation_id,
            position__kind__in=HEADS,
            in_name_of__isnull=False,
        )
        return list(rules.select_related("in_name_of__province"))

    @cached_property
    def authorisations(self) -> list[Authorisation]:
        """What the body above gave to this body; its head alone has it, deputies do not sign by it."""
        if self.position.kind not in HEADS or self.position.organisation.superior_id is None:
            return []
        given = Authorisation.objects.filter(valid_on(self.on), authorised=self.position.organisation)
        return list(given.select_related("authoriser__province", "authoriser__superior"))

    @cached_property
    def ordered(self) -> list[OrderedAct]:
        """What may be signed by order (TL.) at all."""
        return list(OrderedAct.objects.filter(valid_on(self.on)))

    def paper_of(self, row: Action) -> str:
        """Kind of paper that an act rests on; what is signed by order goes out on one also where nobody enters it."""
        return row.paper or next((each.paper for each in self.ordered if _is_routine(each, row)), "")

    def is_routine(self, row: Action) -> bool:
        """Whether a unit inside a body may sign the act by its head's order."""
        return any(_is_routine(each, row) for each in self.ordered)

    def signs_by_order_of_above(self, row: Action) -> bool:
        """Whether the paper of the act may be signed by order of the body above."""
        return any(
            each.above and each.paper == row.paper and each.action in {"", row.name} for each in self.ordered
        )

    def rule_for(self, row: Action, programme: str, group: int | None) -> SigningRule | None:
        """The assignment that covers an act on a file of that programme and group of activities."""
        if not self.rules:
            return None
        wanted = Manner.DEPUTY if self.position.kind in HEAD_OF else Manner.ORDER
        kind = self.paper_of(row)
        return next(
            (rule for rule in self.rules if rule.manner == wanted and rule.covers(programme, group, kind)),
            None,
        )


def seat_of(position: Position, on: dt.date | None = None, facts: Facts | None = None) -> Seat:
    """The seat on the day (None: today); with ``facts`` the same one for every row of a page."""
    on = on or today()
    if facts is None:
        return Seat(position, on)
    seat: Seat = facts.setdefault(("seat", position.pk, on), Seat(position, on))
    return seat


def _is_routine(given: OrderedAct, row: Action) -> bool:
    """Whether the act is one that a unit signs by order: it is named, in the state in which the row is open, and where
    it rests on a paper that is of the kind."""
    return (
        not given.above
        and given.action == row.name
        and (not given.state or given.state in row.sources)
        and row.paper in {None, given.paper}
    )


ONE_CAPACITY = (
    "Danh mục gồm hồ sơ ký với tư cách khác nhau (thừa lệnh, ủy quyền hay của cơ quan mình). "
    "Mỗi văn bản chỉ có một tư cách ký: hãy tách thành hai danh mục."
)
"""Said where one paper would bear two signatures."""


# -- one file ------------------------------------------------------------------------------------------


def hold(row: Action, year: ProjectYear, by: Position, on: dt.date | None, facts: Facts) -> Hold | None:
    """How ``by`` stands to ``row`` of this file on the day (None: today); None: it is no matter of his body."""
    seat = seat_of(by, on, facts)
    bodies = [who for who in row.who if means(who, year, by)]
    if bodies:
        return _in_own_body(row, year, seat, bodies)
    for given in seat.authorisations:
        if given.covers(row.name, year.project.programme) and _held_above(row, year, given):
            return Hold(SignedAs(Manner.AUTHORITY, given.authoriser))
    return None


def _in_own_body(row: Action, year: ProjectYear, seat: Seat, bodies: list[Who]) -> Hold:
    by = seat.position
    if any(by.kind in who.positions for who in bodies):
        return Hold(_own(row, year, seat))
    not_his = f"Việc này của {labels(bodies)}."
    if not _may_be_given(row, seat, bodies):
        return Hold(reason=not_his)
    if seat.rule_for(row, year.project.programme, year.project.activity.group_id) is None:
        why = _not_covered(row, year, seat)
        return Hold(reason=f"{not_his} {why}", because=why)
    if by.kind in HEAD_OF:
        return Hold(_own(row, year, seat, Manner.DEPUTY))
    return Hold(SignedAs(Manner.ORDER, by.organisation))


def _own(row: Action, year: ProjectYear, seat: Seat, manner: Manner = Manner.OWN) -> SignedAs:
    """In the name of the own body; of the body above where the working rules have its papers signed by order."""
    by = seat.position
    if row.paper and (by.kind in HEADS or by.kind in HEAD_OF):
        programme, group = year.project.programme, year.project.activity.group_id
        for order in seat.orders:
            if order.covers(programme, group, row.paper) and seat.signs_by_order_of_above(row):
                assert order.in_name_of is not None
                return SignedAs(Manner.ORDER, order.in_name_of)
    return SignedAs(manner, by.organisation)


def _may_be_given(row: Action, seat: Seat, bodies: Iterable[Who]) -> bool:
    """Whether an assignment could give ``row`` to the seat: to the deputy of who holds it; routine to a unit."""
    by = seat.position
    head = HEAD_OF.get(PositionKind(by.kind))
    if head is not None:
        return any(head in who.positions for who in bodies)
    return by.kind == PositionKind.DIVISION_HEAD and any(True for _ in bodies) and seat.is_routine(row)


def _not_covered(row: Action, year: ProjectYear, seat: Seat) -> str:
    """Why no assignment of a deputy or unit covers this act, as a sentence."""
    manner = "ký thay (KT.)" if seat.position.kind in HEAD_OF else "ký thừa lệnh (TL.)"
    day = short_date(seat.on)
    if not seat.rules:
        return (
            f"Ngày {day} chưa có văn bản phân công {manner} cho chức vụ của ông, bà; quản trị hệ thống ghi phân công "
            "theo văn bản của người đứng đầu."
        )
    group, programme = year.project.activity.group_id, year.project.programme
    in_field = [
        r for r in seat.rules if r.programme in {"", programme} and r.activity_group_id in {None, group}
    ]
    papers = ", ".join(f"số {rule.number} ngày {short_date(rule.dated)}" for rule in seat.rules)
    if not in_field:
        return f"Phân công {manner} của ông, bà (văn bản {papers}) không gồm lĩnh vực của đề án này vào ngày {day}."
    kind = seat.paper_of(row)
    what = f"văn bản loại {PaperKind(kind).label}" if kind else "việc không kèm văn bản"
    return f"Phân công {manner} của ông, bà (văn bản {papers}) không gồm {what} vào ngày {day}."


def deputies_who_sign(row: Action, year: ProjectYear, by: Position, on: dt.date) -> list[Position]:
    """Deputies of the body of ``by`` who sign the paper of ``row`` on ``day`` by their assignment; none for an act
    that ``by`` signs himself. One query for each deputy, and one more."""
    if row.paper is None or by.kind in SIGNERS:
        return []
    deputies = by.organisation.positions.filter(valid_on(on), kind__in=HEAD_OF).select_related("person")
    return [each for each in deputies.order_by("pk") if _covered(row, year, each, on)]


def require_signer(
    row: Action, year: ProjectYear, signer: Position | None, by: Position, on: dt.date
) -> None:
    """Raise Refused when the ``signer`` whom ``by`` names could not sign the paper of ``row`` on its day."""
    if signer is None or by.kind in SIGNERS or signer.kind in HEADS:
        return
    if signer.kind not in HEAD_OF or signer.organisation_id != by.organisation_id:
        raise Refused("Người ký phải là người đứng đầu, cấp phó của cơ quan ông, bà. Hãy chọn lại người ký.")
    if not _covered(row, year, signer, on):
        why = _not_covered(row, year, Seat(signer, on)).replace("ông, bà", str(signer.person))
        raise Refused(f"{why} Hãy chọn lại người ký.")


def _covered(row: Action, year: ProjectYear, deputy: Position, on: dt.date) -> bool:
    project = year.project
    return Seat(deputy, on).rule_for(row, project.programme, project.activity.group_id) is not None


def means(who: Who, year: ProjectYear, by: Position) -> bool:
    """Whether the body of ``by`` is the one that ``who`` means for this file."""
    organisation = by.organisation
    if bearer := BEARERS.get(who.organisation):
        return organisation.kind in bearer.kinds and bearer.holds(year, organisation)
    if organisation.kind != who.organisation:
        return False
    return (
        organisation.province_id is None
        or organisation.tenant_id == year.tenant_id
        or of_place(year, organisation)
    )


def _held_above(row: Action, year: ProjectYear, given: Authorisation) -> bool:
    """Whether the head who authorises holds ``row`` himself: what he was given he cannot give."""
    body = given.authoriser
    here = body.province_id is None or body.tenant_id == year.tenant_id or of_place(year, body)
    return here and any(_office_holds(who, body.kind) for who in row.who)


def _office_holds(who: Who, kind: str) -> bool:
    return who.organisation == kind and any(head in who.positions for head in HEADS)


def signs_as(row: Action, year: ProjectYear, by: Position) -> str:
    """The lines under which ``by`` would sign ``row`` today, in one: "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC", with the body whose
    paper it is where that is another. "" for who signs as the head of his body, or does not sign himself."""
    if by.kind not in SIGNERS:
        return ""
    stand = hold(row, year, by, None, {})
    if stand is None or stand.capacity is None:
        return ""
    return capacity_in_words(by, stand.capacity, row.paper or "")


def capacity_in_words(by: Position, capacity: SignedAs, kind: str) -> str:
    """The lines under which ``by`` signs a paper of ``kind`` today in that capacity, as ``signs_as`` says them."""
    if capacity.manner == Manner.OWN and by.capacity == Capacity.APPOINTED:
        return ""
    lines = " / ".join(lines_above(by, capacity, kind, today()))
    if capacity.body == by.organisation:
        return lines
    return f"{lines}; văn bản của {heading_of(capacity.body).name}, số và ký hiệu theo sổ của cơ quan đó"


def labels(holders: Iterable[Who]) -> str:
    """Who holds it, in words."""
    return " hoặc ".join(who.label for who in holders)


# -- whichever the file --------------------------------------------------------------------------------


def holders_of(row: Action, position: Position, facts: Facts | None = None) -> list[Who]:
    """The holders of a row that ``position`` could be today, whichever the file; one query at most."""
    kind, seat = position.organisation.kind, seat_of(position, facts=facts)
    here = [who for who in row.who if kind in kinds_of(who)]
    own = [who for who in here if position.kind in who.positions]
    if own:
        return own
    if _may_be_given(row, seat, here):
        head = HEAD_OF.get(PositionKind(position.kind))
        if _rules_for_some(row, seat):
            return [who for who in here if head is None or head in who.positions]
        return []
    return [
        who
        for who in row.who
        if any(
            row.name in given.actions and _office_holds(who, given.authoriser.kind)
            for given in seat.authorisations
        )
    ]


def _rules_for_some(row: Action, seat: Seat) -> list[SigningRule]:
    """Assignments that cover the act on some files."""
    return [rule for rule in seat.rules if not rule.papers or seat.paper_of(row) in rule.papers]


def holds_without_file(
    row: Action, programme: str, by: Position, on: dt.date | None = None
) -> SignedAs | None:
    """In which capacity ``by`` holds an act that is about a whole programme and no file; None: he does not."""
    bodies = [who for who in row.who if who.organisation == by.organisation.kind]
    if any(by.kind in who.positions for who in bodies):
        return SignedAs(Manner.OWN, by.organisation)
    if (
        _may_be_given(row, seat_of(by, on), bodies)
        and seat_of(by, on).rule_for(row, programme, None) is not None
    ):
        return SignedAs(Manner.DEPUTY, by.organisation)
    return None


def kinds_of(who: Who) -> frozenset[OrganisationKind]:
    """Kinds of bodies of which one may be meant, when the file is known."""
    bearer = BEARERS.get(who.organisation)
    return bearer.kinds if bearer else frozenset({OrganisationKind(who.organisation)})


def require_holder(rows: Iterable[Action], by: Position) -> None:
    """Raise Forbidden, naming who holds them, when ``by`` holds none of ``rows`` on any file."""
    rows = list(rows)
    if not any(holders_of(row, by) for row in rows):
        raise Forbidden(
            f"Việc “{rows[0].label}” thuộc thẩm quyền của {labels(rows[0].who)}; chức vụ đang dùng không có quyền này."
        )


def held_files(
    rows: QuerySet[ProjectYear], row: Action, position: Position, facts: Facts | None = None
) -> QuerySet[ProjectYear]:
    """Those of ``rows`` of which ``position`` holds ``row`` today; empty for who holds it nowhere."""
    holders, seat = holders_of(row, position, facts), seat_of(position, facts=facts)
    if not holders:
        return rows.none()
    organisation = position.organisation
    if organisation.province_id is not None:
        rows = rows.filter(at_place_of(organisation))
    elif organisation.kind in NATIONAL_KINDS:
        rows = rows.filter(nation_writes=True)
    for who in holders:
        if (bearer := BEARERS.get(who.organisation)) and organisation.kind in bearer.kinds:
            rows = bearer.narrow(rows, organisation)
    if any(position.kind in who.positions and position.organisation.kind in kinds_of(who) for who in holders):
        return rows
    fields: list[Authorisation] | list[SigningRule]
    fields = [given for given in seat.authorisations if row.name in given.actions] or _rules_for_some(
        row, seat
    )
    return rows.filter(_any_of(fields))


def _any_of(fields: Iterable[Authorisation | SigningRule]) -> Q:
    """Files in one of the fields."""
    found = Q(pk__in=[])
    for each in fields:
        one = Q(project__programme=each.programme) if each.programme else ~Q(pk__in=[])
        group = getattr(each, "activity_group_id", None)
        found |= one & Q(project__activity__group=group) if group else one
    return found
