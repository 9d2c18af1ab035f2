"""Rows for tests of the wall, the limits and the rules, written past the chain. Other tests walk the chain."""

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

from django.db import connection

from accounts.models import Organisation, Position
from accounts.tenancy import acting_as
from budgets.models import Activity, EntryKind, LedgerEntry, Programme, Source
from khuyencong.lib.dates import today
from projects.models import (
    Authorisation,
    BeneficiaryShare,
    CommuneKind,
    Establishment,
    Event,
    Industry,
    LegalForm,
    Project,
    ProjectYear,
    SigningRule,
)
from projects.states import State

_numbers = count(1)


def make_establishment(*, by: Position, **fields: Any) -> Establishment:
    number = next(_numbers)
    values: dict[str, Any] = {
        "tenant": by.organisation.tenant,
        "province": by.organisation.province,
        "recorded_by": by,
        "name": f"Hợp tác xã Đồ gỗ Số {number}",
        "legal_form": LegalForm.COOPERATIVE,
        "tax_code": f"{number:010}",
        "representative": "Nguyễn Thị Ổi",
        "industry": Industry.HANDICRAFT,
        "address": "Thôn Đông",
        "commune": "xã Vĩnh Bảo",
        "commune_kind": CommuneKind.COMMUNE,
    }
    with acting_as(by):
        return Establishment.objects.create(**values | fields)


def make_file(
    *,
    by: Position,
    programme: str = Programme.LOCAL,
    year: int = 2027,
    state: str = State.DRAFT,
    support: int = 0,
    shares: Sequence[int] = (),
    sent: bool = False,
) -> ProjectYear:
    """A file of ``by``'s province, written by ``by``, with one share of so many đồng for a new establishment each.

    Outside the draft it has one event, a submission by ``by``. ``sent``: open to the nation, as its programme is."""
    body = by.organisation
    assert body.province is not None
    with acting_as(by):
        project = Project.objects.create(
            tenant=body.tenant,
            code=f"TEST-{year}-{next(_numbers):04}",
            programme=programme,
            year=year,
            title="Ứng dụng máy móc tiên tiến trong sản xuất đồ gỗ",
            activity=Activity.objects.get(code="T10"),
            province=body.province,
            implementer=body,
            author=by,
        )
        file = ProjectYear.objects.create(
            tenant=body.tenant, project=project, year=year, state=state, state_since=today(), support=support
        )
        for share in shares:
            BeneficiaryShare.objects.create(
                tenant=body.tenant,
                project_year=file,
                establishment=make_establishment(by=by),
                support=share,
            )
        if state != State.DRAFT:
            make_event(file, "submit", by=by, to_state=state)
        if sent:
            send(file)
    return file


def send(file: ProjectYear, *, writes: bool | None = None) -> None:
    """Open the file to the nation, inside a scope of its province; a national file to write, too."""
    if writes is None:
        writes = file.project.programme == Programme.NATIONAL
    with connection.cursor() as cursor:
        cursor.execute("SELECT kc_send_file(%s, %s)", [file.project_id, writes])


def make_event(
    file: ProjectYear, action: str, *, by: Position, to_state: str | None = None, **fields: Any
) -> Event:
    """An event inside the caller's scope; without ``to_state`` the file stays where it is."""
    values: dict[str, Any] = {
        "tenant_id": file.tenant_id,
        "project_year": file,
        "action": action,
        "from_state": file.state,
        "to_state": to_state or file.state,
        "submission": 1,
        "position": by,
        "person": by.person,
        "organisation": by.organisation,
        "effective_on": today(),
    }
    return Event.objects.create(**values | fields)


def make_rule(position: Position, **fields: Any) -> SigningRule:
    """A standing assignment: of a deputy in every field from 2025 on, unless told otherwise."""
    values: dict[str, Any] = {
        "position": position,
        "valid_from": dt.date(2025, 7, 1),
        "number": f"{next(_numbers)}/QĐ-PC",
        "dated": dt.date(2025, 7, 1),
    }
    return SigningRule.objects.create(**values | fields)


def authorise(above: Organisation, below: Organisation, *actions: str, **fields: Any) -> Authorisation:
    """A written authorisation to do ``actions``, in force the whole of this and the last year."""
    values: dict[str, Any] = {
        "authoriser": above,
        "authorised": below,
        "actions": list(actions),
        "valid_from": dt.date(today().year - 1, 1, 1),
        "valid_to": dt.date(today().year, 12, 31),
        "number": f"{next(_numbers)}/QĐ-UQ",
        "dated": dt.date(today().year - 1, 1, 1),
    }
    return Authorisation.objects.create(**values | fields)


def make_entry(file: ProjectYear, kind: str, amount: int, *, by: Position, **fields: Any) -> LedgerEntry:
    """An unsaved entry of the file's own source; an allocation comes out of ``by``'s organisation."""
    programme = file.project.programme
    values: dict[str, Any] = {
        "tenant_id": file.tenant_id,
        "project_year": file,
        "programme": programme,
        "province_id": file.project.province_id,
        "holder": by.organisation if kind == EntryKind.ALLOCATED else None,
        "year": file.year,
        "kind": kind,
        "source": Source.NATIONAL if programme == Programme.NATIONAL else Source.LOCAL,
        "amount": amount,
        "paper": "QĐ 1/QĐ-SCT",
        "effective_on": today(),
        "position": by,
        "person": by.person,
    }
    return LedgerEntry(**values | fields)
