"""Who issues a paper and who signs it, by the names and offices of its day (Decree 30/2020; positions.md §6.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import Organisation, OrganisationKind
from accounts.queries import heading_of
from khuyencong.lib.paper import PaperFrame, Signature
from projects.models import Paper
from projects.signing import COMMITTEE, head_lines, lines_above, short_name, usual_capacity


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
    return superior.replace(COMMITTEE, "UBND"), short_name(organisation, day)


def number_of(paper: Paper | None) -> tuple[str, str]:
    """Number and symbol: "125/CV-TTKC" is ("125", "CV-TTKC")."""
    if paper is None:
        return "", ""
    number, _, symbol = paper.number.partition("/")
    return number.strip(), symbol.strip()


def signature_of(
    organisation: Organisation, day: dt.date, *, kind: str, paper: Paper | None = None
) -> Signature:
    """The signature under a paper of ``kind``: of ``paper`` as it was signed; on a draft that of the head who holds
    office on ``day``, without a name when nobody does."""
    if paper is not None and paper.signer is not None:
        lines = paper.signed_as or lines_above(  # papers from before the lines were kept
            paper.signer, usual_capacity(paper.signer, organisation), kind, day
        )
        return Signature(lines=tuple(lines), name=str(paper.signer.person or ""))
    lines, name = head_lines(organisation, kind, day)
    return Signature(lines=lines, name=name)
