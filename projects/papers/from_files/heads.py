"""Who issues a paper and who signs it, by the names and offices of its day (Decree 30/2020; positions.md §6.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import Organisation, OrganisationKind, Position, PositionKind, Province, ProvinceName
from accounts.queries import head_of, heading_of
from khuyencong.lib.paper import PaperFrame, Signature, capacity_lines
from projects.models import Paper

COMMITTEE = "Ủy ban nhân dân"

_OFFICE: dict[str, PositionKind] = {
    OrganisationKind.PEOPLES_COMMITTEE: PositionKind.CHAIR,
    OrganisationKind.AGENCY: PositionKind.DIRECTOR_GENERAL,
    OrganisationKind.MINISTRY: PositionKind.MINISTER,
}
_DEPUTIES = {
    PositionKind.DEPUTY_DIRECTOR: PositionKind.DIRECTOR,
    PositionKind.VICE_CHAIR: PositionKind.CHAIR,
    PositionKind.DEPUTY_DIRECTOR_GENERAL: PositionKind.DIRECTOR_GENERAL,
    PositionKind.VICE_MINISTER: PositionKind.MINISTER,
}


def frame_of(
    organisation: Organisation,
    day: dt.date,
    *,
    symbol: str,
    type_name: str,
    summary: str,
    paper: Paper | None = None,
    with_place: bool = True,
    **more: Any,
) -> PaperFrame:
    """Head of a paper of ``organisation`` on ``day``. ``symbol`` is the type's ("QĐ"), used until the paper has a
    number of its own; ``more`` are further fields of PaperFrame."""
    heading = heading_of(organisation, day)
    superior, issuer = _heads(organisation, heading.name, day)
    number, own_symbol = number_of(paper)
    return PaperFrame(
        superior=superior,
        issuer=issuer,
        number=number,
        symbol=own_symbol or f"{symbol}-{heading.symbol}",
        place=heading.place if with_place else "",
        dated=day,
        type_name=type_name,
        summary=summary,
        **({"authority": heading.name} | more),
    )


def _heads(organisation: Organisation, name: str, day: dt.date) -> tuple[str, str]:
    """The two bodies in the head: the superior one, then the issuer without the province it shares with it."""
    if organisation.kind == OrganisationKind.PEOPLES_COMMITTEE:
        return "", name.replace(f"{COMMITTEE} ", f"{COMMITTEE}\n", 1)
    if organisation.superior is None:
        return "", name
    superior = heading_of(organisation.superior, day).name
    if organisation.province is not None:
        name = name.removesuffix(area_of(organisation.province, day)).rstrip() or name
    return superior.replace(COMMITTEE, "UBND"), name


def number_of(paper: Paper | None) -> tuple[str, str]:
    """Number and symbol: "125/CV-TTKC" is ("125", "CV-TTKC")."""
    if paper is None:
        return "", ""
    number, _, symbol = paper.number.partition("/")
    return number.strip(), symbol.strip()


def area_of(province: Province, day: dt.date) -> str:
    """The province in running text on ``day``: "thành phố Hải Phòng"."""
    held = province.names.filter(valid_from__lte=day).order_by("-valid_from").first()
    return in_text(held or province.names.earliest("valid_from"))


def in_text(name: ProvinceName) -> str:
    return name.full_name[0].lower() + name.full_name[1:]


def signature_of(
    organisation: Organisation, day: dt.date, *, signer: Position | None = None, collective: str = ""
) -> Signature:
    """The line of the head who held office on ``day``, or of ``signer``; without a name when nobody did."""
    signer = signer or head_of(organisation, day)
    kind = PositionKind(signer.kind) if signer else _OFFICE.get(organisation.kind, PositionKind.DIRECTOR)
    head = _DEPUTIES.get(kind)
    return Signature(
        lines=capacity_lines(
            str(kind.label), collective=collective, deputy_for=str(head.label) if head else ""
        ),
        name=str(signer.person) if signer and signer.person else "",
    )
