"""The bell in the head of every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import OrganisationKind, Position
from accounts.tenancy import acting_as, current_position
from notices.queries import MOST_COUNTED, unread_count


def counted(position: Position) -> str:
    """As in "3", "99+"; "" when nothing is unread. Pages outside every tenant open the position's scope for it."""
    if current_position() is None:
        with acting_as(position):
            number = unread_count(position)
    else:
        number = unread_count(position)
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number or "")


def bell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``bell``, asked of the database when a page shows it; None for who is told nothing."""
    position: Position | None = getattr(request, "acting", None)
    if position is None or position.organisation.kind == OrganisationKind.OPERATOR:
        return {"bell": None}
    return {"bell": SimpleLazyObject(lambda: {"count": counted(position)})}
