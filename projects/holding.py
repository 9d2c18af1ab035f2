"""Who holds a row of the chain, and in which capacity. Buttons, acts, lists and tasks all ask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Organisation, OrganisationKind, Position
from khuyencong.lib.workflow import Action, Forbidden, Hold, Who
from projects.models import ContractItem, ProjectYear
from projects.queries import contract_of


class Manner(StrEnum):
    """How somebody holds a row."""

    OWN = "OWN"


@dataclass(frozen=True)
class Capacity:
    """In which manner a position holds a row, and in the name of which body it acts."""

    manner: Manner
    body: Organisation


# -- one file ------------------------------------------------------------------------------------------


def hold(
    row: Action, year: ProjectYear, by: Position, _on: dt.date | None, _facts: Mapping[Any, Any]
) -> Hold | None:
    """How ``by`` stands to ``row`` of this file; None: it is no matter of his body."""
    bodies = [who for who in row.who if _means(who, year, by.organisation)]
    if not bodies:
        return None
    if any(by.kind in who.positions for who in bodies):
        return Hold(Capacity(Manner.OWN, by.organisation))
    return Hold(reason=f"Việc này của {labels(bodies)}.")


def _means(who: Who, year: ProjectYear, organisation: Organisation) -> bool:
    """Whether ``organisation`` is the body that ``who`` means for this file."""
    if who.organisation == "implementer":
        return organisation.pk == year.project.implementer_id
    if who.organisation == "acceptor":
        contract = contract_of(year)
        return contract is not None and contract.accepting_body_id == organisation.pk
    if organisation.kind != who.organisation:
        return False
    return organisation.province_id is None or organisation.tenant_id == year.tenant_id


def labels(holders: Iterable[Who]) -> str:
    """Who holds it, in words."""
    return " hoặc ".join(who.label for who in holders)


# -- whichever the file --------------------------------------------------------------------------------


def holders_of(row: Action, position: Position) -> list[Who]:
    """The holders of a row that ``position`` could be, whichever the file."""
    kind = position.organisation.kind
    return [who for who in row.who if position.kind in who.positions and kind in _kinds(who)]


def _kinds(who: Who) -> frozenset[str]:
    """Kinds of bodies of which one may be meant, when the file is known."""
    return {
        "implementer": frozenset({OrganisationKind.CENTRE}),
        "acceptor": frozenset({OrganisationKind.DEPARTMENT, OrganisationKind.AGENCY}),
    }.get(who.organisation, frozenset({who.organisation}))  # type: ignore[arg-type]


def require_holder(rows: Iterable[Action], by: Position) -> None:
    """Raise Forbidden, naming who holds them, when ``by`` holds none of ``rows`` on any file."""
    rows = list(rows)
    if not any(holders_of(row, by) for row in rows):
        raise Forbidden(
            f"Việc “{rows[0].label}” thuộc thẩm quyền của {labels(rows[0].who)}; chức vụ đang dùng không có quyền này."
        )


def held_files(rows: QuerySet[ProjectYear], row: Action, position: Position) -> QuerySet[ProjectYear]:
    """Those of ``rows`` of which ``position`` holds ``row``; empty for who holds it nowhere."""
    holders = holders_of(row, position)
    if not holders:
        return rows.none()
    if position.organisation.province_id is not None:
        rows = rows.filter(tenant_id=position.organisation.tenant_id)
    else:
        rows = rows.filter(nation_writes=True)
    if any(who.organisation == "implementer" for who in holders):
        rows = rows.filter(project__implementer=position.organisation)
    if any(who.organisation == "acceptor" for who in holders):
        rows = rows.filter(
            Exists(
                ContractItem.objects.filter(
                    project_year=OuterRef("pk"), contract__accepting_body=position.organisation
                )
            )
        )
    return rows
