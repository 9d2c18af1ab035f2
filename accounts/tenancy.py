"""The wall: for whom a transaction acts, and what the database lets it see.

``acting_as(position)`` is the only door. It opens a transaction, takes the database role of the position
(``kc_province`` or ``kc_nation``) and names the tenants it may read and write; PostgreSQL's row security does the
rest (accounts/wall.py builds it). Outside the door the login ``kc_app`` sees no row that belongs to a tenant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, Value

from accounts.models import (
    PROVINCIAL_KINDS,
    UNIT_KINDS,
    Consortium,
    Organisation,
    OrganisationKind,
    Position,
    Province,
    valid_on,
)
from khuyencong.lib.dates import today

PROVINCE_ROLE = "kc_province"
NATION_ROLE = "kc_nation"

NATIONAL_KINDS = frozenset(
    {
        OrganisationKind.AGENCY,
        OrganisationKind.MINISTRY,
        OrganisationKind.MINISTRY_FINANCE,
        OrganisationKind.AUDIT,
    }
)


class NotInForce(Exception):
    """The position does not hold today; its bearer acts for nobody."""


@dataclass(frozen=True)
class Scope:
    """What a transaction may touch: a database role and the tenants it reads and writes (ids)."""

    role: str | None
    reads: tuple[int, ...] = ()
    writes: tuple[int, ...] = ()


NOBODY = Scope(role=None)

_acting: ContextVar[Position | None] = ContextVar("acting", default=None)
_scope: ContextVar[Scope] = ContextVar("scope", default=NOBODY)


def current_position() -> Position | None:
    """The position for which the running transaction acts, or None outside ``acting_as``."""
    return _acting.get()


def acts_in_a_role() -> bool:
    """Whether the running transaction has taken the role of a position; an operator acts as the login itself."""
    return _scope.get().role is not None


def predecessors_of(province: Province) -> list[Province]:
    """Units that ``province`` took over, directly or through others, the nearest first; one query."""
    gone: dict[int, list[Province]] = {}
    for unit in Province.objects.filter(successor__isnull=False):
        gone.setdefault(unit.successor_id or 0, []).append(unit)
    found: list[Province] = []
    level = [province.pk]
    while level:
        generation = [unit for pk in level for unit in gone.get(pk, [])]
        found += generation
        level = [unit.pk for unit in generation]
    return found


def scope_of(position: Position) -> Scope:
    """Role and tenants of a position: own tenant and consortia to write, predecessors' and theirs to read, too."""
    organisation = position.organisation
    if organisation.kind in NATIONAL_KINDS:
        return Scope(role=NATION_ROLE)
    if organisation.kind in PROVINCIAL_KINDS and organisation.province is not None:
        return _scope_of_province(organisation)
    if organisation.kind in UNIT_KINDS:
        own_and_shared = (organisation.tenant_id, *_consortia_of_unit(organisation))
        return Scope(role=PROVINCE_ROLE, reads=own_and_shared, writes=own_and_shared)
    return NOBODY


def _consortia_of_unit(unit: Organisation) -> list[int]:
    """Tenants of the consortia in which the unit works, one query."""
    return list(Consortium.objects.filter(unit=unit).order_by("pk").values_list("tenant_id", flat=True))


def _scope_of_province(body: Organisation) -> Scope:
    """Own tenant, predecessors' and consortia's; one query for all, since every request asks it.

    The department writes consortia, to which the chain gives acts on their files; the centre those where centres carry
    them out. What a predecessor shares is read; whose it is becomes another's with the day of the merger."""
    own = body.province_id
    near = (  # in time, too: of a province's own, and of those that it took over, itself or through another
        Q(places__province=own)
        | Q(places__province__successor=own)
        | Q(places__province__successor__successor=own)
    )
    gone = Province.objects.filter(successor__isnull=False).order_by()
    shared = Consortium.objects.filter(near).order_by()
    rows = gone.values_list(Value("gone"), "pk", "tenant_id", "successor_id").union(
        shared.values_list(Value("shared"), "places__province", "tenant_id", "unit_id"), all=True
    )
    taken: dict[int, list[tuple[int, int]]] = {}
    read, written = set(), set()
    for what, place, tenant, other in rows:
        if what == "gone":
            taken.setdefault(other, []).append((place, tenant))
            continue
        read.add(tenant)
        centre = body.kind == OrganisationKind.CENTRE and other is None
        if place == own and (body.kind == OrganisationKind.DEPARTMENT or centre):
            written.add(tenant)
    inherited: list[int] = []
    level = [own or 0]
    while level:
        generation = [unit for pk in level for unit in sorted(taken.get(pk, []))]
        inherited += [tenant for _, tenant in generation]
        level = [pk for pk, _ in generation]
    return Scope(
        role=PROVINCE_ROLE,
        reads=(body.tenant_id, *inherited, *sorted(read)),
        writes=(body.tenant_id, *sorted(written)),
    )


def share_tenant(tenant: int) -> None:
    """Let the running scope read and write a consortium that its position has just joined (accounts/consortia.py)."""
    scope = _scope.get()
    if scope.role == PROVINCE_ROLE and tenant not in scope.writes:
        wider = Scope(PROVINCE_ROLE, (*scope.reads, tenant), (*scope.writes, tenant))
        _scope.set(wider)
        _enter(wider)


def readable_tenants(position: Position) -> tuple[int, ...]:
    """Tenants whose rows ``position`` reads: its own and its predecessors'. No query inside its own scope."""
    acting = _acting.get()
    if acting is not None and acting.pk == position.pk:
        return _scope.get().reads
    return scope_of(position).reads


def positions_of(user_id: int, day: dt.date | None = None) -> list[Position]:
    """Positions a person holds on ``day`` (default today), with their organisations loaded."""
    return list(
        Position.objects.filter(valid_on(day or today()), person_id=user_id, handed_over_at=None)
        .select_related("organisation__province", "organisation__tenant", "person", "scope_province")
        .order_by("organisation_id", "pk")
    )


@contextmanager
def acting_as(position: Position) -> Iterator[Position]:
    """Run the block as ``position`` in one transaction.

    Raises NotInForce when the position does not hold today. Nested scopes restore the outer one on exit; after an
    error the rollback of the savepoint restores it.
    """
    day = today()
    over = position.handed_over_at is not None or (position.valid_to is not None and position.valid_to < day)
    if position.valid_from > day or over:
        raise NotInForce("Chức vụ này đã hết hiệu lực, không thực hiện được. Hãy chọn chức vụ khác.")
    outer = _scope.get()
    scope = scope_of(position)
    with transaction.atomic():
        _enter(scope)
        acting_token, scope_token = _acting.set(position), _scope.set(scope)
        try:
            yield position
        finally:
            _acting.reset(acting_token)
            _scope.reset(scope_token)
        if not connection.needs_rollback:  # else the rollback restores role and tenants
            _enter(outer)


@contextmanager
def as_login() -> Iterator[None]:
    """Inside a scope, run the block as the login, which keeps people and positions, in the same transaction: for a
    service that ends a position and moves rows behind the wall in one act. Nothing of a tenant is seen in the block."""
    outer = _scope.get()
    with transaction.atomic():
        _enter(NOBODY)
        token = _scope.set(NOBODY)
        try:
            yield
        finally:
            _scope.reset(token)
        if not connection.needs_rollback:
            _enter(outer)


def _enter(scope: Scope) -> None:
    """Set role and tenants until the end of the transaction. The role names are constants of this module."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT set_config('kc.tenants', %s, true), set_config('kc.write_tenants', %s, true)",
            [_array(scope.reads), _array(scope.writes)],
        )
        if scope.role == PROVINCE_ROLE:
            cursor.execute("SET LOCAL ROLE kc_province")
        elif scope.role == NATION_ROLE:
            cursor.execute("SET LOCAL ROLE kc_nation")


def _array(ids: tuple[int, ...]) -> str:
    return "{" + ",".join(map(str, ids)) + "}" if ids else ""
