"""What every page shows of its reader: the position in which he acts, and the others he may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Organisation, Position
from accounts.queries import names_on
from khuyencong.lib.dates import today


@dataclass(frozen=True)
class ShownOrganisation:
    pk: int
    slug: str
    kind: str
    name: str


@dataclass(frozen=True)
class ShownPosition:
    """A position with the name that its organisation bears today."""

    pk: int
    kind: str
    title: str
    organisation: ShownOrganisation


def shown(positions: list[Position]) -> list[ShownPosition]:
    """The same positions with names, in one query."""
    names = names_on(today(), {position.organisation_id for position in positions})

    def named(organisation: Organisation) -> ShownOrganisation:
        name = names[organisation.pk].name if organisation.pk in names else organisation.slug
        return ShownOrganisation(organisation.pk, organisation.slug, organisation.kind, name)

    return [ShownPosition(row.pk, row.kind, row.title, named(row.organisation)) for row in positions]


def acting(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``acting`` (None outside a position) and ``positions``; asked of the database on use."""
    held: list[Position] = getattr(request, "positions", [])
    position: Position | None = getattr(request, "acting", None)
    positions: Any = SimpleLazyObject(lambda: shown(held))
    if position is None:
        return {"acting": None, "positions": positions}
    return {
        "acting": SimpleLazyObject(lambda: next(row for row in positions if row.pk == position.pk)),
        "positions": positions,
    }
