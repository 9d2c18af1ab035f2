"""The lines above a signature, by the names and offices of the day (Decree 30/2020 article 13; positions.md §6.3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from accounts.models import (
    HEAD_OF,
    HEADS,
    Capacity,
    Organisation,
    OrganisationKind,
    Position,
    PositionKind,
    Province,
    ProvinceName,
    valid_on,
)
from accounts.queries import SIGNERS, head_of, heading_of
from accounts.services import GIVEN_AT
from khuyencong.lib.paper import capacity_lines
from projects.models import LocalProcedure, PaperKind

COMMITTEE = "Ủy ban nhân dân"


class Manner(StrEnum):
    """In which capacity somebody signs: as head, or as who does the act himself; for the head; by his order; by
    written authority of the head of the body above; the accounts beside the head."""

    OWN = ""
    DEPUTY = "KT"
    ORDER = "TL"
    AUTHORITY = "TUQ"


@dataclass(frozen=True)
class SignedAs:
    """In which manner, and in the name of which body: the paper is that body's."""

    manner: Manner
    body: Organisation


def office_of(organisation: Organisation, day: dt.date) -> str:
    """What the head of the body is called on papers of ``day``: by its kind, and where that is no name (the head of a
    service organisation, of a unit of the ministry), by the title of who leads it."""
    kind = next((head for head in HEADS if head in GIVEN_AT[organisation.kind]), PositionKind.DIRECTOR)
    if kind == PositionKind.HEAD and (head := head_of(organisation, day)):
        return head.title
    return str(kind.label)


def _own_office(signer: Position) -> str:
    """His own office in the same way."""
    # Heads of divisions, too, are called as their papers call them: Chánh Văn phòng, Trưởng phòng Quản lý công nghiệp.
    named = signer.kind in {PositionKind.HEAD, PositionKind.DEPUTY, PositionKind.DIVISION_HEAD}
    return signer.title if named else str(PositionKind(signer.kind).label)


def lines_above(signer: Position, capacity: SignedAs, kind: str, day: dt.date) -> tuple[str, ...]:
    """The lines above the name of ``signer`` on a paper of ``kind`` ("": none), from the widest to his own office:
    TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / PHÓ CHỦ TỊCH."""
    own = _own_office(signer)
    above = office_of(capacity.body, day)
    deputy_for = office_of(signer.organisation, day) if signer.kind in HEAD_OF else ""
    acting = signer.capacity == Capacity.ACTING
    if capacity.manner == Manner.ORDER:
        return capacity_lines(own, by_order_of=above, deputy_for=deputy_for, acting=acting)
    if capacity.manner == Manner.AUTHORITY:
        return capacity_lines(_named(signer, day), by_authority_of=above, acting=acting)
    return capacity_lines(
        own,
        collective=collective_of(capacity.body, kind, day),
        deputy_for=deputy_for,
        acting=acting,
    )


def _named(signer: Position, day: dt.date) -> str:
    """The office with its body where it would be taken for one of the body whose paper it is: "Giám đốc Sở …"."""
    label = _own_office(signer)
    whose = signer.kind in {PositionKind.DIRECTOR, PositionKind.HEAD}
    return f"{label} {short_name(signer.organisation, day)}" if whose else label


@dataclass(frozen=True)
class Signed:
    """Who signed, and the lines above the name; nobody where nobody heads the body, or the act needs no signature."""

    signer: Position | None = None
    lines: tuple[str, ...] = ()


def signature(
    named: Position | None,
    by: Position,
    issuer: Organisation,
    kind: str,
    day: dt.date,
    capacity: SignedAs | None,
) -> Signed:
    """The signature under what ``by`` does in ``capacity`` on ``day``: his own where he signs himself. Other people act
    on a paper (``kind``; "": there is none) that the ``named`` signer, or the head of the issuer, has signed."""
    if by.kind in SIGNERS:
        return Signed(by, lines_above(by, capacity or SignedAs(Manner.OWN, issuer), kind, day))
    signer = (named or head_of(issuer, day)) if kind else None
    if signer is None:
        return Signed()
    return Signed(signer, lines_above(signer, usual_capacity(signer, issuer), kind, day))


def usual_capacity(signer: Position, issuer: Organisation) -> SignedAs:
    """How somebody signs a paper of his body about whose capacity nothing more is known: as its head or for him."""
    return SignedAs(Manner.DEPUTY if signer.kind in HEAD_OF else Manner.OWN, issuer)


def head_lines(organisation: Organisation, kind: str, day: dt.date) -> tuple[tuple[str, ...], str]:
    """Lines and name of the head of ``organisation`` on ``day``, as a draft shows them; without a name when none is."""
    head = head_of(organisation, day)
    if head is None:
        office = office_of(organisation, day)
        return capacity_lines(office, collective=collective_of(organisation, kind, day)), ""
    return lines_above(head, SignedAs(Manner.OWN, organisation), kind, day), str(head.person or "")


def collective_of(organisation: Organisation, kind: str, day: dt.date) -> str:
    """For whom the head signs as for a collective (TM.): a people's committee, but a decision only where the province
    has set so (open question 9, dated data of its procedure)."""
    if organisation.kind != OrganisationKind.PEOPLES_COMMITTEE or not kind:
        return ""
    if kind == PaperKind.DECISION and not decides_collectively(organisation, day):
        return ""
    return COMMITTEE


def decides_collectively(committee: Organisation, day: dt.date) -> bool:
    """Whether decisions of the committee bear "TM. ỦY BAN NHÂN DÂN" on ``day``, else "CHỦ TỊCH"."""
    procedure = (
        LocalProcedure.objects.filter(valid_on(day), province=committee.province)
        .order_by("-valid_from")
        .first()
    )
    return procedure is not None and procedure.decision_line == "COLLECTIVE"


def short_name(organisation: Organisation, day: dt.date) -> str:
    """The body's name without the province that it shares with the body above: "Sở Công Thương"."""
    name = heading_of(organisation, day).name
    if organisation.province is None or organisation.kind == OrganisationKind.PEOPLES_COMMITTEE:
        return name
    return name.removesuffix(area_of(organisation.province, day)).rstrip() or name


def area_of(province: Province, day: dt.date) -> str:
    """The province in running text on ``day``: "thành phố Hải Phòng"."""
    held = province.names.filter(valid_from__lte=day).order_by("-valid_from").first()
    return in_text(held or province.names.earliest("valid_from"))


def in_text(name: ProvinceName) -> str:
    return name.full_name[0].lower() + name.full_name[1:]
